# cython: infer_types=True
"""The watershed by flooding from markers, lowest pixels first.

Pixels wait, sorted by their value and then by when they came; the markers come first and all at once. The lowest is
taken out, and its neighbors that have no label get its label and wait in turn. With a line between the basins, and
with a cost for the distance from the marker, a pixel may wait several times and is labeled when it is taken out.

Pixels wait in a binary heap first. Markers of one value have no order in it. The order in which they leave it decides
who gets a pixel that is equally far from both, so the heap is the textbook's: a pixel is added at the end and sifts
up, and the last one replaces the first and sifts down. As soon as no two markers of one value are left that can change
anything, the order is that of values and ages, and the pixels wait in one queue for each value. With a cost for the
distance the values are not known before, and the heap remains.

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

Height = cython.fused_type(cython.uint, cython.ulonglong)

SIGN = cython.declare(cython.ulonglong, 1 << 63)
LOW = cython.declare(cython.ulonglong, (1 << 32) - 1)
NONE = cython.declare(cython.uint, (1 << 32) - 1)  # no item
LEFT = cython.declare(cython.uchar, 2)  # of a marker that has been taken out
STEPS = cython.declare(cython.int, 1 << 18)  # pixels between two polls
CHECKED = cython.declare(cython.int, 1 << 12)  # least number of pixels between two searches for markers of one value


@cython.final
@cython.cclass
class Flood:
    """An image with its margin as one row, its labels, and the pixels that wait."""

    # The image, as integers in the order of its values; one of both is set
    heights: cython.const[cython.ulonglong][::1]
    levels: cython.const[cython.uint][::1]
    labels: cython.int[::1]
    allowed: cython.uchar[::1]  # where labels may spread
    steps: cython.const[cython.Py_ssize_t][::1]  # to the neighbors of a pixel, the nearest first
    strides: cython.const[cython.Py_ssize_t][::1]  # of the axes
    compactness: cython.double
    line: cython.bint
    once: cython.bint  # whether a pixel of the line is taken out once only; its neighbors wait after the first time
    age: cython.ulonglong
    real: cython.double[::1]  # one number, as a float and as its bits
    bits: cython.ulonglong[::1]
    # Of each item: its height; when it came, and its pixel; if these differ, the marker it comes from
    heap: cython.ulonglong[::1]
    width: cython.int
    count: cython.Py_ssize_t  # of the items that wait
    # The queues: of each value the first and the last item; of each item its pixel, its marker and the next one
    first: cython.uint[::1]
    last: cython.uint[::1]
    items: cython.uint[::1]
    free: cython.uint  # the first of the items that are free
    level: cython.Py_ssize_t  # the value that is flooded


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_lower(
    height: cython.ulonglong, place: cython.ulonglong, other: cython.ulonglong, other_place: cython.ulonglong
) -> cython.bint:
    """Return whether an item leaves the heap before another, of which it has the height or not."""
    return (height < other) | ((height == other) & (place >> 32 < other_place >> 32))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def push(
    job: Flood,
    heap: cython.ulonglong[::1],
    height: cython.ulonglong,
    place: cython.ulonglong,
    source: cython.Py_ssize_t,
) -> cython.void:
    width = job.width
    k: cython.Py_ssize_t = job.count
    job.count += 1
    while k > 0:
        parent = (k - 1) // 2
        if not is_lower(height, place, heap[width * parent], heap[width * parent + 1]):
            break
        move(heap, width, parent, k)
        k = parent
    heap[width * k] = height
    heap[width * k + 1] = place
    if width == 3:
        heap[width * k + 2] = source


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def pop(job: Flood, heap: cython.ulonglong[::1]) -> cython.void:
    """Take the first item out of the heap.

    The lower of two items moves up, all the way, and then the last item goes down from its place in the end: most often
    it stays there.
    """
    width = job.width
    job.count -= 1
    last = job.count
    height = heap[width * last]
    place = heap[width * last + 1]
    k: cython.Py_ssize_t = 0
    while 2 * k + 2 < last:
        child: cython.Py_ssize_t = 2 * k + 1
        a = width * child
        child += is_lower(heap[a + width], heap[a + width + 1], heap[a], heap[a + 1])
        move(heap, width, child, k)
        k = child
    if 2 * k + 2 == last:
        move(heap, width, 2 * k + 1, k)
        k = 2 * k + 1
    while k > 0:
        parent = (k - 1) // 2
        if is_lower(heap[width * parent], heap[width * parent + 1], height, place):
            break
        move(heap, width, parent, k)
        k = parent
    heap[width * k] = height
    heap[width * k + 1] = place
    if width == 3:
        heap[width * k + 2] = heap[width * last + 2]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def move(
    heap: cython.ulonglong[::1], width: cython.int, start: cython.Py_ssize_t, to: cython.Py_ssize_t
) -> cython.void:
    heap[width * to] = heap[width * start]
    heap[width * to + 1] = heap[width * start + 1]
    if width == 3:
        heap[width * to + 2] = heap[width * start + 2]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def higher(job: Flood, height: cython.ulonglong, added: cython.double) -> cython.ulonglong:
    """Return the height of a value to which a number is added."""
    job.bits[0] = height ^ SIGN if height & SIGN else ~height
    job.real[0] += added
    bits = job.bits[0]
    return ~bits if bits & SIGN else bits | SIGN


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def push_markers(job: Flood, markers: cython.const[cython.Py_ssize_t][::1]) -> cython.void:
    for k in range(markers.shape[0]):
        pixel = markers[k]
        height: cython.ulonglong = job.heights[pixel] if job.compactness != 0 else job.levels[pixel]
        push(job, job.heap, height, pixel, pixel)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(
    job: Flood,
    heap: cython.ulonglong[::1],
    heights: cython.const[Height][::1],
    labels: cython.int[::1],
    allowed: cython.uchar[::1],
    neighbors: cython.const[cython.Py_ssize_t][::1],
    steps: cython.int,
) -> cython.void:
    """Take pixels out of the heap, until it is empty or full or so many are done."""
    room = heap.shape[0] // job.width - neighbors.shape[0]
    for _ in range(steps):
        if job.count == 0 or job.count > room:
            return
        height = heap[0]
        pixel = cython.cast(cython.Py_ssize_t, heap[1] & LOW)
        source = cython.cast(cython.Py_ssize_t, heap[2]) if job.width == 3 else pixel
        pop(job, heap)
        if job.width == 3 and not settle(job, labels, allowed, pixel, source):
            continue
        for k in range(neighbors.shape[0]):
            neighbor = pixel + neighbors[k]
            if allowed[neighbor] and labels[neighbor] == 0:
                job.age += 1
                value: cython.ulonglong = heights[neighbor]
                if job.compactness != 0:
                    value = higher(job, value, job.compactness * distance(job.strides, neighbor, source))
                if job.width == 2:
                    labels[neighbor] = labels[pixel]
                # Water does not fall again.
                push(job, heap, max(value, height), job.age << 32 | neighbor, source)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_heap(job: Flood, steps: cython.int) -> cython.void:
    if job.compactness != 0:
        advance(job, job.heap, job.heights, job.labels, job.allowed, job.steps, steps)
    else:
        advance(job, job.heap, job.levels, job.labels, job.allowed, job.steps, steps)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def settle(
    job: Flood, labels: cython.int[::1], allowed: cython.uchar[::1], pixel: cython.Py_ssize_t, source: cython.Py_ssize_t
) -> cython.bint:
    """Label a pixel that is taken out, or leave it to the line; return whether its neighbors come next."""
    if pixel == source:
        allowed[pixel] = LEFT
    elif labels[pixel] != 0 or (job.once and allowed[pixel] == 0):
        return False
    if job.compactness == 0 and touches_another(job, pixel, labels[source]):
        allowed[pixel] = 0
    else:
        labels[pixel] = labels[source]
    return True


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


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_waiting(job: Flood, markers: cython.const[cython.Py_ssize_t][::1], waiting: cython.uchar[::1]) -> cython.void:
    """Write of each marker whether something changes when it is taken out."""
    for i in range(markers.shape[0]):
        pixel = markers[i]
        waiting[i] = 0
        if job.allowed[pixel] != 1:
            continue
        for k in range(job.steps.shape[0]):
            neighbor = pixel + job.steps[k]
            label = job.labels[neighbor]
            if job.allowed[neighbor] and (label == 0 or (job.line and label != job.labels[pixel])):
                waiting[i] = 1
                break


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def queue(
    job: Flood,
    items: cython.uint[::1],
    first: cython.uint[::1],
    last: cython.uint[::1],
    level: cython.Py_ssize_t,
    pixel: cython.Py_ssize_t,
    source: cython.Py_ssize_t,
) -> cython.void:
    """Let a pixel wait behind the others of its value."""
    item: cython.Py_ssize_t = job.free
    job.free = items[3 * item + 2]
    items[3 * item] = pixel
    items[3 * item + 1] = source
    items[3 * item + 2] = NONE
    if first[level] == NONE:
        first[level] = item
    else:
        items[3 * cython.cast(cython.Py_ssize_t, last[level]) + 2] = item
    last[level] = item
    job.count += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def queue_all(
    job: Flood,
    pixels: cython.const[cython.ulonglong][::1],
    sources: cython.const[cython.ulonglong][::1],
    levels: cython.const[cython.ulonglong][::1],
) -> cython.void:
    for k in range(pixels.shape[0]):
        queue(job, job.items, job.first, job.last, levels[k], pixels[k], sources[k])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_items(items: cython.uint[::1], start: cython.Py_ssize_t, free: cython.uint) -> cython.void:
    """Chain the items from `start` on before the one that is free."""
    count = items.shape[0] // 3
    for item in range(start, count):
        items[3 * item + 2] = item + 1
    items[3 * count - 1] = free


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_queues(
    job: Flood,
    items: cython.uint[::1],
    first: cython.uint[::1],
    last: cython.uint[::1],
    levels: cython.const[cython.uint][::1],
    labels: cython.int[::1],
    allowed: cython.uchar[::1],
    neighbors: cython.const[cython.Py_ssize_t][::1],
    steps: cython.int,
) -> cython.void:
    """Take pixels out of the queues, until they are empty or the items are used up, or so many are done."""
    room = items.shape[0] // 3 - neighbors.shape[0]
    level = job.level
    for _ in range(steps):
        if job.count == 0 or job.count > room:
            break
        while first[level] == NONE:
            level += 1
        item: cython.Py_ssize_t = first[level]
        pixel: cython.Py_ssize_t = items[3 * item]
        source: cython.Py_ssize_t = items[3 * item + 1]
        first[level] = items[3 * item + 2]
        items[3 * item + 2] = job.free
        job.free = item
        job.count -= 1
        if job.line and not settle(job, labels, allowed, pixel, source):
            continue
        for k in range(neighbors.shape[0]):
            neighbor = pixel + neighbors[k]
            if allowed[neighbor] and labels[neighbor] == 0:
                if not job.line:
                    labels[neighbor] = labels[pixel]
                value: cython.Py_ssize_t = levels[neighbor]
                queue(job, items, first, last, max(value, level), neighbor, source)
    job.level = level


def flood(heights, labels, allowed, steps, strides, compactness, line):
    """Let labels spread over an image.

    Parameters
    ----------
    heights : (N,) ndarray of uint32 or uint64
        The image with its margin as one row: unsigned integers in the order of the values. With a compactness, the bits
        of float64 in their order, of uint64; otherwise small integers of uint32.
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
    # A pixel waits once for each neighbor, or not much more often; both numbers have 32 bits.
    most = heights.size * (steps.size if line or compactness else 1)
    if max(most, heights.size) >= 1 << 31:
        raise ValueError(f"image must have fewer pixels for 32 bits; got {heights.size} with its margin.")
    job: Flood = Flood()
    small = heights.itemsize == 4
    if small == (compactness != 0):
        raise ValueError("heights must be of uint64 with a compactness, and of uint32 without.")
    job.levels = heights if small else None
    job.heights = None if small else heights
    job.labels, job.allowed, job.steps, job.strides = labels, allowed, steps, strides
    job.compactness, job.line = compactness, line
    job.real = np.zeros(1)
    job.bits = np.asarray(job.real).view(np.uint64)
    markers = np.flatnonzero(labels)
    job.count = job.age = job.once = 0
    job.width = 3 if line or compactness else 2
    job.heap = np.empty(job.width * (2 * markers.size + steps.size + 1024), np.uint64)
    for start in range(0, markers.size, STEPS):
        poll()
        push_markers(job, markers[start : start + STEPS])
    while job.count > 0:
        poll()
        if small:
            waiting = np.empty(markers.size, np.uint8)
            find_waiting(job, markers, waiting)
            markers = markers[waiting.view(bool)]
            if len(np.unique(heights[markers])) == markers.size:
                flood_queues(job, int(heights.max()) + 1)
                return
            # Pixels of the line that bring their neighbors again and again belong to the order of the heap, but there
            # may be exponentially many.
            job.once = job.age > most
            advance_heap(job, min(max(CHECKED, 4 * markers.size), STEPS))
        else:
            advance_heap(job, STEPS)
        if job.count > job.heap.shape[0] // job.width - steps.size:
            heap = np.empty(job.width * (2 * job.count + steps.size), np.uint64)
            heap[: job.width * job.count] = job.heap[: job.width * job.count]
            job.heap = heap


@cython.cfunc
def flood_queues(job: Flood, levels: cython.Py_ssize_t):
    """Move the items from the heap to one queue for each value, and go on with these."""
    heap = np.asarray(job.heap)[: job.width * job.count].reshape(-1, job.width)
    heap = heap[np.argsort(heap[:, 0] << np.uint64(32) | heap[:, 1] >> np.uint64(32))]
    pixels = heap[:, 1] & np.uint64(LOW)
    job.first = np.full(levels, NONE, np.uint32)
    job.last = np.zeros(levels, np.uint32)
    job.level = job.count = 0
    job.once = True
    items = np.empty(3 * (2 * len(heap) + job.steps.shape[0] + 1024), np.uint32)
    add_items(items, 0, NONE)
    job.items = items
    job.free = 0
    queue_all(job, pixels, np.ascontiguousarray(heap[:, job.width - 1]), np.ascontiguousarray(heap[:, 0]))
    while job.count > 0:
        poll()
        advance_queues(job, job.items, job.first, job.last, job.levels, job.labels, job.allowed, job.steps, STEPS)
        if job.count > job.items.shape[0] // 3 - job.steps.shape[0]:
            count: cython.Py_ssize_t = job.items.shape[0]
            items = np.empty(2 * count, np.uint32)
            items[:count] = job.items
            add_items(items, count // 3, job.free)
            job.free = count // 3
            job.items = items
