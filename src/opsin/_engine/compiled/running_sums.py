# cython: infer_types=True
"""Sums over all pixels from the first one of a plane to each: integral images.

Entry point: ``running_sums(source, target, channels, strips)``.

A row of the result is the row above it plus the running sums along the row. A plane is cut into strips of rows. First
the columns of each strip are summed; from these sums follows the row of the result above each strip. Then each strip is
computed. So strips are independent, and the order of additions depends on the shape and the number of strips only.

A running sum waits for the addition before it. Four rows are computed side by side, so that four additions overlap.
Rows of bytes with one or three channels are summed in vectors instead: sums of 16 neighbors, from sums of 4, are added
to the running sum 16 pixels before [2]_.

References
----------
.. [1] F. C. Crow, "Summed-Area Tables for Texture Mapping", Computer Graphics (Proceedings of SIGGRAPH) 18 (3), 1984,
   pp. 207-212.
.. [2] W. D. Hillis, G. L. Steele, "Data Parallel Algorithms", Communications of the ACM 29 (12), 1986, pp. 1170-1183.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._memory import copy
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong, cython.float, cython.double)
# Integers wrap around, so signed ones are summed as unsigned ones.
Sum = cython.fused_type(cython.uint, cython.ulonglong, cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "uint32", "uint64", "float32", "float64")])
SUMS = tuple([np.dtype(name) for name in ("uint32", "uint64", "float32", "float64")])
# A strip has four times as many elements as elsewhere, since strips cost another pass over the pixels.
STRIP = cython.declare(cython.Py_ssize_t, 4)
# Bytes of a row that is copied at once: memory that is written by long copies need not be read before, as it must be
# for single stores.
LONG_ROW = cython.declare(cython.size_t, 8192)
# Pixels whose running sums are independent of each other.
LANES = cython.declare(cython.Py_ssize_t, 16)
# Sums along shorter rows of bytes are of 32 bits.
LONGEST = cython.declare(cython.Py_ssize_t, 2**24)


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
    channels: cython.Py_ssize_t
    strips: cython.Py_ssize_t  # of a plane
    columns_only: cython.bint
    in_lines: cython.bint  # bytes are summed in vectors
    # Four rows for each strip, of bytes: sums of 4 neighbors, and running sums, with as many zeros before.
    quads: cython.ushort[:, :, ::1]
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
    job.strips = min(strip_count(rows, rows * width // STRIP), strips)
    job.in_lines = job.pixel == 0 and job.sum < 2 and channels in (1, 3) and width < LONGEST
    if job.in_lines:
        length = 2 * LANES * channels + width
        job.quads = np.zeros((planes * job.strips, 4, length), np.uint16)
        job.lines = np.zeros((planes * job.strips, 4, length), np.uint32)
    above = np.zeros((planes, job.strips, width), target.dtype)
    set_above(job, above)
    job.columns_only = job.strips > 1
    if job.columns_only:
        parallel_for(cython.cast(strip_type, sum_strip), planes * job.strips, job, 0.2 * target.size)
        above[:, 1:] = above[:, :-1].cumsum(axis=1, dtype=target.dtype)
        above[:, 0] = 0
        pixels = above.reshape(planes, job.strips, width // channels, channels)
        above = np.ascontiguousarray(pixels.cumsum(axis=2, dtype=target.dtype)).reshape(planes, job.strips, width)
        set_above(job, above)
        job.columns_only = False
    parallel_for(cython.cast(strip_type, sum_strip), planes * job.strips, job, target.size)


def set_above(job: Job, above):
    """Let the job have the rows above its strips."""
    job.above4 = above if job.sum == 0 else None
    job.above8 = above if job.sum == 1 else None
    job.float_above = above if job.sum == 2 else None
    job.double_above = above if job.sum == 3 else None


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
    pixels: cython.const[Pixel][:, :, ::1],
    sums: Sum[:, :, ::1],
    above: Sum[:, :, ::1],
    job: Job,
    strip: cython.int,
) -> cython.void:
    """Sum the rows of one strip, or its columns only."""
    number = strip % job.strips
    first = strip_start(sums.shape[1], job.strips, number)
    last = strip_start(sums.shape[1], job.strips, number + 1)
    plane, result, line = pixels[strip // job.strips], sums[strip // job.strips], above[strip // job.strips, number]
    if job.columns_only:
        sum_columns(plane, line, first, last)
        return
    row: cython.Py_ssize_t = first
    while row + 4 <= last:
        if job.in_lines:
            if not cython.compiled or (Pixel is cython.uchar and (Sum is cython.uint or Sum is cython.ulonglong)):
                # The numbers of channels are constants.
                if job.channels == 1:
                    four_lines(plane, job.quads[strip], job.lines[strip], row, 1)
                else:
                    four_lines(plane, job.quads[strip], job.lines[strip], row, 3)
                add_lines(result, line, job.lines[strip], row, LANES * job.channels)
        else:
            for channel in range(job.channels):
                sum_four(plane, result, line, row, channel, job.channels)
        row += 4
    while row < last:
        for channel in range(job.channels):
            sum_one(plane, result, line, row, channel, job.channels)
        row += 1


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def four_lines(
    pixels: cython.const[cython.uchar][:, ::1],
    quads: cython.ushort[:, ::1],
    lines: cython.uint[:, ::1],
    row: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
) -> cython.void:
    """Write the running sums of four rows of bytes to the lines of a strip."""
    width = pixels.shape[1]
    zeros: cython.Py_ssize_t = 16 * channels
    x: cython.Py_ssize_t
    for j in range(4):
        for x in range(min(4 * channels, width)):
            quads[j, zeros + x] = quads[j, zeros + x - channels] + pixels[row + j, x]
        for x in range(4 * channels, width):
            near = cython.cast(cython.ushort, pixels[row + j, x] + pixels[row + j, x - channels])
            far = cython.cast(cython.ushort, pixels[row + j, x - 2 * channels] + pixels[row + j, x - 3 * channels])
            quads[j, zeros + x] = near + far
    for block in range((width + 15) // 16):
        start = zeros + 16 * block
        for j in range(4):
            for x in range(16):
                k = start + x
                low = cython.cast(cython.ushort, quads[j, k] + quads[j, k - 4 * channels])
                high = cython.cast(cython.ushort, quads[j, k - 8 * channels] + quads[j, k - 12 * channels])
                lines[j, k] = lines[j, k - 16 * channels] + cython.cast(cython.ushort, low + high)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_lines(
    sums: Sum[:, ::1],
    above: Sum[::1],
    lines: cython.uint[:, ::1],
    row: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
) -> cython.void:
    """Add running sums, which start at index `start`, to the row above four rows."""
    width = sums.shape[1]
    size = width * cython.sizeof(above[0])
    for j in range(4):
        if cython.compiled and size >= LONG_ROW:
            for x in range(width):
                above[x] += lines[j, start + x]
            copy(cython.address(sums[row + j, 0]), 0, cython.address(above[0]), 0, size)
        else:
            for x in range(width):
                above[x] += lines[j, start + x]
                sums[row + j, x] = above[x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(
    pixels: cython.const[Pixel][:, ::1], above: Sum[::1], first: cython.Py_ssize_t, last: cython.Py_ssize_t
) -> cython.void:
    """Sum the columns of the rows from `first` to before `last`."""
    for row in range(first, last):
        for x in range(pixels.shape[1]):
            above[x] += cython.cast(cython.typeof(above[0]), pixels[row, x])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_four(
    pixels: cython.const[Pixel][:, ::1],
    sums: Sum[:, ::1],
    above: Sum[::1],
    row: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
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
    pixels: cython.const[Pixel][:, ::1],
    sums: Sum[:, ::1],
    above: Sum[::1],
    row: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
) -> cython.void:
    """Sum one channel of one row."""
    total: Sum = 0
    for k in range(sums.shape[1] // channels):
        x = k * channels + channel
        total += cython.cast(cython.typeof(sums[0, 0]), pixels[row, x])
        above[x] += total
        sums[row, x] = above[x]
