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
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled.displaced import Displaced, filter_tiles
from cython.cimports.opsin._engine.runtime import strip_type

Real = cython.fused_type(cython.float, cython.double)

TILE = (8, 512)
MAX_STRIPS = 64

Pair = cython.struct(
    row=Index,  # of the extended image, and the column of the first pixel
    column=Index,
    other_row=Index,  # those of the pixels one displacement away
    other_column=Index,
    columns=Index,
    exponent=cython.double,  # from the distance in place
    share=cython.double,  # of the squared difference of colors
)


@cython.final
@cython.cclass
class Job(Displaced):
    """An extended image and its result."""

    exponents: cython.const[cython.double][::1]  # for each pixel of the window, from the distance in place


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
    """Sum over all displacements, row by row."""
    pair = cython.declare(Pair)
    tile = job.first + strip
    top, left, columns = job.tiles[tile, 2], job.tiles[tile, 3], job.tiles[tile, 5]
    channels = image.shape[0]
    pair.column, pair.columns, pair.share = job.tiles[tile, 1], columns, job.share
    for row in range(job.tiles[tile, 4]):
        pair.row = job.tiles[tile, 0] + row
        # In scratch: the weights, their sum, and the sums of the channels.
        for k in range(1, 2 + channels):
            for x in range(columns):
                scratch[strip, k, x] = 0
        for k in range(job.window.shape[0]):
            pair.other_row = pair.row + job.window[k, 0]
            pair.other_column = pair.column + job.window[k, 1]
            pair.exponent = job.exponents[k]
            if channels == 1:
                add_gray(image, scratch, strip, pair)
            elif channels == 3:
                add_color(image, scratch, strip, pair)
            else:
                add_channels(image, scratch, strip, pair)
        for channel in range(channels):
            for x in range(columns):
                result[channel, top + row, left + x] = scratch[strip, 2 + channel, x] / scratch[strip, 1, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def weight_of(pair: Pair, square: Real) -> Real:
    """Return the weight at a squared difference in color, with an error below 2e-8, or 1e-13 in double precision."""
    share: Real = pair.share
    exponent: Real = pair.exponent
    limit: Real = 40
    one: Real = 1
    part: Real = 1.0 / 64
    second: Real = 1.0 / 2
    third: Real = 1.0 / 3
    fourth: Real = 1.0 / 4
    t: Real = exponent + share * square
    t = limit if t > limit else t
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
def add_gray(
    image: cython.const[Real][:, :, ::1], scratch: Real[:, :, ::1], strip: cython.int, pair: Pair
) -> cython.void:
    """Add one displacement of a row of gray pixels."""
    for x in range(pair.columns):
        value: Real = image[0, pair.other_row, pair.other_column + x]
        difference: Real = value - image[0, pair.row, pair.column + x]
        weight: Real = weight_of(pair, difference * difference)
        scratch[strip, 1, x] += weight
        scratch[strip, 2, x] += weight * value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_color(
    image: cython.const[Real][:, :, ::1], scratch: Real[:, :, ::1], strip: cython.int, pair: Pair
) -> cython.void:
    """Add one displacement of a row of pixels of three channels."""
    row, column = pair.other_row, pair.other_column
    for x in range(pair.columns):
        first: Real = image[0, row, column + x] - image[0, pair.row, pair.column + x]
        second: Real = image[1, row, column + x] - image[1, pair.row, pair.column + x]
        third: Real = image[2, row, column + x] - image[2, pair.row, pair.column + x]
        scratch[strip, 0, x] = weight_of(pair, first * first + second * second + third * third)
    # Compilers test whether the rows of a loop overlap only if there are few, so the sums have a loop of their own.
    for x in range(pair.columns):
        scratch[strip, 1, x] += scratch[strip, 0, x]
        scratch[strip, 2, x] += scratch[strip, 0, x] * image[0, row, column + x]
    for x in range(pair.columns):
        scratch[strip, 3, x] += scratch[strip, 0, x] * image[1, row, column + x]
        scratch[strip, 4, x] += scratch[strip, 0, x] * image[2, row, column + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_channels(
    image: cython.const[Real][:, :, ::1], scratch: Real[:, :, ::1], strip: cython.int, pair: Pair
) -> cython.void:
    """Add one displacement of a row of pixels of any number of channels."""
    row, column = pair.other_row, pair.other_column
    for x in range(pair.columns):
        scratch[strip, 0, x] = 0
    for channel in range(image.shape[0]):
        for x in range(pair.columns):
            difference: Real = image[channel, row, column + x] - image[channel, pair.row, pair.column + x]
            scratch[strip, 0, x] += difference * difference
    for x in range(pair.columns):
        scratch[strip, 0, x] = weight_of(pair, scratch[strip, 0, x])
        scratch[strip, 1, x] += scratch[strip, 0, x]
    for channel in range(image.shape[0]):
        for x in range(pair.columns):
            scratch[strip, 2 + channel, x] += scratch[strip, 0, x] * image[channel, row, column + x]


def denoise(image, result, planes, window, exponents, share):
    """Write the means.

    The weight is exp(-exponent - share * squared distance in color). `exponents` has the part of the exponent of each
    pixel of the window, float64 and at most 40; the other parameters are those of `Displaced`.
    """
    job = Job(image, result, planes, window, share, TILE)
    job.exponents = exponents
    channels = image.shape[0]
    columns = min(result.shape[2], TILE[1])
    # With a gap between the scratch of the strips, so that no cache line is written by two threads.
    shape = (3 + channels, columns)
    cost = 0.3 * TILE[0] * columns * len(window) * (2 + channels)
    filter_tiles(job, cython.cast(strip_type, average), MAX_STRIPS, shape, cost)
