"""The framework of sums over all pixels from the first one: integral images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, FLOAT32, FLOAT64, UINT8, Output, Pixels, stacked

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
    from .compiled.running_sums import running_sums as sum_planes

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
        sums[...] = stacked(array, pixels.channel_axis)[0]
        sources = working
    planes = (-1, *sums.shape[-2:])
    sum_planes(sources.reshape(planes), working.reshape(planes), channels)
    # Planes in front, of volumes; the channels may be the first of the leading axes.
    first = int(pixels.channel_axis not in (None, pixels.array.ndim - 1))
    for axis in range(first, sums.ndim - 2):
        along = np.moveaxis(sums, axis, 0)
        for index in range(1, len(along)):
            along[index] += along[index - 1]
    if sums is not targets:
        targets[...] = sums
    return output.finish()
