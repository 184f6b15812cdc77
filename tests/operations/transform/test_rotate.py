"""Rotation against peers, against a slow reference, and by what is known of it."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage
from skimage import transform

import opsin
from opsin._engine import runtime
from opsin._engine.borders import MODES, indices
from opsin._engine.compiled import for_this_machine
from opsin.transform import rotate
from opsin.transform.rotate import rotation

from uncompiled import uncompiled

NUMPY_PAD = {
    "reflect": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "constant": "constant",
    "wrap": "wrap",
}
DTYPES = ("uint8", "uint16", "float32", "float64")


def random_image(shape: tuple[int, ...], dtype: str = "float64", seed: int = 0) -> np.ndarray:
    values = np.random.default_rng(seed).random(shape)
    if dtype == "bool":
        return values > 0.5
    if np.dtype(dtype).kind in "iu":
        return (values * min(np.iinfo(dtype).max, 60000)).astype(dtype)
    return values.astype(dtype)


def smooth_image(size: int, dtype: str = "uint8") -> np.ndarray:
    return cv2.GaussianBlur(random_image((size, size), "uint8"), (0, 0), 2).astype(dtype)


def reference(image: np.ndarray, angle: float, order: int, mode: str, cval: float, resize: bool) -> np.ndarray:
    """Rotate a plane, one sample after the other."""
    shape = image.shape
    middle = ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    matrix, canvas = rotation(angle, shape, middle, resize=resize)
    result = np.zeros(canvas)
    for y, x in np.ndindex(canvas):
        taps = [
            axis_taps(matrix[0] * y + matrix[1] * x + matrix[2], order, shape[0], mode),
            axis_taps(matrix[3] * y + matrix[4] * x + matrix[5], order, shape[1], mode),
        ]
        for row, row_weight in taps[0]:
            for column, column_weight in taps[1]:
                value = cval if row < 0 or column < 0 else image[row, column]
                result[y, x] += row_weight * column_weight * value
    return result


def axis_taps(place: float, order: int, size: int, mode: str) -> list[tuple[int, float]]:
    start = math.floor(place)
    part = place - start
    if order == 0:
        weights = {round(place): 1.0}
    elif order == 1:
        weights = {start: 1 - part, start + 1: part}
    else:
        weights = {k: keys(place - k) for k in range(start - 1, start + 3)}
    found = indices(np.array(list(weights)), size, mode)
    return list(zip(found.tolist(), weights.values(), strict=True))


def keys(distance: float) -> float:
    distance = abs(distance)
    if distance <= 1:
        return 1.5 * distance**3 - 2.5 * distance**2 + 1
    return -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2


# The sense.


def test_turns_counter_clockwise() -> None:
    image = np.zeros((9, 9))
    image[4, 7] = 1  # east of the middle
    assert rotate(image, 90)[1, 4] == 1  # goes north
    eighth = rotate(image, 45)
    assert np.unravel_index(eighth.argmax(), eighth.shape) == (2, 6)  # goes north-east


def test_sense_is_that_of_the_peers() -> None:
    image = smooth_image(65, "float64")
    inside = np.hypot(*np.mgrid[-32:33, -32:33]) < 30
    ours = rotate(image, 20)[inside]
    assert_allclose(ours, transform.rotate(image, 20, preserve_range=True)[inside], atol=1e-10)
    assert_allclose(ours, ndimage.rotate(image, 20, reshape=False, order=1)[inside], atol=1e-10)
    map_of_cv = cv2.getRotationMatrix2D((32, 32), 20, 1)
    assert_allclose(ours, cv2.warpAffine(image, map_of_cv, (65, 65))[inside], atol=0.5)


# Multiples of 90 degrees.


@pytest.mark.parametrize("dtype", [*DTYPES, "bool", "float16", "int16", "int64", ">i4", "longdouble"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (64, 64), (130, 67), (40, 33, 3), (35, 66, 4)])
def test_quarter_turns_move_pixels(dtype: str, shape: tuple[int, ...]) -> None:
    image = random_image(shape, np.dtype(dtype).newbyteorder("=").name).astype(dtype)
    if np.dtype(dtype).name == "int64":
        image += 2**62  # no double holds these
    for quarters in range(-4, 8):
        turned = rotate(image, 90 * quarters, resize=True)
        assert_array_equal(turned, np.rot90(image, quarters))
        assert turned.dtype == image.dtype.newbyteorder("=")


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("mode", MODES)
def test_quarter_turns_on_the_same_canvas_move_pixels(mode: str, order: int) -> None:
    image = random_image((12, 20))
    turned = np.rot90(image)  # 20 rows, 12 columns
    rows, columns = indices(np.arange(12) + 4, 20, mode), indices(np.arange(20) - 4, 12, mode)
    expected = np.where((rows < 0)[:, None] | (columns < 0), 7.0, turned[np.ix_(rows, columns)])
    assert_array_equal(rotate(image, 90, mode=mode, cval=7, order=order), expected)
    assert_array_equal(rotate(image, 180, mode=mode, order=order), image[::-1, ::-1])
    square = random_image((15, 15))
    assert_array_equal(rotate(square, -90, mode=mode, order=order), np.rot90(square, -1))


def test_an_odd_turn_half_a_pixel_aside_interpolates() -> None:
    image = random_image((4, 7))
    assert_allclose(rotate(image, 90), transform.rotate(image, 90), atol=1e-12)


def test_strides_of_quarter_turns() -> None:
    image = random_image((70, 90, 3), "uint8")
    for view in (image[::-1, ::2], image[..., 0], image[:, ::-1, 1].T, np.broadcast_to(image[:1], image.shape)):
        for quarters in range(4):
            assert_array_equal(rotate(view, 90 * quarters, resize=True), np.rot90(view, quarters))


def test_pixels_of_four_bytes_at_odd_addresses() -> None:
    memory = np.zeros(2 * 30 * 40 * 4 + 2, np.uint8)
    image, out = memory[1:4801].reshape(30, 40, 4), memory[4801:9601].reshape(30, 40, 4)
    image[...] = random_image(image.shape, "uint8")
    assert rotate(image, 180, out=out) is out
    assert_array_equal(out, image[::-1, ::-1])
    assert_array_equal(rotate(image, 90, resize=True), np.rot90(image))


def test_angles_go_round() -> None:
    image = random_image((20, 30))
    assert_array_equal(rotate(image, 30), rotate(image, 390))
    assert_array_equal(rotate(image, -330), rotate(image, 30))
    assert_allclose(rotate(image, -1e-20), image, atol=1e-12)


# Against the peers.


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("resize", [False, True])
def test_numbers_are_those_of_scikit_image(mode: str, order: int, resize: bool) -> None:
    for shape in ((60, 81), (150, 301), (7, 5), (41, 60, 3)):
        image = random_image(shape)
        for angle in (30, -17.3, 45, 133, 181):
            ours = rotate(image, angle, resize=resize, order=order, mode=mode, cval=0.3)
            theirs = transform.rotate(
                image, angle, resize=resize, order=order, mode=NUMPY_PAD[mode], cval=0.3, clip=False
            )
            assert ours.shape == theirs.shape
            assert_allclose(ours, theirs, atol=1e-10)


def test_center_is_row_and_column() -> None:
    image = random_image((50, 70))
    ours = rotate(image, 25, center=(12, 40.5))
    assert_allclose(ours, transform.rotate(image, 25, center=(40.5, 12)), atol=1e-10)
    assert_array_equal(rotate(image, 25, center=(3, 4), resize=True), rotate(image, 25, resize=True))
    assert rotate(image, 77, center=(12, 40))[12, 40] == pytest.approx(image[12, 40])


@pytest.mark.parametrize("mode", MODES)
def test_numbers_are_those_of_scipy(mode: str) -> None:
    image = random_image((61, 61))
    theirs = ndimage.rotate(
        image, 30, reshape=False, order=1, mode=f"grid-{mode}" if mode in ("constant", "wrap") else mode, cval=0.5
    )
    assert_allclose(rotate(image, 30, mode=mode, cval=0.5), theirs, atol=1e-10)
    volume = random_image((13, 8, 21))
    for axes in ((0, 1), (1, 2), (0, 2)):
        theirs = ndimage.rotate(volume, 30, axes=axes, reshape=False, order=1, mode="mirror")
        assert_allclose(rotate(volume, 30, axes=axes, mode="mirror"), theirs, atol=1e-10)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_bytes_are_those_of_opencv(channels: int) -> None:
    image = smooth_image(300)
    if channels > 1:
        image = np.stack([np.roll(image, 7 * k, 0) for k in range(channels)], axis=-1)
    map_of_cv = cv2.getRotationMatrix2D((149.5, 149.5), 33, 1)
    theirs = cv2.warpAffine(image, map_of_cv, (300, 300)).astype(int)
    assert np.abs(rotate(image, 33).astype(int) - theirs).max() <= 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("shape", [(150, 170), (150, 170, 2), (150, 170, 3), (150, 170, 4)])
def test_other_dtypes_have_the_numbers_of_float64(dtype: str, order: int, shape: tuple[int, ...]) -> None:
    image = random_image(shape, dtype)
    channel_axis = None if len(shape) == 2 else 2
    for mode in ("constant", "mirror"):
        exact = rotate(image.astype(float), 21.7, order=order, mode=mode, channel_axis=channel_axis)
        ours = rotate(image, 21.7, order=order, mode=mode, channel_axis=channel_axis)
        assert ours.dtype == image.dtype
        if dtype == "float32":
            assert_allclose(ours, exact, atol=1e-5)
            continue
        exact = np.clip(exact, 0, np.iinfo(dtype).max)
        assert np.abs(ours - exact).max() <= (0.501 if dtype == "uint8" else 0.75)


# Against the slow reference.


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 12),
    columns=st.integers(1, 12),
    angle=st.floats(-400, 400),
    order=st.sampled_from([1, 3]),
    mode=st.sampled_from(MODES),
    resize=st.booleans(),
)
def test_every_small_image(rows: int, columns: int, angle: float, order: int, mode: str, resize: bool) -> None:
    image = random_image((rows, columns))
    ours = rotate(image, angle, order=order, mode=mode, cval=0.4, resize=resize)
    assert_allclose(ours, reference(image, angle, order, mode, 0.4, resize), atol=1e-10)


@pytest.mark.parametrize("mode", MODES)
def test_nearest(mode: str) -> None:
    image = random_image((30, 41), "uint16")
    for angle in (10.1, -100.3):
        ours = rotate(image, angle, order=0, mode=mode, cval=5)
        assert_array_equal(ours, reference(image, angle, 0, mode, 5, False))


# Channels, dimensions, strides and out.


def test_channels_turn_alike() -> None:
    image = random_image((40, 50, 3), "uint8")
    alone = np.stack([rotate(image[..., k], 12) for k in range(3)], axis=-1)
    assert_array_equal(rotate(image, 12), alone)
    assert_array_equal(rotate(np.moveaxis(image, 2, 0), 12, channel_axis=0), np.moveaxis(alone, 2, 0))
    assert_array_equal(rotate(np.moveaxis(image, 2, 1), 12, channel_axis=1), np.moveaxis(alone, 2, 1))


def test_planes_of_a_volume() -> None:
    volume = random_image((4, 30, 35))
    expected = np.stack([rotate(plane, 12, resize=True) for plane in volume])
    assert_array_equal(rotate(volume, 12, resize=True, channel_axis=None), expected)
    assert_array_equal(rotate(volume, 12, resize=True, axes=(-2, -1)), expected)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)])
def test_sense_in_a_plane_is_that_of_rot90(axes: tuple[int, int]) -> None:
    volume = random_image((4, 5, 6), "float32")
    assert_array_equal(rotate(volume, 90, axes=axes, resize=True), np.rot90(volume, axes=axes))
    assert_allclose(rotate(volume, 90 + 1e-9, axes=axes, resize=True), np.rot90(volume, axes=axes), atol=1e-5)


def test_strides() -> None:
    image = random_image((80, 90), "float32")
    for view in (image[::-1], image[:, ::-1], image[::2, ::3], image.T, np.broadcast_to(image[:1], image.shape)):
        assert_array_equal(rotate(view, 30, mode="wrap"), rotate(view.copy(), 30, mode="wrap"))
    image.flags.writeable = False
    rotate(image, 30)


@pytest.mark.parametrize("angle", [30, 90])
def test_out(angle: float) -> None:
    image = random_image((40, 50), "uint8")
    expected = rotate(image, angle, resize=True)
    out = np.empty_like(expected)
    assert rotate(image, angle, resize=True, out=out) is out
    assert_array_equal(out, expected)
    spread = np.empty((out.shape[0], 2 * out.shape[1]), np.uint8)[:, ::2]
    assert_array_equal(rotate(image, angle, resize=True, out=spread), expected)
    square = random_image((30, 30))
    expected = rotate(square, angle)
    assert_array_equal(rotate(square, angle, out=square), expected)


def test_empty() -> None:
    assert rotate(np.empty((0, 5)), 30).shape == (0, 5)
    assert rotate(np.empty((0, 5)), 30, resize=True).shape == (0, 5)
    assert rotate(np.empty((0, 5)), 90).shape == (0, 5)
    assert rotate(np.empty((0, 5)), 90, resize=True).shape == (5, 0)
    assert rotate(np.empty((4, 5, 0), np.uint8), 30, channel_axis=2).shape == (4, 5, 0)


# Values.


def test_bool_stays_bool() -> None:
    image = random_image((40, 40), "bool")
    assert_array_equal(rotate(image, 20), rotate(image.astype(float), 20, order=0).astype(bool))
    assert_array_equal(rotate(image, 20, order=1), rotate(image.astype(float), 20, order=1) >= 0.5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "wrap"])
def test_constant_images_stay_constant(mode: str, dtype: str) -> None:
    image = np.full((60, 70), 0.7 if dtype.startswith("f") else 199, dtype)
    for angle in (30, -77.7):
        assert set(np.unique(rotate(image, angle, mode=mode, order="linear"))) == {image[0, 0]}


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 2), (1, 5), (3, 3)])
def test_images_narrower_than_four_pixels(size: tuple[int, int]) -> None:
    for channels in (1, 3, 4):
        image = random_image((*size, channels), "uint8")
        for order in ("nearest", "linear", "cubic"):
            exact = rotate(image.astype(float), 33, resize=True, order=order, mode="reflect", channel_axis=2)
            ours = rotate(image, 33, resize=True, order=order, mode="reflect", channel_axis=2)
            assert np.abs(ours - np.clip(exact, 0, 255)).max() <= 0.501


def test_constant_is_rounded_everywhere() -> None:
    image = np.full((40, 40), 10, np.uint8)
    assert set(np.unique(rotate(image, 45, cval=9.6))) == {10}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("order", "reach"), [(0, 0.5), (1, 1), (3, 2)])
@pytest.mark.parametrize("place", [(20, 31), (0, 0), (39, 20)])
def test_nan_appears_where_it_is_used(dtype: str, order: int, reach: float, place: tuple[int, int]) -> None:
    image = np.ones((40, 50), dtype)
    image[place] = np.nan
    lost = np.isnan(rotate(image, 30, order=order))
    shape = image.shape
    matrix, _ = rotation(30, shape, (19.5, 24.5), resize=False)
    y, x = np.mgrid[:40, :50]
    distance = np.maximum(
        abs(matrix[0] * y + matrix[1] * x + matrix[2] - place[0]),
        abs(matrix[3] * y + matrix[4] * x + matrix[5] - place[1]),
    )
    assert_array_equal(lost, distance < reach)


def test_nan_beside_a_whole_place_is_not_used() -> None:
    image = np.ones((41, 41))
    image[20, 21] = image[21, 20] = np.inf
    for order in (1, 3):
        assert rotate(image, 30, order=order)[20, 20] == 1


def test_places_stay_exact_in_a_wide_image() -> None:
    ramp = np.broadcast_to(np.arange(40000, dtype=np.float32) % 64, (64, 40000))
    ours = rotate(ramp, 0.05, center=(32, 0))
    exact = rotate(ramp.astype(float), 0.05, center=(32, 0))
    assert_allclose(ours, exact, atol=64 * 5e-6)


def test_every_instruction_set_and_number_of_threads_agree() -> None:
    before, images = runtime.simd_tier(), [random_image((200, 211), dtype) for dtype in DTYPES]
    images.append(random_image((200, 211, 3), "uint8"))
    for image in images:
        for order in (0, 1, 3):
            results = []
            try:
                for tier in runtime.simd_tiers():
                    runtime.set_simd_tier(tier)
                    for count in (1, 3):
                        with opsin.threads(count):
                            results.append(rotate(image, 30, order=order, mode="reflect").astype(float))
            finally:
                runtime.set_simd_tier(before)
            # Fused multiplication and addition may round a byte the other way.
            tolerance = 1 if image.dtype.kind == "u" and order else 1e-5
            for result in results[1:]:
                assert_allclose(result, results[0], atol=tolerance)
            for one, several in zip(results[::2], results[1::2], strict=True):
                assert_array_equal(one, several)


# The cores, as plain Python.


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 8, 12])
@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (33, 70), (9, 130)])
def test_rot90_runs_uncompiled(shape: tuple[int, int], size: int) -> None:
    source = random_image((2, *shape, size), "uint8")
    for module in (uncompiled("rot90"), for_this_machine("rot90")):
        for quarters in (1, 2, 3):
            expected = np.rot90(source, quarters, axes=(1, 2))
            result = np.zeros_like(expected, order="C")
            module.rot90(source, result, quarters)
            assert_array_equal(result, expected)


# Errors.


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"angle": "1"}, TypeError, "angle"),
        ({"angle": math.nan}, ValueError, "angle"),
        ({"resize": 1}, TypeError, "resize"),
        ({"center": 3}, TypeError, "center"),
        ({"center": (1, 2, 3)}, ValueError, "center"),
        ({"center": (1, math.inf)}, ValueError, "center"),
        ({"order": 2}, ValueError, "order"),
        ({"order": "lanczos"}, ValueError, "order must be one of"),
        ({"mode": "edge"}, ValueError, "mode"),
        ({"cval": 300}, ValueError, "cval"),
        ({"axes": (0, 0)}, ValueError, "axes"),
        ({"axes": (0, 2)}, ValueError, "axes"),
        ({"axes": (0, 5)}, ValueError, "axes"),
        ({"axes": 1}, TypeError, "axes"),
        ({"out": np.empty((3, 3), np.uint8)}, ValueError, "out"),
        ({"out": np.empty((8, 9, 3))}, TypeError, "out"),
    ],
)
def test_errors_name_the_parameter(settings: dict, error: type[Exception], words: str) -> None:
    image = np.zeros((8, 9, 3), np.uint8)
    with pytest.raises(error, match=words):
        rotate(image, **{"angle": 10, **settings})


def test_images_that_cannot_turn() -> None:
    with pytest.raises(ValueError, match="2 spatial axes"):
        rotate(np.zeros(5), 10)
    with pytest.raises(TypeError, match="image"):
        rotate(np.zeros((3, 3), complex), 10)


def test_far_centers_do_no_harm() -> None:
    for mode in MODES:
        result = rotate(np.ones((5, 6)), 30, center=(1e300, -1e300), mode=mode, cval=1)
        assert_array_equal(result, 1)
