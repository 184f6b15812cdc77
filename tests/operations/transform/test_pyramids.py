"""Pyramids and integral images against scikit-image, and by their definitions."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import gaussian_filter
from skimage import data, transform

from opsin.filters import gaussian
from opsin.transform import (
    integral_image,
    integrate,
    pyramid_expand,
    pyramid_gaussian,
    pyramid_laplacian,
    pyramid_reduce,
    resize,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("factor", [2, 1.5, 3])
@pytest.mark.parametrize("sigma", [None, 0, 0.4, 2])
def test_levels_are_those_of_scikit_image(factor: float, sigma: float | None) -> None:
    for shape in ((37, 52), (5, 4), (1, 9), (1, 1)):
        image = RNG.random(shape)
        theirs = transform.pyramid_reduce(image, factor, sigma)
        assert_allclose(pyramid_reduce(image, factor, sigma=sigma), theirs, atol=1e-14)
    image = RNG.random((41, 50))
    theirs = transform.pyramid_expand(image, factor, sigma)
    # scikit-image mirrors about the first pixel before it interpolates and about its border before it smooths.
    inside = (slice(30, -30),) * 2
    assert_allclose(pyramid_expand(image, factor, sigma=sigma)[inside], theirs[inside], atol=1e-14)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
def test_reduction_is_a_gaussian_and_a_resize(mode: str) -> None:
    for shape in ((30, 41), (7, 6), (2, 3), (9, 10, 11)):
        image = RNG.random(shape)
        blurred = gaussian(image, 1, mode=mode, cval=0.3)
        small = resize(blurred, [-(-length * 2 // 3) for length in shape], anti_aliasing=False)
        found = pyramid_reduce(image, 1.5, sigma=1, mode=mode, cval=0.3, channel_axis=None)
        assert_allclose(found, small, atol=1e-13)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("shape", [(64, 64), (2, 70), (38, 200), (38, 66, 3), (3, 6, 64), (66, 3, 64)])
def test_half_the_size_is_that_of_doubles(shape: tuple[int, ...], mode: str) -> None:
    """uint8 and float32 have a kernel of their own where every length is even; float64 has not."""
    channel_axis = shape.index(3) if 3 in shape else None
    settings = {"mode": mode, "cval": 7, "channel_axis": channel_axis}
    image = RNG.integers(0, 256, shape).astype(np.uint8)
    for source in (image, image[::-1], np.asfortranarray(image)):
        exact = pyramid_reduce(source.astype(float), **settings)
        assert np.abs(pyramid_reduce(source, **settings) - exact).max() < 0.6
        found = pyramid_reduce(source.astype(np.float32), **settings)
        assert found.dtype == np.float32
        assert_allclose(found, exact, atol=1e-4)
        target = np.empty(exact.shape, np.uint8)
        assert pyramid_reduce(source, out=target, **settings) is target
        assert_array_equal(target, pyramid_reduce(source, **settings))


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("shape", [(32, 32), (1, 40), (19, 50), (9, 33, 3), (3, 5, 32), (33, 3, 40)])
def test_twice_the_size_is_that_of_doubles(shape: tuple[int, ...], mode: str) -> None:
    channel_axis = shape.index(3) if 3 in shape else None
    settings = {"mode": mode, "cval": 7, "channel_axis": channel_axis}
    image = RNG.integers(0, 256, shape).astype(np.uint8)
    for source in (image, image[::-1], np.asfortranarray(image)):
        exact = pyramid_expand(source.astype(float), **settings)
        found = pyramid_expand(source, **settings)
        assert np.abs(found - exact).max() < 0.6
        assert_allclose(pyramid_expand(source.astype(np.float32), **settings), exact, atol=1e-4)
        target = np.empty(exact.shape, np.uint8)
        assert pyramid_expand(source, out=target, **settings) is target
        assert_array_equal(target, found)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("value", [0, 1, 77, 128, 254, 255])
def test_constant_images_keep_their_value(dtype: type, value: int) -> None:
    image = np.full((64, 64), value, dtype)
    assert_array_equal(pyramid_reduce(image), np.full((32, 32), value))
    assert_array_equal(pyramid_expand(image), np.full((128, 128), value))


@pytest.mark.parametrize("mode", ["reflect", "nearest", "wrap"])
def test_expansion_is_a_resize_and_a_gaussian(mode: str) -> None:
    for shape in ((12, 15), (3, 4), (1, 2)):
        image = RNG.random(shape)
        large = resize(image, [3 * length for length in shape], mode=mode)
        found = pyramid_expand(image, 3, sigma=1.2, mode=mode)
        assert_allclose(found, gaussian(large, 1.2, mode=mode), atol=1e-13)


def test_expansion_extends_the_image_by_the_constant() -> None:
    image = RNG.random((6, 7))
    wide = pyramid_expand(np.pad(image, 9, constant_values=0.4), mode="nearest")[18:-18, 18:-18]
    assert_allclose(pyramid_expand(image, mode="constant", cval=0.4), wide, atol=1e-13)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_other_dtypes_have_the_numbers_of_float64(dtype: str) -> None:
    image = data.astronaut()[:101, :120].astype(dtype)
    for function in (pyramid_reduce, pyramid_expand):
        exact = function(image.astype(float))
        found = function(image)
        assert found.dtype == dtype
        assert np.abs(found - exact).max() < (1e-3 if dtype == "float32" else 1.0)


def test_whole_pyramids() -> None:
    for shape in ((37, 52), (64, 64), (9, 1)):
        image = RNG.random(shape)
        for ours, theirs in zip(pyramid_gaussian(image), transform.pyramid_gaussian(image), strict=True):
            assert_allclose(ours, theirs, atol=1e-14)
        for ours, theirs in zip(pyramid_laplacian(image), transform.pyramid_laplacian(image), strict=True):
            assert_allclose(ours, theirs, atol=1e-14)
        assert len(list(pyramid_gaussian(image, 2))) == 3
        assert len(list(pyramid_laplacian(image, 1, downscale=3, sigma=1))) == 2
    color = data.astronaut()
    levels = list(pyramid_gaussian(color))
    assert [level.shape for level in levels[:3]] == [(512, 512, 3), (256, 256, 3), (128, 128, 3)]
    assert {level.dtype.name for level in levels} == {"uint8"}
    assert {level.dtype.name for level in pyramid_laplacian(color)} == {"float32"}


def test_about_what_opencv_shows() -> None:
    image = data.camera()
    difference = pyramid_reduce(image).astype(int) - cv2.pyrDown(image)
    assert np.abs(difference).mean() < 6


@pytest.mark.parametrize("function", [pyramid_reduce, pyramid_expand])
def test_factors_and_sigmas_out_of_range(function) -> None:
    for factor in (1, 0, -2, 1e9, np.nan):
        with pytest.raises(ValueError, match="scale"):
            function(np.zeros((4, 5)), factor)
    with pytest.raises(ValueError, match="sigma"):
        function(np.zeros((4, 5)), sigma=-1)
    with pytest.raises(ValueError, match="max_layer"):
        pyramid_gaussian(np.zeros((4, 5)), -2)
    with pytest.raises(ValueError, match="mode"):
        pyramid_laplacian(np.zeros((4, 5)), mode="edge")
    assert function(np.zeros((0, 5))).shape[0] == 0


# Integral images.


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint32", "int64", "float32", "float64"])
def test_sums_are_those_of_scikit_image(dtype: str) -> None:
    for shape in ((1, 1), (1, 9), (200, 331), (5, 6, 70)):
        image = (RNG.random(shape) * 100).astype(dtype)
        ours, theirs = integral_image(image, channel_axis=None), transform.integral_image(image)
        assert ours.dtype == theirs.dtype
        assert_allclose(ours, theirs, rtol=1e-12)


def test_channels_are_summed_apart() -> None:
    image = RNG.integers(0, 256, (30, 40, 3), np.uint8)
    for channel in range(3):
        assert_array_equal(integral_image(image)[..., channel], integral_image(image[..., channel]))


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64", "float32", "float64"])
def test_dtypes_of_sums(dtype: str) -> None:
    image = RNG.integers(0, 256, (60, 71), np.uint8)
    exact = image.cumsum(0, np.int64).cumsum(1)
    for asked in (dtype, np.dtype(dtype), getattr(np, dtype)):
        found = integral_image(image, dtype=asked)
        assert found.dtype == dtype
        assert_array_equal(found, exact)
    with pytest.raises(ValueError, match="dtype"):
        integral_image(image, dtype="uint8")
    with pytest.raises(TypeError, match="dtype"):
        integral_image(image, dtype="float31")


def test_sums_wrap_around() -> None:
    image = np.full((70, 80), 2**62, np.int64)
    assert_array_equal(integral_image(image), image.cumsum(0).cumsum(1))
    assert_array_equal(integral_image(np.full((300, 300), 60000, np.uint16), dtype="int32").dtype, np.int32)


@settings(deadline=None)
@given(st.data())
def test_boxes(data_: st.DataObject) -> None:
    shape = data_.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    image = np.random.default_rng(1).integers(0, 100, shape)
    first = [data_.draw(st.integers(0, length - 1)) for length in shape]
    last = [data_.draw(st.integers(low, length - 1)) for low, length in zip(first, shape, strict=True)]
    box = tuple(slice(low, high + 1) for low, high in zip(first, last, strict=True))
    sums = integral_image(image, channel_axis=None)
    assert_array_equal(integrate(sums, first, last), [image[box].sum()])
    from_the_end = np.subtract(last, shape)
    assert_array_equal(integrate(sums, [first, first], [last, from_the_end]), [image[box].sum()] * 2)
    assert_array_equal(integrate(sums, [first], [last]), transform.integrate(sums, [first], [last]))


def test_boxes_that_do_not_fit() -> None:
    sums = integral_image(np.ones((5, 6)))
    for start, end in (((0, 0), (5, 5)), ((-7, 0), (1, 1)), ((3, 3), (2, 5)), ((0, 0, 0), (1, 1, 1))):
        with pytest.raises(ValueError, match=r"start|end"):
            integrate(sums, start, end)
    with pytest.raises(TypeError, match="start"):
        integrate(sums, (0.5, 0), (1, 1))
    assert integrate(sums, np.zeros((0, 2), int), np.zeros((0, 2), int)).shape == (0,)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (3, 4, 5)])
def test_gaussians_wider_than_the_image(mode: str, shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).random(shape)
    for sigma in (3.0, 40.0):
        wide = gaussian_filter(image, sigma, mode=mode, cval=0.3, truncate=4.0)
        reduced = pyramid_reduce(image, 1.5, sigma=sigma, mode=mode, cval=0.3, channel_axis=None)
        expected = resize(wide, reduced.shape, order=1, anti_aliasing=False, channel_axis=None)
        inner = tuple(slice(1, -1) if length > 2 else slice(None) for length in reduced.shape)
        assert_allclose(reduced[inner], expected[inner], atol=1e-4)


def test_one_pixel_of_many_axes() -> None:
    for mode in ("wrap", "constant"):
        result = pyramid_reduce(np.ones((1,) * 8), 1.5, sigma=2, mode=mode, cval=1, channel_axis=None)
        assert_allclose(result, 1)
