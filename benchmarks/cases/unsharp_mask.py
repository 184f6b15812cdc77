"""Sharpening."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.unsharp_mask"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    contenders = {}
    if image.dtype.kind == "f":
        colored = -1 if image.ndim == 3 else None
        contenders["scikit-image"] = lambda: skimage.filters.unsharp_mask(image, 2, 1.5, channel_axis=colored)

    def by_opencv() -> NDArray[Any]:
        blurred = cv2.GaussianBlur(image, (17, 17), 2, borderType=cv2.BORDER_REFLECT)
        return np.asarray(cv2.addWeighted(image, 2.5, blurred, -1.5, 0))

    if image.dtype.kind == "u":
        contenders["OpenCV"] = by_opencv
    yield Case(
        label="radius 2",
        ours=lambda: opsin.filters.unsharp_mask(image, 2, 1.5),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=2 if image.dtype.kind == "u" else 1e-5,  # OpenCV rounds the blurred image
    )
