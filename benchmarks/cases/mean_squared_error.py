"""The mean of squared differences."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "metrics.mean_squared_error"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2 = peers.cv2
    other = np.roll(image, 1, axis=0)
    contenders = {"OpenCV": lambda: cv2.norm(image, other, cv2.NORM_L2SQR) / image.size}
    if image.dtype == np.float32:
        contenders["scikit-image"] = lambda: peers.skimage.metrics.mean_squared_error(image, other)
    yield Case(
        label="shifted by a row",
        ours=lambda: opsin.metrics.mean_squared_error(image, other),
        peers=contenders,
        bytes=2 * image.nbytes,
        tolerance=1e-3,
    )
