# cython: infer_types=True
"""Outlines of connected components along the edges of their pixels.

The outline of a component begins along the left edge of its first pixel in raster order, downwards, and has the
component on its left. At each corner of pixels it goes straight on, or turns, by the two
pixels ahead. Where two pixels of the component meet at a corner only, it turns towards the other if the component is
connected by corners. Only corners where it turns are points.

Each component is followed twice: to count its points and to write them.

Entries: ``first_pixels(labels, count)`` and ``trace(inside, firsts, values, diagonal)``.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

PIECES = cython.declare(Index, 64)


@cython.final
@cython.cclass
class Rings:
    """A mask with a margin, the components, and their outlines."""

    inside: cython.const[cython.uchar][:, ::1]
    firsts: cython.const[cython.longlong][:, ::1]
    values: cython.const[cython.uchar][::1]  # of each component's pixels
    diagonal: cython.uchar  # the value of the pixels that are connected by corners
    offsets: cython.longlong[::1]
    points: cython.double[:, ::1]
    writes: cython.bint
    strips: Index
    count: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def follow(job: Rings, strip: cython.int) -> cython.void:
    """Follow the outlines of every component of one strip."""
    ring: Index = strip
    while ring < job.count:
        if job.writes:
            follow_one(job, job.points, ring)
        else:
            job.offsets[ring + 1] = follow_one(job, job.points, ring)
        ring += job.strips


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def follow_one(job: Rings, points: cython.double[:, ::1], ring: Index) -> cython.longlong:
    """Follow one outline; return the number of its points, the first again at the end included."""
    inside = job.inside
    value = job.values[ring]
    corner: cython.bint = value == job.diagonal
    # The corner before pixel (row, column), and a step: down, right, up or left.
    row: Index = job.firsts[ring, 0]
    column: Index = job.firsts[ring, 1]
    first_row = row
    first_column = column
    down: Index = 1
    right: Index = 0
    count: cython.longlong = 0
    start = job.offsets[ring] if job.writes else 0
    while True:
        if job.writes:
            points[start + count, 0] = row - 1.5
            points[start + count, 1] = column - 1.5
        count += 1
        if count > 1 and row == first_row and column == first_column and down == 1:
            return count
        turn: cython.int = 0
        while turn == 0:
            row += down
            column += right
            # The pixels ahead, on the left and on the right of the step.
            if down != 0:
                ahead = row if down > 0 else row - 1
                is_left: cython.bint = inside[ahead, column if down > 0 else column - 1] == value
                is_right: cython.bint = inside[ahead, column - 1 if down > 0 else column] == value
            else:
                ahead = column if right > 0 else column - 1
                is_left = inside[row - 1 if right > 0 else row, ahead] == value
                is_right = inside[row if right > 0 else row - 1, ahead] == value
            if is_right and (is_left or corner):
                turn = 1
            elif not is_left:
                turn = -1
        # To the right, around the pixel there, or to the left.
        step = down
        down = right * turn
        right = -step * turn


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_firsts(
    labels: cython.const[cython.int][:, ::1], firsts: cython.longlong[:, ::1], reached: Index, first: Index, last: Index
) -> Index:
    """Write the first pixels of the labels above `reached` that begin in some rows; return the largest label so far."""
    for row in range(first, last):
        for column in range(labels.shape[1]):
            if labels[row, column] > reached and reached < firsts.shape[0]:
                firsts[reached, 0] = row
                firsts[reached, 1] = column
                reached += 1
    return reached


def first_pixels(labels, count):
    """Return row and column of the first pixel of each label, (count, 2); labels are numbered in this order.

    Parameters
    ----------
    labels : (R, C) ndarray of int32
        Labels from 0 to `count`.
    count : int
        The number of labels.

    Returns
    -------
    (count, 2) ndarray of int64
    """
    firsts = np.zeros((count, 2), np.int64)
    step = max(1, (1 << 22) // labels.shape[1])
    reached: Index = 0
    for row in range(0, labels.shape[0], step):
        poll()
        reached = find_firsts(labels, firsts, reached, row, min(row + step, labels.shape[0]))
    return firsts


def trace(inside, firsts, values, diagonal):
    """Trace the outer outlines of components.

    Parameters
    ----------
    inside : (R, C) ndarray of uint8
        A mask of 0 and 1 with a margin of 0, one pixel wide.
    firsts : (N, 2) ndarray of int64
        Row and column of the first pixel in raster order of each component, the margin counted.
    values : (N,) ndarray of uint8
        The value of the pixels of each component.
    diagonal : int
        The value of the pixels that are connected by corners, too; the others are connected by edges only.

    Returns
    -------
    points : (M, 2) ndarray of float64
        Rows and columns of the corners of all outlines, one after the other, the margin not counted: the middle of
        the first pixel is (0, 0). The first point of an outline is also its last.
    offsets : (N + 1,) ndarray of int64
        Where each outline begins; at last M.
    """
    job: Rings = Rings()
    job.inside, job.firsts, job.values, job.diagonal = inside, firsts, values, diagonal
    job.count = len(firsts)
    job.strips = max(1, min(PIECES, job.count))
    offsets = np.zeros(job.count + 1, np.int64)
    job.offsets = offsets
    job.points, job.writes = np.empty((0, 2)), False
    poll()
    parallel_for(cython.cast(strip_type, follow), job.strips, job, 1.0 * inside.size)
    np.cumsum(offsets, out=offsets)
    points = np.empty((int(offsets[job.count]), 2))
    job.points, job.writes = points, True
    parallel_for(cython.cast(strip_type, follow), job.strips, job, 1.0 * inside.size)
    return points, offsets
