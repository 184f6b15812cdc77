# cython: infer_types=True
"""Polygons: which points are inside, which points suffice, and the spans of the pixels inside.

A point is on the border of a polygon if the edges that cross the ray to its right and those that cross the ray to its
left are not of the same parity; edges that end on the ray are counted above it for one ray and below it for the other.

To fill a polygon, each edge notes for every row that it crosses up to which column it is on the right, and from which
column on it is on the left. The notes are bits, which cancel each other, so that the parities can be followed along the
row, and the time is that of the rows crossed and of the spans.

Entries: ``inside(points, corners)``, ``spans(corners, first, shape)`` and ``simplify(points, tolerance)``.

References
----------
.. [1] J. O'Rourke, "Computational Geometry in C", 2nd ed., Cambridge University Press, 1998, section 7.4.
.. [2] D. H. Douglas and T. K. Peucker, "Algorithms for the Reduction of the Number of Points Required to Represent a
   Digitized Line or its Caricature", Cartographica 10 (2), 1973, pp. 112-122.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import atan2, ceil, cos, fabs, floor, sin, sqrt
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

NEAR = cython.declare(cython.double, 1e-12)  # points no further from a corner are the corner
OUTSIDE = cython.declare(cython.uchar, 0)
INSIDE = cython.declare(cython.uchar, 1)
CORNER = cython.declare(cython.uchar, 2)
EDGE = cython.declare(cython.uchar, 3)
ROUNDING = cython.declare(cython.double, 2.0**-46)  # more than the relative error of any position here
LEAST_HEIGHT = cython.declare(cython.double, 1e-200)  # products of numbers that are not below it are precise
TO_THE_RIGHT = cython.declare(Index, 0)  # which of the words of 64 pixels notes that edges change sides
TO_THE_LEFT = cython.declare(Index, 1)
IS_CORNER = cython.declare(Index, 2)
KINDS = cython.declare(Index, 3)
MAX_WORDS = cython.declare(Index, 1 << 16)  # so many are in use at once, or those of one row


@cython.final
@cython.cclass
class Job:
    """Points, and the corners of a polygon."""

    points: cython.const[cython.double][:, ::1]
    corners: cython.const[cython.double][:, ::1]
    places: cython.uchar[::1]
    strips: Index


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


@cython.final
@cython.cclass
class Notes:
    """A polygon, its corners seen from the first pixel of a box, and the notes of some rows of the box."""

    corners: cython.const[cython.double][:, ::1]
    first_row: cython.double
    first_column: cython.double
    columns: Index
    row_words: Index
    words: cython.ulonglong[::1]  # of each row, of each 64 pixels, one of each kind
    count: Index  # how many notes there are


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def within(position: cython.double, low: Index, high: Index) -> Index:
    """Return a whole number as an integer from `low` to `high`."""
    return cython.cast(Index, min(max(position, low + 0.0), high + 0.0))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def corner_row(y: cython.double, low: Index, high: Index) -> Index:
    """Return the row from `low` to before `high` that a corner is on; -1 if there is none."""
    if not low - 0.5 < y < high - 0.5:
        return -1
    row = cython.cast(Index, y + 0.5)
    return row if fabs(y - row) < NEAR else -1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def change(words: cython.ulonglong[::1], first: Index, column: Index, kind: Index) -> cython.void:
    """Change the bit of a column in the words of a row."""
    words[first + KINDS * (column >> 6) + kind] ^= cython.cast(cython.ulonglong, 1) << (column & 63)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def note_edge(job: Notes, words: cython.ulonglong[::1], edge: Index, low: Index, high: Index) -> cython.void:
    """Note where an edge, from the corner before to a corner, crosses the rows from `low` to before `high`."""
    columns = job.columns
    before = edge - 1 if edge > 0 else job.corners.shape[0] - 1
    y0 = job.corners[edge, 0] - job.first_row
    y1 = job.corners[before, 0] - job.first_row
    x0 = job.corners[edge, 1] - job.first_column
    x1 = job.corners[before, 1] - job.first_column
    at_corner = corner_row(y0, low, high)
    if at_corner >= 0 and -0.5 < x0 < columns - 0.5:
        nearest = cython.cast(Index, x0 + 0.5)
        if fabs(x0 - nearest) < NEAR:
            word = (at_corner - low) * job.row_words + KINDS * (nearest >> 6) + IS_CORNER
            words[word] |= cython.cast(cython.ulonglong, 1) << (nearest & 63)
            job.count += 1
    top = within(ceil(min(y0, y1)), low, high)
    bottom = within(floor(max(y0, y1)) + 1, low, high)
    if top >= bottom or y0 == y1:
        return
    job.count += 2 * (bottom - top)
    slope = (x1 - x0) / (y1 - y0)
    # Two positions that are so far from a column are on the same side of it, however they were computed.
    margin = ROUNDING * (fabs(x0) + fabs(x1) + 1) if fabs(y1 - y0) > LEAST_HEIGHT else 1.0
    top_end = min(y0, y1)
    bottom_end = max(y0, y1)
    first: Index = (top - low - 1) * job.row_words
    for row in range(top, bottom):
        first += job.row_words
        above = y0 - row
        below = y1 - row
        position: cython.double = min(max(x0 - above * slope, -1.5), columns + 0.5)
        at: Index = cython.cast(Index, position + 2) - 2
        rest = position - at
        if top_end < row < bottom_end and margin < rest < 1 - margin and 0 <= at < columns - 1:
            # The most frequent case: the edge crosses the row between two of its columns.
            word = first + KINDS * ((at + 1) >> 6)
            bit = cython.cast(cython.ulonglong, 1) << ((at + 1) & 63)
            words[word + TO_THE_RIGHT] ^= bit
            words[word + TO_THE_LEFT] ^= bit
            continue
        if above == 0 or below == 0:
            # The edge ends in the row.
            end: cython.double = min(max(x0 if above == 0 else x1, -1.0), columns + 0.0)
            right: Index = cython.cast(Index, ceil(end))
            left: Index = cython.cast(Index, floor(end)) + 1
        elif margin < rest < 1 - margin:
            right = at + 1
            left = right
        else:
            at = min(max(at, -1), columns)
            # From the first column that the edge is not to the right of.
            right = at
            while right > -1 and not side(x0 - right, above, x1 - right, below) > 0:
                right -= 1
            while right < columns and side(x0 - right, above, x1 - right, below) > 0:
                right += 1
            # From the first column that the edge is to the left of.
            left = at
            while left > -1 and side(x0 - left, above, x1 - left, below) < 0:
                left -= 1
            while left < columns and not side(x0 - left, above, x1 - left, below) < 0:
                left += 1
        if right > 0 and (above > 0) != (below > 0):
            change(words, first, min(right, columns), TO_THE_RIGHT)
        if left < columns and (above < 0) != (below < 0):
            change(words, first, max(left, 0), TO_THE_LEFT)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def add(spans: cython.longlong[:, ::1], count: Index, row: Index, begin: Index, end: Index) -> Index:
    """Add a span, to the last one if that ends where it begins; return how many there are."""
    if begin >= end:
        return count
    if count > 0 and spans[count - 1, 0] == row and spans[count - 1, 2] == begin:
        spans[count - 1, 2] = end
        return count
    spans[count, 0] = row
    spans[count, 1] = begin
    spans[count, 2] = end
    return count + 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def cut_row(
    job: Notes,
    words: cython.const[cython.ulonglong][::1],
    first: Index,
    spans: cython.longlong[:, ::1],
    count: Index,
    row: Index,
) -> Index:
    """Add the spans of a row to `count` others; return how many there are."""
    last = first + job.row_words
    changes: cython.ulonglong = 0
    for word in range(first, last, 3):
        changes ^= words[word + TO_THE_RIGHT]
    right: cython.ulonglong = ones(changes) & 1  # at first, they are all to the right
    left: cython.ulonglong = 0
    begin: Index = 0
    start: Index = 0
    for word in range(first, last, 3):
        noted: cython.ulonglong = words[word] | words[word + 1] | words[word + 2]
        while noted:
            bit = trailing_zeros(noted)
            noted &= noted - 1
            if right | left:
                count = add(spans, count, row, begin, start + bit)
            begin = start + bit
            right ^= (words[word + TO_THE_RIGHT] >> bit) & 1
            left ^= (words[word + TO_THE_LEFT] >> bit) & 1
            if (words[word + IS_CORNER] >> bit) & 1 and not right | left:
                count = add(spans, count, row, begin, begin + 1)
        start += 64
    return add(spans, count, row, begin, job.columns) if right | left else count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cut_rows(
    job: Notes, words: cython.const[cython.ulonglong][::1], spans: cython.longlong[:, ::1], low: Index, high: Index
) -> Index:
    """Write the spans of the rows from `low` to before `high`; return how many there are."""
    count: Index = 0
    for row in range(low, high):
        count = cut_row(job, words, (row - low) * job.row_words, spans, count, row)
    return count


def spans(corners, first, shape):
    """Return the spans of a polygon in a box.

    Parameters
    ----------
    corners : (M, 2) ndarray of float64
        Rows and columns of the corners of the polygon; finite, and less than 2**52. M is not 0.
    first : tuple of int
        Row and column of the first pixel of the box.
    shape : tuple of int
        Rows and columns of the box.

    Returns
    -------
    (N, 3) ndarray of int64
        Row, first column and that after the last.
    """
    job: Notes = Notes()
    job.corners = corners
    job.first_row, job.first_column = first
    rows, job.columns = shape
    job.row_words = KINDS * (job.columns // 64 + 1)
    step = max(1, min(rows, MAX_WORDS // job.row_words))
    parts = []
    for low in range(0, rows, step):
        high = min(low + step, rows)
        job.words = np.zeros((high - low) * job.row_words, np.uint64)
        job.count = 0
        for edge in range(len(corners)):
            if edge % 64 == 0:
                poll()
            note_edge(job, job.words, edge, low, high)
        if job.count:
            part = np.empty((job.count, 3), np.int64)
            parts.append(part[: cut_rows(job, job.words, part, low, high)])
    return parts[0] if len(parts) == 1 else np.concatenate(parts or [np.empty((0, 3), np.int64)])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def furthest(points: cython.const[cython.double][:, ::1], start: Index, end: Index, tolerance: cython.double) -> Index:
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
    found: Index = -1
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
    visited: Index = 0
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
