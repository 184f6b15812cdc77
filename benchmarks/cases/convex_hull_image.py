"""The convex hull of a photograph's bright parts."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "morphology.convex_hull_image"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype != np.uint8 or image.ndim != 2:
        return
    mask = image > 200
    yield Case(
        label="bright parts",
        ours=lambda: opsin.morphology.convex_hull_image(mask),
        peers={"scikit-image": lambda: peers.skimage.morphology.convex_hull_image(mask)},
        bytes=2 * mask.nbytes,
    )
