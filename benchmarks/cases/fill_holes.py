"""Filling the holes of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.fill_holes"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    diplib = peers.diplib
    mask = image > 120
    loaded = diplib.Image(mask)
    yield Case(
        label="edges connect the background",
        ours=lambda: opsin.morphology.fill_holes(mask),
        peers={
            "DIPlib": lambda: diplib.FillHoles(loaded, connectivity=1),
            "SciPy": lambda: peers.ndimage.binary_fill_holes(mask),
        },
        bytes=2 * mask.nbytes,
    )
