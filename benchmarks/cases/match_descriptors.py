"""Pairs of the nearest binary descriptors, each the nearest one of the other."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.match_descriptors"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.shape != (512, 512) or image.dtype != np.uint8:
        return
    rng = np.random.default_rng(0)
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
    for count in (500, 5000):
        first, second = rng.random((count, 256)) < 0.5, rng.random((count, 256)) < 0.5
        packed = [np.packbits(bits, axis=1) for bits in (first, second)]
        contenders = {"OpenCV": lambda p=packed: len(matcher.match(*p))}
        if count == 500:
            contenders["scikit-image"] = lambda a=first, b=second: len(skimage.feature.match_descriptors(a, b))
        yield Case(
            label=f"{count} x 256 bits",
            ours=lambda a=first, b=second: len(opsin.feature.match_descriptors(a, b)),
            peers=contenders,
            bytes=first.nbytes + second.nbytes,
            tolerance=0.05 * count,  # of equal distances another one may be taken
        )
