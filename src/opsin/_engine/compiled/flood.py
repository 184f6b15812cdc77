# cython: infer_types=True
"""The pixels that are connected to a seed and have values in a range, found by runs.

A row is compared with the range when the flood reaches it; the rest of the image is not read. Runs of similar pixels
wait on a stack. For each, the similar pixels in reach in neighboring rows are found 8 at a time, and extended to runs.

Entry: ``flood(image, seed, low, high, unknown, shape, steps, places, result, pattern)``.

References
----------
.. [1] P. S. Heckbert, "A Seed Fill Algorithm", in Graphics Gems, A. S. Glassner, ed., Academic Press, 1990,
   pp. 275-277.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import trailing_zeros
from cython.cimports.opsin._engine.compiled._memory import address, copy, load8
from cython.cimports.opsin._engine.runtime import poll

Whole = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)
Real = cython.fused_type(cython.float, cython.double)

SIMILAR = cython.declare(cython.uchar, 1)
FOUND = cython.declare(cython.uchar, 2)
ALL_SIMILAR = cython.declare(cython.ulonglong, 0x0101010101010101)
PIXELS_PER_TURN = cython.declare(Index, 1 << 22)
LEAST_ROOM = cython.declare(Index, 1024)


@cython.final
@cython.cclass
class Flood:
    """An image of rows, of whose views one is set, and a flood."""

    is_real: cython.bint
    item_bytes: Index
    pixels1: cython.const[cython.uchar][::1]
    pixels2: cython.const[cython.ushort][::1]
    pixels4: cython.const[cython.uint][::1]
    pixels8: cython.const[cython.ulonglong][::1]
    floats: cython.const[cython.float][::1]
    doubles: cython.const[cython.double][::1]
    least: cython.ulonglong  # the lowest similar value of integers, and how much higher the highest is
    more: cython.ulonglong
    low: cython.double  # of floats the lowest and the highest
    high: cython.double
    unknown: cython.bint  # whether NaN is what is similar
    columns: Index
    shape: cython.const[Index][::1]  # the lengths of the axes that the rows are counted along
    steps: cython.const[Index][:, ::1]  # to another row along each; first and last reach along the row
    places: cython.uchar[::1]
    memory: cython.pointer(cython.void)  # of the places, to test several at once
    pixel_bytes: Index  # of the result, which is painted; 0 if there is none
    result: cython.pointer(cython.void)
    pattern: cython.pointer(cython.void)  # a row of painted pixels
    is_ready: cython.uchar[::1]  # of each row whether it was compared
    stack: Index[:, ::1]  # row, first column and that after the last
    reach: Index  # the sum of the reaches along the row
    count: Index
    room: Index  # how many runs the stack must have room for to go on


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare_whole(
    pixels: cython.const[Whole][::1], places: cython.uchar[::1], least: Whole, more: Whole, first: Index, last: Index
) -> cython.void:
    for x in range(first, last):
        above: Whole = pixels[x] - least  # a large number if it is below
        places[x] = above <= more


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare_real(
    pixels: cython.const[Real][::1], places: cython.uchar[::1], job: Flood, first: Index, last: Index
) -> cython.void:
    low = job.low
    high = job.high
    if job.unknown:
        for x in range(first, last):
            places[x] = pixels[x] != pixels[x]
    else:
        for x in range(first, last):
            places[x] = (pixels[x] >= low) & (pixels[x] <= high)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare(job: Flood, row: Index) -> cython.void:
    """Mark the similar pixels of a row."""
    first = row * job.columns
    last = first + job.columns
    if job.is_real and job.item_bytes == 4:
        compare_real(job.floats, job.places, job, first, last)
    elif job.is_real:
        compare_real(job.doubles, job.places, job, first, last)
    elif job.item_bytes == 1:
        compare_whole(job.pixels1, job.places, cython.cast(cython.uchar, job.least), job.more, first, last)
    elif job.item_bytes == 2:
        compare_whole(job.pixels2, job.places, cython.cast(cython.ushort, job.least), job.more, first, last)
    elif job.item_bytes == 4:
        compare_whole(job.pixels4, job.places, cython.cast(cython.uint, job.least), job.more, first, last)
    else:
        compare_whole(job.pixels8, job.places, job.least, job.more, first, last)
    job.is_ready[row] = True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def next_similar(job: Flood, place: Index, end: Index) -> Index:
    """Return the first similar pixel from a place to before another, or that."""
    while place + 8 <= end:
        word = load8(job.memory, place) & ALL_SIMILAR
        if word:
            return place + (trailing_zeros(word) >> 3)
        place += 8
    while place < end and job.places[place] != SIMILAR:
        place += 1
    return place


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def end_of_run(job: Flood, place: Index, end: Index) -> Index:
    """Return the first pixel from a place to before another that is not similar, or that."""
    while place + 8 <= end:
        word = (load8(job.memory, place) & ALL_SIMILAR) ^ ALL_SIMILAR
        if word:
            return place + (trailing_zeros(word) >> 3)
        place += 8
    while place < end and job.places[place] == SIMILAR:
        place += 1
    return place


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def take_run(job: Flood, places: cython.uchar[::1], row: Index, column: Index) -> Index:
    """Put the run of a similar pixel on the stack; return the column after it."""
    start = row * job.columns
    first: Index = start + column
    while first >= start + 8 and load8(job.memory, first - 8) & ALL_SIMILAR == ALL_SIMILAR:
        first -= 8
    while first > start and places[first - 1] == SIMILAR:
        first -= 1
    end = end_of_run(job, start + column, start + job.columns)
    for place in range(first, end):
        places[place] = FOUND
    if job.pixel_bytes:
        copy(job.result, first * job.pixel_bytes, job.pattern, 0, (end - first) * job.pixel_bytes)
    job.stack[job.count, 0] = row
    job.stack[job.count, 1] = first - start
    job.stack[job.count, 2] = end - start
    job.count += 1
    return end - start


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def neighbor(job: Flood, row: Index, step: Index) -> Index:
    """Return the row that is a step away; -1 if it is beyond the image."""
    if job.shape.shape[0] == 1:
        moved = row + job.steps[step, 0]
        return moved if moved < job.shape[0] else -1
    rest: Index = row
    other: Index = 0
    stride: Index = 1
    axis: Index = job.shape.shape[0] - 1
    while axis >= 0:
        length = job.shape[axis]
        index: Index = rest
        if axis > 0:
            index = rest % length
            rest = rest // length
        index += job.steps[step, axis]
        if index < 0 or index >= length:
            return -1
        other += index * stride
        stride *= length
        axis -= 1
    return other


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def spread(job: Flood) -> cython.void:
    """Flood from the runs on the stack, until there are none, the stack is too small, or it was enough for a turn."""
    axes = job.shape.shape[0]
    columns = job.columns
    work: Index = 0
    while job.count > 0 and work < PIXELS_PER_TURN:
        row = job.stack[job.count - 1, 0]
        first = job.stack[job.count - 1, 1]
        end = job.stack[job.count - 1, 2]
        job.room = job.count + job.steps.shape[0] * ((end - first) // 2 + 1) + job.reach
        if job.room > job.stack.shape[0]:
            return
        job.count -= 1
        for step in range(job.steps.shape[0]):
            other = neighbor(job, row, step)
            if other < 0:
                continue
            if not job.is_ready[other]:
                compare(job, other)
                work += columns
            place: Index = max(first + job.steps[step, axes], 0)
            last = min(end + job.steps[step, axes + 1], columns)
            work += max(last - place, 0) + 8
            while place < last:
                place = next_similar(job, other * columns + place, other * columns + last) - other * columns
                if place < last:
                    place = take_run(job, job.places, other, place)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def finish(job: Flood, places: cython.uchar[::1], row: Index) -> cython.void:
    """Leave 1 at the pixels of a row that were found, and 0 elsewhere."""
    ready = job.is_ready[row]
    for x in range(row * job.columns, (row + 1) * job.columns):
        places[x] = places[x] >> 1 if ready else 0


def flood(image, seed, low, high, unknown, shape, steps, places, result, pattern):
    """Find where the pixels are that are connected to a seed and in a range.

    Parameters
    ----------
    image : (R, C) ndarray of unsigned integers, float32 or float64
        The image, C-contiguous and not empty.
    seed : tuple of int
        Row and column of a pixel in the range.
    low, high : int or float
        The lowest and the highest similar value; of integers modulo 2**bits, so that `high` may be below `low`.
    unknown : bool
        Whether NaN is what is similar.
    shape : (A,) ndarray of intp
        The lengths of the axes that the rows are counted along.
    steps : (N, A + 2) ndarray of intp
        The neighbors of a pixel beside those next to it in its row: steps to another row along each axis, and the
        first and the last column there, relative to the pixel's.
    places : (R, C) ndarray of uint8
        Is set to 1 there, and to 0 elsewhere. With a `result` it is scratch, of which only the rows that are reached
        are written.
    result : (R, C) ndarray or None
        An array whose pixels are painted there, C-contiguous; it may be the image.
    pattern : (C,) ndarray or None
        The pixels of a painted row.
    """
    job: Flood = Flood()
    rows, job.columns = image.shape
    flat = image.reshape(-1)
    size = image.itemsize
    job.is_real, job.item_bytes = image.dtype.kind == "f", size
    if job.is_real:
        job.floats = flat if size == 4 else None
        job.doubles = flat if size == 8 else None
        job.low, job.high, job.unknown = low, high, unknown
    else:
        job.pixels1 = flat if size == 1 else None
        job.pixels2 = flat if size == 2 else None
        job.pixels4 = flat if size == 4 else None
        job.pixels8 = flat if size == 8 else None
        job.least, job.more = low, (high - low) % 2 ** (8 * size)
    job.shape, job.steps = shape, steps
    job.reach = int((steps[:, -1] - steps[:, -2]).sum())
    if places.shape != image.shape:
        raise ValueError("places must have the shape of the image.")
    job.places = places.reshape(-1)
    job.memory = address(places)
    job.pixel_bytes = 0 if result is None else result.itemsize
    if job.pixel_bytes:
        job.result, job.pattern = address(result), address(pattern)
    job.is_ready = np.zeros(rows, np.uint8)
    stack = np.empty((LEAST_ROOM, 3), np.intp)
    job.stack, job.count, job.room = stack, 0, 0
    compare(job, seed[0])
    take_run(job, job.places, seed[0], seed[1])
    while job.count > 0:
        spread(job)
        poll()
        if job.room > len(stack):
            larger = np.empty((2 * job.room, 3), np.intp)
            larger[: job.count] = stack[: job.count]
            stack = larger
            job.stack = stack
    if result is None:
        for row in range(rows):
            finish(job, job.places, row)
