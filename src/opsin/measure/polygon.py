"""Curves and polygons as arrays of points: fewer points, more points, what is inside, area and length."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array
from .._engine.compiled import polygon
from .._errors import flag, integer, number

# The weights of old points in the new ones of a subdivided B-spline of each degree, times 2**degree: of every first new
# point, and of every second.
_WEIGHTS = {
    1: ([1, 1], [1, 1]),
    2: ([1, 3], [3, 1]),
    3: ([0, 4, 4], [1, 6, 1]),
    4: ([1, 10, 5], [5, 10, 1]),
    5: ([0, 6, 20, 6], [1, 15, 15, 1]),
    6: ([1, 21, 35, 7], [7, 35, 21, 1]),
    7: ([0, 8, 56, 56, 8], [1, 28, 70, 28, 1]),
}


def as_points(name: str, points: ArrayLike, least: int = 0) -> NDArray[np.float64]:
    """Return `points` as float64, (n, 2), C-contiguous and finite."""
    array = as_array(name, points)
    if array.dtype.kind not in "biuf" or array.dtype.kind == "b":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must have the shape (n, 2); got {array.shape}.")
    if len(array) < least:
        raise ValueError(f"{name} must have at least {least} points; got {len(array)}.")
    result = np.ascontiguousarray(array, np.float64)
    if not np.isfinite(result).all():
        raise ValueError(f"{name} must be finite; got NaN or infinity.")
    return result


def approximate_polygon(coords: ArrayLike, tolerance: float) -> NDArray[Any]:
    """Leave out points of a curve that are nearer than a tolerance to the simpler curve.

    Parameters
    ----------
    coords : array_like
        Points of the curve, shape (n, 2). The last point of a closed curve is its first.
    tolerance : float
        The largest distance of a point from the result. With 0 all points stay.

    Returns
    -------
    ndarray
        The points that stay, in the dtype of the curve. A closed curve stays closed.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers, or the tolerance is not a number.
    ValueError
        If `coords` is not finite or of another shape, or the tolerance is negative.

    References
    ----------
    .. [1] D. H. Douglas and T. K. Peucker, "Algorithms for the Reduction of the Number of Points Required to Represent
       a Digitized Line or its Caricature", Cartographica 10 (2), 1973, pp. 112-122.

    Examples
    --------
    >>> import opsin
    >>> opsin.measure.approximate_polygon([[0, 0], [1, 0.1], [2, -0.1], [3, 0], [3, 5]], 0.5)
    array([[0., 0.],
           [3., 0.],
           [3., 5.]])
    """
    points = as_points("coords", coords)
    tolerance = number("tolerance", tolerance, low=0)
    array = as_array("coords", coords)
    return array[polygon.simplify(points, tolerance)] if tolerance else array.copy()


def subdivide_polygon(coords: ArrayLike, degree: int = 2, *, preserve_ends: bool = False) -> NDArray[np.float64]:
    """Make a curve smoother, with twice as many points, by a step towards its B-spline.

    Parameters
    ----------
    coords : array_like
        Points of the curve, shape (n, 2). The last point of a closed curve is its first.
    degree : int
        The degree of the B-spline, from 1 to 7.
    preserve_ends : bool
        Whether the ends of an open curve stay; otherwise the curve becomes shorter.

    Returns
    -------
    ndarray of float64
        The points of the smoother curve. A closed curve stays closed.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If `coords` is not finite or of another shape, or the degree is outside its range.

    References
    ----------
    .. [1] G. M. Chaikin, "An Algorithm for High-Speed Curve Generation", Computer Graphics and Image Processing 3 (4),
       1974, pp. 346-349.

    Examples
    --------
    >>> import opsin
    >>> opsin.measure.subdivide_polygon([[0, 0], [4, 0], [4, 4]], preserve_ends=True)
    array([[0., 0.],
           [1., 0.],
           [3., 0.],
           [4., 1.],
           [4., 3.],
           [4., 4.]])
    """
    points = as_points("coords", coords)
    degree = integer("degree", degree, low=1, high=7)
    preserve_ends = flag("preserve_ends", preserve_ends)
    if len(points) < 2:
        return points.copy()
    closed = bool(np.array_equal(points[0], points[-1]))
    ring = points[:-1] if closed else points
    weights = np.array(_WEIGHTS[degree], float) / 2**degree
    reach = weights.shape[1]
    # A point depends on so many neighbors, around the ring if it is closed.
    count = len(ring) if closed else len(ring) - reach + 1
    last = (reach - 1) // 2 if closed else reach - 1
    neighbors = np.arange(max(count, 0))[:, None] + last - np.arange(reach)
    result = np.einsum("ik,nkj->nij", weights, ring[neighbors % len(ring)]).reshape(-1, 2)
    if closed:
        return np.vstack([result, result[:1]])
    return np.vstack([points[:1], result, points[-1:]]) if preserve_ends else result


def points_in_poly(points: ArrayLike, verts: ArrayLike) -> NDArray[np.bool_]:
    """Return which points are inside a polygon.

    Points on its edges and corners are inside. Where a polygon crosses itself, what is enclosed an odd number of times
    is inside.

    Parameters
    ----------
    points : array_like
        The points, shape (n, 2).
    verts : array_like
        The corners of the polygon, shape (m, 2), in the order of the axes of the points. It need not be closed.

    Returns
    -------
    ndarray of bool
        One element for each point.

    Raises
    ------
    TypeError
        If a parameter is not an array of real numbers.
    ValueError
        If a parameter is not finite or of another shape.

    References
    ----------
    .. [1] J. O'Rourke, "Computational Geometry in C", 2nd ed., Cambridge University Press, 1998, section 7.4.

    Examples
    --------
    >>> import opsin
    >>> opsin.measure.points_in_poly([[1, 1], [3, 0], [0, 2]], [[0, 0], [0, 4], [4, 0]])
    array([ True,  True,  True])
    >>> opsin.measure.points_in_poly([[3, 3], [-1, 0]], [[0, 0], [0, 4], [4, 0]])
    array([False, False])
    """
    places, corners = as_points("points", points), as_points("verts", verts)
    if not len(corners):
        return np.zeros(len(places), bool)
    return np.asarray(polygon.inside(places, corners) != 0)


def polygon_area(coords: ArrayLike) -> float:
    """Return the area of a polygon, by the shoelace formula.

    Parameters
    ----------
    coords : array_like
        The corners of the polygon, shape (n, 2). It need not be closed.

    Returns
    -------
    float
        The area. Of a polygon that crosses itself, the parts that are wound the other way round are subtracted.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers.
    ValueError
        If `coords` is not finite or of another shape.

    Examples
    --------
    >>> import opsin
    >>> opsin.measure.polygon_area([[0, 0], [0, 4], [3, 4], [3, 0]])
    12.0
    """
    points = as_points("coords", coords)
    if not len(points):
        return 0.0
    # About the first point, so that large coordinates cost no digits.
    row, column = (points - points[0]).T
    return abs(float(np.dot(row, np.roll(column, -1)) - np.dot(column, np.roll(row, -1)))) / 2


def polygon_length(coords: ArrayLike) -> float:
    """Return the length of a curve from its first to its last point.

    Parameters
    ----------
    coords : array_like
        Points of the curve, shape (n, 2). The last point of a closed curve is its first.

    Returns
    -------
    float
        The length.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers.
    ValueError
        If `coords` is not finite or of another shape.

    Examples
    --------
    >>> import opsin
    >>> opsin.measure.polygon_length([[0, 0], [0, 4], [3, 4], [0, 0]])
    12.0
    """
    steps = np.diff(as_points("coords", coords), axis=0)
    return math.fsum(np.hypot(steps[:, 0], steps[:, 1]).tolist())
