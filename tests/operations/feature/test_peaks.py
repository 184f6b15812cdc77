"""Peaks with a least distance, against scikit-image and against their definition."""

import itertools

import numpy as np
import pytest
import skimage.feature
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from opsin.feature import bounding_box, corner_peaks, peak_local_max

shapes = hnp.array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=14)


@given(shapes, st.data())
def test_scikit_image(shape, data):
    image = data.draw(hnp.arrays(data.draw(st.sampled_from(["u1", "i4", "f8"])), shape, elements=st.integers(0, 9)))
    parameters = {
        "min_distance": data.draw(st.integers(1, 6)),
        "exclude_border": data.draw(st.sampled_from([True, False, 1])),
        "p_norm": data.draw(st.sampled_from([np.inf, 1, 2])),
        "num_peaks": data.draw(st.sampled_from([np.inf, 1, 4])),
        "threshold_rel": data.draw(st.sampled_from([None, 0.5])),
    }
    expected = skimage.feature.peak_local_max(image, **parameters)
    np.testing.assert_array_equal(peak_local_max(image, **parameters), expected)
    expected = skimage.feature.corner_peaks(image, **parameters)
    np.testing.assert_array_equal(corner_peaks(image, **parameters), expected)


@given(shapes, st.data())
def test_regions_as_in_scikit_image(shape, data):
    image = data.draw(hnp.arrays(np.float64, shape, elements=st.integers(0, 9)))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 3)))
    parameters = {
        "min_distance": data.draw(st.integers(1, 3)),
        "exclude_border": False,
        "num_peaks_per_label": data.draw(st.sampled_from([np.inf, 1])),
        "num_peaks": data.draw(st.sampled_from([np.inf, 4])),
    }
    found = peak_local_max(image, labels=labels, **parameters)
    expected = skimage.feature.peak_local_max(image, labels=labels, **parameters)
    assert found.shape[1] == image.ndim  # of no peaks at all, the peer gives 2 axes
    np.testing.assert_array_equal(found, expected.reshape(-1, image.ndim))


def test_large_distances_on_plateaus():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 2, (40, 60)).astype(np.uint8)
    for norm, distance in itertools.product((1, 2, 3.5, np.inf), (2, 7, 20)):
        points = peak_local_max(image, distance, p_norm=norm, exclude_border=False, footprint=3)
        steps = np.abs(points[:, None] - points).astype(float)
        lengths = steps.max(axis=-1) if norm == np.inf else (steps**norm).sum(axis=-1) ** (1 / norm)
        np.fill_diagonal(lengths, np.inf)
        assert lengths.min() >= distance - 1e-9
        # No other peak fits in.
        for point in np.argwhere(image)[::97]:
            steps = np.abs(points - point).astype(float)
            lengths = steps.max(axis=-1) if norm == np.inf else (steps**norm).sum(axis=-1) ** (1 / norm)
            assert lengths.min() < distance


def test_distances_beyond_the_image():
    image = np.zeros((5, 6, 7))
    image[1, 2, 3], image[4, 5, 6] = 1, 2
    assert peak_local_max(image, 32767, exclude_border=False).tolist() == [[4, 5, 6]]
    assert len(peak_local_max(image, 32767)) == 0


def test_descending_order_of_the_least_integer():
    image = np.zeros((3, 9), np.int8)
    image[1, 1], image[1, 4], image[1, 7] = -128, 127, 5
    assert peak_local_max(image, exclude_border=False, threshold_abs=1).tolist() == [[1, 4], [1, 7]]


def test_not_a_number_is_no_peak():
    image = np.zeros((9, 9))
    image[2, 2], image[6, 6] = np.nan, 1
    assert peak_local_max(image).tolist() == [[6, 6]]
    assert len(peak_local_max(np.full((4, 4), np.nan))) == 0


@pytest.mark.parametrize("shape", [(0,), (0, 5), (3, 0)])
def test_empty_images_have_no_peaks(shape):
    assert peak_local_max(np.zeros(shape)).shape == (0, len(shape))
    assert corner_peaks(np.zeros(shape)).shape == (0, len(shape))


def test_wrong_parameters():
    image = np.zeros((4, 5))
    with pytest.raises(ValueError, match="labels must have the shape of the image"):
        peak_local_max(image, labels=np.zeros((4, 4), int))
    with pytest.raises(ValueError, match="exclude_border must be True, False, one width or 2"):
        peak_local_max(image, exclude_border=(1, 2, 3))
    with pytest.raises(ValueError, match="p_norm must be at least 1 and at most 64"):
        peak_local_max(image, p_norm=1e9)
    with pytest.raises(TypeError, match="num_peaks must be an integer"):
        peak_local_max(image, num_peaks=1.5)


points = hnp.arrays(np.int64, st.tuples(st.integers(1, 9), st.integers(1, 3)), elements=st.integers(0, 50))


@given(points, st.floats(0, 3))
def test_a_box_holds_its_points(points, grow):
    box = bounding_box(points, grow=grow, shape=(51,) * points.shape[1])
    for k, piece in enumerate(box):
        assert 0 <= piece.start <= points[:, k].min()
        assert points[:, k].max() < piece.stop <= 51
    exact = bounding_box(points)
    assert [piece.start for piece in exact] == points.min(axis=0).tolist()
    assert [piece.stop for piece in exact] == (points.max(axis=0) + 1).tolist()


def test_a_box_of_fractions_is_of_whole_pixels():
    assert bounding_box([[0.5, 2.5], [3.2, 2.5]]) == (slice(0, 5), slice(2, 4))
    assert bounding_box([[10, 10], [20, 12]], grow=1e300, shape=(30, 40)) == (slice(0, 30), slice(0, 40))
    assert bounding_box([[3, 3], [5, 9]], grow=5.0) == (slice(0, 16), slice(0, 40))


def test_wrong_boxes():
    with pytest.raises(ValueError, match="points must have the shape"):
        bounding_box(np.zeros((0, 2)))
    with pytest.raises(ValueError, match="finite"):
        bounding_box([[np.nan, 1]])
    with pytest.raises(ValueError, match="overlaps the image"):
        bounding_box([[50, 1]], shape=(10, 10))
    with pytest.raises(TypeError, match="points must be an array of real numbers"):
        bounding_box(np.zeros((2, 2), complex))
    with pytest.raises(TypeError, match="shape must be a sequence"):
        bounding_box([[1, 2]], shape=5)
