# cython: infer_types=True
"""Morphological reconstruction: values spread from pixel to pixel, nowhere beyond a limit.

The image is seen as one row, with a margin around it that nothing passes, so that the neighbors of a pixel are at
constant steps.

1. A scan forwards and one backwards take most values to where they belong.
2. Pixels that could still raise a neighbor wait in a queue. Each is taken out in turn, raises its neighbors, and these
   join the queue unless they are in it.

References
----------
.. [1] L. Vincent, "Morphological Grayscale Reconstruction in Image Analysis: Applications and Efficient Algorithms",
   IEEE Transactions on Image Processing 2 (2), 1993, pp. 176-201.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import poll

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

FORWARDS = cython.declare(cython.int, 0)  # steps
BACKWARDS = cython.declare(cython.int, 1)
SPREAD = cython.declare(cython.int, 2)
LOOKS = cython.declare(Index, 1 << 23)  # at neighbors, between two polls


@cython.final
@cython.cclass
class Job:
    """An image, its limits, and the pixels that wait."""

    pixel_bytes: cython.int  # which of the views is set
    values1: cython.uchar[::1]
    values2: cython.ushort[::1]
    values4: cython.uint[::1]
    values8: cython.ulonglong[::1]
    limits1: cython.const[cython.uchar][::1]
    limits2: cython.const[cython.ushort][::1]
    limits4: cython.const[cython.uint][::1]
    limits8: cython.const[cython.ulonglong][::1]
    ahead: cython.const[Index][::1]  # steps to the neighbors that a pixel raises, behind it in the row
    back: cython.const[Index][::1]  # how far the others are in front of it
    step: cython.int  # what `advance` does
    queue: Index[::1]  # a ring
    waits: cython.uchar[::1]  # of each pixel: whether it is in the queue
    head: Index
    count: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(job: Job, first: Index, last: Index) -> cython.void:
    """Take one step for some pixels of the row, or of the queue."""
    if job.pixel_bytes == 1:
        advance_pixels(job, job.values1, job.limits1, first, last)
    elif job.pixel_bytes == 2:
        advance_pixels(job, job.values2, job.limits2, first, last)
    elif job.pixel_bytes == 4:
        advance_pixels(job, job.values4, job.limits4, first, last)
    else:
        advance_pixels(job, job.values8, job.limits8, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_pixels(
    job: Job, values: Pixel[::1], limits: cython.const[Pixel][::1], first: Index, last: Index
) -> cython.void:
    if job.step == FORWARDS:
        for x in range(first, last):
            raise_pixel(values, limits, job.ahead, x, -1)
    elif job.step == BACKWARDS:
        for x in range(last - 1, first - 1, -1):
            raise_pixel(values, limits, job.back, x, 1)
            if raises(values, limits, job.ahead, x):
                append(job, job.queue, x)
    else:
        for _ in range(first, last):
            if job.count == 0:
                return
            spread_pixel(job, values, limits)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def raise_pixel(
    values: Pixel[::1], limits: cython.const[Pixel][::1], steps: cython.const[Index][::1], x: Index, sign: cython.int
) -> cython.void:
    """Raise a pixel to its highest neighbor among those that raise it from one side, but not beyond its limit."""
    value: Pixel = values[x]
    for k in range(steps.shape[0]):
        other: Pixel = values[x + sign * steps[k]]
        value = other if other > value else value
    values[x] = value if value < limits[x] else limits[x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def raises(
    values: Pixel[::1], limits: cython.const[Pixel][::1], steps: cython.const[Index][::1], x: Index
) -> cython.bint:
    """Return whether a pixel could raise one behind it."""
    value: Pixel = values[x]
    for k in range(steps.shape[0]):
        other: Pixel = values[x + steps[k]]
        if other < value and other < limits[x + steps[k]]:
            return True
    return False


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def spread_pixel(job: Job, values: Pixel[::1], limits: cython.const[Pixel][::1]) -> cython.void:
    """Take the first pixel out of the queue, and raise its neighbors."""
    x = job.queue[job.head]
    job.head += 1
    if job.head == job.queue.shape[0]:
        job.head = 0
    job.count -= 1
    job.waits[x] = 0
    for k in range(job.ahead.shape[0]):
        raise_neighbor(job, values, limits, values[x], x + job.ahead[k])
    for k in range(job.back.shape[0]):
        raise_neighbor(job, values, limits, values[x], x - job.back[k])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def raise_neighbor(
    job: Job, values: Pixel[::1], limits: cython.const[Pixel][::1], value: Pixel, x: Index
) -> cython.void:
    value = value if value < limits[x] else limits[x]
    if values[x] < value:
        values[x] = value
        if not job.waits[x]:
            append(job, job.queue, x)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def append(job: Job, queue: Index[::1], x: Index) -> cython.void:
    """Add a pixel to the end of the queue."""
    slot = job.head + job.count
    if slot >= queue.shape[0]:
        slot -= queue.shape[0]
    queue[slot] = x
    job.count += 1
    job.waits[x] = 1


def reconstruct(values, limits, steps, margin):
    """Raise the values of an image as far as they spread.

    Parameters
    ----------
    values : (N,) ndarray of uint8, uint16, uint32 or uint64
        The image with its margin as one row, no pixel above its limit, and 0 in the margin; it is changed.
    limits : (N,) ndarray of the same dtype
        The limits; 0 in the margin.
    steps : (K,) ndarray of intp
        The steps along the row to the neighbors that a pixel raises; 0 is not among them.
    margin : int
        How many pixels there are in front of the first of the image, and behind the last; no step is longer.
    """
    job: Job = Job()
    job.pixel_bytes = values.itemsize
    job.values1, job.limits1 = (values, limits) if job.pixel_bytes == 1 else (None, None)
    job.values2, job.limits2 = (values, limits) if job.pixel_bytes == 2 else (None, None)
    job.values4, job.limits4 = (values, limits) if job.pixel_bytes == 4 else (None, None)
    job.values8, job.limits8 = (values, limits) if job.pixel_bytes == 8 else (None, None)
    job.ahead, job.back = steps[steps > 0], -steps[steps < 0]
    job.queue, job.waits = np.empty(values.size, np.intp), np.zeros(values.size, np.uint8)
    job.head = job.count = 0
    piece: Index = max(1, LOOKS // max(1, steps.size))
    end = values.size - margin
    job.step = FORWARDS
    for first in range(margin, end, piece):
        poll()
        advance(job, first, min(first + piece, end))
    job.step = BACKWARDS
    for last in range(end, margin, -piece):
        poll()
        advance(job, max(last - piece, margin), last)
    job.step = SPREAD
    while job.count > 0:
        poll()
        advance(job, 0, piece)
