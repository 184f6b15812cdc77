"""Connected components by union-find over runs.

The image is seen as rows along its last axis, whatever its dimensions, and a
row as runs: the longest stretches of one value that is not the background.

1. Each row is cut into runs. A first loop marks the pixels that differ from
   the one before, which is plain vector work; a second one gathers 64 marks
   into a word and visits only its ones.
2. Runs that touch runs of a preceding row are united, in a forest whose
   roots are the first of their trees. In two dimensions one row precedes; in
   n dimensions all the rows do that lie one step before along some axes, as
   many as the connectivity allows.
3. So the roots, in order, are the components in raster order. They are
   numbered, and each run is filled with the number of its root.

Every step but the numbering is done in strips, in parallel; between steps 2
and 3 the runs on both sides of each seam are united. The edges of a row's runs
are kept in the row of the result that they will become, and filled from the
right: run i begins at column 2 i or later, so nothing is overwritten that is
still to be read, and the memory of the result serves twice. Only if the image
has several values, so that runs may follow each other without a gap, do the
edges need memory of their own.

References
----------
.. [1] A. Rosenfeld and J. L. Pfaltz, "Sequential Operations in Digital Picture Processing", Journal of the ACM
   13 (4), 1966, pp. 471-494.
.. [2] L. He, Y. Chao and K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", IEEE Transactions on Image
   Processing 17 (5), 2008, pp. 749-756.
.. [3] R. E. Tarjan and J. van Leeuwen, "Worst-case Analysis of Set Union Algorithms", Journal of the ACM 31 (2),
   1984, pp. 245-281 (path halving).
"""

import cython
import numpy as np
from cython.cimports.opsin._runtime import for_each_strip
from cython.cimports.opsin.irregular._bits import trailing_zeros

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
    bits: cython.ulonglong[:, ::1]  # of each strip: those in some pixel, and those in every one but the background
    changed: cython.uchar[:, ::1]  # of each strip: whether a pixel differs from the one before, for one row
    words: cython.ulonglong[:, ::1]  # the same bytes, eight at a time
    edges: cython.int[:, ::1]  # of each row: where its runs begin and end; the end of the row may be left out
    edge_count: cython.int[::1]
    first: cython.int[::1]  # the first run of each row, and at the end the number of runs
    parent: cython.int[::1]  # of each run; of a root, once it is numbered, minus its label
    roots: cython.int[::1]  # of each strip; then of all strips before
    shape: cython.Py_ssize_t[::1]  # of the axes but the last
    neighbours: cython.const[cython.int][:, ::1]  # of each: the steps along the axes but the last, and the reach
    waiting: cython.int[:, ::1]  # of each strip: the edges of the row that is being filled
    labels: cython.int[:, ::1]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    @cython.inline
    def begin(self, strip: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return the first row of a strip."""
        return self.rows * strip // self.strips


# 1. Rows to runs.


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
    """Write the edges of one row."""
    x: cython.int
    i: cython.int
    marks: cython.int
    count: cython.int = 0
    background: Pixel = job.background
    if job.one_value:
        mark_edges(source, job.changed, background, row, strip)
        gather_bits(source, job.bits, background, row, strip)
        job.edge_count[row] = list_marks(job.words, job.edges, row, strip, 0)
        return
    mark_changes(source, job.changed, background, row, strip)
    # At a mark a run may end, begin, or both. The marks wait in the right half of the row, where the edges, up to
    # twice as many, do not overtake them.
    marks = list_marks(job.words, job.edges, row, strip, job.columns)
    for i in range(marks):
        x = job.edges[row, job.columns + i]
        if x > 0 and source[row, x - 1] != background:
            job.edges[row, count] = x
            count += 1
        if source[row, x] != background:
            job.edges[row, count] = x
            count += 1
    job.edge_count[row] = count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_edges(
    source: cython.const[Pixel][:, ::1],
    changed: cython.uchar[:, ::1],
    background: Pixel,
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Mark the pixels of a row that are background unlike the one before, or the other way round."""
    x: cython.Py_ssize_t
    changed[strip, 0] = source[row, 0] != background
    for x in range(source.shape[1] - 1):
        changed[strip, x + 1] = (source[row, x + 1] != background) ^ (source[row, x] != background)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mark_changes(
    source: cython.const[Pixel][:, ::1],
    changed: cython.uchar[:, ::1],
    background: Pixel,
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Mark the pixels of a row that differ from the one before."""
    x: cython.Py_ssize_t
    changed[strip, 0] = source[row, 0] != background
    for x in range(source.shape[1] - 1):
        changed[strip, x + 1] = source[row, x + 1] != source[row, x]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_bits(
    source: cython.const[Pixel][:, ::1],
    bits: cython.ulonglong[:, ::1],
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
    bits[strip, 0] |= some
    bits[strip, 1] &= each


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_marks(
    words: cython.ulonglong[:, ::1],
    edges: cython.int[:, ::1],
    row: cython.Py_ssize_t,
    strip: cython.int,
    to: cython.int,
) -> cython.int:
    """Write the columns that are marked into the row of edges; return how many."""
    count: cython.int = to
    column: cython.int
    k: cython.int
    word: cython.ulonglong
    bits: cython.ulonglong
    for column in range(0, 8 * words.shape[1], 64):
        bits = 0
        for k in range(8):
            word = cython.cast(cython.ulonglong, words[strip, (column >> 3) + k])
            bits |= ((word * LOWEST_BITS_TO_HIGHEST_BYTE >> 56) & 255) << (8 * k)
        while bits != 0:
            edges[row, count] = column + trailing_zeros(bits)
            bits &= bits - 1
            count += 1
    return count - to


# 2. Runs that touch.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def find(parent: cython.int[::1], run: cython.int) -> cython.int:
    """Return the root of a run's tree, and halve the path to it."""
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def end_of(
    edges: cython.int[:, ::1], row: cython.Py_ssize_t, run: cython.int, count: cython.int, columns: cython.int
) -> cython.int:
    """Return the column after a run's last, without a branch."""
    left_out: cython.int = 2 * run + 1 == count
    end: cython.int = edges[row, 2 * run + 1 - left_out]
    return end + left_out * (columns - end)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows(
    edges: cython.int[:, ::1],
    edge_count: cython.int[::1],
    first: cython.int[::1],
    parent: cython.int[::1],
    columns: cython.int,
    upper: cython.Py_ssize_t,
    lower: cython.Py_ssize_t,
    reach: cython.int,
) -> cython.void:
    """Unite the runs of two rows of one value that overlap, or with a reach of 1 meet at a corner.

    Which of two runs ends first, and whether they touch, is a toss-up in a noisy image. So the loop has no branch
    for it, and keeps the roots of both runs.
    """
    i: cython.int = 0
    j: cython.int = 0
    above: cython.int = first[upper]
    below: cython.int = first[lower]
    runs_above: cython.int = first[upper + 1] - above
    runs_below: cython.int = first[lower + 1] - below
    root_i: cython.int
    root_j: cython.int
    root: cython.int
    low: cython.int
    high: cython.int
    end_i: cython.int
    end_j: cython.int
    touch: cython.int
    next_i: cython.int
    if runs_above == 0 or runs_below == 0:
        return
    root_i = find(parent, above)
    root_j = find(parent, below)
    while True:
        end_i = end_of(edges, upper, i, edge_count[upper], columns)
        end_j = end_of(edges, lower, j, edge_count[lower], columns)
        touch = (edges[upper, 2 * i] < end_j + reach) & (edges[lower, 2 * j] < end_i + reach)
        low = min(root_i, root_j)
        high = max(root_i, root_j)
        parent[high] = high + touch * (low - high)
        root_i += touch * (low - root_i)
        root_j += touch * (low - root_j)
        next_i = end_i < end_j
        i += next_i
        j += 1 - next_i
        if i == runs_above or j == runs_below:
            return
        root = find(parent, below + j + next_i * (above + i - below - j))
        root_i += next_i * (root - root_i)
        root_j += (1 - next_i) * (root - root_j)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def unite(parent: cython.int[::1], a: cython.int, b: cython.int) -> cython.void:
    """Make one tree of the trees of two runs; the first run of both is its root."""
    a = find(parent, a)
    b = find(parent, b)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows_of_values(
    source: cython.const[Pixel][:, ::1],
    edges: cython.int[:, ::1],
    edge_count: cython.int[::1],
    first: cython.int[::1],
    parent: cython.int[::1],
    upper: cython.Py_ssize_t,
    lower: cython.Py_ssize_t,
    reach: cython.int,
) -> cython.void:
    """Unite the runs of two rows that have one value and overlap, or with a reach of 1 meet at a corner."""
    i: cython.int = 0
    j: cython.int = 0
    columns: cython.int = source.shape[1]
    above: cython.int = first[upper]
    below: cython.int = first[lower]
    runs_above: cython.int = first[upper + 1] - above
    runs_below: cython.int = first[lower + 1] - below
    begin_i: cython.int
    begin_j: cython.int
    end_i: cython.int
    end_j: cython.int
    while i < runs_above and j < runs_below:
        begin_i = edges[upper, 2 * i]
        begin_j = edges[lower, 2 * j]
        end_i = end_of(edges, upper, i, edge_count[upper], columns)
        end_j = end_of(edges, lower, j, edge_count[lower], columns)
        touch: cython.bint = begin_i < end_j + reach and begin_j < end_i + reach
        if touch and source[upper, begin_i] == source[lower, begin_j]:
            unite(parent, above + i, below + j)
        if end_i < end_j:
            i += 1
            continue
        if end_i == end_j and reach == 1 and i + 1 < runs_above:
            # The next run above may begin where these two end, and meet the one below at a corner.
            begin_i = edges[upper, 2 * i + 2]
            if begin_i == end_j and source[upper, begin_i] == source[lower, begin_j]:
                unite(parent, above + i + 1, below + j)
        j += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_row(
    job: Labelling, row: cython.Py_ssize_t, low: cython.Py_ssize_t, high: cython.Py_ssize_t
) -> cython.void:
    """Unite the runs of a row with those of its preceding neighbours, from row `low` to before row `high`."""
    k: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    axes: cython.Py_ssize_t = job.shape.shape[0]
    other: cython.Py_ssize_t
    distance: cython.Py_ssize_t
    rest: cython.Py_ssize_t
    position: cython.Py_ssize_t
    inside: cython.bint
    reach: cython.int
    for k in range(job.neighbours.shape[0]):
        other = row
        distance = 1
        rest = row
        inside = True
        for axis in range(axes - 1, -1, -1):
            position = rest % job.shape[axis] + job.neighbours[k, axis]
            inside = inside and 0 <= position < job.shape[axis]
            other += distance * job.neighbours[k, axis]
            distance *= job.shape[axis]
            rest = rest // job.shape[axis]
        if not inside or other < low or other >= high:
            continue
        reach = job.neighbours[k, axes]
        if job.one_value:
            link_rows(job.edges, job.edge_count, job.first, job.parent, job.columns, other, row, reach)
        elif job.pixel_bytes == 1:
            link_rows_of_values(job.source1, job.edges, job.edge_count, job.first, job.parent, other, row, reach)
        elif job.pixel_bytes == 2:
            link_rows_of_values(job.source2, job.edges, job.edge_count, job.first, job.parent, other, row, reach)
        elif job.pixel_bytes == 4:
            link_rows_of_values(job.source4, job.edges, job.edge_count, job.first, job.parent, other, row, reach)
        else:
            link_rows_of_values(job.source8, job.edges, job.edge_count, job.first, job.parent, other, row, reach)


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
    for row in range(begin, stop):
        for run in range(job.first[row], job.first[row + 1]):
            job.parent[run] = run
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
        fill_row(job.edges, job.edge_count, job.first, job.parent, job.waiting, job.labels, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill_row(
    edges: cython.int[:, ::1],
    edge_count: cython.int[::1],
    first: cython.int[::1],
    parent: cython.int[::1],
    waiting: cython.int[:, ::1],
    labels: cython.int[:, ::1],
    row: cython.Py_ssize_t,
    strip: cython.int,
) -> cython.void:
    """Write the labels of one row over its edges."""
    k: cython.int
    run: cython.int
    label: cython.int
    columns: cython.int = labels.shape[1]
    end: cython.int = 0
    for k in range(edge_count[row]):
        waiting[strip, k] = edges[row, k]
    waiting[strip, edge_count[row]] = columns
    for run in range(first[row + 1] - first[row]):
        label = first[row] + run
        while label >= 0:
            label = parent[label]
        fill(labels, row, end, waiting[strip, 2 * run], 0)
        end = waiting[strip, 2 * run + 1]
        fill(labels, row, waiting[strip, 2 * run], end, -label)
    fill(labels, row, end, columns, 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def fill(
    labels: cython.int[:, ::1], row: cython.Py_ssize_t, begin: cython.int, end: cython.int, value: cython.int
) -> cython.void:
    """Fill a stretch of a row whose right side is still to be filled, in blocks that may go beyond its end."""
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
        The pixels as rows; R and C are not 0. Only whether values are equal matters.
    background : int
        The value that belongs to no component.
    one_value : bool
        Whether the pixels are known to have one value besides the background.
    shape : tuple of int
        The image's shape without its last axis; its product is R.
    neighbours : (N, len(shape) + 1) ndarray of int32
        The neighbouring rows that precede a row, by their steps along the axes of `shape`; then 1 if runs of the
        two rows that meet at a corner are connected, or 0.
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
    words = np.zeros((job.strips, (job.columns + 63) // 64 * 8), np.uint64)
    job.words = words
    job.changed = words.view(np.uint8)
    job.edge_count = np.empty(job.rows, np.intc)
    job.bits = np.tile(np.array([0, 2**64 - 1], np.uint64), (job.strips, 1))

    job.edges = labels
    job.one_value = True
    for_each_strip(find_runs, job.strips, job, serial)
    if not one_value and not has_one_value(job):
        job.edges = np.empty((job.rows, 2 * job.columns), np.intc)
        job.one_value = False
        for_each_strip(find_runs, job.strips, job, serial)
    job.first = np.empty(job.rows + 1, np.intc)
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
    job.waiting = np.empty((job.strips, job.edges.shape[1] + 1), np.intc)
    for_each_strip(fill_rows, job.strips, job, serial)
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def has_one_value(job: Labelling) -> cython.bint:
    """Return whether every pixel is the background or one other value."""
    strip: cython.Py_ssize_t
    some: cython.ulonglong = job.bits[0, 0]
    each: cython.ulonglong = job.bits[0, 1]
    for strip in range(1, job.strips):
        some |= job.bits[strip, 0]
        each &= job.bits[strip, 1]
    return some & each == some


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def number_runs(job: Labelling) -> cython.Py_ssize_t:
    """Write the first run of each row; return how many there are in all."""
    row: cython.Py_ssize_t
    runs: cython.Py_ssize_t = 0
    for row in range(job.rows):
        job.first[row] = runs
        runs += (job.edge_count[row] + 1) // 2
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
