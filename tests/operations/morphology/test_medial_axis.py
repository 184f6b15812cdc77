"""Medial axes against scikit-image, and what holds for them."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage

from opsin.morphology import medial_axis


@given(st.integers(0, 99), st.tuples(st.integers(1, 20), st.integers(1, 20)), st.sampled_from([0.3, 0.7, 0.95]))
def test_equals_scikit_image(seed: int, shape: tuple[int, int], share: float) -> None:
    rng = np.random.default_rng(seed)
    image = rng.random(shape) < share
    image[0, 0] = False  # without background the peer's distances mean nothing
    expected, distances = skimage.morphology.medial_axis(image, return_distance=True, rng=seed)
    found, ours = medial_axis(image, return_distance=True, rng=seed)
    assert_array_equal(found, expected)
    assert_allclose(ours, distances, rtol=1e-12)


def test_balls_along_the_axis_draw_the_objects_again() -> None:
    image = ndimage.gaussian_filter(np.random.default_rng(0).random((80, 80)), 3) > 0.5
    axis, distances = medial_axis(image, return_distance=True, rng=0)
    assert ndimage.label(axis, np.ones((3, 3)))[1] == ndimage.label(image, np.ones((3, 3)))[1]
    row, column = np.indices(image.shape)
    drawn = np.zeros(image.shape, bool)
    for r, c in np.argwhere(axis):
        drawn |= (row - r) ** 2 + (column - c) ** 2 < np.rint(distances[r, c] ** 2)
    assert not (drawn & ~image).any()
    assert (image & ~drawn).sum() < 0.05 * image.sum()


def test_without_background_and_without_pixels() -> None:
    axis, distances = medial_axis(np.ones((5, 6), bool), return_distance=True, rng=0)
    assert np.isinf(distances).all()
    assert axis.any()
    assert medial_axis(np.zeros((0, 4), bool)).shape == (0, 4)
    assert medial_axis(np.zeros((4, 0), bool)).shape == (4, 0)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="image must have 2 axes"):
        medial_axis(np.ones(4, bool))
    with pytest.raises(ValueError, match="mask must be an array of bool"):
        medial_axis(np.ones((3, 3), bool), np.full((3, 3), 2.0))
