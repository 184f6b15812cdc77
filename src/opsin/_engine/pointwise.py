"""The framework of pixels: each pixel of the result from the same pixel of one or more images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT32, FLOAT64, PIECE_ELEMENTS, UINT8, Output, Pixels, converted, saturate
from .dispatch import bind, kernel, run


def evaluate(
    function: Callable[..., NDArray[Any]],
    arrays: Sequence[NDArray[Any]],
    *,
    dtype: np.dtype[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a NumPy expression of arrays of one shape, rounded and saturated to `dtype`.

    Parameters
    ----------
    function : callable
        From as many arrays as there are to one of their shape, element by element.
    arrays : sequence of ndarray
        Arrays of one shape, of any strides.
    dtype : dtype
        The dtype of the result.
    out : ndarray, optional
        The caller's array for the result.
    """
    shape = arrays[0].shape
    output = Output(shape, dtype, dtype, out, *arrays)
    target = output.array
    if target.size <= PIECE_ELEMENTS or target.ndim == 0:
        target[...] = saturate(np.asarray(function(*arrays)), dtype)
        return output.finish()
    step = max(1, PIECE_ELEMENTS * shape[0] // target.size)
    for first in range(0, shape[0], step):
        piece = slice(first, first + step)
        target[piece] = saturate(np.asarray(function(*(array[piece] for array in arrays))), dtype)
    return output.finish()


def subtract(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Return the difference of two arrays of one dtype, saturated; of masks, where only the first is True."""
    dtype = first.dtype
    if dtype.kind == "b":
        return np.greater(first, second)  # type: ignore[no-any-return]
    if dtype.kind == "u":
        return np.maximum(first, second) - second  # type: ignore[no-any-return]
    difference: NDArray[Any] = np.subtract(first, second)
    if dtype.kind == "i":
        limits = np.iinfo(dtype)
        overflown = ((first ^ second) & (first ^ difference)) < 0
        difference[overflown] = np.where(first[overflown] < 0, limits.min, limits.max)
    return difference


def weighted_sum(
    pixels: Pixels, axis: int, weights: tuple[float, ...], *, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the weighted sum of three channels along `axis`, without that axis, in the dtype of the image."""
    computed = COMPUTED_IN["blend"][pixels.dtype]
    if computed == UINT8 and _weights(weights, UINT8).dtype == FLOAT32:
        computed = FLOAT32
    array = np.moveaxis(pixels.array, axis, -1) if axis != pixels.array.ndim - 1 else pixels.array
    output = Output(array.shape[:-1], pixels.dtype, computed, out, pixels.array)
    if not array.size:
        return output.finish()
    rows = array if array.ndim > 2 else array[None]
    targets = output.array if array.ndim > 2 else output.array[None]
    bound = _weighted_sum_plan(computed, weights)
    if rows.dtype == computed or array.size <= PIECE_ELEMENTS:
        run(bound, converted(rows, computed), targets)
        return output.finish()
    step = max(1, PIECE_ELEMENTS * len(rows) // rows.size)
    for first in range(0, len(rows), step):
        piece = slice(first, first + step)
        run(bound, converted(rows[piece], computed), targets[piece])
    return output.finish()


@lru_cache(maxsize=64)
def _weighted_sum_plan(dtype: np.dtype[Any], weights: tuple[float, ...]) -> Any:
    return bind(kernel("luminance", dtype), None, _weights(weights, dtype), None)


def _weights(weights: tuple[float, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the weights as the kernel for `dtype` takes them; float32 if 16 bits cannot hold them."""
    table = np.array(weights, FLOAT64)
    if dtype == UINT8:
        fixed = np.rint(table * 65536)
        if fixed.min() >= 0 and fixed.max() < 65536 and fixed.sum() <= 65536:
            return fixed.astype(np.uint16)
    return table if dtype == FLOAT64 else table.astype(FLOAT32)
