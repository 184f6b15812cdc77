"""Contours of a level, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.measure import find_contours


def check(found: list[NDArray[Any]], wanted: list[NDArray[Any]]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == np.float64
        assert_allclose(one, other, rtol=1e-13, atol=1e-13)


@given(hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=12), st.data())
def test_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    # Small integers at a level that many of them have: contours touch in pixels.
    dtype = data.draw(st.sampled_from(["u1", "u2", "i4", "f4", "f8"]))
    image = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 4))).astype(dtype)
    if dtype[0] == "f" and data.draw(st.booleans()):
        image[data.draw(hnp.arrays(bool, shape, elements=st.booleans()))] = np.nan
    mask = data.draw(st.none() | hnp.arrays(bool, shape))
    level = data.draw(st.sampled_from([0.5, 2.0, 2.25]))
    settings = {name: data.draw(st.sampled_from(["low", "high"])) for name in
                ("fully_connected", "positive_orientation")}  # fmt: skip
    check(
        find_contours(image, level, mask=mask, **settings),  # type: ignore[arg-type]  # words that are drawn
        skimage.measure.find_contours(image, level, mask=mask, **settings),
    )


@pytest.mark.parametrize("level", [None, 100.0, 100.5])
def test_scikit_image_on_a_larger_image(level: float | None) -> None:
    image = opsin.filters.gaussian(np.random.default_rng(0).integers(0, 256, (300, 411), np.uint8), 2)
    check(find_contours(image, level), skimage.measure.find_contours(image, level))


def test_bool_and_layouts() -> None:
    mask = np.random.default_rng(1).random((30, 40)) < 0.5
    wanted = skimage.measure.find_contours(mask.astype(float), 0.5)
    for image in (mask, mask.astype(">f4"), np.asfortranarray(mask), mask[::-1].copy()[::-1]):
        check(find_contours(image), wanted)


def test_infinite_pixels_end_at_the_finite_ones() -> None:
    image = np.zeros((3, 3))
    image[1, 1] = np.inf
    (contour,) = find_contours(image, 0.5)
    assert_array_equal(np.unique(contour, axis=0), [[0, 1], [1, 0], [1, 2], [2, 1]])


def test_images_without_squares_or_numbers_have_no_contours() -> None:
    for image in (np.ones((1, 5)), np.ones((0, 0)), np.full((4, 4), np.nan), np.ones((4, 4))):
        assert find_contours(image) == []


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"level": "a"}, TypeError, "level"),
        ({"level": np.nan}, ValueError, "level"),
        ({"mask": np.full((3, 3), 2.0)}, ValueError, "mask"),
        ({"mask": np.ones((3, 4), bool)}, ValueError, "mask"),
        ({"fully_connected": "hi"}, ValueError, "fully_connected"),
        ({"positive_orientation": 1}, TypeError, "positive_orientation"),
    ],
)
def test_errors(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        find_contours(np.ones((3, 3)), **options)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("level", [-1, -0.5, 0, 0.1, 2.9999999999, 3, 3.0000000001, 255, 1e6, -1e300, 1e300])
def test_levels_between_and_beyond_the_pixels(dtype, level):
    image = np.random.default_rng(0).integers(0, 6, (12, 15)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        image[5, 7], image[2, 3] = 0.1, np.inf
    found = find_contours(image, level)
    expected = find_contours(image.astype(np.float64), level)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
