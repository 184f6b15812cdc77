"""Resampling of a plane along an affine map from the result's pixels to the source's.

The result is made in blocks of 4 rows and 128 columns, side by side in strips of
64 rows, so that what a strip reads of the source stays in cache however the map
turns. In each row of a block the map is a straight line through the source,
which leaves three kinds of pixels:

- those whose every sample lies inside the source: one stretch of the row, found
  by arithmetic;
- those that the border takes part in, which are sampled one by one;
- beyond them, if the border is constant, those that see nothing else.

The first kind, nearly all, goes through three plain loops: where each pixel
reads and how far inside a pixel it lies; the samples, one array for each; the
sum. The first and the last are vector work. The middle one is not: it holds
nothing but the loads that follow no order.

Positions are counted in the precision of the sum from the first pixel of each
group of 32, and in double precision between groups, so that the place inside a
pixel is known equally well everywhere in a large image.

References
----------
.. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics,
   Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160 (order 3, with a = -1/2).
"""

import cython
import numpy as np
from cython.cimports.libc.math import ceil, floor

if cython.compiled:
    from cython.cimports.libc.stdint import uint8_t
    from cython.cimports.libc.string import memcpy
    from cython.cimports.opsin._engine.runtime import parallel_tasks as parallel_for
else:
    uint8_t = cython.uchar

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)

PIXELS = ("uint8", "uint16", "float32", "float64")
BORDERS = ("reflect", "mirror", "nearest", "constant", "wrap")
REFLECT = cython.declare(cython.int, 0)
MIRROR = cython.declare(cython.int, 1)
NEAREST = cython.declare(cython.int, 2)
CONSTANT = cython.declare(cython.int, 3)

# Low blocks: the rows of a wide image share a few sets of the cache, and those of a high block push each other out.
STRIP_ROWS = cython.declare(cython.Py_ssize_t, 64)
BLOCK_ROWS = cython.declare(cython.Py_ssize_t, 4)
BLOCK_COLUMNS = cython.declare(cython.Py_ssize_t, 128)
# Below this many pixels, waking a second thread costs more than it saves.
SERIAL_BELOW = cython.declare(cython.Py_ssize_t, 16384)
# A place this near to the edge of the stretch inside counts as outside: it may round to either.
CLOSE = cython.declare(cython.double, 1e-3)
# The nearest pixel, and of two the later, also where rounding has moved the place a little.
HALFWAY = cython.declare(cython.double, 0.5 + 1.0 / 65536)
# Doubles from here on have no places inside a pixel.
FAR = cython.declare(cython.double, 4503599627370496.0)

Plane = cython.struct(
    rows=cython.Py_ssize_t,
    columns=cython.Py_ssize_t,
    stride=cython.Py_ssize_t,
    channels=cython.Py_ssize_t,
    target_rows=cython.Py_ssize_t,
    target_columns=cython.Py_ssize_t,
    matrix=cython.double[6],
    order=cython.int,
    border=cython.int,
    cval=cython.double,
    top=cython.double,
)

Job = cython.struct(source=cython.p_uchar, target=cython.p_uchar, plane=Plane, pixel=cython.int)


def affine(
    source: cython.const[cython.uchar][:, :],
    target: cython.uchar[:, :],
    pixel: cython.int,
    channels: cython.Py_ssize_t,
    matrix: tuple,
    order: cython.int,
    border: cython.int,
    cval: cython.double,
) -> None:
    """Fill `target` with what an affine map shows of `source`.

    Parameters
    ----------
    source : (rows, columns * channels) array, as bytes
        The plane to sample.
    target : (rows, columns * channels) array, as bytes
        Where the result goes; it shares no memory with `source`.
    pixel : int
        The dtype of both, as its place in ``PIXELS``.
    channels : int
        How many elements in a row make a pixel.
    matrix : tuple of 6 float
        The first two rows of the matrix that takes (row, column, 1) of the target to (row, column) of the source.
    order : {0, 1, 3}
        Nearest, linear or cubic.
    border : int
        What lies beyond the source, as its place in ``BORDERS``.
    cval : float
        The value beyond a constant border.
    """
    job: Job
    plane: Plane
    size: cython.Py_ssize_t = 1 << pixel
    strips: cython.Py_ssize_t
    number: cython.Py_ssize_t
    i: cython.int
    if not cython.compiled:
        plane = Plane()
        plane.matrix = [0.0] * 6
        job = Job()
    plane.rows = source.shape[0]
    plane.columns = source.shape[1] // (channels * size)
    plane.target_rows = target.shape[0]
    plane.target_columns = target.shape[1] // (channels * size)
    plane.stride = source.strides[0] // size
    plane.channels = channels
    plane.order = order
    plane.border = border
    plane.cval = cval
    plane.top = 255 if pixel == 0 else 65535 if pixel == 1 else 0
    for i in range(6):
        plane.matrix[i] = matrix[i]
    strips = (plane.target_rows + STRIP_ROWS - 1) // STRIP_ROWS
    if cython.compiled:
        job.plane = plane
        job.pixel = pixel
        job.source = cython.cast(cython.p_uchar, cython.address(source[0, 0]))
        job.target = cython.address(target[0, 0])
        with cython.nogil:
            parallel_for(
                task,
                cython.cast(cython.int, strips),
                cython.cast(cython.pointer(uint8_t), cython.address(job)),
                plane.target_rows * plane.target_columns < SERIAL_BELOW,
            )
    else:
        dtype = np.dtype(PIXELS[pixel])
        real = np.float64 if pixel == 3 else np.float32
        plane.stride = plane.columns * channels
        flat, filled = source.view(dtype).ravel(), target.view(dtype).reshape(-1)
        for number in range(strips):
            taps, words = np.zeros(2176, dtype), np.zeros(2176, np.uint32)
            strip(flat, filled, plane, number, taps, words, np.zeros(320, real), np.zeros(160, np.intp))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def task(context: cython.p_void, number: cython.int, closure: cython.pointer(uint8_t)) -> cython.int:
    """Make one strip of the target."""
    job: cython.pointer(Job) = cython.cast(cython.pointer(Job), closure)
    taps_u8 = cython.declare(cython.uchar[2176])
    taps_u16 = cython.declare(cython.ushort[2176])
    taps_f32 = cython.declare(cython.float[2176])
    taps_f64 = cython.declare(cython.double[2176])
    inside_f32 = cython.declare(cython.float[320])
    inside_f64 = cython.declare(cython.double[320])
    words = cython.declare(cython.uint[2176])
    starts = cython.declare(cython.Py_ssize_t[160])
    if job.pixel == 0:
        strip[cython.uchar, cython.float](
            job.source, job.target, cython.address(job.plane), number, taps_u8, words, inside_f32, starts
        )
    elif job.pixel == 1:
        strip[cython.ushort, cython.float](
            cython.cast(cython.p_ushort, job.source),
            cython.cast(cython.p_ushort, job.target),
            cython.address(job.plane),
            number,
            taps_u16,
            words,
            inside_f32,
            starts,
        )
    elif job.pixel == 2:
        strip[cython.float, cython.float](
            cython.cast(cython.p_float, job.source),
            cython.cast(cython.p_float, job.target),
            cython.address(job.plane),
            number,
            taps_f32,
            words,
            inside_f32,
            starts,
        )
    else:
        strip[cython.double, cython.double](
            cython.cast(cython.p_double, job.source),
            cython.cast(cython.p_double, job.target),
            cython.address(job.plane),
            number,
            taps_f64,
            words,
            inside_f64,
            starts,
        )
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def strip(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    number: cython.Py_ssize_t,
    taps: cython.pointer(Pixel),
    words: cython.p_uint,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Fill one strip of the target, block by block."""
    down: cython.Py_ssize_t
    across: cython.Py_ssize_t
    for down in range(STRIP_ROWS // BLOCK_ROWS):
        for across in range((plane.target_columns + BLOCK_COLUMNS - 1) // BLOCK_COLUMNS):
            block(
                source,
                target,
                plane,
                number * STRIP_ROWS + down * BLOCK_ROWS,
                across * BLOCK_COLUMNS,
                taps,
                words,
                inside,
                starts,
            )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def block(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    y0: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    taps: cython.pointer(Pixel),
    words: cython.p_uint,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Fill one block of the target, row by row."""
    n: cython.Py_ssize_t = min(BLOCK_COLUMNS, plane.target_columns - x0)
    channels: cython.Py_ssize_t = plane.channels
    x: cython.Py_ssize_t
    y: cython.Py_ssize_t
    first: cython.Py_ssize_t
    last: cython.Py_ssize_t
    seen_first: cython.Py_ssize_t
    seen_last: cython.Py_ssize_t
    at: cython.Py_ssize_t
    row: cython.double
    column: cython.double
    step_row: cython.double = plane.matrix[1]
    step_column: cython.double = plane.matrix[4]
    # The least places where all samples, and where any, lie inside the source; the greatest mirror them.
    whole: cython.double = (-0.5 if plane.order == 0 else 0 if plane.order == 1 else 1) + CLOSE
    beyond: cython.double = floor(plane.cval + 0.5) if plane.top > 0 else plane.cval
    part: cython.double = (-0.5 if plane.order == 0 else -1 if plane.order == 1 else -2) - CLOSE
    steep: cython.bint = 32 * (abs(step_row) * plane.stride + abs(step_column) * channels) > 2e9
    last_row: cython.Py_ssize_t = min(y0 + BLOCK_ROWS, plane.target_rows) - 1
    # A map of straight lines is inside everywhere if it is inside at the corners.
    covered: cython.bint = (
        not steep
        and is_inside(plane, y0, x0, whole)
        and is_inside(plane, y0, x0 + n - 1, whole)
        and is_inside(plane, last_row, x0, whole)
        and is_inside(plane, last_row, x0 + n - 1, whole)
    )
    for y in range(y0, last_row + 1):
        row = plane.matrix[0] * y + step_row * x0 + plane.matrix[2]
        column = plane.matrix[3] * y + step_column * x0 + plane.matrix[5]
        at = (y * plane.target_columns + x0) * channels
        if covered:
            stretch(source, target, plane, at, row, column, n, taps, words, inside, starts)
            continue
        first = max(begin(row, step_row, whole, plane.rows, n), begin(column, step_column, whole, plane.columns, n))
        last = min(end(row, step_row, whole, plane.rows, n), end(column, step_column, whole, plane.columns, n))
        if last <= first or steep:
            first = last = n
        seen_first, seen_last = 0, n
        if plane.border == CONSTANT:
            seen_first = max(
                begin(row, step_row, part, plane.rows, n), begin(column, step_column, part, plane.columns, n)
            )
            seen_last = min(end(row, step_row, part, plane.rows, n), end(column, step_column, part, plane.columns, n))
            if seen_last <= seen_first:
                seen_first = seen_last = n
            fill(target, at, seen_first * channels, beyond)
            fill(target, at + seen_last * channels, (n - seen_last) * channels, beyond)
        for x in range(seen_first, min(first, seen_last)):
            sample(source, target, plane, at + x * channels, row + step_row * x, column + step_column * x)
        for x in range(max(last, seen_first), seen_last):
            sample(source, target, plane, at + x * channels, row + step_row * x, column + step_column * x)
        if first < last:
            row += step_row * first
            column += step_column * first
            at += first * channels
            stretch(source, target, plane, at, row, column, last - first, taps, words, inside, starts)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def is_inside(
    plane: cython.pointer(Plane), y: cython.Py_ssize_t, x: cython.Py_ssize_t, least: cython.double
) -> cython.bint:
    """Say whether a pixel's place along both axes is from `least` to where that mirrors."""
    row: cython.double = plane.matrix[0] * y + plane.matrix[1] * x + plane.matrix[2]
    column: cython.double = plane.matrix[3] * y + plane.matrix[4] * x + plane.matrix[5]
    return least <= row <= plane.rows - 1 - least and least <= column <= plane.columns - 1 - least


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def begin(
    place: cython.double, step: cython.double, least: cython.double, size: cython.Py_ssize_t, n: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the first of n pixels whose place is from `least` to where that mirrors, or n."""
    greatest: cython.double = size - 1 - least
    bound: cython.double
    if step == 0:
        return 0 if least <= place <= greatest else n
    bound = ((least if step > 0 else greatest) - place) / step
    if not bound > 0:
        return 0
    return n if bound >= n else cython.cast(cython.Py_ssize_t, ceil(bound))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def end(
    place: cython.double, step: cython.double, least: cython.double, size: cython.Py_ssize_t, n: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the pixel after the last of n whose place is from `least` to where that mirrors, or 0."""
    greatest: cython.double = size - 1 - least
    bound: cython.double
    if step == 0:
        return n if least <= place <= greatest else 0
    bound = ((greatest if step > 0 else least) - place) / step
    if not bound >= 0:
        return 0
    return n if bound >= n - 1 else cython.cast(cython.Py_ssize_t, floor(bound)) + 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill(
    target: cython.pointer(Pixel), at: cython.Py_ssize_t, count: cython.Py_ssize_t, value: cython.double
) -> cython.void:
    k: cython.Py_ssize_t
    for k in range(at, at + count):
        target[k] = cython.cast(cython.typeof(target[k]), value)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def stretch(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    at: cython.Py_ssize_t,
    row: cython.double,
    column: cython.double,
    n: cython.Py_ssize_t,
    taps: cython.pointer(Pixel),
    words: cython.p_uint,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Fill n pixels of a row, all of whose samples lie inside the source."""
    channels: cython.Py_ssize_t = plane.channels
    channel: cython.Py_ssize_t
    x: cython.Py_ssize_t
    exact: cython.int = 0
    result: cython.pointer(Pixel)
    to: cython.Py_ssize_t
    if plane.order == 0:
        places(plane, row + HALFWAY, column + HALFWAY, n, inside, starts)
        nearest(source, target, at, n, channels, starts)
        return
    places(plane, row, column, n, inside, starts)
    if plane.top == 255 and (channels == 1 or channels == 3 or channels == 4):
        if plane.order == 1:
            linear_bytes(source, target, plane, at, n, words, inside, starts)
        else:
            cubic_bytes(source, target, plane, at, n, words, inside, starts)
        return
    result = target if channels == 1 else taps
    to = at if channels == 1 else 2048
    for channel in range(channels):
        if plane.order == 1:
            linear(source, plane, n, channel, taps, inside, starts, result, to)
        else:
            cubic(source, plane, n, channel, taps, inside, starts, result, to)
        if channels > 1:
            for x in range(n):
                target[at + x * channels + channel] = taps[2048 + x]
    if plane.top > 0:
        return
    # A sample of weight zero is no part of the result, not even if it is NaN.
    for x in range(n):
        exact += (inside[x] == 0) | (inside[160 + x] == 0)
    if exact == 0:
        return
    for x in range(n):
        if inside[x] == 0 or inside[160 + x] == 0:
            sample(source, target, plane, at + x * channels, row + plane.matrix[1] * x, column + plane.matrix[4] * x)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def places(
    plane: cython.pointer(Plane),
    row: cython.double,
    column: cython.double,
    n: cython.Py_ssize_t,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Find for each of n pixels the sample that it lies at or after, and how far inside a pixel it lies.

    The parts of a pixel along the rows axis go to inside[0:], those along the
    columns to inside[160:].
    """
    step_row: Real = plane.matrix[1]
    step_column: Real = plane.matrix[4]
    stride: cython.int = plane.stride
    channels: cython.int = plane.channels
    base: cython.Py_ssize_t
    group: cython.Py_ssize_t
    i: cython.int
    group_row: cython.double
    group_column: cython.double
    least_row: cython.double
    least_column: cython.double
    row_inside: Real
    column_inside: Real
    r: Real
    c: Real
    whole_r: cython.int
    whole_c: cython.int
    for group in range(0, n, 32):
        group_row = row + plane.matrix[1] * group
        group_column = column + plane.matrix[4] * group
        # Counted from the least place of the group none is negative, and cutting the fraction off rounds down.
        least_row = floor(group_row + min(31 * plane.matrix[1], 0))
        least_column = floor(group_column + min(31 * plane.matrix[4], 0))
        base = cython.cast(cython.Py_ssize_t, least_row) * plane.stride
        base += cython.cast(cython.Py_ssize_t, least_column) * plane.channels
        row_inside = group_row - least_row
        column_inside = group_column - least_column
        for i in range(32):
            r = row_inside + step_row * i
            c = column_inside + step_column * i
            whole_r = cython.cast(cython.int, r)
            whole_c = cython.cast(cython.int, c)
            starts[group + i] = base + (whole_r * stride + whole_c * channels)
            inside[group + i] = r - whole_r
            inside[160 + group + i] = c - whole_c


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def nearest(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Copy the pixel at each place."""
    x: cython.Py_ssize_t
    channel: cython.Py_ssize_t
    if channels == 1:
        for x in range(n):
            target[at + x] = source[starts[x]]
    elif channels == 3:
        for x in range(n):
            target[at + 3 * x] = source[starts[x]]
            target[at + 3 * x + 1] = source[starts[x] + 1]
            target[at + 3 * x + 2] = source[starts[x] + 2]
    else:
        for x in range(n):
            for channel in range(channels):
                target[at + x * channels + channel] = source[starts[x] + channel]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def two_bytes(source: cython.pointer(Pixel), at: cython.Py_ssize_t) -> cython.uint:
    """Return two bytes as a word, the first lowest."""
    word: cython.ushort = 0
    if cython.compiled:
        memcpy(cython.address(word), cython.address(source[at]), 2)
    else:
        word = int(source[at]) | int(source[at + 1]) << 8
    return word


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def four_bytes(source: cython.pointer(Pixel), at: cython.Py_ssize_t) -> cython.uint:
    """Return four bytes as a word, the first lowest."""
    word: cython.uint = 0
    if cython.compiled:
        memcpy(cython.address(word), cython.address(source[at]), 4)
    else:
        word = two_bytes(source, at) | two_bytes(source, at + 2) << 16
    return word


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def byte(word: cython.uint, shift: cython.uint) -> cython.int:
    """Return the byte of a word that lies `shift` bits up."""
    return cython.cast(cython.int, word >> shift & 255)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def linear_bytes(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    words: cython.p_uint,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Interpolate between four pixels of one, three or four bytes, which are moved as words."""
    stride: cython.Py_ssize_t = plane.stride
    channels: cython.Py_ssize_t = plane.channels
    start: cython.Py_ssize_t
    x: cython.Py_ssize_t
    # The second of two pixels of three bytes is read with the byte before it, not with one that may not exist.
    second: cython.Py_ssize_t = 2 if channels == 3 else 4
    aside: cython.uint = 8 if channels == 3 else 0
    word: cython.uint
    channel: cython.uint
    one: Real = 1
    half: Real = 0.5
    r: Real
    c: Real
    above: Real
    below: Real
    if channels == 1:
        for x in range(n):
            start = starts[x]
            words[x] = two_bytes(source, start) | cython.cast(cython.uint, two_bytes(source, start + stride)) << 16
        for x in range(n):
            r = inside[x]
            c = inside[160 + x]
            word = words[x]
            above = byte(word, 0) * (one - c) + byte(word, 8) * c
            below = byte(word, 16) * (one - c) + byte(word, 24) * c
            target[at + x] = cython.cast(cython.typeof(target[x]), above * (one - r) + below * r + half)
        return
    for x in range(n):
        start = starts[x]
        words[x] = four_bytes(source, start)
        words[128 + x] = four_bytes(source, start + second) >> aside
        words[256 + x] = four_bytes(source, start + stride)
        words[384 + x] = four_bytes(source, start + stride + second) >> aside
    for x in range(n):
        r = inside[x]
        c = inside[160 + x]
        word = 0
        for channel in range(0, 32, 8):
            above = byte(words[x], channel) * (one - c) + byte(words[128 + x], channel) * c
            below = byte(words[256 + x], channel) * (one - c) + byte(words[384 + x], channel) * c
            word |= cython.cast(cython.uint, cython.cast(cython.int, above * (one - r) + below * r + half)) << channel
        words[512 + x] = word
    put_bytes(target, at, n, channels, words, 512)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def put_bytes(
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
    words: cython.p_uint,
    first: cython.Py_ssize_t,
) -> cython.void:
    """Write the lowest bytes of each word, as many as there are channels."""
    x: cython.Py_ssize_t
    for x in range(n):
        target[at] = cython.cast(cython.typeof(target[at]), byte(words[first + x], 0))
        target[at + 1] = cython.cast(cython.typeof(target[at]), byte(words[first + x], 8))
        target[at + 2] = cython.cast(cython.typeof(target[at]), byte(words[first + x], 16))
        if channels == 4:
            target[at + 3] = cython.cast(cython.typeof(target[at]), byte(words[first + x], 24))
        at += channels


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cubic_bytes(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    words: cython.p_uint,
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
) -> cython.void:
    """Interpolate between sixteen pixels of one, three or four bytes, which are moved as words."""
    stride: cython.Py_ssize_t = plane.stride
    channels: cython.Py_ssize_t = plane.channels
    start: cython.Py_ssize_t
    x: cython.Py_ssize_t
    k: cython.Py_ssize_t
    # The last of four pixels of three bytes is read with the byte before it, not with one that may not exist.
    last: cython.Py_ssize_t = 8 if channels == 3 else 12
    aside: cython.uint = 8 if channels == 3 else 0
    word: cython.uint
    shift: cython.uint
    one: Real = 1
    r: Real
    c: Real
    a0: Real
    a1: Real
    a2: Real
    a3: Real
    total: Real
    if channels == 1:
        for x in range(n):
            start = starts[x] - stride - 1
            words[x] = four_bytes(source, start)
            words[128 + x] = four_bytes(source, start + stride)
            words[256 + x] = four_bytes(source, start + 2 * stride)
            words[384 + x] = four_bytes(source, start + 3 * stride)
        for x in range(n):
            r = inside[x]
            c = inside[160 + x]
            a0, a1, a2, a3 = far(c), near(c), near(one - c), far(one - c)
            total = sum_of_bytes(words, x, 0, 0, 8, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 128 + x, 0, 0, 8, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 256 + x, 0, 0, 8, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 384 + x, 0, 0, 8, a0, a1, a2, a3) * far(one - r)
            target[at + x] = cython.cast(cython.typeof(target[x]), to_byte(total))
        return
    for x in range(n):
        start = starts[x] - stride - channels
        for k in range(4):
            words[512 * k + x] = four_bytes(source, start)
            words[512 * k + 128 + x] = four_bytes(source, start + channels)
            words[512 * k + 256 + x] = four_bytes(source, start + 2 * channels)
            words[512 * k + 384 + x] = four_bytes(source, start + last) >> aside
            start += stride
    for x in range(n):
        r = inside[x]
        c = inside[160 + x]
        a0, a1, a2, a3 = far(c), near(c), near(one - c), far(one - c)
        word = 0
        for shift in range(0, 32, 8):
            total = sum_of_bytes(words, x, 128, shift, 0, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 512 + x, 128, shift, 0, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 1024 + x, 128, shift, 0, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 1536 + x, 128, shift, 0, a0, a1, a2, a3) * far(one - r)
            word |= cython.cast(cython.uint, to_byte(total)) << shift
        words[2048 + x] = word
    put_bytes(target, at, n, channels, words, 2048)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def near(f: Real) -> Real:
    """Return Keys's weight of a sample at a distance f from 0 to 1."""
    one: Real = 1
    one_and_half: Real = 1.5
    two_and_half: Real = 2.5
    return (one_and_half * f - two_and_half) * f * f + one


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def far(f: Real) -> Real:
    """Return Keys's weight of a sample at a distance 1 + f from 1 to 2."""
    one: Real = 1
    half: Real = 0.5
    return ((one - half * f) * f - half) * f


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_of_bytes(
    words: cython.p_uint,
    at: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    shift: cython.uint,
    shift_step: cython.uint,
    a0: Real,
    a1: Real,
    a2: Real,
    a3: Real,
) -> Real:
    """Return the weighted sum of four bytes, which lie a step of words and a step of bits apart."""
    return (
        byte(words[at], shift) * a0
        + byte(words[at + step], shift + shift_step) * a1
        + byte(words[at + 2 * step], shift + 2 * shift_step) * a2
        + byte(words[at + 3 * step], shift + 3 * shift_step) * a3
    )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def to_byte(value: Real) -> cython.int:
    """Round to nearest and saturate."""
    zero: Real = 0
    top: Real = 255
    half: Real = 0.5
    value += half
    value = value if value > zero else zero
    return cython.cast(cython.int, value if value < top else top)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def move(
    source: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    target: cython.pointer(Pixel),
    to: cython.Py_ssize_t,
    count: cython.int,
) -> cython.void:
    """Copy neighbours, as one load and one store where `count` is a constant."""
    k: cython.int
    if cython.compiled:
        memcpy(cython.address(target[to]), cython.address(source[at]), count * cython.sizeof(target[to]))
    else:
        for k in range(count):
            target[to + k] = source[at + k]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def linear(
    source: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    n: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    taps: cython.pointer(Pixel),
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
    result: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
) -> cython.void:
    """Interpolate one channel between the four pixels around each place."""
    stride: cython.Py_ssize_t = plane.stride
    channels: cython.Py_ssize_t = plane.channels
    start: cython.Py_ssize_t
    x: cython.Py_ssize_t
    one: Real = 1
    rounding: Real = 0.5 if plane.top > 0 else 0
    r: Real
    c: Real
    above: Real
    below: Real
    if channels == 1:
        for x in range(n):
            move(source, starts[x], taps, 2 * x, 2)
            move(source, starts[x] + stride, taps, 256 + 2 * x, 2)
        for x in range(n):
            r = inside[x]
            c = inside[160 + x]
            above = taps[2 * x] * (one - c) + taps[2 * x + 1] * c
            below = taps[256 + 2 * x] * (one - c) + taps[256 + 2 * x + 1] * c
            result[at + x] = cython.cast(cython.typeof(result[x]), above * (one - r) + below * r + rounding)
        return
    for x in range(n):
        start = starts[x] + channel
        taps[x] = source[start]
        taps[128 + x] = source[start + channels]
        taps[256 + x] = source[start + stride]
        taps[384 + x] = source[start + stride + channels]
    for x in range(n):
        r = inside[x]
        c = inside[160 + x]
        above = taps[x] * (one - c) + taps[128 + x] * c
        below = taps[256 + x] * (one - c) + taps[384 + x] * c
        result[at + x] = cython.cast(cython.typeof(result[x]), above * (one - r) + below * r + rounding)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cubic(
    source: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    n: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    taps: cython.pointer(Pixel),
    inside: cython.pointer(Real),
    starts: cython.pointer(cython.Py_ssize_t),
    result: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
) -> cython.void:
    """Interpolate one channel between the sixteen pixels around each place."""
    stride: cython.Py_ssize_t = plane.stride
    channels: cython.Py_ssize_t = plane.channels
    start: cython.Py_ssize_t
    x: cython.Py_ssize_t
    k: cython.Py_ssize_t
    top: Real = plane.top
    zero: Real = 0
    half: Real = 0.5
    one: Real = 1
    total: Real
    r: Real
    c: Real
    a0: Real
    a1: Real
    a2: Real
    a3: Real
    for x in range(n):
        start = starts[x] + channel - stride - channels
        if channels == 1:
            for k in range(4):
                move(source, start + k * stride, taps, 512 * k + 4 * x, 4)
        else:
            for k in range(4):
                taps[512 * k + 4 * x] = source[start + k * stride]
                taps[512 * k + 4 * x + 1] = source[start + k * stride + channels]
                taps[512 * k + 4 * x + 2] = source[start + k * stride + 2 * channels]
                taps[512 * k + 4 * x + 3] = source[start + k * stride + 3 * channels]
    for x in range(n):
        r = inside[x]
        c = inside[160 + x]
        a0, a1, a2, a3 = far(c), near(c), near(one - c), far(one - c)
        total = sum_of_four(taps, 4 * x, a0, a1, a2, a3) * far(r)
        total += sum_of_four(taps, 512 + 4 * x, a0, a1, a2, a3) * near(r)
        total += sum_of_four(taps, 1024 + 4 * x, a0, a1, a2, a3) * near(one - r)
        total += sum_of_four(taps, 1536 + 4 * x, a0, a1, a2, a3) * far(one - r)
        if top > 0:
            total += half
            total = total if total > zero else zero
            total = total if total < top else top
        result[at + x] = cython.cast(cython.typeof(result[x]), total)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_of_four(taps: cython.pointer(Pixel), at: cython.Py_ssize_t, a0: Real, a1: Real, a2: Real, a3: Real) -> Real:
    """Return the weighted sum of four neighbours."""
    return taps[at] * a0 + taps[at + 1] * a1 + taps[at + 2] * a2 + taps[at + 3] * a3


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sample(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    plane: cython.pointer(Plane),
    at: cython.Py_ssize_t,
    row: cython.double,
    column: cython.double,
) -> cython.void:
    """Fill one pixel, wherever its samples lie."""
    rows: cython.Py_ssize_t[4]
    columns: cython.Py_ssize_t[4]
    row_weights: cython.double[4]
    column_weights: cython.double[4]
    taps: cython.int = 1 if plane.order == 0 else 2 if plane.order == 1 else 4
    channel: cython.Py_ssize_t
    i: cython.int
    j: cython.int
    total: cython.double
    value: cython.double
    if not cython.compiled:
        rows, columns, row_weights, column_weights = [0] * 4, [0] * 4, [0.0] * 4, [0.0] * 4
    weigh(row, plane.order, plane.border, plane.rows, rows, row_weights)
    weigh(column, plane.order, plane.border, plane.columns, columns, column_weights)
    for channel in range(plane.channels):
        total = 0
        for j in range(taps):
            for i in range(taps):
                # A sample of weight zero is no part of the result, not even if it is NaN.
                if row_weights[j] != 0 and column_weights[i] != 0:
                    value = plane.cval
                    if rows[j] >= 0 and columns[i] >= 0:
                        value = source[rows[j] * plane.stride + columns[i] * plane.channels + channel]
                    total += value * column_weights[i] * row_weights[j]
        if plane.top > 0:
            total = floor(min(max(total, 0), plane.top) + 0.5)
        target[at + channel] = cython.cast(cython.typeof(target[at]), total)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def weigh(
    place: cython.double,
    order: cython.int,
    border: cython.int,
    size: cython.Py_ssize_t,
    indices: cython.pointer(cython.Py_ssize_t),
    weights: cython.p_double,
) -> cython.void:
    """Find the samples around a place along one axis, and their weights."""
    start: cython.Py_ssize_t
    f: cython.double
    k: cython.int
    place = min(max(place, -FAR), FAR)
    if order == 0:
        indices[0] = bordered(cython.cast(cython.Py_ssize_t, floor(place + HALFWAY)), size, border)
        weights[0] = 1
        return
    start = cython.cast(cython.Py_ssize_t, floor(place))
    f = place - floor(place)
    if order == 1:
        weights[0] = 1 - f
        weights[1] = f
        for k in range(2):
            indices[k] = bordered(start + k, size, border)
        return
    weights[0], weights[1], weights[2], weights[3] = far(f), near(f), near(1 - f), far(1 - f)
    for k in range(4):
        indices[k] = bordered(start + k - 1, size, border)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def bordered(index: cython.Py_ssize_t, size: cython.Py_ssize_t, border: cython.int) -> cython.Py_ssize_t:
    """Return which sample stands at any index along an axis, or -1 for the constant."""
    period: cython.Py_ssize_t
    if 0 <= index < size:
        return index
    if border == CONSTANT:
        return -1
    if border == NEAREST:
        return 0 if index < 0 else size - 1
    period = 2 * size if border == REFLECT else max(2 * size - 2, 1) if border == MIRROR else size
    index %= period
    if index < 0:
        index += period
    if index >= size:
        index = 2 * size - 1 - index if border == REFLECT else period - index
    return index
