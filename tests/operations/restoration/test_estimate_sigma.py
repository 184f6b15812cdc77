"""The estimate of noise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import opsin

estimate = opsin.restoration.estimate_sigma


@pytest.mark.parametrize("sigma", [0.01, 0.1, 2])
@pytest.mark.parametrize("shape", [(4000,), (200, 300), (30, 40, 50)])
def test_finds_the_noise_of_a_ramp(sigma: float, shape: tuple[int, ...]) -> None:
    image = np.linspace(0, 1, shape[-1]) + np.random.default_rng(0).normal(0, sigma, shape)
    assert estimate(image, channel_axis=None) == pytest.approx(sigma, rel=0.1)


def test_channels_and_their_mean() -> None:
    image = np.random.default_rng(0).normal(0.5, [0.01, 0.05, 0.1], (200, 200, 3))
    found = estimate(image)
    assert_allclose(found, [0.01, 0.05, 0.1], rtol=0.05)
    assert estimate(image, average_sigmas=True) == pytest.approx(np.mean(found))
    assert_allclose(estimate(np.moveaxis(image, 2, 0), channel_axis=0), found)


def test_is_a_fraction_of_the_range() -> None:
    image = np.random.default_rng(0).normal(128, 10, (100, 100)).clip(0, 255).astype(np.uint8)
    assert estimate(image) * 255 == pytest.approx(estimate(image, data_range=1)) == pytest.approx(10, rel=0.1)


def test_a_flat_image_has_no_noise() -> None:
    assert estimate(np.full((9, 9), 3)) < 1e-12
    assert estimate(np.zeros((9, 9))) == 0


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="image must have pixels"):
        estimate(np.zeros((0, 4)))
