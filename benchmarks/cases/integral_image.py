"""Integral images, in the dtypes that OpenCV has."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "transform.integral_image"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    sums = "int32" if image.dtype.kind == "u" else "float64"
    contenders = {"OpenCV": lambda: cv2.integral(image)[1:, 1:]}
    if image.ndim == 2:
        contenders["scikit-image"] = lambda: skimage.transform.integral_image(image, dtype=sums)
    yield Case(
        label=sums,
        ours=lambda: opsin.transform.integral_image(image, dtype=sums),
        peers=contenders,
        bytes=image.nbytes + image.size * (4 if sums == "int32" else 8),
        tolerance=0 if sums == "int32" else 1e-3,
    )
