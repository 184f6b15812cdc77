"""Thinning, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine import thinning

from uncompiled import uncompiled


@pytest.mark.parametrize("method", ["zhang", "guo"])
def test_planes(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    masks = [np.random.default_rng(1).random(shape) < 0.7 for shape in ((1, 1), (7, 9), (9, 70), (20, 130))]
    expected = [thinning.thin_plane(mask, method, 9) for mask in masks]
    monkeypatch.setattr(thinning, "thinning", uncompiled("thinning"))
    with np.errstate(over="ignore"):
        for mask, result in zip(masks, expected, strict=True):
            assert_array_equal(thinning.thin_plane(mask, method, 9), result)


def test_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = [np.random.default_rng(1).random(shape) < 0.7 for shape in ((1, 1), (7, 9), (5, 6, 7))]
    expected = [thinning.thin_by_lee(mask) for mask in masks]
    monkeypatch.setattr(thinning, "lee", uncompiled("lee"))
    with np.errstate(over="ignore"):
        for mask, result in zip(masks, expected, strict=True):
            assert_array_equal(thinning.thin_by_lee(mask), result)


def test_pixels_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = [np.random.default_rng(1).random(shape) < 0.8 for shape in ((1, 1), (7, 9), (20, 13))]
    expected = [thinning.thin_by_distance(mask, np.random.default_rng(0))[0] for mask in masks]
    monkeypatch.setattr(thinning, "peeling", uncompiled("peeling"))
    for mask, result in zip(masks, expected, strict=True):
        assert_array_equal(thinning.thin_by_distance(mask, np.random.default_rng(0))[0], result)
