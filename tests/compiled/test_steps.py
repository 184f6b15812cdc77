"""Steps from pixel to pixel, compiled, as plain Python and counted one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.distances import steps as compiled

from uncompiled import uncompiled

as_python = uncompiled("steps")


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (7, 70), (30, 33), (3, 16400)])
@pytest.mark.parametrize("share", [0.5, 0.98, 1.0])
@pytest.mark.parametrize("diagonal", [False, True])
def test_plain_python_agrees_with_compiled(shape: tuple[int, int], share: float, diagonal: bool) -> None:
    objects = (np.random.default_rng(1).random(shape) < share).astype(np.uint8)
    for dtype in (np.float32, np.float64):
        found = []
        for module in (compiled, as_python) if objects.size < 10000 else (compiled,):
            distances = np.full(shape, -1, dtype)
            module.count_steps(objects, diagonal, distances)
            found.append(distances)
        expected = counted(objects, diagonal) if objects.size < 10000 else nearest_column(objects, diagonal)
        for distances in found:
            assert_array_equal(distances, expected)


def counted(objects: np.ndarray, diagonal: bool) -> np.ndarray:
    """Return the least distance from all pixels of the background."""
    here = np.argwhere(np.ones(objects.shape))
    there = np.argwhere(objects == 0)
    lengths = np.abs(here[:, None] - there)
    distances = lengths.max(axis=2) if diagonal else lengths.sum(axis=2)
    return distances.astype(float).min(axis=1, initial=np.inf).reshape(objects.shape)


def nearest_column(objects: np.ndarray, diagonal: bool) -> np.ndarray:
    """Return the same of an image of few rows, with the places of the background in each row."""
    rows, columns = objects.shape
    result = np.full(objects.shape, np.inf)
    for row in range(rows):
        places = np.flatnonzero(objects[row] == 0)
        if not len(places):
            continue
        index = np.searchsorted(places, np.arange(columns))
        after = np.abs(places[np.minimum(index, len(places) - 1)] - np.arange(columns))
        before = np.abs(places[np.maximum(index - 1, 0)] - np.arange(columns))
        across = np.minimum(after, before)
        for y in range(rows):
            down = abs(y - row)
            result[y] = np.minimum(result[y], np.maximum(across, down) if diagonal else across + down)
    return result
