"""The largest value of each block."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "measure.block_reduce"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    shape = image.shape

    def reshaped() -> Any:
        blocks = image[: shape[0] // 4 * 4, : shape[1] // 4 * 4]
        return blocks.reshape(shape[0] // 4, 4, shape[1] // 4, 4, *shape[2:]).max(axis=(1, 3))

    yield Case(
        label="4 x 4, largest",
        ours=lambda: opsin.measure.block_reduce(image, 4, func=np.max),
        peers={
            "NumPy": reshaped,
            "scikit-image": lambda: peers.skimage.measure.block_reduce(image, (4, 4, 1)[: image.ndim], np.max),
        },
        bytes=image.nbytes + image.nbytes // 16,
    )
