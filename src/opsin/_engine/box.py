"""Means over boxes: small ones are summed directly, large ones by sums of blocks in constant time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, COMPUTED_IN, FLOAT32, FLOAT64, UINT8, Layout, Output, Pixels, saturate
from .borders import Border, extended, extended_image, margins
from .compiled import for_this_machine
from .dispatch import kernel
from .planes import NARROW_BYTES, Plan, over_leading_axes, over_planes
from .runtime import empty

MAX_SMALL = 15
"""Up to this size a box is summed pixel by pixel: the sums of 15 x 15 pixels of uint8 fit 16 bits."""

MIN_WIDE = 512
"""Smaller boxes are never wide: the extended image is small, and summing it takes less time than periods do."""

SQUARES = {3: "three", 5: "five"}
"""The boxes of uint8 that have a kernel of their own."""

MAX_FLOAT32_BOX = 4096
"""Up to so many pixels of uint8 a mean in float32 is nearer to its exact value than to any other mean."""

_NO_MARGINS = np.zeros(0, np.int32)


class Box(NamedTuple):
    """The mean over `size` pixels along one axis, around the one at index ``size // 2 + origin``."""

    size: int
    origin: int = 0


ONE = Box(1)


def box_means(
    pixels: Pixels, filters: Sequence[Any], *, border: Border, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the mean over boxes, rounded to nearest: the part of `separable` for filters that are boxes or None."""
    boxes = tuple([ONE if item is None else item for item in filters])
    dtype = pixels.result_dtype("input", out)
    plan = _plan(pixels.layout, boxes, border, dtype)
    if plan is not None:
        return over_planes(plan, pixels, dtype, out)
    if any(map(_is_wide, boxes, [pixels.shape[axis] for axis in pixels.axes])):
        return _wide(pixels, boxes, border, dtype, out)
    if any(box.origin for box in boxes):
        return _displaced(pixels, boxes, border, out)
    return _over_volume(pixels, boxes, border, dtype, out)


def _over_volume(
    pixels: Pixels, boxes: Sequence[Box], border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take the leading axes one after the other, in floats, and the last two together."""
    sizes, modes = _per_spatial_axis(pixels.layout, boxes, border)
    computed = _float_dtype(pixels.dtype, math.prod(sizes))
    passes = [
        (axis, _axis_plan(pixels.shape[axis], computed, size, mode, border.cval))
        for axis, size, mode in zip(pixels.spatial_axes[:-2], sizes, modes, strict=False)
        if size > 1
    ]
    increment, pair = _increment(pixels.dtype, computed, dtype), ("nearest", *modes)[-2:]
    plan = _large_plan(pixels.layout, computed, (1, *sizes)[-2:], pair, border.cval, increment)
    return over_leading_axes(passes, plan, pixels, dtype, out)


def _float_dtype(dtype: np.dtype[Any], area: int) -> np.dtype[Any]:
    """Return the floats that means over so many pixels of `dtype` are computed in."""
    computed = COMPUTED_IN["select"][dtype]
    if computed.kind == "f":
        return computed
    return FLOAT32 if computed == UINT8 and area <= MAX_FLOAT32_BOX else FLOAT64


def _increment(dtype: np.dtype[Any], computed: np.dtype[Any], result: np.dtype[Any]) -> float:
    """Return what is added to means of `dtype` in floats before they are rounded.

    It is for halves that came out a little less; the means of integers are not as close to others.
    """
    if result.kind not in "iub" or computed.kind != "f":
        return 0.0
    return 1e-4 if computed == FLOAT32 and dtype in (UINT8, BOOL) else 1e-9


def _per_spatial_axis(layout: Layout, boxes: Sequence[Box], border: Border) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the size of the box and the mode along each spatial axis."""
    axes, spatial = layout.axes, layout.spatial_axes
    sizes = dict(zip(axes, (box.size for box in boxes), strict=True))
    return tuple([sizes.get(axis, 1) for axis in spatial]), border.along(axes, spatial).modes


def _is_wide(box: Box, length: int) -> bool:
    """Return whether a box is so much longer than the axis that the extended image would be large."""
    return length > 0 and box.size > max(2 * length + MAX_SMALL, MIN_WIDE)


def _wide(
    pixels: Pixels, boxes: Sequence[Box], border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take boxes that are much longer than the image from sums of whole periods of it, and then all others."""
    array, rest = pixels.array.astype(FLOAT64), list(boxes)
    with np.errstate(all="ignore"):
        for number, (axis, box, mode) in enumerate(zip(pixels.axes, boxes, border.modes, strict=True)):
            if _is_wide(box, pixels.shape[axis]):
                array = _means_along(array, axis, box, mode, border.cval)
                rest[number] = ONE
    array = box_means(pixels.like(array), rest, border=border)
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    increment = _increment(pixels.dtype, FLOAT64, dtype)
    output.array[...] = saturate(array + increment if increment else array, dtype)
    return output.finish()


def _means_along(array: NDArray[np.float64], axis: int, box: Box, mode: str, cval: float) -> NDArray[np.float64]:
    """Return the means over a box along one axis, however far the box reaches beyond the image."""
    lines = np.moveaxis(array, axis, -1)
    finite = np.isfinite(lines)
    sums = _sums_along(np.where(finite, lines, 0.0), box, mode, cval)
    if not finite.all():
        for value in (np.inf, -np.inf, np.nan):
            found = np.isnan(lines) if np.isnan(value) else lines == value
            sums[_sums_along(found.astype(FLOAT64), box, mode, 0.0) > 0.5] += value
    return np.moveaxis(sums / box.size, -1, axis)


def _sums_along(lines: NDArray[np.float64], box: Box, mode: str, cval: float) -> NDArray[np.float64]:
    """Return the sums over a box along the last axis."""
    length = lines.shape[-1]
    first = np.arange(length) - (box.size // 2 + box.origin)
    ends = np.stack([first, first + box.size])
    if mode in ("constant", "nearest"):
        inside = np.clip(ends, 0, length)
        edges = [lines[..., :1], lines[..., -1:]] if mode == "nearest" else [cval, cval]
        counts = np.maximum(-ends[0], 0), np.maximum(ends[1] - length, 0)
        beyond: Any = sum(np.where(count, edge * count, 0.0) for edge, count in zip(edges, counts, strict=True))
        turns: Any = 0
    else:
        period = lines if mode == "wrap" else np.concatenate([lines, lines[..., ::-1]], axis=-1)
        if mode == "mirror" and length > 1:
            period = np.concatenate([lines, lines[..., -2:0:-1]], axis=-1)
        lines, beyond = period, 0.0
        turns, inside = np.divmod(ends, period.shape[-1])
    below = np.concatenate([np.zeros((*lines.shape[:-1], 1)), np.cumsum(lines, axis=-1)], axis=-1)
    whole = (turns[1] - turns[0]) * below[..., -1:] if np.ndim(turns) else 0.0
    total: NDArray[np.float64] = below[..., inside[1]] - below[..., inside[0]] + whole + beyond
    return total


def _displaced(pixels: Pixels, boxes: Sequence[Box], border: Border, out: NDArray[Any] | None) -> NDArray[Any]:
    """Take boxes that are not centered from a copy of the image that is extended as far as they reach."""
    before = [box.size // 2 + box.origin for box in boxes]
    after = [box.size - 1 - front for box, front in zip(boxes, before, strict=True)]
    wide = pixels.like(extended_image(pixels.array, pixels.axes, before, after, border))
    dtype = pixels.result_dtype("input", out)
    wide_out = None if dtype == pixels.dtype else empty(wide.shape, dtype)
    means = box_means(wide, [Box(box.size) for box in boxes], border=border, out=wide_out)
    window = [slice(None)] * pixels.array.ndim
    for axis, box in zip(pixels.axes, boxes, strict=True):
        window[axis] = slice(box.size // 2, box.size // 2 + pixels.shape[axis])
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    output.array[...] = means[tuple(window)]
    return output.finish()


@lru_cache(maxsize=512)
def _plan(layout: Layout, boxes: tuple[Box, ...], border: Border, result: np.dtype[Any]) -> Plan | None:
    """Return the plan of a centered box in a plane; None of any other."""
    dtype = layout.dtype
    sizes, modes = _per_spatial_axis(layout, boxes, border)
    down, across = (1, *sizes)[-2:]
    computed = COMPUTED_IN["select"][dtype]
    if any(_is_wide(box, layout.shape[axis]) for box, axis in zip(boxes, layout.axes, strict=True)):
        return None
    if any(box.origin for box in boxes) or max(sizes[:-2], default=1) > 1:
        return None
    division = _division(down * across, computed) if max(down, across) <= MAX_SMALL and result == dtype else None
    if division is None:
        computed = computed if result == dtype else _float_dtype(dtype, down * across)
        pair, increment = ("nearest", *modes)[-2:], _increment(dtype, computed, result)
        return _large_plan(layout, computed, (down, across), pair, border.cval, increment)
    rows, columns, channels = layout.plane
    vertical, horizontal = ("nearest", *modes)[-2:]
    row_table, window = extended(rows, down // 2, down // 2, vertical), 2 * (down // 2) + 1
    margin_table = margins(columns, across // 2, horizontal)
    if computed == UINT8 and down == across and down in SQUARES and columns * channels >= NARROW_BYTES:
        arguments: tuple[Any, ...] = (margin_table, border.cval, channels)
        found = kernel(f"box_{SQUARES[down]}", computed)
        return Plan(found, computed, computed, row_table, window, *arguments, contiguous=True)
    arguments = (margin_table, border.cval, down, across, channels, *division)
    return Plan(kernel("box", computed), computed, computed, row_table, window, *arguments)


class _SumsPlan(Plan):
    """The plan of a box of any size, whose sums compiled code takes; its arguments are those of `_means`."""

    __slots__ = ()

    def bind(self, rows: NDArray[np.int32]) -> Any:
        return partial(_means, rows=rows, **self._arguments[0])

    def run(self, bound: Any, source: NDArray[Any], target: NDArray[Any]) -> None:
        bound(source, target)


@lru_cache(maxsize=512)
def _large_plan(
    layout: Layout,
    dtype: np.dtype[Any],
    sizes: tuple[int, ...],
    modes: tuple[str, ...],
    cval: float,
    increment: float,
) -> Plan:
    """Return the plan of a box of any size in planes of `dtype`."""
    rows, columns, channels = layout.plane
    down, across = sizes
    arguments = {
        "channels": channels,
        "down": down,
        "across": across,
        "margin_table": margin_elements(columns, across, modes[1], channels),
        "cval": cval,
        "increment": increment,
    }
    row_table = extended(rows, down // 2, down // 2, modes[0])
    # The sums of floats start anew every `down` rows.
    return _SumsPlan(None, dtype, dtype, row_table, 2 * (down // 2) + 1, arguments, unit=down)


def _axis_plan(length: int, dtype: np.dtype[Any], size: int, mode: str, cval: float) -> Plan:
    """Return the plan of a box along a leading axis."""
    arguments = {"channels": 1, "down": size, "across": 1, "margin_table": _NO_MARGINS, "cval": cval}
    rows = extended(length, size // 2, size // 2, mode)
    return _SumsPlan(None, dtype, dtype, rows, 2 * (size // 2) + 1, arguments, unit=size)


def margin_elements(columns: int, across: int, mode: str, channels: int) -> NDArray[np.int32]:
    """Return for each element of the two margins of a row, as far as a box reaches, its element in the row, or -1."""
    front, back = margins(columns, across // 2, mode)
    places = np.concatenate([front, back[: (across - 1) // 2]])[:, None]
    return np.where(places < 0, -1, places * channels + np.arange(channels, dtype=np.int32)).ravel()


def _means(
    source: NDArray[Any],
    target: NDArray[Any],
    rows: NDArray[np.int32],
    channels: int,
    down: int,
    across: int,
    margin_table: NDArray[np.int32],
    cval: float,
    increment: float = 0.0,
) -> None:
    """Write the mean over a box in planes, (..., rows, columns * channels), to `target`, of the same dtype."""
    means = target if target.flags.c_contiguous else empty(target.shape, target.dtype)
    source, planes = np.ascontiguousarray(source), means.reshape(-1, *means.shape[-2:])
    for_this_machine("box").box_mean(
        source.reshape(-1, *source.shape[-2:]), planes, channels, down, across, rows, margin_table, cval
    )
    if increment:
        means += increment
    if means is not target:
        target[...] = means


@lru_cache(maxsize=64)
def _division(area: int, dtype: np.dtype[Any]) -> tuple[int, ...] | None:
    """Return what the kernel for small boxes divides by, beside their area; None if there is no such kernel.

    The sums of uint8 pixels are divided by ``(sum + half) * factor >> 16 >> shift``, which must round each of them
    to nearest.
    """
    if dtype == FLOAT32:
        return ()
    if dtype == UINT8:
        half = area // 2
        sums = np.arange(255 * area + 1) + half
        for shift in range(9):
            factor = -(-(1 << (16 + shift)) // area)
            if factor < 1 << 16 and np.array_equal(sums * factor >> (16 + shift), sums // area):
                return half, factor, shift
    return None
