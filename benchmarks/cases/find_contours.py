"""Contours of a photograph's middle level, and of noise. The peers' points differ; only their presence is compared."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.find_contours"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    cv2, skimage = peers.cv2, peers.skimage
    if image.ndim != 2 or image.dtype != np.uint8:
        return
    noise = np.random.default_rng(0).random(image.shape)
    for name, pixels, level in (("photograph", image, 119.5), ("noise", noise, 0.5)):
        mask = (pixels > level).astype(np.uint8)
        yield Case(
            label=f"{name}; OpenCV: between pixels",
            ours=lambda p=pixels, v=level: len(opsin.measure.find_contours(p, v)) > 0,
            peers={
                "OpenCV": lambda m=mask: len(cv2.findContours(m, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)[0]) > 0,
                "scikit-image": lambda p=pixels, v=level: len(skimage.measure.find_contours(p, v)) > 0,
            },
            bytes=pixels.nbytes,
        )
