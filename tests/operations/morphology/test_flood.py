"""Flooded regions against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from opsin.morphology import flood, flood_fill

from equality import assert_same


@given(hnp.array_shapes(max_dims=4, max_side=9), st.data())
def test_equals_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["uint8", "int8", "uint16", "int64", "float32", "float64"]))
    image = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 5, shape).astype(dtype)
    point = tuple(data.draw(st.integers(-length, length - 1)) for length in shape)
    connectivity = data.draw(st.none() | st.integers(1, len(shape)))
    fractions = [0.5, 2.5] if "float" in dtype else []  # which the peer rounds
    tolerance = data.draw(st.sampled_from([None, 0, 1, 3, 1000, *fractions]))
    settings: dict[str, Any] = {"connectivity": connectivity, "tolerance": tolerance}
    expected = skimage.morphology.flood(image, point, **settings)
    assert_same(flood(image, point, channel_axis=None, **settings), expected)
    expected = skimage.morphology.flood_fill(image, point, 9, **settings)
    assert_same(flood_fill(image, point, 9, channel_axis=None, **settings), expected)


def test_limits_of_the_dtype() -> None:
    image = np.array([[0, 250, 255, 3]], np.uint8)
    assert flood(image, (0, 2), tolerance=10).tolist() == [[False, True, True, False]]
    image = np.array([[2**64 - 1, 2**64 - 2, 5]], np.uint64)
    assert flood(image, (0, 0)).tolist() == [[True, False, False]]
    assert flood(image, (0, 0), tolerance=1).tolist() == [[True, True, False]]


def test_nan_and_infinity() -> None:
    image = np.array([[np.nan, np.nan, 1, np.inf, np.inf]])
    assert flood(image, (0, 0)).tolist() == [[True, True, False, False, False]]
    assert flood(image, (0, 2), tolerance=5).tolist() == [[False, False, True, False, False]]
    assert flood(image, (0, 4)).tolist() == [[False, False, False, True, True]]
    assert np.isnan(flood_fill(image, (0, 2), np.nan)[0, 2])


def test_one_axis_and_empty() -> None:
    assert flood(np.array([1, 1, 0, 1]), 0).tolist() == [True, True, False, False]
    assert flood(np.zeros((0, 4)), (0, 0)).shape == (0, 4)


def test_in_place() -> None:
    image = np.array([[1, 1, 0]], np.uint8)
    assert flood_fill(image, (0, 0), 7, out=image) is image
    assert image.tolist() == [[7, 7, 0]]
    row = np.array([1, 1, 1, 0, 1], np.uint8)
    flood_fill(row[:-1], 0, 9, out=row[1:])
    assert row.tolist() == [1, 9, 9, 9, 0]
    columns = np.ones((4, 3), np.float32, order="F")
    assert flood_fill(columns, (0, 0), 2, out=columns) is columns
    assert (columns == 2).all()


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"seed_point": (0,)}, ValueError, "seed_point must have 2 coordinates"),
        ({"seed_point": (4, 0)}, ValueError, "seed_point must be at least -4 and at most 3"),
        ({"seed_point": (0.5, 0)}, TypeError, "seed_point must be an integer"),
        ({"tolerance": -1}, ValueError, "tolerance must be at least 0"),
        ({"connectivity": 3}, ValueError, "connectivity"),
        ({"new_value": 256}, ValueError, "new_value must be at least 0 and at most 255"),
        ({"new_value": 0.5}, TypeError, "new_value must be an integer"),
        ({"new_value": "a"}, TypeError, "new_value"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        flood_fill(np.zeros((4, 5), np.uint8), **{"seed_point": (0, 0), "new_value": 1, **parameters})


def test_values_that_a_float_does_not_hold() -> None:
    image = np.zeros((2, 3), np.float16)
    assert flood_fill(image, (0, 0), np.inf)[0, 0] == np.inf
    with pytest.raises(ValueError, match="new_value must fit into float16"):
        flood_fill(image, (0, 0), 1e6)


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_runs_that_fill_the_stack(dtype: str) -> None:
    image = np.zeros((60, 9000), dtype)
    image[1::2] = np.arange(9000) % 2
    expected = image == 0
    assert_same(flood(image, (0, 0)), expected)
    assert_same(flood(image.T, (0, 0)), expected.T)
    comb = np.indices((101, 4001)).sum(axis=0) % 2
    assert flood(comb.astype(dtype), (0, 0)).sum() == (101 * 4001 + 1) // 2
    result = flood_fill(image, (0, 0), 3)
    assert_same(result, np.where(expected, image.dtype.type(3), image))


@pytest.mark.parametrize("shape", [(12,), (7, 9), (4, 5, 6)])
def test_neighbors_by_a_footprint(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        image = rng.integers(0, 3, shape)
        point = tuple(int(rng.integers(length)) for length in shape)
        size = int(rng.choice([3, 5]))
        window = rng.random((size,) * len(shape)) < 0.5
        window.flat[0] = True
        if rng.random() < 0.6:
            window[(size // 2,) * (len(shape) - 1)][[size // 2 - 1, size // 2 + 1]] = True
        steps = np.argwhere(window) - size // 2
        found = np.zeros(shape, bool)
        found[point], waiting = True, [point]
        while waiting:
            place = np.array(waiting.pop())
            for near in map(tuple, place + steps):
                inside = all(0 <= c < length for c, length in zip(near, shape, strict=True))
                if inside and image[near] == image[point] and not found[near]:
                    found[near] = True
                    waiting.append(near)
        assert_same(flood(image, point, footprint=window, channel_axis=None), found)
        for dtype in ("float16", "longdouble", "bool", "int64"):
            same = (image == image[point]).astype(dtype)
            assert_same(flood(same, point, footprint=window, channel_axis=None), found)
    assert_same(flood(image, point, footprint=3, channel_axis=None), flood(image, point, channel_axis=None))
    with pytest.raises(ValueError, match="footprint must have"):
        flood(image, point, footprint=np.ones((3,) * (len(shape) + 1)), channel_axis=None)


def test_windows_larger_than_the_image() -> None:
    image = np.random.default_rng(0).integers(0, 3, (7, 9))
    expected = image == image[2, 3]
    assert_same(flood(image, (2, 3), footprint=65535), expected)
    assert_same(flood_fill(image, (2, 3), 9, footprint=(65535, 40)), np.where(expected, 9, image))
    with pytest.raises(ValueError, match="footprint must have at most"):
        flood(np.zeros((5000, 5000), np.uint8), (0, 0), footprint=65535)
