"""Running a kernel over the planes of an image, and others along its leading axes.

A kernel of planes takes (rows, columns * channels), a table of the rows of the
extended plane and one of its margins. The number of result rows comes from the
table, so a slice of the table gives a strip of the result. Strips serve planes
beyond what a kernel can address, and images that must be converted: they are
converted piece by piece, and never as a whole. A kernel of an axis takes (outer,
axis, inner) and a table of the rows of that axis, of which the same holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import (
    BOOL,
    LARGE_ELEMENTS,
    UINT8,
    Output,
    Pixels,
    converted,
    new_array,
    pieces,
    saturate,
    stacked,
    volume,
    volume_shape,
)
from .borders import Border
from .dispatch import bind, run
from .runtime import empty

MAX_ELEMENTS = 2**31 - 1
"""The largest plane that a kernel can address."""

WINDOWS = 4
"""Strips are as long as so many windows, at least."""

NARROW_BYTES = 16
"""Rows of fewer bytes have no vectors of the kernels that read rows where they are (``building/borders.py``)."""


class Plan:
    """A kernel bound to the tables of a plane, or of an axis.

    Parameters
    ----------
    kernel : Kernel
        Its arguments are the plane, the table of rows, `arguments`, and the result.
    rows : ndarray
        For each row of the extended plane its row in the plane, or -1; likewise of an axis.
    window : int
        How many rows of the extended plane make one row of the result.
    *arguments
        All arguments between the table of rows and the result.
    contiguous : bool
        Whether the kernel takes only rows whose elements are neighbors in memory.
    stack : bool
        Whether the kernel takes a stack of planes, here of one.
    unit : int
        Strips start at multiples of so many rows.
    """

    __slots__ = ("_arguments", "_kernel", "_rows", "_window", "bound", "contiguous", "dtype", "result", "stack", "unit")

    def __init__(
        self,
        kernel: Any,
        dtype: np.dtype[Any],
        result: np.dtype[Any],
        rows: NDArray[np.int32],
        window: int,
        *arguments: Any,
        contiguous: bool = False,
        stack: bool = False,
        unit: int = 1,
    ) -> None:
        self._kernel, self._rows, self._window, self._arguments = kernel, rows, window, arguments
        self.dtype, self.result, self.contiguous, self.stack, self.unit = dtype, result, contiguous, stack, unit
        self.bound = self.bind(rows)

    def bind(self, rows: NDArray[np.int32]) -> Any:
        """Return the kernel with its tables."""
        return bind(self._kernel, None, rows, *self._arguments, None)

    def run(self, bound: Any, source: NDArray[Any], target: NDArray[Any]) -> None:
        """Run what `bind` returned on planes, (..., rows, columns), of the plan's dtypes."""
        if self.contiguous and source.strides[-1] != source.itemsize:
            source = np.ascontiguousarray(source)
        run(bound, source[..., None, :, :] if self.stack else source, target)

    def strip(self, first: int, last: int) -> tuple[Any, slice]:
        """Return the bound kernel for the result rows from `first` to before `last`, and the rows it reads."""
        rows = self._rows[first : last + self._window - 1]
        inside = rows[rows >= 0]
        low, high = (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 1)
        rows = np.where(rows < 0, -1, rows - low).astype(np.int32)
        return self.bind(rows), slice(low, high)

    def strips(self, columns: int) -> Iterator[tuple[int, int]]:
        """Yield the first row and the row after the last of strips of a plane of so many elements a row."""
        count = len(self._rows) - self._window + 1
        step = max(1, WINDOWS * self._window, LARGE_ELEMENTS // max(columns, 1)) // self.unit * self.unit
        for first in range(0, count, step):
            yield first, min(first + step, count)


def over_planes(plan: Plan, pixels: Pixels, dtype: np.dtype[Any], out: NDArray[Any] | None) -> NDArray[Any]:
    """Return what `plan` makes of every plane of an image, of the image's shape, rounded and saturated to `dtype`."""
    array, layout = pixels.array, pixels.layout
    size = array.size
    if out is None and layout.dtype is plan.dtype and dtype is plan.result and 0 < size <= LARGE_ELEMENTS:
        shape, merged = layout.shape, layout.stacked_shape
        if merged is shape:
            result = empty(shape, dtype)
            plan.run(plan.bound, array, result)
            return result
        if merged is not None and array.flags.c_contiguous:
            result = empty(shape, dtype)
            plan.run(plan.bound, array.reshape(merged), result.reshape(merged))
            return result
    in_pieces = size > LARGE_ELEMENTS and (_stored(array.dtype), _stored(dtype)) != (plan.dtype, plan.result)
    output = Output(array.shape, dtype, dtype if in_pieces else plan.result, out, array)
    if not size:
        return output.finish()
    sources, _ = stacked(array, pixels.channel_axis)
    targets, _ = stacked(output.array, pixels.channel_axis)
    if size <= LARGE_ELEMENTS or (not in_pieces and sources.shape[-2] * sources.shape[-1] <= MAX_ELEMENTS):
        plan.run(plan.bound, converted(sources, plan.dtype), targets)
        return output.finish()
    if sources.ndim > 2 and size // len(sources) <= LARGE_ELEMENTS:
        for piece in pieces(sources, LARGE_ELEMENTS):
            _run_piece(plan, plan.bound, sources[piece], targets[piece], dtype)
        return output.finish()
    for index in np.ndindex(sources.shape[:-2]):
        for first, last in plan.strips(targets.shape[-1]):
            bound, rows = plan.strip(first, last)
            _run_piece(plan, bound, sources[index][rows], targets[index][first:last], dtype)
    return output.finish()


class Scratch:
    """Memory for one array after the other, of one dtype; new memory for each would cost as much as many filters."""

    __slots__ = ("_block",)

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._block = empty((0,), dtype)

    def array(self, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return an array in the memory of the one before."""
        size = math.prod(shape)
        if size > self._block.size:
            self._block = new_array((size,), self._block.dtype)
        return self._block[:size].reshape(shape)


def over_leading_axes(
    passes: Sequence[tuple[int, Plan]],
    plan: Plan | None,
    pixels: Pixels,
    dtype: np.dtype[Any],
    out: NDArray[Any] | None,
) -> NDArray[Any]:
    """Return what kernels of leading axes make of an image one after the other, and then `plan` of every plane.

    The last of these axes and the planes are filtered strip by strip, so that the intermediate result is never a whole
    image.

    Parameters
    ----------
    passes : sequence of (int, Plan)
        For each of the leading axes that are filtered its number and the plan of its kernel.
    plan : Plan or None
        The plan of the planes; None if they are not filtered.
    pixels : Pixels
        The image.
    dtype : dtype
        The dtype of the result.
    out : ndarray or None
        The caller's array for the result.
    """
    array = pixels.array
    *whole, (axis, last) = passes
    for number, each in whole:
        result = new_array(array.shape, each.result)
        _run_along(each, each.bound, array, result, number, each.result)
        array = result
    if plan is None:
        direct = array.size <= LARGE_ELEMENTS or _stored(dtype) == last.result
        output = Output(array.shape, dtype, last.result if direct else dtype, out, pixels.array)
        _run_along(last, last.bound, array, output.array, axis, dtype)
        return output.finish()
    if array.size <= LARGE_ELEMENTS:
        result = empty(array.shape, last.result)
        _run_along(last, last.bound, array, result, axis, last.result)
        return over_planes(plan, pixels.like(result), dtype, out)
    output = Output(array.shape, dtype, dtype, out, pixels.array)
    before, scratch = (slice(None),) * axis, Scratch(last.result)
    for first, end in last.strips(array.size // array.shape[axis]):
        bound, rows = last.strip(first, end)
        target = output.array[(*before, slice(first, end))]
        result = scratch.array(target.shape)
        _run_along(last, bound, array[(*before, rows)], result, axis, last.result)
        over_planes(plan, pixels.like(result), dtype, target)
    return output.finish()


def _run_along(
    plan: Plan, bound: Any, source: NDArray[Any], target: NDArray[Any], axis: int, dtype: np.dtype[Any]
) -> None:
    """Run the plan of an axis, and store what it computes as `dtype` in `target`, a C-contiguous array."""
    if not target.size:
        return
    same = (_stored(source.dtype), _stored(target.dtype)) == (plan.dtype, plan.result)
    # Slices of the next axis need no pixels beyond their own, and those of the target can be viewed as volumes.
    length = target.shape[axis + 1]
    step = length if same else max(1, LARGE_ELEMENTS * length // target.size)
    for first in range(0, length, step):
        piece = (*(slice(None),) * (axis + 1), slice(first, first + step))
        part = target[piece]
        merged = part.reshape(volume_shape(part.shape, axis))
        _run_piece(plan, bound, volume(converted(source[piece], plan.dtype), axis), merged, dtype)


def _run_piece(plan: Plan, bound: Any, source: NDArray[Any], target: NDArray[Any], dtype: np.dtype[Any]) -> None:
    """Run `plan` on a piece of an image, and store what it computes as `dtype`."""
    computed = target if target.dtype == plan.result else empty(target.shape, plan.result)
    plan.run(bound, converted(source, plan.dtype), computed)
    if computed is not target:
        store(computed, target, dtype)


def store(computed: NDArray[Any], target: NDArray[Any], dtype: np.dtype[Any]) -> None:
    """Write what a kernel computed to `target`, rounded and saturated to `dtype`; bool is computed in uint8."""
    target[...] = computed.view(BOOL) if (target.dtype, computed.dtype) == (BOOL, UINT8) else saturate(computed, dtype)


def slabs(pixels: Pixels, border: Border, reach: int) -> Iterator[tuple[Any, Pixels, Any]]:
    """Yield strips of the first spatial axis of an image, for filters that have several arrays of its size between.

    Yields
    ------
    index
        The strip.
    Pixels
        The strip with `reach` pixels more on both sides, except at the border of the image.
    index
        The strip in these.
    """
    array, axis = pixels.array, pixels.spatial_axes[0]
    length, before = array.shape[axis], (slice(None),) * axis
    wraps = axis in pixels.axes and border.modes[pixels.axes.index(axis)] == "wrap"
    step = max(WINDOWS * (2 * reach + 1), LARGE_ELEMENTS // 2 * length // max(array.size, 1))
    for first in range(0, length, step):
        last = min(first + step, length)
        low, high = first - reach, last + reach
        near: Any
        if step >= length:
            low, near = 0, slice(None)
        elif wraps:
            near = np.arange(low, high) % length
        else:
            low = max(low, 0)
            near = slice(low, high)
        strip = slice(first, last), slice(first - low, last - low)
        yield (*before, strip[0]), pixels.like(array[(*before, near)]), (*before, strip[1])


def stacks(pixels: Pixels, target: NDArray[Any]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield the planes of an image, (planes, rows, columns * channels), and those of its result with all their axes.

    Channels that are not the last axis come one after the other.
    """
    sources, _ = stacked(pixels.array, pixels.channel_axis)
    targets, _ = stacked(target, pixels.channel_axis)
    channels_first = pixels.channel_axis not in (None, target.ndim - 1)
    for source, part in zip(sources, targets, strict=True) if channels_first else [(sources, targets)]:
        yield source.reshape(-1, *source.shape[-2:]), part


def strips_of_stack(
    numbers: NDArray[np.int32], elements: int
) -> Iterator[tuple[slice, slice | NDArray[np.int32], NDArray[np.int32]]]:
    """Yield strips of the first axis of an image whose windows reach several planes.

    Parameters
    ----------
    numbers : (..., n) ndarray of int32
        For each plane of the image the numbers of the planes of its window, or -1.
    elements : int
        How many elements a plane has.

    Yields
    ------
    slice
        The strip.
    slice or ndarray
        The planes that its windows reach.
    ndarray
        The part of `numbers` for the strip, which counts these planes only.
    """
    window = numbers.shape[-1]
    step = max(1, WINDOWS * window, LARGE_ELEMENTS * len(numbers) * window // max(numbers.size * elements, 1))
    for first in range(0, len(numbers), step):
        strip = slice(first, first + step)
        part = numbers[strip]
        near = np.unique(part[part >= 0])
        if near.size == 0:
            near = np.zeros(1, np.int32)
        local = np.where(part < 0, -1, np.searchsorted(near, part)).astype(np.int32)
        adjacent = near[-1] - near[0] == len(near) - 1
        yield strip, slice(int(near[0]), int(near[-1]) + 1) if adjacent else near, local


def _stored(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return UINT8 if dtype == BOOL else dtype
