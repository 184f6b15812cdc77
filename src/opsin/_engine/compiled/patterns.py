# cython: infer_types=True
"""Local binary patterns: the bits of points on a circle around each pixel, and what is made of them.

Ojala, Pietikainen and Maenpaa, 2002. Points between pixels are interpolated
from four; the tables of their places are by row and by column, so that all
pixels of a row share the weights along the other axis.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

NAN = cython.declare(cython.double, float("nan"))

DEFAULT = cython.declare(cython.int, 0)
ROR = cython.declare(cython.int, 1)
UNIFORM = cython.declare(cython.int, 2)
NRI_UNIFORM = cython.declare(cython.int, 3)
VAR = cython.declare(cython.int, 4)


@cython.final
@cython.cclass
class Job:
    """An image, the places of the points, and the result."""

    image: cython.const[cython.double][:, ::1]
    method: cython.int
    # For each row, or column, and point: the pixels before and after it, and how far it is from the first.
    above: cython.const[Index][:, ::1]
    below: cython.const[Index][:, ::1]
    down: cython.const[cython.double][:, ::1]
    left: cython.const[Index][:, ::1]
    right: cython.const[Index][:, ::1]
    across: cython.const[cython.double][:, ::1]
    result: cython.double[:, ::1]
    points: cython.double[:, ::1]  # scratch of each strip
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def pixel(job: Job, y: Index, x: Index) -> cython.double:
    """Return a pixel, or 0 beyond the border."""
    if 0 <= y < job.image.shape[0] and 0 <= x < job.image.shape[1]:
        return job.image[y, x]
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def describe(job: Job, strip: cython.int) -> cython.void:
    """Describe the pixels of some rows."""
    rows = job.image.shape[0]
    columns = job.image.shape[1]
    count = job.down.shape[1]
    for y in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for x in range(columns):
            for k in range(count):
                dr = job.down[y, k]
                dc = job.across[x, k]
                top: cython.double = (1 - dc) * pixel(job, job.above[y, k], job.left[x, k])
                top += dc * pixel(job, job.above[y, k], job.right[x, k])
                bottom: cython.double = (1 - dc) * pixel(job, job.below[y, k], job.left[x, k])
                bottom += dc * pixel(job, job.below[y, k], job.right[x, k])
                job.points[strip, k] = (1 - dr) * top + dr * bottom
            if job.method == VAR:
                job.result[y, x] = variance(job, strip)
            else:
                bits: cython.uint = 0
                for k in range(count):
                    bits |= cython.cast(cython.uint, job.points[strip, k] >= job.image[y, x]) << k
                job.result[y, x] = number(bits, cython.cast(cython.int, count), job.method)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def variance(job: Job, strip: cython.int) -> cython.double:
    """Return the variance of the points; NaN if they are equal."""
    count = job.points.shape[1]
    total: cython.double = 0
    squares: cython.double = 0
    for k in range(count):
        total += job.points[strip, k]
        squares += job.points[strip, k] * job.points[strip, k]
    spread: cython.double = (squares - total * total / count) / count
    return spread if spread != 0 else NAN


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number(bits: cython.uint, count: cython.int, method: cython.int) -> cython.double:
    """Return what a method makes of the bits of the points."""
    if method == DEFAULT:
        return bits
    if method == ROR:
        least: cython.uint = bits
        turned: cython.uint = bits
        for _ in range(count - 1):
            turned = (turned >> 1) | ((turned & 1) << (count - 1))
            least = min(least, turned)
        return least
    changes: cython.int = 0
    ones: cython.int = 0
    for k in range(count):
        ones += (bits >> k) & 1
        if k > 0:
            changes += ((bits >> k) & 1) != ((bits >> (k - 1)) & 1)
    if method == UNIFORM:
        return ones if changes <= 2 else count + 1
    return consecutive(bits, count, ones, changes)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def consecutive(bits: cython.uint, count: cython.int, ones: cython.int, changes: cython.int) -> cython.double:
    """Return a number for each pattern of consecutive bits, by how many are set and where they begin."""
    if changes > 2:
        return count * (count - 1) + 2
    if ones == 0:
        return 0
    if ones == count:
        return count * (count - 1) + 1
    first_one: cython.int = 0
    while not (bits >> first_one) & 1:
        first_one += 1
    first_zero: cython.int = 0
    while (bits >> first_zero) & 1:
        first_zero += 1
    # A pattern that begins with a one goes on at its end.
    turned: cython.int = ones - first_zero if first_one == 0 else count - first_one
    return 1 + (ones - 1) * count + turned


def local_patterns(image, method, above, below, down, left, right, across):
    """Describe every pixel by the points around it.

    Parameters
    ----------
    image : (R, C) ndarray of float64
        C-contiguous.
    method : int
        0 to 4, as in the names above.
    above, below : (R, P) ndarray of intp
        For each row the rows before and after each point.
    down : (R, P) ndarray of float64
        How far each point is from the row before it.
    left, right, across
        The same for each column.

    Returns
    -------
    (R, C) ndarray of float64
    """
    job: Job = Job()
    job.image, job.method = image, method
    job.above, job.below, job.down = above, below, down
    job.left, job.right, job.across = left, right, across
    result = np.empty(image.shape)
    job.result = result
    count = down.shape[1]
    job.strips = strip_count(len(image), 8 * image.size)
    job.points = np.empty((job.strips, count))
    parallel_for(cython.cast(strip_type, describe), job.strips, job, 4.0 * count * image.size)
    return result
