"""How blurred an image is."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.blur_effect"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim > 2:
        return
    yield Case(
        label="size 11",
        ours=lambda: opsin.measure.blur_effect(image),
        peers={"scikit-image": lambda: peers.skimage.measure.blur_effect(image)},
        bytes=image.nbytes,
        tolerance=1e-3,
    )
