"""Total variation, 40 iterations and as many as it needs."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "restoration.denoise_tv_chambolle"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    restoration = peers.skimage.restoration
    axis = 2 if image.ndim == 3 else None
    top = 255 if image.dtype == np.uint8 else 1
    for label, settings in (("40 iterations", {"eps": 0, "max_num_iter": 41}), ("defaults", {})):
        yield Case(
            label=label,
            ours=lambda s=settings: opsin.restoration.denoise_tv_chambolle(image, **s),
            peers={
                "scikit-image": lambda s=settings: restoration.denoise_tv_chambolle(image, channel_axis=axis, **s) * top
            },
            bytes=2 * image.nbytes,
            tolerance=1 if top == 255 else 0.01,
        )
