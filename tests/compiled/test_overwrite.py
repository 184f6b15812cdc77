"""Overwritten regions, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import overwrite as compiled

from uncompiled import uncompiled


@pytest.mark.parametrize("module", [compiled, uncompiled("overwrite")], ids=["compiled", "plain Python"])
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_chosen_regions_are_overwritten(module: Any, size: int) -> None:
    labels = np.array([0, 1, 1, 2, 0], np.int32)
    pixels = np.array([5, 6, 7, 8, 9], f"u{size}")
    module.overwrite_regions(pixels, labels, np.array([0, 1, 0], np.uint8), 3)
    assert_array_equal(pixels, [5, 3, 3, 8, 9])
