"""Canny's edges, against scikit-image and on steps."""

import numpy as np
import pytest
import skimage.data
import skimage.feature

from opsin._engine import runtime
from opsin.feature import canny

PHOTOGRAPHS = ["camera", "coins", "moon", "page", "text", "clock"]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("sigma", [0, 1, 1.8, 3])
def test_photographs_are_scikit_images_to_the_pixel(name, sigma):
    image = getattr(skimage.data, name)()
    np.testing.assert_array_equal(canny(image, sigma), skimage.feature.canny(image, sigma=sigma))
    floats = image / 255
    np.testing.assert_array_equal(canny(floats, sigma), skimage.feature.canny(floats, sigma=sigma))


@pytest.mark.parametrize(
    "parameters",
    [
        {"low_threshold": 0.02, "high_threshold": 0.3},
        {"low_threshold": 0, "high_threshold": 0},
        {"use_quantiles": True, "low_threshold": 0.5, "high_threshold": 0.9},
        {"mode": "reflect"},
        {"mode": "nearest"},
        {"cval": 0.5},
    ],
    ids=str,
)
def test_parameters(parameters):
    image = skimage.data.camera() / 255
    expected = skimage.feature.canny(image, sigma=1.5, **parameters)
    np.testing.assert_array_equal(canny(image, 1.5, **parameters), expected)


@pytest.mark.parametrize("sigma", [0, 0.8, 1.5, 3.9])
def test_ties_are_scikit_images(sigma):
    """Patterns in which many magnitudes are equal but for their rounding errors."""
    rows, columns = np.indices((120, 137))
    disk = np.hypot(rows - 60, columns - 70) < 40
    for pattern in ((rows // 8 + columns // 8) % 2, (rows + columns) // 9 % 2, rows // 3 % 2, disk):
        image = (pattern * 201).astype(np.uint8)
        for values in (image, image / 255):
            expected = skimage.feature.canny(values, sigma=sigma, mode="constant")
            found = canny(values, sigma)
            # Next to the left and the right border the norms have other rounding errors.
            inside = slice(None), slice(16, -16)
            np.testing.assert_array_equal(found[inside], expected[inside])


def test_every_instruction_set_finds_the_same_edges():
    image = skimage.data.camera()
    before, expected = runtime.simd_tier(), canny(image)
    try:
        for tier in runtime.simd_tiers():
            runtime.set_simd_tier(tier)
            np.testing.assert_array_equal(canny(image), expected)
    finally:
        runtime.set_simd_tier(before)


def test_masks():
    image = skimage.data.camera() / 255
    mask = np.random.default_rng(0).random(image.shape) > 0.001
    expected = skimage.feature.canny(image, sigma=1.5, mask=mask)
    np.testing.assert_array_equal(canny(image, 1.5, mask=mask), expected)
    hidden = np.where(mask, image, np.nan)
    np.testing.assert_array_equal(canny(hidden, 1.5, mask=mask), expected)


def test_thresholds_are_fractions_of_the_range():
    image = skimage.data.camera()
    expected = canny(image, low_threshold=0.05, high_threshold=0.3)
    wide = image.astype(np.uint16) * 257
    np.testing.assert_array_equal(canny(wide, low_threshold=0.05, high_threshold=0.3), expected)
    floats = image.astype(np.float64)
    found = canny(floats, low_threshold=0.05, high_threshold=0.3, data_range=255)
    assert np.mean(found != expected) < 1e-4
    assert not canny(image, high_threshold=6).any()


def test_other_dtypes():
    image = skimage.data.camera()
    expected = canny(image)
    single = canny((image / 255).astype(np.float32))
    assert np.mean(single != expected) < 1e-4
    half = canny((image / 255).astype(np.float16))
    assert np.mean(half != expected) < 0.01
    assert canny(image > 128).dtype == bool


def test_channels_have_edges_of_their_own():
    image = skimage.data.astronaut()
    found = canny(image, 2)
    assert found.shape == image.shape
    for channel in range(3):
        np.testing.assert_array_equal(found[..., channel], canny(image[..., channel], 2))


def test_a_wide_ramp_is_one_line():
    image = np.clip(np.arange(60.0)[None] - 25, 0, 10).repeat(30, 0) ** 2
    found = canny(image / 100, 1)
    assert (found[5:-5].sum(axis=1) == 1).all()


def test_weak_edges_far_from_strong_ones_are_left_out():
    rows, columns = np.indices((300, 70))
    image = np.where(columns > 30, 0.05 + rows / 600, 0.0)
    found = canny(image, 1, low_threshold=0.01, high_threshold=1, mode="nearest")
    assert found[9:-5, 28:34].any(axis=1).all()  # the weak part continues the strong one
    assert not canny(image[:100], 1, low_threshold=0.01, high_threshold=1, mode="nearest").any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (3, 3), (0, 4)])
def test_small_images_have_no_edges_in_the_border(shape):
    image = np.random.default_rng(0).random(shape)
    found = canny(image, 0.5)
    assert found.shape == shape
    assert found.sum() <= max(0, shape[0] - 2) * max(0, shape[1] - 2)


def test_wrong_thresholds():
    image = np.zeros((5, 5))
    with pytest.raises(ValueError, match="high_threshold must be at least low_threshold"):
        canny(image, low_threshold=0.3)
    with pytest.raises(ValueError, match="high_threshold must be at most 1"):
        canny(image, high_threshold=3, use_quantiles=True)
    with pytest.raises(ValueError, match="data_range must be more than 0"):
        canny(image, data_range=0)


def test_no_edges_beside_what_is_not_a_number():
    image = skimage.data.camera() / 255
    image[100, 200] = np.nan
    found = canny(image, 1, mode="nearest")
    assert not found[95:106, 195:206].any()
    expected = canny(skimage.data.camera() / 255, 1, mode="nearest")
    assert np.mean(found != expected) < 0.01
