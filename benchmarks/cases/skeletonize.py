"""Skeletons of the bright parts of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.skeletonize"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    mask = image > 120
    for method in ("zhang", "lee"):
        yield Case(
            label=method,
            ours=lambda method=method: opsin.morphology.skeletonize(mask, method=method),
            peers={"scikit-image": lambda method=method: peers.skimage.morphology.skeletonize(mask, method=method)},
            bytes=2 * mask.nbytes,
        )
