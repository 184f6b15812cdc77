# cython: infer_types=True
"""Choose points with a least distance, one after the other: a point stays if no point before it is too close.

A grid of cells remembers the points that stay, of which a cell holds at most
one: two points of a cell are always too close. So only the cells around a
point are searched, and the time is linear in the number of points.
"""

import math

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import fabs
from cython.cimports.libc.math import pow as power_of
from cython.cimports.opsin._engine.runtime import poll


@cython.final
@cython.cclass
class Job:
    """The points, the grid and the distance."""

    points: cython.const[Index][:, ::1]
    cells: cython.const[Index][::1]  # for each point its cell
    offsets: cython.const[Index][::1]  # to the cells around a cell
    kept: Index[::1]  # for each cell one more than the number of its point, or 0
    chosen: cython.uchar[::1]
    power: cython.double  # of the norm; 0 for the maximum norm
    limit: cython.double  # the least distance, to this power
    closed: cython.bint  # whether points at this very distance are too close


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_close(job: Job, first: Index, second: Index) -> cython.bint:
    """Return whether two points are too close."""
    distance: cython.double = 0
    for axis in range(job.points.shape[1]):
        step: cython.double = fabs(job.points[first, axis] - job.points[second, axis])
        if job.power == 0:
            distance = max(distance, step)
        elif job.power == 1:
            distance += step
        elif job.power == 2:
            distance += step * step
        else:
            distance += power_of(step, job.power)
    return distance < job.limit or (job.closed and distance == job.limit)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def choose(job: Job, first: Index, last: Index, most: Index) -> Index:
    """Choose from the points from `first` to before `last` at most so many; return how many were chosen."""
    count: Index = 0
    for k in range(first, last):
        if count == most:
            break
        cell = job.cells[k]
        free: cython.bint = True
        for o in range(job.offsets.shape[0]):
            other = job.kept[cell + job.offsets[o]]
            if other and is_close(job, k, other - 1):
                free = False
                break
        if free:
            job.kept[cell] = k + 1
            job.chosen[k] = 1
            count += 1
    return count


def spaced(points, shape, distance, p, closed, most):
    """Return which points stay.

    Parameters
    ----------
    points : (N, axes) ndarray of intp
        Coordinates, C-contiguous, each from 0 to before the length of its axis.
    shape : tuple of int
        The lengths of the axes.
    distance : int
        The least distance, at least 1.
    p : float
        The norm: the root of order p of the sum of the powers p, or the maximum for infinity.
    closed : bool
        Whether points at this very distance are too close.
    most : int
        How many points stay at most.

    Returns
    -------
    (N,) ndarray of bool
    """
    axes = len(shape)
    # Points of one cell are at most side - 1 apart along each axis, which is less than the distance in every norm.
    side = max(1, int(distance) if p == math.inf else int(distance) // axes)
    reach = -(-int(distance) // side)
    sizes = [(length - 1) // side + 1 + 2 * reach for length in shape]
    steps = [math.prod(sizes[axis + 1 :]) for axis in range(axes)]
    around = np.indices((2 * reach + 1,) * axes).reshape(axes, -1) - reach
    job: Job = Job()
    job.points = points
    job.cells = (points // side + reach) @ np.array(steps, np.intp)
    job.offsets = np.ascontiguousarray(np.array(steps, np.intp) @ around)
    job.kept = np.zeros(math.prod(sizes), np.intp)
    chosen = np.zeros(len(points), np.uint8)
    job.chosen = chosen
    job.power = 0.0 if p == math.inf else p
    job.limit = float(distance) if p == math.inf else float(distance) ** p
    job.closed = closed
    step = max(1, 1 << 20 >> 2 * axes)
    count = 0
    for first in range(0, len(points), step):
        poll()
        count += choose(job, first, min(first + step, len(points)), most - count)
        if count == most:
            break
    return chosen.view(bool)
