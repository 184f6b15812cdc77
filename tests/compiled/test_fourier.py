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
    weights -= weights.mean()
    expected = correlate(image.astype(float), weights.astype(float), "valid")
    found = []
    for module in (for_this_machine("fourier"), uncompiled("fourier")):
        result = np.empty(expected.shape, np.float32)
        roots = module.correlate(image, weights, result, *tile)
        # The mean of a tile remains where the sum of the weights is not quite 0.
        assert_allclose(result, expected, atol=2e-6 * weights.size)
        found.append((result, roots))
    assert_allclose(found[0][0], found[1][0], atol=1e-5)
    assert_allclose(found[0][1], found[1][1], rtol=1e-4, atol=1e-6)
    assert found[0][1][0, 1] <= image.max()


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
            module.correlate(image, weights.copy(), target.copy(), *tile)
