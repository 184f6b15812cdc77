# cython: infer_types=True
"""Pixels of arcs of ellipses, parabolas and hyperbolas, by Zingl's algorithm.

The error of the next pixel, by the equation of the curve, is updated by additions; its second differences are constant.

Entry: ``arc(start, end, errors, changes, mixed)``.

References
----------
.. [1] A. Zingl, "A Rasterizing Algorithm for Drawing Curves", 2012.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import poll

PIXELS_PER_TURN = cython.declare(Index, 1 << 20)


@cython.final
@cython.cclass
class Arc:
    """Where an arc is, where it ends, and the error of the next pixel and its differences."""

    row: cython.double
    column: cython.double
    last_row: cython.double
    last_column: cython.double
    row_step: cython.double
    column_step: cython.double
    error: cython.double
    row_error: cython.double
    column_error: cython.double
    row_change: cython.double
    column_change: cython.double
    mixed: cython.double


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def follow(job: Arc, rows: cython.longlong[::1], columns: cython.longlong[::1], count: Index) -> Index:
    """Write pixels from a place on, while there is room and the error is monotonic; return the place after them."""
    while count < rows.shape[0] and job.row_error <= job.mixed and job.column_error >= job.mixed:
        rows[count] = cython.cast(cython.longlong, job.row)
        columns[count] = cython.cast(cython.longlong, job.column)
        count += 1
        if job.row == job.last_row and job.column == job.last_column:
            break
        go_across: cython.bint = 2 * job.error > job.row_error
        go_down: cython.bint = 2 * (job.error + job.row_change) < -job.row_error
        if 2 * job.error < job.column_error or go_down:
            job.row += job.row_step
            job.row_error += job.mixed
            job.column_error += job.column_change
            job.error += job.column_error
        if 2 * job.error > job.column_error or go_across:
            job.column += job.column_step
            job.column_error += job.mixed
            job.row_error += job.row_change
            job.error += job.row_error
    return count


def arc(start, end, errors, changes, mixed):
    """Return the pixels of an arc that goes in one direction along rows and along columns, as far as it is not flat.

    Parameters
    ----------
    start, end : tuple of int
        Row and column of the first and the last pixel.
    errors : tuple of float
        What a step along rows and one along columns add to the error at first.
    changes : tuple of float
        What each adds to its own addition.
    mixed : float
        What each adds to the addition of the other.

    Returns
    -------
    rows, columns : ndarray of int64
    place : tuple of int
        Row and column of the next pixel.
    reached : bool
        Whether the last pixel is the end.
    """
    job: Arc = Arc()
    job.row, job.column = start
    job.last_row, job.last_column = end
    job.row_step = 1 if start[0] < end[0] else -1
    job.column_step = 1 if start[1] < end[1] else -1
    job.row_error, job.column_error = errors
    job.row_change, job.column_change = changes
    job.mixed = mixed
    job.error = job.row_error + job.column_error - mixed
    room = 16 + 2 * (abs(end[0] - start[0]) + abs(end[1] - start[1]))
    rows, columns = np.empty((2, room), np.int64)
    count: Index = 0
    done: Index = -1
    reached = False
    while count > done and not reached:
        poll()
        done = count
        turn = min(room, count + PIXELS_PER_TURN)
        count = follow(job, rows[:turn], columns[:turn], count)
        reached = count > 0 and (rows[count - 1], columns[count - 1]) == end
    return rows[:count], columns[:count], (int(job.row), int(job.column)), reached
