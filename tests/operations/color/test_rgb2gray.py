"""Colour to grey, against the weighted sum written out and against scikit-image and OpenCV."""

import cv2
import numpy as np
import pytest
import skimage.color
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin.color import rgb2gray

import samples

WEIGHTS = np.array([0.2125, 0.7154, 0.0721])
DTYPES = ["bool", "uint8", "int8", "uint16", "int16", "int32", "uint64", "float16", "float32", "float64"]


def random_image(shape, dtype):
    return samples.image("color.rgb2gray", shape, dtype)


def reference(image, weights=WEIGHTS):
    return image.astype(np.float64) @ np.asarray(weights, np.float64)


def tolerance(dtype):
    """Rounding to the dtype, and the error of the sum before it."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return 8 * np.finfo(dtype).eps
    return 0.52 if dtype.itemsize < 8 else 1.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_the_rounded_weighted_sum(dtype):
    image = random_image((37, 91), dtype)
    grey = rgb2gray(image)
    assert grey.dtype == image.dtype
    assert grey.shape == (37, 91)
    np.testing.assert_allclose(grey.astype(np.float64), reference(image), atol=tolerance(dtype), rtol=0)


def test_float64_is_scikit_images():
    image = random_image((40, 30), "float64")
    np.testing.assert_allclose(rgb2gray(image), skimage.color.rgb2gray(image), rtol=0, atol=1e-15)


def test_photograph_is_scikit_images_rounded():
    image = skimage.data.astronaut()
    np.testing.assert_allclose(rgb2gray(image), skimage.color.rgb2gray(image) * 255, rtol=0, atol=0.52)


def test_opencvs_weights_give_opencvs_grey():
    image = skimage.data.astronaut()
    grey = rgb2gray(image, weights=(0.299, 0.587, 0.114))
    assert np.abs(grey.astype(int) - cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)).max() <= 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_grey_colours_stay_exactly_what_they_are(dtype):
    levels = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    image = np.repeat(levels.reshape(256, -1)[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(rgb2gray(image), levels.reshape(256, -1))


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 70), min_size=1, max_size=3),
    axis=st.integers(0, 3),
    dtype=st.sampled_from(["uint8", "uint16", "float32", "float64"]),
    step=st.sampled_from([1, 2, -1]),
)
def test_any_shape_channel_axis_and_strides(shape, axis, dtype, step):
    axis = min(axis, len(shape))
    image = np.moveaxis(random_image(shape, dtype), -1, axis)
    image = image[::step] if axis else image[:, ::step]
    before = image.copy()
    grey = rgb2gray(image, channel_axis=axis)
    np.testing.assert_array_equal(image, before)
    expected = reference(np.moveaxis(image, axis, -1))
    np.testing.assert_allclose(grey.astype(np.float64), expected, atol=tolerance(dtype), rtol=0)


def test_planes_transposes_and_pixels_of_four_agree():
    image = random_image((80, 100), "uint8")
    expected = rgb2gray(image)
    planes = np.ascontiguousarray(image.transpose(2, 0, 1))
    np.testing.assert_array_equal(rgb2gray(planes, channel_axis=0), expected)
    np.testing.assert_array_equal(rgb2gray(image.transpose(1, 0, 2)), expected.T)
    np.testing.assert_array_equal(rgb2gray(np.asfortranarray(image)), expected)
    four = np.concatenate([image, image[..., :1]], axis=2)
    np.testing.assert_array_equal(rgb2gray(four[..., :3]), expected)


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (2, -1, 0), (1, 1, 1), (1 / 3, 1 / 3, 1 / 3), (0, 0, -1)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_weights_of_any_size_saturate(weights, dtype):
    image = random_image((31, 70), dtype)
    expected = np.clip(reference(image, weights), 0, np.iinfo(dtype).max)
    np.testing.assert_allclose(rgb2gray(image, weights=weights), expected, atol=0.52, rtol=0)


def test_out():
    image = random_image((9, 20), "uint8")
    for out in (np.empty((9, 20), np.uint8), np.empty((20, 9), np.uint8).T, image[..., 1].copy()):
        assert rgb2gray(image, out=out) is out
        np.testing.assert_array_equal(out, rgb2gray(image))
    overlapping = image.copy()
    assert np.array_equal(rgb2gray(overlapping, out=overlapping[..., 2]), rgb2gray(image))


@pytest.mark.parametrize("shape", [(0, 4, 3), (4, 0, 3), (0, 3), (2, 0, 5, 3)])
def test_empty(shape):
    assert rgb2gray(np.empty(shape, np.uint8)).shape == shape[:-1]


def test_nan_stays_in_its_pixel():
    image = np.ones((5, 70, 3), np.float32)
    image[2, 3, 1] = np.nan
    assert np.flatnonzero(np.isnan(rgb2gray(image))).tolist() == [2 * 70 + 3]


def test_errors_name_what_came():
    rgb = np.zeros((4, 5, 3), np.uint8)
    with pytest.raises(ValueError, match=r"3 channels along its axis 1; got shape \(4, 5\).*gray already"):
        rgb2gray(rgb[..., 0])
    with pytest.raises(ValueError, match=r"transparency, image\[..., :3\]"):
        rgb2gray(np.zeros((4, 5, 4)))
    with pytest.raises(ValueError, match="one for each channel; got 2"):
        rgb2gray(rgb, weights=(0.5, 0.5))
    with pytest.raises(TypeError, match="sequence of 3 numbers"):
        rgb2gray(rgb, weights=0.3)
    with pytest.raises(ValueError, match=r"weights must be at least -1e\+06"):
        rgb2gray(rgb, weights=(np.nan, 0, 0))
    with pytest.raises(ValueError, match="channel_axis"):
        rgb2gray(rgb, channel_axis=3)
    with pytest.raises(TypeError, match="channel_axis"):
        rgb2gray(rgb, channel_axis=None)
    with pytest.raises(TypeError, match="real array"):
        rgb2gray(rgb.astype(complex))
    with pytest.raises(ValueError, match="at least one axis"):
        rgb2gray(3)
    with pytest.raises(ValueError, match="out must have shape"):
        rgb2gray(rgb, out=np.empty((5, 4), np.uint8))
