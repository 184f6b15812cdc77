"""Filling the region of a photograph around a point."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.flood_fill"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    cv2 = peers.cv2
    row, column = (length // 2 for length in image.shape)

    def opencv() -> Any:
        copy = image.copy()
        cv2.floodFill(copy, None, (column, row), 7, 60, 60, 8 + cv2.FLOODFILL_FIXED_RANGE)
        return copy

    yield Case(
        label="tolerance 60",
        ours=lambda: opsin.morphology.flood_fill(image, (row, column), 7, tolerance=60),
        peers={
            "OpenCV": opencv,
            "scikit-image": lambda: peers.skimage.morphology.flood_fill(image, (row, column), 7, tolerance=60),
        },
        bytes=2 * image.nbytes,
    )
