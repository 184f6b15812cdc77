"""Non-local means equal a sum over displacements of whole images."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy import ndimage
from skimage.restoration import denoise_nl_means as peer

import opsin

denoise = opsin.restoration.denoise_nl_means


def reference(image: NDArray[Any], size: int, distance: int, h: float, sigma: float = 0) -> NDArray[Any]:
    """Average the displaced images, channels last."""
    axes = image.ndim - 1
    pad = size // 2 + distance
    whole = np.pad(image, [(pad, pad)] * axes + [(0, 0)], mode="reflect")
    core = tuple(slice(pad, pad + length) for length in image.shape[:-1])
    total, weights = np.zeros(image.shape), np.zeros(image.shape[:-1])
    for step in itertools.product(range(-distance, distance + 1), repeat=axes):
        moved = np.roll(whole, [-one for one in step], range(axes))
        squares = ((whole - moved) ** 2).mean(axis=-1)
        patch = ndimage.uniform_filter(squares, size, mode="constant")[core]
        exponent = np.maximum(patch - 2 * sigma**2, 0) / h**2
        weight = np.where(exponent > 5, 0, np.exp(-exponent))
        total += weight[..., None] * moved[core]
        weights += weight
    return total / weights[..., None]


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize("shape", [(1,), (50,), (1, 9), (30, 41), (40, 300), (6, 9, 12)])
@pytest.mark.parametrize(("size", "distance", "sigma"), [(3, 1, 0), (5, 2, 0.1)])
def test_equals_the_reference(shape: tuple[int, ...], channels: int, size: int, distance: int, sigma: float) -> None:
    image = np.random.default_rng(0).random((*shape, channels))
    for dtype, tolerance in ((np.float64, 1e-8), (np.float32, 1e-5)):
        found = denoise(image.astype(dtype), size, distance, h=0.3, sigma=sigma, channel_axis=-1)
        assert found.dtype == dtype
        assert_allclose(found, reference(image, size, distance, 0.3, sigma), rtol=0, atol=tolerance)


def test_the_defaults() -> None:
    image = np.random.default_rng(0).random((33, 47)) / 5
    expected = reference(image[..., None], 7, 11, 0.1)[..., 0]
    assert_allclose(denoise(image), expected, rtol=0, atol=1e-8)
    # scikit-image's exponential is an approximation that is wrong by up to 6 percent.
    assert_allclose(denoise(image), peer(image), rtol=0, atol=0.01)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_one_picture_in_every_dtype(dtype: str) -> None:
    top = np.iinfo(dtype).max
    image = np.random.default_rng(0).integers(0, top, (30, 40, 3), dtype)
    found = denoise(image, 3, 3, h=0.4)
    assert found.dtype == dtype
    assert_allclose(found, denoise(image / top, 3, 3, h=0.4) * top, atol=0.51 if top < 256 else 1)


def test_even_patches_are_one_larger() -> None:
    image = np.random.default_rng(0).random((20, 20))
    assert_allclose(denoise(image, 4, 2), denoise(image, 5, 2))


@pytest.mark.parametrize("h", [1e-200, 1e200])
def test_absurd_strengths(h: float) -> None:
    image = np.random.default_rng(0).random((9, 9))
    assert np.isfinite(denoise(image, 3, 2, h=h)).all()
    assert np.isfinite(denoise(image.astype(np.float32), 3, 2, h=h)).all()
