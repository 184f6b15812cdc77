"""Felzenszwalb's regions of a photograph. How many there are must nearly agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.felzenszwalb"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    segmentation = peers.skimage.segmentation
    if image.dtype != np.uint8:
        return
    axis = 2 if image.ndim == 3 else None
    count = image.shape[0] * image.shape[1]
    yield Case(
        label="scale 100, regions of 50 pixels",
        ours=lambda: int(opsin.segmentation.felzenszwalb(image, 100, min_size=50).max()),
        peers={
            "scikit-image": lambda: int(segmentation.felzenszwalb(image, 100, min_size=50, channel_axis=axis).max() + 1)
        },
        bytes=image.nbytes + 4 * count,
        tolerance=0.05 * count / 50,
    )
