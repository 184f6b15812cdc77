"""Histograms of a photograph, of noise and of one value."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.histogram"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim == 3:
        return
    # OpenCV leaves the upper end of the range out.
    top, beyond = (256, 256) if image.dtype == np.uint8 else (1, 1 + 1e-7)
    noise = np.random.default_rng(0).integers(0, 256, image.shape).astype(np.uint8)
    noise = noise if image.dtype == np.uint8 else noise / np.float32(255)
    for label, pixels in (("photograph", image), ("noise", noise), ("one value", np.full_like(image, image[0, 0]))):
        limits = "dtype" if image.dtype == np.uint8 else (0, 1)
        contenders = {
            "OpenCV": lambda p=pixels: cv2.calcHist([p], [0], None, [256], [0, beyond]).ravel(),
            "NumPy": lambda p=pixels: np.histogram(p, 256, (0, top))[0],
        }
        if image.dtype == np.uint8:
            contenders["scikit-image"] = lambda p=pixels: skimage.exposure.histogram(p, source_range="dtype")[0]
        yield Case(
            label=label,
            ours=lambda p=pixels, r=limits: opsin.exposure.histogram(p, source_range=r)[0],
            peers=contenders,
            bytes=image.nbytes,
            # OpenCV rounds the place of a value, which moves those on the edges of bins.
            tolerance=0 if image.dtype == np.uint8 else image.size / 50,
        )
