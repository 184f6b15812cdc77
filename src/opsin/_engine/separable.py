"""The framework of separable filters: one filter along each axis.

The leading spatial axes are filtered one after the other in floating point, and
the last two together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT32, FLOAT64, UINT8, Layout, Pixels, Result, copied
from .borders import Border, extended, margins
from .box import Box, box_means
from .decimated import LargeGaussian, large_gaussians
from .dispatch import kernel
from .planes import Plan, over_leading_axes, over_planes
from .resample import Table, resample

MIN_FOLDED = 256
"""Windows of a smaller radius are short for any axis."""


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a correlation along one axis; the middle one is that of the pixel itself."""

    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def radius(self) -> int:
        return len(self.values) // 2

    @property
    def halo(self) -> int:
        """How many pixels the filter reaches."""
        return self.radius

    @cached_property
    def is_symmetric(self) -> bool:
        return bool(np.array_equal(self.values, self.values[::-1]))

    @cached_property
    def total(self) -> float:
        return float(self.values.sum())

    @cached_property
    def fixed_point(self) -> NDArray[np.uint16]:
        """The first half of symmetric weights, up to the middle one, as 16-bit fractions of one.

        The middle one is stored halved, so that one itself can be represented; the sum is exactly one, so that
        constant images keep their value.
        """
        sides = np.rint(self.values[: self.radius] * 65536).astype(np.int64)
        middle = 65536 - 2 * int(sides.sum())
        return np.append(sides, middle // 2).astype(np.uint16)


Filter: TypeAlias = Weights | Box | LargeGaussian | None
"""The filter of one axis; None leaves the axis as it is."""

IDENTITY = Weights(np.ones(1))


def separable(
    pixels: Pixels,
    filters: Sequence[Filter],
    *,
    border: Border,
    result: Result = "input",
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Filter an image along each of its axes.

    Parameters
    ----------
    pixels : Pixels
        The image.
    filters : sequence of Filter
        One filter for each of the axes to work along. Boxes and weights do not mix.
    border : Border
        How the image is extended.
    result : Result
        The dtype of the result: ``"input"`` rounds, ``"float"`` does not.
    out : ndarray, optional
        The caller's array for the result.
    """
    chosen = tuple(filters)
    kind = _kind(chosen)
    if kind is Box:
        return box_means(pixels, chosen, border=border, out=out)
    dtype = pixels.result_dtype(result, out)
    if kind is LargeGaussian:
        return _with_large_gaussians(pixels, chosen, border, dtype, out)
    leading, plan = _plans(pixels.layout, chosen, border, dtype)
    if leading:
        return over_leading_axes(leading, plan, pixels, dtype, out)
    if plan is None and leading is None:
        tables = [
            _table(pixels.shape[axis], item) if isinstance(item, Weights) else None
            for axis, item in zip(pixels.axes, chosen, strict=True)
        ]
        return resample(pixels, tables, border=border, result=result, out=out)
    if plan is None:
        return copied(pixels, out)
    return over_planes(plan, pixels, dtype, out)


@lru_cache(maxsize=512)
def _kind(filters: tuple[Filter, ...]) -> type:
    """Return the type of the filters that determines how all are computed."""
    kinds = set(map(type, filters))
    return Box if Box in kinds else LargeGaussian if LargeGaussian in kinds else Weights


@lru_cache(maxsize=64)
def _table(length: int, weights: Weights) -> Table:
    """Return the table of a window around each pixel of an axis."""
    values = np.repeat(weights.values[:, None], length, axis=1)
    return Table(length, np.arange(length) - weights.radius, values)


def sharpened(
    pixels: Pixels,
    filters: Sequence[Filter],
    amount: float,
    limits: tuple[float, float],
    *,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any] | None:
    """Return planes plus `amount` times their difference from what symmetric filters make of them, or None.

    Parameters
    ----------
    pixels : Pixels
        The image; with other dtypes than uint8 and float32, more axes, or other filters, the result is None.
    filters : sequence of Filter
        One filter for each of the axes to work along.
    amount : float
        What the difference is multiplied by.
    limits : tuple of float
        The least and the greatest value of floats in the result; uint8 is rounded and saturates.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    short = all(item is None or isinstance(item, Weights) for item in filters)
    if not short or pixels.dtype not in (UINT8, FLOAT32) or len(pixels.spatial_axes) > 2:
        return None
    plan = _sharpening_plan(pixels.layout, tuple(filters), border, amount, limits)
    return over_planes(plan, pixels, pixels.dtype, out)


@lru_cache(maxsize=64)
def _sharpening_plan(
    layout: Layout, filters: tuple[Any, ...], border: Border, amount: float, limits: tuple[float, float]
) -> Plan:
    dtype = layout.dtype
    weights = dict(zip(layout.axes, filters, strict=True))
    modes = dict(zip(layout.axes, border.modes, strict=True))
    down, across = (IDENTITY, *(weights.get(axis) or IDENTITY for axis in layout.spatial_axes))[-2:]
    pair = ("nearest", *(modes.get(axis, "nearest") for axis in layout.spatial_axes))[-2:]
    rows, columns, channels = layout.plane
    return Plan(
        kernel("sharpen", dtype),
        dtype,
        dtype,
        extended(rows, down.radius, down.radius, pair[0]),
        2 * down.radius + 1,
        margins(columns, across.radius, pair[1]),
        border.cval,
        across.values.astype(FLOAT32),
        down.values.astype(FLOAT32),
        channels,
        amount,
        np.array(limits, FLOAT32),
    )


def _with_large_gaussians(
    pixels: Pixels, filters: tuple[Filter, ...], border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Filter the axes that have weights, and then those that have a large Gaussian."""
    weights = [item if isinstance(item, Weights) else None for item in filters]
    large = [item if isinstance(item, LargeGaussian) else None for item in filters]
    if any(weights):
        array = separable(pixels, weights, border=border, result="float")
        border = border.filled(border.cval * math.prod(item.total for item in weights if item))
        pixels = pixels.like(array)
    return large_gaussians(pixels, large, border=border, dtype=dtype, out=out)


@lru_cache(maxsize=512)
def _plans(
    layout: Layout, filters: tuple[Any, ...], border: Border, result: np.dtype[Any]
) -> tuple[list[tuple[int, Plan]] | None, Plan | None]:
    """Return the plans of the leading axes with their numbers, and the plan of the last two spatial axes.

    There is no plan where the last two axes are not filtered and their values are those of the result already. There
    are none at all where the window of a mean is much longer than its axis: tables of resampling fold it.
    """
    windows = [(layout.shape[axis], item) for axis, item in zip(layout.axes, filters, strict=True) if item is not None]
    much_longer = any(item.radius > 4 * length + MIN_FOLDED for length, item in windows)
    if much_longer and 0 not in layout.shape and all(abs(item.total - 1) < 1e-9 for _, item in windows):
        return None, None
    dtype, spatial = layout.dtype, layout.spatial_axes
    weights = dict(zip(layout.axes, filters, strict=True))
    modes = dict(zip(layout.axes, border.modes, strict=True))
    cval, leading = border.cval, []
    for axis in spatial[:-2]:
        item = weights.get(axis)
        if item is not None:
            along = _axis_plan(layout.shape[axis], COMPUTED_IN["measure"][dtype], item, modes[axis], cval)
            leading.append((axis, along))
            dtype = along.result
            cval *= item.total  # the value of the constant after this axis
    last = [weights.get(axis) for axis in spatial[-2:]]
    if not any(last) and dtype == result:
        return leading, None
    down, across = (IDENTITY, *(item or IDENTITY for item in last))[-2:]
    pair = ("nearest", *(modes.get(axis, "nearest") for axis in spatial[-2:]))[-2:]
    to_float = result.kind == "f" and dtype.kind != "f"
    return leading, _plan(layout, dtype, to_float, down, across, pair, cval)


def _plan(
    layout: Layout,
    dtype: np.dtype[Any],
    to_float: bool,
    down: Weights,
    across: Weights,
    modes: tuple[str, ...],
    cval: float,
) -> Plan:
    """Return the plan of a correlation along the rows and the columns of planes, whose dtype is `dtype` now."""
    computed = COMPUTED_IN["measure" if to_float else "blend"][dtype]
    rows, columns, channels = layout.plane
    real = FLOAT64 if computed == FLOAT64 else FLOAT32
    symmetric = down.is_symmetric and across.is_symmetric
    row_table = extended(rows, down.radius, down.radius, modes[0])
    margin_table = margins(columns, across.radius, modes[1])
    if to_float or not symmetric:
        name, written = "correlate_general", real
    else:
        name, written = "correlate", computed
    if name == "correlate" and computed == UINT8:
        tables = [across.fixed_point, down.fixed_point]
    else:
        tables = [across.values.astype(real), down.values.astype(real)]
    window = 2 * down.radius + 1
    return Plan(kernel(name, computed), computed, written, row_table, window, margin_table, cval, *tables, channels)


def _axis_plan(length: int, dtype: np.dtype[Any], weights: Weights, mode: str, cval: float) -> Plan:
    """Return the plan of a correlation along a leading axis."""
    real = FLOAT64 if dtype == FLOAT64 else FLOAT32
    rows = extended(length, weights.radius, weights.radius, mode)
    window = 2 * weights.radius + 1
    return Plan(kernel("correlate_axis", dtype), dtype, real, rows, window, cval, weights.values.astype(real))
