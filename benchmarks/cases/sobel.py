"""Sobel's gradient: magnitude and one component."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.sobel"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, ndimage, skimage = peers.cv2, peers.ndimage, peers.skimage
    border = cv2.BORDER_REFLECT

    def by_opencv() -> NDArray[Any]:
        across = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=0.25, borderType=border)
        down = cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=0.25, borderType=border)
        return np.asarray(cv2.magnitude(across, down)) * np.float32(0.5**0.5)

    contenders = {"OpenCV": by_opencv}
    if image.dtype.kind == "f" and image.ndim == 2:
        contenders["scikit-image"] = lambda: skimage.filters.sobel(image)
    elements = image.size
    limit = image.nbytes + 4 * elements
    largest = 255.0 if image.dtype.kind == "u" else 1.0
    yield Case(
        label="magnitude",
        ours=lambda: opsin.filters.sobel(image),
        peers=contenders,
        bytes=limit,
        tolerance=1e-5 * largest,
    )
    contenders = {"OpenCV": lambda: cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=0.25, borderType=border)}
    if image.dtype.kind == "f":
        contenders["SciPy"] = lambda: ndimage.sobel(image, axis=1) * np.float32(0.25)
    yield Case(
        label="along rows",
        ours=lambda: opsin.filters.sobel(image, axis=1),
        peers=contenders,
        bytes=limit,
        tolerance=1e-5 * largest,
    )


def volume_cases(volume: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if volume.dtype.kind == "u":
        return
    yield Case(
        label="magnitude",
        ours=lambda: opsin.filters.sobel(volume, channel_axis=None),
        peers={"scikit-image": lambda: skimage.filters.sobel(volume)},
        bytes=2 * volume.nbytes,
        tolerance=1e-5,
    )
