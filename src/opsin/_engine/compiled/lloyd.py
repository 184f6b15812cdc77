# cython: infer_types=True
"""K-means: one iteration of Lloyd's algorithm [1]_, and one draw of k-means++ [2]_.

The channels of an image are rows of one array. Pixels are assigned to the nearest center in blocks, center by center,
as vectors. The sums of the clusters are kept: only a pixel whose cluster changes is subtracted and added, which are few
after the first iterations. The strips' sums are added in their order.

References
----------
.. [1] S. P. Lloyd, "Least Squares Quantization in PCM", IEEE Transactions on Information Theory 28 (2), 1982,
   pp. 129-137.
.. [2] D. Arthur and S. Vassilvitskii, "k-means++: The Advantages of Careful Seeding", Proceedings of the 18th Annual
   ACM-SIAM Symposium on Discrete Algorithms, 2007, pp. 1027-1035.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
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
    changes: Index[::1]
    costs: cython.double[::1]
    nearest: cython.double[::1]  # the squared distances to the centers that were drawn
    totals: cython.double[::1]  # their sums up to each pixel
    strips: Index


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
    far = 2 * cython.cast(Index, strip)
    best = far + 1
    found = cython.declare(cython.int[512])
    channels = pixels.shape[0]
    clusters = centers.shape[0]
    changes: Index = 0
    cost: cython.double = 0
    first: Index = strip_start(pixels.shape[1], job.strips, strip)
    end: Index = strip_start(pixels.shape[1], job.strips, strip + 1)
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


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def move(centers: Real[:, ::1], sums: cython.double[:, ::1], tolerance: cython.double) -> cython.bint:
    """Move the centers to the means of their pixels if one moves farther than the tolerance; return whether it does."""
    channels = centers.shape[1]
    moves: cython.bint = False
    for step in range(2):
        for number in range(centers.shape[0]):
            pixels: cython.double = sums[number, channels]
            if pixels > 0:
                for channel in range(channels):
                    mean: Real = sums[number, channel] / pixels
                    way: Real = mean - centers[number, channel]
                    if step == 0:
                        moves = moves or way > tolerance or -way > tolerance
                    else:
                        centers[number, channel] = mean
        if not moves:
            return False
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def draw(
    pixels: cython.const[Real][:, ::1],
    nearest: cython.double[::1],
    totals: cython.double[::1],
    center: Index,
    number: cython.double,
) -> Index:
    """Note a center, and return the pixel of a number below 1 on the scale of the squared distances to all centers."""
    count = pixels.shape[1]
    for x in range(count):
        square: Real = 0
        for channel in range(pixels.shape[0]):
            difference: Real = pixels[channel, x] - pixels[channel, center]
            square += difference * difference
        nearest[x] = square if square < nearest[x] else nearest[x]
    total: cython.double = 0
    for x in range(count):
        total += nearest[x]
        totals[x] = total
    first: Index = 0
    end: Index = count
    while first < end:
        middle = (first + end) // 2
        if totals[middle] <= number * total:
            first = middle + 1
        else:
            end = middle
    return first if first < count else 0


def prepare(pixels):
    """Return the job of clusters of pixels.

    Parameters
    ----------
    pixels : (channels, N) ndarray of float32 or float64
        The pixels, C-contiguous; N is not 0.
    """
    count = pixels.shape[1]
    job: Job = Job()
    job.is_double = pixels.dtype == np.float64
    job.strips = strip_count(count, count)
    scratch = np.empty((2 * job.strips, 512), pixels.dtype)
    if job.is_double:
        job.pixels8, job.scratch8 = pixels, scratch
    else:
        job.pixels4, job.scratch4 = pixels, scratch
    job.changes = np.zeros(job.strips, np.intp)
    job.costs = np.zeros(job.strips)
    return job


def start(job: Job):
    """Forget the centers that were drawn."""
    count = job.pixels8.shape[1] if job.is_double else job.pixels4.shape[1]
    job.nearest, job.totals = np.full(count, np.inf), np.empty(count)


def draw_center(job: Job, center: Index, number: cython.double):
    """Draw a pixel with the square of its distance to the nearest center.

    Parameters
    ----------
    center : int
        The pixel that is the next center.
    number : float
        A random number from 0 to before 1.
    """
    if job.is_double:
        return draw(job.pixels8, job.nearest, job.totals, center, number)
    return draw(job.pixels4, job.nearest, job.totals, center, number)


def begin(job: Job, centers):
    """Set the centers, an array (clusters, channels) of the dtype of the pixels; it is changed by `advance`."""
    if job.is_double:
        job.centers8, count = centers, job.pixels8.shape[1]
    else:
        job.centers4, count = centers, job.pixels4.shape[1]
    job.labels = np.full(count, -1, np.int32)
    job.sums = np.zeros((job.strips, centers.shape[0], centers.shape[1] + 1))


def advance(job: Job, tolerance: cython.double):
    """Assign the pixels to the centers, and move these.

    Returns
    -------
    bool
        Whether a center is farther than `tolerance` from the mean of its pixels, and pixels have another center than
        before. Otherwise the centers stay.
    float
        The sum of the squared distances.
    """
    elements = job.labels.shape[0] * job.sums.shape[1] * (job.sums.shape[2] - 1)
    parallel_for(cython.cast(strip_type, assign), job.strips, job, 0.3 * elements)
    changes: Index = 0
    cost: cython.double = 0
    for strip in range(job.strips):
        changes += job.changes[strip]
        cost += job.costs[strip]
    sums: cython.double[:, ::1] = job.sums[0]
    if job.strips > 1:
        sums = np.asarray(job.sums).sum(axis=0)
    if job.is_double:
        moves = changes != 0 and move(job.centers8, sums, tolerance)
    else:
        moves = changes != 0 and move(job.centers4, sums, tolerance)
    return moves, cost


def labels_of(job: Job):
    """Return the clusters of the pixels."""
    return np.asarray(job.labels)
