"""Top-hats and the morphological gradient, against scikit-image and scipy.ndimage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from opsin.morphology import black_tophat, closing, dilation, erosion, morphological_gradient, opening, white_tophat

from equality import assert_same

DTYPES = ["bool", "uint8", "int16", "uint16", "float32", "float64"]


def noise(shape: tuple[int, ...], dtype: str, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return rng.random(shape) > 0.5 if dtype == "bool" else (rng.random(shape) * 100).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("footprint", [np.ones((3, 3)), np.ones((5, 3)), skimage.morphology.disk(2)], ids=str)
def test_equals_scikit_image(dtype: str, footprint: Any) -> None:
    image = noise((20, 31), dtype)
    for mode in ("ignore", "reflect"):
        expected = skimage.morphology.white_tophat(image, footprint, mode=mode)
        assert_same(white_tophat(image, footprint, mode=mode), expected, relative=1e-6)
        expected = skimage.morphology.black_tophat(image, footprint, mode=mode)
        assert_same(black_tophat(image, footprint, mode=mode), expected, relative=1e-6)


@pytest.mark.parametrize("shape", [(17,), (13, 14), (5, 6, 7)])
def test_gradient_equals_scipy(shape: tuple[int, ...]) -> None:
    image = noise(shape, "float64")
    for size in (2, 3, 5):
        expected = ndimage.morphological_gradient(image, size)
        assert_same(morphological_gradient(image, size, mode="reflect", channel_axis=None), expected)
    structure = np.random.default_rng(1).random((3,) * len(shape))
    expected = ndimage.morphological_gradient(image, structure=structure)
    got = morphological_gradient(image, structure=structure, mode="reflect", channel_axis=None)
    assert_same(got, expected, relative=1e-12)


@given(
    shape=st.tuples(st.integers(1, 20), st.integers(1, 40)),
    sizes=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    dtype=st.sampled_from(DTYPES),
    seed=st.integers(0, 99),
)
def test_is_what_opening_and_closing_change(
    shape: tuple[int, int], sizes: tuple[int, int], dtype: str, seed: int
) -> None:
    image = noise(shape, dtype, seed)
    white, black, gradient = (f(image, sizes) for f in (white_tophat, black_tophat, morphological_gradient))
    if dtype == "bool":
        assert_same(white, image & ~opening(image, sizes))
        assert_same(black, closing(image, sizes) & ~image)
        assert_same(gradient, dilation(image, sizes) & ~erosion(image, sizes))
    else:
        assert_same(white, image - opening(image, sizes))
        assert_same(black, closing(image, sizes) - image)
        assert_same(gradient, dilation(image, sizes) - erosion(image, sizes))
        assert (white >= 0).all()
        assert (black >= 0).all()


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_differences_saturate(dtype: str) -> None:
    limits = np.iinfo(dtype)
    image = np.array([[limits.min, limits.max, limits.min]], dtype)
    assert morphological_gradient(image, (1, 3)).tolist() == [[limits.max] * 3]
    assert white_tophat(image, (1, 2)).tolist() == [[0, limits.max, 0]]


def test_unsigned_differences_do_not_wrap() -> None:
    image = np.array([[10, 10, 0, 0]], np.uint8)
    assert (white_tophat(image, (1, 3), mode="constant", cval=255) <= 10).all()
    assert (white_tophat(image, np.array([[1, 0, 0]]), mode="wrap") <= 10).all()


@pytest.mark.parametrize("function", [white_tophat, black_tophat, morphological_gradient])
def test_channels_and_out(function: Any) -> None:
    image = noise((12, 13, 3), "uint8")
    expected = np.stack([function(image[..., channel], 3) for channel in range(3)], axis=-1)
    assert_same(function(image, 3), expected)
    out = np.empty_like(image)
    assert function(image, 3, out=out) is out
    assert_same(out, expected)
    function(image, 3, out=image)
    assert_same(image, expected)
