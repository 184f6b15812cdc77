"""Correlation by transforms of pairs of tiles, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import correlate

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize("tile", [(16, 16), (16, 32), (64, 16)])
@pytest.mark.parametrize(
    ("shape", "size"), [((1, 1), (1, 1)), ((16, 9), (16, 3)), ((40, 50), (5, 7)), ((21, 33), (9, 2))]
)
def test_sums(shape: tuple[int, int], size: tuple[int, int], tile: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    image, weights = rng.random(shape, np.float32), rng.random(size, np.float32)
    expected = correlate(image.astype(float), weights.astype(float), "valid")
    found = []
    for module in (for_this_machine("fourier"), uncompiled("fourier")):
        result = np.empty(expected.shape, np.float32)
        roots = module.correlate(image, weights, result, *tile, 2)
        assert_allclose(result, expected, atol=2e-6 * weights.size)
        found.append((result, roots))
    assert_allclose(found[0][0], found[1][0], atol=1e-5)
    assert_allclose(found[0][1], found[1][1], rtol=1e-4, atol=1e-6)
    assert found[0][1][0, 1] <= 2 * image.max()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("written", [np.float32, np.float64])
def test_dtypes(dtype: type, written: type) -> None:
    rng = np.random.default_rng(0)
    image, weights = rng.integers(0, 256, (50, 70)).astype(dtype), rng.random((6, 9))
    expected = correlate(image.astype(float), weights, "valid")
    for module in (for_this_machine("fourier"), uncompiled("fourier")):
        result = np.empty(expected.shape, written)
        module.correlate(image, weights, result, 16, 32, 3)
        assert_allclose(result, expected, rtol=1e-6 if written == np.float32 else 1e-12)


def test_tiles_are_chosen() -> None:
    rng = np.random.default_rng(0)
    image, weights = rng.random((40, 50)), rng.random((5, 7))
    expected = correlate(image, weights, "valid")
    tile = np.add.outer(3 * (np.arange(36) // 12), np.arange(44) // 26)
    for module in (for_this_machine("fourier"), uncompiled("fourier")):
        result = np.zeros(expected.shape)
        assert module.correlate(image, weights, result, 16, 32, 2, np.array([1, 4, 3])).shape == (2, 2)
        assert_allclose(result, np.where(np.isin(tile // 3 * 2 + tile % 3, [1, 3, 4]), expected, 0))


def test_what_does_not_fit_is_refused() -> None:
    module = for_this_machine("fourier")
    image, result = np.zeros((30, 30), np.float32), np.zeros((21, 21), np.float32)
    for weights, target, tile in (
        (image[:10, :10], result, (24, 32)),
        (image[:10, :10], result, (16, 8)),
        (image[:20, :20], result[:11, :11], (16, 16)),
        (image[:10, :10], result[:20, :20], (16, 16)),
    ):
        with pytest.raises(ValueError, match="must"):
            module.correlate(image, weights.copy(), target.copy(), *tile, 1)
    with pytest.raises(ValueError, match="tiles must be"):
        module.correlate(image, image[:10, :10].copy(), result, 32, 32, 1, np.array([1]))
