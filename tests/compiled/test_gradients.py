"""Determinants of Hessians and histograms of directions, compiled and as plain Python, and against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.feature
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize("sigma", [0.2, 0.9, 1, 1.4, 2, 3.7, 5, 40])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (12, 17), (30, 6)])
def test_determinants(shape: tuple[int, int], sigma: float) -> None:
    image = np.random.default_rng(0).random(shape)
    sums = image.cumsum(axis=0).cumsum(axis=1)
    found = for_this_machine("hessian").determinants(sums, int(3 * sigma))
    assert_array_equal(found, uncompiled("hessian").determinants(sums, int(3 * sigma)))
    if sigma >= 1:
        expected = skimage.feature.hessian_matrix_det(image, sigma)
        assert_allclose(found, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bins", [1, 4, 9])
def test_orientations(channels: int, bins: int) -> None:
    values = np.random.default_rng(0).integers(-2, 3, (channels, 13, 17)).astype(float)
    values[0, 4, 4] = np.nan
    edges = 180 / bins * np.arange(bins + 1)
    found = for_this_machine("orientations").orientation_sums(values, edges, (3, 4), (4, 4))
    slow = uncompiled("orientations").orientation_sums(values, edges, (3, 4), (4, 4))
    assert_allclose(found, slow, rtol=1e-12)
    with pytest.raises(ValueError, match="fit into the image"):
        uncompiled("orientations").orientation_sums(values, edges, (3, 4), (5, 4))
