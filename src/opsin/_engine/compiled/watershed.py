# cython: infer_types=True
"""The watershed by flooding from markers, lowest pixels first.

Pixels wait in a binary heap, sorted by their value and then by when they came; the markers come first and all at
once. The lowest is taken out, and its neighbors that have no label get its label and wait in turn. With a line
between the basins, and with a cost for the distance from the marker, a pixel may wait several times and is labeled
when it is taken out.

Markers of one value have no order in the heap. The order in which they leave it decides who gets a pixel that is
equally far from both, so the heap is the textbook's: a pixel is added at the end and sifts up, and the last one
replaces the first and sifts down.

References
----------
.. [1] S. Beucher and F. Meyer, "The Morphological Approach to Segmentation: The Watershed Transformation",
   Mathematical Morphology in Image Processing, 1993, pp. 433-481.
.. [2] P. Neubert and P. Protzel, "Compact Watershed and Preemptive SLIC: On Improving Trade-offs of Superpixel
   Segmentation Algorithms", International Conference on Pattern Recognition, 2014, pp. 996-1001.
"""

import cython
import numpy as np
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.runtime import poll

AGE = cython.declare(cython.int, 0)  # columns of an item: when it came, its pixel, and the marker it comes from
PIXEL = cython.declare(cython.int, 1)
SOURCE = cython.declare(cython.int, 2)
STEPS = cython.declare(cython.int, 1 << 18)  # pixels between two polls


@cython.final
@cython.cclass
class Flood:
    """An image with its margin as one row, its labels, and the pixels that wait."""

    image: cython.const[cython.double][::1]
    labels: cython.int[::1]
    allowed: cython.uchar[::1]  # where labels may spread
    steps: cython.const[cython.Py_ssize_t][::1]  # to the neighbors of a pixel, the nearest first
    strides: cython.const[cython.Py_ssize_t][::1]  # of the axes
    compactness: cython.double
    line: cython.bint
    age: cython.longlong
    count: cython.Py_ssize_t
    values: cython.double[::1]  # of the items in the heap
    items: cython.longlong[:, ::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def push(
    job: Flood,
    values: cython.double[::1],
    items: cython.longlong[:, ::1],
    value: cython.double,
    age: cython.longlong,
    pixel: cython.Py_ssize_t,
    source: cython.longlong,
) -> cython.void:
    place: cython.Py_ssize_t = job.count
    job.count += 1
    while place > 0:
        parent = (place - 1) // 2
        if value < values[parent] or (value == values[parent] and age < items[parent, AGE]):
            move(values, items, parent, place)
            place = parent
        else:
            break
    values[place] = value
    items[place, AGE] = age
    items[place, PIXEL] = pixel
    items[place, SOURCE] = source


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def pop(job: Flood, values: cython.double[::1], items: cython.longlong[:, ::1]) -> cython.void:
    """Take the first item out of the heap."""
    job.count -= 1
    last = job.count
    value = values[last]
    age = items[last, AGE]
    pixel = items[last, PIXEL]
    source = items[last, SOURCE]
    place: cython.Py_ssize_t = 0
    while 2 * place + 1 < last:
        child: cython.Py_ssize_t = 2 * place + 1
        right = child + 1
        if right < last and (
            values[right] < values[child] or (values[right] == values[child] and items[right, AGE] < items[child, AGE])
        ):
            child = right
        if values[child] < value or (values[child] == value and items[child, AGE] < age):
            move(values, items, child, place)
            place = child
        else:
            break
    values[place] = value
    items[place, AGE] = age
    items[place, PIXEL] = pixel
    items[place, SOURCE] = source


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def move(
    values: cython.double[::1], items: cython.longlong[:, ::1], start: cython.Py_ssize_t, to: cython.Py_ssize_t
) -> cython.void:
    values[to] = values[start]
    items[to, AGE] = items[start, AGE]
    items[to, PIXEL] = items[start, PIXEL]
    items[to, SOURCE] = items[start, SOURCE]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def push_markers(job: Flood, markers: cython.const[cython.Py_ssize_t][::1]) -> cython.void:
    for k in range(markers.shape[0]):
        push(job, job.values, job.items, job.image[markers[k]], 0, markers[k], markers[k])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(job: Flood, steps: cython.int) -> cython.void:
    """Take pixels out of the heap, until it is empty or full or so many are done."""
    labels = job.labels
    room = job.values.shape[0] - job.steps.shape[0]
    at_once: cython.bint = not job.line and job.compactness == 0
    for _ in range(steps):
        if job.count == 0 or job.count > room:
            return
        height = job.values[0]
        pixel = job.items[0, PIXEL]
        source = job.items[0, SOURCE]
        pop(job, job.values, job.items)
        if not at_once:
            if labels[pixel] != 0 and pixel != source:
                continue
            if job.compactness == 0 and touches_another(job, pixel, labels[source]):
                job.allowed[pixel] = 0
            else:
                labels[pixel] = labels[source]
        for k in range(job.steps.shape[0]):
            neighbor = pixel + job.steps[k]
            if job.allowed[neighbor] and labels[neighbor] == 0:
                job.age += 1
                value: cython.double = job.image[neighbor]
                if job.compactness != 0:
                    value += job.compactness * distance(job.strides, neighbor, source)
                if at_once:
                    labels[neighbor] = labels[pixel]
                # Water does not fall again.
                push(job, job.values, job.items, max(value, height), job.age, neighbor, source)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def touches_another(job: Flood, pixel: cython.Py_ssize_t, label: cython.int) -> cython.bint:
    """Return whether a pixel is on the line, or touches a basin of another label."""
    if not job.allowed[pixel]:
        return True
    for k in range(job.steps.shape[0]):
        neighbor = pixel + job.steps[k]
        if job.allowed[neighbor] and job.labels[neighbor] != 0 and job.labels[neighbor] != label:
            return True
    return False


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def distance(
    strides: cython.const[cython.Py_ssize_t][::1], pixel: cython.Py_ssize_t, source: cython.Py_ssize_t
) -> cython.double:
    total: cython.double = 0
    for axis in range(strides.shape[0]):
        steps: cython.double = pixel // strides[axis] - source // strides[axis]
        total += steps * steps
        pixel = pixel % strides[axis]
        source = source % strides[axis]
    return sqrt(total)


def flood(image, labels, allowed, steps, strides, compactness, line):
    """Let labels spread over an image.

    Parameters
    ----------
    image : (N,) ndarray of float64
        The image with its margin as one row; NaN is not in it.
    labels : (N,) ndarray of int32
        The markers, and 0 elsewhere; it is changed.
    allowed : (N,) ndarray of uint8
        Where labels may spread, 0 in the margin; it is changed.
    steps : (K,) ndarray of intp
        The steps along the row to the neighbors of a pixel.
    strides : (axes,) ndarray of intp
        The steps along the row to the next pixel along each axis.
    compactness : float
        What a pixel of distance from the marker adds to a value.
    line : bool
        Whether a line of 0 stays between the basins.
    """
    job: Flood = Flood()
    job.image, job.labels, job.allowed, job.steps, job.strides = image, labels, allowed, steps, strides
    job.compactness, job.line = compactness, line
    markers = np.flatnonzero(labels)
    job.count = job.age = 0
    room = 2 * markers.size + steps.size + 1024
    job.values, job.items = np.empty(room), np.empty((room, 3), np.int64)
    for first in range(0, markers.size, STEPS):
        poll()
        push_markers(job, markers[first : first + STEPS])
    while job.count > 0:
        poll()
        advance(job, STEPS)
        if job.count > job.values.shape[0] - steps.size:
            values, items = np.empty(2 * job.count + steps.size), np.empty((2 * job.count + steps.size, 3), np.int64)
            values[: job.count], items[: job.count] = job.values[: job.count], job.items[: job.count]
            job.values, job.items = values, items
