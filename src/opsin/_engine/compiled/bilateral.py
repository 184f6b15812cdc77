# cython: infer_types=True
"""The bilateral filter: each pixel becomes a mean of its neighbors, weighted by distance in place and in color.

A tile is accumulated for one displacement after the other; each loop along a row is a vector. Both distances are in one
exponent. The exponential is taken of a 64th, where a polynomial is exact, and squared six times; beyond an exponent of
40 it does not decrease any more, which is 4e-18 of the weight of the pixel itself.

References
----------
.. [1] C. Tomasi and R. Manduchi, "Bilateral Filtering for Gray and Color Images", Proceedings of the 6th International
   Conference on Computer Vision, 1998, pp. 839-846.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Real = cython.fused_type(cython.float, cython.double)

TILE_ROWS = 8
TILE_COLUMNS = 512
MAX_STRIPS = 64  # tiles that are handed out together


@cython.final
@cython.cclass
class Job:
    """An extended image and its result; the views of one precision are set."""

    is_double: cython.bint
    image4: cython.const[cython.float][:, :, ::1]  # channels, the rows of all planes, columns
    image8: cython.const[cython.double][:, :, ::1]
    result4: cython.float[:, :, ::1]
    result8: cython.double[:, :, ::1]
    scratch4: cython.float[:, :, ::1]
    scratch8: cython.double[:, :, ::1]
    planes: cython.const[cython.Py_ssize_t][::1]  # the row of the extended image that each plane begins in
    window: cython.const[cython.Py_ssize_t][:, ::1]  # how many rows and columns away the pixels of the window are
    exponents: cython.const[cython.double][::1]  # for each of them, from the distance in place
    rows: cython.Py_ssize_t  # of a plane
    columns: cython.Py_ssize_t
    down: cython.Py_ssize_t  # tiles of a plane, one below the other
    across: cython.Py_ssize_t
    pad: cython.Py_ssize_t  # by how many columns the image is extended
    share: cython.double  # of the squared distance in color in the exponent
    first: cython.Py_ssize_t  # the tile of strip 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def average(job: Job, strip: cython.int) -> cython.void:
    """Compute one tile."""
    if job.is_double:
        average_tile(job.image8, job.result8, job.scratch8, job, strip)
    else:
        average_tile(job.image4, job.result4, job.scratch4, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def average_tile(
    image: cython.const[Real][:, :, ::1],
    result: Real[:, :, ::1],
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
) -> cython.void:
    """Sum over all displacements, row by row."""
    tile = job.first + strip
    plane = tile // (job.down * job.across)
    top = tile // job.across % job.down * 8
    left = tile % job.across * 512
    columns = min(512, job.columns - left)
    channels = image.shape[0]
    start = job.pad + left
    for row in range(top, min(top + 8, job.rows)):
        at = job.planes[plane] + row
        # In scratch: the weights, their sum, and the sums of the channels.
        for k in range(1, 2 + channels):
            for x in range(columns):
                scratch[strip, k, x] = 0
        for away in range(job.window.shape[0]):
            other = at + job.window[away, 0]
            begin = start + job.window[away, 1]
            if channels == 1:
                weigh_gray(image, scratch, job, strip, at, other, start, begin, away, columns)
            elif channels == 3:
                weigh_color(image, scratch, job, strip, at, other, start, begin, away, columns)
            else:
                weigh(image, scratch, job, strip, at, other, start, begin, away, columns)
        for channel in range(channels):
            for x in range(columns):
                result[channel, plane * job.rows + row, left + x] = (
                    scratch[strip, 2 + channel, x] / scratch[strip, 1, x]
                )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def decay(t: Real) -> Real:
    """Return exp(-t) for t from 0 to 40, with an error below 2e-8, or 1e-13 in double precision."""
    one: Real = 1
    part: Real = 1.0 / 64
    second: Real = 1.0 / 2
    third: Real = 1.0 / 3
    fourth: Real = 1.0 / 4
    t = t * part
    e: Real
    if Real is cython.double:
        e = one - t * (1.0 / 6) * (one - t * (1.0 / 7))
        e = one - t * fourth * (one - t * (1.0 / 5) * e)
    else:
        e = one - t * fourth
    e = one - t * (one - t * second * (one - t * third * e))
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    return e * e


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh_gray(
    image: cython.const[Real][:, :, ::1],
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
    at: cython.Py_ssize_t,
    other: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    away: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
) -> cython.void:
    """Add one displacement of a row of gray pixels."""
    share: Real = job.share
    exponent: Real = job.exponents[away]
    limit: Real = 40
    for x in range(columns):
        value: Real = image[0, other, begin + x]
        difference: Real = value - image[0, at, start + x]
        t: Real = exponent + share * (difference * difference)
        t = limit if t > limit else t
        weight: Real = decay(t)
        scratch[strip, 1, x] += weight
        scratch[strip, 2, x] += weight * value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh_color(
    image: cython.const[Real][:, :, ::1],
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
    at: cython.Py_ssize_t,
    other: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    away: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
) -> cython.void:
    """Add one displacement of a row of pixels of three channels."""
    share: Real = job.share
    exponent: Real = job.exponents[away]
    limit: Real = 40
    for x in range(columns):
        first: Real = image[0, other, begin + x] - image[0, at, start + x]
        second: Real = image[1, other, begin + x] - image[1, at, start + x]
        third: Real = image[2, other, begin + x] - image[2, at, start + x]
        t: Real = exponent + share * (first * first + second * second + third * third)
        t = limit if t > limit else t
        scratch[strip, 0, x] = decay(t)
    # C tells rows apart that are read and written only up to a small number, so the sums have a loop of their own.
    for x in range(columns):
        scratch[strip, 1, x] += scratch[strip, 0, x]
        scratch[strip, 2, x] += scratch[strip, 0, x] * image[0, other, begin + x]
    for x in range(columns):
        scratch[strip, 3, x] += scratch[strip, 0, x] * image[1, other, begin + x]
        scratch[strip, 4, x] += scratch[strip, 0, x] * image[2, other, begin + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh(
    image: cython.const[Real][:, :, ::1],
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
    at: cython.Py_ssize_t,
    other: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    begin: cython.Py_ssize_t,
    away: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
) -> cython.void:
    """Add one displacement of a row of pixels of any number of channels."""
    share: Real = job.share
    exponent: Real = job.exponents[away]
    limit: Real = 40
    for x in range(columns):
        scratch[strip, 0, x] = exponent
    for channel in range(image.shape[0]):
        for x in range(columns):
            difference: Real = image[channel, other, begin + x] - image[channel, at, start + x]
            scratch[strip, 0, x] += share * (difference * difference)
    for x in range(columns):
        t: Real = scratch[strip, 0, x]
        t = limit if t > limit else t
        scratch[strip, 0, x] = decay(t)
        scratch[strip, 1, x] += scratch[strip, 0, x]
    for channel in range(image.shape[0]):
        for x in range(columns):
            scratch[strip, 2 + channel, x] += scratch[strip, 0, x] * image[channel, other, begin + x]


def denoise(image, result, planes, window, exponents, share):
    """Write the means.

    Parameters
    ----------
    image : (channels, R, C) ndarray of float32 or float64
        The extended image as rows, C-contiguous; an extended plane follows the other.
    result : (channels, planes * rows, columns) ndarray
        The result, of the dtype of the image.
    planes : (n,) ndarray of intp
        The row of the extended image that each plane begins in.
    window : (n, 2) ndarray of intp
        How many rows and columns away the pixels of the window are.
    exponents : (n,) ndarray of float64
        For each of them, its part of the exponent, at most 40.
    share : float
        The weight is exp(-exponent - share * squared distance in color).
    """
    job: Job = Job()
    job.is_double = image.dtype == np.float64
    job.planes, job.window, job.exponents, job.share = planes, window, exponents, share
    channels, rows, columns = result.shape
    job.rows, job.columns = rows // len(planes), columns
    job.pad = (image.shape[2] - columns) // 2
    job.down, job.across = -(-job.rows // TILE_ROWS), -(-columns // TILE_COLUMNS)
    tiles = len(planes) * job.down * job.across
    # With a gap between the scratch of the strips, for which two threads would wait.
    scratch = np.empty((min(tiles, MAX_STRIPS), 3 + channels, min(columns, TILE_COLUMNS)), image.dtype)
    if job.is_double:
        job.image8, job.result8, job.scratch8 = image, result, scratch
    else:
        job.image4, job.result4, job.scratch4 = image, result, scratch
    cost = 0.3 * TILE_ROWS * min(columns, TILE_COLUMNS) * len(window) * (2 + channels)
    for first in range(0, tiles, MAX_STRIPS):
        job.first = first
        strips = min(MAX_STRIPS, tiles - first)
        parallel_for(cython.cast(strip_type, average), strips, job, strips * cost)
