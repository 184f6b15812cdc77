"""Moments up to the third order."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.moments"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim > 2:
        return
    yield Case(
        label="order 3",
        ours=lambda: opsin.measure.moments(image)[2, 1],
        peers={
            "OpenCV": lambda: peers.cv2.moments(image)["m12"],
            "scikit-image": lambda: peers.skimage.measure.moments(image)[2, 1],
        },
        bytes=image.nbytes,
        tolerance=1e-3,  # scikit-image sums float32 in its own precision
        difference=lambda ours, other: abs(ours / other - 1),
    )
