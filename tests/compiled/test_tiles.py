"""Histograms and maps of tiles, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize("size", [4, 1])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_both_agree(size: int, dtype: type) -> None:
    rng = np.random.default_rng(0)
    bins, tiles = 20, 3
    width = size * tiles - (size > 1)
    levels = rng.integers(0, bins, (6, width)).astype(dtype)
    rows = np.array([[0, 1, 2], [3, 4, 5]], np.int64)
    columns = np.minimum(np.arange(size * tiles), width - 1).astype(np.int32)
    corners = np.array([[0, 0], [0, 0], [0, 1], [0, 1], [1, 1], [1, 1]], np.int32)
    weights = np.tile(np.array([[0.25, 0.75]], np.float32), (6, 1))
    tables = rng.integers(0, 1000, (2, tiles, bins)).astype(np.float32)
    found = []
    for module in (for_this_machine("tiles"), uncompiled("tiles")):
        curves = module.tile_tables(levels, bins, rows, columns, size, 2, 0.7, 5)
        target = np.empty(levels.shape, np.uint16)
        module.mapped_by_tiles(levels, tables, corners, weights, size, target)
        found.append((curves, target))
    assert_array_equal(found[0][0], found[1][0])
    assert_allclose(found[0][1], found[1][1], atol=1)
