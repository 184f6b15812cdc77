"""zoom against SciPy, and downscale_local_mean against scikit-image and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage
from skimage import transform

from opsin.transform import downscale_local_mean, rescale, zoom

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("grid_mode", [False, True])
@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("factors", [0.3, 0.5, 2, (2.5, 1.3), (1, 0.2), (7, 0.01)])
def test_numbers_are_those_of_scipy(factors: object, order: int, grid_mode: bool) -> None:
    for shape in ((37, 52), (1, 9), (4, 4)):
        image = RNG.random(shape)
        if np.any(np.round(np.multiply(shape, factors)) == 0):
            continue
        theirs = ndimage.zoom(image, factors, order=order, grid_mode=grid_mode, mode="nearest")
        assert_allclose(zoom(image, factors, order=order, grid_mode=grid_mode), theirs, atol=1e-14)


def test_volumes() -> None:
    volume = RNG.random((9, 11, 13))
    assert_allclose(zoom(volume, (2, 0.5, 1.2)), ndimage.zoom(volume, (2, 0.5, 1.2), order=1), atol=1e-14)


def test_the_factor_of_the_channels_may_be_given() -> None:
    image = RNG.integers(0, 256, (40, 60, 3), np.uint8)
    small = zoom(image, (0.2, 0.2, 1))
    assert small.dtype == np.uint8
    assert small.shape == (8, 12, 3)
    assert_array_equal(small, zoom(image, (0.2, 0.2)))
    assert_array_equal(small, zoom(image, 0.2))
    theirs = ndimage.zoom(image.astype(float), (0.2, 0.2, 1), order=1)
    assert np.abs(small - theirs).max() <= 1
    first = np.moveaxis(image, 2, 0)
    assert_array_equal(zoom(first, (1, 0.2, 0.2), channel_axis=0), np.moveaxis(small, 2, 0))
    with pytest.raises(ValueError, match="zoom must be 1 for the channels"):
        zoom(image, (0.2, 0.2, 2))
    assert zoom(image, (1, 1, 2), channel_axis=None).shape == (40, 60, 6)


def test_the_ends_stay() -> None:
    ramp = np.arange(5.0)
    assert_array_equal(zoom(ramp, 1.8), np.linspace(0, 4, 9))
    assert_array_equal(zoom(ramp, 1.8, order=3)[[0, -1]], [0, 4])
    assert_array_equal(zoom(ramp, 2, grid_mode=True), rescale(ramp, 2))


def test_masks_stay_masks() -> None:
    mask = RNG.random((20, 20)) > 0.5
    assert_array_equal(zoom(mask, 3), ndimage.zoom(mask, 3, order=0))


@settings(deadline=None, max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    factors=st.tuples(st.floats(0.1, 4), st.floats(0.1, 4)),
    order=st.sampled_from([0, 1, 3]),
    grid_mode=st.booleans(),
)
def test_constant_images_stay_constant(
    shape: tuple[int, int], factors: tuple[float, float], order: int, grid_mode: bool
) -> None:
    result = zoom(np.full(shape, 77, np.uint8), factors, order=order, grid_mode=grid_mode)
    assert result.shape == tuple(max(1, round(n * f)) for n, f in zip(shape, factors, strict=True))
    assert (result == 77).all()


# Means of blocks.


@pytest.mark.parametrize("factors", [(2, 2), (3, 4), (1, 5), (37, 52), (50, 60)])
def test_means_of_blocks_are_those_of_scikit_image(factors: tuple[int, int]) -> None:
    image = RNG.random((37, 52))
    for cval in (0, 0.5):
        theirs = transform.downscale_local_mean(image, factors, cval=cval)
        assert_allclose(downscale_local_mean(image, factors, cval=cval), theirs, atol=1e-13)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int64", "float32"])
def test_means_of_blocks_by_definition(dtype: str) -> None:
    image = (RNG.random((30, 44, 3)) * 120).astype(dtype)
    exact = image.astype(float).reshape(10, 3, 11, 4, 3).mean(axis=(1, 3))
    for factors in ((3, 4), (3, 4, 1)):
        found = downscale_local_mean(image, factors)
        assert found.dtype == dtype
        assert np.abs(found - exact).max() <= (1e-4 if dtype == "float32" else 0.75 if dtype == "uint8" else 0.501)


def test_errors_of_factors() -> None:
    image = np.zeros((8, 9, 3))
    with pytest.raises(TypeError, match="factors"):
        downscale_local_mean(image, 2.5)
    with pytest.raises(ValueError, match="factors must be at least 1"):
        downscale_local_mean(image, 0)
    with pytest.raises(ValueError, match="factors must be 1 for the channels"):
        downscale_local_mean(image, (2, 2, 2))
    with pytest.raises(ValueError, match="zoom"):
        zoom(image, (1, 2, 3, 4))
