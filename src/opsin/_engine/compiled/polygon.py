# cython: infer_types=True
"""Polygons: which points are inside, which points suffice, and the pixels inside.

A point is on the border of a polygon if the edges that cross the ray to its right and those that cross the ray to its
left are not of the same parity; edges that end on the ray are counted above it for one ray and below it for the other.

To fill a polygon, each edge notes for every row that it crosses up to which column it is on the right, and from which
column on it is on the left. The parities follow along the rows, so that the time is that of the rows crossed and of the
result.

Entries: ``inside(points, corners)``, ``fill(corners, first, result)`` and ``simplify(points, tolerance)``.

References
----------
.. [1] J. O'Rourke, "Computational Geometry in C", 2nd ed., Cambridge University Press, 1998, section 7.4.
.. [2] D. H. Douglas and T. K. Peucker, "Algorithms for the Reduction of the Number of Points Required to Represent a
   Digitized Line or its Caricature", Cartographica 10 (2), 1973, pp. 112-122.
"""

import cython
import numpy as np
from cython.cimports.libc.math import atan2, cos, fabs, sin, sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

NEAR = cython.declare(cython.double, 1e-12)  # points no further from a corner are the corner
OUTSIDE = cython.declare(cython.uchar, 0)
INSIDE = cython.declare(cython.uchar, 1)
CORNER = cython.declare(cython.uchar, 2)
EDGE = cython.declare(cython.uchar, 3)
TO_THE_RIGHT = cython.declare(cython.uchar, 1)  # bits of a pixel while a polygon is filled
TO_THE_LEFT = cython.declare(cython.uchar, 2)
IS_CORNER = cython.declare(cython.uchar, 4)


@cython.final
@cython.cclass
class Job:
    """Points, and the corners of a polygon."""

    points: cython.const[cython.double][:, ::1]
    corners: cython.const[cython.double][:, ::1]
    places: cython.uchar[::1]
    strips: cython.Py_ssize_t


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def side(x0: cython.double, y0: cython.double, x1: cython.double, y1: cython.double) -> cython.double:
    """Return how far the line between two points is to the right of the origin, at its height."""
    return (x0 * y1 - x1 * y0) / (y1 - y0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def place(job: Job, x: cython.double, y: cython.double) -> cython.uchar:
    """Return where a point is: outside, inside, on a corner or on an edge."""
    corners = job.corners
    count = corners.shape[0]
    right: cython.bint = False
    left: cython.bint = False
    x1: cython.double = corners[count - 1, 0] - x
    y1: cython.double = corners[count - 1, 1] - y
    for k in range(count):
        x0: cython.double = corners[k, 0] - x
        y0: cython.double = corners[k, 1] - y
        if fabs(x0) < NEAR and fabs(y0) < NEAR:
            return CORNER
        if (y0 > 0) != (y1 > 0) and side(x0, y0, x1, y1) > 0:
            right = not right
        if (y0 < 0) != (y1 < 0) and side(x0, y0, x1, y1) < 0:
            left = not left
        x1 = x0
        y1 = y0
    return EDGE if right != left else INSIDE if right else OUTSIDE


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def place_points(job: Job, strip: cython.int) -> cython.void:
    """Find where the points of one strip are."""
    count = job.points.shape[0]
    for k in range(strip_start(count, job.strips, strip), strip_start(count, job.strips, strip + 1)):
        job.places[k] = place(job, job.points[k, 0], job.points[k, 1])


def inside(points, corners):
    """Return where points are: 0 outside of a polygon, 1 inside, 2 on a corner, 3 on an edge.

    Parameters
    ----------
    points : (N, 2) ndarray of float64
        The points.
    corners : (M, 2) ndarray of float64
        The corners of the polygon; M is not 0. Rays run along the first axis.

    Returns
    -------
    (N,) ndarray of uint8
    """
    job: Job = Job()
    places = np.empty(len(points), np.uint8)
    job.points, job.corners, job.places = points, corners, places
    # So many strips that each ends soon after Ctrl-C.
    job.strips = max(1, min(len(points), 1 << 20, points.size * len(corners) >> 20))
    parallel_for(cython.cast(strip_type, place_points), job.strips, job, 2.0 * len(points) * len(corners))
    return places


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cross_rows(
    corners: cython.const[cython.double][:, ::1],
    edge: cython.Py_ssize_t,
    first_row: cython.Py_ssize_t,
    first_column: cython.Py_ssize_t,
    result: cython.uchar[:, ::1],
) -> cython.void:
    """Note where an edge, from the corner before to a corner, crosses the rows."""
    rows = result.shape[0]
    columns = result.shape[1]
    before = edge - 1 if edge > 0 else corners.shape[0] - 1
    y0 = corners[edge, 0] - first_row
    y1 = corners[before, 0] - first_row
    x0 = corners[edge, 1] - first_column
    x1 = corners[before, 1] - first_column
    low: cython.double = max(min(y0, y1) - NEAR, -1.0)
    high: cython.double = min(max(y0, y1) + NEAR, rows + 0.0)
    if not low <= high:
        return
    first: cython.Py_ssize_t = max(cython.cast(cython.Py_ssize_t, low), 0)
    last: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, high) + 1, rows)
    for row in range(first, last):
        above = y0 - row
        below = y1 - row
        if fabs(above) < NEAR and -0.5 < x0 < columns - 0.5:
            column = cython.cast(cython.Py_ssize_t, x0 + 0.5)
            if fabs(x0 - column) < NEAR:
                result[row, column] |= IS_CORNER
        if (above > 0) == (below > 0) and (above < 0) == (below < 0):
            continue
        position: cython.double = min(max(side(x0, above, x1, below), -1.0), columns + 0.0)
        at: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, position + 1) - 1
        if (above > 0) != (below > 0):
            # From the first column that the edge is not to the right of.
            column = at
            while column > -1 and not side(x0 - column, above, x1 - column, below) > 0:
                column -= 1
            while column < columns and side(x0 - column, above, x1 - column, below) > 0:
                column += 1
            toggle(result, row, column, TO_THE_RIGHT)
        if (above < 0) != (below < 0):
            # From the first column that the edge is to the left of.
            column = at
            while column > -1 and side(x0 - column, above, x1 - column, below) < 0:
                column -= 1
            while column < columns and not side(x0 - column, above, x1 - column, below) < 0:
                column += 1
            toggle(result, row, column, TO_THE_LEFT)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def toggle(
    result: cython.uchar[:, ::1], row: cython.Py_ssize_t, column: cython.Py_ssize_t, bit: cython.uchar
) -> cython.void:
    """Note where the number of edges on one side changes; on the right there are so many before it."""
    if bit == TO_THE_RIGHT and column > 0:
        result[row, 0] ^= bit
    if column < result.shape[1] and (bit == TO_THE_LEFT or column > 0):
        result[row, max(column, 0)] ^= bit


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def decide(result: cython.uchar[:, ::1], first: cython.Py_ssize_t, last: cython.Py_ssize_t) -> cython.void:
    """Turn the notes of some rows into places."""
    for row in range(first, last):
        sides: cython.uchar = 0
        for column in range(result.shape[1]):
            noted = result[row, column]
            sides ^= noted & 3
            if noted & IS_CORNER:
                result[row, column] = CORNER
            else:
                result[row, column] = OUTSIDE if sides == 0 else INSIDE if sides == 3 else EDGE


def fill(corners, first, result):
    """Write where pixels are: 0 outside of a polygon, 1 inside, 2 on a corner, 3 on an edge.

    Parameters
    ----------
    corners : (M, 2) ndarray of float64
        Rows and columns of the corners of the polygon; finite, and less than 2**52. M is not 0.
    first : tuple of int
        Row and column of the first pixel of the result.
    result : (R, C) ndarray of uint8
        Zeros; the places of the pixels.
    """
    row, column = first
    view: cython.uchar[:, ::1] = result
    edges: cython.const[cython.double][:, ::1] = corners
    for edge in range(len(corners)):
        if edge % 64 == 0:
            poll()
        cross_rows(edges, edge, row, column, view)
    step = max(1, (1 << 20) // max(result.shape[1], 1))
    for start in range(0, len(result), step):
        poll()
        decide(view, start, min(start + step, len(result)))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def furthest(
    points: cython.const[cython.double][:, ::1],
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
    tolerance: cython.double,
) -> cython.Py_ssize_t:
    """Return the point between two others that is furthest from their segment; -1 if none is beyond the tolerance."""
    r0 = points[start, 0]
    c0 = points[start, 1]
    r1 = points[end, 0]
    c1 = points[end, 1]
    dr = r1 - r0
    dc = c1 - c0
    angle = -atan2(dr, dc)
    sine = sin(angle)
    cosine = cos(angle)
    offset = c0 * sine + r0 * cosine
    largest: cython.double = tolerance
    found: cython.Py_ssize_t = -1
    for k in range(start + 1, end):
        r = points[k, 0]
        c = points[k, 1]
        if (r - r0) * dr + (c - c0) * dc > 0 and (r1 - r) * dr + (c1 - c) * dc > 0:
            distance = fabs(r * cosine + c * sine - offset)
        else:
            squared: cython.double = min(
                (r - r0) * (r - r0) + (c - c0) * (c - c0), (r - r1) * (r - r1) + (c - c1) * (c - c1)
            )
            distance = sqrt(squared)
        if distance > largest:
            largest = distance
            found = k
    return found


def simplify(points, tolerance):
    """Return which points of a curve suffice for a distance of at most `tolerance` from it.

    Parameters
    ----------
    points : (N, 2) ndarray of float64
        The curve.
    tolerance : float
        The largest distance.

    Returns
    -------
    (N,) ndarray of bool
    """
    view: cython.const[cython.double][:, ::1] = points
    kept = np.zeros(len(points), np.bool_)
    if len(points) == 0:
        return kept
    kept[0] = kept[len(points) - 1] = True
    stack = [(0, len(points) - 1)]
    visited: cython.Py_ssize_t = 0
    while stack:
        start, end = stack.pop()
        visited += end - start
        if visited > 1 << 20:
            poll()
            visited = 0
        at = furthest(view, start, end, tolerance)
        if at >= 0:
            kept[at] = True
            stack.append((at, end))
            stack.append((start, at))
    return kept
