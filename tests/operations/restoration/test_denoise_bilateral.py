"""The bilateral filter equals its definition."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import opsin

denoise = opsin.restoration.denoise_bilateral

PAD = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}


def reference(image: NDArray[Any], size: int, color: float, place: float, mode: str, cval: float) -> NDArray[Any]:
    """Average the displaced images, channels last."""
    axes, radius = image.ndim - 1, size // 2
    constant: dict[str, Any] = {"constant_values": cval} if mode == "constant" else {}
    whole = np.pad(image, [(radius, radius)] * axes + [(0, 0)], mode=PAD[mode], **constant)
    total, weights = np.zeros(image.shape), np.zeros(image.shape[:-1])
    for step in itertools.product(range(size), repeat=axes):
        moved = whole[tuple(slice(one, one + length) for one, length in zip(step, image.shape[:-1], strict=True))]
        far = sum((one - radius) ** 2 for one in step) / place**2
        weight = np.exp(-0.5 * (far + ((moved - image) ** 2).sum(axis=-1) / color**2))
        total += weight[..., None] * moved
        weights += weight
    return total / weights[..., None]


@pytest.mark.parametrize("mode", PAD)
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", [(1,), (50,), (1, 9), (30, 41), (9, 600), (6, 9, 12), (3, 4, 5, 6)])
def test_equals_the_definition(shape: tuple[int, ...], channels: int, mode: Any) -> None:
    image = np.random.default_rng(0).random((*shape, channels))
    expected = reference(image, 5, 0.2, 1.5, mode, 0.5)
    for dtype, tolerance in ((np.float64, 1e-10), (np.float32, 3e-5)):
        settings = {"sigma_color": 0.2, "sigma_spatial": 1.5, "mode": mode, "cval": 0.5, "channel_axis": -1}
        found = denoise(image.astype(dtype), 5, **settings)
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_the_defaults() -> None:
    image = np.random.default_rng(0).random((33, 47, 3))
    assert_allclose(denoise(image), reference(image, 7, image.std(), 1, "constant", 0), rtol=0, atol=1e-10)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_one_picture_in_every_dtype(dtype: str) -> None:
    top = np.iinfo(dtype).max
    image = np.random.default_rng(0).integers(0, top, (30, 40, 3), dtype)
    found = denoise(image, sigma_color=0.3, mode="nearest")
    assert found.dtype == dtype
    expected = denoise(image / top, sigma_color=0.3, mode="nearest") * top
    assert_allclose(found, expected, atol=0.51 if top < 256 else 1)


def test_flat_images_and_single_colors_stay() -> None:
    assert_array_equal(denoise(np.full((9, 9), 7, np.uint8), mode="nearest"), 7)
    image = np.random.default_rng(0).integers(0, 256, (20, 20), np.uint8)
    assert_array_equal(denoise(image, sigma_color=1e-200), image)


def test_even_windows_are_one_larger() -> None:
    image = np.random.default_rng(0).random((20, 20))
    assert_allclose(denoise(image, 4), denoise(image, 5))


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_tiny_sigmas_change_nothing(dtype):
    image = np.random.default_rng(0).random((9, 11)) * (255 if dtype == "uint8" else 1)
    image = image.astype(dtype)
    for sigma in (1e-3, 1e-150, 1e-300):
        assert_allclose(opsin.restoration.denoise_bilateral(image, sigma_spatial=sigma), image, rtol=1e-14)
