# cython: infer_types=True
"""Grow strong pixels through the weak ones that touch them.

Each strip of planes or rows is flooded on its own; then the pixels next to
where two strips meet are flooded without regard to the strips. A pixel is put
on the stack when it becomes strong, so at most once. Its neighbors are looked
at in runs of three along the last axis, of which most have no weak pixel.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._memory import address, load4, load8
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type


@cython.final
@cython.cclass
class Job:
    """An image with a frame of zeros, as one row: 0, 1 for weak pixels, 2 for strong ones."""

    states: cython.uchar[::1]
    memory: cython.pointer(cython.void)  # of the states, to test several at once
    runs: cython.const[Index][::1]  # from a pixel to the middle of each run of neighbors
    masks: cython.const[cython.uint][::1]  # 1 in the bytes of a run that are neighbors
    stack: Index[::1]  # each strip has the part at its own pixels
    rows: Index
    row: Index  # how many elements one index of the first axis is
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def flood(
    job: Job, states: cython.uchar[::1], stack: Index[::1], seed: Index,
    low: Index, high: Index
) -> cython.void:  # fmt: skip
    """Grow one strong pixel through the weak pixels from `low` to before `high`."""
    count: Index = 1
    stack[low] = seed
    while count > 0:
        count -= 1
        pixel = stack[low + count]
        for k in range(job.runs.shape[0]):
            middle = pixel + job.runs[k]
            # Neither word reaches beyond the frame.
            word = load4(job.memory, middle - 1) if middle < pixel else load4(job.memory, middle - 2) >> 8
            word &= job.masks[k]
            if word == 0:
                continue
            for step in range(3):
                other = middle - 1 + step
                if (word >> 8 * step) & 1 != 0 and low <= other < high:
                    states[other] = 2
                    stack[low + count] = other
                    count += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def flood_range(job: Job, first: Index, last: Index, low: Index, high: Index) -> cython.void:
    """Grow the strong pixels from `first` to before `last` within `low` and `high`; most words of 8 have none."""
    states = job.states
    pixel: Index = first
    twos: cython.ulonglong = 0x0202020202020202
    while pixel < last:
        if pixel + 8 <= last and load8(job.memory, pixel) & twos == 0:
            pixel += 8
            continue
        if states[pixel] == 2:
            flood(job, states, job.stack, pixel, low, high)
        pixel += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def flood_strip(job: Job, strip: cython.int) -> cython.void:
    """Flood one strip."""
    low = strip_start(job.rows, job.strips, strip) * job.row
    high = strip_start(job.rows, job.strips, strip + 1) * job.row
    flood_range(job, low, high, low, high)


def grow(states, runs, masks):
    """Make weak pixels strong that are connected with strong ones.

    Parameters
    ----------
    states : ndarray of uint8
        0, 1 for weak and 2 for strong pixels, C-contiguous, of two axes or more, 0 in the first and the last element
        of each; it is changed.
    runs : (N,) ndarray of intp
        The steps in memory from a pixel to the middle of each three pixels that have neighbors among them.
    masks : (N,) ndarray of uint32
        Which of the three are neighbors: 1 in the bytes of those, the lowest byte first.
    """
    job: Job = Job()
    flat = states.reshape(-1)
    job.states, job.runs, job.masks = flat, runs, masks
    job.memory = address(flat)
    job.stack = np.empty(flat.size, np.intp)
    job.rows, job.row = states.shape[0], flat.size // states.shape[0]
    job.strips = strip_count(job.rows, flat.size)
    parallel_for(cython.cast(strip_type, flood_strip), job.strips, job, 1.0 * flat.size)
    for strip in range(1, job.strips):
        poll()
        seam = strip_start(job.rows, job.strips, strip)
        first, last = max(seam - 1, 0) * job.row, min(seam + 1, job.rows) * job.row
        flood_range(job, first, last, 0, flat.size)
