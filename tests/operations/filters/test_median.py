"""The median against a slow reference, scipy.ndimage, scikit-image, OpenCV, and what is its own."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.filters
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

import opsin
from opsin._engine import rank as rank_engine
from opsin._engine import runtime

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
PADS = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}
DTYPES = [np.uint8, np.uint16, np.float32, np.float64]
median = opsin.filters.median


def reference(image: NDArray[Any], window: NDArray[Any], mode: str, cval: float = 0) -> NDArray[Any]:
    """Sort every window."""
    window = np.asarray(window, bool)
    widths = [(size // 2, size - 1 - size // 2) for size in window.shape]
    options: dict[str, Any] = {"constant_values": cval} if mode == "constant" else {}
    beyond = np.pad(image, widths, PADS[mode], **options)
    windows = np.lib.stride_tricks.sliding_window_view(beyond, window.shape)[..., window]
    result = np.sort(windows, axis=-1)[..., windows.shape[-1] // 2]
    if image.dtype.kind == "f":
        result[np.isnan(windows).any(axis=-1)] = np.nan
    return result


def picture(shape: tuple[int, ...], dtype: Any, seed: int = 0) -> NDArray[Any]:
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.normal(0, 100, shape).astype(dtype)
    if np.dtype(dtype).kind == "b":
        return rng.random(shape) < 0.5
    return rng.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


@st.composite
def windows(draw: st.DrawFn, axes: int, longest: int) -> Any:
    """An integer, sizes or an array, and the array that it means."""
    kind = draw(st.sampled_from(["size", "sizes", "array"]))
    if kind == "size":
        size = draw(st.integers(1, longest))
        return size, np.ones((size,) * axes, bool)
    sizes = draw(st.tuples(*[st.integers(1, longest)] * axes))
    if kind == "sizes":
        return sizes, np.ones(sizes, bool)
    inside = draw(arrays.arrays(bool, sizes).filter(np.any))
    return inside, inside


@pytest.mark.parametrize("path", ["chosen", "tiles"])
@given(data=st.data())
def test_equals_sorting_every_window(path: str, data: st.DataObject) -> None:
    axes = data.draw(st.integers(1, 3))
    longest = [40, 30, 9][axes - 1]
    shape = data.draw(st.tuples(*[st.integers(1, longest)] * axes))
    footprint, window = data.draw(windows(axes, [20, 11, 5][axes - 1]))
    mode = data.draw(st.sampled_from(MODES))
    image = picture(shape, data.draw(st.sampled_from([*DTYPES, np.bool_])), data.draw(st.integers(0, 9)))
    with pytest.MonkeyPatch.context() as patch:
        if path == "tiles":
            patch.setattr(rank_engine, "MAX_SORTED", dict.fromkeys((1, 2, 4, 8), 0))
        got = median(image, footprint, mode=mode, cval=1, channel_axis=None)
    assert_same(got, reference(image, window, mode, 1))


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_instruction_set(tier: str, dtype: Any) -> None:
    used = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    try:
        for shape in ((1, 1), (2, 9), (9, 2), (33, 65), (20, 129)):
            image = picture(shape, dtype)
            for footprint in (3, 5, 7, 9, 13, (2, 5), skimage.morphology.disk(3)):
                window = np.ones(footprint, bool) if isinstance(footprint, tuple) else np.asarray(footprint)
                window = np.ones((footprint, footprint), bool) if window.ndim == 0 else window
                assert_same(median(image, footprint), reference(image, window, "nearest"))
    finally:
        runtime.set_simd_tier(used)


@pytest.mark.parametrize("footprint", [(3, 3), (5, 5), (7, 7), (9, 9), (15, 15), (2, 30), (31, 4)], ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_equals_scipy(dtype: Any, footprint: tuple[int, int]) -> None:
    image = picture((150, 170), dtype)
    for mode in MODES:
        expected = scipy.ndimage.median_filter(image, footprint, mode=mode, cval=50)
        assert_same(median(image, footprint, mode=mode, cval=50), expected)


@pytest.mark.parametrize("size", [3, 5, 9, 31])
def test_equals_opencv(size: int) -> None:
    image = picture((120, 133, 3), np.uint8)
    assert_same(median(image, size), cv2.medianBlur(image, size))


def test_equals_scikit_image() -> None:
    image = picture((50, 61), np.float32)
    disk = skimage.morphology.disk(4)
    assert_same(median(image), skimage.filters.median(image))
    assert_same(median(image, None), skimage.filters.median(image))
    assert_same(median(image, disk), skimage.filters.median(image, disk))


def test_volumes() -> None:
    volume = picture((12, 13, 14), np.uint16)
    for footprint in (3, (3, 1, 5), 7, (1, 9, 9), skimage.morphology.ball(3)):
        window = np.ones(np.broadcast_to(footprint, 3), bool) if np.ndim(footprint) < 2 else footprint
        assert_same(median(volume, footprint), reference(volume, window, "nearest"))


@pytest.mark.parametrize("channels", [1, 3, 4, 300])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("footprint", [3, (5, 4), 13], ids=str)
def test_channels_are_filtered_one_by_one(channels: int, axis: int, footprint: Any) -> None:
    image = picture((channels, 11, 15), np.uint8)
    expected = np.stack([median(plane, footprint, mode="mirror") for plane in image])
    got = median(np.moveaxis(image, 0, axis), footprint, mode="mirror", channel_axis=axis)
    assert_same(got, np.moveaxis(expected, 0, axis))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("footprint", [3, 5, 7, (2, 4), 15, skimage.morphology.disk(6)], ids=str)
def test_a_window_that_holds_nan_gives_nan(dtype: Any, footprint: Any) -> None:
    rng = np.random.default_rng(2)
    image = picture((40, 70), dtype)
    image[rng.random(image.shape) < 0.1] = np.inf
    image[rng.random(image.shape) < 0.1] = -np.inf
    image[rng.random(image.shape) < 0.003] = np.nan
    image[rng.random(image.shape) < 0.003] = -np.nan
    window = np.ones(np.broadcast_to(footprint, 2), bool) if np.ndim(footprint) < 2 else footprint
    expected = reference(image, window, "nearest")
    assert 0 < np.isnan(expected).mean() < 1
    beyond = reference(image, window, "constant", np.nan)
    np.testing.assert_array_equal(median(image, footprint), expected, strict=True)
    np.testing.assert_array_equal(median(image, footprint, mode="constant", cval=np.nan), beyond, strict=True)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.uint32, np.int64, np.float16])
def test_other_dtypes_keep_their_values(dtype: Any) -> None:
    image = picture((30, 40), np.int8).astype(dtype)
    for size in (3, 4, 17):
        assert_same(median(image, size), reference(image, np.ones((size, size)), "nearest"))


def test_one_thread_and_two_give_the_same() -> None:
    image = picture((300, 310), np.float32)
    for footprint in (3, (3, 4), 17, skimage.morphology.disk(8)):
        with opsin.threads(1):
            alone = median(image, footprint)
        with opsin.threads(2):
            assert_same(median(image, footprint), alone)


def test_windows_beyond_65535_pixels() -> None:
    for dtype in (np.uint8, np.uint16):
        image = picture((7, 8), dtype)
        assert_same(median(image, (301, 303), mode="wrap"), reference(image, np.ones((301, 303)), "wrap"))


@pytest.mark.parametrize("footprint", [3, (2, 3), 21])
def test_out_may_be_any_array(footprint: Any) -> None:
    image = picture((40, 60), np.uint16)
    expected = median(image, footprint)
    for out in (
        np.empty_like(image),
        np.empty((60, 40), np.uint16).T,
        np.empty((80, 120), np.uint16)[::2, ::-2],
        image,
    ):
        assert median(image.copy() if out is not image else image, footprint, out=out) is out
        assert_same(out, expected)


def test_empty_images() -> None:
    for shape in ((0, 5), (5, 0), (0,), (3, 0, 4)):
        for footprint in (3, 15):
            assert median(np.empty(shape, np.float32), footprint, channel_axis=None).shape == shape


@pytest.mark.parametrize(
    ("footprint", "error", "message"),
    [
        (0, ValueError, "footprint must be at least 1"),
        (-3, ValueError, "footprint must be at least 1"),
        (2.5, TypeError, "footprint must be an integer"),
        ("3", TypeError, "footprint must be an integer"),
        (True, TypeError, "footprint must be an integer"),
        ((3, 3, 3), ValueError, "one size or 2"),
        ((3, 0), ValueError, "footprint must be at least 1"),
        (np.ones((3, 3, 3)), ValueError, "must have 2 axes"),
        (np.zeros((3, 3)), ValueError, "at least one pixel that is not zero"),
        (np.ones((0, 3)), ValueError, "must have between 1 and"),
        (np.ones((3, 3), complex), TypeError, "must be an array of bool"),
        ([[1, 1], [1]], ValueError, "sequences of one length"),
        (70_000, ValueError, "at most 65535"),
        (65_535, ValueError, "too large for an image"),
    ],
    ids=str,
)
def test_wrong_windows(footprint: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        median(np.zeros((8, 9)), footprint)


def test_wrong_parameters() -> None:
    with pytest.raises(ValueError, match="Did you mean 'nearest'"):
        median(np.zeros((8, 9)), mode="nearst")
    with pytest.raises(ValueError, match="cval must be at least 0 and at most 255"):
        median(np.zeros((8, 9), np.uint8), mode="constant", cval=300)
    with pytest.raises(TypeError, match="real array"):
        median(np.zeros((8, 9), complex))
