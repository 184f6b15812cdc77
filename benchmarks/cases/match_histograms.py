"""The values of an image made as frequent as in another one."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "exposure.match_histograms"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    reference = (image[::-1] * 0.5).astype(image.dtype)
    axis = -1 if image.ndim == 3 else None
    yield Case(
        label="darker",
        ours=lambda: opsin.exposure.match_histograms(image, reference),
        peers={"scikit-image": lambda: peers.skimage.exposure.match_histograms(image, reference, channel_axis=axis)},
        bytes=3 * image.nbytes,
        tolerance=1.0 if image.dtype == np.uint8 else 1e-5,  # scikit-image cuts off
    )
