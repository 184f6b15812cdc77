"""Gray to color, transparency, and single channels."""

import numpy as np
import pytest
import skimage.color
import skimage.data

from opsin.color import gray2rgb, merge_channels, rgba2rgb, split_channels


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_gray_is_repeated(axis):
    image = np.random.default_rng(0).integers(0, 256, (5, 7), np.uint8)
    np.testing.assert_array_equal(gray2rgb(image, channel_axis=axis), skimage.color.gray2rgb(image, channel_axis=axis))


@pytest.mark.parametrize("background", [(1, 1, 1), (0, 0.2, 0.9)])
def test_backgrounds_are_scikit_images(background):
    image = np.random.default_rng(0).random((50, 60, 4))
    expected = skimage.color.rgba2rgb(image, background=background)
    np.testing.assert_allclose(rgba2rgb(image, background=background), expected, atol=1e-14)
    turned = rgba2rgb(np.moveaxis(image, -1, 0), background=background, channel_axis=0)
    np.testing.assert_allclose(np.moveaxis(turned, 0, -1), expected, atol=1e-14)


def test_transparent_bytes_stay_bytes():
    image = skimage.data.logo()
    found = rgba2rgb(image)
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found, skimage.color.rgba2rgb(image) * 255, atol=0.501)
    opaque = image.copy()
    opaque[..., 3] = 255
    np.testing.assert_array_equal(rgba2rgb(opaque), opaque[..., :3])


def test_channels_are_views_that_merge_again():
    image = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    channels = split_channels(image)
    assert all(np.shares_memory(channel, image) for channel in channels)
    np.testing.assert_array_equal(merge_channels(channels), image)
    np.testing.assert_array_equal(merge_channels(channels, channel_axis=0), np.moveaxis(image, -1, 0))
    assert len(split_channels(image, channel_axis=0)) == 5


def test_errors_name_what_came():
    gray = np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match="image must have 4 channels along its axis 2"):
        rgba2rgb(np.zeros((4, 5, 3)))
    with pytest.raises(TypeError, match="channels must have one dtype; got uint8, float64"):
        merge_channels([gray, gray / 2])
    with pytest.raises(ValueError, match="channels must have one shape"):
        merge_channels([gray, gray[1:]])
    with pytest.raises(ValueError, match="at least one"):
        merge_channels([])
    with pytest.raises(TypeError, match="sequence of images"):
        merge_channels(3)
    with pytest.raises(ValueError, match="axis of channels and another one"):
        split_channels([1, 2])
