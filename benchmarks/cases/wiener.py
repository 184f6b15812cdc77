"""The filter of Wiener and Hunt for a blur of 7 x 7."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "restoration.wiener"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    restoration = peers.skimage.restoration
    if image.ndim != 2 or image.dtype != np.float32:
        return
    psf = np.outer(*[np.hanning(9)[1:-1]] * 2).astype(np.float32)
    psf /= psf.sum()
    yield Case(
        label="7 x 7",
        ours=lambda: opsin.restoration.wiener(image, psf, 0.1),
        peers={"scikit-image": lambda: restoration.wiener(image, psf, 0.1, clip=False)},
        bytes=2 * image.nbytes,
        tolerance=1e-3,
    )
