"""The Euler number of a mask."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.euler_number"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim > 2:
        return
    mask = image > image.mean()
    yield Case(
        label="8 neighbors",
        ours=lambda: opsin.measure.euler_number(mask),
        peers={"scikit-image": lambda: peers.skimage.measure.euler_number(mask)},
        bytes=mask.nbytes,
        tolerance=0,
    )
