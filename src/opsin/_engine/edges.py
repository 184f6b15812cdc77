"""The framework of edges: pixels whose gradient is the greatest along its direction."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import UINT8, Pixels
from .borders import extended, margins
from .dispatch import kernel
from .planes import Plan, over_planes, plane_shape


def edge_candidates(
    pixels: Pixels, low: float, high: float, *, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """Return 1 where the gradient of planes is the greatest along its direction and at least `low`, 2 from `high`.

    Parameters
    ----------
    pixels : Pixels
        A smoothed image of float32 or float64.
    low, high : float
        The thresholds; where the gradient is 0 there is no edge.
    out : ndarray of uint8, optional
        The caller's array for the result.
    """
    largest = float(np.finfo(pixels.dtype).max)
    low, high = min(low, largest), min(high, largest)
    return over_planes(_plan(pixels.shape, pixels.dtype, pixels.channel_axis, low, high), pixels, UINT8, out)


@lru_cache(maxsize=64)
def _plan(shape: tuple[int, ...], dtype: np.dtype[Any], channel_axis: int | None, low: float, high: float) -> Plan:
    rows, columns, channels = plane_shape(shape, channel_axis)
    tables = extended(rows, 2, 2, "reflect"), margins(columns, 2, "reflect")
    return Plan(
        kernel("canny", dtype), dtype, UINT8, tables[0], 5, tables[1], 0.0, np.array([low, high], dtype), channels
    )
