"""Total variation by split Bregman iterations equals scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from skimage.restoration import denoise_tv_bregman as peer

import opsin

denoise = opsin.restoration.denoise_tv_bregman


@pytest.mark.parametrize("isotropic", [True, False])
@pytest.mark.parametrize("shape", [(2, 2), (2, 9), (40, 53)])
@pytest.mark.parametrize("settings", [{}, {"weight": 30, "eps": 1e-7}, {"weight": 0.5, "max_num_iter": 3}])
def test_equals_scikit_image(shape: tuple[int, int], settings: dict[str, float], isotropic: bool) -> None:
    image = np.random.default_rng(0).random(shape)
    expected = peer(image, isotropic=isotropic, **settings)
    assert_allclose(denoise(image, isotropic=isotropic, **settings), expected, rtol=0, atol=1e-12)


def test_every_channel_ends_on_its_own() -> None:
    image = np.random.default_rng(0).random((20, 30, 3)) * [1, 0.01, 5]
    expected = np.stack([peer(image[..., channel]) for channel in range(3)], axis=-1)
    assert_allclose(denoise(image), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_the_same_picture_in_every_dtype(dtype: str) -> None:
    top = np.iinfo(dtype).max
    image = np.random.default_rng(0).integers(0, top, (30, 40), dtype)
    assert_allclose(denoise(image), np.floor(denoise(image / top) * top + 0.5), atol=1)


def test_axes_of_one_pixel_do_not_matter() -> None:
    image = np.random.default_rng(0).random(50)
    smooth = denoise(image, 3)
    assert np.abs(np.diff(smooth)).sum() < np.abs(np.diff(image)).sum() / 2
    for shape in [(1, 50), (50, 1), (1, 50, 1)]:
        assert_allclose(denoise(image.reshape(shape), 3, channel_axis=None).reshape(-1), smooth)


def test_a_volume_becomes_smoother() -> None:
    truth = np.zeros((16, 16, 16))
    truth[4:12, 4:12, 4:12] = 1
    noisy = truth + np.random.default_rng(0).normal(0, 0.2, truth.shape)
    assert (denoise(noisy, 3, channel_axis=None) - truth).std() < (noisy - truth).std() / 2


def test_too_many_axes_are_refused() -> None:
    with pytest.raises(ValueError, match="image must have at most 32"):
        denoise(np.zeros((1,) * 33))
