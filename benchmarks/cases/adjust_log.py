"""The logarithm of 1 and more."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.adjust_log"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    contenders = {"scikit-image": lambda: peers.skimage.exposure.adjust_log(image)}
    if image.dtype == np.uint8:
        table = np.rint(np.log2(1 + np.arange(256) / 255) * 255).astype(np.uint8)
        contenders["OpenCV"] = lambda: cv2.LUT(image, table)
    else:
        contenders["OpenCV"] = lambda: cv2.multiply(cv2.log(cv2.add(image, (1.0, 1.0, 1.0, 1.0))), 1 / np.log(2))
    yield Case(
        label="gain 1",
        ours=lambda: opsin.exposure.adjust_log(image),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=1.0 if image.dtype == np.uint8 else 1e-5,  # scikit-image cuts off
    )
