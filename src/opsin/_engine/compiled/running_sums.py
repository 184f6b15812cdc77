# cython: infer_types=True
"""Sums over all pixels from the first one of a plane to each: integral images.

Entry point: ``running_sums(source, target, channels, strips)``.

A row of the result is the row above it plus the running sums along the row. A plane is cut into strips of rows. First
the columns of each strip are summed; from these sums follows the row of the result above each strip. Then each strip is
computed. So strips are independent, and the order of additions depends on the shape and the number of strips only.

A running sum waits for the addition before it. Four rows are computed side by side, so that four additions overlap.
Bytes with one or three channels are summed in vectors of 32-bit numbers instead, in a logarithmic number of steps
[2]_ (``_scan.pxd``).

References
----------
.. [1] F. C. Crow, "Summed-Area Tables for Texture Mapping", Computer Graphics (Proceedings of SIGGRAPH) 18 (3), 1984,
   pp. 207-212.
.. [2] W. D. Hillis, G. L. Steele, "Data Parallel Algorithms", Communications of the ACM 29 (12), 1986, pp. 1170-1183.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled._scan import scan_bytes
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong, cython.float, cython.double)
# Integers wrap around, so signed ones are summed as unsigned ones.
Sum = cython.fused_type(cython.uint, cython.ulonglong, cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "uint32", "uint64", "float32", "float64")])
SUMS = tuple([np.dtype(name) for name in ("uint32", "uint64", "float32", "float64")])
# A strip has four times as many elements as elsewhere, since strips cost another pass over the pixels.
STRIP = cython.declare(Index, 4)
# Sums over four rows of so many bytes are of 32 bits.
LONGEST = cython.declare(Index, 2**22)


@cython.final
@cython.cclass
class Job:
    """Planes and their sums; of the views one of pixels and one of sums is set."""

    pixel: cython.int  # the index of the dtype in PIXELS
    sum: cython.int  # and in SUMS
    pixels1: cython.const[cython.uchar][:, :, ::1]
    pixels2: cython.const[cython.ushort][:, :, ::1]
    pixels4: cython.const[cython.uint][:, :, ::1]
    pixels8: cython.const[cython.ulonglong][:, :, ::1]
    floats: cython.const[cython.float][:, :, ::1]
    doubles: cython.const[cython.double][:, :, ::1]
    sums4: cython.uint[:, :, ::1]
    sums8: cython.ulonglong[:, :, ::1]
    float_sums: cython.float[:, :, ::1]
    double_sums: cython.double[:, :, ::1]
    # For each strip the sums of its columns, and then the row of the result above it.
    above4: cython.uint[:, :, ::1]
    above8: cython.ulonglong[:, :, ::1]
    float_above: cython.float[:, :, ::1]
    double_above: cython.double[:, :, ::1]
    channels: Index
    strips: Index  # of a plane
    columns_only: cython.bint
    in_lines: cython.bint  # bytes are summed in vectors
    # The bytes, the row of sums above each strip, and the sums. Sums that are not of 32 bits are made of lines: four
    # rows for each strip, below one of zeros.
    bytes: cython.p_uchar
    above: cython.p_uint
    words: cython.p_uint
    lines: cython.uint[:, :, ::1]


def running_sums(source, target, channels, strips):
    """Write the sums of each plane of `source` to `target`.

    Parameters
    ----------
    source : (planes, rows, columns * channels) ndarray
        C-contiguous, of uint8, uint16 or the dtype of `target`, or of float32 for sums of float64. It may be `target`.
    target : (planes, rows, columns * channels) ndarray
        C-contiguous, of uint32, uint64, float32 or float64.
    channels : int
        The number of elements in a pixel.
    strips : int
        Into how many strips a plane may be cut. The order in which floats are added depends on it, and strips cost
        another pass over the pixels.
    """
    planes, rows, width = target.shape
    job: Job = Job()
    job.pixel, job.sum = PIXELS.index(source.dtype), SUMS.index(target.dtype)
    job.pixels1 = source if job.pixel == 0 else None
    job.pixels2 = source if job.pixel == 1 else None
    job.pixels4 = source if job.pixel == 2 else None
    job.pixels8 = source if job.pixel == 3 else None
    job.floats = source if job.pixel == 4 else None
    job.doubles = source if job.pixel == 5 else None
    job.sums4 = target if job.sum == 0 else None
    job.sums8 = target if job.sum == 1 else None
    job.float_sums = target if job.sum == 2 else None
    job.double_sums = target if job.sum == 3 else None
    job.channels = channels
    job.in_lines = job.pixel == 0 and job.sum != 2 and channels in (1, 3) and width < LONGEST
    job.strips = min(strip_count(rows, rows * width // STRIP), strips)
    above = np.zeros((planes, job.strips, width), target.dtype)
    job.above4 = above if job.sum == 0 else None
    job.above8 = above if job.sum == 1 else None
    job.float_above = above if job.sum == 2 else None
    job.double_above = above if job.sum == 3 else None
    if job.in_lines:
        lines = np.zeros((planes * job.strips + 1, 4, width), np.uint32) if job.sum > 0 else None
        job.lines = lines
        job.bytes = cython.cast(cython.p_uchar, address(source))
        job.words = cython.cast(cython.p_uint, address(target if job.sum == 0 else lines))
        job.above = cython.cast(cython.p_uint, address(above if job.sum == 0 else lines[planes * job.strips]))
    job.columns_only = job.strips > 1
    if job.columns_only:
        parallel_for(cython.cast(strip_type, sum_strip), planes * job.strips, job, 0.2 * target.size)
        above[:, 1:] = above[:, :-1].cumsum(axis=1, dtype=target.dtype)
        above[:, 0] = 0
        job.columns_only = False
    parallel_for(
        cython.cast(strip_type, sum_strip), planes * job.strips, job, (0.15 if job.in_lines else 1.0) * target.size
    )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_strip(job: Job, strip: cython.int) -> cython.void:
    """Sum one strip of one plane, or its columns, for the dtypes of the pixels and the sums."""
    if job.columns_only and strip % job.strips == job.strips - 1:
        return  # there is no strip below it
    if job.sum == 0:
        if job.pixel == 0:
            sum_rows(job.pixels1, job.sums4, job.above4, job, strip)
        elif job.pixel == 1:
            sum_rows(job.pixels2, job.sums4, job.above4, job, strip)
        else:
            sum_rows(job.pixels4, job.sums4, job.above4, job, strip)
    elif job.sum == 1:
        if job.pixel == 0:
            sum_rows(job.pixels1, job.sums8, job.above8, job, strip)
        elif job.pixel == 1:
            sum_rows(job.pixels2, job.sums8, job.above8, job, strip)
        else:
            sum_rows(job.pixels8, job.sums8, job.above8, job, strip)
    elif job.sum == 2:
        if job.pixel == 0:
            sum_rows(job.pixels1, job.float_sums, job.float_above, job, strip)
        elif job.pixel == 1:
            sum_rows(job.pixels2, job.float_sums, job.float_above, job, strip)
        else:
            sum_rows(job.floats, job.float_sums, job.float_above, job, strip)
    elif job.pixel == 0:
        sum_rows(job.pixels1, job.double_sums, job.double_above, job, strip)
    elif job.pixel == 1:
        sum_rows(job.pixels2, job.double_sums, job.double_above, job, strip)
    elif job.pixel == 4:
        sum_rows(job.floats, job.double_sums, job.double_above, job, strip)
    else:
        sum_rows(job.doubles, job.double_sums, job.double_above, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_rows(
    pixels: cython.const[Pixel][:, :, ::1], sums: Sum[:, :, ::1], above: Sum[:, :, ::1], job: Job, strip: cython.int
) -> cython.void:
    """Sum the rows of one strip, or its columns only."""
    number = strip % job.strips
    first = strip_start(sums.shape[1], job.strips, number)
    last = strip_start(sums.shape[1], job.strips, number + 1)
    plane, result, line = pixels[strip // job.strips], sums[strip // job.strips], above[strip // job.strips, number]
    if job.columns_only:
        sum_columns(plane, line, first, last)
        return
    if number > 0:
        for x in range(job.channels, line.shape[0]):
            line[x] += line[x - job.channels]
    row: Index = first
    if job.in_lines:
        sum_bytes(result, line, job, strip, first, last)
        row = last
    while row + 4 <= last:
        for channel in range(job.channels):
            sum_four(plane, result, line, row, channel, job.channels)
        row += 4
    while row < last:
        for channel in range(job.channels):
            sum_one(plane, result, line, row, channel, job.channels)
        row += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_bytes(sums: Sum[:, ::1], above: Sum[::1], job: Job, strip: Index, first: Index, last: Index) -> cython.void:
    """Sum the rows of a strip of bytes from `first` to before `last`."""
    width = sums.shape[1]
    start = (strip // job.strips * sums.shape[0] + first) * width
    if job.sum == 0:
        scan_bytes(job.bytes, start, job.above, strip * width, job.words, start, last - first, width, job.channels)
        return
    for row in range(first, last, 4):
        count = min(4, last - row)
        scan_bytes(job.bytes, start, job.above, 0, job.words, 4 * strip * width, count, width, job.channels)
        start += 4 * width
        for j in range(count):
            for x in range(width):
                sums[row + j, x] = above[x] + job.lines[strip, j, x]
        for x in range(width):
            above[x] += job.lines[strip, count - 1, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(pixels: cython.const[Pixel][:, ::1], above: Sum[::1], first: Index, last: Index) -> cython.void:
    """Sum the columns of the rows from `first` to before `last`; those of four bytes are of 16 bits."""
    row: Index = first
    if Pixel is cython.uchar:
        while row + 4 <= last:
            for x in range(pixels.shape[1]):
                upper = cython.cast(cython.ushort, pixels[row, x]) + cython.cast(cython.ushort, pixels[row + 1, x])
                lower = cython.cast(cython.ushort, pixels[row + 2, x]) + cython.cast(cython.ushort, pixels[row + 3, x])
                above[x] += cython.cast(cython.ushort, upper + lower)
            row += 4
    while row < last:
        for x in range(pixels.shape[1]):
            above[x] += cython.cast(cython.typeof(above[0]), pixels[row, x])
        row += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_four(
    pixels: cython.const[Pixel][:, ::1], sums: Sum[:, ::1], above: Sum[::1], row: Index, channel: Index, channels: Index
) -> cython.void:
    """Sum one channel of four rows."""
    a: Sum = 0
    b: Sum = 0
    c: Sum = 0
    d: Sum = 0
    for k in range(sums.shape[1] // channels):
        x = k * channels + channel
        a += cython.cast(cython.typeof(sums[0, 0]), pixels[row, x])
        b += cython.cast(cython.typeof(sums[0, 0]), pixels[row + 1, x])
        c += cython.cast(cython.typeof(sums[0, 0]), pixels[row + 2, x])
        d += cython.cast(cython.typeof(sums[0, 0]), pixels[row + 3, x])
        total: Sum = above[x] + a
        sums[row, x] = total
        total += b
        sums[row + 1, x] = total
        total += c
        sums[row + 2, x] = total
        total += d
        sums[row + 3, x] = total
        above[x] = total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_one(
    pixels: cython.const[Pixel][:, ::1], sums: Sum[:, ::1], above: Sum[::1], row: Index, channel: Index, channels: Index
) -> cython.void:
    """Sum one channel of one row."""
    total: Sum = 0
    for k in range(sums.shape[1] // channels):
        x = k * channels + channel
        total += cython.cast(cython.typeof(sums[0, 0]), pixels[row, x])
        above[x] += total
        sums[row, x] = above[x]
