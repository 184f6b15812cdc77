"""Prewitt, Scharr, Laplace, the gradient and sharpening against scikit-image and scipy.ndimage."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st

import opsin
from opsin._engine.pointwise import polar

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
filters = opsin.filters
RNG = np.random.default_rng(1)


def images(shape: Any, dtype: str) -> np.ndarray:
    values = RNG.random(shape)
    return values.astype(dtype) if dtype.startswith("f") else (values * 250).astype(dtype)


@pytest.mark.parametrize("name", ["prewitt", "scharr"])
@given(
    shape=st.lists(st.integers(1, 30), min_size=1, max_size=3),
    dtype=st.sampled_from(["uint8", "uint16", "float32", "float64"]),
    mode=st.sampled_from(MODES),
    which=st.integers(-1, 2),
)
def test_gradients_are_scikit_images(name: str, shape: list[int], dtype: str, mode: Any, which: int) -> None:
    image = images(shape, dtype)
    axis = None if which < 0 else which % len(shape)
    expected = getattr(skimage.filters, name)(image.astype(np.float64), axis=axis, mode=mode, cval=1)
    got = getattr(filters, name)(image, axis=axis, mode=mode, cval=1, channel_axis=None)
    assert_same(got, expected.astype(got.dtype), relative=2e-6 if got.dtype == np.float32 else 1e-14)


@pytest.mark.parametrize("name", ["prewitt", "scharr", "laplace"])
def test_masks_are_scikit_images(name: str) -> None:
    image, mask = RNG.random((20, 31)), RNG.random((20, 31)) > 0.05
    expected = getattr(skimage.filters, name)(image, mask=mask)
    assert_same(getattr(filters, name)(image, mask=mask), expected, relative=1e-14)


@given(
    shape=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    dtype=st.sampled_from(["bool", "uint8", "int16", "float32", "float64"]),
    mode=st.sampled_from(MODES),
)
def test_laplacian_is_the_negative_of_scipys(shape: list[int], dtype: str, mode: Any) -> None:
    image = images(shape, dtype)
    expected = -scipy.ndimage.laplace(image.astype(np.float64), mode=mode, cval=1)
    got = filters.laplace(image, mode=mode, cval=1, channel_axis=None)
    assert_same(got, expected.astype(got.dtype), relative=1e-6 if got.dtype == np.float32 else 1e-13)


def test_laplacian_along_some_axes_is_that_of_each_plane() -> None:
    image = images((5, 12, 9), "float64")
    mask = RNG.random(image.shape) > 0.1
    got = filters.laplace(image, mask=mask, axes=(1, 2), channel_axis=None)
    for plane, inside, found in zip(image, mask, got, strict=True):
        assert_same(found, filters.laplace(plane, mask=inside), relative=1e-14)


@pytest.mark.parametrize("sigma", [0.0, 1.5])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_angles_are_right_to_two_units_in_the_last_place(dtype: str, sigma: float) -> None:
    image = images((90, 101), dtype)
    magnitude, angle = filters.gradient(image, sigma)
    if sigma:
        down, across = (filters.gaussian(image, sigma, order=order, mode="reflect") for order in ((1, 0), (0, 1)))
    else:
        down, across = (filters.sobel(image, axis=axis) / np.float32(2) for axis in (0, 1))
    expected = np.arctan2(down.astype(np.float64), across.astype(np.float64))
    assert np.all(np.abs(angle - expected) <= 2 * np.spacing(np.abs(expected).astype(np.float32)))
    np.testing.assert_allclose(magnitude, np.hypot(down.astype(np.float64), across), rtol=3e-7)


def test_angles_of_what_is_not_finite_are_those_of_numpy() -> None:
    values = np.array([0.0, 1, -1, 1e-40, np.inf, -np.inf, np.nan], np.float32)
    down, across = (np.ascontiguousarray(part) for part in np.meshgrid(values, values, indexing="ij"))
    lengths, angles = polar(down, across, 2.0)
    np.testing.assert_allclose(angles, np.arctan2(down, across), rtol=3e-7)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(lengths, 2 * np.sqrt(down * down + across * across), rtol=3e-7)


@pytest.mark.parametrize("shape", [(1, 1), (40, 51), (17, 19, 3)])
@pytest.mark.parametrize("mode", MODES)
def test_sharpened_bytes_are_those_of_floats(shape: Any, mode: Any) -> None:
    image = images(shape, "uint8")
    got = filters.unsharp_mask(image, (1.3, 0.6), 1.7, mode=mode, cval=7)
    floats = filters.unsharp_mask(image.astype(np.float64), (1.3, 0.6), 1.7, mode=mode, cval=7, clip=False)
    expected = np.floor(floats + 0.5).clip(0, 255)
    assert np.abs(got - expected).max() <= 1
    assert np.mean(got != expected) < 1e-3


def test_laplacian_of_bytes_neither_wraps_nor_saturates() -> None:
    image = images((40, 50), "uint8")
    assert_same(filters.laplace(image, mode="mirror"), -cv2.Laplacian(image, cv2.CV_32F))
    assert_same(filters.laplace(image / 255), skimage.filters.laplace(image), relative=1e-13)


@given(
    shape=st.lists(st.integers(1, 20), min_size=1, max_size=3),
    sigma=st.floats(0.3, 4),
    mode=st.sampled_from(MODES),
    dtype=st.sampled_from(["uint8", "float32", "float64"]),
)
def test_laplacian_of_a_gaussian_is_scipys(shape: list[int], sigma: float, mode: Any, dtype: str) -> None:
    image = images(shape, dtype)
    expected = scipy.ndimage.gaussian_laplace(image.astype(np.float64), sigma, mode=mode)
    got = filters.gaussian_laplace(image, sigma, mode=mode, channel_axis=None)
    assert got.dtype == (np.float64 if dtype == "float64" else np.float32)
    tolerance = 1e-12 if dtype == "float64" else 1e-5 * max(1.0, float(image.max()))
    np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("sigma", [0.7, 2.0, (1.0, 3.0)])
def test_gradient_of_a_gaussian_is_scipys(sigma: Any) -> None:
    image = RNG.random((30, 41))
    magnitude, angle = filters.gradient(image, sigma)
    assert_same(magnitude, scipy.ndimage.gaussian_gradient_magnitude(image, sigma), relative=1e-12)
    for order, component in (((1, 0), np.sin), ((0, 1), np.cos)):
        expected = scipy.ndimage.gaussian_filter(image, sigma, order)
        assert_same(magnitude * component(angle), expected, relative=1e-12)


def test_gradient_of_a_ramp_is_its_slope_and_direction() -> None:
    rows, columns = np.mgrid[:19, :20]
    for turn in np.radians([-180, -135, -90, -30, 0, 45, 90, 179]):
        ramp = 2 * (np.cos(turn) * columns + np.sin(turn) * rows)
        for sigma in (0, 1.5):
            magnitude, angle = (result[7:-7, 7:-7] for result in filters.gradient(ramp, sigma))
            np.testing.assert_allclose(magnitude, 2, rtol=5e-3 if sigma else 1e-12)
            np.testing.assert_allclose(np.cos(angle - turn), 1, atol=1e-12)
    flat = np.full((4, 5), 7, np.uint8)
    magnitude, angle = filters.gradient(flat)
    assert_same(magnitude, np.zeros((4, 5), np.float32))
    assert_same(angle, np.zeros((4, 5), np.float32))
    assert not np.signbit(angle).any()


def test_gradient_halves_sobel() -> None:
    image = images((20, 30, 3), "uint8")
    magnitude, angle = filters.gradient(image)
    assert magnitude.dtype == angle.dtype == np.float32
    assert_same(magnitude * np.cos(angle), filters.sobel(image, axis=1) / 2, relative=1e-6)
    with pytest.raises(ValueError, match="image must have 2 spatial axes"):
        filters.gradient(image, channel_axis=None)


@pytest.mark.parametrize("low", [0.0, -0.5])
@pytest.mark.parametrize("shape", [(30, 41), (8, 9, 10)], ids=str)
def test_sharpening_is_scikit_images(shape: tuple[int, ...], low: float) -> None:
    image = RNG.random(shape) + low
    for radius, amount in ((1.0, 1.0), (2.5, 3.0), (0.0, 2.0), (1.5, -1.0)):
        expected = skimage.filters.unsharp_mask(image, radius, amount)
        assert_same(filters.unsharp_mask(image, radius, amount, channel_axis=None), expected, relative=1e-13)
        expected = skimage.filters.unsharp_mask(image, radius, amount, preserve_range=True)
        got = filters.unsharp_mask(image, radius, amount, clip=False, channel_axis=None)
        assert_same(got, expected, relative=1e-13)


def test_sharpened_bytes_saturate_and_unclipped_ones_do_not() -> None:
    image = images((40, 50, 3), "uint8")
    exact = image + 30 * (image - scipy.ndimage.gaussian_filter(image.astype(float), (1, 1, 0)))
    got = filters.unsharp_mask(image, 1, 30)
    assert got.dtype == np.uint8
    assert np.abs(got - exact.clip(0, 255)).max() <= 0.51
    free = filters.unsharp_mask(image, 1, 30, clip=False)
    assert free.dtype == np.float32
    np.testing.assert_allclose(free, exact, atol=1e-2)


def test_sharpening_keeps_the_range_of_images_beyond_one() -> None:
    image = RNG.random((20, 30)) * 255
    got = filters.unsharp_mask(image, 2, 5)
    assert got.min() == 0.0
    assert got.max() == image.max()
    image[10, 14] = np.nan
    assert np.isnan(filters.unsharp_mask(image, 1)).sum() == 81
