"""Responses of corners, against scikit-image and on shapes whose corners are known."""

import numpy as np
import pytest
import skimage.data
import skimage.feature
from hypothesis import given
from hypothesis import strategies as st

from opsin.feature import corner_harris, corner_peaks, corner_shi_tomasi

import samples
from equality import assert_same


@given(
    shape=st.tuples(st.integers(2, 40), st.integers(2, 40)),
    dtype=st.sampled_from(["uint8", "uint16", "float32", "float64"]),
    sigma=st.sampled_from([0.5, 1.0, 2.5]),
    method=st.sampled_from(["k", "eps"]),
)
def test_any_shape_is_scikit_images(shape, dtype, sigma, method):
    image = samples.image("feature.corner_harris", shape, dtype)
    values = image.astype(np.float64)
    found = corner_harris(image, method=method, sigma=sigma)
    expected = skimage.feature.corner_harris(values, method, sigma=sigma)
    assert found.dtype == ("float64" if dtype == "float64" else "float32")
    tolerance = np.abs(expected).max() * (1e-12 if dtype == "float64" else 1e-5) + 1e-30
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)
    expected = skimage.feature.corner_shi_tomasi(values, sigma)
    tolerance = np.abs(expected).max() * (1e-12 if dtype == "float64" else 1e-4) + 1e-30
    np.testing.assert_allclose(corner_shi_tomasi(image, sigma), expected, rtol=0, atol=tolerance)


def test_sigma_per_axis():
    image = samples.image("feature.corner_harris", (30, 41), "float64")
    expected = corner_harris(np.ascontiguousarray(image.T), sigma=(2, 0.5)).T
    assert_same(corner_harris(image, sigma=(0.5, 2)), np.ascontiguousarray(expected), relative=1e-12)


@pytest.mark.parametrize("response", [corner_harris, corner_shi_tomasi])
def test_corners_of_a_square(response):
    square = np.zeros((40, 40), np.uint8)
    square[10:30, 12:28] = 255
    found = corner_peaks(response(square), min_distance=3, threshold_rel=0.5)
    assert sorted(map(tuple, found.tolist())) == [(10, 12), (10, 27), (29, 12), (29, 27)]


def test_edges_are_negative_and_flat_regions_zero():
    image = np.zeros((40, 40))
    image[:, 20:] = 1
    response = corner_harris(image)
    assert response[20, 20] < 0
    assert np.all(response[5:-5, 5:12] == 0)
    assert np.all(corner_harris(np.full((30, 30), 7, np.uint16), method="eps")[8:-8, 8:-8] == 0)


def test_photograph_in_bytes_has_the_corners_of_floats():
    image = skimage.data.camera()
    for ours, peer in (
        (corner_harris, skimage.feature.corner_harris),
        (corner_shi_tomasi, skimage.feature.corner_shi_tomasi),
    ):
        found = corner_peaks(ours(image), min_distance=10, threshold_rel=0.1)
        expected = skimage.feature.corner_peaks(peer(image), min_distance=10, threshold_rel=0.1)
        np.testing.assert_array_equal(found, expected)


def test_three_axes_are_refused():
    with pytest.raises(ValueError, match="image must have 2 spatial axes; got shape"):
        corner_harris(np.zeros((5, 6, 7)))
    with pytest.raises(ValueError, match="image must have 2 spatial axes; got shape"):
        corner_harris(np.zeros((5, 6, 3)), channel_axis=None)
