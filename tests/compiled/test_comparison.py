"""Sums over two arrays and the similarity of windows, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled

DTYPES = ["uint8", "uint16", "float32", "float64"]


def pair(shape: tuple[int, ...], dtype: str) -> Any:
    return (100 * np.random.default_rng(0).random((2, *shape))).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [1, 63, 64, 200, 2049])
def test_sums_are_numpys(dtype: str, count: int) -> None:
    first, second = pair((count,), dtype)
    wide, other = first.astype(float), second.astype(float)
    expected = [((wide - other) ** 2).sum(), (wide**2).sum(), wide.sum()]
    # Compiled, floats of 32 bits are subtracted as such.
    rtol = 1e-6 if dtype == "float32" else 1e-12
    for module in (for_this_machine("differences"), uncompiled("differences")):
        assert_allclose(module.sums_of_both(first, second, True), expected, rtol=rtol)
        assert_allclose(module.sums_of_both(first, second, False), [expected[0], 0, 0], rtol=rtol)


def test_bytes_at_odd_addresses_are_summed() -> None:
    first, second = pair((5000,), "uint8")
    expected = [((first[1:].astype(float) - second[1:]) ** 2).sum(), 0, 0]
    assert list(for_this_machine("differences").sums_of_both(first[1:], second[1:], False)) == expected


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("radius", [0, 1, 3])
@pytest.mark.parametrize("shape", [(7, 8), (9, 70)])
def test_similarities_agree(dtype: str, radius: int, shape: tuple[int, int]) -> None:
    first, second = pair(shape, dtype)
    weights = np.full(radius + 1, 1 / (2 * radius + 1))
    found = []
    for module in (for_this_machine("similarity"), uncompiled("similarity")):
        target = np.empty(shape)
        sums = module.compare_windows(first, second, weights, 0.01, 1.1, 1e-4, 9e-4, target)
        assert_allclose(module.compare_windows(first, second, weights, 0.01, 1.1, 1e-4, 9e-4, None), sums)
        inside = target[:, radius : shape[1] - radius].sum(axis=1)
        assert_allclose(sums[radius : shape[0] - radius], inside[radius : shape[0] - radius], rtol=1e-12)
        found.append(target)
    assert_allclose(found[0], found[1], rtol=1e-12)
