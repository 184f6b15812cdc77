"""Parameters for the laws; a function makes an array for the image that is tried."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def _stripes(image: NDArray[Any]) -> NDArray[np.int64]:
    return np.asarray(np.indices(image.shape)[:1].sum(axis=0) // 3)


SAMPLES = [
    {"labels": _stripes, "index": (0, 2, 1), "properties": ("label", "mean", "variance", "median", "center_of_mass")},
    {"labels": _stripes, "properties": ("count", "sum", "minimum_position", "maximum_position")},
]
