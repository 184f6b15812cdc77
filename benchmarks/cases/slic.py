"""Superpixels of a color photograph. How many there are must nearly agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.slic"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    segmentation = peers.skimage.segmentation
    if image.ndim != 3 or image.dtype != np.uint8:
        return
    for count in (100, 400):
        yield Case(
            label=f"{count} regions",
            ours=lambda n=count: int(opsin.segmentation.slic(image, n).max()),
            peers={"scikit-image": lambda n=count: int(segmentation.slic(image, n).max())},
            bytes=image.nbytes + 4 * image.shape[0] * image.shape[1],
            tolerance=0.05 * count,
        )
