"""The Laplacian."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.laplace"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage = peers.cv2, peers.ndimage
    largest = 255.0 if image.dtype.kind == "u" else 1.0
    contenders = {"OpenCV": lambda: -cv2.Laplacian(image, cv2.CV_32F, borderType=cv2.BORDER_REFLECT)}
    if image.ndim == 2:
        contenders["SciPy"] = lambda: -ndimage.laplace(image, output=np.float32)
    yield Case(
        label="5 pixels",
        ours=lambda: opsin.filters.laplace(image),
        peers=contenders,
        bytes=image.nbytes + 4 * image.size,
        tolerance=1e-5 * largest,
    )
