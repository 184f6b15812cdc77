# cython: infer_types=True
"""Histograms of the directions of the gradient in cells, weighted by its magnitude.

The bin of a direction is the number of edges of bins that it is not before. On which side of an edge a gradient is, a
cross product says, for a row in vectors; where it is nearly 0, the angle is computed as the definition has it.

Entry: ``orientation_sums(values, edges, cell, counts)``.

References
----------
.. [1] N. Dalal and B. Triggs, "Histograms of Oriented Gradients for Human Detection", IEEE Conference on Computer
   Vision and Pattern Recognition, 2005, vol. 1, pp. 886-893.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import atan2, fabs, hypot, sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

CLOSE = cython.declare(cython.double, 1e-6)
"""Cross products of less than this fraction of the magnitude do not decide: edges are rounded to float32."""

DEGREES = cython.declare(cython.double, 180 / np.pi)


@cython.final
@cython.cclass
class Job:
    """An image and its histograms."""

    values: cython.const[cython.double][:, :, ::1]  # channels first
    edges: cython.const[cython.double][::1]  # of the bins, in degrees, from 0
    cosines: cython.const[cython.double][::1]
    sines: cython.const[cython.double][::1]
    height: Index  # of a cell
    width: Index
    sums: cython.double[:, :, ::1]
    scratch: cython.double[
        :, :, ::1
    ]  # of each strip and column: two components, the squared magnitude, what is close to 0
    bins: cython.int[:, ::1]
    unclear: cython.int[:, ::1]
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_cells(job: Job, strip: cython.int) -> cython.void:
    """Sum the gradients in the rows of cells of one strip."""
    rows = job.sums.shape[0]
    for cell in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        for y in range(cell * job.height, (cell + 1) * job.height):
            differentiate(job, job.values, job.scratch, strip, y)
            choose(job, job.scratch, job.bins, job.unclear, strip)
            add(job, job.sums, job.scratch, strip, cell)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def differentiate(
    job: Job,
    values: cython.const[cython.double][:, :, ::1],
    scratch: cython.double[:, :, ::1],
    strip: cython.int,
    y: Index,
) -> cython.void:
    """Write the gradient of a row, 0 in the border; of channels that of the largest magnitude."""
    rows = values.shape[1]
    columns = values.shape[2]
    used = job.sums.shape[1] * job.width
    for channel in range(values.shape[0]):
        inside: cython.double = 1 if 0 < y < rows - 1 else 0
        above = max(y - 1, 0)
        below = min(y + 1, rows - 1)
        for x in range(used):
            down: cython.double = (values[channel, below, x] - values[channel, above, x]) if inside else 0
            across: cython.double = 0
            if 0 < x < columns - 1:
                across = values[channel, y, x + 1] - values[channel, y, x - 1]
            power: cython.double = down * down + across * across
            largest = scratch[strip, 2, x]
            if channel == 0 or power > largest or (power != power and largest == largest):
                scratch[strip, 0, x] = down
                scratch[strip, 1, x] = across
                scratch[strip, 2, x] = power


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def choose(
    job: Job,
    scratch: cython.double[:, :, ::1],
    bins: cython.int[:, ::1],
    unclear: cython.int[:, ::1],
    strip: cython.int,
) -> cython.void:
    """Write the bin of each gradient of a row, and where it is not clear."""
    used = job.sums.shape[1] * job.width
    for x in range(used):
        bins[strip, x] = 0
        unclear[strip, x] = 0
        down = scratch[strip, 0, x]
        across = scratch[strip, 1, x]
        # Opposite gradients have one direction, in the upper half of the plane.
        sign: cython.double = 1.0 if down > 0 or (down == 0 and across > 0) else -1.0
        scratch[strip, 0, x] = sign * down
        scratch[strip, 1, x] = sign * across
        scratch[strip, 3, x] = CLOSE * (fabs(down) + fabs(across))
    for k in range(1, job.edges.shape[0]):
        cosine = job.cosines[k]
        sine = job.sines[k]
        for x in range(used):
            side = cosine * scratch[strip, 0, x] - sine * scratch[strip, 1, x]
            bins[strip, x] += side >= 0
            unclear[strip, x] |= not fabs(side) > scratch[strip, 3, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add(
    job: Job, sums: cython.double[:, :, ::1], scratch: cython.double[:, :, ::1], strip: cython.int, cell: Index
) -> cython.void:
    """Add the magnitudes of a row to the histograms of its cells."""
    last: cython.int = cython.cast(cython.int, sums.shape[2])
    x: Index = 0
    for column in range(sums.shape[1]):
        for _ in range(job.width):
            down = scratch[strip, 0, x]
            across = scratch[strip, 1, x]
            power = scratch[strip, 2, x]
            which: cython.int = job.bins[strip, x]
            if job.unclear[strip, x] != 0:
                which = bin_of(job, down, across)
            if 0 <= which < last:
                # Squares of other numbers lose bits or overflow.
                safe: cython.bint = 1e-280 < power < 1e280
                sums[cell, column, which] += sqrt(power) if safe else hypot(down, across)
            x += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def bin_of(job: Job, down: cython.double, across: cython.double) -> cython.int:
    """Return the bin of a gradient by its angle; one that is not a number, or rounded to 180 degrees, has none."""
    degrees: cython.double = atan2(down, across) * DEGREES
    if degrees < 0:
        degrees += 180
    elif degrees >= 180:
        degrees -= 180
    if degrees != degrees:
        return -1
    count: cython.int = 0
    while count < job.edges.shape[0] and degrees >= job.edges[count]:
        count += 1
    return count - 1


def orientation_sums(values, edges, cell, counts):
    """Return the sums of the magnitudes of the gradient by cell and direction.

    Parameters
    ----------
    values : (channels, R, C) ndarray of float64
        C-contiguous.
    edges : (bins + 1,) ndarray of float64
        The edges of the bins in degrees, from 0 to 180.
    cell : tuple of two int
        The size of a cell.
    counts : tuple of two int
        How many cells are side by side; they fit into the image.

    Returns
    -------
    (counts[0], counts[1], bins) ndarray of float64
    """
    job: Job = Job()
    if counts[0] * cell[0] > values.shape[1] or counts[1] * cell[1] > values.shape[2]:
        raise ValueError("cells must fit into the image.")
    job.values, job.edges = values, edges
    job.cosines, job.sines = np.cos(np.deg2rad(edges)), np.sin(np.deg2rad(edges))
    job.height, job.width = cell
    sums = np.zeros((*counts, len(edges) - 1))
    job.sums = sums
    used = counts[1] * cell[1]
    job.strips = strip_count(counts[0], values.size)
    job.scratch = np.zeros((job.strips, 4, used))
    job.bins, job.unclear = np.zeros((job.strips, used), np.int32), np.zeros((job.strips, used), np.int32)
    parallel_for(cython.cast(strip_type, sum_cells), job.strips, job, (5.0 + len(edges)) * values.size)
    return sums
