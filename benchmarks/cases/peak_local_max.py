"""The highest pixels of their neighborhoods, in a smooth image."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.peak_local_max"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.ndim != 2:
        return
    smooth = opsin.filters.gaussian(image, 2)
    for distance in (1, 10):
        yield Case(
            label=f"at least {distance} apart",
            ours=lambda d=distance: opsin.feature.peak_local_max(smooth, d),
            peers={"scikit-image": lambda d=distance: skimage.feature.peak_local_max(smooth, min_distance=d)},
            bytes=image.nbytes,
        )
