"""Scharr's gradient."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.scharr"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    largest = 255.0 if image.dtype.kind == "u" else 1.0
    border = cv2.BORDER_REFLECT
    yield Case(
        label="along rows",
        ours=lambda: opsin.filters.scharr(image, axis=1),
        peers={"OpenCV": lambda: cv2.Scharr(image, cv2.CV_32F, 1, 0, scale=1 / 16, borderType=border)},
        bytes=image.nbytes + 4 * image.size,
        tolerance=1e-5 * largest,
    )
    if image.dtype.kind == "f" and image.ndim == 2:
        yield Case(
            label="magnitude",
            ours=lambda: opsin.filters.scharr(image),
            peers={"scikit-image": lambda: skimage.filters.scharr(image)},
            bytes=image.nbytes + 4 * image.size,
            tolerance=1e-5,
        )
