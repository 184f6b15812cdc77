"""Removing the objects at the border of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.clear_border"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    objects = image > 120
    yield Case(
        label="no buffer",
        ours=lambda: opsin.segmentation.clear_border(objects),
        peers={"scikit-image": lambda: peers.skimage.segmentation.clear_border(objects)},
        bytes=2 * objects.nbytes,
    )
