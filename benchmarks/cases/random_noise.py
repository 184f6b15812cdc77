"""Gaussian noise added to a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "util.random_noise"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.float32:
        return
    yield Case(
        label="Gaussian",
        ours=lambda: opsin.util.random_noise(image, var=0.01, rng=0),
        peers={"scikit-image": lambda: peers.skimage.util.random_noise(image, var=0.01, rng=0)},
        bytes=2 * image.nbytes,
        tolerance=1e-5,
    )
