"""Labels without gaps, against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal

from opsin.segmentation import relabel_sequential


@given(hnp.array_shapes(max_dims=3, max_side=8), st.integers(1, 9), st.data())
def test_scikit_image(shape: tuple[int, ...], offset: int, data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["u1", "i2", "u4", "i8"]))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 40))).astype(dtype)
    relabeled, forward, inverse = relabel_sequential(labels, offset)
    assert relabeled.dtype == np.int32
    assert_array_equal(forward[labels], relabeled)
    assert_array_equal(inverse[relabeled], labels)
    if labels.any():  # one of the peer's maps is of float otherwise
        wanted = skimage.segmentation.relabel_sequential(labels, offset)
        assert_array_equal(relabeled, wanted[0])
        assert_array_equal(np.asarray(forward), np.asarray(wanted[1]))
        assert_array_equal(np.asarray(inverse), np.asarray(wanted[2]))


def test_huge_labels() -> None:
    labels = np.array([[0, 2**62, 7], [2**62, 7, 2**63 - 1]])
    relabeled, forward, inverse = relabel_sequential(labels)
    assert_array_equal(relabeled, [[0, 2, 1], [2, 1, 3]])
    assert forward[2**63 - 1] == 3
    assert inverse[3] == 2**63 - 1
    assert forward[8] == 0
    assert repr(forward) == "<map of 4 labels>"


def test_wrong_values() -> None:
    with pytest.raises(ValueError, match="offset must leave room"):
        relabel_sequential(np.array([1, 5]), 2**31 - 1)
    with pytest.raises(ValueError, match="label_field must have labels"):
        relabel_sequential(np.array([-1, 5]))
    with pytest.raises(TypeError, match="labels must be integers"):
        relabel_sequential(np.array([1, 5]))[1][0.5]
