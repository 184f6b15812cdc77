"""Missing pixels, and the repair of a photograph that was turned."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import opsin

find = opsin.restoration.find_missing


def test_all_channels_must_be_near_the_value() -> None:
    image = np.array([[[0, 0, 0], [3, 0, 0], [0, 0, 90]]], np.uint8)
    assert_array_equal(find(image), [[True, False, False]])
    assert_array_equal(find(image, tolerance=3 / 255), [[True, True, False]])
    assert_array_equal(find(image, (0, 0, 90)), [[False, False, True]])


def test_not_a_number_is_missing() -> None:
    assert_array_equal(find(np.array([[1.0, np.nan, 0.0]])), [[False, True, True]])
    assert_array_equal(find(np.full((1, 2, 3), [[[1, np.nan, 1]]])), [[True, True]])


def test_small_regions_belong_to_the_picture_and_others_grow() -> None:
    image = np.ones((9, 9))
    image[0, 0] = image[4:6, 4:6] = 0
    expected = np.zeros((9, 9), bool)
    expected[3:7, 3:7] = True
    assert_array_equal(find(image, min_size=4, grow=1), expected)


def test_large_values_do_not_wrap() -> None:
    assert_array_equal(find(np.array([250, 255, 5], np.uint8), 255, tolerance=0.01), [False, True, False])


def test_values_that_do_not_fit_the_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="value must be one number or one for each of 3 channels"):
        find(np.zeros((2, 2, 3)), (1, 2))


def test_a_damaged_photograph_is_repaired() -> None:
    image = opsin.data.cells() if opsin.data.cells().ndim == 2 else opsin.data.cells()[..., 0]
    damaged = np.maximum(image, 1)
    damaged[50:60, 40:90] = 0
    mask = find(damaged, min_size=50)
    assert mask.sum() == 500
    repaired = opsin.restoration.inpaint_biharmonic(damaged, mask)
    error = np.abs(repaired[mask].astype(float) - np.maximum(image, 1)[mask])
    assert error.mean() < 0.5 * np.abs(damaged[mask].astype(float) - image[mask]).mean() + 1
