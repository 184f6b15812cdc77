# cython: infer_types=True
"""SLIC: k-means of pixels in color and place, each center within a window; and the connection of the regions.

An image is planes of rows of columns. Strips of rows assign their pixels: each goes through the centers in their order,
and along a row the distances to a center are a vector. The sums of the regions are taken over runs of equal labels, and
the strips' sums are added in their order.

References
----------
.. [1] R. Achanta, A. Shaji, K. Smith, A. Lucchi, P. Fua and S. Susstrunk, "SLIC Superpixels Compared to
   State-of-the-Art Superpixel Methods", IEEE Transactions on Pattern Analysis and Machine Intelligence 34 (11), 2012,
   pp. 2274-2282.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

Real = cython.fused_type(cython.float, cython.double)


@cython.final
@cython.cclass
class Job:
    """An image, its centers and labels; the views of one precision are set."""

    is_double: cython.bint
    colors: cython.bint  # whether colors count, or places only
    image4: cython.const[cython.float][:, :, ::1]  # channels, rows of all planes, columns
    image8: cython.const[cython.double][:, :, ::1]
    distance4: cython.float[:, ::1]  # to the nearest center
    distance8: cython.double[:, ::1]
    mask: cython.const[cython.uchar][:, ::1]
    masked: cython.bint
    labels: cython.int[:, ::1]  # -1 outside of the mask
    centers: cython.double[:, ::1]  # plane, row, column, and the channels
    weights: cython.double[::1]  # for each center, of squared distances in color
    farthest: cython.double[:, ::1]  # for each strip and center: the greatest squared distance in color of its pixels
    reach: Index[::1]  # of the window along each axis
    spacing: cython.double[::1]
    share: cython.double  # of squared distances in place
    height: Index  # the rows of a plane
    rows: Index
    columns: Index
    strips: Index
    sums: cython.double[:, :, ::1]  # for each strip and center: how many pixels, their places and channels
    scratch4: cython.float[:, ::1]
    scratch8: cython.double[:, ::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def assign(job: Job, strip: cython.int) -> cython.void:
    """Assign the pixels of one strip to their nearest centers, and sum up the regions."""
    if job.is_double:
        assign_pixels(job.image8, job.distance8, job.scratch8, job, strip)
    else:
        assign_pixels(job.image4, job.distance4, job.scratch4, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def least(center: cython.double, reach: Index) -> Index:
    """Return the first place of a window."""
    low = center - reach
    return cython.cast(Index, low) if low > 0 else 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def limit(center: cython.double, reach: Index, length: Index) -> Index:
    """Return the place after the last of a window."""
    high = center + reach + 1
    return cython.cast(Index, high) if high < length else length


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def assign_pixels(
    image: cython.const[Real][:, :, ::1], distance: Real[:, ::1], scratch: Real[:, ::1], job: Job, strip: cython.int
) -> cython.void:
    """Go through the centers whose windows meet the strip."""
    first: Index = strip_start(job.rows, job.strips, strip)
    end: Index = strip_start(job.rows, job.strips, strip + 1)
    height = job.height
    channels = image.shape[0] if job.colors else 0
    share: Real = job.share
    for row in range(first, end):
        for x in range(job.columns):
            distance[row, x] = 1e30
    for number in range(job.centers.shape[0]):
        name: cython.int = number
        weight: Real = job.weights[number]
        top = least(job.centers[number, 1], job.reach[1])
        bottom = limit(job.centers[number, 1], job.reach[1], height)
        left = least(job.centers[number, 2], job.reach[2])
        right = limit(job.centers[number, 2], job.reach[2], job.columns)
        middle: Real = job.centers[number, 2]
        width: Real = job.spacing[2]
        last_plane = limit(job.centers[number, 0], job.reach[0], job.rows // height)
        for plane in range(least(job.centers[number, 0], job.reach[0]), last_plane):
            deep = job.spacing[0] * (job.centers[number, 0] - plane)
            for row in range(max(first, plane * height + top), min(end, plane * height + bottom)):
                down = job.spacing[1] * (job.centers[number, 1] - (row - plane * height))
                before: Real = deep * deep + down * down
                for x in range(left, right):
                    across: Real = width * (middle - x)
                    scratch[strip, x] = (before + across * across) * share
                for channel in range(channels):
                    color: Real = job.centers[number, 3 + channel]
                    for x in range(left, right):
                        difference: Real = image[channel, row, x] - color
                        scratch[strip, x] += weight * (difference * difference)
                for x in range(left, right):
                    job.labels[row, x] = name if scratch[strip, x] < distance[row, x] else job.labels[row, x]
                    distance[row, x] = scratch[strip, x] if scratch[strip, x] < distance[row, x] else distance[row, x]
    if job.masked:
        for row in range(first, end):
            for x in range(job.columns):
                job.labels[row, x] = job.labels[row, x] if job.mask[row, x] else -1
    sum_regions(image, job, strip, first, end)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_regions(
    image: cython.const[Real][:, :, ::1], job: Job, strip: cython.int, first: Index, end: Index
) -> cython.void:
    """Sum up the regions over runs of equal labels."""
    for number in range(job.centers.shape[0]):
        for slot in range(job.sums.shape[2]):
            job.sums[strip, number, slot] = 0
    for row in range(first, end):
        plane: cython.double = row // job.height
        line: cython.double = row % job.height
        begin: Index = 0
        while begin < job.columns:
            name = job.labels[row, begin]
            stop = begin + 1
            while stop < job.columns and job.labels[row, stop] == name:
                stop += 1
            if name >= 0:
                count: cython.double = stop - begin
                job.sums[strip, name, 0] += count
                job.sums[strip, name, 1] += count * plane
                job.sums[strip, name, 2] += count * line
                job.sums[strip, name, 3] += count * (begin + stop - 1) / 2
                for channel in range(image.shape[0]):
                    total: cython.double = 0
                    for x in range(begin, stop):
                        total += image[channel, row, x]
                    job.sums[strip, name, 4 + channel] += total
            begin = stop


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure(job: Job, strip: cython.int) -> cython.void:
    """Find the pixels of one strip that are the farthest from their centers in color."""
    if job.is_double:
        measure_pixels(job.image8, job, strip)
    else:
        measure_pixels(job.image4, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure_pixels(image: cython.const[Real][:, :, ::1], job: Job, strip: cython.int) -> cython.void:
    """Go through the pixels in their order."""
    first: Index = strip_start(job.rows, job.strips, strip)
    end: Index = strip_start(job.rows, job.strips, strip + 1)
    for row in range(first, end):
        for x in range(job.columns):
            name = job.labels[row, x]
            if name >= 0:
                total: cython.double = 0
                for channel in range(image.shape[0]):
                    difference = image[channel, row, x] - job.centers[name, 3 + channel]
                    total += difference * difference
                if total > job.farthest[strip, name]:
                    job.farthest[strip, name] = total


def prepare(image, mask, reach, spacing, share, clusters):
    """Return the job of assignments.

    Parameters
    ----------
    image : (channels, planes, rows, columns) ndarray of float32 or float64
        The image, C-contiguous, with pixels.
    mask : (planes, rows, columns) ndarray of uint8 or None
        0 for pixels that belong to no region.
    reach : (3,) sequence of int
        How far the window of a center reaches along each axis.
    spacing : (3,) sequence of float
        The distance of neighboring pixels along each axis.
    share : float
        What squared distances in place are multiplied by.
    clusters : int
        How many centers there are.
    """
    channels, planes, height, columns = image.shape
    job: Job = Job()
    job.is_double = image.dtype == np.float64
    job.height, job.rows, job.columns = height, planes * height, columns
    rows = planes * height
    job.masked = mask is not None
    if mask is not None:
        job.mask = mask.reshape(rows, columns)
    job.labels = np.full((rows, columns), -1, np.int32)
    job.reach, job.spacing, job.share = np.array(reach, np.intp), np.array(spacing, np.float64), share
    # The sums of the strips are not to be larger than the image.
    job.strips = max(1, min(strip_count(rows, rows * columns), rows * columns // max(1, clusters * 4)))
    job.sums = np.zeros((job.strips, clusters, 4 + channels))
    distance = np.empty((rows, columns), image.dtype)
    scratch = np.empty((job.strips, columns), image.dtype)
    image = image.reshape(channels, rows, columns)
    if job.is_double:
        job.image8, job.distance8, job.scratch8 = image, distance, scratch
    else:
        job.image4, job.distance4, job.scratch4 = image, distance, scratch
    return job


def advance(job: Job, centers, weights, colors):
    """Assign the pixels to the nearest of `centers`, (clusters, 3 + channels) float64; return the sums of the regions.

    Squared distances in color are multiplied by `weights`, (clusters,) float64, or do not count.

    Returns
    -------
    (clusters, 4 + channels) ndarray of float64
        How many pixels each region has, and the sums of their planes, rows, columns and channels.
    """
    job.centers, job.weights, job.colors = centers, weights, colors
    work = 20.0 * job.rows * job.columns * centers.shape[1]
    parallel_for(cython.cast(strip_type, assign), job.strips, job, work)
    return np.asarray(job.sums).sum(axis=0)


def farthest(job: Job, centers):
    """Return for each center the greatest squared distance in color of the pixels that were assigned to it."""
    job.centers = centers
    job.farthest = np.zeros((job.strips, len(centers)))
    parallel_for(cython.cast(strip_type, measure), job.strips, job, 2.0 * job.rows * job.columns * centers.shape[1])
    return np.asarray(job.farthest).max(axis=0)


def labels_of(job: Job):
    """Return the region of each pixel from 0, as rows; -1 outside of the mask."""
    return np.asarray(job.labels)


def connect(labels, shape, least_size, most_size):
    """Return connected regions from 1 in raster order: small parts join a neighbor, large ones are divided.

    Parameters
    ----------
    labels : (rows, columns) ndarray of int32
        What `labels_of` returned.
    shape : (3,) sequence of int
        Planes, rows and columns.
    least_size, most_size : int
        The sizes that regions have.

    Returns
    -------
    ndarray of int32
        0 outside of the mask.
    """
    found = np.zeros(labels.size, np.int32)
    queue = np.empty(min(max(most_size, 1), labels.size), np.intp)
    depth, height, width = shape
    join_all(labels.reshape(-1), found, queue, depth, height, width, least_size)
    return found.reshape(shape)


@cython.cfunc
def join_all(
    labels: cython.int[::1],
    found: cython.int[::1],
    queue: Index[::1],
    depth: Index,
    height: Index,
    width: Index,
    least_size: Index,
) -> cython.int:
    """Search each region in breadth, from its first pixel.

    A small region joins the last numbered one that the search met. If there is none, it shares its number with the
    region that follows, as scikit-image's first regions do, unless it has no neighbor at all.
    """
    name: cython.int = 1
    plane = height * width
    for start in range(labels.shape[0]):
        if start % 65536 == 0:
            poll()
        if labels[start] < 0 or found[start]:
            continue
        beside: cython.int = 0
        alone: cython.bint = True
        found[start] = name
        queue[0] = start
        size: Index = 1
        head: Index = 0
        while head < size < queue.shape[0]:
            pixel = queue[head]
            x = pixel % width
            y = pixel // width % height
            z = pixel // plane
            for side in range(6):
                inside: cython.bint
                other: Index
                if side == 0:
                    inside, other = x + 1 < width, pixel + 1
                elif side == 1:
                    inside, other = x > 0, pixel - 1
                elif side == 2:
                    inside, other = y + 1 < height, pixel + width
                elif side == 3:
                    inside, other = y > 0, pixel - width
                elif side == 4:
                    inside, other = z + 1 < depth, pixel + plane
                else:
                    inside, other = z > 0, pixel - plane
                if not inside:
                    continue
                if labels[other] >= 0 and labels[other] != labels[start]:
                    alone = False
                if found[other] == 0:
                    if labels[other] == labels[start]:
                        found[other] = name
                        queue[size] = other
                        size += 1
                        if size >= queue.shape[0]:
                            break
                elif found[other] != name:
                    beside = found[other]
            head += 1
        if size >= least_size or size >= queue.shape[0] or (beside == 0 and alone):
            name += 1
        elif beside:
            for head in range(size):
                found[queue[head]] = beside
    return name
