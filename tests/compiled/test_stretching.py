"""Stretched values, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


def modules(name: str) -> list[Any]:
    return [for_this_machine(name), uncompiled(name)]


@pytest.mark.parametrize("source", ["uint16", "float32", "float64"])
@pytest.mark.parametrize("target", ["uint8", "uint16", "float32", "float64"])
def test_stretched_values(source: str, target: str) -> None:
    values = np.random.default_rng(0).integers(0, 100, 50).astype(source)
    expected = (np.clip(values.astype(float), 10, 80) - 10) / 70 * -600 + 300
    if target in ("uint8", "uint16"):
        expected = np.floor(np.clip(expected, 0, np.iinfo(target).max) + 0.5)
    for module in modules("stretching"):
        results = np.empty(50, target)
        module.stretched(values, results, 10.0, 80.0, 300.0, -300.0)
        assert_allclose(results, expected, rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("limits", [(0.0, 1.0), (0.125, 0.75), (-3.0, 90.0)])
@pytest.mark.parametrize("last", [1.0, 3.0, 255.0])
def test_floats_reach_the_whole_range(limits: tuple[float, float], last: float) -> None:
    low, high = limits
    values = np.random.default_rng(0).uniform(low - 1, high + 1, 1000).astype(np.float32)
    values[:5] = low, high, np.nan, -np.inf, np.inf
    results = np.empty_like(values)
    for_this_machine("stretching").stretched(values, results, low, high, 0.0, last)
    assert_array_equal(results[:5], np.array([0, last, np.nan, 0, last], np.float32))
    expected = (np.clip(values.astype(float), low, high) - low) / (high - low) * last
    assert_allclose(results, expected, rtol=3e-7, atol=0)
    assert np.nanmax(results) == last


def test_halves_are_rounded_up() -> None:
    values = np.arange(60001, dtype=np.uint16)
    for span in (18, 30, 6007, 60000):
        results = np.empty(len(values), np.uint16)
        for_this_machine("stretching").stretched(values, results, 0.0, span, 0.0, 65535.0)
        numbers = np.minimum(values.astype(np.int64), span)
        assert_array_equal(results, (2 * numbers * 65535 + span) // (2 * span))


@pytest.mark.parametrize("source", ["uint16", "float32", "float64"])
@pytest.mark.parametrize("target", ["uint8", "uint16"])
@pytest.mark.parametrize("fine", [0, 1000])
def test_levels(source: str, target: str, fine: int) -> None:
    values = np.random.default_rng(0).integers(0, 100, 200).astype(source)
    numbers = np.clip(values.astype(float), 10, 80)
    if fine:
        numbers = np.rint(numbers * fine)
    low, high = (10 * fine, 80 * fine) if fine else (10, 80)
    expected = np.rint((numbers - low) / (high - low) * 200) // 3
    for module in modules("tiles"):
        levels = np.empty(200, target)
        module.levels_of(values, levels, 10.0, 80.0, fine, 200, 3)
        assert_array_equal(levels, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_interpolated_values(dtype: str) -> None:
    values = np.append(np.random.default_rng(0).uniform(-3, 12, 50), [0, 2, 8, np.inf, -np.inf]).astype(dtype)
    table = np.array([1.0, 5.0, 2.0, 2.0, 7.0])
    for module in modules("stretching"):
        results = np.empty(len(values), dtype)
        module.interpolated(values, results, 0.0, 2.0, table)
        assert_allclose(results, np.interp(values, np.arange(5) * 2, table), rtol=1e-6)
        holes = np.full(3, np.nan, dtype)
        module.interpolated(holes, results[:3], 0.0, 2.0, table)
        assert np.isnan(results[:3]).all()
