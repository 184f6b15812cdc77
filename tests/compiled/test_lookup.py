"""Rows of a table, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import lookup as compiled

from uncompiled import uncompiled


@pytest.mark.parametrize("module", [compiled, uncompiled("lookup")], ids=["compiled", "plain Python"])
@pytest.mark.parametrize("index", [1, 2, 4, 8])
@pytest.mark.parametrize("entry", [1, 2, 4, 8])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_rows_are_numpys(module: Any, index: int, entry: int, width: int) -> None:
    rng = np.random.default_rng(0)
    indices = rng.integers(0, 9, 50).astype(f"u{index}")
    table = rng.integers(0, 200, (9, width)).astype(f"u{entry}")
    target = np.empty((50, width), table.dtype)
    module.rows_of_table(indices, table, target)
    assert_array_equal(target, table[indices])


@pytest.mark.parametrize("module", [compiled, uncompiled("lookup")], ids=["compiled", "plain Python"])
@pytest.mark.parametrize("count", [1, 63, 64, 1000, 200_000])
def test_tables_of_bytes(module: Any, count: int) -> None:
    rng = np.random.default_rng(0)
    indices = rng.integers(0, 256, count).astype(np.uint8)
    table = rng.integers(0, 256, (256, 1)).astype(np.uint8)
    target = np.empty((count, 1), np.uint8)
    module.rows_of_table(indices, table, target)
    assert_array_equal(target, table[indices])
