# cython: infer_types=True
"""The determinant of the Hessian of a plane, of box filters over its integral image.

Each second derivative is a sum of a few boxes of one size at each pixel. A box that begins before the plane is moved
into it, and one that ends beyond it is cut off, as in scikit-image. Between, the corners of the boxes of neighboring
pixels are neighbors, and a row is computed in vectors.

Entry: ``determinants(sums, size)``.

References
----------
.. [1] H. Bay, A. Ess, T. Tuytelaars and L. Van Gool, "SURF: Speeded Up Robust Features", Computer Vision and Image
   Understanding 110 (3), 2008, pp. 346-359.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

MIXED = 0
ACROSS = 1
DOWN = 2


@cython.final
@cython.cclass
class Job:
    """An integral image, boxes, and the determinants."""

    sums: cython.const[cython.double][:, ::1]
    # Of each box: its derivative, how far down and across it begins, its height, its width and what it counts.
    boxes: cython.const[Index][:, ::1]
    weight: cython.double
    result: cython.double[:, ::1]
    totals: cython.double[:, :, ::1]  # of each strip the derivatives of a row
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def clipped(value: Index, length: Index) -> Index:
    """Return an index within an axis."""
    return min(max(value, 0), length - 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_box(
    sums: cython.const[cython.double][:, ::1],
    totals: cython.double[:, :, ::1],
    boxes: cython.const[Index][:, ::1],
    b: Index,
    y: Index,
    strip: cython.int,
) -> cython.void:
    """Add one box to the derivatives of a row."""
    columns = sums.shape[1]
    kind = boxes[b, 0]
    left = boxes[b, 2]
    width = boxes[b, 4]
    count: cython.double = boxes[b, 5]
    upper = clipped(y + boxes[b, 1], sums.shape[0])
    lower = clipped(upper + boxes[b, 3], sums.shape[0])
    # Between these columns no corner is beyond the plane.
    first = min(max(max(0, -left), -left - width), columns)
    last = max(first, min(min(columns, columns - left), columns - left - width))
    for x in range(first, last):
        total: cython.double = (
            sums[upper, x + left]
            + sums[lower, x + left + width]
            - sums[upper, x + left + width]
            - sums[lower, x + left]
        )
        totals[strip, kind, x] += count * (total if total > 0 else 0.0)
    for x in range(columns - (last - first)):
        element = x if x < first else x + last - first
        start = clipped(element + left, columns)
        end = clipped(start + width, columns)
        rest: cython.double = sums[upper, start] + sums[lower, end] - sums[upper, end] - sums[lower, start]
        totals[strip, kind, element] += count * (rest if rest > 0 else 0.0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compute(job: Job, strip: cython.int) -> cython.void:
    """Compute the determinants of the rows of one strip."""
    rows = job.result.shape[0]
    columns = job.result.shape[1]
    weight = job.weight
    result = job.result
    totals = job.totals
    for y in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for kind in range(3):
            for x in range(columns):
                totals[strip, kind, x] = 0
        for b in range(job.boxes.shape[0]):
            add_box(job.sums, totals, job.boxes, b, y, strip)
        for x in range(columns):
            mixed: cython.double = totals[strip, 0, x] * -weight
            result[y, x] = totals[strip, 1, x] * weight * totals[strip, 2, x] * weight - 0.81 * mixed * mixed


def determinants(sums, size):
    """Return the determinant of the Hessian at each pixel.

    Parameters
    ----------
    sums : (R, C) ndarray of float64
        For each pixel the sum of all pixels from the first one to it; C-contiguous and not empty.
    size : int
        The side of the filters in pixels, from 0 to below 2**31.

    Returns
    -------
    (R, C) ndarray of float64
    """
    if not 0 <= size < 2**31:
        raise ValueError("size must be from 0 to below 2**31.")
    half, third = (size - 1) // 2, size // 3
    long = 2 * third - 1
    job: Job = Job()
    job.sums = sums
    job.boxes = np.array(
        [
            (MIXED, -third, 1, third, third, 1),
            (MIXED, 1, -third, third, third, 1),
            (MIXED, -third, -third, third, third, -1),
            (MIXED, 1, 1, third, third, -1),
            (ACROSS, 1 - third, -half, long, size, 1),
            (ACROSS, 1 - third, -(third // 2), long, third, -3),
            (DOWN, -half, 1 - third, size, long, 1),
            (DOWN, -(third // 2), 1 - third, third, long, -3),
        ],
        np.intp,
    )
    job.weight = 1 / max(size * size, 1)
    result = np.empty(sums.shape)
    job.result = result
    job.strips = strip_count(sums.shape[0], sums.size)
    job.totals = np.empty((job.strips, 3, sums.shape[1]))
    parallel_for(cython.cast(strip_type, compute), job.strips, job, 10.0 * sums.size)
    return result
