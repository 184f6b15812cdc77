"""A power of every value: a table for bytes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.adjust_gamma"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    contenders = {"scikit-image": lambda: peers.skimage.exposure.adjust_gamma(image, 0.45)}
    if image.dtype == np.uint8:
        table = np.rint(255 * (np.arange(256) / 255) ** 0.45).astype(np.uint8)
        contenders["OpenCV"] = lambda: peers.cv2.LUT(image, table)
    else:
        contenders["OpenCV"] = lambda: peers.cv2.pow(image, 0.45)
    yield Case(
        label="gamma 0.45",
        ours=lambda: opsin.exposure.adjust_gamma(image, 0.45),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=1 if image.dtype == np.uint8 else 1e-5,
    )
