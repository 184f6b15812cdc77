"""Connected components by union-find over runs.

The image is seen as rows along its last axis, whatever its dimensions, and a row as runs: the longest
stretches of one value that is not the background.

1. Each row becomes bits, 64 pixels in a word: where there is no background, and where a run begins.
2. Runs that touch runs of a preceding row are united. Two runs touch first at the column where the later of
   both begins, so a few operations on words find every pair in 64 columns, and counting the beginnings up to
   there tells which runs they are: no pixel is looked at, and no branch but the loop over the pairs depends
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
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.runtime import for_each_strip

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

# A word of eight bytes that are 0 or 1, times this, has them side by side in its highest byte.
LOWEST_BITS_TO_HIGHEST_BYTE = cython.declare(cython.ulonglong, 0x0102040810204080)

# Strips of fewer pixels cost more to hand out than they save.
STRIP_PIXELS = 65536
MOST_STRIPS = 16

# Labels are written in blocks of one cache line.
BLOCK = cython.declare(cython.int, 16)

MOST_RUNS = 2**31 - 1


@cython.final
@cython.cclass
class Labelling:
    """One image on its way to its labels: what the strips share."""

    rows: cython.Py_ssize_t
    columns: cython.int
    strips: cython.Py_ssize_t
    pixel_bytes: cython.int  # which of the four views of the image is set
    source1: cython.const[cython.uchar][:, ::1]
    source2: cython.const[cython.ushort][:, ::1]
    source4: cython.const[cython.uint][:, ::1]
    source8: cython.const[cython.ulonglong][:, ::1]
    background: cython.ulonglong
    one_value: cython.bint  # every pixel is the background or one other value
    values: cython.ulonglong[:, ::1]  # of each strip: the bits in some pixel, and in every one but the background
    marks: cython.uchar[:, ::1]  # of each strip: for the pixels of one row, 0 or 1
    mark_words: cython.ulonglong[:, ::1]  # the same bytes, eight at a time
    inside: cython.ulonglong[:, ::1]  # of each row, a bit for each pixel: whether it is in a run
    begins: cython.ulonglong[:, ::1]  # whether a run begins there
    first: cython.int[::1]  # the first run of each row, and at the end the number of runs
    parent: cython.int[::1]  # of each run; of a root, once it is numbered, minus its label
    roots: cython.int[::1]  # of each strip; then of all strips before
    shape: cython.Py_ssize_t[::1]  # of the axes but the last
    neighbours: cython.const[cython.int][:, ::1]  # of each: the steps along the axes but the last, and the reach
    edges: cython.int[:, ::1]  # of each strip: where the runs of one row begin and end
    labels: cython.int[:, ::1]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    @cython.inline
    def begin(self, strip: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the first row of a strip."""
        return self.rows * strip // self.strips


# 1. Rows to bits.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs(job: cython.p_void, strip: cython.int) -> cython.void:
    find_runs_of(cython.cast(Labelling, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs_of(job: Labelling, strip: cython.int) -> cython.void:
    row: cython.Py_ssize_t
    for row in range(job.begin(strip), job.begin(strip + 1)):
        if job.pixel_bytes == 1:
            find_runs_in_row(job, job.source1, row, strip)
        elif job.pixel_bytes == 2:
            find_runs_in_row(job, job.source2, row, strip)
        elif job.pixel_bytes == 4:
            find_runs_in_row(job, job.source4, row, strip)
        else:
            find_runs_in_row(job, job.source8, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs_in_row(
    job: Labelling, source: cython.const[Pixel][:, ::1], row: cython.Py_ssize_t, strip: cython.int
) -> cython.void:
    """Write the bits of one row, and how many runs there are."""
    k: cython.Py_ssize_t
    background: Pixel = job.background
    inside: cython.ulonglong
    before: cython.ulonglong = 0
    count: cython.int = 0
    mark_objects(source, job.marks, background, row, strip)
    gather_marks(job.mark_words, job.inside, row, strip)
    if job.one_value:
        gather_values(source, job.values, background, row, strip)
        for k in range(job.inside.shape[1]):
            inside = job.inside[row, k]
            job.begins[row, k] = inside & ~shifted(inside, before)
            before = inside
            count += ones(job.begins[row, k])
    else:
        mark_changes(source, job.marks, row, strip)
        gather_marks(job.mark_words, job.begins, row, strip)
        for k in range(job.inside.shape[1]):
            job.begins[row, k] &= job.inside[row, k]
            count += ones(job.begins[row, k])
    job.first[row] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_objects(
    source: cython.const[Pixel][:, ::1],
    marks: cython.uchar[:, ::1],
    background: Pixel,
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Mark the pixels of a row that are not background."""
    x: cython.Py_ssize_t
    for x in range(source.shape[1]):
        marks[strip, x] = source[row, x] != background


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_changes(
    source: cython.const[Pixel][:, ::1],
    marks: cython.uchar[:, ::1],
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Mark the pixels of a row that differ from the one before, and the first."""
    x: cython.Py_ssize_t
    marks[strip, 0] = 1
    for x in range(source.shape[1] - 1):
        marks[strip, x + 1] = source[row, x + 1] != source[row, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_values(
    source: cython.const[Pixel][:, ::1],
    values: cython.ulonglong[:, ::1],
    background: Pixel,
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Add a row to the bits that tell whether all pixels but the background have one value."""
    x: cython.Py_ssize_t
    pixel: Pixel = source[row, 0]
    some: Pixel = pixel ^ pixel
    each: Pixel = ~some
    for x in range(source.shape[1]):
        pixel = source[row, x] ^ background
        some |= pixel
        each &= pixel if pixel != 0 else ~pixel
    values[strip, 0] |= some
    values[strip, 1] &= each


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_marks(
    mark_words: cython.ulonglong[:, ::1],
    bits: cython.ulonglong[:, ::1],
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Write the marks of a row as bits."""
    k: cython.Py_ssize_t
    i: cython.int
    word: cython.ulonglong
    gathered: cython.ulonglong
    for k in range(bits.shape[1]):
        gathered = 0
        for i in range(8):
            word = cython.cast(cython.ulonglong, mark_words[strip, 8 * k + i])
            gathered |= ((word * LOWEST_BITS_TO_HIGHEST_BYTE >> 56) & 255) << (8 * i)
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
@cython.inline
def unite(parent: cython.int[::1], a: cython.int, b: cython.int) -> cython.void:
    """Make one tree of the trees of two runs: go up from both, and shorten the paths by the way."""
    above: cython.int = parent[a]
    beyond: cython.int = parent[b]
    while above != beyond:
        if above < beyond:
            parent[b] = above
            if b == beyond:
                return
            b = beyond
            beyond = parent[b]
        else:
            parent[a] = beyond
            if a == above:
                return
            a = above
            above = parent[a]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows(job: Labelling, upper: cython.Py_ssize_t, lower: cython.Py_ssize_t, reach: cython.int) -> cython.void:
    """Unite the runs of two rows of one value that overlap, or with a reach of 1 meet at a corner."""
    k: cython.Py_ssize_t
    run_above: cython.int = job.first[upper] - 1
    run_below: cython.int = job.first[lower] - 1
    above: cython.ulonglong
    below: cython.ulonglong
    begins_above: cython.ulonglong
    begins_below: cython.ulonglong
    before_above: cython.ulonglong = 0
    before_below: cython.ulonglong = 0
    touch: cython.ulonglong
    until: cython.ulonglong
    for k in range(job.inside.shape[1]):
        above = job.inside[upper, k]
        below = job.inside[lower, k]
        begins_above = job.begins[upper, k]
        begins_below = job.begins[lower, k]
        touch = above & below & (begins_above | begins_below)
        if reach == 1:
            # One run begins where the other has just ended.
            touch |= shifted(above, before_above) & ~above & begins_below
            touch |= shifted(below, before_below) & ~below & begins_above
            before_above = above
            before_below = below
        while touch != 0:
            until = touch ^ (touch - 1)
            touch &= touch - 1
            unite(job.parent, run_above + ones(begins_above & until), run_below + ones(begins_below & until))
        run_above += ones(begins_above)
        run_below += ones(begins_below)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows_of_values(
    job: Labelling,
    source: cython.const[Pixel][:, ::1],
    upper: cython.Py_ssize_t,
    lower: cython.Py_ssize_t,
    reach: cython.int,
) -> cython.void:
    """Unite the runs of two rows that have one value and overlap, or with a reach of 1 meet at a corner."""
    k: cython.Py_ssize_t
    x: cython.Py_ssize_t
    run_above: cython.int = job.first[upper] - 1
    run_below: cython.int = job.first[lower] - 1
    above: cython.ulonglong
    below: cython.ulonglong
    begins_above: cython.ulonglong
    begins_below: cython.ulonglong
    before_above: cython.ulonglong = 0
    before_below: cython.ulonglong = 0
    touch: cython.ulonglong
    until: cython.ulonglong
    for k in range(job.inside.shape[1]):
        above = job.inside[upper, k]
        below = job.inside[lower, k]
        begins_above = job.begins[upper, k]
        begins_below = job.begins[lower, k]
        touch = above & below & (begins_above | begins_below)
        while touch != 0:
            until = touch ^ (touch - 1)
            x = 64 * k + trailing_zeros(touch)
            touch &= touch - 1
            if source[upper, x] == source[lower, x]:
                unite(job.parent, run_above + ones(begins_above & until), run_below + ones(begins_below & until))
        if reach == 1:
            # Where a run begins, and one of the other row has just ended: that is the last begun before.
            touch = shifted(above, before_above) & (begins_above | ~above) & begins_below
            while touch != 0:
                until = touch ^ (touch - 1)
                x = 64 * k + trailing_zeros(touch)
                touch &= touch - 1
                if source[upper, x - 1] == source[lower, x]:
                    unite(
                        job.parent,
                        run_above + ones(begins_above & (until >> 1)),
                        run_below + ones(begins_below & until),
                    )
            touch = shifted(below, before_below) & (begins_below | ~below) & begins_above
            while touch != 0:
                until = touch ^ (touch - 1)
                x = 64 * k + trailing_zeros(touch)
                touch &= touch - 1
                if source[upper, x] == source[lower, x - 1]:
                    unite(
                        job.parent,
                        run_above + ones(begins_above & until),
                        run_below + ones(begins_below & (until >> 1)),
                    )
            before_above = above
            before_below = below
        run_above += ones(begins_above)
        run_below += ones(begins_below)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_row(job: Labelling, row: cython.Py_ssize_t, low: cython.Py_ssize_t, high: cython.Py_ssize_t) -> cython.void:
    """Unite the runs of a row with those of its preceding neighbours, from row `low` to before row `high`."""
    k: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    axes: cython.Py_ssize_t = job.shape.shape[0]
    other: cython.Py_ssize_t
    distance: cython.Py_ssize_t
    rest: cython.Py_ssize_t
    position: cython.Py_ssize_t
    exists: cython.bint
    reach: cython.int
    for k in range(job.neighbours.shape[0]):
        other = row
        distance = 1
        rest = row
        exists = True
        for axis in range(axes - 1, -1, -1):
            position = rest % job.shape[axis] + job.neighbours[k, axis]
            exists = exists and 0 <= position < job.shape[axis]
            other += distance * job.neighbours[k, axis]
            distance *= job.shape[axis]
            rest = rest // job.shape[axis]
        if not exists or other < low or other >= high:
            continue
        reach = job.neighbours[k, axes]
        if job.one_value:
            link_rows(job, other, row, reach)
        elif job.pixel_bytes == 1:
            link_rows_of_values(job, job.source1, other, row, reach)
        elif job.pixel_bytes == 2:
            link_rows_of_values(job, job.source2, other, row, reach)
        elif job.pixel_bytes == 4:
            link_rows_of_values(job, job.source4, other, row, reach)
        else:
            link_rows_of_values(job, job.source8, other, row, reach)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_strip(job: cython.p_void, strip: cython.int) -> cython.void:
    link_strip_of(cython.cast(Labelling, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_strip_of(job: Labelling, strip: cython.int) -> cython.void:
    """Unite the runs of one strip, and let each know its root."""
    begin: cython.Py_ssize_t = job.begin(strip)
    stop: cython.Py_ssize_t = job.begin(strip + 1)
    row: cython.Py_ssize_t
    run: cython.int
    for run in range(job.first[begin], job.first[stop]):
        job.parent[run] = run
    for row in range(begin, stop):
        link_row(job, row, begin, row)
    # A parent comes before its child, and so has got its root already.
    for run in range(job.first[begin], job.first[stop]):
        job.parent[run] = job.parent[job.parent[run]]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_seams(job: Labelling) -> cython.void:
    """Unite the runs on both sides of the seams."""
    strip: cython.Py_ssize_t
    row: cython.Py_ssize_t
    begin: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    # No neighbour is further back than one step along every axis.
    furthest: cython.Py_ssize_t = 0
    for axis in range(job.shape.shape[0]):
        furthest = furthest * job.shape[axis] + 1
    for strip in range(1, job.strips):
        begin = job.begin(strip)
        for row in range(begin, min(begin + furthest, job.begin(strip + 1))):
            link_row(job, row, 0, begin)


# 3. Numbers.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_roots(job: cython.p_void, strip: cython.int) -> cython.void:
    count_roots_of(cython.cast(Labelling, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_roots_of(job: Labelling, strip: cython.int) -> cython.void:
    run: cython.int
    count: cython.int = 0
    for run in range(job.first[job.begin(strip)], job.first[job.begin(strip + 1)]):
        count += job.parent[run] == run
    job.roots[strip] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_roots(job: cython.p_void, strip: cython.int) -> cython.void:
    number_roots_of(cython.cast(Labelling, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_roots_of(job: Labelling, strip: cython.int) -> cython.void:
    run: cython.int
    label: cython.int = job.roots[strip]
    for run in range(job.first[job.begin(strip)], job.first[job.begin(strip + 1)]):
        if job.parent[run] == run:
            label += 1
            job.parent[run] = -label


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_rows(job: cython.p_void, strip: cython.int) -> cython.void:
    fill_rows_of(cython.cast(Labelling, job), strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_rows_of(job: Labelling, strip: cython.int) -> cython.void:
    row: cython.Py_ssize_t
    for row in range(job.begin(strip), job.begin(strip + 1)):
        fill_row(job, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_row(job: Labelling, row: cython.Py_ssize_t, strip: cython.int) -> cython.void:
    """Write the labels of one row."""
    run: cython.int
    label: cython.int
    root: cython.int
    end: cython.int = 0
    list_edges(job, row, strip)
    for run in range(job.first[row + 1] - job.first[row]):
        label = job.parent[job.first[row] + run]
        # The root of a strip, the usual parent, is looked up in any case: in a noisy image a branch would
        # cost more.
        root = job.parent[max(label, 0)]
        label = root if label >= 0 else label
        while label >= 0:
            label = job.parent[label]
        fill(job.labels, row, end, job.edges[strip, 2 * run], 0)
        end = job.edges[strip, 2 * run + 1]
        fill(job.labels, row, job.edges[strip, 2 * run], end, -label)
    fill(job.labels, row, end, job.columns, 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def list_edges(job: Labelling, row: cython.Py_ssize_t, strip: cython.int) -> cython.void:
    """List where each run of a row begins and ends."""
    k: cython.Py_ssize_t
    begun: cython.int = 0
    ended: cython.int = 0
    inside: cython.ulonglong
    before: cython.ulonglong = 0
    begins: cython.ulonglong
    ends: cython.ulonglong
    for k in range(job.inside.shape[1]):
        inside = job.inside[row, k]
        begins = job.begins[row, k]
        ends = shifted(inside, before) & (begins | ~inside)
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
        job.edges[strip, 2 * ended + 1] = job.columns


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def fill(
    labels: cython.int[:, ::1], row: cython.Py_ssize_t, begin: cython.int, end: cython.int, value: cython.int
) -> cython.void:
    """Fill a stretch of a row, right of which all is still to be filled, in blocks that may go beyond it."""
    x: cython.int = begin
    k: cython.int
    while x < end and x + BLOCK <= labels.shape[1]:
        for k in range(BLOCK):
            labels[row, x + k] = value
        x += BLOCK
    while x < end:
        labels[row, x] = value
        x += 1


def label_rows(source, background, one_value, shape, neighbours, labels, threads):
    """Label the components of an image; return how many there are.

    Parameters
    ----------
    source : (R, C) ndarray of uint8, uint16, uint32 or uint64
        The pixels as rows, C-contiguous; R and C are not 0. Only whether values are equal matters.
    background : int
        The value that belongs to no component.
    one_value : bool
        Whether the pixels are known to have one value besides the background.
    shape : tuple of int
        The image's shape without its last axis; its product is R.
    neighbours : (N, len(shape) + 1) ndarray of int32
        The neighbouring rows that precede a row, by their steps along the axes of `shape`; then 1 if runs of
        the two rows that meet at a corner are connected, or 0.
    labels : (R, C) ndarray of int32
        Where the labels go.
    threads : int
        How many threads share the work.

    Returns
    -------
    int
        The number of components, or -1 if there are more runs than 32 bits can count.
    """
    job: Labelling = Labelling()
    job.rows, job.columns = source.shape
    job.strips = 1 if threads == 1 else max(1, min(MOST_STRIPS, job.rows, source.size // STRIP_PIXELS))
    serial: cython.bint = job.strips == 1
    job.pixel_bytes = source.itemsize
    if job.pixel_bytes == 1:
        job.source1 = source
    elif job.pixel_bytes == 2:
        job.source2 = source
    elif job.pixel_bytes == 4:
        job.source4 = source
    else:
        job.source8 = source
    job.background = background
    job.labels = labels
    job.shape = np.array(shape, np.intp)
    job.neighbours = neighbours
    words: cython.Py_ssize_t = (job.columns + 63) // 64
    marks = np.zeros((job.strips, 8 * words), np.uint64)
    job.mark_words = marks
    job.marks = marks.view(np.uint8)
    job.inside = np.empty((job.rows, words), np.uint64)
    job.begins = np.empty((job.rows, words), np.uint64)
    job.first = np.empty(job.rows + 1, np.intc)
    values = np.zeros((job.strips, 2), np.uint64)
    values[:, 1] = ~values[:, 1]
    job.values = values

    job.one_value = True
    for_each_strip(find_runs, job.strips, job, serial)
    if not one_value and not has_one_value(job):
        job.one_value = False
        for_each_strip(find_runs, job.strips, job, serial)
    runs = number_runs(job)
    if runs > MOST_RUNS:
        return -1
    job.parent = np.empty(runs, np.intc)
    for_each_strip(link_strip, job.strips, job, serial)
    link_seams(job)
    job.roots = np.empty(job.strips, np.intc)
    for_each_strip(count_roots, job.strips, job, serial)
    count = sum_before(job.roots)
    for_each_strip(number_roots, job.strips, job, serial)
    job.edges = np.empty((job.strips, 2 * job.columns), np.intc)
    for_each_strip(fill_rows, job.strips, job, serial)
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def has_one_value(job: Labelling) -> cython.bint:
    """Return whether every pixel is the background or one other value."""
    strip: cython.Py_ssize_t
    some: cython.ulonglong = job.values[0, 0]
    each: cython.ulonglong = job.values[0, 1]
    for strip in range(1, job.strips):
        some |= job.values[strip, 0]
        each &= job.values[strip, 1]
    return some & each == some


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_runs(job: Labelling) -> cython.Py_ssize_t:
    """Replace the number of runs of each row by its first run; return how many there are in all."""
    row: cython.Py_ssize_t
    count: cython.int
    runs: cython.Py_ssize_t = 0
    for row in range(job.rows):
        count = job.first[row]
        job.first[row] = runs
        runs += count
    job.first[job.rows] = runs
    return runs


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_before(counts: cython.int[::1]) -> cython.int:
    """Replace each count by the sum of those before; return the sum of all."""
    k: cython.Py_ssize_t
    count: cython.int
    total: cython.int = 0
    for k in range(counts.shape[0]):
        count = counts[k]
        counts[k] = total
        total += count
    return total
