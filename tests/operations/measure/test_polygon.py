"""Curves and polygons, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from opsin.measure import (
    approximate_polygon,
    find_contours,
    points_in_poly,
    polygon_area,
    polygon_length,
    subdivide_polygon,
)


def curves(least: int = 2) -> st.SearchStrategy[NDArray[np.float64]]:
    """Points of small integers, many of them in line."""
    shapes = st.integers(least, 25).map(lambda count: (count, 2))
    return hnp.arrays(np.float64, shapes, elements=st.integers(-6, 6).map(float))


@given(curves(), st.sampled_from([0.0, 0.3, 1.0, 2.5]))
def test_approximate_polygon(curve: NDArray[np.float64], tolerance: float) -> None:
    found = approximate_polygon(curve, tolerance)
    assert_array_equal(found, skimage.measure.approximate_polygon(curve, tolerance))


def test_approximated_contours() -> None:
    image = np.hypot(*(np.indices((80, 90)) - 40.3))
    for contour in find_contours(image, 30):
        for tolerance in (0.2, 1, 5):
            found = approximate_polygon(contour, tolerance)
            assert_array_equal(found, skimage.measure.approximate_polygon(contour, tolerance))


@given(curves(9), st.integers(1, 7), st.booleans(), st.booleans())
def test_subdivide_polygon(curve: NDArray[np.float64], degree: int, closed: bool, ends: bool) -> None:
    curve = np.vstack([curve, curve[:1]]) if closed else curve
    wanted = skimage.measure.subdivide_polygon(curve, degree, ends)
    assert_allclose(subdivide_polygon(curve, degree, preserve_ends=ends), wanted, rtol=1e-12, atol=1e-12)


@given(curves(1), curves(1))
def test_points_in_poly(points: NDArray[np.float64], corners: NDArray[np.float64]) -> None:
    assert_array_equal(points_in_poly(points, corners), skimage.measure.points_in_poly(points, corners))
    between = points / 3 + 0.1
    assert_array_equal(points_in_poly(between, corners), skimage.measure.points_in_poly(between, corners))


def test_many_points() -> None:
    rng = np.random.default_rng(0)
    points, corners = rng.normal(0, 1, (20_000, 2)), rng.normal(0, 1, (300, 2))
    assert_array_equal(points_in_poly(points, corners), skimage.measure.points_in_poly(points, corners))


def test_area_and_length() -> None:
    square = np.array([[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]])
    assert polygon_area(square) == polygon_area(square[:-1]) == polygon_area(square[::-1]) == 4
    assert polygon_area(square + 1e9) == 4
    assert polygon_length(square) == 8
    assert polygon_length(square[:-1]) == 6
    assert polygon_area(np.empty((0, 2))) == polygon_length(np.empty((0, 2))) == 0


def test_curves_of_few_points() -> None:
    for count in (0, 1, 2, 3):
        curve = np.arange(2.0 * count).reshape(count, 2)
        assert_array_equal(approximate_polygon(curve, 0.5), curve[[0, -1]] if count > 2 else curve)
        assert subdivide_polygon(curve, 7).shape[1] == 2
        assert not points_in_poly([[9, 9]], curve).any()


def test_input_is_not_returned() -> None:
    curve = np.array([[0.0, 0], [1, 1]])
    assert not np.shares_memory(approximate_polygon(curve, 0), curve)
    assert approximate_polygon(np.array([[0, 0], [1, 1]], np.int32), 1).dtype == np.int32


HOSTILE = [None, "a", 3, [[1, 2, 3]], [[1, np.nan]], [["a", "b"]], [[1j, 2]], np.zeros((2, 2, 2)), [[1], [2, 3]]]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("function", [approximate_polygon, subdivide_polygon, polygon_area, polygon_length])
def test_what_is_no_curve_is_refused(function: Any, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="coords"):
        function(value, 1) if function is approximate_polygon else function(value)


def test_other_wrong_values() -> None:
    curve = [[0, 0], [1, 1]]
    with pytest.raises(ValueError, match="tolerance"):
        approximate_polygon(curve, -1)
    with pytest.raises(ValueError, match="degree"):
        subdivide_polygon(curve, 8)
    with pytest.raises(TypeError, match="preserve_ends"):
        subdivide_polygon(curve, preserve_ends=1)  # type: ignore[arg-type]  # what a caller might do
    with pytest.raises(ValueError, match="verts"):
        points_in_poly(curve, [[0, np.inf]])
