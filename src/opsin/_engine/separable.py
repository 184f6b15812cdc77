"""The framework of separable filters: one filter along each axis.

The leading spatial axes are filtered one after the other in floating point, and
the last two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT32, FLOAT64, UINT8, Pixels, Result, converted, volume
from .borders import Border, extended, margins
from .box import Box, box_means
from .dispatch import bind, kernel, run
from .planes import Plan, over_planes, plane_shape
from .runtime import empty


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a correlation along one axis; the middle one is that of the pixel itself."""

    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def radius(self) -> int:
        return len(self.values) // 2

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


Filter: TypeAlias = Weights | Box | None
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
    if any(isinstance(item, Box) for item in filters):
        return box_means(pixels, filters, border=border, out=out)
    dtype = pixels.result_dtype(result, out)
    weights = dict(zip(pixels.axes, filters, strict=True))
    spatial = pixels.spatial_axes
    cval = border.cval
    array = pixels.array
    for number, axis in enumerate(pixels.axes):
        table = weights[axis]
        if axis in spatial[-2:] or not isinstance(table, Weights) or not array.size:
            continue
        array = along_axis(array, axis, table, border.modes[number], cval)
        cval *= table.total  # the value of the constant after this axis
    done = array is not pixels.array and not any(weights.get(axis) for axis in spatial[-2:])
    if done and array.dtype == dtype and out is None:
        return array
    last = [weights.get(axis) or IDENTITY for axis in spatial[-2:]]
    modes = [border.modes[pixels.axes.index(axis)] if axis in pixels.axes else "nearest" for axis in spatial[-2:]]
    down, across = (IDENTITY, *last)[-2:]
    plan = _plan(
        array.shape, array.dtype, pixels.channel_axis, dtype.kind == "f" and array.dtype.kind != "f",
        down, across, ("nearest", *modes)[-2:], cval,
    )  # fmt: skip
    return over_planes(plan, pixels.like(array), dtype, out)


@lru_cache(maxsize=512)
def _plan(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    channel_axis: int | None,
    to_float: bool,
    down: Any,
    across: Any,
    modes: tuple[str, str],
    cval: float,
) -> Plan:
    """Return the plan of a correlation along the rows and the columns of planes."""
    computed = COMPUTED_IN["measure" if to_float else "blend"][dtype]
    rows, columns, channels = plane_shape(shape, channel_axis)
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


def along_axis(array: NDArray[Any], axis: int, weights: Weights, mode: str, cval: float) -> NDArray[Any]:
    """Return `array`, in floating point, correlated along one axis that is neither of the last two spatial ones."""
    computed = COMPUTED_IN["measure"][array.dtype]
    source = volume(converted(array, computed), axis)
    target = empty(source.shape, FLOAT64 if computed == FLOAT64 else FLOAT32)
    run(_axis_plan(source.shape[1], computed, weights, mode, cval), source, target)
    return target.reshape(array.shape)


@lru_cache(maxsize=512)
def _axis_plan(length: int, dtype: np.dtype[Any], weights: Any, mode: str, cval: float) -> Any:
    real = FLOAT64 if dtype == FLOAT64 else FLOAT32
    rows = extended(length, weights.radius, weights.radius, mode)
    return bind(kernel("correlate_axis", dtype), None, rows, cval, weights.values.astype(real), None)
