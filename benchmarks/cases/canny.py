"""Canny's edges, with the same Gaussian on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.canny"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim > 2:
        return
    contenders = {"scikit-image": lambda: skimage.feature.canny(image)}
    if image.dtype.kind == "u":
        # OpenCV computes in bytes, with another gradient: its edges differ.
        contenders["OpenCV"] = lambda: cv2.Canny(cv2.GaussianBlur(image, (9, 9), 1), 25, 51, L2gradient=True) > 0
    yield Case(
        label="sigma 1",
        ours=lambda: opsin.feature.canny(image),
        peers=contenders,
        bytes=image.nbytes + image.size,
        tolerance=1,
    )
