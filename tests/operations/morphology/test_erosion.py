"""Erosion, dilation, opening and closing against scipy.ndimage, scikit-image, OpenCV, and their own properties."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

import opsin
from opsin._engine import runtime
from opsin.morphology import ball, closing, dilation, disk, erosion, opening

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
DTYPES = ["bool", "uint8", "uint16", "float32", "float64"]
PAIRS = [
    (erosion, ndimage.grey_erosion),
    (dilation, ndimage.grey_dilation),
    (opening, ndimage.grey_opening),
    (closing, ndimage.grey_closing),
]
CORNER = np.array([[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 1, 1]], bool)
FOOTPRINTS: list[Any] = [1, 2, 3, 8, (1, 4), (5, 1), (31, 2), (3, 70), disk(1), disk(3), CORNER, np.eye(4), [[1, 0, 0]]]


def noise(shape: tuple[int, ...], dtype: Any, seed: int = 0) -> NDArray[Any]:
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) > 0.3
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return rng.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    return rng.standard_normal(shape).astype(dtype)


def marked(footprint: Any, axes: int = 2) -> NDArray[np.bool_]:
    """Return a footprint as an array."""
    if isinstance(footprint, int):
        footprint = (footprint,) * axes
    return np.ones(footprint, bool) if isinstance(footprint, tuple) else np.asarray(footprint) != 0


def slow_erosion(image: NDArray[Any], footprint: NDArray[np.bool_]) -> NDArray[Any]:
    """The definition with ``mode="ignore"``: the least of the pixels of the footprint that are in the image."""
    result = np.empty_like(image)
    offsets = np.argwhere(footprint) - np.array(footprint.shape) // 2
    for place in np.ndindex(image.shape):
        seen = [
            image[tuple(there)]
            for there in offsets + place
            if all(0 <= index < length for index, length in zip(there, image.shape, strict=True))
        ]
        result[place] = min(seen) if seen else (np.inf if image.dtype.kind == "f" else np.iinfo(image.dtype).max)
    return result


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_equals_scipy(ours: Any, theirs: Any, mode: str) -> None:
    for dtype in DTYPES[1:]:
        image = noise((23, 90), dtype)
        for footprint in FOOTPRINTS:
            expected = theirs(image, footprint=marked(footprint), mode=mode)
            assert_same(ours(image, footprint, mode=mode), expected)


@pytest.mark.parametrize("footprint", FOOTPRINTS, ids=str)
def test_binary_equals_scipy(footprint: Any) -> None:
    image, structure = noise((40, 71), bool), marked(footprint)
    # What SciPy calls the border value is the constant beyond the border.
    for times in (1, 2):
        eroded = ndimage.binary_erosion(image, structure, iterations=times, border_value=1)
        dilated = ndimage.binary_dilation(image, structure, iterations=times)
        assert_same(erosion(image, footprint, iterations=times), eroded)
        assert_same(dilation(image, footprint, iterations=times), dilated)
    opened = ndimage.binary_dilation(ndimage.binary_erosion(image, structure, border_value=1), structure)
    assert_same(opening(image, footprint), opened)


@pytest.mark.parametrize("name", ["erosion", "dilation", "opening", "closing"])
def test_equals_scikit_image(name: str) -> None:
    ours, theirs = getattr(opsin.morphology, name), getattr(skimage.morphology, name)
    image = noise((35, 44), np.uint8)
    for mode in ("ignore", "max", "min", "reflect"):
        for footprint in (None, disk(4), np.ones((7, 3), np.uint8)):
            assert_same(ours(image, footprint, mode=mode), theirs(image, footprint, mode=mode))


@pytest.mark.parametrize("size", [3, 5, 9, 15, 16, 17, 33, 64, 65, 101, 255])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_large_boxes_equal_opencv(size: int, dtype: str) -> None:
    image = noise((300, 310), dtype)
    kernel = np.ones((size, size), np.uint8)
    if size % 2:
        assert_same(erosion(image, size), cv2.erode(image, kernel))
        assert_same(dilation(image, size), cv2.dilate(image, kernel))
    else:
        assert_same(erosion(image, size), ndimage.minimum_filter(image, size, mode="constant", cval=float(image.max())))


@pytest.mark.parametrize("radius", [2, 7, 25, 40])
def test_disks_equal_opencv(radius: int) -> None:
    image = noise((200, 333), np.uint8)
    assert_same(erosion(image, disk(radius)), cv2.erode(image, disk(radius)))
    assert_same(dilation(image, disk(radius)), cv2.dilate(image, disk(radius)))


@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 150)),
    sizes=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    density=st.sampled_from([0.2, 0.6, 1.0]),
    dtype=st.sampled_from(DTYPES[1:]),
    seed=st.integers(0, 99),
)
def test_equals_the_definition(
    shape: tuple[int, int], sizes: tuple[int, int], density: float, dtype: str, seed: int
) -> None:
    image = noise(shape, dtype, seed)
    footprint = np.random.default_rng(seed).random(sizes) < density
    footprint[sizes[0] // 2, sizes[1] // 2] = True
    assert_same(erosion(image, footprint), slow_erosion(image, footprint))
    flipped = image.max() - image if image.dtype.kind == "u" else -image
    mirrored = np.pad(footprint, [(0, 1 - size % 2) for size in sizes])[::-1, ::-1]
    expected = slow_erosion(flipped, mirrored)
    assert_same(dilation(image, footprint), image.max() - expected if image.dtype.kind == "u" else -expected)


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 140)),
    sizes=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    iterations=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_opening_and_closing_are_what_they_promise(
    shape: tuple[int, int], sizes: tuple[int, int], iterations: int, seed: int
) -> None:
    image = noise(shape, np.uint8, seed)
    footprint = np.random.default_rng(seed).random(sizes) < 0.6
    footprint[0, 0] = True
    opened = opening(image, footprint, iterations=iterations)
    closed = closing(image, footprint, iterations=iterations)
    assert (opened <= image).all()
    assert (closed >= image).all()
    assert_same(opening(opened, footprint, iterations=iterations), opened)
    assert_same(closing(closed, footprint, iterations=iterations), closed)
    # The opening of the negative is the negative of the closing, by the mirrored footprint.
    if all(size % 2 for size in sizes):
        assert_same(opening(255 - image, footprint[::-1, ::-1], iterations=iterations), 255 - closed)


@pytest.mark.parametrize("mode", [*MODES, "ignore"])
def test_iterations_are_so_many_calls(mode: Any) -> None:
    image = noise((30, 41), np.uint8)
    for footprint in (None, 2, 3, (4, 5), (9, 5), CORNER):
        once = erosion(image, footprint, mode=mode)
        thrice = erosion(erosion(once, footprint, mode=mode), footprint, mode=mode)
        assert_same(erosion(image, footprint, iterations=3, mode=mode), thrice)
        twice = erosion(once, footprint, mode=mode)
        opened = dilation(dilation(twice, footprint, mode=mode), footprint, mode=mode)
        assert_same(opening(image, footprint, iterations=2, mode=mode), opened)


@pytest.mark.parametrize("mode", MODES)
def test_volumes_equal_scipy(mode: str) -> None:
    rng = np.random.default_rng(1)
    for dtype in ("uint8", "float32"):
        image = noise((6, 11, 20), dtype)
        for footprint in (3, (2, 3, 4), (5, 1, 1), (1, 1, 3), ball(1), ball(2), rng.random((4, 2, 3)) > 0.4):
            expected = ndimage.grey_erosion(image, footprint=marked(footprint, 3), mode=mode)
            assert_same(erosion(image, footprint, mode=mode), expected)
            expected = ndimage.grey_dilation(image, footprint=marked(footprint, 3), mode=mode)
            assert_same(dilation(image, footprint, mode=mode), expected)


def test_volumes_ignore_what_is_outside() -> None:
    image = noise((5, 6, 7), np.float64)
    for footprint in (ball(2), np.ones((3, 2, 5), bool)):
        assert_same(erosion(image, footprint), slow_erosion(image, marked(footprint)))
    assert_same(erosion(image), slow_erosion(image, ball(1) > 0))


def test_one_axis() -> None:
    image = noise((100,), np.uint8)
    assert_same(erosion(image, 5, mode="reflect"), ndimage.grey_erosion(image, 5))
    assert_same(erosion(image), ndimage.grey_erosion(image, 3, mode="nearest"))
    lopsided = np.array([1, 0, 1, 1, 0], bool)
    assert_same(dilation(image, lopsided, mode="wrap"), ndimage.grey_dilation(image, footprint=lopsided, mode="wrap"))


@pytest.mark.parametrize("footprint", [None, 4, disk(2), CORNER], ids=["cross", "box", "disk", "corner"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_channels_one_by_one(footprint: Any, axis: int) -> None:
    image = noise((20, 31, 3), np.uint8)
    expected = np.stack([closing(image[..., c].copy(), footprint) for c in range(3)], axis=-1)
    moved = np.ascontiguousarray(np.moveaxis(image, -1, axis))
    assert_same(np.moveaxis(closing(moved, footprint, channel_axis=axis), axis, -1), expected)


def test_channels_of_volumes_one_by_one() -> None:
    image = noise((5, 9, 12, 3), np.uint8)
    for footprint in (3, ball(1), ball(2)):
        expected = np.stack([dilation(image[..., c].copy(), footprint) for c in range(3)], axis=-1)
        for axis in range(4):
            moved = np.ascontiguousarray(np.moveaxis(image, -1, axis))
            assert_same(np.moveaxis(dilation(moved, footprint, channel_axis=axis), axis, -1), expected)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("tier", runtime.simd_tiers())
def test_nan_and_infinity(dtype: str, tier: str) -> None:
    image = noise((20, 70), dtype)
    image[4, 5], image[10, 40], image[15, 60] = np.nan, np.inf, -np.inf
    image[0, 0] = np.copysign(np.array(np.nan, dtype), -1)
    missing = np.isnan(image)
    before = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    for footprint in (3, disk(3), (1, 9)):
        spoilt = ndimage.binary_dilation(missing, marked(footprint))
        eroded, dilated = erosion(image, footprint), dilation(image, footprint)
        np.testing.assert_array_equal(np.isnan(eroded), spoilt)
        np.testing.assert_array_equal(np.isnan(dilated), spoilt)
        clean = np.where(missing, 0, image)
        np.testing.assert_array_equal(eroded[~spoilt], erosion(clean, footprint)[~spoilt])
        np.testing.assert_array_equal(dilated[~spoilt], dilation(clean, footprint)[~spoilt])
    runtime.set_simd_tier(before)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "uint32", "int64", "float16"])
def test_other_dtypes(dtype: str) -> None:
    image = noise((21, 33), dtype) if dtype != "int64" else noise((21, 33), np.int32).astype(np.int64)
    for footprint in (3, disk(2)):
        expected = ndimage.grey_erosion(image.astype(np.float64), footprint=marked(footprint), mode="nearest")
        assert_same(erosion(image, footprint, mode="nearest"), expected.astype(dtype))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float32"])
def test_windows_that_see_nothing_give_the_neutral_value(dtype: str) -> None:
    image = noise((3, 4), dtype)
    least, greatest = (False, True) if dtype == "bool" else (-np.inf, np.inf)
    if image.dtype.kind in "iu":
        least, greatest = np.iinfo(dtype).min, np.iinfo(dtype).max
    beside = [[1, 0, 0]]
    assert (erosion(image, beside)[:, 0] == greatest).all()
    assert (dilation(image, beside)[:, -1] == least).all()


def test_matrices_of_the_tutorials() -> None:
    image = np.zeros((7, 7), int)
    image[1:6, 2:5] = 1
    assert erosion(image).sum() == 3
    assert erosion(image, np.ones((5, 5))).sum() == 0
    point = np.zeros((5, 5))
    point[2, 2] = 1
    assert_same(dilation(point), ndimage.binary_dilation(point).astype(point.dtype))


def test_footprints_larger_than_the_image() -> None:
    image = noise((3, 4), np.uint8)
    for mode in MODES:
        for size in (50, 51, 300):
            expected = ndimage.grey_erosion(image, (size, size), mode=mode)
            assert_same(erosion(image, size, mode=mode), expected)
            expected = ndimage.grey_dilation(image, (size, size), mode=mode)
            assert_same(dilation(image, size, mode=mode), expected)
    assert (erosion(image, 60_001) == image.min()).all()
    assert (erosion(image, disk(90)) == image.min()).all()


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"footprint": 0}, ValueError, "footprint"),
        ({"footprint": 2.5}, TypeError, "footprint"),
        ({"footprint": (3, 3, 3)}, ValueError, "footprint"),
        ({"footprint": np.zeros((3, 3))}, ValueError, "footprint"),
        ({"footprint": np.array([["a"]])}, TypeError, "footprint"),
        ({"footprint": np.ones((3, 3), object)}, TypeError, "footprint"),
        ({"iterations": -1}, ValueError, "iterations"),
        ({"iterations": 1.5}, TypeError, "iterations"),
        ({"mode": "ignored"}, ValueError, "Did you mean 'ignore'"),
        ({"mode": None}, TypeError, "mode"),
        ({"mode": "constant", "cval": 256}, ValueError, "cval"),
    ],
)
@pytest.mark.parametrize("function", [erosion, dilation, opening, closing])
def test_wrong_parameters_are_named(function: Any, parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        function(np.zeros((4, 5), np.uint8), **parameters)


def test_iterations_are_bounded() -> None:
    with pytest.raises(ValueError, match="iterations must be at least 0 and at most 65535; got 1000000000"):
        opsin.morphology.erosion(np.zeros((3, 3), np.uint8), iterations=10**9)
