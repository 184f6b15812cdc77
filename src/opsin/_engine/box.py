"""Means over boxes: small ones are summed directly, large ones by sums of blocks in constant time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, COMPUTED_IN, FLOAT32, FLOAT64, UINT8, Output, Pixels, converted, spatial_axes, stacked, volume
from .borders import Border, extended, extended_image, margins
from .compiled import for_this_machine
from .dispatch import kernel
from .planes import NARROW_BYTES, Plan, over_planes, plane_shape
from .runtime import empty

MAX_SMALL = 15
"""Up to this size a box is summed pixel by pixel: the sums of 15 x 15 pixels of uint8 fit 16 bits."""

SQUARES = {3: "three", 5: "five"}
"""The boxes of uint8 that have a kernel of their own."""

MAX_FLOAT32_BOX = 4096
"""Up to so many pixels of uint8 a mean in float32 is nearer to its exact value than to any other mean."""

_NO_MARGINS = np.zeros((2, 1), np.int32)


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
    array = pixels.array
    plan = _small_plan(array.shape, array.dtype, pixels.channel_axis, pixels.axes, boxes, border, dtype)
    if plan is not None:
        return over_planes(plan, pixels, dtype, out)
    if any(box.origin for box in boxes):
        return _displaced(pixels, boxes, border, out)
    return _large_means(pixels, boxes, border, dtype, out)


def _large_means(
    pixels: Pixels, boxes: Sequence[Box], border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take the leading axes one after the other, and the last two together."""
    sizes, modes = _per_spatial_axis(pixels.axes, boxes, border, pixels.spatial_axes)
    array = converted(pixels.array, COMPUTED_IN["select"][pixels.dtype])
    leading = [axis for axis, size in zip(pixels.spatial_axes[:-2], sizes, strict=False) if size > 1]
    if (leading or dtype != pixels.dtype) and array.dtype.kind == "u":
        exact = array.dtype == UINT8 and math.prod(sizes) <= MAX_FLOAT32_BOX
        array = array.astype(FLOAT32 if exact else FLOAT64)
    computed = array.dtype
    output = Output(array.shape, dtype, computed, out, pixels.array)
    if output.array.size:
        for axis, size, mode in zip(pixels.spatial_axes[:-2], sizes, modes, strict=False):
            if size > 1:
                source = volume(array, axis)
                target = empty(source.shape, computed)
                _large(source, target, None, (size, 1), (mode, "nearest"), border.cval)
                array = target.reshape(array.shape)
        _large(array, output.array, pixels.channel_axis, (1, *sizes)[-2:], ("nearest", *modes)[-2:], border.cval)
    if dtype.kind in "iub" and computed.kind == "f":
        # The increment is for halves that came out a little less; the means of integers are not as close to others.
        output.array += 1e-4 if computed == FLOAT32 and pixels.dtype in (UINT8, BOOL) else 1e-9
    return output.finish()


def _per_spatial_axis(
    axes: tuple[int, ...], boxes: Sequence[Box], border: Border, spatial: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the size of the box and the mode along each spatial axis."""
    sizes = dict(zip(axes, (box.size for box in boxes), strict=True))
    return tuple([sizes.get(axis, 1) for axis in spatial]), border.along(axes, spatial).modes


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
def _small_plan(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    channel_axis: int | None,
    axes: tuple[int, ...],
    boxes: tuple[Box, ...],
    border: Border,
    result: np.dtype[Any],
) -> Plan | None:
    """Return the plan of a small box in a plane; None if the kernel does not take it."""
    sizes, modes = _per_spatial_axis(axes, boxes, border, spatial_axes(len(shape), channel_axis))
    down, across = (1, *sizes)[-2:]
    computed = COMPUTED_IN["select"][dtype]
    division = _division(down * across, computed) if max(down, across) <= MAX_SMALL else None
    displaced = any(box.origin for box in boxes)
    if division is None or displaced or max(sizes[:-2], default=1) > 1 or result != dtype:
        return None
    rows, columns, channels = plane_shape(shape, channel_axis)
    vertical, horizontal = ("nearest", *modes)[-2:]
    row_table, window = extended(rows, down // 2, down // 2, vertical), 2 * (down // 2) + 1
    margin_table = margins(columns, across // 2, horizontal)
    if computed == UINT8 and down == across and down in SQUARES and columns * channels >= NARROW_BYTES:
        arguments: tuple[Any, ...] = (margin_table, border.cval, channels)
        found = kernel(f"box_{SQUARES[down]}", computed)
        return Plan(found, computed, computed, row_table, window, *arguments, contiguous=True)
    arguments = (margin_table, border.cval, down, across, channels, *division)
    return Plan(kernel("box", computed), computed, computed, row_table, window, *arguments)


def _large(
    array: NDArray[Any],
    target: NDArray[Any],
    channel_axis: int | None,
    sizes: tuple[int, ...],
    modes: tuple[str, ...],
    cval: float,
) -> None:
    """Write the mean over boxes of any size in the planes of `array` to `target`."""
    box = for_this_machine("box")
    sources, channels = stacked(array, channel_axis)
    targets, _ = stacked(target, channel_axis)
    rows, columns = sizes
    height, width = sources.shape[-2:]
    row_table = extended(height, rows // 2, rows // 2, modes[0])
    margin_table = margins(width // channels, columns // 2, modes[1]) if columns > 1 else _NO_MARGINS
    for index in np.ndindex(sources.shape[:-2]):
        source, plane = np.ascontiguousarray(sources[index]), targets[index]
        # The planes of channels that are the first axis of a view are not contiguous.
        means = plane if plane.flags.c_contiguous else np.empty(plane.shape, plane.dtype)
        box.box_mean(source, means, channels, rows, columns, row_table, margin_table, cval)
        if means is not plane:
            plane[...] = means


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
