"""Removing the small parts of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.remove_small_objects"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    mask = image > 120
    yield Case(
        label="up to 64 pixels",
        ours=lambda: opsin.morphology.remove_small_objects(mask, 64),
        peers={
            "cc3d": lambda: peers.cc3d.dust(mask, threshold=65, connectivity=4),
            "scikit-image": lambda: peers.skimage.morphology.remove_small_objects(mask, max_size=64, connectivity=1),
        },
        bytes=2 * mask.nbytes,
    )
