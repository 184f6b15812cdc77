# cython: infer_types=True
"""Sums over all pixels from the first one of a plane to each: integral images.

Entry point: ``running_sums(source, target, channels)``.

A row of the result is the row above it plus the running sums along the row. A plane is cut into strips of rows. First
the columns of each strip are summed; from these sums follows the row of the result above each strip. Then each strip is
computed. So strips are independent, and the order of additions depends on the shape only.

A running sum waits for the addition before it. Four rows are computed side by side, so that four additions overlap.

References
----------
.. [1] F. C. Crow, "Summed-Area Tables for Texture Mapping", Computer Graphics (Proceedings of SIGGRAPH) 18 (3), 1984,
   pp. 207-212.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong, cython.float, cython.double)
# Integers wrap around, so signed ones are summed as unsigned ones.
Sum = cython.fused_type(cython.uint, cython.ulonglong, cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "uint32", "uint64", "float32", "float64")])
SUMS = tuple([np.dtype(name) for name in ("uint32", "uint64", "float32", "float64")])


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


def running_sums(source, target, channels):
    """Write the sums of each plane of `source` to `target`.

    Parameters
    ----------
    source : (planes, rows, columns * channels) ndarray
        C-contiguous, of uint8, uint16 or the dtype of `target`, or of float32 for sums of float64. It may be `target`.
    target : (planes, rows, columns * channels) ndarray
        C-contiguous, of uint32, uint64, float32 or float64.
    channels : int
        The number of elements in a pixel.
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
    job.strips = strip_count(rows, rows * width)
    above = np.zeros((planes, job.strips, width), target.dtype)
    set_above(job, above)
    job.columns_only = job.strips > 1
    if job.columns_only:
        parallel_for(cython.cast(strip_type, sum_strip), planes * job.strips, job, 0.2 * target.size)
        above[:, 1:] = above[:, :-1].cumsum(axis=1)
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
    plane = strip // job.strips
    number = strip % job.strips
    rows, width = sums.shape[1], sums.shape[2]
    row = strip_start(rows, job.strips, number)
    last = strip_start(rows, job.strips, number + 1)
    if job.columns_only:
        for y in range(row, last):
            for x in range(width):
                above[plane, number, x] += cython.cast(cython.typeof(sums[0, 0, 0]), pixels[plane, y, x])
        return
    channels = job.channels
    while row < last:
        count = 4 if last - row >= 4 else 1
        for channel in range(channels):
            a: Sum = 0
            b: Sum = 0
            c: Sum = 0
            d: Sum = 0
            for k in range(width // channels):
                x = k * channels + channel
                a += cython.cast(cython.typeof(sums[0, 0, 0]), pixels[plane, row, x])
                total: Sum = above[plane, number, x] + a
                sums[plane, row, x] = total
                if count == 4:
                    b += cython.cast(cython.typeof(sums[0, 0, 0]), pixels[plane, row + 1, x])
                    total += b
                    sums[plane, row + 1, x] = total
                    c += cython.cast(cython.typeof(sums[0, 0, 0]), pixels[plane, row + 2, x])
                    total += c
                    sums[plane, row + 2, x] = total
                    d += cython.cast(cython.typeof(sums[0, 0, 0]), pixels[plane, row + 3, x])
                    total += d
                    sums[plane, row + 3, x] = total
                above[plane, number, x] = total
        row += count
