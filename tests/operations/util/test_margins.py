"""crop, pad, invert, montage and the views against NumPy and scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from skimage import util

from opsin.util import crop, invert, montage, pad, view_as_blocks, view_as_windows

RNG = np.random.default_rng(0)
NUMPY_PAD = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}


@pytest.mark.parametrize("width", [0, 2, (1, 3), ((1, 2), (0, 4)), [[1, 0], [2, 2]], ((2, 1),), np.array([1, 2])])
def test_crop(width: object) -> None:
    image = RNG.integers(0, 99, (9, 12))
    found = crop(image, width)
    assert_array_equal(found, util.crop(image, width))
    assert np.shares_memory(found, image)
    padded = pad(image, width, mode="wrap")
    assert_array_equal(padded, np.pad(image, width, mode="wrap"))
    assert_array_equal(crop(padded, width), image)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "float32"])
@pytest.mark.parametrize("mode", NUMPY_PAD)
def test_padding_is_that_of_numpy(mode: str, dtype: str) -> None:
    for shape in ((9, 12), (1, 3), (5, 6, 7), (4,)):
        image = (RNG.random(shape) * 9).astype(dtype)
        for width in (0, 1, 7, 40):
            found = pad(image, width, mode=mode, channel_axis=None)
            assert found.dtype == dtype
            assert_array_equal(found, np.pad(image, width, mode=NUMPY_PAD[mode]))
    assert_array_equal(pad(np.array([7]), 2, cval=3), [3, 3, 7, 3, 3])
    mixed = pad(np.arange(6).reshape(2, 3), 1, mode=("wrap", "nearest"))
    wrapped = np.pad(np.arange(6).reshape(2, 3), [(1, 1), (0, 0)], "wrap")
    assert_array_equal(mixed, np.pad(wrapped, [(0, 0), (1, 1)], "edge"))


def test_channels_are_not_touched() -> None:
    image = RNG.integers(0, 256, (9, 12, 3), np.uint8)
    assert crop(image, 2).shape == (5, 8, 3)
    assert pad(image, ((1, 0), (2, 3))).shape == (10, 17, 3)
    assert crop(image, 1, channel_axis=None).shape == (7, 10, 1)
    assert pad(np.moveaxis(image, 2, 0), 1, channel_axis=0).shape == (3, 11, 14)


@pytest.mark.parametrize("function", [crop, pad])
def test_widths_that_do_not_fit(function) -> None:
    image = np.zeros((5, 6))
    for width in (-1, (1, 2, 3), [], [[1, 2], [3, 4], [5, 6]], ((1,), (2,)), 2**40):
        with pytest.raises(ValueError, match="_width"):
            function(image, width)
    for width in (1.5, "2", None, ((1, 2), (3, 4.5))):
        with pytest.raises(TypeError, match="_width"):
            function(image, width)
    with pytest.raises(ValueError, match="crop_width must be at most the 5 pixels"):
        crop(image, 3)
    assert crop(image, ((2, 3), (0, 0))).shape == (0, 6)
    with pytest.raises(ValueError, match="image must have pixels"):
        pad(np.zeros((0, 5)), 1, mode="wrap")
    assert_array_equal(pad(np.zeros((0, 1)), 1, cval=2), np.full((2, 3), 2))
    with pytest.raises(ValueError, match="more memory"):
        pad(image, 2**31 - 1)


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "uint16", "int8", "int64", "uint64", "float16", "float32", "float64"]
)
def test_inverted_images_are_those_of_scikit_image(dtype: str) -> None:
    image = (RNG.random((300, 211)) * 100).astype(dtype)
    for signed_float in (False, True):
        found = invert(image, signed_float=signed_float)
        assert found.dtype == dtype
        assert_array_equal(found, util.invert(image, signed_float))
        assert_array_equal(invert(invert(image >= 2)), image >= 2)


# Mosaics.


@pytest.mark.parametrize("count", [1, 3, 4, 7])
@pytest.mark.parametrize("padding_width", [0, 2])
def test_mosaics_are_those_of_scikit_image(count: int, padding_width: int) -> None:
    for dtype in ("uint8", "float64"):
        gray = (RNG.random((count, 5, 6)) * 200).astype(dtype)
        color = (RNG.random((count, 5, 6, 3)) * 200).astype(dtype)
        for fill in (7, "mean"):
            atol = 1 if fill == "mean" and dtype == "uint8" else 0  # scikit-image cuts off
            ours, theirs = (module(gray, fill=fill, padding_width=padding_width) for module in (montage, util.montage))
            assert ours.dtype == theirs.dtype
            assert np.abs(ours.astype(float) - theirs).max() <= atol
        theirs = util.montage(color, fill=[1, 2, 3], padding_width=padding_width, channel_axis=-1)
        assert_array_equal(montage(color, fill=[1, 2, 3], padding_width=padding_width), theirs)
        first = np.moveaxis(color, 3, 1)
        assert_array_equal(montage(first, fill=[1, 2, 3], padding_width=padding_width, channel_axis=1), theirs)
    assert montage(gray, grid_shape=(1, 8)).shape == (5, 48)


def test_mosaics_of_stretched_images() -> None:
    images = np.stack([np.full((2, 2), 5), np.array([[1, 2], [3, 4]])]).astype(np.uint8)
    found = montage(images, fill=0, rescale_intensity=True, grid_shape=(1, 2))
    assert_array_equal(found, [[0, 0, 0, 85], [0, 0, 170, 255]])


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"fill": "median"}, ValueError, "fill"),
        ({"fill": [1, 2]}, ValueError, "fill"),
        ({"grid_shape": (1, 2)}, ValueError, "grid_shape"),
        ({"grid_shape": 3}, TypeError, "grid_shape"),
        ({"padding_width": -1}, ValueError, "padding_width"),
        ({"padding_width": 2**31}, ValueError, "more memory"),
        ({"rescale_intensity": 1}, TypeError, "rescale_intensity"),
    ],
)
def test_mosaics_that_cannot_be(settings: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        montage(np.zeros((3, 4, 5)), **settings)


def test_images_that_cannot_be_put_together() -> None:
    for shape in ((4, 5), (2, 3, 4, 5), (0, 4, 5)):
        with pytest.raises(ValueError, match="images must have the shape"):
            montage(np.zeros(shape))


# Views.


@settings(deadline=None)
@given(st.data())
def test_windows_and_blocks_are_those_of_scikit_image(data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    lengths = tuple(data.draw(st.integers(1, 3)) for _ in counts)
    array = np.arange(np.prod(np.multiply(counts, lengths))).reshape(np.multiply(counts, lengths))
    for source in (array, array[::-1], np.asfortranarray(array)):
        blocks = view_as_blocks(source, lengths)
        assert_array_equal(blocks, util.view_as_blocks(source, lengths))
        assert np.shares_memory(blocks, source)
        step = data.draw(st.integers(1, 3))
        windows = view_as_windows(source, lengths, step)
        assert_array_equal(windows, util.view_as_windows(source, lengths, step))
        assert not windows.flags.writeable


def test_blocks_can_be_written() -> None:
    array = np.zeros((4, 6), int)
    view_as_blocks(array, (2, 3))[1, 0] = 7
    assert array.sum() == 42
    frozen = np.zeros(4)
    frozen.flags.writeable = False
    assert not view_as_blocks(frozen, 2).flags.writeable


@pytest.mark.parametrize("function", [view_as_blocks, view_as_windows])
def test_views_that_cannot_be(function) -> None:
    array = np.zeros((4, 6))
    for lengths in (0, -1, (2,), (2, 7), (2, 2, 2), 2**40):
        with pytest.raises(ValueError, match="_shape"):
            function(array, lengths)
    for lengths in (2.0, "2", None):
        with pytest.raises(TypeError, match="_shape"):
            function(array, lengths)
    with pytest.raises(ValueError, match="array must have at least one axis"):
        function(3, 1)
    with pytest.raises(ValueError, match="block_shape must divide"):
        view_as_blocks(array, (3, 3))
    with pytest.raises(ValueError, match="step"):
        view_as_windows(array, 2, step=0)
