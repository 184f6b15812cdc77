"""Openings and closings by area, against their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal
from scipy import ndimage

from opsin.morphology import area_closing, area_opening

KINDS = st.sampled_from(["bool", "uint8", "int16", "uint16", "int64", "float32", "float64"])


def slow(image: np.ndarray, least: int, connectivity: int) -> np.ndarray:
    """Threshold the image at each of its values, and keep the large components."""
    result = np.full(image.shape, image.min())
    neighbors = ndimage.generate_binary_structure(image.ndim, connectivity)
    for value in np.unique(image):
        labels, _ = ndimage.label(image >= value, neighbors)
        result[(np.bincount(labels.ravel()) >= least)[labels] & (labels > 0)] = value
    return result


@given(hnp.array_shapes(max_dims=3, max_side=7), KINDS, st.integers(0, 40), st.data())
def test_equals_the_definition(shape: tuple[int, ...], dtype: str, least: int, data: st.DataObject) -> None:
    image = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 6, shape).astype(dtype)
    connectivity = data.draw(st.integers(1, len(shape)))
    found = area_opening(image, least, connectivity=connectivity, channel_axis=None)
    assert found.dtype == image.dtype
    assert_array_equal(found, slow(image, least, connectivity))
    if dtype == "float64":
        closed = area_closing(image, least, connectivity=connectivity, channel_axis=None)
        assert_array_equal(closed, -slow(-image, least, connectivity))


def test_extreme_values_and_nan() -> None:
    image = np.array([[-np.inf, np.inf, np.inf, np.nan, 3, 1]])
    assert_array_equal(area_opening(image, 2), [[-np.inf, np.inf, np.inf, np.nan, 1, 1]])
    assert_array_equal(area_closing(np.array([[0, 2**64 - 1, 7]], np.uint64), 2), [[2**64 - 1, 2**64 - 1, 2**64 - 1]])
    assert area_opening(np.zeros((0, 3)), 5).shape == (0, 3)
    assert area_opening(np.float16([[1, 5, 2]]), 2).dtype == np.float16


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="area_threshold must be at least 0"):
        area_opening(np.zeros((3, 3)), -1)
    with pytest.raises(ValueError, match="connectivity must be at least 1 and at most 2"):
        area_closing(np.zeros((3, 3)), connectivity=3)
