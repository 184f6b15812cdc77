"""Wavelets: known filters, perfect reconstruction, thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import opsin
from opsin.restoration import wavelets

denoise = opsin.restoration.denoise_wavelet


def test_the_filter_of_two_vanishing_moments_is_that_of_the_book() -> None:
    root = np.sqrt(3)
    expected = np.array([1 + root, 3 + root, 3 - root, 1 - root]) / (4 * np.sqrt(2))
    assert_allclose(wavelets.filters("db2")[0], expected, atol=1e-15)


@pytest.mark.parametrize("wavelet", wavelets.WAVELETS)
def test_filters_are_orthonormal_and_have_vanishing_moments(wavelet: str) -> None:
    low, high = wavelets.filters(wavelet)
    moments = 1 if wavelet == "haar" else int(wavelet[2:])
    for shift in range(0, len(low), 2):
        assert_allclose(low[shift:] @ low[: len(low) - shift], float(shift == 0), atol=1e-12)
    for power in range(moments):
        position = np.linspace(-1, 1, len(high))
        assert abs(high @ position**power) < 1e-6


@pytest.mark.parametrize("wavelet", wavelets.WAVELETS)
@pytest.mark.parametrize("shape", [(1,), (2,), (23,), (1, 7), (16, 31), (5, 6, 7)])
def test_an_image_is_recomposed(wavelet: str, shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).random(shape)
    parts = wavelets.decompose(image, wavelet)
    whole = wavelets.recompose(parts, wavelet)[tuple(slice(length) for length in shape)]
    assert_allclose(whole, image, atol=1e-12)


@pytest.mark.parametrize(
    "settings", [{}, {"method": "VisuShrink"}, {"mode": "hard"}, {"wavelet": "db4"}, {"sigma": 0.1}]
)
def test_noise_is_removed(settings: dict[str, object]) -> None:
    truth = np.zeros((64, 64))
    truth[16:48, 16:48] = 1
    noisy = truth + np.random.default_rng(0).normal(0, 0.1, truth.shape)
    assert (denoise(noisy, **settings) - truth).std() < 0.75 * (noisy - truth).std()


def test_haar_by_hand() -> None:
    # Two levels would change the means; one level shrinks the differences of pairs by the threshold.
    image = np.array([1.0, 1.2, 5.0, 5.4])
    found = denoise(image, 0.1, wavelet="haar", method="VisuShrink", wavelet_levels=1)
    threshold = 0.1 * np.sqrt(2 * np.log(4))
    details = np.array([0.2, 0.4]) / np.sqrt(2)
    shrunk = np.maximum(details - threshold, 0) / np.sqrt(2)
    expected = [1.1 - shrunk[0], 1.1 + shrunk[0], 5.2 - shrunk[1], 5.2 + shrunk[1]]
    assert_allclose(found, expected, atol=1e-12)


def test_sigma_is_a_fraction_of_the_range() -> None:
    image = np.random.default_rng(0).integers(0, 256, (32, 32), np.uint8)
    assert_allclose(denoise(image, 0.1), denoise(image / 255, 0.1) * 255, atol=0.6)
    assert_allclose(denoise(image / 255, 10, data_range=0.01), denoise(image / 255, 0.1))


def test_not_a_number_is_kept() -> None:
    image = np.random.default_rng(0).random((16, 16))
    image[3, 4] = np.nan
    assert np.isnan(denoise(image, 0.1)[3, 4])
