"""The FAST corner detector; OpenCV lists the corners and computes no response, so their numbers are compared."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.corner_fast"


def count(result: Any) -> int:
    """Return the number of corners."""
    return int(np.count_nonzero(result)) if isinstance(result, np.ndarray) else len(result)


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim != 2:
        return
    contenders = {"scikit-image": lambda: skimage.feature.corner_fast(image, 9, 0.1)}
    if image.dtype == np.uint8:
        detector = cv2.FastFeatureDetector_create(25, False, cv2.FAST_FEATURE_DETECTOR_TYPE_9_16)
        contenders["OpenCV"] = lambda: detector.detect(image)
    yield Case(
        label="9 of 16",
        ours=lambda: opsin.feature.corner_fast(image, 9, 0.1),
        peers=contenders,
        bytes=image.nbytes + 4 * image.size,
        tolerance=0.02,
        difference=lambda ours, theirs: abs(count(ours) - count(theirs)) / max(count(theirs), 1),
    )
