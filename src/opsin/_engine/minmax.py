"""The framework of minima and maxima over windows of any shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, Layout, Output, Pixels, converted, copied
from .borders import MODES, Border, extended, extended_image, margins, planes_of_windows
from .dispatch import kernel
from .footprints import Footprint, Section, along_axes
from .iterate import iterations
from .planes import NARROW_BYTES, Plan, over_leading_axes, over_planes, stacks, store, strips_of_stack
from .runtime import empty

MORPHOLOGY_MODES = ("ignore", *MODES, "max", "min")
"""The borders of morphology: those of all filters, no pixel at all, and the extremes of the dtype."""

SQUARES = {3: "three", 5: "five", 7: "seven"}
"""The squares that have a kernel of their own."""

BLOCK_BYTES = 1 << 20
"""How much of a volume is joined to its result at a time; it stays in cache."""


def minmax(
    pixels: Pixels,
    footprint: Footprint | tuple[Footprint, ...],
    maxima: Sequence[bool],
    *,
    border: Border,
    mask: NDArray[np.bool_] | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Take minima over a window, or maxima over the mirrored window, one after the other.

    Parameters
    ----------
    pixels : Pixels
        The image.
    footprint : Footprint or tuple of Footprint
        The window, or the windows that each step applies one after the other.
    maxima : sequence of bool
        For each step whether it takes maxima.
    border : Border
        How the image is extended; with the mode ``"ignore"`` pixels beyond the border are never chosen.
    mask : ndarray of bool, optional
        Where pixels may change; elsewhere each step keeps the value of the image.
    out : ndarray, optional
        The caller's array for the result.
    """
    windows = footprint if isinstance(footprint, tuple) else (footprint,)
    if mask is None and len(windows) == len(maxima) == 1:
        return _extremes(pixels, windows[0], maxima[0], border, out)
    steps = list(product(maxima, windows))
    if mask is None:
        for greatest, window in steps[:-1]:
            pixels = pixels.like(_extremes(pixels, window, greatest, border, None))
        greatest, window = steps[-1]
        return _extremes(pixels, window, greatest, border, out)
    for greatest, window in steps:
        result = _extremes(pixels, window, greatest, border, None)
        pixels = pixels.like(np.where(mask, result, pixels.array))
    return copied(pixels, out)


def until_stable(
    pixels: Pixels,
    footprint: Footprint | tuple[Footprint, ...],
    greatest: bool,
    *,
    border: Border,
    mask: NDArray[np.bool_] | None = None,
) -> Pixels:
    """Take minima, or maxima over the mirrored window, until nothing changes.

    No pixel changes more often than there are pixels along the longest path through the image.
    """
    for _ in iterations(pixels.array.size + 1):
        result = minmax(pixels, footprint, (greatest,), border=border, mask=mask)
        if np.array_equal(result, pixels.array, equal_nan=result.dtype.kind == "f"):
            return pixels
        pixels = pixels.like(result)
    raise ValueError("footprint must be such that the iterations end: it does not hold the pixel itself.")


def _extremes(
    pixels: Pixels, footprint: Footprint, greatest: bool, border: Border, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Return the extreme of `footprint` around each pixel, in the dtype of the image."""
    layout = pixels.layout
    plan = _plane_plan(layout, footprint, greatest, border)
    if plan is not None:
        return over_planes(plan, pixels, layout.dtype, out)
    border = _resolved(border, greatest, layout.dtype).along(layout.axes, layout.spatial_axes)
    footprint = _within(layout, along_axes(footprint, layout.axes, layout.spatial_axes))
    pixels = pixels.along(layout.spatial_axes)
    if footprint.heights is not None:
        return _non_flat(pixels, footprint, greatest, border, out)
    window = _oriented(footprint, greatest)
    if window.inside is None:
        return _over_box(pixels, window.sizes, greatest, border, out)
    return _over_sections(pixels, window, greatest, border, out)


@lru_cache(maxsize=512)
def _plane_plan(layout: Layout, footprint: Footprint, greatest: bool, border: Border) -> Plan | None:
    """Return the plan of a flat window that reaches along the last two spatial axes only; None of any other."""
    border = _resolved(border, greatest, layout.dtype).along(layout.axes, layout.spatial_axes)
    footprint = _within(layout, along_axes(footprint, layout.axes, layout.spatial_axes))
    if footprint.heights is not None or max(footprint.sizes[:-2], default=1) > 1:
        return None
    window = _oriented(footprint, greatest)
    pair = ("nearest", *border.modes)[-2:]
    if window.inside is None:
        down, across = (1, *window.sizes)[-2:]
        return _box_plan(layout, down, across, greatest, pair, border.cval)
    return _section_plan(layout, window, 0, greatest, pair, border.cval)


def _within(layout: Layout, footprint: Footprint) -> Footprint:
    """Return a window that holds the same pixels: two lengths of an axis hold every pixel that a border repeats."""
    if footprint.heights is not None:
        return footprint
    return footprint.clipped([2 * layout.shape[axis] for axis in layout.spatial_axes])


def _resolved(border: Border, greatest: bool, dtype: np.dtype[Any]) -> Border:
    """Return a border whose modes are those of all filters."""
    modes = border.modes
    if not {"ignore", "min", "max"}.intersection(modes):
        return border
    return _constant(modes, border.cval, greatest, dtype)


@lru_cache(maxsize=256)
def _constant(modes: tuple[str, ...], cval: float, greatest: bool, dtype: np.dtype[Any]) -> Border:
    least, most = limits(dtype)
    neutral = least if greatest else most
    fill = {"ignore": neutral, "min": least, "max": most, "constant": cval}
    values = {fill[mode] for mode in modes if mode in fill}
    if len(values) > 1:
        raise ValueError(f"mode must have one constant for all axes; got {modes} with cval {cval:g}.")
    return Border(tuple("constant" if mode in fill else mode for mode in modes), values.pop())


@lru_cache
def limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return the least and the greatest value of `dtype`."""
    if dtype.kind == "b":
        return 0.0, 1.0
    if dtype.kind in "iu":
        return float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)
    return -np.inf, np.inf


def _oriented(footprint: Footprint, greatest: bool) -> Footprint:
    """Return the window of a step as the kernels take it: a box has the pixel where they expect it."""
    window = footprint.mirrored if greatest else footprint
    # Kernels of maxima take the mirror image of an even box whose pixel is at `size // 2`.
    expected = tuple([-1 if greatest and size % 2 == 0 else 0 for size in window.sizes])
    return window.centered if window.inside is None and window.origin != expected else window


def _over_box(
    pixels: Pixels, sizes: tuple[int, ...], greatest: bool, border: Border, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take the leading axes one after the other, and the last two together."""
    spatial, modes, cval = pixels.spatial_axes, border.modes, border.cval
    dtype = pixels.dtype
    computed = COMPUTED_IN["select"][dtype]
    passes = [
        (axis, _axis_plan(pixels.shape[axis], computed, size, greatest, mode, cval))
        for axis, size, mode in zip(spatial[:-2], sizes, modes, strict=False)
        if size > 1
    ]
    down, across = (1, *sizes)[-2:]
    plan = None
    if down > 1 or across > 1:
        pair = ("nearest", *modes)[-2:]
        plan = _box_plan(pixels.layout, down, across, greatest, pair, cval)
    return over_leading_axes(passes, plan, pixels, dtype, out)


def _box_plan(
    layout: Layout,
    down: int,
    across: int,
    greatest: bool,
    modes: tuple[str, ...],
    cval: float,
) -> Plan:
    computed = COMPUTED_IN["select"][layout.dtype]
    rows, columns, channels = layout.plane
    name = "maximum" if greatest else "minimum"
    if down == across and down in SQUARES and columns * channels * computed.itemsize >= NARROW_BYTES:
        return _small(f"{name}_{SQUARES[down]}", computed, rows, columns, channels, down // 2, modes, cval)
    down, first_row = _clipped(down, rows, greatest)
    across, first_column = _clipped(across, columns, greatest)
    arguments = (across, down, first_column, first_row, _doublings(across), _doublings(down), channels)
    row_table = extended(rows, down // 2, down // 2, modes[0])
    margin_table = _margins(columns, across // 2, modes[1])
    window = 2 * (down // 2) + 1
    return Plan(kernel(name, computed), computed, computed, row_table, window, margin_table, cval, *arguments)


def _margins(columns: int, radius: int, mode: str) -> NDArray[np.int32]:
    """Return the table of margins for kernels that fill those of the constant without one."""
    return margins(columns, 0 if mode == "constant" else radius, mode)


def _small(
    name: str,
    dtype: np.dtype[Any],
    rows: int,
    columns: int,
    channels: int,
    radius: int,
    modes: tuple[str, ...],
    cval: float,
) -> Plan:
    """Return the plan of a footprint that has a kernel of its own."""
    row_table, margin_table = extended(rows, radius, radius, modes[0]), margins(columns, radius, modes[1])
    arguments = (margin_table, cval, channels)
    return Plan(kernel(name, dtype), dtype, dtype, row_table, 2 * radius + 1, *arguments, contiguous=True)


@lru_cache(maxsize=512)
def _axis_plan(length: int, dtype: np.dtype[Any], size: int, greatest: bool, mode: str, cval: float) -> Plan:
    """Return the plan of a box along a leading axis."""
    size, start = _clipped(size, length, greatest)
    rows = extended(length, size // 2, size // 2, mode)
    found = kernel("maximum_axis" if greatest else "minimum_axis", dtype)
    return Plan(found, dtype, dtype, rows, 2 * (size // 2) + 1, cval, size, start, _doublings(size))


def _clipped(size: int, length: int, greatest: bool) -> tuple[int, int]:
    """Return the size of a window that holds all pixels of one of `size`, and its start beyond its radius.

    The mirror image of an even window reaches one pixel less to the front. Two lengths of the axis hold every pixel
    that a border repeats.
    """
    front, back = size // 2, (size - 1) // 2
    if greatest:
        front, back = back, front
    # One length on both sides holds every pixel, and what is beyond both ends.
    most = length if min(front, back) >= length else 2 * length
    front, back = min(front, most), min(back, most)
    size = front + back + 1
    return size, size // 2 - front


def _doublings(size: int) -> int:
    """Return how often to double a pair so that two of the result make `size`."""
    return max(0, (size - 1).bit_length() - 2)


@lru_cache(maxsize=512)
def _section_plan(
    layout: Layout,
    window: Footprint,
    number: int,
    greatest: bool,
    modes: tuple[str, ...],
    cval: float,
) -> Plan:
    """Return the plan of one section of a footprint in a plane."""
    computed = COMPUTED_IN["select"][layout.dtype]
    rows, columns, channels = layout.plane
    section: Section = window.sections[number]
    name = "maximum" if greatest else "minimum"
    pair = ("nearest", *modes)[-2:]
    if section.is_cross:
        return _small(f"{name}_cross", computed, rows, columns, channels, 1, pair, cval)
    down, across = (0, *map(max, window.before, window.after))[-2:]
    row_table, margin_table = extended(rows, down, down, pair[0]), _margins(columns, across, pair[1])
    arguments = (section.runs, section.levels, across, down, channels)
    return Plan(
        kernel(f"{name}_runs", computed), computed, computed, row_table, 2 * down + 1, margin_table, cval, *arguments
    )


def _over_sections(
    pixels: Pixels, window: Footprint, greatest: bool, border: Border, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take each section of every plane once, and join it to the planes whose windows hold it."""
    array, dtype = pixels.array, pixels.dtype
    output = Output(array.shape, dtype, dtype, out, array)
    if not array.size:
        return output.finish()
    computed, modes = COMPUTED_IN["select"][dtype], border.modes
    plans = [
        None if section.is_pixel else _section_plan(pixels.layout, window, number, greatest, modes[-2:], border.cval)
        for number, section in enumerate(window.sections)
    ]
    offsets = np.array([offset for section in window.sections for offset in section.planes])
    lengths = [array.shape[axis] for axis in pixels.spatial_axes[:-2]]
    numbers = planes_of_windows(lengths, modes[:-2], offsets)
    for stack, target in stacks(pixels, output.array):
        if dtype == computed and target.flags.c_contiguous:
            _join_sections(stack, target.reshape(stack.shape), window, plans, numbers, greatest, border.cval)
            continue
        for strip, near, local in strips_of_stack(numbers, math.prod(stack.shape[-2:])):
            source = converted(stack[near], computed)
            result = empty((local.size // len(offsets), *stack.shape[1:]), computed)
            _join_sections(source, result, window, plans, local, greatest, border.cval)
            store(result.reshape(target[strip].shape), target[strip], dtype)
    return output.finish()


def _join_sections(
    stack: NDArray[Any],
    target: NDArray[Any],
    window: Footprint,
    plans: Sequence[Plan | None],
    numbers: NDArray[np.int32],
    greatest: bool,
    cval: float,
) -> None:
    """Write the extremes of planes to `target`, some planes at a time; `numbers` are those of each plane's window."""
    join: Callable[..., Any] = np.maximum if greatest else np.minimum
    numbers = numbers.reshape(len(target), -1)
    written = np.zeros(len(target), bool)

    def reach(columns: Iterable[int], planes: NDArray[Any], first: int) -> None:
        """Join planes, of which the first has this number, to those whose windows hold them."""
        for column in columns:
            near = numbers[:, column] - first
            inside = (near >= 0) & (near < len(planes))
            for old in (False, True):
                chosen = np.flatnonzero(inside & (written == old))
                breaks = np.flatnonzero((np.diff(chosen) != 1) | (np.diff(near[chosen]) != 1)) + 1
                for part in np.split(chosen, breaks) if chosen.size else ():
                    results, source = target[part[0] : part[-1] + 1], planes[near[part[0]] : near[part[-1]] + 1]
                    if old:
                        join(results, source, out=results)
                    else:
                        results[...] = source
            written[inside] = True

    step = max(1, BLOCK_BYTES // (stack[0].size * stack.itemsize))
    for first in range(0, len(stack), step):
        source = stack[first : first + step]
        end = 0
        for section, plan in zip(window.sections, plans, strict=True):
            columns, end = range(end, end + len(section.planes)), end + len(section.planes)
            extremes = source
            if plan is not None:
                extremes = empty(source.shape, stack.dtype)
                plan.run(plan.bound, source, extremes)
            reach(columns, extremes, first)
    if numbers.min() < 0:
        reach(range(end), np.full((1, *stack.shape[1:]), cval, stack.dtype), -1)


def _non_flat(
    pixels: Pixels, footprint: Footprint, greatest: bool, border: Border, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Take the extreme of the pixels plus (maxima) or minus (minima) the heights of the structuring element."""
    window = footprint.mirrored if greatest else footprint
    assert window.heights is not None
    dtype = pixels.dtype
    work = np.dtype(np.float64) if dtype.kind in "iu" else pixels.float_dtype
    wide = extended_image(pixels.array, pixels.axes, window.before, window.after, border, work)
    inside = np.ones(window.sizes, bool) if window.inside is None else window.inside
    join: Callable[..., Any] = np.maximum if greatest else np.minimum
    result = np.full(pixels.shape, -np.inf if greatest else np.inf, work)
    for position in np.argwhere(inside):
        height = window.heights[tuple(position)]
        part: list[slice] = [slice(None)] * pixels.array.ndim
        for axis, start in zip(pixels.axes, position.tolist(), strict=True):
            part[axis] = slice(start, start + pixels.shape[axis])
        join(result, wide[tuple(part)] + (height if greatest else -height), out=result)
    output = Output(pixels.shape, dtype, work, out, pixels.array)
    output.array[...] = result
    return output.finish()
