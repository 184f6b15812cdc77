"""Canny's edges of a blurred image, and of one that is not blurred."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.canny"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim > 2:
        return
    for sigma in (1, 0):
        contenders = {"scikit-image": lambda sigma=sigma: skimage.feature.canny(image, sigma=sigma)}

        def by_opencv(sigma: float = sigma) -> NDArray[Any]:
            blurred = cv2.GaussianBlur(image, (9, 9), sigma) if sigma else image
            return np.asarray(cv2.Canny(blurred, 25, 51, L2gradient=True)) > 0

        if image.dtype.kind == "u":
            # OpenCV's Canny has no blur of its own; it computes in bytes, with another gradient: its edges differ.
            contenders["OpenCV"] = by_opencv
        yield Case(
            label=f"sigma {sigma}",
            ours=lambda sigma=sigma: opsin.feature.canny(image, sigma),
            peers=contenders,
            bytes=image.nbytes + image.size,
            tolerance=1,
        )
