# cython: infer_types=True
"""Non-local means: each pixel becomes a mean of the pixels whose patches are like its own.

For one displacement after the other, the squared differences of a tile and the tile so far away are summed over
patches: over the planes and channels first, then over the rows of the patch, then along the row. These sums are
weights, all of them vectors. A tile and what belongs to it stay in cache through all displacements.

The exponential is taken of a sixteenth, where a polynomial of degree 7 is exact to 4e-9, and squared four times. Beyond
an exponent of 5 the weight is 0, as in scikit-image.

References
----------
.. [1] A. Buades, B. Coll and J.-M. Morel, "A Non-local Algorithm for Image Denoising", IEEE Conference on Computer
   Vision and Pattern Recognition 2, 2005, pp. 60-65.
.. [2] J. Darbon, A. Cunha, T. F. Chan, S. Osher and G. J. Jensen, "Fast Nonlocal Filtering Applied to Electron
   Cryomicroscopy", IEEE International Symposium on Biomedical Imaging, 2008, pp. 1331-1334 (sums over patches).
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Real = cython.fused_type(cython.float, cython.double)

TILE_ROWS = 32
TILE_COLUMNS = 256
MAX_STRIPS = 16  # tiles that are handed out together


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
    planes: cython.const[cython.Py_ssize_t][::1]  # the first row of each plane of the result in the extended image
    patch_planes: cython.const[cython.Py_ssize_t][::1]  # how many rows away the planes of a patch are
    window: cython.const[cython.Py_ssize_t][:, ::1]  # how many rows and columns away the pixels of the window are
    pad: cython.Py_ssize_t  # by how many columns the image is extended
    rows: cython.Py_ssize_t  # of a plane of the result
    columns: cython.Py_ssize_t
    down: cython.Py_ssize_t  # tiles of a plane, one below the other
    across: cython.Py_ssize_t
    patch_rows: cython.Py_ssize_t  # the radius of a patch
    patch_columns: cython.Py_ssize_t
    share: cython.double  # of the sum of squares in the exponent
    noise: cython.double  # is subtracted from the sum of squares
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
    """Sum over all displacements."""
    tile = job.first + strip
    plane = tile // (job.down * job.across)
    top = tile // job.across % job.down * 32
    left = tile % job.across * 256
    rows = min(32, job.rows - top)
    columns = min(256, job.columns - left)
    channels = image.shape[0]
    # Rows of scratch: the squares, one sum of them, the weights, and the sums of weights and of channels.
    sums = rows + 2 * job.patch_rows
    weights = sums + 1
    totals = weights + 1
    for row in range(totals, totals + (1 + channels) * rows):
        for x in range(columns):
            scratch[strip, row, x] = 0
    base = job.planes[plane] + top
    start = job.pad + left
    for away in range(job.window.shape[0]):
        step = job.window[away, 0]
        tx = job.window[away, 1]
        square(image, scratch, job, strip, base - job.patch_rows, start - job.patch_columns, step, tx, rows, columns)
        for row in range(rows):
            weigh(scratch, job, strip, row, sums, weights, columns)
            for x in range(columns):
                scratch[strip, totals + row, x] += scratch[strip, weights, x]
            for channel in range(channels):
                for x in range(columns):
                    scratch[strip, totals + (1 + channel) * rows + row, x] += (
                        scratch[strip, weights, x] * image[channel, base + row + step, start + tx + x]
                    )
    for channel in range(channels):
        for row in range(rows):
            for x in range(columns):
                result[channel, plane * job.rows + top + row, left + x] = (
                    scratch[strip, totals + (1 + channel) * rows + row, x] / scratch[strip, totals + row, x]
                )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def square(
    image: cython.const[Real][:, :, ::1],
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
    base: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    tx: cython.Py_ssize_t,
    rows: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
) -> cython.void:
    """Sum the squared differences to the displaced tile over the channels and the planes of a patch."""
    width = columns + 2 * job.patch_columns
    for row in range(rows + 2 * job.patch_rows):
        for near in range(job.patch_planes.shape[0]):
            at = base + row + job.patch_planes[near]
            for channel in range(image.shape[0]):
                if near == 0 and channel == 0:
                    for x in range(width):
                        first: Real = image[channel, at, start + x] - image[channel, at + step, start + tx + x]
                        scratch[strip, row, x] = first * first
                else:
                    for x in range(width):
                        other: Real = image[channel, at, start + x] - image[channel, at + step, start + tx + x]
                        scratch[strip, row, x] += other * other


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh(
    scratch: Real[:, :, ::1],
    job: Job,
    strip: cython.int,
    row: cython.Py_ssize_t,
    sums: cython.Py_ssize_t,
    weights: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
) -> cython.void:
    """Sum the squares over the rows and columns of the patches of a row of pixels; write their weights."""
    width = columns + 2 * job.patch_columns
    share: Real = job.share / 16
    noise: Real = job.noise
    zero: Real = 0
    limit: Real = 5.0 / 16
    # Of the precision of the pixels, or all would be computed in double precision.
    one: Real = 1
    second: Real = 1.0 / 2
    third: Real = 1.0 / 3
    fourth: Real = 1.0 / 4
    fifth: Real = 1.0 / 5
    sixth: Real = 1.0 / 6
    seventh: Real = 1.0 / 7
    if job.patch_rows == 3:
        for x in range(width):
            scratch[strip, sums, x] = (
                (scratch[strip, row, x] + scratch[strip, row + 1, x])
                + (scratch[strip, row + 2, x] + scratch[strip, row + 3, x])
                + (scratch[strip, row + 4, x] + scratch[strip, row + 5, x])
                + scratch[strip, row + 6, x]
            )
    else:
        for x in range(width):
            scratch[strip, sums, x] = scratch[strip, row, x]
        for k in range(1, 2 * job.patch_rows + 1):
            for x in range(width):
                scratch[strip, sums, x] += scratch[strip, row + k, x]
    if job.patch_columns == 3:
        for x in range(columns):
            scratch[strip, weights, x] = (
                (scratch[strip, sums, x] + scratch[strip, sums, x + 1])
                + (scratch[strip, sums, x + 2] + scratch[strip, sums, x + 3])
                + (scratch[strip, sums, x + 4] + scratch[strip, sums, x + 5])
                + scratch[strip, sums, x + 6]
            )
    else:
        for x in range(columns):
            scratch[strip, weights, x] = scratch[strip, sums, x]
        for k in range(1, 2 * job.patch_columns + 1):
            for x in range(columns):
                scratch[strip, weights, x] += scratch[strip, sums, x + k]
    for x in range(columns):
        t: Real = (scratch[strip, weights, x] - noise) * share
        t = zero if t < zero else t
        e: Real = one - t * sixth * (one - t * seventh)
        e = one - t * fourth * (one - t * fifth * e)
        e = one - t * (one - t * second * (one - t * third * e))
        e *= e
        e *= e
        e *= e
        e *= e
        scratch[strip, weights, x] = zero if t > limit else e


def denoise(image, result, planes, patch_planes, window, patch, share, noise):
    """Write the means.

    Parameters
    ----------
    image : (channels, R, C) ndarray of float32 or float64
        The extended image as rows, C-contiguous; an extended plane follows the other.
    result : (channels, planes * rows, columns) ndarray
        The result, of the dtype of the image.
    planes, patch_planes : (n,) ndarray of intp
        The first row of each plane in the extended image, and how many rows away the planes of a patch are.
    window : (n, 2) ndarray of intp
        How many rows and columns away the pixels of the window are.
    patch : (int, int)
        The radius of a patch along rows and columns.
    share, noise : float
        The weight is exp(-share * (sum of squares - noise)).
    """
    job: Job = Job()
    job.is_double = image.dtype == np.float64
    job.planes, job.patch_planes, job.window = planes, np.ascontiguousarray(patch_planes), window
    channels, rows, columns = result.shape
    job.rows, job.columns = rows // len(planes), columns
    job.pad = (image.shape[2] - columns) // 2
    job.patch_rows, job.patch_columns = patch
    job.share, job.noise = share, noise
    job.down, job.across = -(-job.rows // TILE_ROWS), -(-columns // TILE_COLUMNS)
    height = TILE_ROWS + 2 * job.patch_rows + 2 + (1 + channels) * TILE_ROWS
    tiles = len(planes) * job.down * job.across
    scratch = np.empty((min(tiles, MAX_STRIPS), height, TILE_COLUMNS + 2 * job.patch_columns), image.dtype)
    if job.is_double:
        job.image8, job.result8, job.scratch8 = image, result, scratch
    else:
        job.image4, job.result4, job.scratch4 = image, result, scratch
    cost = 1.0 * TILE_ROWS * TILE_COLUMNS * len(window) * channels * len(patch_planes)
    for first in range(0, tiles, MAX_STRIPS):
        job.first = first
        strips = min(MAX_STRIPS, tiles - first)
        parallel_for(cython.cast(strip_type, average), strips, job, strips * cost)
