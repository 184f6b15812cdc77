"""Local maxima of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.local_maxima"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    diplib = peers.diplib
    loaded = diplib.Image(image)
    yield Case(
        label="8 neighbors",
        ours=lambda: opsin.morphology.local_maxima(image),
        peers={
            "DIPlib": lambda: diplib.Maxima(loaded, connectivity=2, output="binary"),
            "scikit-image": lambda: peers.skimage.morphology.local_maxima(image),
        },
        bytes=image.nbytes + image.size,
    )
