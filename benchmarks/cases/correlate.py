"""Correlation with weights of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.correlate"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage = peers.cv2, peers.ndimage
    rng = np.random.default_rng(0)
    largest = 255.0 if image.dtype.kind == "u" else 1.0
    for size in (3, 5, 9, 15, 31):
        noise = rng.random((size, size)).astype(np.float32)
        bell = np.exp(-(np.linspace(-2, 2, size) ** 2))
        windows = {"noise": noise / noise.sum(), "product": np.outer(bell, bell) / bell.sum() ** 2}
        windows["box"] = np.full((size, size), 1 / size**2)
        for name, weights in windows.items():
            contenders = {
                "OpenCV": lambda w=weights: cv2.filter2D(image, -1, w, borderType=cv2.BORDER_REFLECT),
            }
            if size <= 9:
                window = weights if image.ndim == 2 else weights[..., None]
                contenders["SciPy"] = lambda w=window: ndimage.correlate(image, w)
            yield Case(
                label=f"{name} {size} x {size}",
                ours=lambda w=weights: opsin.filters.correlate(image, w),
                peers=contenders,
                bytes=2 * image.nbytes,
                tolerance=1 if image.dtype.kind == "u" else 1e-5 * largest,
            )
