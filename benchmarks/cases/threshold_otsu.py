"""Otsu's threshold."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.threshold_otsu"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim == 3:
        return
    contenders = {"scikit-image": lambda: skimage.filters.threshold_otsu(image)}
    if image.dtype == np.uint8:
        # OpenCV's answer comes with the thresholded image.
        contenders["OpenCV"] = lambda: cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)[0]
    yield Case(
        label="256 bins",
        ours=lambda: opsin.filters.threshold_otsu(image),
        peers=contenders,
        bytes=image.nbytes,
        tolerance=1e-6,
    )
