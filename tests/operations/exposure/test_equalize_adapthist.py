"""CLAHE, against scikit-image, and the same picture for every dtype."""

import numpy as np
import pytest
import skimage.color
import skimage.data
import skimage.exposure
from hypothesis import given, settings
from hypothesis import strategies as st

from opsin.exposure import convert_dtype, equalize_adapthist
from opsin.measure import shannon_entropy

CAMERA = skimage.data.camera()
COFFEE = skimage.data.coffee()[:200, :300]
LEVEL = 1 / (2**14 - 1)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"clip_limit": 0.03},
        {"clip_limit": 0},
        {"clip_limit": 1.5},
        {"kernel_size": 37, "nbins": 128},
        {"kernel_size": (20, 111), "clip_limit": 0.002},
        {"kernel_size": 9, "nbins": 500},
    ],
)
@pytest.mark.parametrize("shape", [(512, 512), (301, 333), (64, 65), (7, 200)])
def test_levels_are_scikit_images(shape, settings):
    image = CAMERA[: shape[0], : shape[1]] / 255
    if np.max(settings.get("kernel_size", 1)) > min(shape):
        return
    found = equalize_adapthist(image, **settings)
    np.testing.assert_allclose(found, skimage.exposure.equalize_adapthist(image, **settings), rtol=0, atol=2.5 * LEVEL)


@pytest.mark.parametrize("shape", [(40, 50, 30), (9, 8, 7, 10), (3000,)])
def test_any_number_of_axes(shape):
    image = np.random.default_rng(0).random(shape)
    found = equalize_adapthist(image, channel_axis=None)
    np.testing.assert_allclose(found, skimage.exposure.equalize_adapthist(image), rtol=0, atol=2.5 * LEVEL)


def test_colors_are_scikit_images():
    image = COFFEE / 255
    expected = skimage.exposure.equalize_adapthist(image, clip_limit=0.03)
    np.testing.assert_allclose(equalize_adapthist(image, clip_limit=0.03), expected, rtol=0, atol=2.5 * LEVEL)


def test_hue_and_saturation_stay():
    before, after = (skimage.color.rgb2hsv(image) for image in (COFFEE / 255, equalize_adapthist(COFFEE / 255)))
    seen = after[..., 2] > 0
    np.testing.assert_allclose(after[seen, :2], before[seen, :2], atol=1e-9)


def test_transparency_stays():
    image = np.dstack([COFFEE, CAMERA[:200, :300]])
    found = equalize_adapthist(image)
    np.testing.assert_array_equal(found[..., 3], image[..., 3])
    np.testing.assert_array_equal(found[..., :3], equalize_adapthist(COFFEE))


@pytest.mark.parametrize("image", [CAMERA, COFFEE], ids=["gray", "color"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "uint32"])
def test_every_dtype_gives_the_same_picture(image, dtype):
    found = equalize_adapthist(convert_dtype(image, dtype))
    assert found.dtype == dtype
    expected = equalize_adapthist(image / 255)
    assert np.abs(convert_dtype(found, "float64") - expected).max() <= (0.51 / 255 if dtype == "uint8" else 4 * LEVEL)


def test_contrast_is_raised_without_seams():
    image = skimage.data.chelsea()[..., 0]
    assert shannon_entropy(equalize_adapthist(image)) > shannon_entropy(image) + 0.5
    ramp = np.tile(np.linspace(0.4, 0.6, 512), (512, 1))
    steps = np.abs(np.diff(equalize_adapthist(ramp), axis=1))
    assert steps.max() < 0.02


def test_values_need_no_range():
    image = CAMERA / 255
    np.testing.assert_allclose(equalize_adapthist(image * 3000 - 500), equalize_adapthist(image), atol=0.01)
    np.testing.assert_array_equal(equalize_adapthist(CAMERA // 4), equalize_adapthist(CAMERA // 4 + 100))


def test_nan_stays_in_its_pixel():
    image = CAMERA / 255
    image[3, 4] = np.nan
    assert np.argwhere(np.isnan(equalize_adapthist(image))).tolist() == [[3, 4]]
    image[3, 4] = np.inf
    assert np.isfinite(equalize_adapthist(image)).all()


@pytest.mark.parametrize("value", [0, 7, 255])
def test_one_value_stays(value):
    image = np.full((20, 30), value, np.uint8)
    np.testing.assert_array_equal(equalize_adapthist(image), image)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    dtype=st.sampled_from(["bool", "uint8", "int8", "uint16", "float32", "float64"]),
    size=st.none() | st.integers(1, 50),
    limit=st.sampled_from([0, 1e-9, 0.01, 0.5, 7]),
    nbins=st.sampled_from([1, 2, 100, 256, 5000, 2**14]),
)
def test_any_shape_and_parameters(shape, dtype, size, limit, nbins):
    image = (np.random.default_rng(0).random(shape) * 100).astype(dtype)
    found = equalize_adapthist(image, size, clip_limit=limit, nbins=nbins, channel_axis=None)
    assert found.shape == image.shape
    assert found.dtype == image.dtype


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="kernel_size must be larger, or nbins less"):
        equalize_adapthist(np.random.default_rng(0).integers(0, 9, (3000, 3000)), 1, nbins=2**14)
    with pytest.raises(ValueError, match="kernel_size must be one integer or 2"):
        equalize_adapthist(CAMERA, (3, 4, 5))
    with pytest.raises(ValueError, match="clip_limit must be at least 0"):
        equalize_adapthist(CAMERA, clip_limit=-1)
