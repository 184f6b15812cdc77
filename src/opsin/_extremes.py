"""Minima and maxima over windows of any shape: from an image of any dimensions to planes and axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._axes import plane_pairs
from ._borders import extended, margins
from ._dispatch import kernel
from ._footprints import Window, as_footprint

MOST_KEPT_BYTES = 1 << 16
"""Footprints up to this size are remembered by their contents."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A footprint, made ready."""

    sizes: tuple[int, ...]
    """The extent of its box along each spatial axis."""


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
    """Return `window` made ready for the kernels."""
    return Probe(window.sizes)


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
    if array.size:
        over_box(array, probe.sizes, into, greatest, mode, cval, channel_axis)


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
    row_table, margin_table, *box = plane_arguments(rows, columns // channels, down, across, greatest, mode)
    found = kernel(name, array.dtype)
    for plane, target in pairs:
        found(plane, row_table, margin_table, cval, *box, channels, target)


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
