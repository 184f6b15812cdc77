"""CLAHE with tiles of an eighth of the image."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.equalize_adapthist"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 3:
        return
    contenders = {}
    if image.dtype == np.uint8:
        clahe = peers.cv2.createCLAHE(2.56, (8, 8))
        contenders["OpenCV"] = lambda: clahe.apply(image)
    if image.size < 1 << 20:
        contenders["scikit-image"] = lambda: (
            peers.skimage.exposure.equalize_adapthist(image) * np.float32(255 if image.dtype == np.uint8 else 1)
        )
    yield Case(
        label="an eighth",
        ours=lambda: opsin.exposure.equalize_adapthist(image),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=255,  # OpenCV does not stretch the result, and redistributes counts by another rule
    )
