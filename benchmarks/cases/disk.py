"""Painting a disk. OpenCV paints the pixels of another circle."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "draw.disk"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    cv2, shape = peers.cv2, image.shape
    row, column, radius = shape[0] // 2, shape[1] // 2, min(shape) // 3

    def painted(disk: Any) -> Any:
        copy = image.copy()
        copy[disk((row, column), radius, shape=shape)] = 1
        return copy

    yield Case(
        label="a third of the image",
        ours=lambda: painted(opsin.draw.disk),
        peers={
            "OpenCV": lambda: cv2.circle(image.copy(), (column, row), radius, 1, cv2.FILLED),
            "scikit-image": lambda: painted(peers.skimage.draw.disk),
        },
        bytes=2 * image.nbytes,
        tolerance=255,
    )
