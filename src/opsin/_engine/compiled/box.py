"""The mean of a box around each pixel, in constant time for every size.

Down the columns, the rows of the result are cut into blocks as high as the
box [1]_. A box that starts in a block ends in the next one: its sum is the
sum of the rows from its first one to the end of the block, and of the rows
of the next block up to its last one. Both are running sums that never reach
further than one box. So unlike with sums that run through the whole image, no
error grows from row to row, and NaN stays within the boxes that hold it.

The sums of bytes and shorts are floats as long as these hold them exactly, and
doubles beyond.

Along the rows, sums of 1, 2, 4, 8 ... columns are made by doubling, and those
that the width is made of, in binary, are added up: vector work all through.

References
----------
.. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
   Pattern Recognition Letters 13 (7), 1992, pp. 517-521 (for minima; sums have no need of an inverse either).
"""

import cython
import numpy as np

if cython.compiled:
    from cython.cimports.libc.stdint import uint8_t
    from cython.cimports.libc.stdlib import free, malloc
    from cython.cimports.opsin._engine.runtime import parallel_tasks as parallel_for
else:
    uint8_t = cython.uchar

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
Integer = cython.fused_type(cython.uchar, cython.ushort)
Real = cython.fused_type(cython.float, cython.double)

PIXELS = ("uint8", "uint16", "float32", "float64")
LARGEST_EXACT = cython.declare(cython.double, 16777216.0)  # in single precision
STRIP_ROWS = cython.declare(cython.Py_ssize_t, 64)
# Below this many pixels, waking a second thread costs more than it saves.
SERIAL_BELOW = cython.declare(cython.Py_ssize_t, 20000)

Plane = cython.struct(
    rows=cython.Py_ssize_t,
    width=cython.Py_ssize_t,
    stride=cython.Py_ssize_t,
    channels=cython.Py_ssize_t,
    box_rows=cython.Py_ssize_t,
    box_columns=cython.Py_ssize_t,
    strip_rows=cython.Py_ssize_t,
    cval=cython.double,
    wide_sums=cython.bint,
)

Job = cython.struct(
    source=cython.p_uchar,
    target=cython.p_uchar,
    row_table=cython.p_int,
    margins=cython.p_int,
    plane=Plane,
    pixel=cython.int,
)


def box_mean(
    source: cython.const[cython.uchar][:, :],
    target: cython.uchar[:, ::1],
    pixel: cython.int,
    channels: cython.Py_ssize_t,
    box_rows: cython.Py_ssize_t,
    box_columns: cython.Py_ssize_t,
    row_table: cython.const[cython.int][::1],
    margins: cython.const[cython.int][:, ::1],
    cval: cython.double,
) -> None:
    """Fill `target` with the mean of the box around each pixel of `source`.

    Parameters
    ----------
    source : (rows, columns * channels) array, as bytes
        The plane; the bytes of a row lie side by side.
    target : (rows, columns * channels) array, as bytes
        Where the result goes; it is C-contiguous and shares no memory with `source`.
    pixel : int
        The dtype of both, as its place in ``PIXELS``.
    channels : int
        How many elements in a row make a pixel.
    box_rows, box_columns : int
        The size of the box, which reaches half of it, rounded down, before the pixel.
    row_table : (rows + 2 * (box_rows // 2),) array of int32
        Which row stands at each place of the extended image; -1 for the constant.
    margins : (2, max(box_columns // 2, 1)) array of int32
        Which column stands at each place of the two margins; -1 for the constant.
    cval : float
        The constant.
    """
    job = cython.declare(Job)
    plane = cython.declare(Plane)
    size: cython.Py_ssize_t = 1 << pixel
    strips: cython.Py_ssize_t
    number: cython.Py_ssize_t
    failed: cython.int = 0
    plane.rows = source.shape[0]
    plane.width = source.shape[1] // size
    plane.stride = source.strides[0] // size
    plane.channels = channels
    plane.box_rows = box_rows
    plane.box_columns = box_columns
    # The strips are made of whole blocks, so that the order of the sums is the same for every number of threads.
    plane.strip_rows = box_rows * ((STRIP_ROWS + box_rows - 1) // box_rows)
    plane.cval = cval
    largest: cython.double = 255.0 if pixel == 0 else 65535.0
    plane.wide_sums = pixel == 3 or (pixel < 2 and largest * box_rows * box_columns >= LARGEST_EXACT)
    strips = (plane.rows + plane.strip_rows - 1) // plane.strip_rows
    if cython.compiled:
        job.source = cython.cast(cython.p_uchar, cython.address(source[0, 0]))
        job.target = cython.address(target[0, 0])
        job.row_table = cython.cast(cython.p_int, cython.address(row_table[0]))
        job.margins = cython.cast(cython.p_int, cython.address(margins[0, 0]))
        job.plane = plane
        job.pixel = pixel
        with cython.nogil:
            failed = parallel_for(
                task,
                cython.cast(cython.int, strips),
                cython.cast(cython.pointer(uint8_t), cython.address(job)),
                plane.rows * plane.width < SERIAL_BELOW,
            )
        if failed:
            raise MemoryError("there is no memory for the sums of a box.")
    else:
        dtype = np.dtype(PIXELS[pixel])
        plane.stride = plane.width
        flat, filled = source.view(dtype).ravel(), target.view(dtype).reshape(-1)
        wide = plane.width + (box_columns - 1) * channels
        sizes = (box_rows * plane.width, plane.width, wide, plane.width)
        strip = strip_of_integers if pixel < 2 else strip_of_reals
        for number in range(strips):
            scratch = [np.zeros(count, np.float64 if plane.wide_sums else np.float32) for count in sizes]
            strip(flat, filled, row_table, margins.ravel(), plane, number, *scratch)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def task(context: cython.p_void, number: cython.int, closure: cython.pointer(uint8_t)) -> cython.int:
    """Make one strip; return 1 if there is no memory for it."""
    job: cython.pointer(Job) = cython.cast(cython.pointer(Job), closure)
    plane: cython.pointer(Plane) = cython.address(job.plane)
    size: cython.Py_ssize_t = 8 if plane.wide_sums else 4
    row: cython.Py_ssize_t = plane.width
    blocks: cython.Py_ssize_t = plane.box_rows * row
    wide: cython.Py_ssize_t = row + (plane.box_columns - 1) * plane.channels
    memory: cython.p_void = malloc((blocks + 2 * row + wide) * size)
    floats: cython.p_float = cython.cast(cython.p_float, memory)
    doubles: cython.p_double = cython.cast(cython.p_double, memory)
    if memory == cython.NULL:
        return 1
    if job.pixel == 0 and not plane.wide_sums:
        strip_of_integers[cython.uchar, cython.float](
            job.source,
            job.target,
            job.row_table,
            job.margins,
            plane,
            number,
            floats,
            floats + blocks,
            floats + blocks + row,
            floats + blocks + row + wide,
        )
    elif job.pixel == 0:
        strip_of_integers[cython.uchar, cython.double](
            job.source,
            job.target,
            job.row_table,
            job.margins,
            plane,
            number,
            doubles,
            doubles + blocks,
            doubles + blocks + row,
            doubles + blocks + row + wide,
        )
    elif job.pixel == 1 and not plane.wide_sums:
        strip_of_integers[cython.ushort, cython.float](
            cython.cast(cython.p_ushort, job.source),
            cython.cast(cython.p_ushort, job.target),
            job.row_table,
            job.margins,
            plane,
            number,
            floats,
            floats + blocks,
            floats + blocks + row,
            floats + blocks + row + wide,
        )
    elif job.pixel == 1:
        strip_of_integers[cython.ushort, cython.double](
            cython.cast(cython.p_ushort, job.source),
            cython.cast(cython.p_ushort, job.target),
            job.row_table,
            job.margins,
            plane,
            number,
            doubles,
            doubles + blocks,
            doubles + blocks + row,
            doubles + blocks + row + wide,
        )
    elif job.pixel == 2:
        strip_of_reals[cython.float](
            cython.cast(cython.p_float, job.source),
            cython.cast(cython.p_float, job.target),
            job.row_table,
            job.margins,
            plane,
            number,
            floats,
            floats + blocks,
            floats + blocks + row,
            floats + blocks + row + wide,
        )
    else:
        strip_of_reals[cython.double](
            cython.cast(cython.p_double, job.source),
            cython.cast(cython.p_double, job.target),
            job.row_table,
            job.margins,
            plane,
            number,
            doubles,
            doubles + blocks,
            doubles + blocks + row,
            doubles + blocks + row + wide,
        )
    free(memory)
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def strip_of_integers(
    source: cython.pointer(Integer),
    target: cython.pointer(Integer),
    row_table: cython.p_int,
    margins: cython.p_int,
    plane: cython.pointer(Plane),
    number: cython.Py_ssize_t,
    to_end: cython.pointer(Real),
    running: cython.pointer(Real),
    wide: cython.pointer(Real),
    found: cython.pointer(Real),
) -> cython.void:
    """Make the rows of one strip of integers, block by block."""
    first: cython.Py_ssize_t = number * plane.strip_rows
    last: cython.Py_ssize_t = min(first + plane.strip_rows, plane.rows)
    start: cython.Py_ssize_t = first
    j: cython.Py_ssize_t
    while start < last:
        begin_block(source, row_table, plane, start, to_end, running)
        for j in range(min(plane.box_rows, last - start)):
            down_columns(source, row_table, plane, start, j, to_end, running, wide)
            along_row(margins, plane, wide, found)
            store_integers(target, (start + j) * plane.width, plane, found)
        start += plane.box_rows


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def strip_of_reals(
    source: cython.pointer(Real),
    target: cython.pointer(Real),
    row_table: cython.p_int,
    margins: cython.p_int,
    plane: cython.pointer(Plane),
    number: cython.Py_ssize_t,
    to_end: cython.pointer(Real),
    running: cython.pointer(Real),
    wide: cython.pointer(Real),
    found: cython.pointer(Real),
) -> cython.void:
    """Make the rows of one strip of reals, block by block."""
    first: cython.Py_ssize_t = number * plane.strip_rows
    last: cython.Py_ssize_t = min(first + plane.strip_rows, plane.rows)
    start: cython.Py_ssize_t = first
    j: cython.Py_ssize_t
    while start < last:
        begin_block(source, row_table, plane, start, to_end, running)
        for j in range(min(plane.box_rows, last - start)):
            down_columns(source, row_table, plane, start, j, to_end, running, wide)
            along_row(margins, plane, wide, found)
            store_reals(target, (start + j) * plane.width, plane, found)
        start += plane.box_rows


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def begin_block(
    source: cython.pointer(Pixel),
    row_table: cython.p_int,
    plane: cython.pointer(Plane),
    start: cython.Py_ssize_t,
    to_end: cython.pointer(Real),
    running: cython.pointer(Real),
) -> cython.void:
    """Write the sums from each row of a block to its end, and clear those of the rows after it."""
    j: cython.Py_ssize_t
    x: cython.Py_ssize_t
    offset: cython.Py_ssize_t
    for x in range(plane.width):
        running[x] = 0
    for j in range(plane.box_rows - 1, -1, -1):
        offset = j * plane.width
        add_row(source, row_table[start + j], plane, running)
        for x in range(plane.width):
            to_end[offset + x] = running[x]
    for x in range(plane.width):
        running[x] = 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def down_columns(
    source: cython.pointer(Pixel),
    row_table: cython.p_int,
    plane: cython.pointer(Plane),
    start: cython.Py_ssize_t,
    j: cython.Py_ssize_t,
    to_end: cython.pointer(Real),
    running: cython.pointer(Real),
    wide: cython.pointer(Real),
) -> cython.void:
    """Write the sums down the columns of the box that starts at row `j` of a block, inside the margins of `wide`."""
    x: cython.Py_ssize_t
    offset: cython.Py_ssize_t = j * plane.width
    before: cython.Py_ssize_t = (plane.box_columns // 2) * plane.channels
    if j > 0:
        add_row(source, row_table[start + plane.box_rows + j - 1], plane, running)
    for x in range(plane.width):
        wide[before + x] = to_end[offset + x] + running[x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_row(
    source: cython.pointer(Pixel), row: cython.Py_ssize_t, plane: cython.pointer(Plane), sums: cython.pointer(Real)
) -> cython.void:
    """Add a row of the image, or the constant, to `sums`."""
    x: cython.Py_ssize_t
    offset: cython.Py_ssize_t = row * plane.stride
    if row < 0:
        for x in range(plane.width):
            sums[x] += plane.cval
    else:
        for x in range(plane.width):
            sums[x] += source[offset + x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def along_row(
    margins: cython.p_int, plane: cython.pointer(Plane), wide: cython.pointer(Real), found: cython.pointer(Real)
) -> cython.void:
    """Write a row of the sums of boxes, out of the sums down the columns in `wide`, which are used up."""
    width: cython.Py_ssize_t = plane.width
    channels: cython.Py_ssize_t = plane.channels
    box: cython.Py_ssize_t = plane.box_columns
    radius: cython.Py_ssize_t = box // 2
    before: cython.Py_ssize_t = radius * channels
    length: cython.Py_ssize_t = width + (box - 1) * channels
    place: cython.Py_ssize_t
    x: cython.Py_ssize_t
    i: cython.Py_ssize_t
    c: cython.Py_ssize_t
    column: cython.Py_ssize_t
    step: cython.Py_ssize_t = channels
    bit: cython.Py_ssize_t = 1
    shift: cython.Py_ssize_t = 0
    beyond: cython.double = plane.cval * plane.box_rows
    for i in range(box - 1):
        column = margins[i]
        place = i * channels if i < radius else i * channels + width
        for c in range(channels):
            if column < 0:
                wide[place + c] = beyond
            else:
                wide[place + c] = wide[before + column * channels + c]
    for x in range(width):
        found[x] = 0
    while bit <= box:
        if box & bit:
            for x in range(width):
                found[x] += wide[shift + x]
            shift += step
        length -= step
        if 2 * bit <= box:
            for x in range(length):
                wide[x] = wide[x] + wide[x + step]
        step *= 2
        bit *= 2


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def store_integers(
    target: cython.pointer(Integer), offset: cython.Py_ssize_t, plane: cython.pointer(Plane), sums: cython.pointer(Real)
) -> cython.void:
    """Write a row of means, rounded to nearest."""
    x: cython.Py_ssize_t
    area: cython.Py_ssize_t = plane.box_rows * plane.box_columns
    # Half a unit, and less than the least distance between two quotients.
    half: cython.double = area // 2 + 0.25
    share: cython.double = 1.0 / area
    for x in range(plane.width):
        target[offset + x] = cython.cast(cython.int, (sums[x] + half) * share)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def store_reals(
    target: cython.pointer(Real), offset: cython.Py_ssize_t, plane: cython.pointer(Plane), sums: cython.pointer(Real)
) -> cython.void:
    """Write a row of means."""
    x: cython.Py_ssize_t
    area: Real
    area = plane.box_rows * plane.box_columns
    for x in range(plane.width):
        target[offset + x] = sums[x] / area
