"""Boundaries of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.find_boundaries"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    labels = opsin.measure.label(image > 120)
    for mode in ("thick", "inner"):
        yield Case(
            label=mode,
            ours=lambda mode=mode: opsin.segmentation.find_boundaries(labels, mode=mode),
            peers={"scikit-image": lambda mode=mode: peers.skimage.segmentation.find_boundaries(labels, mode=mode)},
            bytes=labels.nbytes + labels.size,
        )
