"""The sums and spreads of windows, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.sums import WindowSpreads

from uncompiled import uncompiled

COMPILED = "opsin._engine.sums.for_this_machine"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((9,), (4,)), ((1, 1), (1, 1)), ((13, 11), (5, 11)), ((5, 7, 30), (2, 3, 4)), ((3, 4, 5, 6),) * 2],
)
def test_spreads(shape: tuple[int, ...], sizes: tuple[int, ...], dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    center = 0.0 if image.dtype.kind == "u" else 99.5
    spreads = WindowSpreads(image, sizes, center, 2.5, 1e-6)
    views = np.lib.stride_tricks.sliding_window_view(image.astype(float) - center, sizes)
    axes = tuple(range(image.ndim, 2 * image.ndim))
    squares = np.square(views - views.mean(axis=axes, keepdims=True)).sum(axis=axes)
    roots = np.where(squares > 1e-6, np.sqrt(2.5 * squares), np.inf)
    assert spreads.shape == roots.shape
    tile = [2] * (image.ndim - 1) + [20]
    least = roots
    for axis, side in enumerate(tile):
        least = np.minimum.reduceat(least, range(0, least.shape[axis], side), axis=axis)
    products = np.random.default_rng(1).normal(0, roots.min() if roots.min() < np.inf else 1, roots.shape)
    expected = ((products - 0.25 * views.sum(axis=axes)) / roots).clip(-1, 1)
    for replaced in (False, True):
        if replaced:
            monkeypatch.setattr(COMPILED, uncompiled)
        assert_allclose(spreads.smallest(tile), least, rtol=1e-9)
        for written in (np.float32, np.float64):
            found = products.astype(written)
            spreads.divide(found, 0.25)
            assert_allclose(found, expected, atol=1e-6 if written == np.float32 else 1e-11)


def test_what_does_not_fit_is_refused() -> None:
    image = np.zeros((4, 4))
    module = uncompiled("spreads")
    with pytest.raises(ValueError, match="inside of the image"):
        module.normalize(image[:3], WindowSpreads(image, (3, 3), 0.0, 1.0, 0.0), None, 0.0, 1, 1)
    with pytest.raises(ValueError, match="one product for each window"):
        module.normalize(image, WindowSpreads(image, (3, 3), 0.0, 1.0, 0.0), image, 0.0, 1, 1)


def test_sums_of_integers_are_exact() -> None:
    image = np.random.default_rng(0).integers(0, 65536, (600, 500)).astype(np.uint16)
    views = np.lib.stride_tricks.sliding_window_view(image.astype(np.int64), (31, 17))
    products = views.sum(axis=(2, 3)).astype(float)
    WindowSpreads(image, (31, 17), 0.0, 1e-300, 0.0).divide(products, 1.0)
    assert_array_equal(products, 0)
