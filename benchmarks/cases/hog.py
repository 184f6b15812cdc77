"""Histograms of oriented gradients. OpenCV's are interpolated between cells, so only their presence is compared."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.hog"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    rows, columns = image.shape[:2]
    if rows % 8 or columns % 8 or min(rows, columns) < 64:
        return
    axis = 2 if image.ndim == 3 else None
    options = {"pixels_per_cell": (8, 8), "cells_per_block": (2, 2)}
    contenders = {"scikit-image": lambda: skimage.feature.hog(image, 9, channel_axis=axis, **options).size > 0}
    if image.dtype.kind == "u":
        descriptor = cv2.HOGDescriptor((columns, rows), (16, 16), (8, 8), (8, 8), 9)
        contenders["OpenCV: interpolated"] = lambda: descriptor.compute(image).size > 0
    yield Case(
        label="cells of 8 x 8, blocks of 2 x 2",
        ours=lambda: opsin.feature.hog(image, 9, **options).size > 0,
        peers=contenders,
        bytes=image.nbytes,
    )
