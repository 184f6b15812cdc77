"""The framework of sums over boxes: over all pixels from the first one, which are integral images, and over windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, FLOAT32, FLOAT64, UINT8, Output, Pixels, stacked
from .compiled import for_this_machine
from .runtime import get_num_threads

MAX_STRIPS = 16
"""Planes of floats are summed in at most so many strips."""

_UNSIGNED: dict[int, np.dtype[Any]] = {4: np.dtype(np.uint32), 8: np.dtype(np.uint64)}


def running_sums(pixels: Pixels, dtype: np.dtype[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return for each pixel the sum of all pixels from the first one to it, along all spatial axes.

    Parameters
    ----------
    pixels : Pixels
        The image; floats need sums that are floats.
    dtype : dtype
        The dtype of the sums: integers or floats of 32 or 64 bits. Integers wrap around.
    out : ndarray, optional
        The caller's array for the result.
    """
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    if not output.array.size:
        return output.finish()
    targets, channels = stacked(output.array, pixels.channel_axis)
    sums = np.ascontiguousarray(targets)
    working = sums if dtype.kind == "f" else sums.view(_UNSIGNED[dtype.itemsize])
    array = pixels.array.view(UINT8) if pixels.dtype == BOOL else pixels.array
    summed = array.dtype in (UINT8, np.uint16) or (array.dtype, dtype) == (FLOAT32, FLOAT64)
    if summed and array.flags.c_contiguous and sums is targets:
        sources, _ = stacked(array, pixels.channel_axis)
    else:
        with np.errstate(over="ignore"):
            sums[...] = stacked(array, pixels.channel_axis)[0]
        sources = working
    planes = (-1, *sums.shape[-2:])
    # Integers have the same sums in any order, so that they need no more strips than there are threads.
    strips = MAX_STRIPS if dtype.kind == "f" else get_num_threads()
    for_this_machine("running_sums").running_sums(sources.reshape(planes), working.reshape(planes), channels, strips)
    # Planes in front, of volumes; the channels may be the first of the leading axes.
    first = int(pixels.channel_axis not in (None, pixels.array.ndim - 1))
    for axis in range(first, sums.ndim - 2):
        along = np.moveaxis(sums, axis, 0)
        with np.errstate(invalid="ignore", over="ignore"):
            for index in range(1, len(along)):
                along[index] += along[index - 1]
    if sums is not targets:
        targets[...] = sums
    return output.finish()


def window_spreads(
    array: NDArray[Any], sizes: Sequence[int], *, center: float, factor: float, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum of each window inside of an array, and the root of its spread.

    The spread is the sum of the squared deviations of the pixels from the mean of the window.

    Parameters
    ----------
    array : ndarray
        A C-contiguous array of uint8, uint16, float32 or float64.
    sizes : sequence of int
        The size of a window along each axis.
    center : float
        What is subtracted from each pixel first, so that large offsets do not hide small deviations.
    factor : float
        What spreads are multiplied by, 0 or more.
    least : float
        Spreads that are not above this are taken for infinite: they are rounding errors.
    """
    shape = tuple(length - size + 1 for length, size in zip(array.shape, sizes, strict=True))
    if array.ndim == 1:
        array, sizes = array[None], (1, *sizes)
    *leading, rows, columns = array.shape
    places = tuple(length - size + 1 for length, size in zip(array.shape, sizes, strict=True))
    steps = [math.prod([*leading[axis + 1 :], rows]) for axis in range(len(leading))]
    planes, around = (
        np.array([sum(map(mul, index, steps)) for index in np.ndindex(lengths)], np.intp)
        for lengths in (places[:-2], tuple(sizes[:-2]))
    )
    sums, roots = for_this_machine("spreads").window_spreads(
        array.reshape(-1, columns), center, factor, least, planes, around, *sizes[-2:], places[-2]
    )
    return sums.reshape(shape), roots.reshape(shape)
