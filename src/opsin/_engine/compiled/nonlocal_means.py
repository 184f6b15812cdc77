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
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled.displaced import Displaced, filter_tiles
from cython.cimports.opsin._engine.runtime import strip_type

Real = cython.fused_type(cython.float, cython.double)

TILE = (32, 256)
MAX_STRIPS = 16

Shift = cython.struct(
    row=Index,  # of the extended image, where the first pixel of the tile is
    column=Index,
    down=Index,  # from a pixel to the one that it is compared with
    right=Index,
    rows=Index,  # of the tile
    columns=Index,
)


@cython.final
@cython.cclass
class Job(Displaced):
    """An extended image, its result and the patches."""

    patch_planes: cython.const[Index][::1]  # how many rows away the planes of a patch are
    patch_rows: Index  # the radius of a patch
    patch_columns: Index
    noise: cython.double  # is subtracted from the sum of squares


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
    image: cython.const[Real][:, :, ::1], result: Real[:, :, ::1], scratch: Real[:, :, ::1], job: Job, strip: cython.int
) -> cython.void:
    """Sum over all displacements."""
    shift = cython.declare(Shift)
    tile = job.first + strip
    top, left, rows, columns = job.tiles[tile, 2], job.tiles[tile, 3], job.tiles[tile, 4], job.tiles[tile, 5]
    channels = image.shape[0]
    # Rows of scratch: the squares, one sum of them, the weights, and the sums of weights and of channels.
    sums = rows + 2 * job.patch_rows
    weights = sums + 1
    totals = weights + 1
    for row in range(totals, totals + (1 + channels) * rows):
        for x in range(columns):
            scratch[strip, row, x] = 0
    shift.row, shift.column = job.tiles[tile, 0], job.tiles[tile, 1]
    shift.rows, shift.columns = rows, columns
    for k in range(job.window.shape[0]):
        shift.down, shift.right = job.window[k, 0], job.window[k, 1]
        square(image, scratch, job, strip, shift)
        for row in range(rows):
            weigh(scratch, job, strip, row, sums, weights, columns)
            for x in range(columns):
                scratch[strip, totals + row, x] += scratch[strip, weights, x]
            for channel in range(channels):
                for x in range(columns):
                    scratch[strip, totals + (1 + channel) * rows + row, x] += (
                        scratch[strip, weights, x]
                        * image[channel, shift.row + row + shift.down, shift.column + shift.right + x]
                    )
    for channel in range(channels):
        for row in range(rows):
            for x in range(columns):
                result[channel, top + row, left + x] = (
                    scratch[strip, totals + (1 + channel) * rows + row, x] / scratch[strip, totals + row, x]
                )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def square(
    image: cython.const[Real][:, :, ::1], scratch: Real[:, :, ::1], job: Job, strip: cython.int, shift: Shift
) -> cython.void:
    """Sum the squared differences to the displaced tile over the channels and the planes of a patch."""
    width = shift.columns + 2 * job.patch_columns
    start = shift.column - job.patch_columns
    other = start + shift.right
    for row in range(shift.rows + 2 * job.patch_rows):
        for p in range(job.patch_planes.shape[0]):
            y = shift.row - job.patch_rows + row + job.patch_planes[p]
            for channel in range(image.shape[0]):
                if p == 0 and channel == 0:
                    for x in range(width):
                        first: Real = image[channel, y, start + x] - image[channel, y + shift.down, other + x]
                        scratch[strip, row, x] = first * first
                else:
                    for x in range(width):
                        further: Real = image[channel, y, start + x] - image[channel, y + shift.down, other + x]
                        scratch[strip, row, x] += further * further


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh(
    scratch: Real[:, :, ::1], job: Job, strip: cython.int, row: Index, sums: Index, weights: Index, columns: Index
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
    image, result, planes, window
        Those of `Displaced`.
    patch_planes : (n,) ndarray of intp
        How many rows away the planes of a patch are.
    patch : (int, int)
        The radius of a patch along rows and columns.
    share, noise : float
        The weight is exp(-share * (sum of squares - noise)).
    """
    job = Job(image, result, planes, window, share, TILE)
    job.patch_planes = np.ascontiguousarray(patch_planes)
    job.patch_rows, job.patch_columns = patch
    job.noise = noise
    channels = image.shape[0]
    rows, columns = TILE
    height = rows + 2 * job.patch_rows + 2 + (1 + channels) * rows
    cost = 1.0 * rows * columns * len(window) * channels * len(patch_planes)
    shape = (height, columns + 2 * job.patch_columns)
    filter_tiles(job, cython.cast(strip_type, average), MAX_STRIPS, shape, cost)
