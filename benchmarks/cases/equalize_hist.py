"""Equalization of a histogram."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.equalize_hist"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim == 3 or image.dtype != np.uint8:
        return
    yield Case(
        label="gray",
        ours=lambda: opsin.exposure.equalize_hist(image),
        peers={"OpenCV": lambda: peers.cv2.equalizeHist(image)},
        bytes=2 * image.nbytes,
        tolerance=4,  # OpenCV takes the darkest value to 0
    )
