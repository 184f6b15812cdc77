"""Reconstruction against scikit-image and by repeated dilations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from opsin.morphology import dilation, erosion, footprint_neighbors, reconstruction

from equality import assert_same

DTYPES = ["bool", "uint8", "int8", "uint16", "int32", "uint64", "float16", "float32", "float64", "longdouble"]


def pair(shape: tuple[int, ...], dtype: str, seed: int = 0, levels: int = 9) -> tuple[Any, Any]:
    """Return a seed and a mask that is nowhere less."""
    rng = np.random.default_rng(seed)
    high = rng.integers(0, 2 if dtype == "bool" else levels, shape)
    low = np.where(rng.random(shape) < 0.8, 0, np.minimum(high, rng.integers(0, levels, shape)))
    shift = 4 if np.dtype(dtype).kind in "if" else 0
    return (low - shift).astype(dtype), (high - shift).astype(dtype)


def slow(seed: Any, mask: Any, footprint: Any) -> Any:
    while True:
        grown = np.minimum(dilation(seed, footprint, channel_axis=None), mask)
        grown = np.maximum(grown, seed)
        if np.array_equal(grown, seed):
            return seed
        seed = grown


@given(hnp.array_shapes(max_dims=4, max_side=9), st.data())
def test_equals_repeated_dilations(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype, number = data.draw(st.sampled_from(DTYPES)), data.draw(st.integers(0, 99))
    seed, mask = pair(shape, dtype, number)
    footprint = np.random.default_rng(number).random([data.draw(st.sampled_from([1, 2, 3, 5])) for _ in shape]) < 0.7
    footprint.flat[0] = True
    assert_same(reconstruction(seed, mask, footprint=footprint, channel_axis=None), slow(seed, mask, footprint))
    assert_same(reconstruction(seed, mask, channel_axis=None), slow(seed, mask, 3))


@given(hnp.array_shapes(min_dims=2, max_dims=3, max_side=20), st.data())
def test_equals_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    seed, mask = pair(shape, data.draw(st.sampled_from(["uint8", "int16", "float64"])), data.draw(st.integers(0, 99)))
    footprint = data.draw(st.sampled_from([None, footprint_neighbors(len(shape)), np.ones((5,) * len(shape))]))
    for method, low, high in (("dilation", seed, mask), ("erosion", mask, seed)):
        expected = skimage.morphology.reconstruction(low, high, method=method, footprint=footprint)
        got = reconstruction(low, high, method=method, footprint=footprint, channel_axis=None)
        assert got.dtype == seed.dtype
        np.testing.assert_array_equal(got, expected)


@given(hnp.array_shapes(max_dims=3, max_side=30), st.integers(0, 99))
def test_masks_equal_scipy(shape: tuple[int, ...], number: int) -> None:
    rng = np.random.default_rng(number)
    mask = rng.random(shape) < 0.6
    seed = mask & (rng.random(shape) < 0.1)
    for connectivity in range(1, len(shape) + 1):
        structure = footprint_neighbors(len(shape), connectivity)
        grown = np.zeros_like(seed)
        before = seed
        while not np.array_equal(grown, before):
            grown, before = before, ndimage.binary_dilation(before, structure, mask=mask)
        got = reconstruction(seed, mask, footprint=structure, channel_axis=None)
        assert_same(got, grown)
        negative = reconstruction(~seed, ~mask, method="erosion", footprint=structure, channel_axis=None)
        assert_same(negative, ~grown)


def test_large_images() -> None:
    seed, mask = pair((300, 400), "uint8", levels=255)
    expected = skimage.morphology.reconstruction(seed, mask)
    assert_same(reconstruction(seed, mask), expected.astype(np.uint8))
    spiral = np.ones((61, 61), np.uint8)
    for ring in range(1, 30, 2):
        spiral[ring, ring : 61 - ring] = spiral[60 - ring, ring : 61 - ring] = 0
        spiral[ring : 61 - ring, ring] = spiral[ring : 61 - ring, 60 - ring] = 0
        spiral[ring, 30] = 1
    start = np.zeros_like(spiral)
    start[30, 30] = 1
    assert_same(reconstruction(start, spiral).astype(bool), ndimage.binary_propagation(start, np.ones((3, 3)), spiral))


def test_squares_of_the_tutorials() -> None:
    rng = np.random.default_rng(0)
    square = np.zeros((32, 32), bool)
    square[10:-10, 10:-10] = True
    for row, column in (32 * rng.random((20, 2))).astype(int):
        square[row, column] = True
    eroded = erosion(square)
    expected = ndimage.binary_propagation(eroded, mask=square)
    assert_same(reconstruction(eroded, square, footprint=footprint_neighbors(2)), expected)


def test_nan_is_a_barrier() -> None:
    mask = np.array([[5, 5, np.nan, 5, 5]])
    seed = np.array([[3, 0, 0, 1, np.nan]])
    np.testing.assert_array_equal(reconstruction(seed, mask), [[3, 3, np.nan, 1, np.nan]])
    np.testing.assert_array_equal(reconstruction(-seed, -mask, method="erosion"), [[-3, -3, np.nan, -1, np.nan]])


def test_infinity() -> None:
    mask = np.array([[np.inf, np.inf, 2, np.inf]], np.float32)
    seed = np.array([[7, -np.inf, -np.inf, -np.inf]], np.float32)
    assert reconstruction(seed, mask).tolist() == [[7, 7, 2, 2]]


def test_common_dtype_and_out() -> None:
    seed, mask = pair((9, 10), "uint8")
    assert reconstruction(seed, mask.astype(float)).dtype == np.float64
    out = np.empty_like(mask)
    assert reconstruction(seed, mask, out=out) is out
    assert_same(out, reconstruction(seed, mask))
    assert reconstruction(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"mask": np.zeros((4, 4))}, ValueError, "mask must have the shape of the seed"),
        ({"mask": np.full((4, 5), -1)}, ValueError, "seed must be less than or equal to mask"),
        ({"mask": np.ones((4, 5)), "method": "erosion"}, ValueError, "seed must be greater than or equal to mask"),
        ({"method": "opening"}, ValueError, "method must be one of"),
        ({"footprint": (3, 3, 3)}, ValueError, "footprint"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        reconstruction(np.zeros((4, 5)), **{"mask": np.zeros((4, 5)), **parameters})
