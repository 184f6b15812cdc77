"""Medial axes of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.medial_axis"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    mask = image > 120
    yield Case(
        label="bright parts",
        ours=lambda: opsin.morphology.medial_axis(mask, rng=0),
        peers={"scikit-image": lambda: peers.skimage.morphology.medial_axis(mask, rng=0)},
        bytes=2 * mask.nbytes,
    )
