"""Minima and maxima over windows of any shape: from an image of any dimensions to planes and axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .borders import extended, margins
from .dispatch import kernel
from .footprints import Window, as_footprint
from .separable import plane_pairs, planes

MOST_KEPT_BYTES = 1 << 16
"""Footprints up to this size are remembered by their contents."""

SQUARES = {3: "three", 5: "five", 7: "seven"}
"""The squares that have a kernel of their own."""

CROSS = ((-1, 0, 0, 0), (0, -1, 0, 1), (1, 0, 0, 0))
"""The runs of a pixel and its four neighbours."""


@dataclass(frozen=True, slots=True)
class Section:
    """What a footprint looks like in some planes: horizontal runs of pixels."""

    runs: NDArray[np.int32]
    """For each run its row, where its first and its second stretch of 2**level pixels begin, and the level."""
    levels: int
    """One more than the highest level."""
    cross: bool
    """Whether it is a pixel and its four neighbours."""
    planes: tuple[tuple[int, ...], ...]
    """Where it looks like this, along the leading axes."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A footprint, made ready for the kernels."""

    sizes: tuple[int, ...]
    """The extent of its box along each spatial axis."""
    sections: tuple[Section, ...] | None
    """Its sections by the last two axes; None: it is the whole box."""
    mirrored: tuple[Section, ...] | None
    """The sections of its mirror image."""


def as_probe(footprint: Any, axes: int) -> Probe:
    """Return the probe that `footprint` means on an image of `axes` spatial axes; None is the cross."""
    if footprint is None:
        return cross(axes)
    if isinstance(footprint, np.ndarray) and footprint.dtype.kind in "biuf" and footprint.nbytes <= MOST_KEPT_BYTES:
        return kept(footprint.dtype, footprint.shape, footprint.tobytes(), axes)
    return prepared(as_footprint(footprint, axes))


@lru_cache
def cross(axes: int) -> Probe:
    """Return the pixel and its neighbours along each axis."""
    offsets = np.abs(np.indices((3,) * axes) - 1)
    return prepared(as_footprint(offsets.sum(axis=0) <= 1, axes))


@lru_cache(maxsize=64)
def kept(dtype: np.dtype[Any], shape: tuple[int, ...], values: bytes, axes: int) -> Probe:
    """Return the probe of an array, remembered by its contents."""
    return prepared(as_footprint(np.frombuffer(values, dtype).reshape(shape), axes))


def prepared(window: Window) -> Probe:
    """Return `window` made ready."""
    if window.inside is None:
        return Probe(window.sizes, None, None)
    return Probe(window.sizes, sections(window.offsets), sections(-window.offsets))


def sections(offsets: NDArray[np.intp]) -> tuple[Section, ...]:
    """Return the sections of the footprint whose pixels stand at `offsets`; planes that look alike share one."""
    found: dict[tuple[tuple[int, ...], ...], list[tuple[int, ...]]] = {}
    leading = offsets.shape[1] - 2
    if leading < 0:
        offsets, leading = np.pad(offsets, ((0, 0), (1, 0))), 0
    for plane in np.unique(offsets[:, :leading], axis=0):
        here = offsets[(offsets[:, :leading] == plane).all(axis=1), leading:]
        found.setdefault(runs(here), []).append(tuple(plane.tolist()))
    return tuple(
        Section(np.array(table, np.int32), max(run[3] for run in table) + 1, table == CROSS, tuple(planes))
        for table, planes in found.items()
    )


def runs(offsets: NDArray[np.intp]) -> tuple[tuple[int, ...], ...]:
    """Return the horizontal runs of the pixels at `offsets` in a plane, each as the two stretches that make it."""
    row, column = offsets[np.lexsort((offsets[:, 1], offsets[:, 0]))].T
    breaks = np.flatnonzero((np.diff(row) != 0) | (np.diff(column) != 1)) + 1
    first = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([first, [len(row)]]))
    found = []
    for start, length in zip(first.tolist(), lengths.tolist(), strict=True):
        level = length.bit_length() - 1
        begin = int(column[start])
        found.append((int(row[start]), begin, begin + length - (1 << level), level))
    return tuple(found)


def extremes(
    array: NDArray[Any],
    probe: Probe,
    into: NDArray[Any],
    *,
    greatest: bool,
    mode: str,
    cval: float,
    channel_axis: int | None,
) -> None:
    """Write the least value that `probe` sees around each pixel, or the greatest that its mirror image sees, to `into`.

    `mode` is one of the five borders; `into` is C-contiguous and of the array's shape and dtype.
    """
    if array.size == 0:
        return
    found = probe.mirrored if greatest else probe.sections
    if found is None:
        over_box(array, probe.sizes, into, greatest, mode, cval, channel_axis)
    elif len(probe.sizes) < 3:
        over_section(array, probe.sizes, found[0], into, greatest, mode, cval, channel_axis)
    else:
        over_sections(array, probe.sizes, found, into, greatest, mode, cval, channel_axis)


def over_box(
    array: NDArray[Any],
    sizes: tuple[int, ...],
    into: NDArray[Any],
    greatest: bool,
    mode: str,
    cval: float,
    channel_axis: int | None,
) -> None:
    """Take the leading axes one after the other, and the last two together."""
    name = "maximum" if greatest else "minimum"
    if len(sizes) > 2:
        axes = [axis for axis in range(array.ndim) if axis != channel_axis]
        leading = [(axis, size) for axis, size in zip(axes[:-2], sizes[:-2], strict=True) if size > 1]
        last = leading[-1][0] if leading and sizes[-2:] == (1, 1) else None
        for axis, size in leading:
            target = into if axis == last else np.empty(array.shape, array.dtype)
            table, *box = axis_arguments(array.shape[axis], size, greatest, mode)
            volume = (-1, array.shape[axis], int(np.prod(array.shape[axis + 1 :])))
            along = kernel(name + "_axis", array.dtype)
            along(np.ascontiguousarray(array).reshape(volume), table, cval, *box, target.reshape(volume))
            array = target
        if last is not None:
            return
    pairs, channels = plane_pairs(array, into, channel_axis)
    rows, columns = pairs[0][0].shape
    down, across = sizes[-2:] if len(sizes) > 1 else (1, sizes[0])
    if down == across and down in SQUARES and pairs[0][0].strides[1] == array.itemsize:
        over_small(pairs, channels, SQUARES[down], down // 2, greatest, mode, cval)
        return
    row_table, margin_table, *box = plane_arguments(rows, columns // channels, down, across, greatest, mode)
    found = kernel(name, array.dtype)
    for plane, target in pairs:
        found(plane, row_table, margin_table, cval, *box, channels, target)


def over_small(
    pairs: list[tuple[NDArray[Any], NDArray[Any]]],
    channels: int,
    shape: str,
    radius: int,
    greatest: bool,
    mode: str,
    cval: float,
) -> None:
    """Take a small square in every plane, or a cross."""
    found = kernel(f"maximum_{shape}" if greatest else f"minimum_{shape}", pairs[0][0].dtype)
    rows, columns = pairs[0][0].shape
    row_table, margin_table = extended(rows, radius, mode), margins(columns // channels, radius, mode)
    for plane, target in pairs:
        found(plane, row_table, margin_table, cval, channels, target)


def over_section(
    array: NDArray[Any],
    sizes: tuple[int, ...],
    section: Section,
    into: NDArray[Any],
    greatest: bool,
    mode: str,
    cval: float,
    channel_axis: int | None,
) -> None:
    """Take a footprint of one or two axes in every plane."""
    pairs, channels = plane_pairs(array, into, channel_axis)
    if section.cross and pairs[0][0].strides[1] == array.itemsize:
        over_small(pairs, channels, "cross", 1, greatest, mode, cval)
        return
    rows, columns = pairs[0][0].shape
    row_table, margin_table, *numbers = section_arguments(rows, columns // channels, sizes, section.levels, mode)
    found = kernel("maximum_runs" if greatest else "minimum_runs", array.dtype)
    for plane, target in pairs:
        found(plane, row_table, margin_table, cval, section.runs, *numbers, channels, target)


def over_sections(
    array: NDArray[Any],
    sizes: tuple[int, ...],
    found: tuple[Section, ...],
    into: NDArray[Any],
    greatest: bool,
    mode: str,
    cval: float,
    channel_axis: int | None,
) -> None:
    """Take each section of every plane once, and join it to the planes that see it there."""
    sources, channels = planes(array, channel_axis)
    targets, _ = planes(into, channel_axis)
    join = np.maximum if greatest else np.minimum
    *leading, rows, columns = sources.shape
    others = len(leading) - (len(sizes) - 2)
    # A channel axis that is not the last stands in front of the leading axes; no footprint reaches along it.
    reaches = (1,) * others + sizes[:-2]
    tables = [extended(length, size // 2, mode) for length, size in zip(leading, reaches, strict=True)]
    call = kernel("maximum_runs" if greatest else "minimum_runs", array.dtype)
    seen = np.empty((rows, columns), array.dtype)
    touched = np.zeros(leading, bool)
    for section in found:
        row_table, margin_table, *numbers = section_arguments(
            rows, columns // channels, sizes[-2:], section.levels, mode
        )
        seeing: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        for target in np.ndindex(*leading):
            for offset in section.planes:
                steps = (0,) * others + offset
                place = tuple(
                    int(table[index + size // 2 + step])
                    for table, index, size, step in zip(tables, target, reaches, steps, strict=True)
                )
                seeing.setdefault(place if min(place) >= 0 else (), []).append(target)
        for place, viewers in seeing.items():
            if place:
                call(sources[place], row_table, margin_table, cval, section.runs, *numbers, channels, seen)
            else:
                seen[...] = cval
            for target in viewers:
                if touched[target]:
                    join(targets[target], seen, out=targets[target])
                else:
                    targets[target] = seen
                    touched[target] = True


@lru_cache(maxsize=512)
def section_arguments(rows: int, columns: int, sizes: tuple[int, ...], levels: int, mode: str) -> tuple[Any, ...]:
    """Return the tables of the borders, the number of levels, and the radii, across first."""
    down, across = sizes if len(sizes) > 1 else (1, sizes[0])
    return extended(rows, down // 2, mode), margins(columns, across // 2, mode), levels, across // 2, down // 2


@lru_cache(maxsize=512)
def axis_arguments(length: int, size: int, greatest: bool, mode: str) -> tuple[Any, ...]:
    """Return the rows of the extended axis, and the size, the start and the doublings of the stretch."""
    size, start = clipped(size, length, greatest)
    return extended(length, size // 2, mode), size, start, doublings(size)


@lru_cache(maxsize=512)
def plane_arguments(rows: int, columns: int, down: int, across: int, greatest: bool, mode: str) -> tuple[Any, ...]:
    """Return the tables of the borders, and the sizes, the starts and the doublings of the box, across first."""
    row_table, down, first_row, doublings_down = axis_arguments(rows, down, greatest, mode)
    across, first_column = clipped(across, columns, greatest)
    margin_table = margins(columns, across // 2, mode)
    return row_table, margin_table, across, down, first_column, first_row, doublings(across), doublings_down


def clipped(size: int, length: int, greatest: bool) -> tuple[int, int]:
    """Return the size of a window that sees all that one of `size` does, and how late after its radius it begins.

    The mirror image of an even window reaches one pixel less to the front.
    Two lengths of the axis show every pixel that a border repeats.
    """
    front, back = size // 2, (size - 1) // 2
    if greatest:
        front, back = back, front
    front, back = min(front, 2 * length), min(back, 2 * length)
    size = front + back + 1
    return size, size // 2 - front


def doublings(size: int) -> int:
    """Return how often to double a pair so that two of the result make `size`."""
    return max(0, (size - 1).bit_length() - 2)
