"""resize against a slow reference, OpenCV, Pillow and scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from skimage import data

import opsin
from opsin import _runtime

WORDS = ("nearest", "linear", "cubic", "lanczos", "area")
SMOOTH = ("linear", "cubic", "lanczos")


def matrix(before: int, after: int, interpolation: str, anti_aliasing: bool) -> NDArray[np.float64]:
    """Return the weight of every pixel before in every pixel after, by the definition."""
    scale = before / after
    i, j = np.arange(after)[:, None], np.arange(before)
    centre = (i + 0.5) * scale
    d = np.abs(j + 0.5 - centre) / (max(scale, 1) if anti_aliasing else 1)
    if interpolation == "nearest":
        weights = 1.0 * (j == np.ceil(centre) - 1)
    elif interpolation == "area":
        weights = np.clip(np.minimum(j + 1, (i + 1) * scale) - np.maximum(j, i * scale), 0, None)
    elif interpolation == "linear":
        weights = np.where(d < 1, 1 - d, 0)
    elif interpolation == "cubic":
        # Keys 1981, equation 15.
        far = -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
        weights = np.where(d < 1, 1.5 * d**3 - 2.5 * d**2 + 1, np.where(d < 2, far, 0))
    else:
        weights = np.where(d < 3, np.sinc(d) * np.sinc(d / 3), 0)
    return weights / weights.sum(axis=1, keepdims=True)


def reference(image: NDArray[np.float64], shape: tuple[int, ...], *settings: object) -> NDArray[np.float64]:
    """Resize the first axes of `image` to `shape`, one by one."""
    for axis, after in enumerate(shape):
        image = np.moveaxis(np.tensordot(matrix(image.shape[axis], after, *settings), image, (1, axis)), 0, axis)
    return image


def photograph(dtype: str, size: int = 160) -> NDArray[np.generic]:
    """Return a colour photograph in the range of `dtype`."""
    image = data.astronaut()[:size, 100 : 100 + size + 3]
    if dtype == "uint16":
        return image.astype(np.uint16) * 257
    return image if dtype == "uint8" else image.astype(dtype) / np.dtype(dtype).type(255)


@pytest.mark.parametrize("tier", _runtime.simd_tiers())
@pytest.mark.parametrize("shape", [(64, 65), (70, 300), (301, 60), (200, 430), (160, 163), (1, 1), (3, 7)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_every_interpolation_equals_its_definition(dtype: str, shape: tuple[int, int], tier: str) -> None:
    image = photograph(dtype)
    before = _runtime.simd_tier()
    _runtime.set_simd_tier(tier)
    try:
        for interpolation in WORDS:
            for anti_aliasing in (False, True):
                got = opsin.transform.resize(image, shape, interpolation=interpolation, anti_aliasing=anti_aliasing)
                exact = reference(image.astype(np.float64), shape, interpolation, anti_aliasing)
                assert got.dtype == image.dtype
                assert got.shape == (*shape, 3)
                if image.dtype.kind == "u":
                    top = np.iinfo(image.dtype).max
                    error = np.abs(got - np.clip(exact, 0, top))
                    assert error.max() < (1.0 if dtype == "uint8" else 0.55)
                else:
                    np.testing.assert_allclose(got, exact, rtol=0, atol=2e-6 if dtype == "float32" else 1e-12)
    finally:
        _runtime.set_simd_tier(before)


@given(
    before=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    after=st.lists(st.integers(1, 40), min_size=3, max_size=3),
    interpolation=st.sampled_from(WORDS),
    anti_aliasing=st.booleans(),
    seed=st.integers(0, 100),
)
def test_any_shape_of_any_dimensions(
    before: list[int], after: list[int], interpolation: str, anti_aliasing: bool, seed: int
) -> None:
    shape = tuple(after[: len(before)])
    image = np.random.default_rng(seed).random(before)
    got = opsin.transform.resize(
        image, shape, interpolation=interpolation, anti_aliasing=anti_aliasing, channel_axis=None
    )
    np.testing.assert_allclose(got, reference(image, shape, interpolation, anti_aliasing), rtol=0, atol=1e-12)


@pytest.mark.parametrize("interpolation", SMOOTH)
def test_anti_aliased_bytes_equal_pillow(interpolation: str) -> None:
    word = {"linear": "BILINEAR", "cubic": "BICUBIC", "lanczos": "LANCZOS"}[interpolation]
    image = photograph("uint8")
    for height, width in ((64, 70), (300, 301), (40, 400)):
        expected = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling[word]))
        got = opsin.transform.resize(image, (height, width), interpolation=interpolation)
        # Pillow rounds to bytes between the axes.
        assert np.abs(got.astype(int) - expected).max() <= 4
        plane = Image.fromarray(photograph("float32")[..., 0].copy())
        expected = np.asarray(plane.resize((width, height), Image.Resampling[word]))
        got = opsin.transform.resize(photograph("float32")[..., 0], (height, width), interpolation=interpolation)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)
