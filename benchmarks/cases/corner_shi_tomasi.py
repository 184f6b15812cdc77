"""Shi and Tomasi's response; OpenCV's window is a box."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.corner_shi_tomasi"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim > 2:
        return
    contenders = {"OpenCV": lambda: cv2.cornerMinEigenVal(image, 5, ksize=3)}
    if image.dtype.kind == "f":
        contenders["scikit-image"] = lambda: skimage.feature.corner_shi_tomasi(image)
    yield Case(
        label="sigma 1",
        ours=lambda: opsin.feature.corner_shi_tomasi(image),
        peers=contenders,
        bytes=image.nbytes + 4 * image.size,
        tolerance=1e30,  # other windows
    )
