"""The watershed of the gradient of a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import opsin

from race import Case

OPERATION = "segmentation.watershed"


def cases(image: NDArray[Any], peers: SimpleNamespace) -> Iterator[Case]:
    if image.ndim != 2:
        return
    gradient = opsin.morphology.morphological_gradient(image, 3)
    markers = np.zeros(image.shape, np.int32)
    grid = markers[::40, ::40]
    grid[...] = np.arange(1, grid.size + 1).reshape(grid.shape)
    yield Case(
        label="markers on a grid",
        ours=lambda: opsin.segmentation.watershed(gradient, markers),
        peers={"scikit-image": lambda: peers.skimage.segmentation.watershed(gradient, markers)},
        bytes=image.nbytes + 8 * image.size,
    )
