"""Boxes of regions, against scipy.ndimage."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.ndimage as ndi
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from opsin.measure import find_objects


@given(hnp.array_shapes(max_dims=4, max_side=7), st.integers(0, 6), st.data())
def test_scipy(shape: tuple[int, ...], max_label: int, data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["u1", "i1", "u2", "i4", "i8"]))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 9))).astype(dtype)
    assert find_objects(labels, max_label) == ndi.find_objects(labels, max_label)


def test_masks_and_negative_numbers() -> None:
    labels = np.array([[0, 2, 2], [-7, 0, 1]])
    assert find_objects(labels == 2) == [(slice(0, 1), slice(1, 3))]
    assert find_objects(labels)[0] == (slice(1, 2), slice(2, 3))
    assert find_objects(np.zeros((3, 3), bool)) == []
    assert find_objects(np.zeros((0, 3), int)) == []


def test_lists_of_immense_length_are_refused() -> None:
    with pytest.raises(ValueError, match="label_image must give labels"):
        find_objects(np.array([1, 2**62]))
    with pytest.raises(ValueError, match="max_label must give labels"):
        find_objects(np.array([1, 2]), 2**40)
    assert find_objects(np.array([1, 2**62]), 1) == [(slice(0, 1),)]


def test_wrong_values() -> None:
    with pytest.raises(TypeError, match="label_image"):
        find_objects(np.ones(3))
    with pytest.raises(ValueError, match="max_label"):
        find_objects(np.ones(3, int), -1)
