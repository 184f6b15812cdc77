"""Means and extremes of the regions of a photograph's bright parts. SciPy: three calls."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.statistics"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    labels = opsin.measure.label(image > np.median(image))
    index = np.arange(1, labels.max() + 1)
    names = ("mean", "minimum", "maximum")

    def scipy() -> Any:
        return np.stack([getattr(peers.ndimage, name)(image, labels, index) for name in names])

    yield Case(
        label="mean, minimum, maximum",
        ours=lambda: np.stack(list(opsin.measure.statistics(image, labels, properties=names).values())),
        peers={"SciPy": scipy},
        bytes=image.nbytes + labels.nbytes,
        tolerance=1e-3,
    )
