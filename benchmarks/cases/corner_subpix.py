"""The places of corners within their pixels; OpenCV's method is another, and half of its places must be near."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.corner_subpix"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim != 2 or image.dtype != np.uint8 or min(image.shape) < 512:
        return
    corners = opsin.feature.corner_peaks(opsin.feature.corner_harris(image), min_distance=10)[:500]
    as_opencv = np.ascontiguousarray(corners[:, None, ::-1], np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    yield Case(
        label="500 corners, 11 x 11",
        ours=lambda: opsin.feature.corner_subpix(image, corners),
        peers={
            "scikit-image": lambda: skimage.feature.corner_subpix(image, corners),
            "OpenCV": lambda: cv2.cornerSubPix(image, as_opencv.copy(), (5, 5), (-1, -1), criteria)[:, 0, ::-1],
        },
        bytes=image.nbytes,
        tolerance=1,
        difference=lambda ours, theirs: float(np.nanmedian(np.abs(np.asarray(ours) - np.asarray(theirs)))),
    )
