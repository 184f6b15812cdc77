"""A scratch and a hole in a photograph, repaired."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "restoration.inpaint_biharmonic"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    restoration = peers.skimage.restoration
    if image.dtype != np.float32:
        return
    axis = 2 if image.ndim == 3 else None
    mask = np.zeros(image.shape[:2], bool)
    mask[100:130, 100:140] = True
    mask[300:304] = True
    yield Case(
        label="a hole and a scratch",
        ours=lambda: opsin.restoration.inpaint_biharmonic(image, mask),
        peers={"scikit-image": lambda: restoration.inpaint_biharmonic(image, mask, channel_axis=axis)},
        bytes=2 * image.nbytes,
        tolerance=1e-3,
    )
