"""Non-local means, patches of 7 x 7 within 21 x 21. The peers weigh in ways of their own, so results differ."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "restoration.denoise_nl_means"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, restoration = peers.cv2, peers.skimage.restoration
    if image.size > 512 * 512 * 3:
        return
    axis = 2 if image.ndim == 3 else None
    contenders = {"scikit-image": lambda: restoration.denoise_nl_means(image, 7, 10, h=0.1, channel_axis=axis)}
    if image.dtype == np.uint8:
        contenders["OpenCV"] = lambda: cv2.fastNlMeansDenoising(image, None, 25.5, 7, 21)
    yield Case(
        label="7 x 7 in 21 x 21",
        ours=lambda: opsin.restoration.denoise_nl_means(image, 7, 10, h=0.1),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=255,
        arithmetic=441 * 20 * image.size,
    )
