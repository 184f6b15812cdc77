"""Thresholding with two thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "filters.apply_hysteresis_threshold"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.ndim == 3:
        return
    low, high = (float(one) for one in np.quantile(image, [0.7, 0.95]))
    yield Case(
        label="30 % weak, 5 % strong",
        ours=lambda: opsin.filters.apply_hysteresis_threshold(image, low, high),
        peers={"scikit-image": lambda: skimage.filters.apply_hysteresis_threshold(image, low, high)},
        bytes=image.nbytes + image.size,
        tolerance=0,
    )
