"""The smoothed products of the derivatives of an image."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.structure_tensor"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.ndim != 2:
        return
    settings: dict[str, Any] = {"sigma": 2, "order": "rc"}
    pixels = image.astype(np.float32)
    yield Case(
        label="sigma 2",
        ours=lambda: opsin.feature.structure_tensor(pixels, **settings),
        peers={"scikit-image": lambda: skimage.feature.structure_tensor(pixels, **settings)},
        bytes=4 * image.nbytes,
        tolerance=1e-2 * float(pixels.max()) ** 2,
    )
