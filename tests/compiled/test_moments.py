"""Moments of columns, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (8, 70), (21, 9), (520, 513)])
@pytest.mark.parametrize("place", [(0.0, 1.0), (-5.3, 0.7)])
def test_columns_are_numpys(shape: tuple[int, int], dtype: str, place: tuple[float, float]) -> None:
    pixels = (255 * np.random.default_rng(0).random(shape)).astype(dtype)
    pixels[:, 0] = 255
    positions = place[0] + place[1] * np.arange(shape[0])
    expected = np.stack([positions**power @ pixels.astype(np.float64) for power in range(4)])
    modules = [for_this_machine("column_moments")]
    if pixels.size < 1000:
        modules.append(uncompiled("column_moments"))
    for module in modules:
        found = module.column_moments(pixels, *place).sum(axis=0)
        assert_allclose(found, expected, rtol=1e-11, atol=1e-11 * abs(expected).max())
