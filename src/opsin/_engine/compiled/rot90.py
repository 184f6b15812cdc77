# cython: infer_types=True
"""Rotation of planes by multiples of 90 degrees, for pixels of any size, which are copied one at a time.

The kernels ``transpose`` and ``reverse`` serve pixels of 1, 2, 4 and 8 bytes. A rotation by 180 degrees reverses rows,
one by 90 degrees makes rows of columns, and the rows of the source or of the target are taken backward. Pixels are
copied in tiles that fit the first-level cache, and with the bytes after them if that is one move. Pixels of three bytes
are reversed five at a time.

Entry point: ``rot90(source, target, quarters)``. Pointers are used instead of memoryviews because elements of
several sizes are moved as words.
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._memory import address, copy
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

# Rows and columns of a tile of the target, in pixels.
ROWS = cython.declare(Index, 16)
COLUMNS = cython.declare(Index, 64)


@cython.final
@cython.cclass
class Rotation:
    """The planes and how they are divided; strides and positions are in bytes."""

    source: cython.p_uchar
    target: cython.p_uchar
    size: Index  # of a pixel in bytes
    rows: Index  # of the target
    columns: Index
    source_plane: Index
    source_first: Index  # the row of a plane that is taken first
    source_row: Index
    target_first: Index
    target_row: Index
    transposed: cython.bint
    strips: Index  # of a plane


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
    planes, job.rows, job.columns, elements = target.shape
    job.size = elements * source.itemsize
    job.source_plane, job.source_row, _, _ = source.strides
    job.target_row = job.columns * job.size
    job.source_first = job.target_first = 0
    if quarters == 1:
        job.target_first, job.target_row = (job.rows - 1) * job.target_row, -job.target_row
    else:
        job.source_first, job.source_row = (source.shape[1] - 1) * job.source_row, -job.source_row
    job.source = cython.cast(cython.p_uchar, address(source))
    job.target = cython.cast(cython.p_uchar, address(target))
    job.transposed = quarters != 2
    job.strips = (job.rows + ROWS - 1) // ROWS
    # Nanoseconds: a thread moves about four bytes in each.
    parallel_for(cython.cast(strip_type, rotate), planes * job.strips, job, target.nbytes // 4)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def rotate(job: Rotation, number: cython.int) -> cython.void:
    """Write one strip of rows of one plane."""
    plane = number // job.strips
    first = number % job.strips * ROWS
    last = min(first + ROWS, job.rows)
    source = plane * job.source_plane + job.source_first
    target = plane * job.rows * job.columns * job.size + job.target_first
    if not job.transposed:
        for y in range(first, last):
            at = source + y * job.source_row + (job.columns - 1) * job.size
            copy_pixels(job, at, -job.size, target + y * job.target_row, job.columns, True)
        return
    for block in range((job.columns + COLUMNS - 1) // COLUMNS):
        x = block * COLUMNS
        for y in range(first, last):
            # The last pixel of a row has no bytes after it.
            copy_pixels(
                job,
                source + x * job.source_row + y * job.size,
                job.source_row,
                target + y * job.target_row + x * job.size,
                min(COLUMNS, job.columns - x),
                y + 1 < job.rows,
            )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def copy_pixels(job: Rotation, at: Index, step: Index, to: Index, count: Index, followed: cython.bint) -> cython.void:
    """Copy pixels that lie `step` bytes apart side by side; `followed`: there are bytes after all but the first."""
    source, target, size = job.source, job.target, job.size
    if size == 3 and step == -3:
        reverse_triples(source, at, target, to, count)
    elif size == 3 and followed:
        copy_each(source, at, step, target, to, count, 3, 4)
    elif size == 6 and followed:
        copy_each(source, at, step, target, to, count, 6, 8)
    elif size == 12 and followed:
        copy_each(source, at, step, target, to, count, 12, 16)
    elif size == 16:
        copy_each(source, at, step, target, to, count, 16, 16)
    else:
        copy_each(source, at, step, target, to, count, size, size)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def copy_each(
    source: cython.p_uchar,
    at: Index,
    step: Index,
    target: cython.p_uchar,
    to: Index,
    count: Index,
    size: Index,
    moved: Index,
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
def reverse_triples(source: cython.p_uchar, at: Index, target: cython.p_uchar, to: Index, count: Index) -> cython.void:
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
