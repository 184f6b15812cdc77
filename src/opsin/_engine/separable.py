"""The frameworks: from an image of any dimensions to the planes and axes that kernels take.

Kernels know rows and columns (x is the last axis there, y the one before).
Interleaved channels are columns that stand so many elements apart, so one
kernel serves grey and colour; every other leading axis is a loop over planes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Destination, Pixels, saturate
from .borders import extended, margins
from .dispatch import kernel

MOST_CHANNELS = 65535


def planes(array: NDArray[Any], channel_axis: int | None) -> tuple[NDArray[Any], int]:
    """View `array` as (..., rows, columns * channels); return that and the number of interleaved channels."""
    if channel_axis is None:
        return (array if array.ndim > 1 else array[None]), 1
    if channel_axis != array.ndim - 1:
        array = np.moveaxis(array, channel_axis, 0)
        return (array if array.ndim > 2 else array[:, None]), 1
    channels = array.shape[-1]
    if channels > MOST_CHANNELS:
        raise ValueError(f"the channel axis must be at most {MOST_CHANNELS} long; got {channels}.")
    *outer, columns, _ = array.shape
    if array.strides[-1] != array.itemsize or array.strides[-2] != channels * array.itemsize:
        array = np.ascontiguousarray(array)
    # Merging two axes whose strides follow from each other is a view.
    flat = array.reshape(*outer, columns * channels)
    return (flat if flat.ndim > 1 else flat[None]), channels


def plane_pairs(
    source: NDArray[Any], target: NDArray[Any], channel_axis: int | None
) -> tuple[list[tuple[NDArray[Any], NDArray[Any]]], int]:
    """Return the planes of two arrays of one shape, in pairs, and the number of interleaved channels.

    `target` must be C-contiguous, so that its planes are views.
    """
    sources, channels = planes(source, channel_axis)
    targets, _ = planes(target, channel_axis)
    if sources.ndim == 2:
        return [(sources, targets)], channels
    return [(sources[index], targets[index]) for index in np.ndindex(sources.shape[:-2])], channels


def along_axes(
    pixels: Pixels,
    weights: Sequence[NDArray[np.float64]],
    result: Destination,
    *,
    symmetric: bool,
    mode: str,
    cval: float,
) -> None:
    """Correlate each spatial axis with its weights, an odd number of them centred on the pixel."""
    array, channel_axis = pixels.array, pixels.channel_axis
    if array.size == 0:
        return
    axes = pixels.spatial_axes
    for axis, table in zip(axes[:-2], weights[:-2], strict=True):
        if len(table) > 1 or table[0] != 1:
            array = along_axis(array, axis, table, mode=mode, cval=cval)
            cval *= float(table.sum())  # what the constant beyond the border has become
    down, across = [np.ones(1), *weights][-2:]

    target = result.pixels
    general = not symmetric or target.dtype != array.dtype
    found = kernel("correlate_general" if general else "correlate", array.dtype)
    if general:
        wanted = np.dtype(np.float64 if array.dtype == np.float64 else np.float32)
        if target.dtype != wanted:
            target = np.empty(target.shape, wanted)
    if array.dtype == np.uint8 and not general:
        tables = [fixed_point(table.tobytes()) for table in (across, down)]
    else:
        real = np.float64 if array.dtype == np.float64 else np.float32
        tables = [table.astype(real) for table in (across, down)]

    pairs, channels = plane_pairs(array, target, channel_axis)
    rows, columns = pairs[0][0].shape
    row_table = extended(rows, len(down) // 2, mode)
    margin_table = margins(columns // channels, len(across) // 2, mode)
    for plane, into in pairs:
        found(plane, row_table, margin_table, cval, *tables, channels, into)
    if target is not result.pixels:
        result.pixels[...] = saturate(target, result.pixels.dtype)


def along_axis(array: NDArray[Any], axis: int, weights: NDArray[np.float64], *, mode: str, cval: float) -> NDArray[Any]:
    """Return `array`, in floating point, correlated along one axis that is not the last."""
    shape = array.shape
    real = np.float64 if array.dtype == np.float64 else np.float32
    inner = int(np.prod(shape[axis + 1 :]))
    source = np.ascontiguousarray(array).reshape(-1, shape[axis], inner)
    target = np.empty(source.shape, real)
    table = extended(shape[axis], len(weights) // 2, mode)
    kernel("correlate_axis", array.dtype)(source, table, cval, weights.astype(real), target)
    return target.reshape(shape)


@lru_cache(maxsize=256)
def fixed_point(table: bytes) -> NDArray[np.uint16]:
    """Return the first half of a table of symmetric weights, up to the middle one, as 16-bit fractions of one.

    The middle one is stored halved, so that one itself can be represented; the
    sum stays exactly one, so that constant images stay what they are.
    """
    weights = np.frombuffer(table, np.float64)
    radius = len(weights) // 2
    sides = np.rint(weights[:radius] * 65536).astype(np.int64)
    middle = 65536 - 2 * int(sides.sum())
    return np.append(sides, middle // 2).astype(np.uint16)
