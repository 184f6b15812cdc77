# cython: infer_types=True
"""Taxicab and chessboard distances in the plane, in steps from pixel to pixel.

1. Two sweeps over the rows, down and up, give each pixel the least number of steps of a path that leaves its row with
   each step: to the pixel above (taxicab), or also to those diagonally above (chessboard).
2. Along each row the steps sideways are added: 1, 2, 4, ... pixels at once, in both directions, until no pixel can
   gain. Every number of pixels is a sum of these.

All loops run along the rows, and no number depends on the one before it.

Entry: ``count_steps(objects, diagonal, distances)``.

References
----------
.. [1] A. Rosenfeld and J. L. Pfaltz, "Sequential Operations in Digital Picture Processing", Journal of the ACM 13 (4),
   1966, pp. 471-494.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Count = cython.fused_type(cython.short, cython.int)
Distance = cython.fused_type(cython.float, cython.double)

SHORT = cython.declare(cython.int, 1 << 14)  # images of fewer rows and columns together are counted in 16 bits
LARGE = cython.declare(cython.int, 1 << 20)
LIMIT = LARGE  # images of at most so many rows and columns are measured
INFINITY = cython.declare(cython.double, float("inf"))
PIECE = cython.declare(Index, 1 << 24)  # pixels that are swept between two polls


Step = cython.struct(
    row=Index,
    before=Index,  # the row that the step comes from
    first=Index,  # where in a row of counts those of the direction begin
)


@cython.final
@cython.cclass
class Job:
    """An image, and the numbers of steps down and up."""

    objects: cython.const[cython.uchar][:, ::1]
    diagonal: cython.bint
    first: Index  # the rows of the sweeps, counted from where a sweep starts
    last: Index
    strips: Index
    short: cython.bint  # which of the views of counts is set
    # In each row the steps down, and the steps up behind them
    steps2: cython.short[:, ::1]
    steps4: cython.int[:, ::1]
    lines2: cython.short[:, ::1]  # two rows for each strip
    lines4: cython.int[:, ::1]
    single: cython.bint  # which of the views of the distances is set
    distances4: cython.float[:, ::1]
    distances8: cython.double[:, ::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sweep(job: Job, direction: cython.int) -> cython.void:
    """Count the steps down (0) or up (1)."""
    if job.short:
        sweep_rows(job, job.objects, job.steps2, direction, SHORT)
    else:
        sweep_rows(job, job.objects, job.steps4, direction, 2 * LARGE)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sweep_rows(
    job: Job,
    objects: cython.const[cython.uchar][:, ::1],
    steps: Count[:, ::1],
    direction: cython.int,
    limit: cython.int,
) -> cython.void:
    step = cython.declare(Step)
    rows = objects.shape[0]
    columns = objects.shape[1]
    step.first = columns if direction else 0
    far: Count = limit
    for number in range(job.first, job.last):
        step.row = rows - 1 - number if direction else number
        step.before = step.row + 1 if direction else step.row - 1
        if number == 0:
            for x in range(columns):
                steps[step.row, step.first + x] = far if objects[step.row, x] else 0
        elif job.diagonal:
            step_diagonally(objects, steps, far, step)
        else:
            step_straight(objects, steps, far, step)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def step_straight(
    objects: cython.const[cython.uchar][:, ::1], steps: Count[:, ::1], far: Count, step: Step
) -> cython.void:
    """Step from one row to the next."""
    for x in range(objects.shape[1]):
        count: Count = steps[step.before, step.first + x] + 1
        limit: Count = far if objects[step.row, x] else 0
        steps[step.row, step.first + x] = count if count < limit else limit


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def step_diagonally(
    objects: cython.const[cython.uchar][:, ::1], steps: Count[:, ::1], far: Count, step: Step
) -> cython.void:
    """Step from the nearest of three pixels to each of the next row; at the ends there are two."""
    last = objects.shape[1] - 1
    take_steps(objects, steps, far, step, 0, 0, min(last, 1))
    for x in range(1, last):
        take_steps(objects, steps, far, step, x, x - 1, x + 1)
    take_steps(objects, steps, far, step, last, max(last - 1, 0), last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def take_steps(
    objects: cython.const[cython.uchar][:, ::1],
    steps: Count[:, ::1],
    far: Count,
    step: Step,
    x: Index,
    left: Index,
    right: Index,
) -> cython.void:
    """Step from the nearest of three pixels to a pixel of the next row."""
    count: Count = steps[step.before, step.first + x]
    other: Count = steps[step.before, step.first + left]
    count = other if other < count else count
    other = steps[step.before, step.first + right]
    count = other if other < count else count
    count = count + 1
    limit: Count = far if objects[step.row, x] else 0
    steps[step.row, step.first + x] = count if count < limit else limit


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def finish(job: Job, strip: cython.int) -> cython.void:
    """Measure the distances in some rows."""
    if job.short and job.single:
        finish_rows(job, job.steps2, job.lines2, job.distances4, strip, SHORT)
    elif job.short:
        finish_rows(job, job.steps2, job.lines2, job.distances8, strip, SHORT)
    elif job.single:
        finish_rows(job, job.steps4, job.lines4, job.distances4, strip, 2 * LARGE)
    else:
        finish_rows(job, job.steps4, job.lines4, job.distances8, strip, 2 * LARGE)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def finish_rows(
    job: Job,
    steps: Count[:, ::1],
    lines: Count[:, ::1],
    distances: Distance[:, ::1],
    strip: cython.int,
    limit: cython.int,
) -> cython.void:
    rows = job.objects.shape[0]
    columns = job.objects.shape[1]
    line = 2 * strip
    infinite: Distance = INFINITY
    far: Count = limit
    for y in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        most: Count = 0
        for x in range(columns):
            down: Count = steps[y, x]
            up: Count = steps[y, columns + x]
            least: Count = down if down < up else up
            lines[line, x] = least
            most = least if least > most else most
        reach: Index = 1
        while reach < most and reach < columns:
            step_right(lines, line, reach, columns)
            most = step_left(lines, line, reach, columns)
            reach *= 2
        for x in range(columns):
            count: Count = lines[line, x]
            distance: Distance = count
            distances[y, x] = infinite if count >= far else distance


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def step_right(lines: Count[:, ::1], line: Index, reach: Index, columns: Index) -> cython.void:
    """Write to the second line what the first one is after steps to the right."""
    length: Count = reach
    for x in range(reach):
        lines[line + 1, x] = lines[line, x]
    for x in range(reach, columns):
        count: Count = lines[line, x]
        other: Count = lines[line, x - reach] + length
        lines[line + 1, x] = other if other < count else count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def step_left(lines: Count[:, ::1], line: Index, reach: Index, columns: Index) -> Count:
    """Write to the first line what the second one is after steps to the left; return the largest number."""
    length: Count = reach
    most: Count = 0
    for x in range(columns - reach):
        count: Count = lines[line + 1, x]
        other: Count = lines[line + 1, x + reach] + length
        count = other if other < count else count
        lines[line, x] = count
        most = count if count > most else most
    for x in range(columns - reach, columns):
        rest: Count = lines[line + 1, x]
        lines[line, x] = rest
        most = rest if rest > most else most
    return most


def count_steps(objects, diagonal, distances):
    """Measure the distance of each pixel of the objects from the background.

    Parameters
    ----------
    objects : (rows, columns) ndarray of uint8
        Where there is an object, C-contiguous; not empty, and at most `LIMIT` rows and columns.
    diagonal : bool
        Whether diagonal steps count as one.
    distances : (rows, columns) ndarray of float32 or float64
        Where the distances go, C-contiguous; infinite if there is no background.
    """
    rows, columns = objects.shape
    job: Job = Job()
    job.objects, job.diagonal = objects, diagonal
    job.short = rows + columns < SHORT
    counts = np.int16 if job.short else np.int32
    job.strips = strip_count(rows, objects.size)
    # The result has room for both counts, which are read before it is written.
    fits = distances.itemsize >= 2 * np.dtype(counts).itemsize
    steps = distances.view(counts) if fits else np.empty((rows, 2 * columns), counts)
    lines = np.empty((2 * job.strips, columns), counts)
    job.steps2, job.lines2 = (steps, lines) if job.short else (None, None)
    job.steps4, job.lines4 = (steps, lines) if not job.short else (None, None)
    job.single = distances.itemsize == 4
    job.distances4 = distances if job.single else None
    job.distances8 = distances if not job.single else None
    piece = max(1, PIECE // columns)
    for first in range(0, rows, piece):
        job.first, job.last = first, min(first + piece, rows)
        parallel_for(cython.cast(strip_type, sweep), 2, job, 0.3 * columns * (job.last - job.first))
    parallel_for(cython.cast(strip_type, finish), job.strips, job, 1.0 * objects.size)
