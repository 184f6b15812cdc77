"""Sobel's gradient, against scikit-image, against 3 x 3 windows written out, and on ramps."""

import numpy as np
import pytest
import scipy.ndimage as ndi
import skimage.data
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st

from opsin.filters import sobel

import samples
from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
NATIVE = ["uint8", "uint16", "float32", "float64"]


def reference(image, axis=None, mode="reflect", cval=0.0):
    """Return scikit-image's gradient of the values as they are."""
    return skimage.filters.sobel(np.asarray(image, np.float64), axis=axis, mode=mode, cval=cval)


@given(
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    dtype=st.sampled_from(NATIVE),
    mode=st.sampled_from(MODES),
    which=st.integers(-1, 2),
    cval=st.sampled_from([0.0, 1.0]),
)
def test_any_shape_is_scikit_images(shape, dtype, mode, which, cval):
    image = samples.image("filters.sobel", tuple(shape), dtype)
    axis = None if which < 0 else which % len(shape)
    expected = reference(image, axis, mode, cval).astype("float64" if dtype == "float64" else "float32")
    assert_same(sobel(image, axis=axis, mode=mode, cval=cval, channel_axis=None), expected, relative=2e-6)


def test_float64_is_scikit_images_to_rounding():
    image = samples.image("filters.sobel", (50, 61), "float64")
    for axis in (None, 0, 1, (0, 1)):
        assert_same(sobel(image, axis=axis), reference(image, axis), relative=1e-15)
    volume = samples.image("filters.sobel", (9, 12, 14), "float64")
    for axis in (None, 0, 2, (0, 2), (1,)):
        assert_same(sobel(volume, axis=axis), reference(volume, axis), relative=2e-15)


def test_photograph_in_bytes_has_the_scale_of_bytes():
    image = skimage.data.camera()
    assert_same(sobel(image), (skimage.filters.sobel(image) * 255).astype(np.float32), relative=1e-6)
    for axis, same in ((0, skimage.filters.sobel_h), (1, skimage.filters.sobel_v)):
        assert_same(sobel(image, axis=axis), (same(image) * 255).astype(np.float32), relative=1e-6)


def test_steps_of_bytes_do_not_wrap():
    image = np.zeros((6, 8), np.uint8)
    image[:, :4] = 255
    assert sobel(image, axis=1)[3].tolist() == [0, 0, 0, -255, -255, 0, 0, 0]
    assert sobel(image).max() == pytest.approx(255 * np.sqrt(0.5))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_ramp_has_twice_its_slope(axis):
    image = 3.0 * np.indices((6, 7, 8))[axis]
    inside = (slice(1, -1),) * 3
    for other in range(3):
        np.testing.assert_allclose(sobel(image, axis=other)[inside], 6.0 if other == axis else 0.0, atol=1e-12)


def test_channels_are_no_axis():
    image = samples.image("filters.sobel", (20, 30, 3), "uint8")
    expected = np.stack([reference(image[..., c]) for c in range(3)], axis=-1).astype(np.float32)
    assert_same(sobel(image), expected, relative=1e-6)
    assert_same(sobel(image, axis=1), np.stack([sobel(image[..., c], axis=1) for c in range(3)], axis=-1))
    volume = samples.image("filters.sobel", (5, 6, 7, 2), "float32")
    expected = np.stack([sobel(volume[..., c]) for c in range(2)], axis=-1)
    assert_same(sobel(volume, channel_axis=-1), expected, relative=1e-6)


def test_nan_reaches_its_neighbours_only():
    image = np.ones((9, 80), np.float32)
    image[4, 40] = np.nan
    expected = ndi.binary_dilation(np.isnan(image), np.ones((3, 3)))
    expected[4, 40] = False  # a difference passes over the pixel itself
    np.testing.assert_array_equal(np.isnan(sobel(image)), expected)


def test_dtype_of_other_integers():
    image = samples.image("filters.sobel", (20, 30), "int32")
    assert_same(sobel(image), reference(image), relative=1e-15)
    flags = samples.image("filters.sobel", (20, 30), "bool")
    assert_same(sobel(flags), reference(flags).astype(np.float32), relative=1e-6)


@pytest.mark.parametrize("axis", [(), (0, 0), (0, -2)])
def test_axes_are_there_once(axis):
    with pytest.raises(ValueError, match="axis must be None, an integer or several, each once"):
        sobel(np.zeros((4, 5, 3)), axis=axis)


def test_axes_count_without_the_channels():
    image = samples.image("filters.sobel", (3, 20, 30), "uint8")
    expected = np.stack([sobel(image[c], axis=0) for c in range(3)])
    assert_same(sobel(image, axis=0, channel_axis=0), expected)
    assert_same(sobel(image, axis=-2, channel_axis=0), expected)


def test_wrong_axis():
    with pytest.raises(ValueError, match="axis must be at least -2 and at most 1; got 2"):
        sobel(np.zeros((4, 5, 3)), axis=2)
    with pytest.raises(TypeError, match="axis must be an integer"):
        sobel(np.zeros((4, 5)), axis=1.5)
