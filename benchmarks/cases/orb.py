"""Corners at several scales, with descriptors; their numbers are compared. OpenCV's scales are of uint8."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.ORB"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim != 2 or image.dtype != np.uint8:
        return
    detector, theirs, slow = opsin.feature.ORB(500), cv2.ORB_create(500), skimage.feature.ORB(n_keypoints=500)

    def found(extractor: Any) -> int:
        extractor.detect_and_extract(image)
        return len(extractor.descriptors)

    contenders = {"OpenCV": lambda: len(theirs.detectAndCompute(image, None)[0])}
    if min(image.shape) >= 512:  # in smaller ones scikit-image may find no corner, which is an error
        contenders["scikit-image"] = lambda: found(slow)
    yield Case(
        label="500 corners",
        ours=lambda: found(detector),
        peers=contenders,
        bytes=image.nbytes,
        tolerance=500,
    )
