"""Means of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.downscale_local_mean"

MAX_FOR_SLOW = 2**20


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    rows, columns = image.shape[:2]
    for factor in (2, 4):
        if rows % factor or columns % factor:
            continue
        size = (columns // factor, rows // factor)
        contenders = {"OpenCV": lambda size=size: cv2.resize(image, size, interpolation=cv2.INTER_AREA)}
        if image.size <= MAX_FOR_SLOW:
            factors = (factor, factor, 1)[: image.ndim]
            contenders["scikit-image"] = lambda factors=factors: skimage.transform.downscale_local_mean(image, factors)
        yield Case(
            label=f"blocks of {factor} x {factor}",
            ours=lambda factor=factor: opsin.transform.downscale_local_mean(image, factor),
            peers=contenders,
            bytes=image.nbytes,
            tolerance=1 if image.dtype.kind == "u" else 1e-5,
        )
