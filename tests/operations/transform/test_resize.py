"""resize against a slow reference, OpenCV, Pillow and scikit-image."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from skimage import transform as skimage_transform

import opsin
from opsin._engine import runtime

WORDS = ("nearest", "linear", "cubic", "lanczos", "area")
SMOOTH = ("linear", "cubic", "lanczos")


def matrix(before: int, after: int, interpolation: str, anti_aliasing: bool) -> NDArray[np.float64]:
    """Return the weight of every pixel before in every pixel after, by the definition."""
    scale = before / after
    i, j = np.arange(after)[:, None], np.arange(before)
    centre = (i + 0.5) * scale
    d = np.abs(j + 0.5 - centre) / (max(scale, 1) if anti_aliasing else 1)
    if interpolation == "nearest":
        weights = 1.0 * (j == (2 * i + 1) * before // (2 * after))
    elif interpolation == "area":
        weights = np.clip(np.minimum(j + 1, (i + 1) * scale) - np.maximum(j, i * scale), 0, None)
    elif interpolation == "linear":
        weights = np.where(d < 1, 1 - d, 0)
    elif interpolation == "cubic":
        # Keys 1981, equation 15.
        far = -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
        weights = np.where(d < 1, 1.5 * d**3 - 2.5 * d**2 + 1, np.where(d < 2, far, 0))
    else:
        weights = np.where(d < 3, np.sinc(d) * np.sinc(d / 3), 0)
    return weights / weights.sum(axis=1, keepdims=True)


def reference(image: NDArray[np.float64], shape: tuple[int, ...], *settings: object) -> NDArray[np.float64]:
    """Resize the first axes of `image` to `shape`, one by one."""
    for axis, after in enumerate(shape):
        image = np.moveaxis(np.tensordot(matrix(image.shape[axis], after, *settings), image, (1, axis)), 0, axis)
    return image


def photograph(dtype: str, size: int = 160) -> NDArray[np.generic]:
    """Return a colour photograph in the range of `dtype`."""
    image = data.astronaut()[:size, 100 : 100 + size + 3]
    if dtype == "uint16":
        return image.astype(np.uint16) * 257
    return image if dtype == "uint8" else image.astype(dtype) / np.dtype(dtype).type(255)


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("shape", [(64, 65), (70, 300), (301, 60), (200, 430), (160, 163), (1, 1), (3, 7)])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_every_interpolation_equals_its_definition(dtype: str, shape: tuple[int, int], tier: str) -> None:
    image = photograph(dtype)
    before = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    try:
        for interpolation in WORDS:
            for anti_aliasing in (False, True):
                got = opsin.transform.resize(image, shape, order=interpolation, anti_aliasing=anti_aliasing)
                exact = reference(image.astype(np.float64), shape, interpolation, anti_aliasing)
                assert got.dtype == image.dtype
                assert got.shape == (*shape, 3)
                if image.dtype.kind == "u":
                    top = np.iinfo(image.dtype).max
                    error = np.abs(got - np.clip(exact, 0, top))
                    assert error.max() < (1.0 if dtype == "uint8" else 0.55)
                else:
                    np.testing.assert_allclose(got, exact, rtol=0, atol=2e-6 if dtype == "float32" else 1e-12)
    finally:
        runtime.set_simd_tier(before)


@given(
    before=st.lists(st.integers(1, 40), min_size=1, max_size=3),
    after=st.lists(st.integers(1, 40), min_size=3, max_size=3),
    interpolation=st.sampled_from(WORDS),
    anti_aliasing=st.booleans(),
    seed=st.integers(0, 100),
)
def test_any_shape_of_any_dimensions(
    before: list[int], after: list[int], interpolation: str, anti_aliasing: bool, seed: int
) -> None:
    shape = tuple(after[: len(before)])
    image = np.random.default_rng(seed).random(before)
    got = opsin.transform.resize(image, shape, order=interpolation, anti_aliasing=anti_aliasing, channel_axis=None)
    np.testing.assert_allclose(got, reference(image, shape, interpolation, anti_aliasing), rtol=0, atol=1e-12)


@pytest.mark.parametrize("interpolation", SMOOTH)
def test_anti_aliased_bytes_equal_pillow(interpolation: str) -> None:
    word = {"linear": "BILINEAR", "cubic": "BICUBIC", "lanczos": "LANCZOS"}[interpolation]
    image = photograph("uint8")
    for height, width in ((64, 70), (300, 301), (40, 400)):
        expected = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling[word]))
        got = opsin.transform.resize(image, (height, width), order=interpolation)
        # Pillow rounds to bytes between the axes.
        assert np.abs(got.astype(int) - expected).max() <= 4
        plane = Image.fromarray(photograph("float32")[..., 0].copy())
        expected = np.asarray(plane.resize((width, height), Image.Resampling[word]))
        got = opsin.transform.resize(photograph("float32")[..., 0], (height, width), order=interpolation)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(64, 75), (300, 301), (40, 400), (80, 1)])
def test_without_anti_aliasing_equals_opencv_and_scikit_image(dtype: str, size: tuple[int, int]) -> None:
    image = photograph(dtype)
    tolerance = 1 if dtype == "uint8" else 1e-5
    got = opsin.transform.resize(image, size, order="linear", anti_aliasing=False)
    theirs = cv2.resize(image, size[::-1], interpolation=cv2.INTER_LINEAR)
    np.testing.assert_allclose(got.astype(float), theirs, rtol=0, atol=tolerance)
    theirs = skimage_transform.resize(
        image.astype(float), size, order=1, mode="edge", anti_aliasing=False, preserve_range=True
    )
    np.testing.assert_allclose(got.astype(float), theirs, rtol=0, atol=tolerance)


@pytest.mark.parametrize("size", [(64, 75), (40, 80), (13, 160), (80, 1)])
def test_area_equals_opencv_and_the_local_mean(size: tuple[int, int]) -> None:
    image = photograph("float32")
    got = opsin.transform.resize(image, size, order="area")
    np.testing.assert_allclose(got, cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA), rtol=0, atol=1e-5)
    theirs = skimage_transform.resize_local_mean(image, size, channel_axis=2)
    np.testing.assert_allclose(got, theirs, rtol=0, atol=1e-5)


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(2, 128), (66, 130), (31, 200)])
def test_halving_is_the_mean_of_four(shape: tuple[int, int], dtype: str, tier: str) -> None:
    before = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    try:
        for channels in ((), (3,), (4,)):
            image = np.random.default_rng(2).random((shape[0] // 2 * 2, *shape[1:], *channels))
            image = (image * 65535 if dtype == "uint16" else image * 255).astype(dtype)
            size = (shape[0] // 2, shape[1] // 2)
            rows, columns = size
            exact = image.astype(float).reshape(rows, 2, columns, 2, -1).mean(axis=(1, 3)).reshape(*size, *channels)
            for setting in ({"order": "area"}, {"order": "linear", "anti_aliasing": False}):
                got = opsin.transform.resize(image, size, **setting)
                if image.dtype.kind == "u":
                    np.testing.assert_array_equal(got, np.floor(exact + 0.5))
                else:
                    np.testing.assert_allclose(got, exact, rtol=1e-6)
    finally:
        runtime.set_simd_tier(before)


@pytest.mark.parametrize("size", [(53, 64), (300, 328), (480, 7), (1, 489)])
def test_nearest_equals_pillow(size: tuple[int, int]) -> None:
    image = photograph("uint8", 161)
    theirs = np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.NEAREST))
    np.testing.assert_array_equal(opsin.transform.resize(image, size, order="nearest"), theirs)


@pytest.mark.parametrize("interpolation", WORDS)
@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "int32", "int64", "uint32", "uint64", "float16", ">f4"])
def test_other_dtypes_are_rounded_once(dtype: str, interpolation: str) -> None:
    rng = np.random.default_rng(3)
    image = (rng.integers(0, 2, (21, 30)) if dtype == "bool" else rng.integers(-100, 100, (21, 30))).astype(dtype)
    got = opsin.transform.resize(image, (15, 40), order=interpolation)
    exact = reference(image.astype(np.float64), (15, 40), interpolation, True)
    assert got.dtype == np.dtype(dtype).newbyteorder("=")
    if dtype == "bool":
        np.testing.assert_array_equal(got[np.abs(exact - 0.5) > 1e-6], exact[np.abs(exact - 0.5) > 1e-6] > 0.5)
    elif dtype == "uint64":
        # Negative numbers have become the largest, and doubles hold 53 bits.
        error = np.abs(got.astype(np.float64) - np.clip(exact, 0, 2.0**64))
        assert error.max() <= 2.0**16
    elif got.dtype.kind in "iu":
        limits = np.iinfo(got.dtype)
        assert np.abs(got.astype(float) - np.clip(exact, limits.min, limits.max)).max() <= 0.5 + 1e-4
    else:
        np.testing.assert_allclose(got.astype(float), exact, rtol=0, atol=0.1 if dtype == "float16" else 1e-4)


@pytest.mark.parametrize("dtype", ["int64", "uint64", "float64", "float16", "bool", "longdouble"])
def test_nearest_keeps_every_bit(dtype: str) -> None:
    rng = np.random.default_rng(5)
    image = rng.integers(0, 1000 if dtype == "float16" else 2**62, (5, 6, 7)).astype(dtype) + np.dtype(dtype).type(1)
    got = opsin.transform.resize(image, (3, 9, 21), order="nearest", channel_axis=None)
    rows, columns = [0, 2, 4], [0, 1, 1, 2, 3, 3, 4, 5, 5]
    expected = image[np.ix_(rows, columns, np.arange(21) // 3)]
    assert got.dtype == image.dtype
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("interpolation", WORDS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
def test_the_same_shape_and_constant_images_stay_the_same(dtype: str, interpolation: str) -> None:
    image = photograph(dtype)
    same = opsin.transform.resize(image, image.shape[:2], order=interpolation)
    np.testing.assert_allclose(same, image, rtol=0, atol=0 if image.dtype.kind == "u" else 1e-6)
    assert not np.shares_memory(same, image)
    for shape in ((3, 500), (700, 20), (31, 31), (1, 1)):
        constant = np.full((100, 90), image.max(), dtype)
        got = opsin.transform.resize(constant, shape, order=interpolation)
        np.testing.assert_allclose(got, image.max(), rtol=3e-6 if image.dtype.kind == "f" else 0)


def test_bytes_stay_within_one_level_for_any_number_of_taps() -> None:
    rng = np.random.default_rng(0)
    image = np.where(rng.random((400, 90)) < 0.5, 0, 255).astype(np.uint8)
    for height in range(1, 400, 13):
        for interpolation in SMOOTH:
            got = opsin.transform.resize(image, (height, 45), order=interpolation)
            exact = np.clip(reference(image.astype(float), (height, 45), interpolation, True), 0, 255)
            assert np.abs(got - exact).max() < 1


def test_channels_may_stand_anywhere_and_be_any_number() -> None:
    rng = np.random.default_rng(1)
    for channels in (1, 2, 3, 5, 300):
        image = rng.random((17, 19, channels)).astype(np.float32)
        last = opsin.transform.resize(image, (30, 11), channel_axis=-1)
        first = opsin.transform.resize(np.moveaxis(image, -1, 0), (30, 11), channel_axis=0)
        np.testing.assert_allclose(np.moveaxis(first, 0, -1), last, rtol=0, atol=1e-6)
        single = opsin.transform.resize(image[..., -1], (30, 11))
        np.testing.assert_allclose(last[..., -1], single, rtol=0, atol=1e-6)
    assert opsin.transform.resize(np.zeros((9, 9, 4), np.uint8), (5, 6, 4)).shape == (5, 6, 4)
    assert opsin.transform.resize(np.zeros((9, 9, 5), np.uint8), 4).shape == (4, 4, 4)


def test_views_out_and_inputs_that_stay_what_they_are() -> None:
    image = photograph("uint8")
    view = image[::-2, 5:-5:3]
    kept = view.copy()
    for interpolation in WORDS:
        expected = opsin.transform.resize(np.ascontiguousarray(view), (40, 91), order=interpolation)
        view.flags.writeable = False
        np.testing.assert_array_equal(opsin.transform.resize(view, (40, 91), order=interpolation), expected)
        view.flags.writeable = True
        out = np.empty((80, 91, 3), np.uint8)[::2]
        assert opsin.transform.resize(view, (40, 91), order=interpolation, out=out) is out
        np.testing.assert_array_equal(out, expected)
        np.testing.assert_array_equal(view, kept)
    overlapping = photograph("float32")[..., 0].copy()
    expected = opsin.transform.resize(overlapping, (80, 163))
    np.testing.assert_array_equal(opsin.transform.resize(overlapping, (80, 163), out=overlapping[:80]), expected)
    mask = photograph("uint8")[..., 0] > 100
    out = np.empty((50, 50), bool)
    assert opsin.transform.resize(mask, 50, out=out) is out
    np.testing.assert_array_equal(out, opsin.transform.resize(mask, 50, order="nearest"))


def test_nearest_takes_images_that_are_not_aligned() -> None:
    image = np.arange(35, dtype=np.uint32).reshape(5, 7)
    offset = np.zeros(image.nbytes + 1, np.uint8)[1:].view(np.uint32).reshape(5, 7)
    offset[...] = image
    np.testing.assert_array_equal(
        opsin.transform.resize(offset, (3, 9), order="nearest"),
        opsin.transform.resize(image, (3, 9), order="nearest"),
    )


def test_nan_reaches_as_far_as_the_kernel_and_no_further() -> None:
    image = np.zeros((40, 40))
    image[20, 20] = np.nan
    got = opsin.transform.resize(image, (20, 20))
    assert np.isnan(got[10, 10])
    found = np.argwhere(np.isnan(got))
    assert np.abs(found - 10).max() <= 2
    overflow = opsin.transform.resize(np.full((9, 9), 3e38, np.float32), (5, 5), order="cubic")
    assert np.isfinite(overflow).all()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads: int) -> None:
    image = photograph("uint8")
    for shape in ((71, 83), (700, 500)):
        expected = opsin.transform.resize(image, shape, order="cubic")
        with opsin.threads(threads):
            np.testing.assert_array_equal(opsin.transform.resize(image, shape, order="cubic"), expected)


def test_empty_images_and_results() -> None:
    assert opsin.transform.resize(np.zeros((5, 6)), (0, 3)).shape == (0, 3)
    assert opsin.transform.resize(np.zeros((0, 6)), (0, 3)).shape == (0, 3)
    assert opsin.transform.resize(np.zeros((5, 6, 0)), (3, 3), channel_axis=2).shape == (3, 3, 0)
    with pytest.raises(ValueError, match="image must have pixels"):
        opsin.transform.resize(np.zeros((0, 6)), (2, 3))


def test_very_long_axes() -> None:
    line = np.arange(200_000, dtype=np.float64)
    np.testing.assert_allclose(opsin.transform.resize(line, 2, order="area"), [49999.5, 149999.5])
    assert opsin.transform.resize(np.array([7], np.uint8), 100_000).min() == 7
    white = np.full((3000, 70), 65535, np.uint16)
    assert opsin.transform.resize(white, (2, 2)).min() == 65535


@pytest.mark.parametrize(
    ("error", "arguments", "named"),
    [
        (ValueError, {"output_shape": (3,)}, "output_shape"),
        (ValueError, {"output_shape": (3, 4, 3, 3)}, "output_shape"),
        (ValueError, {"output_shape": (3, 4, 4)}, "channels"),
        (ValueError, {"output_shape": (3, -4)}, "output_shape"),
        (TypeError, {"output_shape": (3, 4.5)}, "output_shape"),
        (TypeError, {"output_shape": None}, "output_shape"),
        (ValueError, {"order": "bilinear"}, "order must be one of"),
        (ValueError, {"order": 2}, "order must be one of"),
        (TypeError, {"anti_aliasing": None}, "anti_aliasing"),
        (ValueError, {"channel_axis": 3}, "channel_axis"),
        (ValueError, {"out": np.empty((3, 3, 3), np.uint8)}, "out"),
        (TypeError, {"out": np.empty((3, 4, 3), np.int32)}, "out"),
        (TypeError, {"image": np.zeros((3, 3), complex)}, "image"),
        (ValueError, {"image": np.float64(3)}, "image"),
    ],
)
def test_errors_name_the_parameter(error: type[Exception], arguments: dict[str, object], named: str) -> None:
    given_arguments = {"image": np.zeros((5, 6, 3), np.uint8), "output_shape": (3, 4), **arguments}
    with pytest.raises(error, match=named):
        opsin.transform.resize(**given_arguments)


@pytest.mark.parametrize("scale", [1e9, 1e308, (1, 1e300)])
def test_rescale_refuses_what_is_beyond_all_bounds(scale: float | tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="scale must leave each axis at most 2147483647 pixels; got"):
        opsin.transform.rescale(np.zeros((5, 6)), scale)


def test_rescale_rounds_the_shape() -> None:
    image = photograph("uint8")
    assert opsin.transform.rescale(image, 0.4).shape == (64, 65, 3)
    np.testing.assert_array_equal(
        opsin.transform.rescale(image, (2, 0.5), order="cubic"),
        opsin.transform.resize(image, (320, 82), order="cubic"),
    )
    assert opsin.transform.rescale(image, 0.001).shape == (1, 1, 3)
    with pytest.raises(ValueError, match="scale"):
        opsin.transform.rescale(image, 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("order", ["linear", "cubic", "lanczos", "area"])
@pytest.mark.parametrize(("before", "after"), [((5, 5), (3, 3)), ((216, 90), (144, 131)), ((40, 70), (97, 33))])
@pytest.mark.parametrize("channels", [None, 3])
def test_constants_stay_exactly_what_they_are(
    dtype: str, order: str, before: tuple[int, int], after: tuple[int, int], channels: int | None
) -> None:
    shape = before if channels is None else (*before, channels)
    for value in (1.0, 1 / 3, -7e-5, 1e30):
        constant = np.dtype(dtype).type(value)
        result = opsin.transform.resize(np.full(shape, constant, dtype), after, order=order)
        assert np.all(result == constant)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constant_volumes_stay_exactly_what_they_are(dtype: str) -> None:
    for after in ((7, 9, 5), (31, 20, 40)):
        result = opsin.transform.resize(np.full((13, 17, 19), 1 / 3, dtype), after, order="cubic", channel_axis=None)
        assert np.all(result == np.dtype(dtype).type(1 / 3))
