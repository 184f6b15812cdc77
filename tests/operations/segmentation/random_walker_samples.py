"""Parameters for the laws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def markers(image: NDArray[Any]) -> NDArray[np.int32]:
    """Return two markers at every ninth pixel in turn."""
    found = np.zeros(image.shape, np.int32)
    found.flat[::9] = np.arange(found.flat[::9].size) % 2 + 1
    return found


SAMPLES: list[dict[str, Any]] = [
    {"labels": markers},
    {"labels": markers, "beta": 0.01, "mode": "cg_j"},
    {"labels": markers, "return_full_prob": True},
]
