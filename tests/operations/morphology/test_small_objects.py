"""Small objects, small holes and holes, against scikit-image and scipy.ndimage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

import opsin
from opsin.morphology import fill_holes, remove_small_holes, remove_small_objects

from equality import assert_same


@given(hnp.array_shapes(max_dims=4, max_side=12), st.data())
def test_masks_equal_the_peers(shape: tuple[int, ...], data: st.DataObject) -> None:
    mask = np.random.default_rng(data.draw(st.integers(0, 99))).random(shape) < data.draw(st.sampled_from([0.3, 0.7]))
    size, connectivity = data.draw(st.integers(0, 9)), data.draw(st.integers(1, len(shape)))
    settings: dict[str, Any] = {"max_size": size, "connectivity": connectivity}
    assert_same(remove_small_objects(mask, **settings), skimage.morphology.remove_small_objects(mask, **settings))
    assert_same(remove_small_holes(mask, **settings), skimage.morphology.remove_small_holes(mask, **settings))
    structure = ndimage.generate_binary_structure(len(shape), connectivity)
    assert_same(fill_holes(mask, connectivity=connectivity), ndimage.binary_fill_holes(mask, structure))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int32", "int64", "uint64"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_labels_equal_scikit_image(dtype: str) -> None:
    rng = np.random.default_rng(1)
    for shape in ((300, 200), (9, 8, 7), (50,)):
        labels = rng.choice(np.array([0, 1, 5, 120, 121]), shape, p=[0.4, 0.3, 0.2, 0.09, 0.01]).astype(dtype)
        for size in (0, 5, 500, 10**6):
            expected = skimage.morphology.remove_small_objects(labels, max_size=size)
            assert_same(remove_small_objects(labels, size), expected)


def test_labels_of_any_size() -> None:
    labels = np.array([[2**40, 2**40, 0, 7]])
    assert remove_small_objects(labels, 1).tolist() == [[2**40, 2**40, 0, 0]]
    with pytest.raises(ValueError, match="labels must have labels from 0"):
        remove_small_objects(np.array([[-1, 2]]))


def test_coins() -> None:
    coins = opsin.segmentation.clear_border(opsin.morphology.closing(skimage.data.coins() > 120, 5))
    labels = opsin.measure.label(coins)
    large = remove_small_objects(labels, max_size=100)
    assert len(np.unique(large)) == 25
    assert_same(large, skimage.morphology.remove_small_objects(labels, max_size=100))


@pytest.mark.parametrize("function", [remove_small_objects, remove_small_holes, fill_holes])
def test_out_may_be_the_image(function: Any) -> None:
    mask = np.random.default_rng(3).random((40, 50)) < 0.5
    expected = function(mask)
    assert function(mask, out=mask) is mask
    assert_same(mask, expected)


def test_empty_images() -> None:
    for function in (remove_small_objects, remove_small_holes, fill_holes):
        assert function(np.zeros((0, 5), bool)).shape == (0, 5)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"max_size": -1}, ValueError, "max_size must be at least 0"),
        ({"max_size": 1.5}, TypeError, "max_size must be an integer"),
        ({"connectivity": 3}, ValueError, "connectivity must be at least 1 and at most 2"),
        ({"connectivity": None}, TypeError, "connectivity"),
    ],
)
@pytest.mark.parametrize("function", [remove_small_objects, remove_small_holes])
def test_wrong_parameters_are_named(function: Any, parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        function(np.zeros((4, 5), bool), **parameters)


def test_any_size_is_taken() -> None:
    labels = np.array([[0, 1, 1, 0, 2]], np.int32)
    assert not opsin.morphology.remove_small_objects(labels, 10**30).any()
    assert np.array_equal(opsin.morphology.remove_small_objects(labels, 0), labels)
    assert opsin.morphology.remove_small_holes(labels != 0, 10**30).all()
