"""The framework of tiles: histograms of the boxes of a grid, and tables of values that change from box to box."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import FLOAT32, FLOAT64, PIECE_ELEMENTS, Pixels, converted, pieces
from .compiled import for_this_machine
from .runtime import empty

MAX_ENTRIES = 2**27
"""The tables of all tiles together have at most so many entries: half a gigabyte."""


def rounded_to_levels(
    pixels: Pixels, low: float, high: float, *, fine: int, steps: int, width: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Return the values of an image stretched to ``steps + 1`` levels, rounded, in groups of `width`.

    Parameters
    ----------
    pixels : Pixels
        The image; NaN becomes the lowest level.
    low, high : float
        The values that become the first and the last level; values outside are clipped.
    fine : int
        Values are multiplied by this and rounded before that; 0 if they are not.
    steps : int
        The last level.
    width : int
        The number of levels in a group.
    """
    array = pixels.array
    computed = array.dtype if array.dtype in (np.uint16, FLOAT32) else FLOAT64
    levels = empty(array.shape, np.dtype(np.uint8 if steps // width < 256 else np.uint16))
    compiled = for_this_machine("tiles")
    for piece in (slice(None),) if array.dtype == computed else pieces(array, PIECE_ELEMENTS):
        values = np.ascontiguousarray(converted(array[piece], computed)).reshape(-1)
        compiled.levels_of(values, levels[piece].reshape(-1), low, high, fine, steps, width)
    return levels


def mapped_by_histograms(
    levels: NDArray[np.uint8] | NDArray[np.uint16],
    bins: int,
    sizes: tuple[int, ...],
    largest: int,
    top: int,
) -> NDArray[np.uint16]:
    """Return the levels of an image, each mapped by the histograms of the tiles around it.

    Parameters
    ----------
    levels : ndarray
        An image of levels from 0 to before `bins`, C-contiguous.
    bins : int
        The number of levels.
    sizes : tuple of int
        The size of the tiles along each axis, at most that of the image. The image is mirrored, without its border,
        to fill the last ones.
    largest : int
        Counts of a level that exceed this are reduced to it; the rest is given to the other levels evenly.
    top : int
        The largest of the new levels, less than 65535: a level becomes the share of the pixels that have at most that
        level, times this, rounded down.

    Returns
    -------
    ndarray
        The new levels, rounded down.

    Raises
    ------
    ValueError
        If all tiles together have too many levels.
    """
    shape = levels.shape
    numbers = tuple(-(-length // size) for length, size in zip(shape, sizes, strict=True))
    if math.prod(numbers) * bins > MAX_ENTRIES:
        raise ValueError(
            f"kernel_size must be larger, or nbins less: {math.prod(numbers)} regions with {bins} bins each have more "
            f"than {MAX_ENTRIES} in all; got {sizes} for an image of shape {shape}."
        )
    sources = [_mirrored(length, size, number) for length, size, number in zip(shape, sizes, numbers, strict=True)]
    rows = _rows_of_tiles(shape[:-1], sizes[:-1], sources[:-1])
    corners, weights = _corners(shape[:-1], sizes[:-1], numbers[:-1])
    flat = levels.reshape(-1, shape[-1])
    compiled = for_this_machine("tiles")
    columns = sources[-1].astype(np.int32)
    tables = compiled.tile_tables(flat, bins, rows, columns, sizes[-1], largest, top / math.prod(sizes), top)
    target = empty(flat.shape, np.dtype(np.uint16))
    compiled.mapped_by_tiles(flat, tables, corners, weights, sizes[-1], target)
    return target.reshape(shape)


@lru_cache(maxsize=16)
def _mirrored(length: int, size: int, number: int) -> NDArray[np.int64]:
    """Return the place in an axis for each place in its tiles."""
    places = np.arange(size * number) % max(2 * length - 2, 1)
    return np.minimum(places, 2 * length - 2 - places) if length > 1 else places


def _rows_of_tiles(
    shape: tuple[int, ...], sizes: tuple[int, ...], sources: list[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return for each row of tiles the rows of the image that are in it: all axes but the last are merged."""
    rows = np.zeros((1, 1), np.int64)
    for length, size, source in zip(shape, sizes, sources, strict=True):
        tiles = source.reshape(-1, size)
        rows = rows[:, None, :, None] * length + tiles[None, :, None, :]
        rows = rows.reshape(rows.shape[0] * rows.shape[1], -1)
    return rows


@lru_cache(maxsize=16)
def _corners(
    shape: tuple[int, ...], sizes: tuple[int, ...], numbers: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return for each row of the image the rows of tiles that it lies between, and their weights."""
    tiles: NDArray[Any] = np.zeros((1, 1), np.int32)
    weights: NDArray[Any] = np.ones((1, 1), np.float32)
    for length, size, number in zip(shape, sizes, numbers, strict=True):
        after, rest = np.divmod(np.arange(length) + size // 2, size)
        near = np.clip(np.stack([after - 1, after], axis=1), 0, number - 1)
        share = np.stack([1 - rest / size, rest / size], axis=1).astype(np.float32)
        tiles = (tiles[:, None, :, None] * number + near[None, :, None, :]).astype(np.int32)
        weights = weights[:, None, :, None] * share[None, :, None, :]
        tiles, weights = (part.reshape(part.shape[0] * part.shape[1], -1) for part in (tiles, weights))
    return np.ascontiguousarray(tiles), np.ascontiguousarray(weights)
