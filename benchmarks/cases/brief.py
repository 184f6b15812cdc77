"""Binary descriptors of points; their pairs of pixels are drawn differently."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.BRIEF"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim != 2 or image.dtype != np.uint8 or min(image.shape) < 100:
        return
    rows, columns = (length - 60 for length in image.shape)
    points = np.random.default_rng(0).integers(0, (rows, columns), (1000, 2)) + 30
    as_opencv = [cv2.KeyPoint(float(column), float(row), 1) for row, column in points]
    ours, theirs = opsin.feature.BRIEF(), cv2.xfeatures2d.BriefDescriptorExtractor_create(32)
    slow = skimage.feature.BRIEF()

    def extracted(extractor: Any) -> int:
        extractor.extract(image, points)
        return len(extractor.descriptors)

    yield Case(
        label="256 bits of 1000 points",
        ours=lambda: extracted(ours),
        peers={
            "OpenCV": lambda: len(theirs.compute(image, as_opencv)[1]),
            "scikit-image": lambda: extracted(slow),
        },
        bytes=image.nbytes,
        tolerance=50,
    )
