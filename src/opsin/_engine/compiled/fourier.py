# cython: infer_types=True
"""Correlation of a plane with weights by Fourier transforms of tiles.

Two tiles are the real and the imaginary part of one complex array. The weights are real, so after the product with
the conjugate of their transform, and back, both parts are the sums of their tiles. All arrays are rows of 16 numbers:
a tile is stored as its blocks of 16 columns, one after the other. Transforms go along the rows of such an array, 16 at
once, in vectors; for the other axis 16 rows of a tile are transposed at a time. Transforms forward leave the
frequencies in an order in which those back take them: nothing is reordered.

Entry: ``correlate(image, weights, result, rows, columns, strips, tiles)``.

References
----------
.. [1] W. M. Gentleman and G. Sande, "Fast Fourier Transforms: for Fun and Profit", Fall Joint Computer Conference,
   1966, pp. 563-578.
.. [2] A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 1989, section 8.7 (overlap-save).
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)
Sum = cython.fused_type(cython.float, cython.double)

LANES = 16
"""The numbers of a row. Loops over them state the number, which the compiler must know."""

COST = 3.0  # nanoseconds for a pixel of a pair of tiles


@cython.final
@cython.cclass
class Job:
    """An image, the tiles, and the sums."""

    pixel_code: cython.int  # which of the views of the image is set
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels3: cython.const[cython.float][:, ::1]
    pixels4: cython.const[cython.double][:, ::1]
    writes_double: cython.bint  # which of the views of the sums is set
    floats: cython.float[:, ::1]
    doubles: cython.double[:, ::1]
    is_double: cython.bint  # which of the views that follow are set
    # Real and imaginary parts: the spectrum of the weights, and for each strip a pair of tiles and 16 of its rows.
    float_parts: cython.float[:, :, ::1]
    double_parts: cython.double[:, :, ::1]
    float_powers: cython.const[cython.float][:, ::1]  # the roots of one, for the longer side of a tile
    double_powers: cython.const[cython.double][:, ::1]
    rows: Index  # the shape of a tile
    columns: Index
    height: Index  # the places in a tile
    width: Index
    across: Index  # tiles side by side
    tiles: cython.const[Index][::1]  # those to correlate
    total: cython.double  # the sum of the weights
    roots: cython.double[:, ::1]  # of each pair of tiles the mean squares of its sums and of its pixels
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def correlate_strip(job: Job, strip: cython.int) -> cython.void:
    """Correlate the tiles of one strip, for the dtype of the sums."""
    if job.is_double:
        correlate_pairs(job, job.double_parts[0], job.double_parts[1], job.double_powers, strip)
    else:
        correlate_pairs(job, job.float_parts[0], job.float_parts[1], job.float_powers, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def correlate_pairs(
    job: Job, real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], strip: cython.int
) -> cython.void:
    """Correlate the tiles of one strip."""
    count = job.tiles.shape[0]
    pairs = (count + 1) // 2
    tile = first_row(job, strip)
    lines = tile + job.rows * job.columns // 16
    for pair in range(strip_start(pairs, job.strips, strip), strip_start(pairs, job.strips, strip + 1)):
        first = job.tiles[2 * pair]
        second: Index = job.tiles[2 * pair + 1] if 2 * pair + 1 < count else -1
        first_mean = read(job, real, tile, first)
        second_mean = read(job, imaginary, tile, second)
        transform_columns(job, real, imaginary, powers, tile)
        for block in range(job.rows // 16):
            transform_rows(job, real, imaginary, powers, tile, block, lines)
            multiply(job, real, imaginary, block * job.columns, lines, pair)
            transform_back(real, imaginary, powers, lines, job.columns)
            for k in range(job.columns // 16):
                transpose(real, lines + 16 * k, tile + k * job.rows + 16 * block)
                transpose(imaginary, lines + 16 * k, tile + k * job.rows + 16 * block)
        for k in range(job.columns // 16):
            transform_back(real, imaginary, powers, tile + k * job.rows, job.rows)
        write(job, real, tile, first, first_mean)
        write(job, imaginary, tile, second, second_mean)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_weights(job: Job, strip: cython.int) -> cython.void:
    """Write the spectrum of the weights, which are in the first tile."""
    tile = first_row(job, 0)
    if job.is_double:
        transform_columns(job, job.double_parts[0], job.double_parts[1], job.double_powers, tile)
    else:
        transform_columns(job, job.float_parts[0], job.float_parts[1], job.float_powers, tile)
    for block in range(job.rows // 16):
        line = block * job.columns
        if job.is_double:
            transform_rows(job, job.double_parts[0], job.double_parts[1], job.double_powers, tile, block, line)
        else:
            transform_rows(job, job.float_parts[0], job.float_parts[1], job.float_powers, tile, block, line)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def first_row(job: Job, strip: cython.int) -> Index:
    """Return where the tile of a strip begins, behind the spectrum and those of the other strips."""
    size = job.rows * job.columns // 16
    return size + strip * (size + job.columns)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_columns(
    job: Job, real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], tile: Index
) -> cython.void:
    """Transform a tile along its columns."""
    for k in range(job.columns // 16):
        transform(real, imaginary, powers, tile + k * job.rows, job.rows)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_rows(
    job: Job,
    real: Real[:, ::1],
    imaginary: Real[:, ::1],
    powers: cython.const[Real][:, ::1],
    tile: Index,
    block: Index,
    lines: Index,
) -> cython.void:
    """Transform a block of 16 rows of a tile, to lines that are its columns."""
    for k in range(job.columns // 16):
        transpose(real, tile + k * job.rows + 16 * block, lines + 16 * k)
        transpose(imaginary, tile + k * job.rows + 16 * block, lines + 16 * k)
    transform(real, imaginary, powers, lines, job.columns)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def read(job: Job, tile: Real[:, ::1], first: Index, number: Index) -> cython.double:
    """Copy the pixels of a tile, for the dtype of the image; return what was subtracted from them."""
    if job.pixel_code == 1:
        return read_pixels(job, job.pixels1, tile, first, number)
    if job.pixel_code == 2:
        return read_pixels(job, job.pixels2, tile, first, number)
    if job.pixel_code == 3:
        return read_pixels(job, job.pixels3, tile, first, number)
    return read_pixels(job, job.pixels4, tile, first, number)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def read_pixels(
    job: Job, image: cython.const[Pixel][:, ::1], tile: Real[:, ::1], first: Index, number: Index
) -> cython.double:
    """Copy the pixels of a tile without their mean, and zeros where there are none."""
    for i in range(job.rows * job.columns // 16):
        for lane in range(16):
            tile[first + i, lane] = 0
    if number < 0:
        return 0
    top: Index = number // job.across * job.height
    left: Index = number % job.across * job.width
    rows: Index = min(job.rows, image.shape[0] - top)
    columns: Index = min(job.columns, image.shape[1] - left)
    # The mean of every fourth row: any number near it serves.
    mean: Real = 0.0
    totals: Real[16]
    if not cython.compiled:
        totals = [0.0] * 16
    for lane in range(16):
        totals[lane] = 0.0
    for y in range(0, rows, 4):
        for k in range(columns // 16):
            for lane in range(16):
                totals[lane] += image[top + y, left + 16 * k + lane]
        for x in range(columns // 16 * 16, columns):
            totals[x % 16] += image[top + y, left + x]
    for lane in range(16):
        mean += totals[lane] / ((rows + 3) // 4 * columns)
    for y in range(rows):
        for k in range(columns // 16):
            for lane in range(16):
                tile[first + k * job.rows + y, lane] = image[top + y, left + 16 * k + lane] - mean
        for x in range(columns // 16 * 16, columns):
            tile[first + x // 16 * job.rows + y, x % 16] = image[top + y, left + x] - mean
    return mean


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def write(job: Job, tile: cython.const[Real][:, ::1], first: Index, number: Index, mean: cython.double) -> cython.void:
    """Copy the sums of a tile, for the dtype of the result."""
    if job.writes_double:
        write_sums(job, tile, job.doubles, first, number, mean)
    else:
        write_sums(job, tile, job.floats, first, number, mean)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def write_sums(
    job: Job, tile: cython.const[Real][:, ::1], result: Sum[:, ::1], first: Index, number: Index, mean: cython.double
) -> cython.void:
    """Copy the sums of a tile to the result, with that of what was subtracted."""
    if number < 0:
        return
    top: Index = number // job.across * job.height
    left: Index = number % job.across * job.width
    columns: Index = min(job.width, result.shape[1] - left)
    more: Real = mean * job.total
    total: Real
    for y in range(min(job.height, result.shape[0] - top)):
        for k in range(columns // 16):
            for lane in range(16):
                total = tile[first + k * job.rows + y, lane] + more
                result[top + y, left + 16 * k + lane] = cython.cast(cython.typeof(result[0, 0]), total)
        for x in range(columns // 16 * 16, columns):
            total = tile[first + x // 16 * job.rows + y, x % 16] + more
            result[top + y, left + x] = cython.cast(cython.typeof(result[0, 0]), total)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform(
    real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], first: Index, count: Index
) -> cython.void:
    """Transform rows whose number is a power of two: by four, and by two in the end."""
    length: Index = count
    while length >= 4:
        step = length // 4
        for k in range(step):
            a: Index = first + k
            while a < first + count:
                divide(real, imaginary, powers, a, step, k * (powers.shape[0] // length))
                a += length
        length = step
    if length == 2:
        for pair in range(count // 2):
            halve(real, first + 2 * pair)
            halve(imaginary, first + 2 * pair)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transform_back(
    real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], first: Index, count: Index
) -> cython.void:
    """Undo `transform`, times the number of rows."""
    length: Index = count
    while length >= 8:
        length = length // 4
    if length == 2:
        for pair in range(count // 2):
            halve(real, first + 2 * pair)
            halve(imaginary, first + 2 * pair)
        length = 8
    while length <= count:
        step = length // 4
        for k in range(step):
            a: Index = first + k
            while a < first + count:
                unite(real, imaginary, powers, a, step, k * (powers.shape[0] // length))
                a += length
        length = 4 * length


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def halve(values: Real[:, ::1], a: Index) -> cython.void:
    """Transform pairs of numbers."""
    for lane in range(16):
        value = values[a, lane]
        values[a, lane] = value + values[a + 1, lane]
        values[a + 1, lane] = value - values[a + 1, lane]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def divide(
    real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], a: Index, step: Index, power: Index
) -> cython.void:
    """Transform four numbers, and turn them, so that transforms of a fourth of the length remain."""
    found: Real[128]
    if not cython.compiled:
        found = [0.0] * 128
    b = a + step
    c = b + step
    d = c + step
    cos1 = powers[power, 0]
    sin1 = powers[power, 1]
    cos2 = powers[2 * power, 0]
    sin2 = powers[2 * power, 1]
    cos3 = powers[3 * power, 0]
    sin3 = powers[3 * power, 1]
    for x in range(16):
        even_real = real[a, x] + real[c, x]
        even_imaginary = imaginary[a, x] + imaginary[c, x]
        odd_real = real[b, x] + real[d, x]
        odd_imaginary = imaginary[b, x] + imaginary[d, x]
        left_real = real[a, x] - real[c, x]
        left_imaginary = imaginary[a, x] - imaginary[c, x]
        right_real = real[b, x] - real[d, x]
        right_imaginary = imaginary[b, x] - imaginary[d, x]
        found[x] = even_real + odd_real
        found[64 + x] = even_imaginary + odd_imaginary
        u: Real = even_real - odd_real
        v: Real = even_imaginary - odd_imaginary
        found[16 + x] = u * cos2 + v * sin2
        found[80 + x] = v * cos2 - u * sin2
        u = left_real + right_imaginary
        v = left_imaginary - right_real
        found[32 + x] = u * cos1 + v * sin1
        found[96 + x] = v * cos1 - u * sin1
        u = left_real - right_imaginary
        v = left_imaginary + right_real
        found[48 + x] = u * cos3 + v * sin3
        found[112 + x] = v * cos3 - u * sin3
    store(real, a, step, found)
    store(imaginary, a, step, found + 64 if cython.compiled else found[64:])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def unite(
    real: Real[:, ::1], imaginary: Real[:, ::1], powers: cython.const[Real][:, ::1], a: Index, step: Index, power: Index
) -> cython.void:
    """Undo `divide`, times four."""
    found: Real[128]
    if not cython.compiled:
        found = [0.0] * 128
    b = a + step
    c = b + step
    d = c + step
    cos1 = powers[power, 0]
    sin1 = powers[power, 1]
    cos2 = powers[2 * power, 0]
    sin2 = powers[2 * power, 1]
    cos3 = powers[3 * power, 0]
    sin3 = powers[3 * power, 1]
    for x in range(16):
        u: Real = real[b, x] * cos2 - imaginary[b, x] * sin2
        v: Real = imaginary[b, x] * cos2 + real[b, x] * sin2
        even_real = real[a, x] + u
        even_imaginary = imaginary[a, x] + v
        odd_real = real[a, x] - u
        odd_imaginary = imaginary[a, x] - v
        u = real[c, x] * cos1 - imaginary[c, x] * sin1
        v = imaginary[c, x] * cos1 + real[c, x] * sin1
        s = real[d, x] * cos3 - imaginary[d, x] * sin3
        t = imaginary[d, x] * cos3 + real[d, x] * sin3
        found[x] = even_real + (u + s)
        found[64 + x] = even_imaginary + (v + t)
        found[16 + x] = odd_real - (v - t)
        found[80 + x] = odd_imaginary + (u - s)
        found[32 + x] = even_real - (u + s)
        found[96 + x] = even_imaginary - (v + t)
        found[48 + x] = odd_real + (v - t)
        found[112 + x] = odd_imaginary - (u - s)
    store(real, a, step, found)
    store(imaginary, a, step, found + 64 if cython.compiled else found[64:])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def store(values: Real[:, ::1], a: Index, step: Index, found: cython.pointer(Real)) -> cython.void:
    """Write four rows. They are computed apart, so that no row is tested for being another one."""
    for x in range(16):
        values[a, x] = found[x]
    for x in range(16):
        values[a + step, x] = found[16 + x]
    for x in range(16):
        values[a + 2 * step, x] = found[32 + x]
    for x in range(16):
        values[a + 3 * step, x] = found[48 + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose(values: Real[:, ::1], source: Index, target: Index) -> cython.void:
    """Copy a block of 16 rows to another one, transposed."""
    for y in range(16):
        for x in range(16):
            values[target + y, x] = values[source + x, y]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def multiply(
    job: Job, real: Real[:, ::1], imaginary: Real[:, ::1], spectrum: Index, lines: Index, pair: Index
) -> cython.void:
    """Multiply lines by the conjugate of those of the spectrum; add the squares of both to those of the pair."""
    found: Real[64]
    if not cython.compiled:
        found = [0.0] * 64
    for x in range(64):
        found[x] = 0
    for y in range(job.columns):
        for x in range(16):
            u = real[lines + y, x]
            v = imaginary[lines + y, x]
            s = real[spectrum + y, x]
            t = imaginary[spectrum + y, x]
            found[x] = u * s + v * t
            found[16 + x] = v * s - u * t
            found[32 + x] += found[x] * found[x] + found[16 + x] * found[16 + x]
            found[48 + x] += u * u + v * v
        for x in range(16):
            real[lines + y, x] = found[x]
        for x in range(16):
            imaginary[lines + y, x] = found[16 + x]
    for x in range(16):
        job.roots[pair, 0] += found[32 + x]
        job.roots[pair, 1] += found[48 + x]


def correlate(image, weights, result, rows, columns, strips, tiles=None):
    """Write the sums of the pixels times the weights, where all are inside of the image.

    Transforms have the dtype of the weights. They are of the pixels less the mean of each tile.

    Parameters
    ----------
    image : (R, C) ndarray of uint8, uint16, float32 or float64
        C-contiguous.
    weights : (H, W) ndarray of float32 or float64
        Not larger than the image.
    result : (R - H + 1, C - W + 1) ndarray of float32 or float64
        C-contiguous.
    rows, columns : int
        The shape of the tiles: powers of two, at least 16 and not less than those of the weights. A tile begins
        ``rows - H + 1`` rows below the one above, and so on.
    strips : int
        How many pairs of tiles are computed side by side; each takes the memory of a pair.
    tiles : (N,) ndarray of intp, optional
        The tiles to correlate, counted row by row; by default all.

    Returns
    -------
    (pairs, 2) ndarray of float64
        For each two of the tiles the root mean squares of their sums, also of those that are not in the result, and of
        their pixels, added as squares.
    """
    if not all(length >= LANES and length & (length - 1) == 0 for length in (rows, columns)):
        raise ValueError(f"rows and columns must be powers of two of at least 16; got {rows}, {columns}.")
    height, width = rows - weights.shape[0] + 1, columns - weights.shape[1] + 1
    if min(height, width, *result.shape, *weights.shape) < 1:
        raise ValueError("weights must not be empty, nor larger than the tiles and the image.")
    if result.shape != (image.shape[0] - weights.shape[0] + 1, image.shape[1] - weights.shape[1] + 1):
        raise ValueError("result must have one place for each place of the weights in the image.")
    job: Job = Job()
    job.pixel_code = ("B", "H", "f", "d").index(image.dtype.char) + 1
    job.pixels1 = image if job.pixel_code == 1 else None
    job.pixels2 = image if job.pixel_code == 2 else None
    job.pixels3 = image if job.pixel_code == 3 else None
    job.pixels4 = image if job.pixel_code == 4 else None
    job.rows, job.columns, job.height, job.width = rows, columns, height, width
    job.across = -(-result.shape[1] // width)
    count = job.across * -(-result.shape[0] // height)
    tiles = np.arange(count) if tiles is None else tiles
    if len(tiles) and not 0 <= tiles.min() <= tiles.max() < count:
        raise ValueError(f"tiles must be from 0 to {count - 1}.")
    job.tiles = tiles
    pairs = (len(tiles) + 1) // 2
    job.strips = max(1, min(strips, pairs))
    dtype, size = weights.dtype, rows * columns // LANES
    parts = np.empty((2, size + job.strips * (size + columns), LANES), dtype)
    padded = np.zeros((rows, columns), dtype)
    padded[: weights.shape[0], : weights.shape[1]] = weights / dtype.type(rows * columns)
    parts[0, size : 2 * size] = padded.reshape(rows, -1, LANES).transpose(1, 0, 2).reshape(-1, LANES)
    parts[1, size : 2 * size] = 0
    angles = np.arange(max(rows, columns)) * (2 * np.pi / max(rows, columns))
    powers = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(dtype)
    job.is_double = dtype == np.float64
    job.float_parts, job.float_powers = (None, None) if job.is_double else (parts, powers)
    job.double_parts, job.double_powers = (parts, powers) if job.is_double else (None, None)
    job.writes_double = result.dtype == np.float64
    job.floats, job.doubles = (None, result) if job.writes_double else (result, None)
    job.total = weights.sum(dtype=np.float64)
    roots = np.zeros((pairs, 2))
    job.roots = roots
    transform_weights(job, 0)
    parallel_for(cython.cast(strip_type, correlate_strip), job.strips, job, COST * pairs * rows * columns)
    return np.sqrt(roots) / (1, rows * columns)
