# cython: infer_types=True
"""Spans of pixels: a row, the first column and that after the last. Those of ellipses; what is made of spans.

A span of an ellipse ends where its equation, solved for the row, says so. Where a pixel is too near to the outline for
that, the equation is evaluated at the pixel, so that the same pixels are inside as if it were evaluated at all of them.

Entries: ``ellipse(center, radii, rotation, shape)``, ``coordinates(spans, first)`` and ``fill(spans, first, target,
row_bytes, pixel_bytes, pattern)``.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import fabs, floor, hypot, sqrt
from cython.cimports.opsin._engine.compiled._memory import address, copy
from cython.cimports.opsin._engine.runtime import poll

ROUNDING = cython.declare(cython.double, 2.0**-46)  # more than the relative error of any position here


@cython.final
@cython.cclass
class Ellipse:
    """An ellipse, its center seen from the first pixel of a box."""

    row: cython.double
    column: cython.double
    row_radius: cython.double
    column_radius: cython.double
    sine: cython.double
    cosine: cython.double
    columns: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_inside(job: Ellipse, row: Index, column: Index) -> cython.bint:
    down = row - job.row
    across = column - job.column
    u = (down * job.cosine + across * job.sine) / job.row_radius
    v = (down * job.sine - across * job.cosine) / job.column_radius
    return u * u + v * v < 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def whole(position: cython.double, columns: Index) -> Index:
    """Return the last column that is not right of a position, or one beyond the row."""
    return cython.cast(Index, floor(min(max(position, -2.0), columns + 1.0)))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cut_ellipse(job: Ellipse, spans: cython.longlong[:, ::1], first: Index, last: Index) -> Index:
    """Write the spans from one row to before another; return how many there are."""
    columns = job.columns
    sine = job.sine / job.row_radius
    cosine = job.cosine / job.column_radius
    square = sine * sine + cosine * cosine
    height = hypot(job.row_radius * job.cosine, job.column_radius * job.sine)
    width = hypot(job.row_radius * job.sine, job.column_radius * job.cosine)
    # Reciprocals: the errors are below what is allowed for.
    tilt = (sine * job.cosine / job.row_radius - cosine * job.sine / job.column_radius) / square
    per_height = 1 / height
    per_square = 1 / square
    least: cython.double = min(job.row_radius, job.column_radius)
    error = ROUNDING * (1 + (height + width) / least)
    margin = ROUNDING * (fabs(job.column) + height + width)
    count: Index = 0
    for row in range(first, last):
        down = row - job.row
        share = (1 - down * per_height) * (1 + down * per_height)
        middle = job.column - down * tilt
        outer = sqrt(max(share + error, 0.0) * per_square) + margin
        inner = sqrt(max(share - error, 0.0) * per_square) - margin
        if not -1e18 < middle - outer <= middle + outer < 1e18:
            begin: Index = 0
            end: Index = columns - 1
            sure: cython.bint = False
            also_sure: cython.bint = False
        else:
            begin = whole(middle - outer, columns)
            sure = begin == whole(middle - inner, columns) and inner > 0
            begin = max(begin + 1 if sure else begin, 0)
            end = whole(middle + outer, columns)
            also_sure = end == whole(middle + inner, columns) and inner > 0
            end = min(end, columns - 1)
        if not sure:
            while begin <= end and not is_inside(job, row, begin):
                begin += 1
        if not also_sure:
            while end >= begin and not is_inside(job, row, end):
                end -= 1
        if begin <= end:
            spans[count, 0] = row
            spans[count, 1] = begin
            spans[count, 2] = end + 1
            count += 1
    return count


def ellipse(center, radii, rotation, shape):
    """Return the spans of an ellipse in a box.

    Parameters
    ----------
    center : tuple of float
        Row and column of the center, seen from the first pixel of the box.
    radii : tuple of float
        Half the lengths of the axes; not 0.
    rotation : tuple of float
        Sine and cosine of the angle by which the first axis is rotated.
    shape : tuple of int
        Rows and columns of the box.

    Returns
    -------
    (N, 3) ndarray of int64
        Row, first column and that after the last.
    """
    job: Ellipse = Ellipse()
    job.row, job.column = center
    job.row_radius, job.column_radius = radii
    job.sine, job.cosine = rotation
    rows, job.columns = shape
    spans = np.empty((rows, 3), np.int64)
    count: Index = 0
    step = max(1, (1 << 20) // max(job.columns, 1))
    for first in range(0, rows, step):
        poll()
        count += cut_ellipse(job, spans[count:], first, min(first + step, rows))
    return spans[:count]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def write_coordinates(
    spans: cython.const[cython.longlong][:, ::1],
    first: Index,
    last: Index,
    place: Index,
    rows: cython.longlong[::1],
    columns: cython.longlong[::1],
    top: cython.longlong,
    left: cython.longlong,
) -> Index:
    """Write the pixels of some spans from a place on; return the place after them."""
    for k in range(first, last):
        row: cython.longlong = spans[k, 0] + top
        column: cython.longlong = spans[k, 1] + left
        length = spans[k, 2] - spans[k, 1]
        for i in range(length):
            rows[place + i] = row
            columns[place + i] = column + i
        place += length
    return place


def coordinates(spans, first):
    """Return rows and columns of the pixels of spans.

    Parameters
    ----------
    spans : (N, 3) ndarray of int64
        Row, first column and that after the last, not before it.
    first : tuple of int
        What is added to rows and to columns.

    Returns
    -------
    rows, columns : ndarray of int64
    """
    top, left = first
    total = int(spans[:, 2].sum() - spans[:, 1].sum())
    rows, columns = np.empty(total, np.int64), np.empty(total, np.int64)
    place: Index = 0
    step = max(1, len(spans) * (1 << 22) // max(total, 1))
    for start in range(0, len(spans), step):
        poll()
        place = write_coordinates(spans, start, min(start + step, len(spans)), place, rows, columns, top, left)
    return rows, columns


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_spans(
    spans: cython.const[cython.longlong][:, ::1],
    first: Index,
    last: Index,
    target: cython.pointer(cython.void),
    origin: Index,
    row_bytes: Index,
    pixel_bytes: Index,
    pattern: cython.pointer(cython.void),
) -> cython.void:
    """Fill some spans."""
    for k in range(first, last):
        length = spans[k, 2] - spans[k, 1]
        start = origin + spans[k, 0] * row_bytes + spans[k, 1] * pixel_bytes
        copy(target, start, pattern, 0, length * pixel_bytes)


def fill(spans, first, target, row_bytes, pixel_bytes, pattern):
    """Copy the first bytes of a pattern into each span of an image.

    Parameters
    ----------
    spans : (N, 3) ndarray of int64
        Row, first column and that after the last.
    first : tuple of int
        What is added to rows and to columns, so that they are within the image.
    target : ndarray
        The image, whose pixels are contiguous along its rows.
    row_bytes, pixel_bytes : int
        How many bytes further the next row and the next pixel are.
    pattern : ndarray
        The bytes of a row of pixels, no shorter than any span; C-contiguous.
    """
    origin = first[0] * row_bytes + first[1] * pixel_bytes
    for start in range(0, len(spans), 4096):
        poll()
        end = min(start + 4096, len(spans))
        fill_spans(spans, start, end, address(target), origin, row_bytes, pixel_bytes, address(pattern))
