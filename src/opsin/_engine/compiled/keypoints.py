# cython: infer_types=True
"""Points of a plane: the peaks of a response, and what describes the plane around a point.

A peak is positive and at least as great as the eight pixels around it; of equal ones side by side the first one in
raster order counts. A point is described by its Harris response, the direction to the center of mass around it, and
comparisons of pairs of pixels, whose places may be rotated. The loops over the columns of a window have a constant
length, and weights of 0 where the window ends, so that they are vectors.

Entries: ``find_peaks(response, border)``, ``harris(level, points, weights, sensitivity)``,
``directions(level, points, inside)`` and ``compare(level, points, sines, cosines, tests)``.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import rint
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

Real = cython.fused_type(cython.float, cython.double)

ROWS = 1024
"""So many rows are searched at once."""

STRIPS = 16

SIDE = cython.declare(Index, 9)
"""The side of the window of the Harris response; the derivatives reach one pixel further."""

LANES = cython.declare(Index, 16)

DISK = cython.declare(Index, 32)
"""The columns of a table of the pixels whose center of mass is found, with the point at index 15."""

HARRIS = cython.declare(cython.int, 0)
DIRECTIONS = cython.declare(cython.int, 1)
COMPARE = cython.declare(cython.int, 2)


@cython.final
@cython.cclass
class Search:
    """A response and its peaks."""

    is_double: cython.bint  # which of the views of the response is set
    floats: cython.const[cython.float][:, ::1]
    doubles: cython.const[cython.double][:, ::1]
    border: Index
    kept: cython.uchar[:, ::1]  # of two rows: whether a pixel is a peak
    points: cython.longlong[:, ::1]
    found: Index


@cython.final
@cython.cclass
class Job:
    """A plane, points, and their descriptions."""

    task: cython.int
    is_double: cython.bint  # which of the views of the plane is set
    floats: cython.const[cython.float][:, ::1]
    doubles: cython.const[cython.double][:, ::1]
    points: cython.longlong[:, ::1]
    weights: cython.const[cython.double][::1]  # of the Harris response, with zeros to the full number of lanes
    sensitivity: cython.double
    inside: cython.const[cython.double][:, ::1]  # 1 for the pixels whose center of mass is found
    sines: cython.const[cython.double][::1]
    cosines: cython.const[cython.double][::1]
    tests: cython.const[cython.double][:, ::1]  # rows, and columns, of the first pixels and then of the second ones
    places: cython.int[:, :, ::1]  # of each strip, the rows and the columns of the pixels to compare
    numbers: cython.double[::1]  # the responses or the directions
    moments: cython.double[:, ::1]
    bits: cython.uchar[:, ::1]
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_positive(response: cython.const[Real][:, ::1], first: Index, last: Index) -> Index:
    """Return how many pixels of some rows are positive."""
    count: Index = 0
    for y in range(first, last):
        of_row: cython.int = 0
        for x in range(response.shape[1]):
            of_row += response[y, x] > 0
        count += of_row
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_peaks(
    search: Search,
    response: cython.const[Real][:, ::1],
    points: cython.longlong[:, ::1],
    kept: cython.uchar[:, ::1],
    first: Index,
    last: Index,
) -> cython.void:
    """Add the peaks of some rows to the list."""
    columns = response.shape[1]
    border = search.border
    for y in range(first, last):
        current = y & 1
        for x in range(columns):
            kept[current, x] = 0
        x: Index = 1
        while x < columns - 1:
            if x + LANES < columns:
                some: cython.int = 0
                for i in range(LANES):
                    some |= response[y, x + i] > 0
                if some == 0:
                    x += LANES
                    continue
            end = min(x + LANES, columns - 1)
            while x < end:
                value = response[y, x]
                if (
                    value > 0
                    and value >= response[y - 1, x - 1]
                    and value >= response[y - 1, x]
                    and value >= response[y - 1, x + 1]
                    and value >= response[y, x - 1]
                    and value >= response[y, x + 1]
                    and value >= response[y + 1, x - 1]
                    and value >= response[y + 1, x]
                    and value >= response[y + 1, x + 1]
                    and (
                        kept[1 - current, x - 1]
                        | kept[1 - current, x]
                        | kept[1 - current, x + 1]
                        | kept[current, x - 1]
                    )
                    == 0
                ):
                    kept[current, x] = 1
                    if border <= x <= columns - border and border <= y <= response.shape[0] - border:
                        points[search.found, 0] = y
                        points[search.found, 1] = x
                        search.found += 1
                x += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_rows(search: Search, first: Index, last: Index) -> Index:
    """Return how many pixels of some rows are positive, for the dtype of the response."""
    if search.is_double:
        return count_positive(search.doubles, first, last)
    return count_positive(search.floats, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_rows(search: Search, first: Index, last: Index) -> cython.void:
    """List the peaks of some rows, for the dtype of the response."""
    if search.is_double:
        list_peaks(search, search.doubles, search.points, search.kept, first, last)
    else:
        list_peaks(search, search.floats, search.points, search.kept, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def describe(job: Job, strip: cython.int) -> cython.void:
    """Describe the points of one strip, for the plane's dtype."""
    if job.is_double:
        describe_points(job, job.doubles, strip)
    else:
        describe_points(job, job.floats, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def describe_points(job: Job, level: cython.const[Real][:, ::1], strip: cython.int) -> cython.void:
    """Describe the points of one strip."""
    count = job.points.shape[0]
    for k in range(strip_start(count, job.strips, strip), strip_start(count, job.strips, strip + 1)):
        if job.task == HARRIS:
            respond(job, level, k)
        elif job.task == DIRECTIONS:
            weigh(job, level, k)
        else:
            rotate(job, job.places[strip], k)
            compare_pairs(job, level, job.places[strip], job.bits, k)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def respond(job: Job, level: cython.const[Real][:, ::1], k: Index) -> cython.void:
    """Find the Harris response of one point, with the derivatives of Sobel's operator."""
    smooth = cython.declare(cython.double[176])  # (SIDE + 2) * LANES
    change = cython.declare(cython.double[176])
    rr = cython.declare(cython.double[16])
    rc = cython.declare(cython.double[16])
    cc = cython.declare(cython.double[16])
    top = job.points[k, 0] - SIDE // 2 - 1
    left = job.points[k, 1] - SIDE // 2 - 1
    for row in range(SIDE + 2):
        for i in range(LANES):
            first: cython.double = level[top + row, left + i]
            middle: cython.double = level[top + row, left + i + 1]
            last: cython.double = level[top + row, left + i + 2]
            smooth[LANES * row + i] = first + 2 * middle + last
            change[LANES * row + i] = last - first
    for i in range(LANES):
        rr[i] = 0
        rc[i] = 0
        cc[i] = 0
    for row in range(SIDE):
        weight = job.weights[row]
        for i in range(LANES):
            index = LANES * row + i
            down = smooth[index + 2 * LANES] - smooth[index]
            across = change[index] + 2 * change[index + LANES] + change[index + 2 * LANES]
            rr[i] += weight * down * down
            rc[i] += weight * down * across
            cc[i] += weight * across * across
    a: cython.double = 0
    b: cython.double = 0
    c: cython.double = 0
    for i in range(SIDE):
        a += job.weights[i] * rr[i]
        b += job.weights[i] * rc[i]
        c += job.weights[i] * cc[i]
    job.numbers[k] = a * c - b * b - job.sensitivity * (a + c) * (a + c)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh(job: Job, level: cython.const[Real][:, ::1], k: Index) -> cython.void:
    """Find the moments of the disk around one point."""
    along = cython.declare(cython.double[32])
    total = cython.declare(cython.double[32])
    inside = job.inside
    reach = inside.shape[0] // 2
    top = job.points[k, 0] - reach
    left = job.points[k, 1] - reach
    for i in range(DISK):
        along[i] = 0
        total[i] = 0
    for row in range(inside.shape[0]):
        distance: cython.double = row - reach
        for i in range(DISK):
            value = inside[row, i] * level[top + row, left + i]
            total[i] += value
            along[i] += distance * value
    down: cython.double = 0
    across: cython.double = 0
    for i in range(DISK):
        down += along[i]
        across += (i - reach) * total[i]
    job.moments[k, 0] = down
    job.moments[k, 1] = across


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def rotate(job: Job, places: cython.int[:, ::1], k: Index) -> cython.void:
    """Find the pixels that the tests of one point compare."""
    sine = job.sines[k]
    cosine = job.cosines[k]
    tests = job.tests
    row: cython.int = cython.cast(cython.int, job.points[k, 0])
    column: cython.int = cython.cast(cython.int, job.points[k, 1])
    for i in range(tests.shape[1]):
        places[0, i] = row + cython.cast(cython.int, rint(sine * tests[1, i] + cosine * tests[0, i]))
        places[1, i] = column + cython.cast(cython.int, rint(cosine * tests[1, i] - sine * tests[0, i]))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare_pairs(
    job: Job,
    level: cython.const[Real][:, ::1],
    places: cython.const[cython.int][:, ::1],
    bits: cython.uchar[:, ::1],
    k: Index,
) -> cython.void:
    """Compare the pixels of one point."""
    count = bits.shape[1]
    for i in range(count):
        bits[k, i] = level[places[0, i], places[1, i]] < level[places[0, count + i], places[1, count + i]]


def find_peaks(response, border):
    """Return the peaks of a response in raster order.

    Parameters
    ----------
    response : (R, C) ndarray of float32 or float64
        C-contiguous.
    border : int
        How many pixels are before a peak at least, and from it to the border; 1 or more.

    Returns
    -------
    (N, 2) ndarray of int64
    """
    rows, columns = response.shape
    if border < 1:
        raise ValueError("border must be at least 1.")
    if min(rows, columns) < 3:
        return np.empty((0, 2), np.int64)
    search: Search = Search()
    search.is_double = response.itemsize == 8
    search.floats = None if search.is_double else response
    search.doubles = response if search.is_double else None
    search.border, search.found = border, 0
    search.kept = np.zeros((2, columns), np.uint8)
    count: Index = 0
    for first in range(1, rows - 1, ROWS):
        poll()
        count += count_rows(search, first, min(first + ROWS, rows - 1))
    points = np.empty((count, 2), np.int64)
    search.points = points
    for first in range(1, rows - 1, ROWS):
        poll()
        list_rows(search, first, min(first + ROWS, rows - 1))
    return points[: search.found].copy()


def job_of(task, level, points, before, after):
    """Return a job for points that are so many pixels away from the first and the last pixels of a plane."""
    job: Job = Job()
    if len(points) and not (points.min() >= before and (points.max(axis=0) + after < level.shape).all()):
        raise ValueError("points must be far enough from the border.")
    job.task, job.is_double = task, level.itemsize == 8
    job.floats = None if job.is_double else level
    job.doubles = level if job.is_double else None
    job.points = points
    job.strips = max(1, min(len(points), STRIPS))
    return job


def harris(level, points, weights, sensitivity):
    """Return the Harris responses of points.

    Parameters
    ----------
    level : (R, C) ndarray of float32 or float64
        C-contiguous.
    points : (N, 2) ndarray of int64
        Rows and columns, at least 13 pixels from the border.
    weights : (9,) ndarray of float64
        The weights along each axis of the window.
    sensitivity : float
        What the square of the trace is multiplied by.

    Returns
    -------
    (N,) ndarray of float64
    """
    job: Job = job_of(HARRIS, level, points, 5, 12)
    job.weights, job.sensitivity = weights, sensitivity
    if weights.shape != (SIDE,):
        raise ValueError("weights must be those of 9 pixels.")
    result = np.empty(len(points))
    job.numbers = result
    parallel_for(cython.cast(strip_type, describe), job.strips, job, 300.0 * len(points))
    return result


def directions(level, points, inside):
    """Return the moments of the disks around points, (N, 2): of the rows and of the columns.

    Parameters
    ----------
    level : (R, C) ndarray of float32 or float64
        C-contiguous.
    points : (N, 2) ndarray of int64
        Rows and columns, at least 16 pixels from the border.
    inside : (31, 32) ndarray of float64
        1 for the pixels of the disk, and 0 for others; the point is at (15, 15).

    Returns
    -------
    (N, 2) ndarray of float64
    """
    if inside.shape != (31, DISK):
        raise ValueError("inside must have the shape (31, 32).")
    job: Job = job_of(DIRECTIONS, level, points, 15, 16)
    job.inside = inside
    result = np.empty((len(points), 2))
    job.moments = result
    parallel_for(cython.cast(strip_type, describe), job.strips, job, 300.0 * len(points))
    return result


def compare(level, points, sines, cosines, tests):
    """Return whether the first pixel of each pair is less than the second one, at each point.

    Parameters
    ----------
    level : (R, C) ndarray of float32 or float64
        C-contiguous.
    points : (N, 2) ndarray of int64
        Rows and columns, so far from the border that all pixels of the pairs are in the plane.
    sines, cosines : (N,) ndarray of float64
        Of the angle by which the places are rotated at each point.
    tests : (2, 2 * B) ndarray of float64
        The rows of the first and then of the second pixels, counted from the point, and their columns.

    Returns
    -------
    (N, B) ndarray of uint8
    """
    if len(sines) != len(points) or len(cosines) != len(points) or tests.shape[1] % 2:
        raise ValueError("there must be an angle for each point, and pairs of pixels.")
    before, after = -int(tests.min(initial=0)), int(tests.max(initial=0))
    if sines.any():
        before = after = int(np.ceil(np.hypot(tests[0], tests[1]).max(initial=0)))
    job: Job = job_of(COMPARE, level, points, before, after)
    job.sines, job.cosines, job.tests = sines, cosines, tests
    job.places = np.empty((job.strips, *tests.shape), np.int32)
    result = np.empty((len(points), tests.shape[1] // 2), np.uint8)
    job.bits = result
    parallel_for(cython.cast(strip_type, describe), job.strips, job, 2.0 * result.size)
    return result
