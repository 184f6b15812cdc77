"""Skeletons against scikit-image, to the pixel."""

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
from opsin.morphology import skeletonize, thin

from equality import assert_same


def blobs(shape: tuple[int, ...], size: float, seed: int = 0) -> Any:
    return ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), size) > 0.5


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 140)),
    share=st.sampled_from([0.3, 0.6, 0.9, 1.0]),
    limit=st.sampled_from([None, 1, 2, 5]),
    seed=st.integers(0, 99),
)
def test_planes_equal_scikit_image(shape: tuple[int, int], share: float, limit: int | None, seed: int) -> None:
    image = np.random.default_rng(seed).random(shape) < share
    assert_same(skeletonize(image), skimage.morphology.skeletonize(image))
    assert_same(thin(image, limit), skimage.morphology.thin(image, limit))
    assert_same(skeletonize(image, method="lee"), skimage.morphology.skeletonize(image, method="lee") > 0)


@given(hnp.array_shapes(min_dims=3, max_dims=3, max_side=12), st.sampled_from([0.3, 0.6, 0.95]), st.integers(0, 99))
def test_volumes_equal_scikit_image(shape: tuple[int, int, int], share: float, seed: int) -> None:
    image = np.random.default_rng(seed).random(shape) < share
    assert_same(skeletonize(image), skimage.morphology.skeletonize(image) > 0)


@pytest.mark.parametrize("image", [skimage.data.horse() == 0, blobs((300, 401), 4), blobs((129, 64), 10)])
def test_large_objects(image: Any) -> None:
    expected = skimage.morphology.skeletonize(image)
    thinned = skimage.morphology.thin(image)
    for count in (1, 3):
        with opsin.threads(count):
            assert_same(skeletonize(image), expected)
            assert_same(thin(image), thinned)
    assert_same(skeletonize(image, method="lee"), skimage.morphology.skeletonize(image, method="lee") > 0)


def test_solid_volumes() -> None:
    image = blobs((40, 50, 60), 4)
    assert_same(skeletonize(image), skimage.morphology.skeletonize(image) > 0)


def test_objects_stay_connected() -> None:
    image = blobs((200, 300), 3)
    count = opsin.measure.label(image).max()
    for result in (skeletonize(image), thin(image), skeletonize(image, method="lee")):
        assert opsin.measure.label(result).max() == count
        assert not (result & ~image).any()


def test_empty_and_out() -> None:
    for function in (skeletonize, thin):
        assert function(np.zeros((0, 5), bool)).shape == (0, 5)
        assert function(np.zeros((5, 0), bool)).shape == (5, 0)
        image = blobs((50, 60), 3)
        expected = function(image)
        assert function(image, out=image) is image
        assert_same(image, expected)
    assert skeletonize(np.zeros((3, 0, 4), bool)).shape == (3, 0, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.ones((3, 3, 3), bool), {"method": "zhang"}), ValueError, "method must be 'lee' or None"),
        ((np.ones((3, 3), bool), {"method": "guo"}), ValueError, "method must be one of"),
        ((np.ones(3, bool), {}), ValueError, "image must have 2 or 3 axes"),
        ((np.ones((3, 3)), {}), TypeError, "image must be an array of bool or integers"),
    ],
)
def test_wrong_parameters_are_named(arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        skeletonize(arguments[0], **arguments[1])
    with pytest.raises(ValueError, match="max_num_iter must be at least 1"):
        thin(np.ones((3, 3), bool), 0)
