# cython: infer_types=True
"""Convex hulls and filled holes of regions, each in its bounding box.

A region's hull is that of the middles of the edges of its pixels. In half pixels these are integers, and every line of
half rows has one leftmost point: the left side of the hull is the upper envelope of these, found by a scan along the
rows; the right side is the same of the mirror image. Which pixels are in the hull is then decided in integers.

The largest diameter is that between two corners of the hull of the pixels in the hull.

Holes are what a flood from outside of the box does not reach, by edges and corners.

Entries: ``convex_areas(labels, boxes, numbers, spacing, diameters)``, ``convex_image(mask)`` and ``filled_areas(labels,
boxes, numbers)``.

References
----------
.. [1] A. M. Andrew, "Another Efficient Algorithm for Convex Hulls in Two Dimensions", Information Processing Letters
   9 (5), 1979, pp. 216-219.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

NONE = cython.declare(Index, 1 << 60)


@cython.final
@cython.cclass
class Hulls:
    """Regions, and the scratch of the strips."""

    labels: cython.const[cython.int][:, ::1]
    boxes: cython.const[cython.longlong][:, ::1]  # of each region: first row and column, and those after the last
    numbers: cython.const[cython.int][::1]
    areas: cython.longlong[::1]
    diameters: cython.double[::1]
    row_spacing: cython.double
    column_spacing: cython.double
    count: Index
    strips: Index
    # Of each strip
    lefts: Index[:, ::1]  # of each row the first column
    rights: Index[:, ::1]  # and minus the last
    places: Index[:, ::1]  # corners of one side of the hull: the half row
    values: Index[:, ::1]  # and the half column
    corners: cython.double[:, :, ::1]  # of the whole hull


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def hull(job: Hulls, strip: cython.int) -> cython.void:
    """Measure the regions of one strip; they take turns, as large ones may be neighbors."""
    region: Index = strip
    while region < job.count:
        rows = find_extents(job, job.lefts, job.rights, region, strip)
        job.areas[region] = fill_hull(job, job.lefts, job.rights, rows, strip)
        if job.diameters.shape[0]:
            job.diameters[region] = diameter(job, rows, strip)
        region += job.strips


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_extents(job: Hulls, lefts: Index[:, ::1], rights: Index[:, ::1], region: Index, strip: cython.int) -> Index:
    """Write the first and minus the last column of each row of a region; return how many rows there are."""
    labels = job.labels
    number = job.numbers[region]
    first = job.boxes[region, 0]
    left = job.boxes[region, 1]
    right = job.boxes[region, 3]
    rows = job.boxes[region, 2] - first
    for row in range(rows):
        begin: Index = left
        end: Index = right
        while begin < right and labels[first + row, begin] != number:
            begin += 1
        while end > begin and labels[first + row, end - 1] != number:
            end -= 1
        lefts[strip, row] = begin - left if begin < end else NONE
        rights[strip, row] = left - (end - 1) if begin < end else NONE
    return rows


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def envelope(
    job: Hulls, places: Index[:, ::1], values: Index[:, ::1], extents: Index[:, ::1], rows: Index, strip: cython.int
) -> Index:
    """Write the corners of the left side of the hull, from the first row; return how many there are."""
    count: Index = 0
    for half_row in range(-1, 2 * rows):
        row = half_row >> 1
        value: Index = NONE
        if half_row & 1:
            if row >= 0 and extents[strip, row] != NONE:
                value = 2 * extents[strip, row]
            if row + 1 < rows and extents[strip, row + 1] != NONE:
                value = min(value, 2 * extents[strip, row + 1])
        elif extents[strip, row] != NONE:
            value = 2 * extents[strip, row] - 1
        if value == NONE:
            continue
        while count > 1:
            run = places[strip, count - 1] - places[strip, count - 2]
            rise = values[strip, count - 1] - values[strip, count - 2]
            # The last corner is left of the line between its neighbors, or it is none.
            if rise * (half_row - places[strip, count - 2]) < (value - values[strip, count - 2]) * run:
                break
            count -= 1
        places[strip, count] = half_row
        values[strip, count] = value
        count += 1
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def widen(job: Hulls, extents: Index[:, ::1], rows: Index, strip: cython.int) -> cython.void:
    """Replace the first column of each row by that of the hull."""
    places = job.places
    values = job.values
    count = envelope(job, places, values, extents, rows, strip)
    side: Index = 0
    for row in range(rows):
        while side + 2 < count and places[strip, side + 1] <= 2 * row:
            side += 1
        run = places[strip, side + 1] - places[strip, side]
        rise = values[strip, side + 1] - values[strip, side]
        # The least integer that is not left of the side, rounded up.
        above = values[strip, side] * run + rise * (2 * row - places[strip, side])
        whole: Index = above // (2 * run)
        while whole * 2 * run < above:
            whole += 1
        while (whole - 1) * 2 * run >= above:
            whole -= 1
        extents[strip, row] = whole


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_hull(
    job: Hulls, lefts: Index[:, ::1], rights: Index[:, ::1], rows: Index, strip: cython.int
) -> cython.longlong:
    """Replace the extents of each row by those of the hull; return how many pixels the hull has."""
    widen(job, lefts, rows, strip)
    widen(job, rights, rows, strip)
    area: cython.longlong = 0
    for row in range(rows):
        width = 1 - rights[strip, row] - lefts[strip, row]
        if width > 0:
            area += width
        else:
            lefts[strip, row] = NONE
            rights[strip, row] = NONE
    return area


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def diameter(job: Hulls, rows: Index, strip: cython.int) -> cython.double:
    """Return the largest distance between two corners of the hull of the extents."""
    corners = job.corners
    left = envelope(job, job.places, job.values, job.lefts, rows, strip)
    for k in range(left):
        corners[strip, k, 0] = job.places[strip, k] * 0.5 * job.row_spacing
        corners[strip, k, 1] = job.values[strip, k] * 0.5 * job.column_spacing
    right = envelope(job, job.places, job.values, job.rights, rows, strip)
    for k in range(right):
        corners[strip, left + k, 0] = job.places[strip, k] * 0.5 * job.row_spacing
        corners[strip, left + k, 1] = -job.values[strip, k] * 0.5 * job.column_spacing
    largest: cython.double = 0
    for k in range(left + right):
        for i in range(k):
            down = corners[strip, k, 0] - corners[strip, i, 0]
            across = corners[strip, k, 1] - corners[strip, i, 1]
            largest = max(largest, down * down + across * across)
    return largest


def job_of(labels, boxes, numbers, spacing):
    """Return a job for regions, in strips by their number."""
    job: Hulls = Hulls()
    rows, columns = labels.shape
    heights = boxes[:, 2:] - boxes[:, :2]
    if len(boxes) and (boxes.min() < 0 or heights.min() < 1 or (boxes[:, 2:] > (rows, columns)).any()):
        raise ValueError("boxes must be within the image.")
    tallest = int(heights[:, 0].max(initial=1))
    job.labels, job.boxes, job.numbers = labels, boxes, numbers
    job.count = len(boxes)
    job.strips = max(1, min(16, job.count))
    job.row_spacing, job.column_spacing = spacing
    job.areas = np.empty(len(boxes), np.int64)
    job.lefts = np.empty((job.strips, tallest), np.intp)
    job.rights = np.empty((job.strips, tallest), np.intp)
    job.places = np.empty((job.strips, 2 * tallest + 1), np.intp)
    job.values = np.empty((job.strips, 2 * tallest + 1), np.intp)
    job.corners = np.empty((job.strips, 4 * tallest + 2, 2))
    return job


def convex_areas(labels, boxes, numbers, spacing, diameters):
    """Return the number of pixels in the convex hull of each region, and the square of its largest diameter.

    Parameters
    ----------
    labels : (R, C) ndarray of int32
        The regions.
    boxes : (N, 4) ndarray of int64
        The bounding box of each region: the first row and column, and those after the last.
    numbers : (N,) ndarray of int32
        The label of each region.
    spacing : tuple of float
        The distances of rows and of columns.
    diameters : bool
        Whether to find the diameters, too.

    Returns
    -------
    areas : (N,) ndarray of int64
    squares : (N,) ndarray of float64
        Empty without `diameters`.
    """
    job: Hulls = job_of(labels, boxes, numbers, spacing)
    job.diameters = np.empty(len(boxes) if diameters else 0)
    pixels = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum()
    parallel_for(cython.cast(strip_type, hull), job.strips, job, 1.0 * pixels + 100 * len(boxes))
    return np.asarray(job.areas), np.asarray(job.diameters)


def convex_image(mask):
    """Return the convex hull of an image of int32 that is 1 in a region and touches all sides of its box."""
    rows, columns = mask.shape
    boxes = np.array([[0, 0, rows, columns]])
    job: Hulls = job_of(mask, boxes, np.ones(1, np.int32), (1.0, 1.0))
    job.diameters = np.empty(0)
    parallel_for(cython.cast(strip_type, hull), 1, job, 0)
    left, last = np.asarray(job.lefts)[0, :rows, None], -np.asarray(job.rights)[0, :rows, None]
    column = np.arange(columns)
    return (left <= column) & (column <= last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def flood(outside: cython.uchar[::1], stack: Index[::1], rows: Index, columns: Index) -> Index:
    """Clear the 1 of all pixels that the first is connected to by edges and corners; return how many there are."""
    count: Index = 1
    size: Index = 1
    stack[0] = 0
    outside[0] = 0
    while size > 0:
        size -= 1
        pixel = stack[size]
        row = pixel // columns
        column = pixel % columns
        for r in range(max(row - 1, 0), min(row + 2, rows)):
            for c in range(max(column - 1, 0), min(column + 2, columns)):
                other = r * columns + c
                if outside[other]:
                    outside[other] = 0
                    stack[size] = other
                    size += 1
                    count += 1
    return count


def filled_areas(labels, boxes, numbers):
    """Return the number of pixels of each region and its holes.

    Parameters
    ----------
    labels : (R, C) ndarray of int32
        The regions.
    boxes : (N, 4) ndarray of int64
        The bounding box of each region: the first row and column, and those after the last.
    numbers : (N,) ndarray of int32
        The label of each region.

    Returns
    -------
    (N,) ndarray of int64
    """
    sizes = (boxes[:, 2] - boxes[:, 0] + 2) * (boxes[:, 3] - boxes[:, 1] + 2)
    largest = int(sizes.max(initial=0))
    scratch, stack = np.empty(largest, np.uint8), np.empty(largest, np.intp)
    areas = np.empty(len(boxes), np.int64)
    for k, (top, left, bottom, right) in enumerate(boxes.tolist()):
        poll()
        rows, columns = bottom - top + 2, right - left + 2
        outside = scratch[: rows * columns]
        framed = outside.reshape(rows, columns)
        framed[...] = 1
        np.not_equal(labels[top:bottom, left:right], numbers[k], out=framed[1:-1, 1:-1].view(np.bool_))
        areas[k] = (rows - 2) * (columns - 2) + 2 * (rows + columns) - 4 - flood(outside, stack, rows, columns)
    return areas
