"""The mean of a box, against scipy.ndimage and OpenCV."""

import cv2
import numpy as np
import pytest
import scipy.ndimage as ndi
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from opsin.filters import uniform

import samples
from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
NATIVE = ["uint8", "uint16", "float32", "float64"]


def reference(image, footprint, mode="reflect", cval=0.0):
    """Return scipy.ndimage's mean, rounded to nearest for integers."""
    mean = ndi.uniform_filter(image.astype(np.float64), footprint, mode=mode, cval=cval)
    return np.floor(mean + 0.5 + 1e-9).astype(image.dtype) if image.dtype.kind in "iu" else mean.astype(image.dtype)


@given(
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    dtype=st.sampled_from(NATIVE),
    mode=st.sampled_from(MODES),
    sizes=st.lists(st.integers(1, 13), min_size=3, max_size=3),
    cval=st.sampled_from([0.0, 1.0]),
)
def test_any_shape_is_scipys(shape, dtype, mode, sizes, cval):
    image = samples.image("filters.uniform", tuple(shape), dtype)
    footprint = sizes[: len(shape)]
    expected = reference(image, footprint, mode, cval)
    result = uniform(image, footprint, mode=mode, cval=cval, channel_axis=None)
    assert_same(result, expected, relative=1e-6 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("dtype", NATIVE)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 11, 31, 64, 101, 250])
def test_every_size(dtype, size):
    image = samples.image("filters.uniform", (150, 203), dtype)
    assert_same(uniform(image, size), reference(image, size), relative=1e-6 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("shape", "sizes"), [((3, 4), (540, 650)), ((3, 4), (541, 3)), ((5,), (600,)), ((2, 3, 4), (3, 31, 550))]
)
def test_boxes_much_longer_than_the_image(mode, shape, sizes):
    image = np.random.default_rng(0).random(shape)
    for origin in (0, [-(size // 2) for size in sizes], [(size - 1) // 2 for size in sizes]):
        expected = ndi.uniform_filter(image, sizes, mode=mode, cval=3, origin=origin)
        result = uniform(image, sizes, mode=mode, cval=3, origin=origin, channel_axis=None)
        np.testing.assert_allclose(result, expected, atol=1e-12)
    gray = (255 * image).astype(np.uint8)
    result = uniform(gray, sizes, mode=mode, cval=3, channel_axis=None)
    np.testing.assert_array_equal(result, reference(gray, sizes, mode, 3))


def test_the_longest_boxes_take_little_memory():
    image = np.arange(12.0).reshape(3, 4)
    np.testing.assert_allclose(uniform(image, 65535), 5.5, atol=1e-3)
    image[1, 2] = np.inf
    assert (uniform(image, 65535) == np.inf).all()
    image[0, 0] = -np.inf
    assert np.isnan(uniform(image, 65535)).all()
    assert (uniform(image[2:], 65535, mode="constant", cval=np.inf) == np.inf).all()


@pytest.mark.parametrize("dtype", [*NATIVE, "int32"])
def test_large_boxes_of_views(dtype):
    image = samples.image("filters.uniform", (40, 57), dtype)
    for view in (image[3:-2, 5:-7], image[::-1], image[:, 5:]):
        assert_same(uniform(view, 21), uniform(view.copy(), 21))


def test_large_boxes_with_channels_between_the_axes():
    image = samples.image("filters.uniform", (9, 30, 41), "float64")
    expected = np.stack([uniform(image[:, k], 21) for k in range(30)], axis=1)
    assert_same(uniform(image, 21, channel_axis=1), expected)


def test_boxes_whose_sums_pass_32_bits():
    image = np.full((300, 300), 65535, np.uint16)
    image[:150] = 65534
    assert_same(uniform(image, 299), reference(image, 299))


def test_photographs_are_opencvs():
    for image in (skimage.data.camera(), skimage.data.astronaut()):
        for size in (3, 11, 31):
            expected = cv2.blur(image, (size, size), borderType=cv2.BORDER_REFLECT)
            assert_same(uniform(image, size), expected, levels=1)


def test_bytes_are_rounded_exactly():
    image = skimage.data.camera()
    for size in (3, 4, 101):
        sums = ndi.uniform_filter(image.astype(np.float64), size) * size**2
        sums = np.rint(sums).astype(np.int64)
        assert_same(uniform(image, size), ((sums + size**2 // 2) // size**2).astype(np.uint8))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("size", [3, 6])
def test_nan_and_infinity_stay_within_their_boxes(dtype, value, size):
    image = np.ones((60, 90), dtype)
    image[30, 45] = value
    expected = ndi.maximum_filter(~np.isfinite(image), size)
    result = uniform(image, size)
    np.testing.assert_array_equal(np.isfinite(result), ~expected)
    assert np.all(result[np.isfinite(result)] == 1)


def test_no_error_builds_up():
    image = np.zeros((4000, 40), np.float32)
    image[:40] = 1e8
    assert np.all(uniform(image, 5)[60:] == 0)


def test_channels_on_any_axis():
    image = samples.image("filters.uniform", (40, 30, 3), "uint8")
    expected = np.stack([uniform(image[..., c], (4, 5)) for c in range(3)], axis=-1)
    assert_same(uniform(image, (4, 5)), expected)
    assert_same(uniform(np.moveaxis(image, -1, 0), (4, 5), channel_axis=0), np.moveaxis(expected, -1, 0))
    assert_same(uniform(image, (4, 5, 3), channel_axis=None), reference(image, (4, 5, 3)))


def test_other_dtypes():
    for dtype in ("int16", "int32", "float16"):
        image = (samples.image("filters.uniform", (20, 30), "uint8") // 2).astype(dtype)
        expected = reference(image, 3) if dtype != "float16" else reference(image.astype("f4"), 3).astype("f2")
        assert_same(uniform(image), expected, relative=1e-3, levels=1)
    flags = samples.image("filters.uniform", (20, 30), "bool")
    assert_same(uniform(flags), ndi.uniform_filter(flags.astype(float), 3) >= 0.5)


def test_errors():
    image = np.zeros((4, 5))
    with pytest.raises(ValueError, match="footprint must be at least 1 and at most 65535; got 0"):
        uniform(image, 0)
    with pytest.raises(ValueError, match="footprint must be at least 1 and at most 65535; got 1000000000"):
        uniform(image, 10**9)
    with pytest.raises(ValueError, match="footprint must be one integer or 2"):
        uniform(image, (3, 3, 3))
    with pytest.raises(TypeError, match="footprint must be an integer"):
        uniform(image, 2.5)
