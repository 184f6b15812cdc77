"""The difference of two Gaussians against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.filters

import opsin

from equality import assert_same


@pytest.mark.parametrize("high", [None, 3.5])
def test_equals_scikit_image(high: float | None) -> None:
    image = np.random.default_rng(0).random((40, 31))
    expected = skimage.filters.difference_of_gaussians(image, 1.5, high)
    assert_same(opsin.filters.difference_of_gaussians(image, 1.5, high), expected, relative=1e-12)


def test_bytes_give_floats_in_the_units_of_the_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 31), dtype=np.uint8)
    expected = opsin.filters.difference_of_gaussians(image.astype(np.float64), 1)
    got = opsin.filters.difference_of_gaussians(image, 1)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_scales_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="high_sigma must be nowhere less than low_sigma"):
        opsin.filters.difference_of_gaussians(np.zeros((3, 3)), 2, 1)
