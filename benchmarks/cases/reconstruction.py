"""Reconstruction of a photograph from a darker one."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.reconstruction"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    seed = np.maximum(image, 40) - 40 if image.dtype == np.uint8 else image - image.max() / 6
    yield Case(
        label="dilation",
        ours=lambda: opsin.morphology.reconstruction(seed, image),
        peers={"scikit-image": lambda: peers.skimage.morphology.reconstruction(seed, image)},
        bytes=3 * image.nbytes,
    )
