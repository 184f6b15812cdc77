"""The Gaussian against scipy.ndimage, scikit-image, OpenCV, and what is its own."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import scipy.ndimage
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import opsin

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
gaussian = opsin.filters.gaussian


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(1,), (17,), (1, 1), (3, 5), (70, 33), (9, 12, 13), (4, 5, 6, 7)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_scipy(shape: tuple[int, ...], mode: str, dtype: Any) -> None:
    image = np.random.default_rng(0).random(shape).astype(dtype)
    for sigma, order, cval in ((2, 0, 0.3), (0.6, 0, 0.3), (7.5, 0, 0), (1.5, 1, 0), (1.5, 2, 0), (2.0, 3, 0)):
        expected = scipy.ndimage.gaussian_filter(image.astype(np.float64), sigma, order, mode=mode, cval=cval)
        got = gaussian(image, sigma, order=order, mode=mode, cval=cval, channel_axis=None)
        assert got.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=0, atol=2e-6 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int64])
def test_integers_are_the_exact_result_rounded(mode: str, dtype: Any) -> None:
    rng = np.random.default_rng(1)
    for shape in ((1, 1), (3, 5), (70, 33), (9, 12, 13)):
        image = rng.integers(0, min(np.iinfo(dtype).max, 60_000), shape).astype(dtype)
        for sigma in (0.5, 2, 6):
            exact = scipy.ndimage.gaussian_filter(image.astype(np.float64), sigma, mode=mode)
            got = gaussian(image, sigma, mode=mode, channel_axis=None)
            assert got.dtype == dtype
            # Bytes in two dimensions are blurred in 16-bit fixed point.
            allowed = 0.75 if dtype == np.uint8 else 0.51
            assert np.abs(got - exact).max() <= allowed


@pytest.mark.parametrize("sigma", [0.7, 2.5, 9, 30])
def test_flags_are_true_where_the_exact_result_is_a_half(sigma: float) -> None:
    image = np.random.default_rng(7).random((60, 50)) < 0.5
    exact = scipy.ndimage.gaussian_filter(image.astype(np.float64), sigma, mode="nearest")
    clear = np.abs(exact - 0.5) > 1e-5
    for got in (gaussian(image, sigma), gaussian(image, sigma, out=np.empty_like(image))):
        assert got.dtype == np.bool_
        np.testing.assert_array_equal(got[clear], exact[clear] > 0.5)


def test_equals_scikit_image_by_default() -> None:
    image = np.random.default_rng(0).random((50, 61))
    assert_same(gaussian(image, 2), skimage.filters.gaussian(image, 2), relative=1e-12)
    colour = np.random.default_rng(0).random((50, 61, 3))
    assert_same(gaussian(colour, 2), skimage.filters.gaussian(colour, 2, channel_axis=-1), relative=1e-12)


def test_equals_opencv_with_the_same_window() -> None:
    image = np.random.default_rng(0).integers(0, 256, (120, 133, 3), dtype=np.uint8)
    expected = cv2.GaussianBlur(image, (17, 17), 2, borderType=cv2.BORDER_REPLICATE)
    assert_same(gaussian(image, 2), expected, levels=1)


def test_each_axis_may_have_its_own_sigma_and_order() -> None:
    image = np.random.default_rng(0).random((30, 40))
    for sigma, order in (((3, 0), 0), ((0, 2), 0), ((1, 4), (1, 0)), ((2, 2), (0, 2))):
        expected = scipy.ndimage.gaussian_filter(image, sigma, order, mode="nearest")
        assert_same(gaussian(image, sigma, order=order), expected, relative=1e-12)


@pytest.mark.parametrize("shape", [(20, 30), (8, 20, 30)], ids=str)
def test_constant_beyond_the_border_is_constant_in_every_direction(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).random(shape)
    wide = np.pad(image, 20, constant_values=0.7)
    order = (1,) + (0,) * (len(shape) - 1)
    expected = gaussian(wide, 1.5, order=order, channel_axis=None)[(slice(20, -20),) * len(shape)]
    got = gaussian(image, 1.5, order=order, mode="constant", cval=0.7, channel_axis=None)
    assert_same(got, expected, relative=1e-12)


def test_slope_of_a_ramp_is_one() -> None:
    ramp = np.arange(60.0)[None] * np.ones((40, 1))
    slope = gaussian(ramp, 2, order=(0, 1))
    np.testing.assert_allclose(slope[:, 10:-10], 1, atol=2e-3)
    down = gaussian(np.arange(200, 0, -5, dtype=np.uint8)[:, None] * np.ones((1, 30), np.uint8), 1.5, order=(1, 0))
    assert down.dtype == np.float32
    np.testing.assert_allclose(down[8:-8], -5, atol=2e-2)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_constant_images_stay_what_they_are(dtype: Any) -> None:
    for value in (0, 1, 100, 255):
        image = np.full((40, 70), value, dtype)
        for sigma in (0.3, 1, 2.7, 20):
            np.testing.assert_allclose(gaussian(image, sigma), image, rtol=1e-6)
            if np.dtype(dtype).kind == "u":
                np.testing.assert_array_equal(gaussian(image, sigma), image)


def test_nan_spreads_as_far_as_the_window_and_no_further() -> None:
    image = np.zeros((40, 40), np.float32)
    image[20, 20] = np.nan
    rows, columns = np.nonzero(np.isnan(gaussian(image, 1)))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (16, 24, 16, 24)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7, 300])
def test_any_number_of_channels(channels: int) -> None:
    image = np.random.default_rng(0).random((12, 15, channels)).astype(np.float32)
    expected = scipy.ndimage.gaussian_filter(image, (1, 1, 0), mode="nearest")
    np.testing.assert_allclose(gaussian(image, 1, channel_axis=2), expected, atol=1e-5)


@given(
    image=arrays.arrays(
        st.sampled_from([np.uint8, np.float32, np.float64]),
        arrays.array_shapes(min_dims=1, max_dims=3, max_side=40),
        elements=st.integers(0, 255),
    ),
    sigma=st.floats(0, 12),
    mode=st.sampled_from(MODES),
)
def test_any_image_sigma_and_border(image: np.ndarray, sigma: float, mode: Any) -> None:
    exact = scipy.ndimage.gaussian_filter(image.astype(np.float64), sigma, mode=mode)
    got = gaussian(image, sigma, mode=mode, channel_axis=None)
    np.testing.assert_allclose(got, exact, rtol=0, atol=0.75 if image.dtype == np.uint8 else 1e-3)


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"sigma": -1}, ValueError, "sigma must be at least 0 and at most 8191; got -1"),
        ({"sigma": "2"}, TypeError, "sigma must be a number; got '2'"),
        ({"sigma": (1, 2, 3)}, ValueError, "sigma must be one number or 2, one for each spatial axis; got 3"),
        ({"sigma": np.nan}, ValueError, "sigma must be at least 0 and at most 8191; got nan"),
        ({"sigma": 1e6}, ValueError, "sigma must be at least 0 and at most 8191"),
        ({"sigma": 8000, "truncate": 10}, ValueError, "sigma \\* truncate must be less than 32767 px"),
        ({"sigma": 10**400}, ValueError, "sigma must be at least 0 and at most 8191; got 1000"),
        ({"order": 10**9}, ValueError, "order must be at least 0 and at most 32; got 1000000000"),
        ({"sigma": 0, "order": 1}, ValueError, "sigma must be more than 0 along an axis of order 1"),
        ({"order": 1.5}, TypeError, "order must be an integer"),
        ({"truncate": 0}, ValueError, "truncate must be more than 0"),
        ({"mode": "edge"}, ValueError, "mode must be one of"),
        ({"mode": 3}, TypeError, "mode must be one of"),
        ({"cval": 300}, ValueError, "cval must be at least 0 and at most 255; got 300"),
        ({"channel_axis": 5}, ValueError, "channel_axis must be at least -2 and at most 1; got 5"),
        ({"channel_axis": "last"}, ValueError, "channel_axis must be 'auto', None or an integer"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        gaussian(np.zeros((5, 6), np.uint8), **parameters)


@pytest.mark.parametrize("cval", [np.float32(np.inf), np.float16(np.nan), np.float64(-np.inf)])
def test_border_of_infinity_may_be_any_float(cval: Any) -> None:
    got = gaussian(np.zeros((5, 6), np.float32), mode="constant", cval=cval)
    np.testing.assert_array_equal(got, gaussian(np.zeros((5, 6), np.float32), mode="constant", cval=float(cval)))


def test_images_of_many_short_axes_need_little_memory() -> None:
    image = np.random.default_rng(0).random((2, 3, 1, 2, 2, 1, 2))
    found = opsin.filters.gaussian(image, 13, channel_axis=None)
    np.testing.assert_allclose(found, scipy.ndimage.gaussian_filter(image, 13, mode="nearest"), rtol=1e-9)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("shape", [(2, 1), (13, 17), (5, 9, 4)])
def test_windows_much_longer_than_the_image(mode: Any, shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).random(shape)
    # SciPy extends by the constant again before the second axis, where the derivative has made another one.
    for order in (0, 1, 2, [0, 1, 0][: len(shape)]) if mode != "constant" else (0,):
        expected = scipy.ndimage.gaussian_filter(image, 7, order=order, radius=700, mode=mode, cval=0.3)
        result = gaussian(image, 7, order=order, radius=700, mode=mode, cval=0.3, channel_axis=None)
        np.testing.assert_allclose(result, expected, atol=1e-12)
    gray = (200 * image).astype(np.uint8)
    expected = scipy.ndimage.gaussian_filter(gray.astype(float), 7, radius=700, mode=mode, cval=3)
    assert np.abs(gaussian(gray, 7, radius=700, mode=mode, cval=3, channel_axis=None) - expected).max() <= 1
