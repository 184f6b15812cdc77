"""Thinning of masks to lines."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import lee, peeling, thinning
from .distances import measure_distances
from .flooding import rising
from .labels import connected_components

STEPS = np.array([step for step in itertools.product((-1, 0, 1), repeat=3) if any(step)])
"""The positions of the neighbors of a voxel."""

SIDES = np.array([(0, -1, 0), (0, 1, 0), (0, 0, 1), (0, 0, -1), (1, 0, 0), (-1, 0, 0)])
"""The sides from which voxels are removed, in turn; the first four for images of two axes."""


DEVIATIONS = {
    0: (48, 129),
    1: (3, 6, 11, 12, 14, 131, 134, 161, 194, 198),
    2: (24, 26, 56, 96, 104, 108, 176, 192, 224),
    3: (10, 40, 130, 160),
}
"""The neighborhoods in which scikit-image departs from the conditions of Zhang and Suen, by the steps that remove the
pixel: squares of four pixels do not vanish, and corners of stairs are removed."""


def thin_plane(mask: NDArray[np.bool_], method: str, limit: int) -> NDArray[np.bool_]:
    """Return a thinned mask of two axes.

    Parameters
    ----------
    mask : ndarray of bool
        The mask.
    method : {'zhang', 'guo'}
        Whose conditions are used.
    limit : int
        How often at most the pair of steps is repeated.
    """
    rows, columns = mask.shape
    words = np.zeros((2, rows + 2, -(-columns // 64) + 2), np.uint64)
    packed = np.packbits(mask, axis=1, bitorder="little")
    words.view(np.uint8)[0, 1:-1, 8 : 8 + packed.shape[1]] = packed
    words[1] = words[0]
    if mask.size:
        thinning.thin_words(words, _table(method), limit)
    packed = words.view(np.uint8)[0, 1:-1, 8 : 8 + packed.shape[1]]
    return np.unpackbits(packed, axis=1, count=columns, bitorder="little").view(np.bool_)


@lru_cache
def _table(method: str) -> NDArray[np.uint8]:
    """Return for each neighborhood which of two steps removes the pixel: the first (1), the second (2), or both (3).

    The bits of a neighborhood go around the pixel clockwise, the pixel above to the left first.
    """
    around = np.arange(256)[:, np.newaxis] >> np.arange(8) & 1
    north_west, north, north_east, east, south_east, south, south_west, west = around.astype(bool).T
    if method == "zhang":
        rises = ((around == 0) & (np.roll(around, -1, axis=1) == 1)).sum(axis=1)
        either = (rises == 1) & (around.sum(axis=1) >= 2) & (around.sum(axis=1) <= 6)
        first = either & ~(north & east & south) & ~(east & south & west)
        second = either & ~(north & east & west) & ~(north & south & west)
    else:
        sides, corners = around[:, 1::2], around[:, 0::2]
        # The corner behind a side, clockwise, and then the next side.
        behind, after = np.roll(corners, -1, axis=1), np.roll(sides, -1, axis=1)
        components = ((sides == 0) & ((behind | after) == 1)).sum(axis=1)
        pairs = np.minimum((sides | corners).sum(axis=1), (sides | behind).sum(axis=1))
        either = (components == 1) & (pairs >= 2) & (pairs <= 3)
        first = either & ~((north_east | north | ~south_east) & east)
        second = either & ~((south_west | south | ~north_west) & west)
    table: NDArray[np.uint8] = (first + 2 * second).astype(np.uint8)
    if method == "zhang":
        for steps, codes in DEVIATIONS.items():
            table[list(codes)] = steps
    return table


def thin_by_lee(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a thinned mask of two or three axes, by the algorithm of Lee, Kashyap and Chu."""
    volume = mask if mask.ndim == 3 else mask[np.newaxis]
    wide = np.zeros([length + 2 for length in volume.shape], np.uint8)
    wide[1:-1, 1:-1, 1:-1] = volume
    strides = np.array(wide.strides)
    sides = (SIDES @ strides)[: 2 * mask.ndim]
    neighbors, touching, parts, signs = _neighborhood(mask.ndim)
    if mask.size:
        lee.thin_volume(wide.reshape(-1), neighbors @ strides, sides.tolist(), touching, parts, signs)
    return wide[1:-1, 1:-1, 1:-1].reshape(mask.shape).astype(np.bool_)


@lru_cache
def _neighborhood(axes: int) -> tuple[NDArray[Any], ...]:
    """Return the positions of the neighbors of a voxel in as many axes, and the conditions on them, as bits."""
    neighbors = STEPS if axes == 3 else STEPS[STEPS[:, 0] == 0]

    def bits(chosen: NDArray[np.bool_]) -> int:
        return sum(1 << k for k in np.flatnonzero(chosen).tolist())

    apart = np.abs(neighbors[:, np.newaxis] - neighbors).max(axis=2)
    touching = [bits(row == 1) for row in apart]
    # The part of the voxel at a position is shared by the neighbors that lie no further in its directions.
    parts = [bits(((neighbors == 0) | (part == neighbors)).all(axis=1)) for part in STEPS]
    # Corners count 1, edges -1, faces 1.
    signs = [(-1) ** (3 - int(np.abs(part).sum())) for part in STEPS]
    return neighbors, np.array(touching, np.uint32), np.array(parts, np.uint32), np.array(signs, np.int32)


def thin_by_distance(mask: NDArray[np.bool_], generator: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the medial axis of a mask of two axes, and the distances of its pixels from the background.

    Pixels are removed in the order of their distances; of equal ones first those with more neighbors, and of these in
    a random order.
    """
    distances = np.empty(mask.shape)
    measure_distances(mask, "euclidean", (1.0, 1.0), distances)
    rows, columns = mask.shape
    wide = np.zeros((rows + 2, columns + 2), np.uint8)
    wide[1:-1, 1:-1] = mask
    sums = wide[:-2] + wide[1:-1] + wide[2:]
    count = sums[:, :-2] + sums[:, 1:-1] + sums[:, 2:]
    found = np.flatnonzero(mask)
    squares = np.rint(distances.reshape(-1)[found] ** 2) if not mask.all() else np.zeros(found.size)
    keys = squares.astype(np.uint64) * 16 + (9 - count.reshape(-1)[found])
    shuffled = np.empty(found.size, np.int64)
    shuffled[generator.permutation(found.size)] = np.arange(found.size)
    order = found[shuffled[rising(keys[shuffled])]]
    places = (order // max(columns, 1) + 1) * (columns + 2) + order % max(columns, 1) + 1
    peeling.peel(wide.reshape(-1), places, columns + 2, _removable())
    return wide[1:-1, 1:-1].astype(np.bool_), distances


@lru_cache
def _removable() -> NDArray[np.uint8]:
    """Return whether a pixel with these neighbors is no end and connects nothing; bits as in `_table`."""
    around = (np.arange(256)[:, np.newaxis] >> np.arange(8) & 1).astype(np.bool_)
    windows = np.zeros((256, 4, 3), np.bool_)
    windows[:, [0, 0, 0, 1, 2, 2, 2, 1], [0, 1, 2, 2, 2, 1, 0, 0]] = around
    labels, _ = connected_components("windows", windows.reshape(-1, 3), 2, 0)
    parts = [len(np.unique(window[window > 0])) for window in labels.reshape(256, -1)]
    removed: NDArray[np.bool_] = (around.sum(axis=1) >= 2) & (np.array(parts) == 1)
    return removed.view(np.uint8)
