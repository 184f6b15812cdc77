# cython: infer_types=True
"""Correlation of a plane with weights by Fourier transforms of tiles, in float32.

Two tiles are the real and the imaginary part of one complex array. The weights are real, so after the product with
the conjugate of their transform, and back, both parts are the sums of their tiles. Transforms go along the columns of
all rows at once, in vectors; for the other axis the array is transposed. Those forward leave the frequencies in
bit-reversed order, in which those back take them: nothing is reordered.

Entry: ``correlate(image, weights, result, rows, columns)``.

References
----------
.. [1] W. M. Gentleman and G. Sande, "Fast Fourier Transforms: for Fun and Profit", Fall Joint Computer Conference,
   1966, pp. 563-578.
.. [2] A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 1989, section 8.7 (overlap-save).
"""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

STRIPS = 16
COST = 5.0  # nanoseconds for a pixel of a pair of tiles


@cython.final
@cython.cclass
class Job:
    """An image, the transform of the weights, and the sums."""

    image: cython.const[cython.float][:, ::1]
    result: cython.float[:, ::1]
    height: cython.Py_ssize_t  # the places in a tile
    width: cython.Py_ssize_t
    across: cython.Py_ssize_t  # tiles side by side
    tiles: cython.Py_ssize_t
    strips: cython.Py_ssize_t
    down_powers: cython.const[cython.float][:, ::1]  # the roots of one, for the rows of a tile and for its columns
    across_powers: cython.const[cython.float][:, ::1]
    spectrum: cython.float[:, :, ::1]  # real and imaginary parts, transposed
    upright: cython.float[:, :, :, ::1]  # of each strip the parts of a pair of tiles, and those parts transposed
    transposed: cython.float[:, :, :, ::1]
    totals: cython.float[:, ::1]  # of each strip the sums of columns
    roots: cython.double[:, ::1]  # of each tile the root mean squares of its sums and of its pixels


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def correlate_pairs(job: Job, strip: cython.int) -> cython.void:
    """Correlate the tiles of one strip."""
    pairs = (job.tiles + 1) // 2
    real: cython.float[:, ::1] = job.upright[strip, 0]
    imaginary: cython.float[:, ::1] = job.upright[strip, 1]
    other_real: cython.float[:, ::1] = job.transposed[strip, 0]
    other_imaginary: cython.float[:, ::1] = job.transposed[strip, 1]
    for pair in range(strip_start(pairs, job.strips, strip), strip_start(pairs, job.strips, strip + 1)):
        read(job, job.image, real, job.totals, strip, 2 * pair)
        read(job, job.image, imaginary, job.totals, strip, 2 * pair + 1)
        forward(job, real, imaginary, other_real, other_imaginary)
        multiply(other_real, other_imaginary, job.spectrum)
        transform_back(other_real, other_imaginary, job.across_powers)
        transpose(other_real, real)
        transpose(other_imaginary, imaginary)
        transform_back(real, imaginary, job.down_powers)
        write(job, real, job.result, job.totals, strip, 2 * pair)
        write(job, imaginary, job.result, job.totals, strip, 2 * pair + 1)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def forward(
    job: Job,
    real: cython.float[:, ::1],
    imaginary: cython.float[:, ::1],
    other_real: cython.float[:, ::1],
    other_imaginary: cython.float[:, ::1],
) -> cython.void:
    """Transform both axes; the result is transposed."""
    transform(real, imaginary, job.down_powers)
    transpose(real, other_real)
    transpose(imaginary, other_imaginary)
    transform(other_real, other_imaginary, job.across_powers)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def read(
    job: Job,
    image: cython.const[cython.float][:, ::1],
    tile: cython.float[:, ::1],
    totals: cython.float[:, ::1],
    strip: cython.int,
    number: cython.Py_ssize_t,
) -> cython.void:
    """Copy the pixels of a tile without their mean, and zeros where there are none."""
    top: cython.Py_ssize_t = number // job.across * job.height
    left: cython.Py_ssize_t = number % job.across * job.width
    rows: cython.Py_ssize_t = min(tile.shape[0], image.shape[0] - top) if number < job.tiles else 0
    columns: cython.Py_ssize_t = min(tile.shape[1], image.shape[1] - left)
    mean: cython.float = 0
    if rows > 0:
        for x in range(columns):
            totals[strip, x] = 0
        for y in range(rows):
            for x in range(columns):
                totals[strip, x] += image[top + y, left + x]
        mean = total(totals, strip, columns) / (cython.cast(cython.double, rows) * columns)
    for x in range(columns):
        totals[strip, x] = 0
    for y in range(rows):
        for x in range(columns):
            value = image[top + y, left + x] - mean
            tile[y, x] = value
            totals[strip, x] += value * value
        for x in range(columns, tile.shape[1]):
            tile[y, x] = 0
    for y in range(rows, tile.shape[0]):
        for x in range(tile.shape[1]):
            tile[y, x] = 0
    if rows > 0:
        job.roots[number, 1] = sqrt(total(totals, strip, columns) / (cython.cast(cython.double, rows) * columns))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def write(
    job: Job,
    tile: cython.const[cython.float][:, ::1],
    result: cython.float[:, ::1],
    totals: cython.float[:, ::1],
    strip: cython.int,
    number: cython.Py_ssize_t,
) -> cython.void:
    """Copy the sums of a tile to the result."""
    if number >= job.tiles:
        return
    top: cython.Py_ssize_t = number // job.across * job.height
    left: cython.Py_ssize_t = number % job.across * job.width
    columns: cython.Py_ssize_t = min(job.width, result.shape[1] - left)
    for y in range(min(job.height, result.shape[0] - top)):
        for x in range(columns):
            result[top + y, left + x] = tile[y, x]
    for x in range(tile.shape[1]):
        totals[strip, x] = 0
    for y in range(tile.shape[0]):
        for x in range(tile.shape[1]):
            totals[strip, x] += tile[y, x] * tile[y, x]
    size: cython.double = tile.shape[0] * tile.shape[1]
    job.roots[number, 0] = sqrt(total(totals, strip, tile.shape[1]) / size)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def total(totals: cython.const[cython.float][:, ::1], strip: cython.int, count: cython.Py_ssize_t) -> cython.double:
    """Return the sum of the first numbers of a row."""
    found: cython.double = 0
    for x in range(count):
        found += totals[strip, x]
    return found


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform(
    real: cython.float[:, ::1], imaginary: cython.float[:, ::1], powers: cython.const[cython.float][:, ::1]
) -> cython.void:
    """Transform columns whose length is a power of two: by four, and by two in the end."""
    count = real.shape[0]
    length: cython.Py_ssize_t = count
    while length >= 4:
        step = length // 4
        for k in range(step):
            first: cython.Py_ssize_t = k
            while first < count:
                divide(real, imaginary, powers, first, step, k * (count // length))
                first += length
        length = step
    if length == 2:
        for pair in range(count // 2):
            halve(real, imaginary, 2 * pair)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_back(
    real: cython.float[:, ::1], imaginary: cython.float[:, ::1], powers: cython.const[cython.float][:, ::1]
) -> cython.void:
    """Undo `transform`, times the length of the columns."""
    count = real.shape[0]
    length: cython.Py_ssize_t = count
    while length >= 8:
        length = length // 4
    if length == 2:
        for pair in range(count // 2):
            halve(real, imaginary, 2 * pair)
        length = 8
    while length <= count:
        step = length // 4
        for k in range(step):
            first: cython.Py_ssize_t = k
            while first < count:
                unite(real, imaginary, powers, first, step, k * (count // length))
                first += length
        length = 4 * length


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def halve(real: cython.float[:, ::1], imaginary: cython.float[:, ::1], a: cython.Py_ssize_t) -> cython.void:
    """Transform pairs of numbers."""
    for x in range(real.shape[1]):
        value = real[a, x]
        real[a, x] = value + real[a + 1, x]
        real[a + 1, x] = value - real[a + 1, x]
        value = imaginary[a, x]
        imaginary[a, x] = value + imaginary[a + 1, x]
        imaginary[a + 1, x] = value - imaginary[a + 1, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def divide(
    real: cython.float[:, ::1],
    imaginary: cython.float[:, ::1],
    powers: cython.const[cython.float][:, ::1],
    a: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    power: cython.Py_ssize_t,
) -> cython.void:
    """Transform four numbers, and turn them, so that transforms of a fourth of the length remain."""
    b = a + step
    c = b + step
    d = c + step
    cos1 = powers[power, 0]
    sin1 = powers[power, 1]
    cos2 = powers[2 * power, 0]
    sin2 = powers[2 * power, 1]
    cos3 = powers[3 * power, 0]
    sin3 = powers[3 * power, 1]
    for x in range(real.shape[1]):
        even_real = real[a, x] + real[c, x]
        even_imaginary = imaginary[a, x] + imaginary[c, x]
        odd_real = real[b, x] + real[d, x]
        odd_imaginary = imaginary[b, x] + imaginary[d, x]
        left_real = real[a, x] - real[c, x]
        left_imaginary = imaginary[a, x] - imaginary[c, x]
        right_real = real[b, x] - real[d, x]
        right_imaginary = imaginary[b, x] - imaginary[d, x]
        real[a, x] = even_real + odd_real
        imaginary[a, x] = even_imaginary + odd_imaginary
        u = even_real - odd_real
        v = even_imaginary - odd_imaginary
        real[b, x] = u * cos2 + v * sin2
        imaginary[b, x] = v * cos2 - u * sin2
        u = left_real + right_imaginary
        v = left_imaginary - right_real
        real[c, x] = u * cos1 + v * sin1
        imaginary[c, x] = v * cos1 - u * sin1
        u = left_real - right_imaginary
        v = left_imaginary + right_real
        real[d, x] = u * cos3 + v * sin3
        imaginary[d, x] = v * cos3 - u * sin3


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def unite(
    real: cython.float[:, ::1],
    imaginary: cython.float[:, ::1],
    powers: cython.const[cython.float][:, ::1],
    a: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    power: cython.Py_ssize_t,
) -> cython.void:
    """Undo `divide`, times four."""
    b = a + step
    c = b + step
    d = c + step
    cos1 = powers[power, 0]
    sin1 = powers[power, 1]
    cos2 = powers[2 * power, 0]
    sin2 = powers[2 * power, 1]
    cos3 = powers[3 * power, 0]
    sin3 = powers[3 * power, 1]
    for x in range(real.shape[1]):
        u = real[b, x] * cos2 - imaginary[b, x] * sin2
        v = imaginary[b, x] * cos2 + real[b, x] * sin2
        even_real = real[a, x] + u
        even_imaginary = imaginary[a, x] + v
        odd_real = real[a, x] - u
        odd_imaginary = imaginary[a, x] - v
        u = real[c, x] * cos1 - imaginary[c, x] * sin1
        v = imaginary[c, x] * cos1 + real[c, x] * sin1
        s = real[d, x] * cos3 - imaginary[d, x] * sin3
        t = imaginary[d, x] * cos3 + real[d, x] * sin3
        real[a, x] = even_real + (u + s)
        imaginary[a, x] = even_imaginary + (v + t)
        real[c, x] = even_real - (u + s)
        imaginary[c, x] = even_imaginary - (v + t)
        real[b, x] = odd_real - (v - t)
        imaginary[b, x] = odd_imaginary + (u - s)
        real[d, x] = odd_real + (v - t)
        imaginary[d, x] = odd_imaginary - (u - s)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose(source: cython.const[cython.float][:, ::1], target: cython.float[:, ::1]) -> cython.void:
    """Transpose an array, in blocks of 16 x 16."""
    for top in range(0, source.shape[0], 16):
        for left in range(0, source.shape[1], 16):
            for x in range(left, left + 16):
                for y in range(top, top + 16):
                    target[x, y] = source[y, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def multiply(
    real: cython.float[:, ::1], imaginary: cython.float[:, ::1], spectrum: cython.const[cython.float][:, :, ::1]
) -> cython.void:
    """Multiply by the conjugate of a spectrum."""
    for y in range(real.shape[0]):
        for x in range(real.shape[1]):
            u = real[y, x]
            v = imaginary[y, x]
            real[y, x] = u * spectrum[0, y, x] + v * spectrum[1, y, x]
            imaginary[y, x] = v * spectrum[0, y, x] - u * spectrum[1, y, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_weights(job: Job, strip: cython.int) -> cython.void:
    """Write the spectrum of the weights, which are in the first tile."""
    forward(job, job.upright[0, 0], job.upright[0, 1], job.spectrum[0], job.spectrum[1])


def powers_of(count):
    """Return the cosines and sines of a circle of `count` steps."""
    angles = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def correlate(image, weights, result, rows, columns):
    """Write the sums of the pixels times the weights, where all are inside of the image.

    Of the pixels of a tile their mean is subtracted first: the weights have a sum of 0.

    Parameters
    ----------
    image : (R, C) ndarray of float32
        C-contiguous.
    weights : (H, W) ndarray of float32
        Not larger than the image.
    result : (R - H + 1, C - W + 1) ndarray of float32
        C-contiguous.
    rows, columns : int
        The shape of the tiles: powers of two, at least 16 and not less than those of the weights.

    Returns
    -------
    (tiles, 2) ndarray of float64
        For each tile, row by row, the root mean squares of its sums, also of those that are not in the result, and
        of its pixels. A tile begins ``rows - H + 1`` rows below the one above, and so on.
    """
    if not all(length >= 16 and length & (length - 1) == 0 for length in (rows, columns)):
        raise ValueError(f"rows and columns must be powers of two of at least 16; got {rows}, {columns}.")
    height, width = rows - weights.shape[0] + 1, columns - weights.shape[1] + 1
    if min(height, width, *result.shape, *weights.shape) < 1:
        raise ValueError("weights must not be empty, nor larger than the tiles and the image.")
    if result.shape != (image.shape[0] - weights.shape[0] + 1, image.shape[1] - weights.shape[1] + 1):
        raise ValueError("result must have one place for each place of the weights in the image.")
    job: Job = Job()
    job.image, job.result, job.height, job.width = image, result, height, width
    job.across = -(-result.shape[1] // width)
    job.tiles = job.across * -(-result.shape[0] // height)
    pairs = (job.tiles + 1) // 2
    job.strips = max(1, min(STRIPS, pairs // 4))  # memory that is touched first takes time
    job.down_powers, job.across_powers = powers_of(rows), powers_of(columns)
    upright = np.zeros((job.strips, 2, rows, columns), np.float32)
    upright[0, 0, : weights.shape[0], : weights.shape[1]] = weights / np.float32(rows * columns)
    job.upright = upright
    job.spectrum = np.empty((2, columns, rows), np.float32)
    transform_weights(job, 0)
    job.transposed = np.empty((job.strips, 2, columns, rows), np.float32)
    job.totals = np.empty((job.strips, columns), np.float32)
    roots = np.zeros((job.tiles, 2))
    job.roots = roots
    parallel_for(cython.cast(strip_type, correlate_pairs), job.strips, job, COST * pairs * rows * columns)
    return roots
