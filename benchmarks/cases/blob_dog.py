"""Blobs by differences of Gaussians; their numbers are compared."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "feature.blob_dog"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    skimage = peers.skimage
    if image.shape != (512, 512) or image.dtype != np.float32:
        return
    yield Case(
        label="scales up to 30",
        ours=lambda: len(opsin.feature.blob_dog(image, max_sigma=30)),
        peers={"scikit-image": lambda: len(skimage.feature.blob_dog(image, max_sigma=30))},
        bytes=image.nbytes,
        tolerance=3,
    )
