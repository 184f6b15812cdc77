"""The join of two segmentations is scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal

from opsin.segmentation import join_segmentations


@given(hnp.array_shapes(max_dims=3, max_side=9), st.integers(0, 999), st.sampled_from(["uint8", "int32", "int64"]))
def test_equals_scikit_image(shape: tuple[int, ...], seed: int, dtype: str) -> None:
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(0, 5, shape) * rng.integers(1, 9) for _ in range(2))
    expected = skimage.segmentation.join_segmentations(first, second)
    joined, *found = join_segmentations(first.astype(dtype), second.astype(dtype), return_mapping=True)
    assert joined.dtype == np.int32
    assert_array_equal(joined, expected)
    for ours, source in zip(found, (first, second), strict=True):
        assert_array_equal(ours[joined], source)
    assert_array_equal(join_segmentations(first, second), expected)


def test_large_labels() -> None:
    first = np.array([2**31 - 1, 5, 0, 2**40])
    second = np.array([2**50, 2**50, 0, 3])
    assert join_segmentations(first, second).tolist() == [2, 1, 0, 3]


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="s2 must have the shape of s1"):
        join_segmentations(np.ones((3, 4), int), np.ones((4, 3), int))
    with pytest.raises(TypeError, match="s2 must be"):
        join_segmentations(np.ones((3, 4), int), np.ones((3, 4)))
    with pytest.raises(TypeError, match="return_mapping"):
        join_segmentations(np.ones((3, 4), int), np.ones((3, 4), int), return_mapping=1)


def test_errors_name_the_segmentation_that_is_wrong() -> None:
    right, wrong = np.array([[0, 1]]), np.array([[-1, 1]])
    with pytest.raises(ValueError, match=r"^s1 must have labels"):
        join_segmentations(wrong, right)
    with pytest.raises(ValueError, match=r"^s2 must have labels"):
        join_segmentations(right, wrong)
