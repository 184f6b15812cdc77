"""Local binary patterns of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.local_binary_pattern"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.ndim != 2 or image.dtype != np.uint8:  # of floats, scikit-image warns
        return
    for count, radius, method in ((8, 1, "default"), (8, 1, "uniform"), (24, 3, "uniform")):
        yield Case(
            label=f"{count} pixels at {radius}, {method}",
            ours=lambda p=count, r=radius, m=method: opsin.feature.local_binary_pattern(image, p, r, method=m),
            peers={
                "scikit-image": lambda p=count, r=radius, m=method: skimage.feature.local_binary_pattern(image, p, r, m)
            },
            bytes=9 * image.size,
        )
