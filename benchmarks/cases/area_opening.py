"""Lowering the small bright regions of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.area_opening"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    diplib = peers.diplib
    loaded = diplib.Image(image)
    yield Case(
        label="64 pixels",
        ours=lambda: opsin.morphology.area_opening(image, 64),
        peers={
            "DIPlib": lambda: diplib.AreaOpening(loaded, filterSize=64, connectivity=1),
            "scikit-image": lambda: peers.skimage.morphology.area_opening(image, 64),
        },
        bytes=2 * image.nbytes,
    )
