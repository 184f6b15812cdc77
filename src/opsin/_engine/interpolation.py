"""Interpolation: the orders by number and by name, and the tables of resampling."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, integer
from .resample import Table

Order: TypeAlias = Literal[0, 1, 3, "nearest", "linear", "cubic"]
"""scikit-image's numbers for the interpolation, or their names."""

NUMBERS = {0: "nearest", 1: "linear", 3: "cubic"}

KERNEL_RADIUS = {"linear": 1.0, "cubic": 2.0, "lanczos": 3.0}


def order_name(order: Any, allowed: Collection[str], dtype: np.dtype[Any]) -> str:
    """Return the name of the interpolation; without one, the nearest pixel for bool and linear for all else."""
    if order is None:
        return "nearest" if dtype == np.bool_ else "linear"
    if isinstance(order, str):
        return choice("order", order, allowed)
    number = integer("order", order)
    if number not in NUMBERS:
        listed = ", ".join(repr(word) for word in (*NUMBERS, *allowed))
        raise ValueError(f"order must be one of {listed}; got {number}.")
    return NUMBERS[number]


@lru_cache(maxsize=128)
def resizing_table(
    before: int,
    after: int,
    interpolation: str,
    anti_aliasing: bool,
    extended: bool = False,
    centered: bool = False,
) -> Table | None:
    """Return the table that resamples `before` pixels to `after`; None if that changes nothing.

    Parameters
    ----------
    before, after : int
        The lengths of the axis.
    interpolation : {'nearest', 'linear', 'cubic', 'lanczos', 'area'}
        The kernel.
    anti_aliasing : bool
        Whether the kernel is as much wider as the axis gets shorter.
    extended : bool
        Whether pixels beyond the border count; otherwise the weights of the pixels inside are scaled to sum to one.
    centered : bool
        Whether the centers of the first and last pixels coincide before and after, and not their outer borders.
    """
    if before == after:
        return None
    if after == 0:
        return _unit(before, np.zeros(0, np.intp))
    position = np.arange(after)
    if centered:
        scale = (before - 1) / max(after - 1, 1)
        center = position * scale
        if interpolation == "nearest":
            return _unit(before, np.floor(center + 0.5).astype(np.intp))
    else:
        scale = before / after
        if interpolation == "nearest":
            # In whole numbers, which assign a position between two pixels to the second.
            return _unit(before, (2 * position + 1) * before // (2 * after))
        center = (position + 0.5) * scale - 0.5
    widening = max(scale, 1.0) if anti_aliasing else 1.0
    return weights_at(center, before, interpolation, widening, scale, extended)


def weights_at(
    center: NDArray[np.floating[Any]],
    length: int,
    interpolation: str,
    widening: float = 1.0,
    scale: float = 1.0,
    extended: bool = False,
) -> Table:
    """Return the table of pixels that are interpolated at the positions `center` of an axis of `length` pixels.

    `scale` is the distance of the positions, which is the width of ``"area"``; `widening` is the width of the others.
    """
    tiny = 1e-9 * scale
    reach = scale / 2 + 0.5 if interpolation == "area" else KERNEL_RADIUS[interpolation] * widening
    first = np.floor(center - reach + tiny).astype(np.intp) + 1
    last = np.ceil(center + reach - tiny).astype(np.intp) - 1
    if not extended:
        first, last = np.maximum(first, 0), np.minimum(last, length - 1)
    taps = int(np.max(last - first)) + 1
    starts = np.minimum(first, length - taps) if not extended else first
    distance = starts + np.arange(taps)[:, None] - center
    if interpolation == "area":
        # A pixel of width 1 and one of width `scale` overlap by the difference of their near ends, if they do.
        weights = np.clip((scale + 1) / 2 - np.abs(distance), 0, min(scale, 1.0))
    else:
        weights = interpolating_kernel(interpolation, np.abs(distance) / widening)
    weights /= weights.sum(axis=0)
    return Table(length, starts, weights)


def _unit(length: int, starts: NDArray[np.intp]) -> Table:
    return Table(length, starts, np.ones((1, len(starts))))


def interpolating_kernel(interpolation: str, distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of pixels at the given distances."""
    d = distance
    if interpolation == "linear":
        return np.maximum(1 - d, 0)
    if interpolation == "cubic":
        near = (1.5 * d - 2.5) * d * d + 1
        far = ((-0.5 * d + 2.5) * d - 4) * d + 2
        return np.where(d < 1, near, np.where(d < 2, far, 0))
    return np.where(d < 3, np.sinc(d) * np.sinc(d / 3), 0)
