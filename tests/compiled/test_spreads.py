"""The sums and spreads of windows, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.sums import window_spreads

from uncompiled import uncompiled


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((9,), (4,)), ((1, 1), (1, 1)), ((13, 11), (5, 11)), ((5, 7, 6), (2, 3, 4)), ((3, 4, 5, 6),) * 2],
)
def test_spreads(shape: tuple[int, ...], sizes: tuple[int, ...], dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    center = 0.0 if image.dtype.kind == "u" else 99.5
    found = window_spreads(image, sizes, center=center, factor=2.5, least=1e-6)
    views = np.lib.stride_tricks.sliding_window_view(image.astype(float) - center, sizes)
    axes = tuple(range(image.ndim, 2 * image.ndim))
    assert_allclose(found[0], views.sum(axis=axes), rtol=1e-12, atol=1e-9)
    spreads = np.square(views - views.mean(axis=axes, keepdims=True)).sum(axis=axes)
    assert_allclose(found[1], np.where(spreads > 1e-6, np.sqrt(2.5 * spreads), np.inf), rtol=1e-9)
    monkeypatch.setattr("opsin._engine.sums.for_this_machine", uncompiled)
    slow = window_spreads(image, sizes, center=center, factor=2.5, least=1e-6)
    assert_allclose(found[0], slow[0], rtol=1e-12, atol=1e-9)
    assert_allclose(found[1], slow[1], rtol=1e-9)


def test_windows_beyond_the_image_are_refused() -> None:
    none = np.zeros(1, np.intp)
    with pytest.raises(ValueError, match="inside of the image"):
        uncompiled("spreads").window_spreads(np.zeros((4, 4)), 0.0, 1.0, 0.0, none, none, 3, 3, 3)


def test_sums_of_integers_are_exact() -> None:
    image = np.random.default_rng(0).integers(0, 65536, (600, 500)).astype(np.uint16)
    sums, _ = window_spreads(image, (31, 17), center=0.0, factor=1.0, least=0.0)
    views = np.lib.stride_tricks.sliding_window_view(image.astype(np.int64), (31, 17))
    assert_array_equal(sums, views.sum(axis=(2, 3)))
