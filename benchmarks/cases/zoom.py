"""Zooming with linear interpolation, where the borders of the image stay."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.zoom"

MAX_FOR_SLOW = 2**20
"""Elements; SciPy takes a second for more."""


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage = peers.cv2, peers.ndimage
    part = np.ascontiguousarray(image[: max(image.shape[0] // 4, 1), : max(image.shape[1] // 4, 1)])
    for source, factor in ((image, 0.6), (part, 2.5)):
        factors = (factor, factor, 1)[: source.ndim]
        rows, columns = (max(1, round(factor * length)) for length in source.shape[:2])
        contenders = {
            "OpenCV": lambda source=source, size=(columns, rows): cv2.resize(
                source, size, interpolation=cv2.INTER_LINEAR
            )
        }
        if source.size <= MAX_FOR_SLOW:
            contenders["SciPy"] = lambda source=source, factors=factors: ndimage.zoom(
                source, factors, order=1, grid_mode=True, mode="nearest"
            )
        yield Case(
            label=f"by {factor}",
            ours=lambda source=source, factors=factors: opsin.transform.zoom(source, factors, grid_mode=True),
            peers=contenders,
            bytes=source.nbytes + source.itemsize * rows * columns * source.size // (source.shape[0] * source.shape[1]),
            tolerance=2 if image.dtype.kind == "u" else 1e-2,
        )
