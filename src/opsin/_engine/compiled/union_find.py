# cython: infer_types=True
"""Connected components by union-find over runs.

The image is seen as rows along its last axis, whatever its dimensions, and a row as runs: the longest
stretches of one value that is not the background.

1. Each row becomes bits, 64 pixels in a word: where there is no background, and where a run begins.
2. Runs that touch runs of a preceding row are united. Two runs touch first at the column where the later of
   both begins, so a few operations on words find every pair in 64 columns, and counting the beginnings up to
   there tells which runs they are: no pixel is read, and no branch but the loop over the pairs depends
   on the image. In two dimensions one row precedes; in n dimensions all do that lie one step before along
   some axes, as many as the connectivity allows.
3. The forest keeps every parent before its children, so the roots, in order, are the components in raster
   order. They are numbered, and each run is filled with the number of its root.

Every step is done in strips, in parallel; after step 2 the runs on both sides of each seam are united.

References
----------
.. [1] L. He, Y. Chao and K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", IEEE Transactions on Image
   Processing 17 (5), 2008, pp. 749-756.
.. [2] M. M. A. Patwary, J. Blair and F. Manne, "Experiments on Union-Find Algorithms for the Disjoint-Set
   Data Structure", Experimental Algorithms (SEA), 2010, pp. 411-423 (the union of M. Rem).
.. [3] F. Lemaitre, A. Hennequin and L. Lacassagne, "How to speed Connected Component Labeling up with SIMD
   RLE algorithms", Workshop on Programming Models for SIMD/Vector Processing, 2020.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

MAX_RUNS = 2**31 - 1
FIND_RUNS = cython.declare(cython.int, 0)  # steps
LINK_STRIPS = cython.declare(cython.int, 1)
LINK_SEAMS = cython.declare(cython.int, 2)
ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
# A word of eight bytes that are 0 or 1, times this, has them side by side in its highest byte.
MARKS_TO_BITS = cython.declare(cython.ulonglong, 0x0102040810204080)


@cython.final
@cython.cclass
class Labelling:
    """An image and what is known of its runs."""

    pixel_bytes: cython.int  # which of the views of the image is set
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels4: cython.const[cython.uint][:, ::1]
    pixels8: cython.const[cython.ulonglong][:, ::1]
    background: cython.ulonglong
    one_value: cython.bint  # every pixel is the background or one other value
    sure: cython.bint  # that is known before
    shape: Index[::1]  # of the axes but the last
    neighbors: cython.const[cython.int][:, ::1]  # of each: the steps along the axes but the last, and the reach
    labels: cython.int[:, ::1]
    rows: Index
    strips: Index
    step: cython.int  # what `scan` does
    # Of each strip
    marks: cython.uchar[:, ::1]  # for the pixels of one row, 0 or 1
    mark_words: cython.ulonglong[:, ::1]  # the same bytes, eight at a time
    values: cython.ulonglong[:, ::1]  # the bits in some pixel, and in every one but the background
    edges: cython.int[:, ::1]  # where the runs of one row begin and end
    roots: cython.int[::1]  # one place further on, how many there are; then how many before the strip
    # Of each row
    inside: cython.ulonglong[:, ::1]  # a bit for each pixel: whether it is in a run
    begins: cython.ulonglong[:, ::1]  # whether a run begins there
    first: cython.int[::1]  # the number of runs; then the first run, and after the last row the number of all
    # Of each run: its parent; of a root, once it is numbered, minus its label.
    parent: cython.int[::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan(job: Labelling, strip: cython.int) -> cython.void:
    """Take one step in one strip, for the image's dtype."""
    if job.pixel_bytes == 1:
        scan_pixels(job, job.pixels1, strip)
    elif job.pixel_bytes == 2:
        scan_pixels(job, job.pixels2, strip)
    elif job.pixel_bytes == 4:
        scan_pixels(job, job.pixels4, strip)
    else:
        scan_pixels(job, job.pixels8, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan_pixels(job: Labelling, pixels: cython.const[Pixel][:, ::1], strip: cython.int) -> cython.void:
    if job.step == FIND_RUNS:
        for row in range(strip_start(job.rows, job.strips, strip), strip_start(job.rows, job.strips, strip + 1)):
            find_runs(job, pixels, row, strip)
    elif job.step == LINK_STRIPS:
        link_strip(job, pixels, strip)
    else:
        link_seams(job, pixels)


# 1. Rows to bits. Views that are written are arguments: C may keep them in registers, but not a job's fields.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs(job: Labelling, pixels: cython.const[Pixel][:, ::1], row: Index, strip: cython.int) -> cython.void:
    """Write the bits of one row, and how many runs there are."""
    before: cython.ulonglong = 0
    count: cython.int = 0
    background: Pixel = job.background
    mark_objects(pixels, job.marks, background, row, strip)
    gather_marks(job.mark_words, job.inside, row, strip)
    if job.one_value:
        if not job.sure:
            gather_values(pixels, job.values, background, row, strip)
    else:
        mark_changes(pixels, job.marks, row, strip)
        gather_marks(job.mark_words, job.begins, row, strip)
    for k in range(job.inside.shape[1]):
        inside = job.inside[row, k]
        if job.one_value:
            begins = inside & ~shifted(inside, before)
        else:
            begins = inside & job.begins[row, k]
        job.begins[row, k] = begins
        before = inside
        count += ones(begins)
    job.first[row] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_objects(
    pixels: cython.const[Pixel][:, ::1], marks: cython.uchar[:, ::1], background: Pixel, row: Index, strip: cython.int
) -> cython.void:
    """Mark the pixels of a row that are not background."""
    for x in range(pixels.shape[1]):
        marks[strip, x] = pixels[row, x] != background


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_changes(
    pixels: cython.const[Pixel][:, ::1], marks: cython.uchar[:, ::1], row: Index, strip: cython.int
) -> cython.void:
    """Mark the pixels of a row that differ from the one before, and the first."""
    marks[strip, 0] = 1
    for x in range(pixels.shape[1] - 1):
        marks[strip, x + 1] = pixels[row, x + 1] != pixels[row, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_values(
    pixels: cython.const[Pixel][:, ::1],
    values: cython.ulonglong[:, ::1],
    background: Pixel,
    row: Index,
    strip: cython.int,
) -> cython.void:
    """Add a row to the bits that tell whether all pixels but the background have one value."""
    some: Pixel = pixels[row, 0] ^ pixels[row, 0]
    each: Pixel = ~some
    for x in range(pixels.shape[1]):
        pixel: Pixel = pixels[row, x] ^ background
        some |= pixel
        each &= pixel if pixel != 0 else ~pixel
    values[strip, 0] |= some
    values[strip, 1] &= each


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def has_one_value(job: Labelling) -> cython.bint:
    """Return whether every pixel is the background or one other value."""
    some: cython.ulonglong = job.values[0, 0]
    each: cython.ulonglong = job.values[0, 1]
    for strip in range(1, job.strips):
        some |= job.values[strip, 0]
        each &= job.values[strip, 1]
    return some & each == some


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_marks(
    mark_words: cython.ulonglong[:, ::1], bits: cython.ulonglong[:, ::1], row: Index, strip: cython.int
) -> cython.void:
    """Write the marks of a row as bits."""
    for k in range(bits.shape[1]):
        gathered: cython.ulonglong = 0
        for i in range(8):
            word: cython.ulonglong = cython.cast(cython.ulonglong, mark_words[strip, 8 * k + i])
            gathered |= ((word * MARKS_TO_BITS >> 56) & 255) << (8 * i)
        bits[row, k] = gathered


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def shifted(word: cython.ulonglong, before: cython.ulonglong) -> cython.ulonglong:
    """Return, for each pixel of a word of bits, the bit of the pixel before; `before` is the word before."""
    return word << 1 | before >> 63


# 2. Runs that touch.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_strip(job: Labelling, pixels: cython.const[Pixel][:, ::1], strip: cython.int) -> cython.void:
    """Unite the runs of one strip, and give each its root."""
    start = strip_start(job.rows, job.strips, strip)
    stop = strip_start(job.rows, job.strips, strip + 1)
    for run in range(job.first[start], job.first[stop]):
        job.parent[run] = run
    for row in range(start, stop):
        link_row(job, pixels, row, start, row)
    # A parent comes before its child, and so has got its root already.
    for run in range(job.first[start], job.first[stop]):
        job.parent[run] = job.parent[job.parent[run]]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_seams(job: Labelling, pixels: cython.const[Pixel][:, ::1]) -> cython.void:
    """Unite the runs on both sides of the seams."""
    # No neighbor is further back than one step along every axis.
    furthest: Index = 0
    for axis in range(job.shape.shape[0]):
        furthest = furthest * job.shape[axis] + 1
    for strip in range(1, job.strips):
        start = strip_start(job.rows, job.strips, strip)
        for row in range(start, min(start + furthest, strip_start(job.rows, job.strips, strip + 1))):
            link_row(job, pixels, row, 0, start)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_row(job: Labelling, pixels: cython.const[Pixel][:, ::1], row: Index, low: Index, high: Index) -> cython.void:
    """Unite the runs of a row with those of its preceding neighbors, from row `low` to before row `high`."""
    axes = job.shape.shape[0]
    position = cython.declare(Index[10])
    rest: Index = row
    for axis in range(axes - 1, -1, -1):
        position[axis] = rest % job.shape[axis]
        rest = rest // job.shape[axis]
    for k in range(job.neighbors.shape[0]):
        other: Index = 0
        exists: cython.bint = True
        for axis in range(axes):
            coordinate = position[axis] + job.neighbors[k, axis]
            exists = exists and 0 <= coordinate < job.shape[axis]
            other = other * job.shape[axis] + coordinate
        if exists and low <= other < high:
            link_rows(job, pixels, other, row, job.neighbors[k, axes])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows(
    job: Labelling, pixels: cython.const[Pixel][:, ::1], upper: Index, lower: Index, reach: cython.int
) -> cython.void:
    """Unite the runs of two rows that have one value and overlap, or with a reach of 1 meet at a corner."""
    one_value = job.one_value
    run_above: cython.int = job.first[upper] - 1
    run_below: cython.int = job.first[lower] - 1
    before_above: cython.ulonglong = 0
    before_below: cython.ulonglong = 0
    after_above: cython.ulonglong = 0
    after_below: cython.ulonglong = 0
    for k in range(job.inside.shape[1]):
        above = job.inside[upper, k]
        below = job.inside[lower, k]
        begins_above = job.begins[upper, k]
        begins_below = job.begins[lower, k]
        touch = above & below & (begins_above | begins_below)
        if reach == 1:
            # Where a run begins, and one of the other row has just ended: that is the last begun before.
            after_above = shifted(above, before_above) & (begins_above | ~above) & begins_below
            after_below = shifted(below, before_below) & (begins_below | ~below) & begins_above
            before_above = above
            before_below = below
        pairs: cython.ulonglong = touch
        if one_value:
            pairs |= after_above | after_below
            after_above = after_below = 0
        for case in range(3 if after_above | after_below else 1):
            while pairs != 0:
                until = pairs ^ (pairs - 1)
                x = 64 * k + trailing_zeros(pairs)
                pairs &= pairs - 1
                if one_value or pixels[upper, x - (case == 1)] == pixels[lower, x - (case == 2)]:
                    a = run_above + ones(begins_above & (until >> (case == 1)))
                    unite(job.parent, a, run_below + ones(begins_below & (until >> (case == 2))))
            pairs = after_above if case == 0 else after_below
        run_above += ones(begins_above)
        run_below += ones(begins_below)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def unite(parent: cython.int[::1], a: cython.int, b: cython.int) -> cython.void:
    """Make one tree of the trees of two runs: go up from both, and shorten the paths by the way."""
    parent_of_a = parent[a]
    parent_of_b = parent[b]
    while parent_of_a != parent_of_b:
        if parent_of_a < parent_of_b:
            parent[b] = parent_of_a
            if b == parent_of_b:
                return
            b = parent_of_b
            parent_of_b = parent[b]
        else:
            parent[a] = parent_of_b
            if a == parent_of_a:
                return
            a = parent_of_a
            parent_of_a = parent[a]


# 3. Numbers.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_runs(job: Labelling) -> Index:
    """Replace the number of runs of each row by its first run; return how many there are in all."""
    runs: Index = 0
    for row in range(job.rows):
        count = job.first[row]
        job.first[row] = runs
        runs += count
    job.first[job.rows] = runs
    return runs


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_roots(job: Labelling, strip: cython.int) -> cython.void:
    count: cython.int = 0
    for run in range(first_run(job, strip), first_run(job, strip + 1)):
        count += job.parent[run] == run
    job.roots[strip + 1] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_roots(job: Labelling, strip: cython.int) -> cython.void:
    label = job.roots[strip]
    for run in range(first_run(job, strip), first_run(job, strip + 1)):
        if job.parent[run] == run:
            label += 1
            job.parent[run] = -label


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def first_run(job: Labelling, strip: cython.int) -> cython.int:
    return job.first[strip_start(job.rows, job.strips, strip)]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_rows(job: Labelling, strip: cython.int) -> cython.void:
    """Write the labels of one strip."""
    for row in range(strip_start(job.rows, job.strips, strip), strip_start(job.rows, job.strips, strip + 1)):
        list_edges(job, row, strip)
        end: cython.int = 0
        for run in range(job.first[row + 1] - job.first[row]):
            label: cython.int = job.parent[job.first[row] + run]
            # The root of a strip, the usual parent, is looked up in any case: in a noisy image a branch would
            # cost more.
            root = job.parent[max(label, 0)]
            label = root if label >= 0 else label
            while label >= 0:
                label = job.parent[label]
            fill(job.labels, row, end, job.edges[strip, 2 * run], 0)
            end = job.edges[strip, 2 * run + 1]
            fill(job.labels, row, job.edges[strip, 2 * run], end, -label)
        fill(job.labels, row, end, job.labels.shape[1], 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def list_edges(job: Labelling, row: Index, strip: cython.int) -> cython.void:
    """List where each run of a row begins and ends."""
    begun: cython.int = 0
    ended: cython.int = 0
    before: cython.ulonglong = 0
    for k in range(job.inside.shape[1]):
        inside = job.inside[row, k]
        begins: cython.ulonglong = job.begins[row, k]
        ends: cython.ulonglong = shifted(inside, before) & (begins | ~inside)
        before = inside
        while begins != 0:
            job.edges[strip, 2 * begun] = 64 * k + trailing_zeros(begins)
            begins &= begins - 1
            begun += 1
        while ends != 0:
            job.edges[strip, 2 * ended + 1] = 64 * k + trailing_zeros(ends)
            ends &= ends - 1
            ended += 1
    if ended < begun:
        job.edges[strip, 2 * ended + 1] = job.labels.shape[1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def fill(labels: cython.int[:, ::1], row: Index, begin: cython.int, end: cython.int, value: cython.int) -> cython.void:
    """Fill a stretch of a row, right of which all is still to be filled, in blocks that may go beyond it."""
    x: cython.int = begin
    while x < end and x + 16 <= labels.shape[1]:
        for k in range(16):
            labels[row, x + k] = value
        x += 16
    while x < end:
        labels[row, x] = value
        x += 1


def label_rows(pixels, background, one_value, shape, neighbors, labels):
    """Label the components of an image; return how many there are.

    Parameters
    ----------
    pixels : (R, C) ndarray of uint8, uint16, uint32 or uint64
        The pixels as rows, C-contiguous; R and C are not 0. Only whether values are equal matters.
    background : int
        The value that belongs to no component.
    one_value : bool
        Whether the pixels are known to have one value besides the background.
    shape : tuple of int
        The image's shape without its last axis; its product is R.
    neighbors : (N, len(shape) + 1) ndarray of int32
        The neighboring rows that precede a row, by their steps along the axes of `shape`; then 1 if runs of
        the two rows that meet at a corner are connected, or 0.
    labels : (R, C) ndarray of int32
        Where the labels go.

    Returns
    -------
    int
        The number of components, or -1 if there are more runs than 32 bits can count.
    """
    if len(shape) > 10:
        raise ValueError(f"shape must have at most 10 axes; got {shape}.")
    job: Labelling = Labelling()
    job.pixel_bytes = pixels.itemsize
    job.pixels1 = pixels if job.pixel_bytes == 1 else None
    job.pixels2 = pixels if job.pixel_bytes == 2 else None
    job.pixels4 = pixels if job.pixel_bytes == 4 else None
    job.pixels8 = pixels if job.pixel_bytes == 8 else None
    job.background, job.labels, job.neighbors = background, labels, neighbors
    job.shape = np.array(shape, np.intp)
    rows, columns = pixels.shape
    job.rows = rows
    strips = job.strips = strip_count(rows, pixels.size)
    words = (columns + 63) // 64
    marks = np.zeros((strips, 8 * words), np.uint64)
    job.mark_words, job.marks = marks, marks.view(np.uint8)
    job.sure = one_value
    if not one_value:
        job.values = np.zeros((strips, 2), np.uint64)
        for strip in range(strips):
            job.values[strip, 1] = ALL
    job.inside, job.begins = np.empty((rows, words), np.uint64), np.empty((rows, words), np.uint64)
    job.first = np.empty(rows + 1, np.intc)
    cost = 0.5 * pixels.size
    job.step, job.one_value = FIND_RUNS, True
    parallel_for(cython.cast(strip_type, scan), strips, job, cost)
    if not one_value and not has_one_value(job):
        job.one_value = False
        parallel_for(cython.cast(strip_type, scan), strips, job, cost)
    runs = number_runs(job)
    if runs > MAX_RUNS:
        return -1
    job.parent = np.empty(runs, np.intc)
    job.step = LINK_STRIPS
    parallel_for(cython.cast(strip_type, scan), strips, job, cost)
    job.step = LINK_SEAMS
    parallel_for(cython.cast(strip_type, scan), 1, job, 0)
    job.roots = np.zeros(strips + 1, np.intc)
    parallel_for(cython.cast(strip_type, count_roots), strips, job, cost)
    for strip in range(strips):
        job.roots[strip + 1] += job.roots[strip]
    parallel_for(cython.cast(strip_type, number_roots), strips, job, cost)
    job.edges = np.empty((strips, 2 * columns), np.intc)
    parallel_for(cython.cast(strip_type, fill_rows), strips, job, cost)
    return job.roots[strips]
