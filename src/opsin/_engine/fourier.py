"""The framework of Fourier transforms: sums of pixels times weights, where all of these are inside of an array."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import FLOAT32, FLOAT64
from .compiled import for_this_machine
from .runtime import poll
from .threads import get_num_threads

MAX_TILE = {1: 65536, 2: 320, 3: 64}
"""The greatest length of the tiles that SciPy transforms, by the number of axes; they stay in cache."""

PAIRED = (32, 64, 128, 256, 512)
"""The lengths of the tiles of planes, which are transformed in pairs."""

# Nanoseconds for an element of the result on one thread of AMD EPYC (Zen 5), AVX-512, where two ways take equally long.
PLANE_COST = {FLOAT32: 3.5, FLOAT64: 7.0}
COST = {FLOAT32: 10.0, FLOAT64: 17.0}
CALL = 150_000
"""Nanoseconds that transforms take beside these, however small the image is."""

ERROR = 5e-7
"""The error of sums by transforms in float32, as a fraction of their mean magnitude."""

TOLERANCE = 1e-5
"""The error that sums may have, as a fraction of the magnitude that counts."""


Smallest = Callable[[list[int]], NDArray[np.float64]]


def fourier_cost(dtype: np.dtype[Any], sizes: Sequence[int], elements: int) -> float:
    """Return the nanoseconds that transforms of `dtype` take for each of the elements of a result."""
    return (PLANE_COST if _is_planar(sizes) else COST)[dtype] + CALL / max(elements, 1)


def sums_inside(
    array: NDArray[Any],
    weights: NDArray[np.float64],
    result: NDArray[Any],
    dtypes: Sequence[np.dtype[Any]],
    least: Smallest | None = None,
) -> None:
    """Write the sums of the pixels times the weights, where all are inside of an array.

    Parameters
    ----------
    array : ndarray
        A C-contiguous array of finite numbers, of uint8, uint16, float32 or float64.
    weights : ndarray of float64
        Finite weights with as many axes as the array.
    result : ndarray of float32 or float64
        A C-contiguous array for the sums.
    dtypes : sequence of dtype
        The dtypes of the transforms: the first one, and the second one for the tiles whose errors are too large.
    least : callable, optional
        From the number of sums in a tile along each axis to the magnitude that counts in each tile. Errors are too
        large if they may be more than `TOLERANCE` of this.
    """
    if not _is_planar(weights.shape):
        _sums_of_tiles(array, weights, result, dtypes, least)
        return
    leading = array.ndim - 2
    for index in np.ndindex(array.shape[:-2]):
        poll()
        of_plane = None if least is None else lambda step, index=index: least([1] * leading + step)[index]
        _sums_of_plane(array[index], weights.reshape(weights.shape[-2:]), result[index], dtypes, of_plane)


def _is_planar(sizes: Sequence[int]) -> bool:
    """Return whether weights of such sizes are in a plane, and fit into the tiles of planes."""
    return len(sizes) > 1 and max(sizes[-2:]) <= PAIRED[-1] // 2 and all(size == 1 for size in sizes[:-2])


def _sums_of_plane(
    array: NDArray[Any],
    weights: NDArray[np.float64],
    result: NDArray[Any],
    dtypes: Sequence[np.dtype[Any]],
    least: Smallest | None,
) -> None:
    tile = _paired_lengths(weights.shape, array.shape)
    step = [length - size + 1 for length, size in zip(tile, weights.shape, strict=True)]
    tiles = None
    for number, dtype in enumerate(dtypes, 1):
        roots = for_this_machine("fourier").correlate(
            array, weights.astype(dtype), result, *tile, get_num_threads(), tiles
        )
        if number == len(dtypes) or least is None:
            return
        # Both tiles of a pair have the rounding errors of both.
        errors = (ERROR * (roots[:, 0] + _norm(weights) * roots[:, 1])).repeat(2)
        smallest = least(step).reshape(-1)
        tiles = np.flatnonzero(~(errors[: smallest.size] <= TOLERANCE * smallest))
        if not tiles.size:
            return


def _paired_lengths(sizes: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """Return the shape of the tiles in which weights of `sizes` are correlated with a plane of `lengths`."""

    def cost(tile: Iterable[int]) -> float:
        counts = [
            -(-(whole - size + 1) // (length - size + 1))
            for whole, size, length in zip(lengths, sizes, tile, strict=True)
        ]
        area = math.prod(tile)
        # Memory that is touched first, for the spectrum and a pair of tiles, takes as long as two pairs.
        return ((math.prod(counts) + 1) // 2 + 2) * area * math.log2(area)

    # Where a place of a tile is flat the whole tile is transformed again.
    shapes = itertools.product(*([one for one in PAIRED if size <= one <= max(128, 8 * size)] for size in sizes))
    return list(min(shapes, key=cost))


def _sums_of_tiles(
    array: NDArray[Any],
    weights: NDArray[np.float64],
    result: NDArray[Any],
    dtypes: Sequence[np.dtype[Any]],
    least: Smallest | None,
) -> None:
    tile = _tile_lengths(weights.shape, array.shape)
    step = [length - size + 1 for length, size in zip(tile, weights.shape, strict=True)]
    spectra: dict[np.dtype[Any], NDArray[Any]] = {}
    smallest = None if least is None else least(step).flat
    for number, start in enumerate(itertools.product(*map(range, [0] * array.ndim, result.shape, step))):
        poll()
        target, source = result[_block(start, step)], array[_block(start, tile)]
        mean = source.mean(dtype=np.float64)
        largest = math.inf if smallest is None else TOLERANCE * smallest[number]
        for dtype in dtypes:
            if dtype not in spectra:
                spectra[dtype] = np.conj(_transform(weights.astype(dtype), tile))
            deviations = np.subtract(source, mean, dtype=dtype)
            found = _transform(_transform(deviations, tile) * spectra[dtype], tile, inverse=True)
            if ERROR * (_root_mean_square(found) + _norm(weights) * _root_mean_square(deviations)) <= largest:
                break
        np.add(found[_block([0] * array.ndim, target.shape)], mean * weights.sum(), out=target, casting="same_kind")


def _block(start: Sequence[int], lengths: Sequence[int]) -> tuple[slice, ...]:
    """Return the index of a block."""
    return tuple(slice(first, first + length) for first, length in zip(start, lengths, strict=True))


def _tile_lengths(sizes: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """Return the shape of the tiles in which weights of `sizes` are correlated with an array of `lengths`."""
    from scipy.fft import next_fast_len

    most = MAX_TILE.get(len(sizes), 16)
    tile = []
    for size, length in zip(sizes, lengths, strict=True):
        places = length - size + 1
        # Tiles of three windows waste little on the overlap.
        least = -(-places // max(1, max(most, 4 * size) - size + 1))
        found = {
            count: int(next_fast_len(-(-places // count) + size - 1, real=True)) for count in range(least, least + 4)
        }
        tile.append(found[min(found, key=lambda count: count * found[count])])
    return tile


def _transform(array: NDArray[Any], lengths: list[int], *, inverse: bool = False) -> NDArray[Any]:
    """Return the Fourier transform of an array, extended by zeros to `lengths`, or the real inverse."""
    from scipy import fft

    return np.asarray((fft.irfftn if inverse else fft.rfftn)(array, lengths, workers=get_num_threads()))


def _norm(weights: NDArray[np.float64]) -> float:
    return math.sqrt(float(np.square(weights).sum()))


def _root_mean_square(array: NDArray[Any]) -> float:
    return math.sqrt(float(np.square(array).mean()))
