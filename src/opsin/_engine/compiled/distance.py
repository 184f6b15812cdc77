# cython: infer_types=True
"""Exact distance transforms, one axis after the other.

Along the first axis two scans give each pixel its distance from the background of its line. Along each further
axis the value of a pixel is the least cost over its line: of a pixel at a distance of i that has the value f, the
cost is f + i * i (Euclidean, f is a square), f + i (taxicab) or max(f, i) (chessboard).

- Near the background few pixels can win. So the costs of the pixels at a distance of 1, 2, ... are compared for a
  block of 64 pixels at once, until no pixel further away can win.
- A line that is further away than that is done by its lower envelope: a stack of the pixels that win somewhere,
  each with the position from which it wins, built from the front to the back. Of two pixels with the same cost the
  first wins. Only this way finds which pixel is the nearest.

References
----------
.. [1] A. Meijster, J. B. T. M. Roerdink and W. H. Hesselink, "A General Algorithm for Computing Distance Transforms
   in Linear Time", Mathematical Morphology and its Applications to Image and Signal Processing, 2000, pp. 331-340.
.. [2] P. F. Felzenszwalb and D. P. Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8
   (19), 2012, pp. 415-428.
"""

import math

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import fabs, floor, sqrt
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Value = cython.fused_type(cython.float, cython.double)
Root = cython.fused_type(cython.float, cython.double)

METRICS = ("euclidean", "taxicab", "chessboard")
EUCLIDEAN = cython.declare(cython.int, 0)
TAXICAB = cython.declare(cython.int, 1)
CHESSBOARD = cython.declare(cython.int, 2)
BLOCK = cython.declare(cython.int, 64)  # pixels that are done at once
REACH = cython.declare(cython.int, 96)  # the longest distance that is tried
COLUMNS = cython.declare(cython.int, 256)  # of a strip of the first axis
INFINITY = cython.declare(cython.double, float("inf"))


@cython.final
@cython.cclass
class Job:
    """An image, and the distances along the axes that are done."""

    objects: cython.const[cython.uchar][::1]
    short: cython.bint  # which of the views of the values is set
    values1: cython.float[::1]
    values2: cython.double[::1]
    single: cython.bint  # which of the views of the roots is set
    roots1: cython.float[::1]
    roots2: cython.double[::1]
    metric: cython.int
    indexed: cython.bint
    nearest: cython.longlong[::1]  # of each pixel: the background that is nearest, or -1
    # The axis: an image of (outer, length, inner) pixels
    outer: Index
    length: Index
    inner: Index
    weight: cython.double  # the square of the distance of neighbors
    strips: Index
    # Of each strip: a line with its margins, the least costs of a block, and the envelope
    line1: cython.float[:, ::1]
    line2: cython.double[:, ::1]
    best1: cython.float[:, ::1]
    best2: cython.double[:, ::1]
    line_nearest: cython.longlong[:, ::1]
    winners: Index[:, ::1]
    starts: Index[:, ::1]


# 1. The first axis.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan(job: Job, strip: cython.int) -> cython.void:
    """Measure the distances along the first axis in some columns."""
    first = strip * COLUMNS
    last = min(first + COLUMNS, job.inner)
    if job.indexed:
        find_nearest(job, job.nearest, first, last)
        if job.short:
            measure_nearest(job, job.values1, first, last)
        else:
            measure_nearest(job, job.values2, first, last)
    elif job.short:
        scan_columns(job, job.values1, first, last)
    else:
        scan_columns(job, job.values2, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan_columns(job: Job, values: Value[::1], first: Index, last: Index) -> cython.void:
    """Count the pixels from the background above and below, and take their cost."""
    inner = job.inner
    far: Value = INFINITY
    for x in range(first, last):
        values[x] = far if job.objects[x] else 0
    for y in range(1, job.length):
        for x in range(y * inner + first, y * inner + last):
            step: Value = values[x - inner] + 1
            values[x] = step if job.objects[x] else 0
    for y in range(job.length - 2, -1, -1):
        for x in range(y * inner + first, y * inner + last):
            back: Value = values[x + inner] + 1
            values[x] = back if back < values[x] else values[x]
        take_costs(job, values, (y + 1) * inner + first, (y + 1) * inner + last)
    take_costs(job, values, first, last)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def take_costs(job: Job, values: Value[::1], first: Index, last: Index) -> cython.void:
    """Replace counts of pixels by costs."""
    weight: Value = job.weight
    squared: cython.bint = job.metric == EUCLIDEAN
    for x in range(first, last):
        count: Value = values[x]
        values[x] = count * count * weight if squared else count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_nearest(job: Job, nearest: cython.longlong[::1], first: Index, last: Index) -> cython.void:
    """Find the nearest background in each column; of two, the one above."""
    inner = job.inner
    for y in range(job.length):
        for x in range(y * inner + first, y * inner + last):
            nearest[x] = x if not job.objects[x] else nearest[x - inner] if y > 0 else -1
    for y in range(job.length - 2, -1, -1):
        for x in range(y * inner + first, y * inner + last):
            below = nearest[x + inner]
            if below >= 0 and (nearest[x] < 0 or below - x < x - nearest[x]):
                nearest[x] = below


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure_nearest(job: Job, values: Value[::1], first: Index, last: Index) -> cython.void:
    for y in range(job.length):
        for x in range(y * job.inner + first, y * job.inner + last):
            if job.nearest[x] < 0:
                values[x] = INFINITY
            else:
                steps: cython.double = fabs(cython.cast(cython.double, job.nearest[x] - x)) / job.inner
                cost: cython.double = steps * steps * job.weight if job.metric == EUCLIDEAN else steps
                values[x] = cost


# 2. The further axes.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sweep(job: Job, strip: cython.int) -> cython.void:
    """Take the least costs along the axis in some lines."""
    if job.short:
        sweep_lines(job, job.values1, job.line1, job.best1, strip)
    else:
        sweep_lines(job, job.values2, job.line2, job.best2, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sweep_lines(
    job: Job, values: Value[::1], line: Value[:, ::1], best: Value[:, ::1], strip: cython.int
) -> cython.void:
    infinite: Value = INFINITY
    lines = job.outer * job.inner
    for x in range(line.shape[1]):
        line[strip, x] = infinite
    for number in range(strip_start(lines, job.strips, strip), strip_start(lines, job.strips, strip + 1)):
        first = number // job.inner * job.length * job.inner + number % job.inner
        for x in range(job.length):
            line[strip, REACH + x] = values[first + x * job.inner]
        if job.indexed or not search_line(job, values, line, best, first, strip):
            envelop_line(job, values, line, first, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def search_line(
    job: Job, values: Value[::1], line: Value[:, ::1], best: Value[:, ::1], first: Index, strip: cython.int
) -> cython.bint:
    """Compare the costs of near pixels; return whether that was enough."""
    squared: cython.bint = job.metric == EUCLIDEAN
    weight: Value = job.weight if squared else 1
    x: Index = 0
    while x < job.length:
        count = min(BLOCK, job.length - x)
        for k in range(BLOCK):
            best[strip, k] = line[strip, REACH + x + k]
        for k in range(count, BLOCK):
            best[strip, k] = 0
        most: Value = largest(best, strip)
        distance: cython.int = 1
        cost: Value = weight
        while cost < most and distance < job.length:
            if distance > REACH:
                return False
            if job.metric == CHESSBOARD:
                compare(line, best, cost, REACH + x, distance, strip, True)
            else:
                compare(line, best, cost, REACH + x, distance, strip, False)
            if distance % 4 == 3:
                most = largest(best, strip)
            distance += 1
            cost = weight * distance * distance if squared else distance
        for k in range(count):
            values[first + (x + k) * job.inner] = best[strip, k]
        x += BLOCK
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def compare(
    line: Value[:, ::1],
    best: Value[:, ::1],
    cost: Value,
    first: Index,
    distance: cython.int,
    strip: cython.int,
    greatest: cython.bint,
) -> cython.void:
    """Lower the best costs of a block by the pixels at a distance: to the sum of value and cost, or the greater one."""
    for k in range(BLOCK):
        before: Value = line[strip, first - distance + k]
        behind: Value = line[strip, first + distance + k]
        before = before if before < behind else behind
        if greatest:
            before = before if before > cost else cost
        else:
            before = before + cost
        best[strip, k] = before if before < best[strip, k] else best[strip, k]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def largest(best: Value[:, ::1], strip: cython.int) -> Value:
    most: Value = best[strip, 0]
    for k in range(BLOCK):
        most = best[strip, k] if best[strip, k] > most else most
    return most


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def envelop_line(job: Job, values: Value[::1], line: Value[:, ::1], first: Index, strip: cython.int) -> cython.void:
    """Take the least costs of a line by its lower envelope."""
    winners = job.winners
    starts = job.starts
    top: Index = -1
    for u in range(job.length):
        value: cython.double = line[strip, REACH + u]
        if value == INFINITY:
            continue
        while top >= 0:
            v = winners[strip, top]
            x = starts[strip, top]
            if cost_of(job, x - v, line[strip, REACH + v]) > cost_of(job, x - u, value):
                top -= 1
            else:
                break
        start: Index = 0
        if top >= 0:
            v = winners[strip, top]
            last = last_position(job, v, line[strip, REACH + v], u, value)
            if last >= job.length - 1:
                continue
            start = max(cython.cast(Index, max(last, 0.0)), starts[strip, top]) + 1
            if start >= job.length:
                continue
        top += 1
        winners[strip, top] = u
        starts[strip, top] = start
    if top < 0:
        return
    if job.indexed:
        for x in range(job.length):
            job.line_nearest[strip, x] = job.nearest[first + x * job.inner]
    for x in range(job.length - 1, -1, -1):
        v = winners[strip, top]
        values[first + x * job.inner] = cost_of(job, x - v, line[strip, REACH + v])
        if job.indexed:
            job.nearest[first + x * job.inner] = job.line_nearest[strip, v]
        if x == starts[strip, top]:
            top -= 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def cost_of(job: Job, steps: Index, value: cython.double) -> cython.double:
    """Return the cost of a pixel so many steps away."""
    distance: cython.double = fabs(cython.cast(cython.double, steps))
    if job.metric == EUCLIDEAN:
        return value + distance * distance * job.weight
    return value + distance if job.metric == TAXICAB else max(value, distance)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def last_position(job: Job, v: Index, first: cython.double, u: Index, second: cython.double) -> cython.double:
    """Return the last position where the pixel at `v` costs no more than that at `u` behind it."""
    gap: cython.double = cython.cast(cython.double, u - v)
    middle: cython.double = cython.cast(cython.double, u + v) / 2
    if job.metric == EUCLIDEAN:
        return floor(middle + (second - first) / (2 * gap * job.weight))
    if job.metric == TAXICAB:
        return cython.cast(cython.double, job.length) if second >= first + gap else floor(middle + (second - first) / 2)
    if first <= second:
        return floor(max(v + second, middle))
    return floor(min(u - first, middle))


# 3. Roots.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def finish(job: Job, strip: cython.int) -> cython.void:
    """Turn costs into distances."""
    if job.short and job.single:
        take_roots(job, job.values1, job.roots1, strip)
    elif job.short:
        take_roots(job, job.values1, job.roots2, strip)
    elif job.single:
        take_roots(job, job.values2, job.roots1, strip)
    else:
        take_roots(job, job.values2, job.roots2, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def take_roots(job: Job, values: Value[::1], roots: Root[::1], strip: cython.int) -> cython.void:
    squared: cython.bint = job.metric == EUCLIDEAN
    pixels = values.shape[0]
    for x in range(strip_start(pixels, job.strips, strip), strip_start(pixels, job.strips, strip + 1)):
        value: Root = values[x]
        roots[x] = sqrt(value) if squared else value


def transform(objects, shape, metric, weights, roots, nearest):
    """Measure the distance of each pixel of the objects from the background.

    Parameters
    ----------
    objects : (N,) ndarray of uint8
        Where there is an object, C-contiguous; N is not 0.
    shape : tuple of int
        The image's shape.
    metric : int
        The index of the metric in `METRICS`.
    weights : sequence of float
        The square of the distance of neighbors, along each axis; 1 for other metrics than the Euclidean.
    roots : (N,) ndarray of float32 or float64
        Where the distances go; infinite if there is no background.
    nearest : (N,) ndarray of int64, or None
        Where the index of the nearest background goes, -1 if there is none.
    """
    job: Job = Job()
    size = objects.size
    job.objects, job.metric = objects, metric
    job.indexed = nearest is not None
    job.nearest = nearest
    squares = sum((length - 1) ** 2 for length in shape)
    # float32 holds all squares exactly.
    job.short = squares < 1 << 24 and all(weight == 1 for weight in weights)
    job.single = roots.itemsize == 4
    values = roots if job.short == job.single else np.empty(size, np.float32 if job.short else np.float64)
    job.values1 = values if job.short else None
    job.values2 = values if not job.short else None
    job.roots1 = roots if job.single else None
    job.roots2 = roots if not job.single else None

    job.outer, job.length, job.inner = 1, shape[0], size // shape[0]
    job.weight = weights[0]
    parallel_for(cython.cast(strip_type, scan), (job.inner + COLUMNS - 1) // COLUMNS, job, 1.0 * size)
    for axis in range(1, len(shape)):
        if shape[axis] == 1:
            continue
        job.length, job.weight = shape[axis], weights[axis]
        job.inner = math.prod(shape[axis + 1 :])
        job.outer = size // (job.length * job.inner)
        strips = job.strips = strip_count(size // shape[axis], size)
        line = np.empty((strips, shape[axis] + 2 * REACH + BLOCK), values.dtype)
        best = np.empty((strips, BLOCK), values.dtype)
        job.line1, job.best1 = (line, best) if job.short else (None, None)
        job.line2, job.best2 = (line, best) if not job.short else (None, None)
        job.winners = np.empty((strips, shape[axis]), np.intp)
        job.starts = np.empty((strips, shape[axis]), np.intp)
        job.line_nearest = np.empty((strips, shape[axis] if job.indexed else 0), np.int64)
        parallel_for(cython.cast(strip_type, sweep), strips, job, 3.0 * size)
    job.strips = strip_count(size, size)
    parallel_for(cython.cast(strip_type, finish), job.strips, job, 0.5 * size)
