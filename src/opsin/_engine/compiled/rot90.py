# cython: infer_types=True
"""Rotation of planes by multiples of 90 degrees: pixels are moved, not changed.

Rotation by 180 degrees copies each row reversed. Rotation by 90 and 270 degrees transposes the plane in square tiles
that fit the first-level cache.

A tile of elements of 1, 2, 4 or 8 bytes is read as 64-bit words. Eight rows of bytes (four of 16-bit elements, two of
32-bit elements) give eight words for each eight columns; exchanging halves of the words by shifts and masks, at three
distances, transposes them [1]_. These operations are the same for all groups of columns, so compilers use vectors.
Pixels of three bytes are transposed as three columns of bytes, which are interleaved again. Other pixels are copied
one at a time.

Entry point: ``rot90(source, target, quarters)``. Pointers are used instead of memoryviews because elements of
several sizes are moved as words.

References
----------
.. [1] H. S. Warren, "Hacker's Delight", 2nd edition, Addison-Wesley, 2012 (section 7-3: transposing a bit matrix).
"""

import cython
from cython.cimports.opsin._engine.compiled._memory import address, copy, load4, load8, store4, store8
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

# The side of a tile in pixels, by the size of a pixel in bytes: rows of 64 or 128 bytes.
TILES = {1: 64, 2: 64, 3: 64, 4: 32, 8: 16}
OTHER_TILE = 32
# Rows in a strip of a rotation by 180 degrees.
STRIP_ROWS = 16
# The lower parts of a word in parts of 8, 16 and 32 bits.
LOW8 = cython.declare(cython.ulonglong, 0x00FF00FF00FF00FF)
LOW16 = cython.declare(cython.ulonglong, 0x0000FFFF0000FFFF)
LOW32 = cython.declare(cython.ulonglong, 0x00000000FFFFFFFF)


@cython.final
@cython.cclass
class Rotation:
    """The planes and how they are divided; lengths and strides are in bytes, positions in pixels."""

    source: cython.p_uchar
    target: cython.p_uchar
    size: cython.Py_ssize_t  # of a pixel
    rows: cython.Py_ssize_t  # of a source plane
    columns: cython.Py_ssize_t
    stride: cython.Py_ssize_t  # between rows of the source
    plane_stride: cython.Py_ssize_t
    quarters: cython.int
    tile: cython.Py_ssize_t
    strips: cython.Py_ssize_t  # of a plane


def rot90(source, target, quarters):
    """Write `source`, rotated counter-clockwise, to `target`.

    Parameters
    ----------
    source : (planes, rows, columns, elements) ndarray
        The planes; the last two axes are contiguous.
    target : (planes, rows, columns, elements) ndarray
        The result, C-contiguous, of the rotated shape; it shares no memory with `source`.
    quarters : {1, 2, 3}
        The number of rotations by 90 degrees.
    """
    job = Rotation()
    planes, job.rows, job.columns, elements = source.shape
    job.plane_stride, job.stride, _, _ = source.strides
    size = elements * source.itemsize
    job.size = size
    job.quarters = quarters
    job.source = cython.cast(cython.p_uchar, address(source))
    job.target = cython.cast(cython.p_uchar, address(target))
    job.tile = STRIP_ROWS if quarters == 2 else TILES.get(size, OTHER_TILE)
    job.strips = ((job.rows if quarters == 2 else job.columns) + job.tile - 1) // job.tile
    # Nanoseconds: what a thread moves in the cache, 16 bytes at a time or pixel by pixel.
    cost = target.nbytes // 16 if size in TILES else target.nbytes // 4
    parallel_for(cython.cast(strip_type, rotate), planes * job.strips, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def rotate(job: Rotation, number: cython.int) -> cython.void:
    """Rotate one strip of one plane: rows of the source, or columns that become rows of the target."""
    plane = number // job.strips
    strip = number % job.strips
    # Rows backward, so that the target is written from its front, which is faster in memory.
    first = (job.strips - 1 - strip if job.quarters == 2 else strip) * job.tile
    source = plane * job.plane_stride
    target = plane * job.rows * job.columns * job.size
    if job.quarters == 2:
        last = min(first + job.tile, job.rows) - 1
        for i in range(last + 1 - first):
            y = last - i
            reverse(job, source + y * job.stride, target + (job.rows - 1 - y) * job.columns * job.size)
        return
    for block in range((job.rows + job.tile - 1) // job.tile):
        y = block * job.tile
        if job.size == 1 or job.size == 2 or job.size == 3 or job.size == 4 or job.size == 8:
            transpose_tile(job, source, target, y, first)
        else:
            transpose_pixels(job, source, target, y, first)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def reverse(job: Rotation, at: cython.Py_ssize_t, to: cython.Py_ssize_t) -> cython.void:
    """Copy the row at byte `at` of the source reversed to byte `to` of the target."""
    n = job.columns
    source, target = job.source, job.target
    at += (n - 1) * job.size
    if job.size == 1:
        for x in range(n):
            target[to + x] = source[at - x]
    elif job.size == 2:
        copy_pixels(source, at, -2, target, to, n, 2, 2)
    elif job.size == 3:
        reverse_triples(source, at, target, to, n)
    elif job.size == 4:
        for x in range(n):
            store4(target, to + 4 * x, load4(source, at - 4 * x))
    elif job.size == 6:
        copy_pixels(source, at, -6, target, to, n, 6, 8)
    elif job.size == 8:
        for x in range(n):
            store8(target, to + 8 * x, load8(source, at - 8 * x))
    elif job.size == 12:
        copy_pixels(source, at, -12, target, to, n, 12, 16)
    else:
        copy_pixels(source, at, -job.size, target, to, n, job.size, job.size)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def copy_pixels(
    source: cython.p_uchar,
    at: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    target: cython.p_uchar,
    to: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    size: cython.Py_ssize_t,
    moved: cython.Py_ssize_t,
) -> cython.void:
    """Copy pixels that lie `step` bytes apart side by side.

    All but the first and the last are copied with the bytes after them, `moved` bytes in all, which is one move where
    `moved` is a constant; the next pixel overwrites the surplus.
    """
    copy(target, to, source, at, size)
    for x in range(1, count - 1):
        copy(target, to + x * size, source, at + x * step, moved)
    copy(target, to + (count - 1) * size, source, at + (count - 1) * step, size)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def reverse_triples(
    source: cython.p_uchar,
    at: cython.Py_ssize_t,
    target: cython.p_uchar,
    to: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
) -> cython.void:
    """Copy pixels of three bytes in reverse order, the first from byte `at`.

    Five pixels are moved with the byte after them, which is a shuffle of a vector of 16 bytes; the next five overwrite
    that byte. All 16 are read before the first is written, as compilers do not know that the rows are not the same.
    """
    # The last pixel of the source may have no byte after it, nor the last one of the target.
    copy(target, to, source, at, 3)
    fives = max(count - 2, 0) // 5
    for number in range(fives):
        p = at - 15 - 15 * number
        q = to + 3 + 15 * number
        a0, a1, a2, a3 = source[p], source[p + 1], source[p + 2], source[p + 3]
        a4, a5, a6, a7 = source[p + 4], source[p + 5], source[p + 6], source[p + 7]
        a8, a9, a10, a11 = source[p + 8], source[p + 9], source[p + 10], source[p + 11]
        a12, a13, a14, a15 = source[p + 12], source[p + 13], source[p + 14], source[p + 15]
        target[q], target[q + 1], target[q + 2] = a12, a13, a14
        target[q + 3], target[q + 4], target[q + 5] = a9, a10, a11
        target[q + 6], target[q + 7], target[q + 8] = a6, a7, a8
        target[q + 9], target[q + 10], target[q + 11] = a3, a4, a5
        target[q + 12], target[q + 13], target[q + 14] = a0, a1, a2
        target[q + 15] = a15
    for x in range(1 + 5 * fives, count):
        copy(target, to + 3 * x, source, at - 3 * x, 3)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose_tile(
    job: Rotation, source: cython.Py_ssize_t, target: cython.Py_ssize_t, y: cython.Py_ssize_t, x: cython.Py_ssize_t
) -> cython.void:
    """Transpose a tile of pixels of up to 8 bytes: from column `x` of the source to column `y` of the target."""
    padded: cython.uchar[12288]
    transposed: cython.uchar[12288]
    joined: cython.uchar[192]
    words: cython.ulonglong[128]
    if not cython.compiled:
        padded, transposed, joined, words = bytearray(12288), bytearray(12288), bytearray(192), [0] * 128
    size = job.size
    n = job.tile
    width = min(n, job.columns - x)
    height = min(n, job.rows - y)
    pixels = job.source
    at = source + (y if job.quarters == 1 else job.rows - 1 - y) * job.stride + x * size
    step = job.stride if job.quarters == 1 else -job.stride
    if width < n or height < n:
        for i in range(height):
            copy(padded, i * n * size, pixels, at + i * step, width * size)
        pixels = padded
        at = 0
        step = n * size
    lines = 8 if size == 3 else 8 // size
    part: cython.Py_ssize_t
    for band in range((height + lines - 1) // lines):
        i = band * lines
        start = at + i * step
        if size == 1 or size == 3:
            for part in range(size):
                transpose_8(pixels, start + 64 * part, step, words)
                scatter(words, transposed, 4096 * part + i, 8, 8, 64)
        elif size == 2:
            transpose_16(pixels, start, step, words)
            scatter(words, transposed, 2 * i, 4, 16, 128)
        elif size == 4:
            transpose_32(pixels, start, step, words)
            scatter(words, transposed, 4 * i, 2, 16, 128)
        else:
            for k in range(16):
                store8(transposed, 128 * k + 8 * i, load8(pixels, start + 8 * k))
    for i in range(width):
        row = job.columns - 1 - x - i if job.quarters == 1 else x + i
        to = target + (row * job.rows + y) * size
        if size == 3:
            for k in range(64):
                joined[3 * k] = transposed[192 * i + k]
                joined[3 * k + 1] = transposed[192 * i + 64 + k]
                joined[3 * k + 2] = transposed[192 * i + 128 + k]
            copy(job.target, to, joined, 0, 3 * height)
        elif height < n:
            copy(job.target, to, transposed, i * n * size, height * size)
        elif size == 1:
            copy(job.target, to, transposed, i * 64, 64)
        else:
            copy(job.target, to, transposed, i * 128, 128)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def scatter(
    words: cython.p_ulonglong,
    transposed: cython.p_uchar,
    to: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
    groups: cython.Py_ssize_t,
    row: cython.Py_ssize_t,
) -> cython.void:
    """Write words[j * groups + k], a part of column k * columns + j, to byte `to` of a row of `row` bytes."""
    for k in range(groups):
        for j in range(columns):
            store8(transposed, (k * columns + j) * row + to, words[j * groups + k])


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def low(a: cython.ulonglong, b: cython.ulonglong, mask: cython.ulonglong, bits: cython.int) -> cython.ulonglong:
    """Return the lower parts of `a`, each followed by the lower part of `b`; parts of `bits` bits are in `mask`."""
    return (a & mask) | ((b & mask) << bits)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def high(a: cython.ulonglong, b: cython.ulonglong, mask: cython.ulonglong, bits: cython.int) -> cython.ulonglong:
    """Return the upper parts of `a`, each followed by the upper part of `b`."""
    return ((a >> bits) & mask) | (b & (mask << bits))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose_8(
    source: cython.p_uchar, at: cython.Py_ssize_t, step: cython.Py_ssize_t, words: cython.p_ulonglong
) -> cython.void:
    """Transpose each 8 columns of 8 rows of 64 bytes; words[8 * j] to words[8 * j + 7] are columns j, 8 + j, ..."""
    for k in range(8):
        a0, a1 = load8(source, at + 8 * k), load8(source, at + step + 8 * k)
        a2, a3 = load8(source, at + 2 * step + 8 * k), load8(source, at + 3 * step + 8 * k)
        a4, a5 = load8(source, at + 4 * step + 8 * k), load8(source, at + 5 * step + 8 * k)
        a6, a7 = load8(source, at + 6 * step + 8 * k), load8(source, at + 7 * step + 8 * k)
        b0, b1 = low(a0, a1, LOW8, 8), high(a0, a1, LOW8, 8)
        b2, b3 = low(a2, a3, LOW8, 8), high(a2, a3, LOW8, 8)
        b4, b5 = low(a4, a5, LOW8, 8), high(a4, a5, LOW8, 8)
        b6, b7 = low(a6, a7, LOW8, 8), high(a6, a7, LOW8, 8)
        a0, a2 = low(b0, b2, LOW16, 16), high(b0, b2, LOW16, 16)
        a1, a3 = low(b1, b3, LOW16, 16), high(b1, b3, LOW16, 16)
        a4, a6 = low(b4, b6, LOW16, 16), high(b4, b6, LOW16, 16)
        a5, a7 = low(b5, b7, LOW16, 16), high(b5, b7, LOW16, 16)
        words[k], words[32 + k] = low(a0, a4, LOW32, 32), high(a0, a4, LOW32, 32)
        words[8 + k], words[40 + k] = low(a1, a5, LOW32, 32), high(a1, a5, LOW32, 32)
        words[16 + k], words[48 + k] = low(a2, a6, LOW32, 32), high(a2, a6, LOW32, 32)
        words[24 + k], words[56 + k] = low(a3, a7, LOW32, 32), high(a3, a7, LOW32, 32)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose_16(
    source: cython.p_uchar, at: cython.Py_ssize_t, step: cython.Py_ssize_t, words: cython.p_ulonglong
) -> cython.void:
    """Transpose each 4 columns of 4 rows of 64 elements of 16 bits, as `transpose_8`."""
    for k in range(16):
        a0, a1 = load8(source, at + 8 * k), load8(source, at + step + 8 * k)
        a2, a3 = load8(source, at + 2 * step + 8 * k), load8(source, at + 3 * step + 8 * k)
        b0, b1 = low(a0, a1, LOW16, 16), high(a0, a1, LOW16, 16)
        b2, b3 = low(a2, a3, LOW16, 16), high(a2, a3, LOW16, 16)
        words[k], words[32 + k] = low(b0, b2, LOW32, 32), high(b0, b2, LOW32, 32)
        words[16 + k], words[48 + k] = low(b1, b3, LOW32, 32), high(b1, b3, LOW32, 32)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose_32(
    source: cython.p_uchar, at: cython.Py_ssize_t, step: cython.Py_ssize_t, words: cython.p_ulonglong
) -> cython.void:
    """Transpose each 2 columns of 2 rows of 32 elements of 32 bits, as `transpose_8`."""
    for k in range(16):
        a0, a1 = load8(source, at + 8 * k), load8(source, at + step + 8 * k)
        words[k], words[16 + k] = low(a0, a1, LOW32, 32), high(a0, a1, LOW32, 32)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def transpose_pixels(
    job: Rotation, source: cython.Py_ssize_t, target: cython.Py_ssize_t, y: cython.Py_ssize_t, x: cython.Py_ssize_t
) -> cython.void:
    """Transpose a tile of pixels of any size."""
    size = job.size
    step = job.stride if job.quarters == 1 else -job.stride
    height = min(job.tile, job.rows - y)
    for column in range(x, min(x + job.tile, job.columns)):
        at = source + (y if job.quarters == 1 else job.rows - 1 - y) * job.stride + column * size
        row = job.columns - 1 - column if job.quarters == 1 else column
        to = target + (row * job.rows + y) * size
        # The last pixel of a row has no bytes after it.
        if size == 6:
            copy_pixels(job.source, at, step, job.target, to, height, 6, 8 if column + 1 < job.columns else 6)
        elif size == 12:
            copy_pixels(job.source, at, step, job.target, to, height, 12, 16 if column + 1 < job.columns else 12)
        elif size == 16:
            copy_pixels(job.source, at, step, job.target, to, height, 16, 16)
        else:
            copy_pixels(job.source, at, step, job.target, to, height, size, size)
