# cython: infer_types=True
"""Moments of columns: the sums of each column's values times powers of the rows' positions, up to the third.

Entry: ``column_moments(pixels, origin, step)``.

Eight rows are summed at once, with the binomial coefficients (r over k) of their numbers r as weights. That takes
additions only: in each step the sums of a lower order are added to those of the next one [1]_. For bytes these sums fit
in 16 bits. Powers of the positions are sums of binomial coefficients times differences, by Newton's interpolation.

The rows are cut into strips, whose sums are returned.

References
----------
.. [1] M. Hatamian, "A Real-Time Two-Dimensional Moment Generating Algorithm and Its Single Chip Implementation", IEEE
   Transactions on Acoustics, Speech, and Signal Processing 34 (3), 1986, pp. 546-553.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Value = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.ushort, cython.float, cython.double)

# Columns of bytes whose sums are kept in 16 bits.
COLUMNS = cython.declare(Index, 512)
# A strip has at least so many rows, so that the sums of all strips are few.
ROWS = cython.declare(Index, 256)


@cython.final
@cython.cclass
class Job:
    """An image and the moments of its columns; of the views by dtype one is set."""

    value_bytes: cython.int
    bytes: cython.const[cython.uchar][:, ::1]
    shorts: cython.const[cython.ushort][:, ::1]
    floats: cython.const[cython.float][:, ::1]
    doubles: cython.const[cython.double][:, ::1]
    sums: cython.double[:, :, ::1]  # (strips, powers, columns)
    strips: Index
    origin: cython.double  # the position of the first row
    step: cython.double


def column_moments(pixels, origin, step):
    """Return the moments of the columns, summed over each strip of rows.

    Parameters
    ----------
    pixels : (rows, columns) ndarray of uint8, uint16, float32 or float64
        C-contiguous.
    origin : float
        The position of the first row.
    step : float
        The distance of two rows.

    Returns
    -------
    (strips, 4, columns) ndarray of float64
        The sums of the values times the powers from 0 to 3 of the position.
    """
    rows, columns = pixels.shape
    job: Job = Job()
    job.value_bytes = pixels.itemsize
    job.bytes = pixels if job.value_bytes == 1 else None
    job.shorts = pixels if job.value_bytes == 2 else None
    job.floats = pixels if job.value_bytes == 4 else None
    job.doubles = pixels if job.value_bytes == 8 else None
    job.strips = min(strip_count(rows, pixels.size), max(1, rows // ROWS))
    sums = np.zeros((job.strips, 4, columns))
    job.sums, job.origin, job.step = sums, origin, step
    parallel_for(cython.cast(strip_type, sum_strip), job.strips, job, 0.04 * pixels.nbytes + 0.05 * pixels.size)
    return sums


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_strip(job: Job, strip: cython.int) -> cython.void:
    if job.value_bytes == 1:
        sum_bytes(job.bytes, job.sums, job, strip)
    elif job.value_bytes == 2:
        sum_reals(job.shorts, job.sums, job, strip)
    elif job.value_bytes == 4:
        sum_reals(job.floats, job.sums, job, strip)
    else:
        sum_reals(job.doubles, job.sums, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_row(
    pixels: cython.const[Value][:, ::1], sums: cython.double[:, :, ::1], strip: Index, row: Index, p: cython.double
) -> cython.void:
    """Add one row, at a position, to the sums of a strip."""
    for x in range(pixels.shape[1]):
        value = cython.cast(cython.double, pixels[row, x])
        sums[strip, 0, x] += value
        sums[strip, 1, x] += p * value
        sums[strip, 2, x] += p * p * value
        sums[strip, 3, x] += p * p * p * value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_bytes(
    pixels: cython.const[cython.uchar][:, ::1], sums: cython.double[:, :, ::1], job: Job, strip: Index
) -> cython.void:
    """Sum the columns of a strip of bytes."""
    first = strip_start(pixels.shape[0], job.strips, strip)
    last = strip_start(pixels.shape[0], job.strips, strip + 1)
    s0 = cython.declare(cython.ushort[512])
    s1 = cython.declare(cython.ushort[512])
    s2 = cython.declare(cython.ushort[512])
    s3 = cython.declare(cython.ushort[512])
    d: cython.double = job.step
    row: Index = first
    while row + 8 <= last:
        p: cython.double = job.origin + row * d
        start: Index = 0
        while start < pixels.shape[1]:
            count = min(COLUMNS, pixels.shape[1] - start)
            for x in range(count):
                a: cython.ushort = 0
                b: cython.ushort = 0
                c: cython.ushort = 0
                e: cython.ushort = 0
                for r in range(8):
                    e += c
                    c += b
                    b += a
                    a += cython.cast(cython.ushort, pixels[row + 7 - r, start + x])
                s0[x], s1[x], s2[x], s3[x] = a, b, c, e
            for x in range(count):
                t0 = cython.cast(cython.double, cython.cast(cython.int, s0[x]))
                t1 = cython.cast(cython.double, cython.cast(cython.int, s1[x]))
                t2 = cython.cast(cython.double, cython.cast(cython.int, s2[x]))
                t3 = cython.cast(cython.double, cython.cast(cython.int, s3[x]))
                sums[strip, 0, start + x] += t0
                sums[strip, 1, start + x] += p * t0 + d * t1
                sums[strip, 2, start + x] += p * p * t0 + d * (2 * p + d) * t1 + 2 * d * d * t2
                sums[strip, 3, start + x] += (
                    p * p * p * t0
                    + d * (3 * p * p + 3 * p * d + d * d) * t1
                    + 6 * d * d * (p + d) * t2
                    + 6 * d * d * d * t3
                )
            start += COLUMNS
        row += 8
    while row < last:
        sum_row(pixels, sums, strip, row, job.origin + row * d)
        row += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_reals(
    pixels: cython.const[Real][:, ::1], sums: cython.double[:, :, ::1], job: Job, strip: Index
) -> cython.void:
    """Sum the columns of a strip in double precision."""
    first = strip_start(pixels.shape[0], job.strips, strip)
    last = strip_start(pixels.shape[0], job.strips, strip + 1)
    d: cython.double = job.step
    row: Index = first
    while row + 8 <= last:
        p: cython.double = job.origin + row * d
        for x in range(pixels.shape[1]):
            v1 = cython.cast(cython.double, pixels[row + 1, x])
            v2 = cython.cast(cython.double, pixels[row + 2, x])
            v3 = cython.cast(cython.double, pixels[row + 3, x])
            v4 = cython.cast(cython.double, pixels[row + 4, x])
            v5 = cython.cast(cython.double, pixels[row + 5, x])
            v6 = cython.cast(cython.double, pixels[row + 6, x])
            v7 = cython.cast(cython.double, pixels[row + 7, x])
            t0: cython.double = v7 + v6
            t1: cython.double = v7 + t0
            t0 += v5
            t1 += t0
            t0 += v4
            t1 += t0
            t0 += v3
            t1 += t0
            t0 += v2
            t1 += t0
            t0 += v1
            t1 += t0
            t0 += cython.cast(cython.double, pixels[row, x])
            t2 = v2 + 3 * v3 + 6 * v4 + 10 * v5 + 15 * v6 + 21 * v7
            t3 = v3 + 4 * v4 + 10 * v5 + 20 * v6 + 35 * v7
            sums[strip, 0, x] += t0
            sums[strip, 1, x] += p * t0 + d * t1
            sums[strip, 2, x] += p * p * t0 + d * (2 * p + d) * t1 + 2 * d * d * t2
            sums[strip, 3, x] += (
                p * p * p * t0
                + d * (3 * p * p + 3 * p * d + d * d) * t1
                + 6 * d * d * (p + d) * t2
                + 6 * d * d * d * t3
            )
        row += 8
    while row < last:
        sum_row(pixels, sums, strip, row, job.origin + row * d)
        row += 1
