"""A mosaic of twelve photographs."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "util.montage"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.dtype == np.float32 or image.shape[0] > 512:
        return
    several = np.stack([image] * 12)
    channels = -1 if image.ndim > 2 else None
    fill = 0 if channels is None else (0, 0, 0)
    yield Case(
        label="12 images, 4 pixels apart",
        ours=lambda: opsin.util.montage(several, fill=fill, padding_width=4),
        peers={
            "scikit-image": lambda: peers.skimage.util.montage(
                several, fill=fill, padding_width=4, channel_axis=channels
            )
        },
        bytes=2 * several.nbytes,
    )
