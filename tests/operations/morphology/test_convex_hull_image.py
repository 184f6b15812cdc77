"""Convex hulls against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from opsin.morphology import convex_hull_image, convex_hull_object

from equality import assert_same


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(hnp.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=14), st.integers(1, 9), st.integers(0, 999))
def test_equals_scikit_image(shape: tuple[int, ...], count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = np.zeros(shape, bool)
    image.flat[rng.integers(0, image.size, count)] = True
    expected = skimage.morphology.convex_hull_image(image)
    if expected.any():  # the peer finds no hull of voxels in one plane
        assert_same(convex_hull_image(image), expected)


@given(hnp.array_shapes(max_dims=4, max_side=7), st.integers(0, 99))
def test_holds_the_objects(shape: tuple[int, ...], seed: int) -> None:
    image = np.random.default_rng(seed).random(shape) < 0.1
    hull = convex_hull_image(image)
    assert not (image & ~hull).any()
    assert hull.any() == image.any()


def test_horse() -> None:
    image = skimage.data.horse() == 0
    assert_same(convex_hull_image(image), skimage.morphology.convex_hull_image(image))


def test_one_axis_empty_and_out() -> None:
    assert convex_hull_image(np.array([0, 1, 0, 0, 1, 0])).astype(int).tolist() == [0, 1, 1, 1, 1, 0]
    assert not convex_hull_image(np.zeros((4, 5), bool)).any()
    assert convex_hull_image(np.zeros((0, 5), bool)).shape == (0, 5)
    image = np.eye(5, dtype=bool)
    assert convex_hull_image(image, out=image) is image
    with pytest.raises(TypeError, match="image must be an array of bool or integers"):
        convex_hull_image(np.zeros((4, 5)))


@given(hnp.array_shapes(max_dims=3, min_side=2, max_side=9), st.integers(0, 99))
def test_hulls_of_objects(shape: tuple[int, ...], seed: int) -> None:
    image = np.random.default_rng(seed).random(shape) < 0.2
    for connectivity in range(1, len(shape) + 1):
        expected = np.zeros(shape, bool)
        labels, count = ndimage.label(image, ndimage.generate_binary_structure(len(shape), connectivity))
        for number in range(1, count + 1):
            expected |= convex_hull_image(labels == number)
        assert_same(convex_hull_object(image, connectivity=connectivity), expected)
