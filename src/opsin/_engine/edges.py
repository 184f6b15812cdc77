"""The framework of edges: pixels whose gradient is the greatest along its direction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, FLOAT32, FLOAT64, UINT8, Layout, Pixels
from .borders import Border, extended, margins
from .dispatch import kernel
from .planes import Plan, over_planes
from .separable import IDENTITY, Filter, Weights

MAX_RADIUS = 16
"""Longer filters run faster by themselves, as the rows of a tile that are smoothed again for the next one are few."""


LARGEST = {dtype: float(np.finfo(dtype).max) for dtype in (FLOAT32, FLOAT64)}


def can_smooth(filters: Sequence[Filter], border: Border) -> bool:
    """Return whether `edge_candidates` smooths with these filters, which it does beyond a border of constants."""
    short = all(item is None or (isinstance(item, Weights) and item.radius <= MAX_RADIUS) for item in filters)
    return short and set(border.modes) == {"constant"}


def edge_candidates(
    pixels: Pixels,
    low: float,
    high: float,
    *,
    filters: Sequence[Filter] | None = None,
    cval: float = 0.0,
    factor: float = 1.0,
    out: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Return 1 where the gradient of planes is the greatest along its direction and at least `low`, 2 from `high`.

    In the first and the last row and column the result means nothing.

    Parameters
    ----------
    pixels : Pixels
        Planes of bool, uint8, float32 or float64; the first two are computed in float64.
    low, high : float
        The thresholds; where the gradient is 0 there is no edge.
    filters : sequence of Filter, optional
        Symmetric weights of the rows and of the columns, which smooth the image first; their sums are normalized by
        those of the weights within the plane. By default the image is as it is.
    cval : float
        The value of the pixels beyond the border, before they are multiplied.
    factor : float
        What pixels are multiplied by first.
    out : ndarray of uint8, optional
        The caller's array for the result.
    """
    largest = LARGEST[FLOAT32 if pixels.dtype == FLOAT32 else FLOAT64]
    thresholds = min(low, largest), min(high, largest)
    chosen = None if filters is None else tuple(filters)
    return over_planes(_plan(pixels.layout, thresholds, chosen, cval, factor), pixels, UINT8, out)


@lru_cache(maxsize=64)
def _plan(
    layout: Layout,
    thresholds: tuple[float, float],
    filters: tuple[Any, ...] | None,
    cval: float,
    factor: float,
) -> Plan:
    dtype = UINT8 if layout.dtype == BOOL else layout.dtype
    real = FLOAT32 if dtype == FLOAT32 else FLOAT64
    rows, columns, _ = layout.plane
    down, across = (item or IDENTITY for item in filters or (None, None))
    reach = down.radius + 2
    # As in scikit-image, pixels beyond the border weigh what they are worth, and the norm is never 0.
    outside, least = (0.0, 0.0) if filters is None else (cval * factor, float(np.finfo(real).eps))
    return Plan(
        kernel("canny", dtype),
        dtype,
        UINT8,
        extended(rows, reach, reach, "constant"),
        2 * reach + 1,
        margins(columns, across.radius + 2, "constant"),
        cval,
        np.array([factor], real),
        across.values.astype(real),
        down.values.astype(real),
        _within(columns, across).astype(real),
        np.array([1 - outside, outside + least], real),
        np.array(thresholds, real),
    )


def _within(length: int, weights: Weights) -> NDArray[np.float64]:
    """Return for each pixel of an axis which part of the weights is within the image; exactly 1 if all are."""
    radius = weights.radius
    places = np.arange(length)
    sums = np.append(0.0, np.cumsum(weights.values))
    first, last = np.maximum(radius - places, 0), np.minimum(radius + length - places, 2 * radius + 1)
    return np.where((first == 0) & (last == 2 * radius + 1), 1.0, (sums[last] - sums[first]) / sums[-1])
