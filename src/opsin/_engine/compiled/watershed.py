# cython: infer_types=True
"""The watershed by flooding from markers, lowest pixels first.

Pixels wait, sorted by their value and then by when they came; the markers come first and all at once. The lowest is
taken out, and its free neighbors get its label and wait in turn. With a line between the basins, and with a cost for
the distance from the marker, a pixel may wait several times and is labeled when it is taken out.

Pixels wait in a binary heap first. Markers of one value have no order in it. The order in which they leave it decides
who gets a pixel that is equally far from both, so the heap is the textbook's: a pixel is added at the end and sifts
up, and the last one replaces the first and sifts down. As soon as no two markers of one value are left that can change
anything, the order is that of values and ages, and the pixels wait in one queue for each value, each of them once. With
a cost for the distance the values are not known before, and the heap remains.

References
----------
.. [1] S. Beucher and F. Meyer, "The Morphological Approach to Segmentation: The Watershed Transformation",
   Mathematical Morphology in Image Processing, 1993, pp. 433-481.
.. [2] P. Neubert and P. Protzel, "Compact Watershed and Preemptive SLIC: On Improving Trade-offs of Superpixel
   Segmentation Algorithms", International Conference on Pattern Recognition, 2014, pp. 996-1001.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.runtime import poll

Item = cython.struct(
    height=cython.ulonglong,  # in a heap of single words: level, age, the step that led to the pixel, and the pixel
    place=cython.ulonglong,  # age and pixel
    source=cython.ulonglong,  # the marker that it comes from
)

SIGN = cython.declare(cython.ulonglong, 1 << 63)
LOW = cython.declare(cython.ulonglong, (1 << 32) - 1)
ALL = cython.declare(cython.ulonglong, (1 << 64) - 1)
NONE = cython.declare(cython.uint, (1 << 32) - 1)  # no pixel
TURN = cython.declare(cython.int, 1 << 18)  # pixels between two polls
CHECKED = cython.declare(cython.int, 1 << 12)  # least number of pixels between two searches for markers of one value

# States of a pixel
CLOSED = cython.declare(cython.uchar, 0)  # outside, or a marker on the line
FREE = cython.declare(cython.uchar, 1)
LABELED = cython.declare(cython.uchar, 2)
MARKER = cython.declare(cython.uchar, 3)  # that has not been taken out
LINE = cython.declare(cython.uchar, 4)  # its label is the one that its neighbors get
WAITS = cython.declare(cython.uchar, 5)  # in a queue, with the label that it may get


@cython.final
@cython.cclass
class Flood:
    """An image with its margin as one row, its labels, and the pixels that wait."""

    levels: cython.const[cython.uint][::1]
    heights: cython.const[cython.ulonglong][::1]  # instead of levels, with a cost for the distance
    labels: cython.int[::1]
    states: cython.uchar[::1]
    steps: cython.const[Index][::1]  # to the neighbors of a pixel, the nearest first
    strides: cython.const[Index][::1]  # of the axes
    compactness: cython.double
    line: cython.bint
    once: cython.bint  # whether a pixel of the line is taken out once only; its neighbors wait after the first time
    age: cython.ulonglong
    real: cython.double[::1]  # one number, as a float and as its bits
    bits: cython.ulonglong[::1]
    heap: cython.ulonglong[::1]
    words: cython.int  # of an item: 1 or 3
    count: Index  # of the items that wait
    # Of items of one word: the bits of a pixel, of pixel and step, and of these and the age;
    # masks of level and age, and of the pixel
    pixel_bits: cython.int
    place_bits: cython.int
    level_shift: cython.int
    rank: cython.ulonglong
    pixel_mask: cython.ulonglong
    # The queues: of each level the first and the last pixel; of each pixel the next one
    first: cython.uint[::1]
    last: cython.uint[::1]
    following: cython.uint[::1]
    level: Index  # that is flooded


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def read(heap: cython.ulonglong[::1], words: cython.int, k: Index) -> Item:
    item = cython.declare(Item)
    item.height = heap[words * k]
    item.place = heap[words * k + 1] if words > 1 else 0
    item.source = heap[words * k + 2] if words > 1 else 0
    return item


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def write(heap: cython.ulonglong[::1], words: cython.int, k: Index, item: Item) -> cython.void:
    heap[words * k] = item.height
    if words > 1:
        heap[words * k + 1] = item.place
        heap[words * k + 2] = item.source


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def is_lower(words: cython.int, rank: cython.ulonglong, item: Item, other: Item) -> cython.bint:
    """Return whether an item leaves the heap before another."""
    if words == 1:
        return item.height < other.height & rank
    return (item.height < other.height) | ((item.height == other.height) & (item.place >> 32 < other.place >> 32))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def push(job: Flood, heap: cython.ulonglong[::1], words: cython.int, item: Item) -> cython.void:
    rank = job.rank
    k: Index = job.count
    job.count += 1
    while k > 0:
        above = read(heap, words, (k - 1) // 2)
        if not is_lower(words, rank, item, above):
            break
        write(heap, words, k, above)
        k = (k - 1) // 2
    write(heap, words, k, item)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def pop(job: Flood, heap: cython.ulonglong[::1], words: cython.int) -> cython.void:
    """Take the first item out of the heap.

    The lower of two items moves up, all the way, and then the last item goes up from where it ends: most often it stays
    there.
    """
    rank = job.rank
    job.count -= 1
    last = job.count
    item = read(heap, words, last)
    k: Index = 0
    while 2 * k + 2 < last:
        child: Index = 2 * k + 1
        child += is_lower(words, rank, read(heap, words, child + 1), read(heap, words, child))
        write(heap, words, k, read(heap, words, child))
        k = child
    if 2 * k + 2 == last:
        write(heap, words, k, read(heap, words, 2 * k + 1))
        k = 2 * k + 1
    while k > 0:
        above = read(heap, words, (k - 1) // 2)
        if is_lower(words, rank, above, item):
            break
        write(heap, words, k, above)
        k = (k - 1) // 2
    write(heap, words, k, item)


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
@cython.inline
def push_pixel(
    job: Flood,
    heap: cython.ulonglong[::1],
    words: cython.int,
    pixel: Index,
    step: Index,
    source: Index,
    least: cython.ulonglong,
) -> cython.void:
    """Let a pixel wait that is reached by a step from one of height `least`: water does not fall again."""
    item = cython.declare(Item)
    item.place = job.age << 32 | pixel
    item.source = source
    if job.compactness != 0:
        item.height = max(
            higher(job, job.heights[pixel], job.compactness * distance(job.strides, pixel, source)), least
        )
    else:
        level: cython.ulonglong = job.levels[pixel]
        item.height = max(level, least)
    if words == 1:
        item.height = item.height << job.level_shift | job.age << job.place_bits | step << job.pixel_bits | pixel
    push(job, heap, words, item)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def push_markers(job: Flood, markers: cython.const[Index][::1]) -> cython.void:
    for k in range(markers.shape[0]):
        if job.words == 1:
            push_pixel(job, job.heap, 1, markers[k], 0, markers[k], 0)
        else:
            push_pixel(job, job.heap, 3, markers[k], 0, markers[k], 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def advance_heap(
    job: Flood,
    heap: cython.ulonglong[::1],
    words: cython.int,
    labels: cython.int[::1],
    states: cython.uchar[::1],
    steps: cython.const[Index][::1],
    most: Index,
) -> cython.void:
    """Take pixels out of the heap, until it is empty or full or so many are done."""
    settles: cython.bint = job.line or job.compactness != 0
    room = heap.shape[0] // words - steps.shape[0]
    for _ in range(most):
        if job.count == 0 or job.count > room:
            return
        item = read(heap, words, 0)
        # What leads to a pixel has the label that it may get: the marker, or the pixel before the last step
        if words == 1:
            pixel: Index = item.height & job.pixel_mask
            height = item.height >> job.level_shift
            origin: Index = pixel - steps[(item.height & ALL - job.rank) >> job.pixel_bits]
        else:
            pixel = item.place & LOW
            height = item.height
            origin = item.source
        pop(job, heap, words)
        if settles and not settle(job, pixel, labels[pixel if states[pixel] == MARKER else origin]):
            continue
        for k in range(steps.shape[0]):
            neighbor = pixel + steps[k]
            if states[neighbor] == FREE:
                job.age += 1
                if not settles:
                    labels[neighbor] = labels[pixel]
                    states[neighbor] = LABELED
                push_pixel(job, heap, words, neighbor, k if settles else 0, origin, height)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance(job: Flood, most: Index) -> cython.void:
    """Take pixels out of the heap; each call is compiled for its constant."""
    if job.words == 1:
        advance_heap(job, job.heap, 1, job.labels, job.states, job.steps, most)
    else:
        advance_heap(job, job.heap, 3, job.labels, job.states, job.steps, most)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def settle(job: Flood, pixel: Index, label: cython.int) -> cython.bint:
    """Label a pixel that is taken out, or leave it to the line; return whether its neighbors come next."""
    state = job.states[pixel]
    if state == LINE and not job.once:
        return True
    if state != FREE and state != MARKER:
        return False
    job.labels[pixel] = label
    if job.compactness != 0 or not touches_another(job, pixel, label):
        job.states[pixel] = LABELED
    else:
        job.states[pixel] = LINE if state == FREE else CLOSED
    return True


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def touches_another(job: Flood, pixel: Index, label: cython.int) -> cython.bint:
    """Return whether a pixel touches a basin of another label."""
    for k in range(job.steps.shape[0]):
        neighbor = pixel + job.steps[k]
        if (job.states[neighbor] == LABELED or job.states[neighbor] == MARKER) and job.labels[neighbor] != label:
            return True
    return False


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def distance(strides: cython.const[Index][::1], pixel: Index, source: Index) -> cython.double:
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
def find_waiting(job: Flood, markers: cython.const[Index][::1], waiting: cython.uchar[::1]) -> cython.void:
    """Write of each marker whether something changes when it is taken out."""
    for i in range(markers.shape[0]):
        pixel = markers[i]
        waiting[i] = 0
        if job.states[pixel] != MARKER:
            continue
        waiting[i] = job.line and touches_another(job, pixel, job.labels[pixel])
        for k in range(job.steps.shape[0]):
            if job.states[pixel + job.steps[k]] == FREE:
                waiting[i] = 1
                break


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def queue(
    job: Flood, following: cython.uint[::1], first: cython.uint[::1], last: cython.uint[::1], level: Index, pixel: Index
) -> cython.void:
    """Let a pixel wait behind the others of its level."""
    following[pixel] = NONE
    if first[level] == NONE:
        first[level] = pixel
    else:
        following[last[level]] = pixel
    last[level] = pixel
    job.count += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def queue_all(
    job: Flood,
    levels: cython.const[cython.uint][::1],
    pixels: cython.const[Index][::1],
    origins: cython.const[Index][::1],
) -> cython.void:
    """Let pixels wait, with the labels of what leads to them; a pixel that does already comes too late."""
    for k in range(pixels.shape[0]):
        pixel = pixels[k]
        if job.line and job.states[pixel] != MARKER:
            if job.states[pixel] != FREE:
                continue
            job.labels[pixel] = job.labels[origins[k]]
            job.states[pixel] = WAITS
        queue(job, job.following, job.first, job.last, levels[k], pixel)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def advance_queues(
    job: Flood,
    following: cython.uint[::1],
    first: cython.uint[::1],
    last: cython.uint[::1],
    levels: cython.const[cython.uint][::1],
    labels: cython.int[::1],
    states: cython.uchar[::1],
    steps: cython.const[Index][::1],
) -> cython.void:
    """Take pixels out of the queues, until they are empty or it was enough for a turn."""
    level = job.level
    taken: cython.uchar = WAITS if job.line else LABELED
    for _ in range(TURN):
        if job.count == 0:
            break
        while first[level] == NONE:
            level += 1
        pixel: Index = first[level]
        first[level] = following[pixel]
        job.count -= 1
        if job.line:
            if states[pixel] == WAITS:
                states[pixel] = FREE
            settle(job, pixel, labels[pixel])
        for k in range(steps.shape[0]):
            neighbor = pixel + steps[k]
            if states[neighbor] == FREE:
                labels[neighbor] = labels[pixel]
                states[neighbor] = taken
                value: Index = levels[neighbor]
                queue(job, following, first, last, max(value, level), neighbor)
    job.level = level


def flood(heights, labels, states, steps, strides, compactness, line):
    """Let labels spread over an image.

    Parameters
    ----------
    heights : (N,) ndarray of uint32 or uint64
        The image with its margin as one row: unsigned integers in the order of the values. With a compactness, the bits
        of float64 in their order, of uint64; otherwise small integers of uint32.
    labels : (N,) ndarray of int32
        The markers, and 0 elsewhere; it is changed.
    states : (N,) ndarray of uint8
        1 where labels may spread, and 0 elsewhere, in the margin too; it is changed.
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
    job.labels, job.states, job.steps, job.strides = labels, states, steps, strides
    job.compactness, job.line = compactness, line
    job.real = np.zeros(1)
    job.bits = np.asarray(job.real).view(np.uint64)
    job.count = job.age = job.once = 0
    levels = int(heights.max(initial=0)) + 1 if small else 0
    job.pixel_bits = heights.size.bit_length()
    job.place_bits = job.pixel_bits + (steps.size.bit_length() if line else 0)
    # Pixels of the line come again until they came more often than most.
    job.level_shift = job.place_bits + ((2 * most if line else most) + TURN * steps.size).bit_length()
    job.words = 1 if small and levels.bit_length() + job.level_shift <= 64 else 3
    job.pixel_mask = ALL >> 64 - job.pixel_bits
    job.rank = ALL - (ALL >> 64 - job.place_bits)
    markers = np.flatnonzero(labels)
    states[markers] = MARKER
    job.heap = np.empty(job.words * (2 * markers.size + steps.size + 1024), np.uint64)
    waiting = markers
    started = False
    while steps.size and (job.count or not started):
        poll()
        if small:
            found = np.empty(waiting.size, np.uint8)
            find_waiting(job, waiting, found)
            waiting = waiting[found.view(bool)]
            if len(np.unique(heights[waiting])) == waiting.size:
                flood_queues(job, levels, ranked(job) if started else (heights[waiting], waiting, waiting))
                break
        for start in range(0, 0 if started else markers.size, TURN):
            poll()
            push_markers(job, markers[start : start + TURN])
        started = True
        # Pixels of the line that bring their neighbors again and again belong to the order of the heap, but there may
        # be exponentially many.
        job.once = job.age > most
        advance(job, min(max(CHECKED, 4 * waiting.size), TURN) if small else TURN)
        if job.count > job.heap.shape[0] // job.words - steps.size:
            heap = np.empty(job.words * (2 * job.count + steps.size), np.uint64)
            heap[: job.words * job.count] = job.heap[: job.words * job.count]
            job.heap = heap
    if line:
        labels[states == LINE] = 0


@cython.cfunc
def ranked(job: Flood):
    """Return the levels and the pixels of the items of the heap, in their order, and what led to them."""
    heap = np.asarray(job.heap)[: job.words * job.count].reshape(-1, job.words)
    if job.words == 3:
        heap = heap[np.argsort(heap[:, 0] << np.uint64(32) | heap[:, 1] >> np.uint64(32))]
        levels, pixels, origins = heap[:, 0], heap[:, 1] & np.uint64(LOW), heap[:, 2].astype(np.intp)
    else:
        heap = np.sort(heap[:, 0])
        levels, pixels = heap >> np.uint64(job.level_shift), heap & np.uint64(job.pixel_mask)
        walked = (heap & np.uint64(ALL - job.rank)) >> np.uint64(job.pixel_bits)
        origins = pixels.astype(np.intp) - np.asarray(job.steps)[walked.astype(np.intp)]
    return levels.astype(np.uint32), pixels.astype(np.intp), origins


@cython.cfunc
def flood_queues(job: Flood, levels, items):
    """Go on with one queue for each level, to which items are moved first."""
    job.first = np.full(levels, NONE, np.uint32)
    job.last = np.empty(levels, np.uint32)
    job.following = np.empty(job.levels.shape[0], np.uint32)
    job.level = job.count = 0
    job.once = True
    queue_all(job, items[0], items[1], items[2])
    while job.count > 0:
        poll()
        advance_queues(job, job.following, job.first, job.last, job.levels, job.labels, job.states, job.steps)
