# cython: infer_types=True
"""Sums over the elements of two arrays: their squared differences, and the first one's squares and values.

The elements are cut into blocks, whose sums are added up in their order. Integers of 8 bits are summed exactly, two of
a 16-bit word at a time; other elements in double precision, in as many sums as some vectors hold, each of elements that
are so far apart. So the order of additions depends on the number of elements only. Floats of 32 bits are subtracted as
such.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._memory import address, load2
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Value = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

BLOCK = cython.declare(Index, 16384)  # so many squares of bytes have a sum below 2 ** 31
LANES = cython.declare(Index, 32)


@cython.final
@cython.cclass
class Job:
    """Two arrays and the sums of their blocks; of the views by dtype two are set."""

    value_bytes: cython.int
    first1: cython.const[cython.uchar][::1]
    first2: cython.const[cython.ushort][::1]
    first4: cython.const[cython.float][::1]
    first8: cython.const[cython.double][::1]
    words: cython.p_uchar  # of the first array, and of the second one, if they are bytes
    other_words: cython.p_uchar
    second2: cython.const[cython.ushort][::1]
    second4: cython.const[cython.float][::1]
    second8: cython.const[cython.double][::1]
    sums: cython.double[:, ::1]
    strips: Index
    with_first: cython.bint  # whether the first array is summed, too


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_blocks(job: Job, strip: cython.int) -> cython.void:
    """Sum the blocks of one strip."""
    blocks = job.sums.shape[0]
    for block in range(strip_start(blocks, job.strips, strip), strip_start(blocks, job.strips, strip + 1)):
        if job.value_bytes == 1:
            sum_bytes(job.first1, job, block)
        elif job.value_bytes == 2:
            sum_reals(job.first2, job.second2, job, block)
        elif job.value_bytes == 4:
            sum_reals(job.first4, job.second4, job, block)
        else:
            sum_reals(job.first8, job.second8, job, block)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_bytes(first: cython.const[cython.uchar][::1], job: Job, block: Index) -> cython.void:
    start = block * BLOCK
    end: Index = min(start + BLOCK, first.shape[0])
    squares: cython.int = 0
    odd_squares: cython.int = 0
    for i in range(start // 2, end // 2):
        word: cython.ushort = load2(job.words, 2 * i)
        other: cython.ushort = load2(job.other_words, 2 * i)
        even: cython.short = cython.cast(cython.short, word & 255) - cython.cast(cython.short, other & 255)
        odd: cython.short = cython.cast(cython.short, word >> 8) - cython.cast(cython.short, other >> 8)
        squares += cython.cast(cython.int, even) * even
        odd_squares += cython.cast(cython.int, odd) * odd
    squares += odd_squares
    if end % 2:
        last = cython.cast(cython.int, first[end - 1]) - cython.cast(cython.int, job.other_words[end - 1])
        squares += last * last
    job.sums[block, 0] = squares
    if job.with_first:
        squares = 0
        values: cython.int = 0
        for i in range(start, end):
            value: cython.short = cython.cast(cython.short, first[i])
            squares += cython.cast(cython.int, value) * value
            values += value
        job.sums[block, 1] = squares
        job.sums[block, 2] = values


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def apart(first: Value, second: Value) -> cython.double:
    if Value is cython.float:
        return first - second
    return cython.cast(cython.double, first) - cython.cast(cython.double, second)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_reals(first: cython.const[Value][::1], second: cython.const[Value][::1], job: Job, block: Index) -> cython.void:
    start = block * BLOCK
    end: Index = min(start + BLOCK, first.shape[0])
    whole = start + (end - start) // LANES * LANES
    squares = cython.declare(cython.double[32])
    own = cython.declare(cython.double[32])
    values = cython.declare(cython.double[32])
    for lane in range(32):
        squares[lane] = 0
        own[lane] = 0
        values[lane] = 0
    position = start
    while position < whole:
        for lane in range(32):
            difference = apart(first[position + lane], second[position + lane])
            squares[lane] += difference * difference
        position += LANES
    for i in range(whole, end):
        difference = apart(first[i], second[i])
        squares[i - whole] += difference * difference
    total: cython.double = 0
    for lane in range(32):
        total += squares[lane]
    job.sums[block, 0] = total
    if job.with_first:
        position = start
        while position < whole:
            for lane in range(32):
                value: cython.double = cython.cast(cython.double, first[position + lane])
                own[lane] += value * value
                values[lane] += value
            position += LANES
        for i in range(whole, end):
            value: cython.double = cython.cast(cython.double, first[i])
            own[i - whole] += value * value
            values[i - whole] += value
        total = 0
        sum_of_values: cython.double = 0
        for lane in range(32):
            total += own[lane]
            sum_of_values += values[lane]
        job.sums[block, 1] = total
        job.sums[block, 2] = sum_of_values


def sums_of_both(first, second, with_first):
    """Return the sum of the squared differences, and of the squares and the values of the first array.

    Parameters
    ----------
    first, second : (N,) ndarray of uint8, uint16, float32 or float64
        C-contiguous arrays of one dtype.
    with_first : bool
        Whether the first array is summed; otherwise these sums are 0.

    Returns
    -------
    tuple of three float
        The sums.
    """
    count = len(first)
    job: Job = Job()
    job.value_bytes = first.itemsize
    job.first1 = first if job.value_bytes == 1 else None
    job.words = cython.cast(cython.p_uchar, address(first))
    job.other_words = cython.cast(cython.p_uchar, address(second))
    job.first2, job.second2 = (first, second) if job.value_bytes == 2 else (None, None)
    job.first4, job.second4 = (first, second) if job.value_bytes == 4 else (None, None)
    job.first8, job.second8 = (first, second) if job.value_bytes == 8 else (None, None)
    job.with_first = with_first
    sums = np.zeros(((count + BLOCK - 1) // BLOCK, 3))
    job.sums = sums
    job.strips = strip_count(len(sums), count)
    parallel_for(cython.cast(strip_type, sum_blocks), job.strips, job, 0.02 * first.nbytes * (1 + with_first))
    return add_blocks(job.sums)


@cython.cfunc
def add_blocks(sums: cython.double[:, ::1]):
    squares: cython.double = 0
    own: cython.double = 0
    values: cython.double = 0
    for block in range(sums.shape[0]):
        squares += sums[block, 0]
        own += sums[block, 1]
        values += sums[block, 2]
    return squares, own, values
