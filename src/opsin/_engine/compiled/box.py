# cython: infer_types=True
"""The mean of a box around each pixel, in nearly constant time for every size.

Along the columns, the sums of integers are running sums: they are exact, so the row that leaves the box is subtracted.
From those of floats nothing is subtracted. The rows of the result are cut into blocks as high as the box [1]_. A box
that starts in a block ends in the next one: its sum is the sum of the rows from its first one to the end of the block,
and of the rows of the next block up to its last one. So no error grows from row to row, and NaN stays within the boxes
that hold it.

Along the rows, the sums of n columns give those of 2 n or 2 n + 1, by the binary digits of the width: a few vector
additions for each element.

On AMD EPYC (Zen 5), AVX-512, one thread, interleaved with OpenCV, 512 x 512, in us: uint8 31 x 31 108 (OpenCV
119), with three channels 294 (367); 101 x 101 153 (153), with three channels 488 (441); float32 126 (236), 163 (288).

The sums of uint8 and uint16 are floats as long as these hold them exactly, and doubles beyond.

References
----------
.. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
   Pattern Recognition Letters 13 (7), 1992, pp. 517-521 (for minima; sums have no need of an inverse either).
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Real = cython.fused_type(cython.float, cython.double)

LARGEST_EXACT = 2**24  # in single precision
LARGEST_NEAR = 2**20  # so that three roundings are less than a quarter of the distance between two quotients
STRIP_ROWS = 64  # at least, in a strip
MAX_STRIPS = 16
CACHE_LINE = 64  # bytes
SCRATCH_BYTES = 2**26  # of all strips
# Several rows are summed along the rows together, as far as they stay in the nearest cache: a load from what was just
# written waits until it is in the cache, so the additions of a single short row would wait for each other.
MAX_BATCH = 8
BATCH_BYTES = 2**15


@cython.final
@cython.cclass
class Job:
    """Planes, their box and their border; of the views by dtype one is set, and one of scratch."""

    source1: cython.const[cython.uchar][:, :, ::1]
    source2: cython.const[cython.ushort][:, :, ::1]
    source4: cython.const[cython.float][:, :, ::1]
    source8: cython.const[cython.double][:, :, ::1]
    target1: cython.uchar[:, :, ::1]
    target2: cython.ushort[:, :, ::1]
    target4: cython.float[:, :, ::1]
    target8: cython.double[:, :, ::1]
    # The scratch of each task: for floats the rows of a block; a running sum, and three batches of rows.
    floats: cython.float[:, ::1]
    doubles: cython.double[:, ::1]
    rows: cython.const[cython.int][::1]
    margins: cython.const[cython.int][::1]  # for each element of the two margins its element in the row, or -1
    cval: cython.double
    pixel_bytes: cython.int
    rounds: cython.bint
    near: cython.bint  # the precision of the scratch is enough for quotients
    is_wide: cython.bint  # the scratch is of doubles
    planes: Index
    channels: Index
    box_rows: Index
    box_columns: Index
    tasks: Index
    strips: Index  # of a plane
    strip_rows: Index
    block_rows: Index  # how many rows one start of the sums serves
    row: Index  # the length of a row of scratch: the margins included
    batch: Index  # how many rows are summed along the rows together
    running: Index  # where the running sum is in the scratch of a strip
    wide: Index  # where the batch of sums along the columns is; two of sums of boxes follow


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def average(job: Job, task: cython.int) -> cython.void:
    """Make the strips of one task."""
    units = job.planes * job.strips
    for unit in range(units * task // job.tasks, units * (task + 1) // job.tasks):
        plane = unit // job.strips
        start = unit % job.strips * job.strip_rows
        if job.pixel_bytes == 1 and job.is_wide:
            average_rows(job.source1[plane], job.target1[plane], job.doubles, job, task, start)
        elif job.pixel_bytes == 1:
            average_rows(job.source1[plane], job.target1[plane], job.floats, job, task, start)
        elif job.pixel_bytes == 2 and job.is_wide:
            average_rows(job.source2[plane], job.target2[plane], job.doubles, job, task, start)
        elif job.pixel_bytes == 2:
            average_rows(job.source2[plane], job.target2[plane], job.floats, job, task, start)
        elif job.pixel_bytes == 4:
            average_rows(job.source4[plane], job.target4[plane], job.floats, job, task, start)
        else:
            average_rows(job.source8[plane], job.target8[plane], job.doubles, job, task, start)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def average_rows(
    source: cython.const[Pixel][:, ::1],
    target: Pixel[:, ::1],
    scratch: Real[:, ::1],
    job: Job,
    task: cython.int,
    start: Index,
) -> cython.void:
    """Make the rows of the strip that starts at row `start`, block by block."""
    area = job.box_rows * job.box_columns
    # Half a unit, and less than the least distance between two quotients.
    half: cython.double = area // 2 + 0.25
    share: cython.double = 1.0 / area
    near_half: Real = half
    near_share: Real = share
    divisor: Real = area
    width = target.shape[1]
    last: Index = min(start + job.strip_rows, target.shape[0])
    while start < last:
        clear_running(scratch, job, task, width)
        if not job.rounds:
            sum_to_end(source, scratch, job, task, start)
        end: Index = min(start + job.block_rows, last)
        first = start
        while first < end:
            count = min(job.batch, end - first)
            for i in range(count):
                if job.rounds:
                    slide(source, scratch, job, task, start, first - start + i, job.wide + i * job.row)
                else:
                    sum_columns(source, scratch, job, task, start, first - start + i, job.wide + i * job.row)
                fill_margins(scratch, job, task, job.wide + i * job.row, width)
            sums = sum_rows(scratch, job, task, count)
            for i in range(count):
                if job.rounds and job.near:
                    for x in range(width):
                        target[first + i, x] = cython.cast(
                            cython.int, (scratch[task, sums + x] + near_half) * near_share
                        )
                elif job.rounds:
                    for x in range(width):
                        target[first + i, x] = cython.cast(cython.int, (scratch[task, sums + x] + half) * share)
                elif Pixel is cython.uchar or Pixel is cython.ushort:
                    pass  # these are rounded, and cannot hold a quotient
                else:
                    for x in range(width):
                        target[first + i, x] = scratch[task, sums + x] / divisor
                sums += job.row
            first += count
        start = end


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def clear_running(scratch: Real[:, ::1], job: Job, task: cython.int, width: Index) -> cython.void:
    for x in range(width):
        scratch[task, job.running + x] = 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_row(
    source: cython.const[Pixel][:, ::1],
    scratch: Real[:, ::1],
    job: Job,
    task: cython.int,
    row: Index,
    sign: cython.double,
) -> cython.void:
    """Add a row of the extended image to the running sum, times `sign`."""
    fill: Real = job.cval * sign
    factor: Real = sign
    row = job.rows[row]
    if row < 0:
        for x in range(source.shape[1]):
            scratch[task, job.running + x] += fill
    else:
        for x in range(source.shape[1]):
            scratch[task, job.running + x] += factor * source[row, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slide(
    source: cython.const[Pixel][:, ::1],
    scratch: Real[:, ::1],
    job: Job,
    task: cython.int,
    start: Index,
    j: Index,
    offset: Index,
) -> cython.void:
    """Write the sums along the columns of the box that starts at row `j` after `start`, by those of the row before."""
    inside = offset + (job.box_columns // 2) * job.channels
    if j > 0:
        entering = job.rows[start + job.box_rows + j - 1]
        leaving = job.rows[start + j - 1]
        if entering >= 0 and leaving >= 0:
            for x in range(source.shape[1]):
                change = cython.cast(cython.int, source[entering, x]) - cython.cast(cython.int, source[leaving, x])
                total: Real = scratch[task, job.running + x] + change
                scratch[task, job.running + x] = total
                scratch[task, inside + x] = total
            return
        add_row(source, scratch, job, task, start + job.box_rows + j - 1, 1.0)
        add_row(source, scratch, job, task, start + j - 1, -1.0)
    else:
        for i in range(job.box_rows):
            add_row(source, scratch, job, task, start + i, 1.0)
    for x in range(source.shape[1]):
        scratch[task, inside + x] = scratch[task, job.running + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_to_end(
    source: cython.const[Pixel][:, ::1], scratch: Real[:, ::1], job: Job, task: cython.int, start: Index
) -> cython.void:
    """Write the sums from each row of a block to its end; the running sum, which follows them, is zero."""
    fill: Real = job.cval
    for j in range(job.box_rows - 1, -1, -1):
        offset = j * job.row
        after = offset + job.row
        row: Index = job.rows[start + j]
        if row < 0:
            for x in range(source.shape[1]):
                scratch[task, offset + x] = scratch[task, after + x] + fill
        else:
            for x in range(source.shape[1]):
                scratch[task, offset + x] = scratch[task, after + x] + source[row, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(
    source: cython.const[Pixel][:, ::1],
    scratch: Real[:, ::1],
    job: Job,
    task: cython.int,
    start: Index,
    j: Index,
    offset: Index,
) -> cython.void:
    """Write the sums along the columns of the box that starts at row `j` of a block."""
    if j > 0:
        add_row(source, scratch, job, task, start + job.box_rows + j - 1, 1.0)
    inside = offset + (job.box_columns // 2) * job.channels
    to_end = j * job.row
    for x in range(source.shape[1]):
        scratch[task, inside + x] = scratch[task, to_end + x] + scratch[task, job.running + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_margins(scratch: Real[:, ::1], job: Job, task: cython.int, offset: Index, width: Index) -> cython.void:
    """Fill the margins of a row of sums along the columns."""
    constant: Real = job.cval * job.box_rows
    before = (job.box_columns // 2) * job.channels
    for i in range(job.margins.shape[0]):
        element: Index = job.margins[i]
        position = offset + i if i < before else offset + width + i
        scratch[task, position] = constant if element < 0 else scratch[task, offset + before + element]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_rows(scratch: Real[:, ::1], job: Job, task: cython.int, count: Index) -> Index:
    """Write the sums of boxes along `count` rows of sums along the columns; return where in scratch they are."""
    sums = job.wide
    batch = job.batch * job.row
    size: Index = 1
    digit: Index = 1
    while 2 * digit <= job.box_columns:
        digit *= 2
    while digit > 1:
        digit //= 2
        # Not in place: a compiler cannot prove that the sums read are never those just written.
        offset = job.wide + (2 * batch if sums == job.wide + batch else batch)
        second = sums + size * job.channels
        third = job.wide + 2 * size * job.channels
        size = 2 * size + (1 if job.box_columns & digit else 0)
        # The rows are summed as one; what crosses from a row into the next is not used.
        length = count * job.row - (size - 1) * job.channels
        if job.box_columns & digit:
            for x in range(length):
                scratch[task, offset + x] = (
                    scratch[task, sums + x] + scratch[task, second + x] + scratch[task, third + x]
                )
        else:
            for x in range(length):
                scratch[task, offset + x] = scratch[task, sums + x] + scratch[task, second + x]
        sums = offset
    return sums


def box_mean(source, target, channels, box_rows, box_columns, rows, margins, cval):
    """Fill `target` with the mean of the box around each pixel of `source`.

    Parameters
    ----------
    source : (planes, rows, columns * channels) ndarray of uint8, uint16, float32 or float64
        The planes, C-contiguous.
    target : (planes, result rows, columns * channels) ndarray
        Where the result goes: of the same dtype, C-contiguous, without shared memory.
    channels : int
        How many elements in a row make a pixel.
    box_rows, box_columns : int
        The size of the box, which reaches half of it, rounded down, before the pixel.
    rows : (result rows + 2 * (box_rows // 2),) ndarray of int32
        For each row of the extended image its row in the plane; -1 for the constant.
    margins : ((box_columns - 1) * channels,) ndarray of int32
        For each element of the two margins its element in the row; -1 for the constant.
    cval : float
        The constant.
    """
    job: Job = Job()
    job.planes, height, width = target.shape
    size = source.itemsize
    job.pixel_bytes, job.rounds = size, source.dtype.kind == "u"
    job.source1, job.target1 = (source, target) if size == 1 else (None, None)
    job.source2, job.target2 = (source, target) if size == 2 else (None, None)
    job.source4, job.target4 = (source, target) if size == 4 else (None, None)
    job.source8, job.target8 = (source, target) if size == 8 else (None, None)
    job.rows, job.cval = rows, cval
    job.margins = margins
    job.channels, job.box_rows, job.box_columns = channels, box_rows, box_columns
    largest = 256**size if job.rounds else 0
    fraction = job.rounds and cval != int(cval)
    job.is_wide = size == 8 or fraction or largest * box_rows * box_columns >= LARGEST_EXACT
    job.near = job.is_wide or largest * box_rows * box_columns <= LARGEST_NEAR
    dtype = np.dtype(np.float64 if job.is_wide else np.float32)
    # Whole cache lines, so that what is written never crosses two.
    line = CACHE_LINE // dtype.itemsize
    job.row = -(-(width + (box_columns - 1) * channels) // line) * line
    job.running = 0 if job.rounds else box_rows * job.row
    job.wide = job.running + job.row
    job.batch = max(1, min(MAX_BATCH, BATCH_BYTES // (3 * job.row * dtype.itemsize)))
    length = job.wide + 3 * job.batch * job.row
    # The strips are made of whole blocks, so that the order of the sums is the same for every number of threads; to
    # start the sums of a strip costs as much as `box_rows` rows of it.
    fitting = max(1, SCRATCH_BYTES // (dtype.itemsize * length))
    strips = max(1, min(MAX_STRIPS, height // STRIP_ROWS, height // (2 * box_rows), fitting))
    unit = 1 if job.rounds else box_rows
    job.strip_rows = unit * -(-height // (unit * strips))
    job.block_rows = job.strip_rows if job.rounds else box_rows
    job.strips = -(-height // job.strip_rows)
    tasks = job.tasks = min(job.planes * job.strips, MAX_STRIPS, fitting)
    memory = np.empty(tasks * length * dtype.itemsize + CACHE_LINE, np.uint8)
    aligned = memory[-memory.ctypes.data % CACHE_LINE :][: tasks * length * dtype.itemsize]
    scratch = aligned.view(dtype).reshape(tasks, length)
    job.floats, job.doubles = (None, scratch) if job.is_wide else (scratch, None)
    parallel_for(cython.cast(strip_type, average), tasks, job, 0.5 * job.planes * height * width)
