"""A disk, painted and as coordinates. OpenCV paints the pixels of another circle."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "draw.disk"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    cv2, shape = peers.cv2, image.shape
    row, column, radius = shape[0] // 2, shape[1] // 2, min(shape) // 3

    def painted() -> Any:
        copy = image.copy()
        copy[peers.skimage.draw.disk((row, column), radius, shape=shape)] = 1
        return copy

    yield Case(
        label="a third of the image, painted",
        ours=lambda: opsin.draw.disk((row, column), radius, color=1, out=image.copy()),
        peers={
            "OpenCV": lambda: cv2.circle(image.copy(), (column, row), radius, 1, cv2.FILLED),
            "scikit-image": painted,
        },
        bytes=2 * image.nbytes,
        tolerance=255,
    )
    if image.dtype == np.uint8:
        yield Case(
            label="a third of the image, coordinates",
            ours=lambda: np.stack(opsin.draw.disk((row, column), radius, shape=shape)),
            peers={"scikit-image": lambda: np.stack(peers.skimage.draw.disk((row, column), radius, shape=shape))},
            bytes=16 * image.size,
        )
