"""Local extrema against scikit-image and by comparing neighbors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import opsin
from opsin.morphology import h_maxima, h_minima, local_maxima, local_minima

from equality import assert_same

DTYPES = ["uint8", "int8", "uint16", "int32", "int64", "float32", "float64"]


@given(hnp.array_shapes(max_dims=4, max_side=9), st.data())
def test_equals_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    levels = data.draw(st.sampled_from([2, 5, 100]))
    image = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, levels, shape) - levels // 2
    dtype = data.draw(st.sampled_from(DTYPES))
    image = (image - image.min() if "u" in dtype else image).astype(dtype)
    for connectivity in (None, *range(1, len(shape) + 1)):
        for function, peer in (
            (local_maxima, skimage.morphology.local_maxima),
            (local_minima, skimage.morphology.local_minima),
        ):
            got = function(image, connectivity=connectivity, channel_axis=None)
            assert_same(got, peer(image, connectivity=connectivity))
            if min(shape) > 2:
                got = function(image, connectivity=connectivity, allow_borders=False, channel_axis=None)
                assert_same(got, peer(image, connectivity=connectivity, allow_borders=False))


@given(hnp.array_shapes(max_dims=3, max_side=9), st.data())
def test_heights_equal_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    image = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 20, shape)
    image = image.astype(data.draw(st.sampled_from(["uint8", "int16", "int64", "float32", "float64"])))
    h = data.draw(st.sampled_from([1, 2, 5, 19, 30]))
    assert_same(h_maxima(image, h, channel_axis=None), skimage.morphology.h_maxima(image, h) > 0)
    assert_same(h_minima(image, h, channel_axis=None), skimage.morphology.h_minima(image, h) > 0)


def test_fractions_of_gray_levels() -> None:
    image = np.array([[3, 4, 3, 5, 3]], np.uint8)
    assert h_maxima(image, 1.5).tolist() == [[False, False, False, True, False]]
    assert h_maxima(image / 10, 0.1).tolist() == [[False, True, False, True, False]]


def test_signed_limits() -> None:
    image = np.array([[-128, 127, -128, 0, -128]], np.int8)
    assert h_maxima(image, 128).tolist() == [[False, True, False, True, False]]
    assert h_maxima(image, 200).tolist() == [[False, True, False, False, False]]
    assert h_minima(image, 200).tolist() == [[True, False, True, False, True]]


def test_images_of_one_value_and_empty() -> None:
    for function in (local_maxima, local_minima):
        assert not function(np.full((5, 6), 7)).any()
        assert function(np.zeros((0, 6))).shape == (0, 6)
    assert h_maxima(np.zeros((0, 6)), 1).shape == (0, 6)


def test_nan() -> None:
    image = np.array([[0.0, 3, np.nan, 4, 0, 5, 0]])
    assert local_maxima(image).tolist() == [[False, False, False, False, False, True, False]]
    assert h_maxima(image, 2)[0, 5]


def test_zeros_of_both_signs_are_one_value() -> None:
    assert local_maxima(np.array([-1, 0.0, -0.0, 1, -1, 0.0, -0.0])).tolist() == [0, 0, 0, 1, 0, 1, 1]


def test_out_and_threads() -> None:
    image = np.random.default_rng(1).integers(0, 50, (300, 400)).astype(np.uint8)
    expected = skimage.morphology.local_maxima(image)
    for count in (1, 3):
        with opsin.threads(count):
            out = np.ones(image.shape, bool)
            assert local_maxima(image, out=out) is out
            assert_same(out, expected)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [({"h": 0}, ValueError, "h must be more than 0"), ({"h": None}, TypeError, "h must be a number")],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        h_maxima(np.zeros((4, 5)), **parameters)
    with pytest.raises(ValueError, match="connectivity"):
        local_maxima(np.zeros((4, 5)), connectivity=3)
