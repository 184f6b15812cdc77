"""Integral images, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize(
    "module", [for_this_machine("running_sums"), uncompiled("running_sums")], ids=["compiled", "plain Python"]
)
@pytest.mark.parametrize("total", ["uint32", "uint64", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("strips", [1, 16])
def test_sums_are_those_of_numpy(module: Any, total: str, channels: int, strips: int) -> None:
    for pixel in ("uint8", "uint16", total, *(["float32"] if total == "float64" else [])):
        for rows, columns in ((1, 1), (4, 3), (9, 7), (6, 45)):
            source = np.random.default_rng(0).integers(0, 4, (2, rows, columns, channels)).astype(pixel)
            # Sums of plain Python are of the dtype of the pixels, which holds them.
            expected = source.cumsum(1, total).cumsum(2).reshape(2, rows, -1)
            flat = source.reshape(2, rows, -1)
            target = np.zeros(flat.shape, total)
            module.running_sums(flat, target, channels, strips)
            assert_allclose(target, expected, rtol=1e-6)
            if pixel == total:
                module.running_sums(flat, flat, channels, strips)
                assert_allclose(flat, expected, rtol=1e-6)


@pytest.mark.parametrize("total", ["uint32", "uint64", "float64"])
@pytest.mark.parametrize("shape", [(9, 2061, 1), (6, 700, 3), (400, 1200, 1)])
def test_bytes_of_wide_rows(total: str, shape: tuple[int, int, int]) -> None:
    source = np.random.default_rng(0).integers(0, 256, (2, *shape)).astype(np.uint8)
    expected = source.cumsum(1, total).cumsum(2).reshape(2, shape[0], -1)
    for strips in (1, 3):
        target = np.zeros(expected.shape, total)
        for_this_machine("running_sums").running_sums(source.reshape(expected.shape), target, shape[2], strips)
        assert (target == expected).all()
