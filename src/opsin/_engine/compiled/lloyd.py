# cython: infer_types=True
"""K-means: one iteration of Lloyd's algorithm.

The channels of an image are rows of one array. Pixels are assigned to the nearest center in blocks, center by center,
as vectors. The sums of the clusters are kept: only a pixel whose cluster changes is subtracted and added, which are few
after the first iterations. The strips' sums are added in their order.

References
----------
.. [1] S. P. Lloyd, "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28 (2), 1982,
   pp. 129-137.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Real = cython.fused_type(cython.float, cython.double)


@cython.final
@cython.cclass
class Job:
    """Pixels, their clusters, and the sums of those; the views of one precision are set."""

    is_double: cython.bint
    pixels4: cython.const[cython.float][:, ::1]
    pixels8: cython.const[cython.double][:, ::1]
    centers4: cython.float[:, ::1]
    centers8: cython.double[:, ::1]
    scratch4: cython.float[:, ::1]  # for each strip the distances of a block, and the least ones
    scratch8: cython.double[:, ::1]
    labels: cython.int[::1]
    sums: cython.double[:, :, ::1]  # for each strip and cluster: its channels, and at the end how many pixels
    changes: cython.Py_ssize_t[::1]
    costs: cython.double[::1]
    strips: cython.Py_ssize_t


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def assign(job: Job, strip: cython.int) -> cython.void:
    """Assign the pixels of one strip."""
    if job.is_double:
        assign_pixels(job.pixels8, job.centers8, job.scratch8, job.labels, job, strip)
    else:
        assign_pixels(job.pixels4, job.centers4, job.scratch4, job.labels, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def assign_pixels(
    pixels: cython.const[Real][:, ::1],
    centers: Real[:, ::1],
    scratch: Real[:, ::1],
    labels: cython.int[::1],
    job: Job,
    strip: cython.int,
) -> cython.void:
    """Find the nearest center of each pixel, block by block."""
    far = 2 * cython.cast(cython.Py_ssize_t, strip)
    best = far + 1
    found = cython.declare(cython.int[512])
    channels = pixels.shape[0]
    clusters = centers.shape[0]
    changes: cython.Py_ssize_t = 0
    cost: cython.double = 0
    first: cython.Py_ssize_t = strip_start(pixels.shape[1], job.strips, strip)
    end: cython.Py_ssize_t = strip_start(pixels.shape[1], job.strips, strip + 1)
    while first < end:
        count = min(512, end - first)
        for number in range(clusters):
            middle: Real = centers[number, 0]
            for x in range(count):
                difference: Real = pixels[0, first + x] - middle
                scratch[far, x] = difference * difference
            for channel in range(1, channels):
                middle = centers[number, channel]
                for x in range(count):
                    difference = pixels[channel, first + x] - middle
                    scratch[far, x] += difference * difference
            name: cython.int = number
            if number == 0:
                for x in range(count):
                    scratch[best, x] = scratch[far, x]
                    found[x] = 0
            else:
                for x in range(count):
                    found[x] = name if scratch[far, x] < scratch[best, x] else found[x]
                    scratch[best, x] = scratch[far, x] if scratch[far, x] < scratch[best, x] else scratch[best, x]
        differ: cython.int = 0
        part: Real = 0
        for x in range(count):
            differ += found[x] != labels[first + x]
        for x in range(count):
            part += scratch[best, x]
        cost += part
        if differ:
            changes += differ
            for x in range(count):
                before = labels[first + x]
                after = found[x]
                if before != after:
                    labels[first + x] = after
                    for channel in range(channels):
                        value: cython.double = pixels[channel, first + x]
                        if before >= 0:
                            job.sums[strip, before, channel] -= value
                        job.sums[strip, after, channel] += value
                    if before >= 0:
                        job.sums[strip, before, channels] -= 1
                    job.sums[strip, after, channels] += 1
        first += count
    job.changes[strip] = changes
    job.costs[strip] = cost


def prepare(pixels, clusters):
    """Return the job of an assignment.

    Parameters
    ----------
    pixels : (channels, N) ndarray of float32 or float64
        The pixels, C-contiguous; N is not 0.
    clusters : int
        How many centers there are.
    """
    channels, count = pixels.shape
    job: Job = Job()
    job.is_double = pixels.dtype == np.float64
    job.strips = strip_count(count, count)
    scratch = np.empty((2 * job.strips, 512), pixels.dtype)
    if job.is_double:
        job.pixels8, job.scratch8 = pixels, scratch
    else:
        job.pixels4, job.scratch4 = pixels, scratch
    job.labels = np.full(count, -1, np.int32)
    job.sums = np.zeros((job.strips, clusters, channels + 1))
    job.changes = np.zeros(job.strips, np.intp)
    job.costs = np.zeros(job.strips)
    return job


def advance(job: Job, centers):
    """Assign the pixels to `centers`, an array (clusters, channels) of the dtype of the pixels.

    Returns
    -------
    changes : int
        How many pixels have another cluster than before.
    cost : float
        The sum of the squared distances.
    sums : (clusters, channels + 1) ndarray of float64
        The sums of the channels of the clusters, and how many pixels they have.
    """
    if job.is_double:
        job.centers8 = centers
    else:
        job.centers4 = centers
    elements = job.labels.shape[0] * centers.size
    parallel_for(cython.cast(strip_type, assign), job.strips, job, 0.3 * elements)
    changes = int(np.asarray(job.changes).sum())
    return changes, float(np.asarray(job.costs).sum()), np.asarray(job.sums).sum(axis=0)


def labels_of(job: Job):
    """Return the clusters of the pixels."""
    return np.asarray(job.labels)
