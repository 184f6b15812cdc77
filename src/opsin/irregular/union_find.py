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

MOST_RUNS = 2**31 - 1


@cython.final
@cython.cclass
class Labelling:
    """One image on its way to its labels: what the strips share."""

    bytes: cython.int  # of a pixel; which of the four views is set
    source1: cython.const[cython.uchar][:, :]
    source2: cython.const[cython.ushort][:, :]
    source4: cython.const[cython.uint][:, :]
    source8: cython.const[cython.ulonglong][:, :]
    background: cython.ulonglong
    one_value: cython.bint  # every pixel is the background or one other value
    rows: cython.Py_ssize_t
    columns: cython.int
    strips: cython.Py_ssize_t
    any_bits: cython.ulonglong[::1]  # of each strip: all bits that are in some pixel, the background being 0
    all_bits: cython.ulonglong[::1]  # of each strip: all bits that are in each pixel but the background
    changed: cython.uchar[:, ::1]  # of each strip: the pixels of one row that differ from the one before
    words: cython.ulonglong[:, ::1]  # the same bytes, eight at a time
    edges: cython.int[:, ::1]  # of each row: first and last + 1 column of its runs; the last one may be left out
    edge_count: cython.int[::1]
    first: cython.int[::1]  # the first run of each row, and at the end the number of runs
    parent: cython.int[::1]  # of each run; of a root, after the numbering, minus its label
    roots: cython.Py_ssize_t[::1]  # of each strip, then before each strip
    shape: cython.Py_ssize_t[::1]  # of the axes but the last
    neighbours: cython.int[:, ::1]  # one row each: steps along the axes but the last; then the reach
    steps: cython.Py_ssize_t[::1]  # the same as a number of rows
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
        if job.bytes == 1:
            job.edge_count[row] = find_runs_in_row(job, job.source1, row, strip)
        elif job.bytes == 2:
            job.edge_count[row] = find_runs_in_row(job, job.source2, row, strip)
        elif job.bytes == 4:
            job.edge_count[row] = find_runs_in_row(job, job.source4, row, strip)
        else:
            job.edge_count[row] = find_runs_in_row(job, job.source8, row, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_runs_in_row(
    job: Labelling, source: cython.const[Pixel][:, :], row: cython.Py_ssize_t, strip: cython.int
) -> cython.int:
    """Write the edges of one row; return how many."""
    x: cython.int
    i: cython.int
    last: cython.int = job.columns - 1
    count: cython.int = 0
    marks: cython.int
    background: Pixel = job.background
    pixel: Pixel = source[row, 0]
    some: Pixel = pixel ^ pixel
    each: Pixel = ~some
    if job.one_value:
        job.changed[strip, 0] = source[row, 0] != background
        for x in range(last):
            job.changed[strip, x + 1] = (source[row, x + 1] == background) != (source[row, x] == background)
        for x in range(job.columns):
            pixel = source[row, x] ^ background
            some |= pixel
            each &= pixel if pixel != 0 else ~pixel
        job.any_bits[strip] |= some
        job.all_bits[strip] &= each
        return find_marks(job, row, strip, 0)
    job.changed[strip, 0] = source[row, 0] != background
    for x in range(last):
        job.changed[strip, x + 1] = source[row, x + 1] != source[row, x]
    # At a mark a run may end, begin, or both. The marks wait in the right half of the row, where the edges, up to
    # twice as many, do not overtake them.
    marks = find_marks(job, row, strip, job.columns)
    for i in range(marks):
        x = job.edges[row, job.columns + i]
        if x > 0 and source[row, x - 1] != background:
            job.edges[row, count] = x
            count += 1
        if source[row, x] != background:
            job.edges[row, count] = x
            count += 1
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def find_marks(job: Labelling, row: cython.Py_ssize_t, strip: cython.int, to: cython.int) -> cython.int:
    """Write the columns that are marked as changed into the row's edges; return how many."""
    count: cython.int = 0
    column: cython.int
    k: cython.int
    word: cython.ulonglong
    bits: cython.ulonglong
    for column in range(0, job.columns, 64):
        bits = 0
        for k in range(8):
            word = cython.cast(cython.ulonglong, job.words[strip, (column >> 3) + k])
            bits |= ((word * LOWEST_BITS_TO_HIGHEST_BYTE >> 56) & 255) << (8 * k)
        while bits != 0:
            job.edges[row, to + count] = column + trailing_zeros(bits)
            bits &= bits - 1
            count += 1
    return count


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
def unite(parent: cython.int[::1], a: cython.int, b: cython.int) -> cython.void:
    """Make one tree of the trees of two runs; the first run of both is its root."""
    a = find(parent, a)
    b = find(parent, b)
    if a < b:
        parent[b] = a
    elif b < a:
        parent[a] = b


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def end_of(job: Labelling, row: cython.Py_ssize_t, run: cython.int) -> cython.int:
    """Return the column after a run's last."""
    if 2 * run + 1 < job.edge_count[row]:
        return job.edges[row, 2 * run + 1]
    return job.columns


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_rows(
    job: Labelling,
    source: cython.const[Pixel][:, :],
    upper: cython.Py_ssize_t,
    lower: cython.Py_ssize_t,
    reach: cython.int,
) -> cython.void:
    """Unite the runs of two rows that overlap, or with a reach of 1 meet at a corner."""
    i: cython.int = 0
    j: cython.int = 0
    above: cython.int = job.first[upper]
    below: cython.int = job.first[lower]
    runs_above: cython.int = job.first[upper + 1] - above
    runs_below: cython.int = job.first[lower + 1] - below
    begin_i: cython.int
    begin_j: cython.int
    end_i: cython.int
    end_j: cython.int
    if runs_above == 0 or runs_below == 0:
        return
    begin_i = job.edges[upper, 0]
    begin_j = job.edges[lower, 0]
    end_i = end_of(job, upper, 0)
    end_j = end_of(job, lower, 0)
    while True:
        if begin_i < end_j + reach and begin_j < end_i + reach:
            if job.one_value or source[upper, begin_i] == source[lower, begin_j]:
                unite(job.parent, above + i, below + j)
        if end_i < end_j:
            i += 1
            if i == runs_above:
                return
            begin_i = job.edges[upper, 2 * i]
            end_i = end_of(job, upper, i)
        else:
            if not job.one_value and reach == 1 and end_i == end_j and i + 1 < runs_above:
                # The next run above may begin where these two end, and meet the one below at a corner.
                begin_i = job.edges[upper, 2 * i + 2]
                if begin_i == end_j and source[upper, begin_i] == source[lower, begin_j]:
                    unite(job.parent, above + i + 1, below + j)
                begin_i = job.edges[upper, 2 * i]
            j += 1
            if j == runs_below:
                return
            begin_j = job.edges[lower, 2 * j]
            end_j = end_of(job, lower, j)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def link_before(
    job: Labelling, row: cython.Py_ssize_t, low: cython.Py_ssize_t, high: cython.Py_ssize_t
) -> cython.void:
    """Unite the runs of a row with those of its preceding neighbours, from row `low` to before row `high`."""
    k: cython.Py_ssize_t
    axis: cython.Py_ssize_t
    axes: cython.Py_ssize_t = job.shape.shape[0]
    other: cython.Py_ssize_t
    rest: cython.Py_ssize_t
    position: cython.Py_ssize_t
    inside: cython.bint
    reach: cython.int
    for k in range(job.steps.shape[0]):
        other = row - job.steps[k]
        if other < low or other >= high:
            continue
        rest = row
        inside = True
        for axis in range(axes - 1, -1, -1):
            position = rest % job.shape[axis] + job.neighbours[k, axis]
            inside = inside and 0 <= position < job.shape[axis]
            rest = rest // job.shape[axis]
        if not inside:
            continue
        reach = job.neighbours[k, axes]
        if job.bytes == 1:
            link_rows(job, job.source1, other, row, reach)
        elif job.bytes == 2:
            link_rows(job, job.source2, other, row, reach)
        elif job.bytes == 4:
            link_rows(job, job.source4, other, row, reach)
        else:
            link_rows(job, job.source8, other, row, reach)


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
        link_before(job, row, begin, row)
    # A parent comes before its child, and has just got its root.
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
    furthest: cython.Py_ssize_t = 0
    for row in range(job.steps.shape[0]):
        furthest = max(furthest, job.steps[row])
    for strip in range(1, job.strips):
        begin = job.begin(strip)
        for row in range(begin, min(begin + furthest, job.begin(strip + 1))):
            link_before(job, row, 0, begin)


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
    count: cython.Py_ssize_t = 0
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
    """Write the labels of one strip, each row from the right."""
    row: cython.Py_ssize_t
    x: cython.int
    run: cython.int
    label: cython.int
    begin: cython.int
    end: cython.int
    limit: cython.int
    for row in range(job.begin(strip), job.begin(strip + 1)):
        limit = job.columns
        for run in range(job.first[row + 1] - job.first[row] - 1, -1, -1):
            label = job.first[row] + run
            while label >= 0:
                label = job.parent[label]
            begin = job.edges[row, 2 * run]
            end = end_of(job, row, run)
            for x in range(end, limit):
                job.labels[row, x] = 0
            for x in range(begin, end):
                job.labels[row, x] = -label
            limit = begin
        for x in range(limit):
            job.labels[row, x] = 0


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
    neighbours : list of tuple of int
        The neighbouring rows that precede a row, by their steps along the axes of `shape`, and 1 or 0: whether
        runs of the two rows that meet at a corner are connected.
    labels : (R, C) ndarray of int32
        Where the labels go.
    threads : int
        How many threads share the work.

    Returns
    -------
    int
        The number of components, or -1 if there are more runs than 32 bits can count.
    """
    rows, columns = source.shape
    job: Labelling = Labelling()
    job.rows, job.columns = rows, columns
    strips = 1 if threads == 1 else max(1, min(MOST_STRIPS, rows, rows * columns // STRIP_PIXELS))
    job.strips = strips
    serial = strips == 1
    job.bytes = source.dtype.itemsize
    if job.bytes == 1:
        job.source1 = source
    elif job.bytes == 2:
        job.source2 = source
    elif job.bytes == 4:
        job.source4 = source
    else:
        job.source8 = source
    job.background = background
    job.labels = labels
    job.shape = np.array(shape, np.intp)
    job.neighbours = np.array(neighbours, np.intc).reshape(-1, len(shape) + 1)
    job.steps = np.array([row_distance(shape, steps) for *steps, _ in neighbours], np.intp)
    words = np.zeros((strips, (columns + 63) // 64 * 8), np.uint64)
    job.words = words
    job.changed = words.view(np.uint8)
    edge_count = np.empty(rows, np.intc)
    job.edge_count = edge_count
    any_bits = np.zeros(strips, np.uint64)
    all_bits = ~any_bits
    job.any_bits, job.all_bits = any_bits, all_bits

    job.edges = labels
    job.one_value = True
    for_each_strip(find_runs, strips, job, serial)
    if not one_value and np.bitwise_or.reduce(any_bits) & ~np.bitwise_and.reduce(all_bits):
        job.edges = np.empty((rows, 2 * columns), np.intc)
        job.one_value = False
        for_each_strip(find_runs, strips, job, serial)
    first = np.zeros(rows + 1, np.intp)
    np.cumsum((edge_count + 1) // 2, out=first[1:])
    if first[rows] > MOST_RUNS:
        return -1
    job.first = first.astype(np.intc)
    job.parent = np.empty(first[rows], np.intc)
    for_each_strip(link_strip, strips, job, serial)
    link_seams(job)
    roots = np.empty(strips, np.intp)
    job.roots = roots
    for_each_strip(count_roots, strips, job, serial)
    count = int(roots.sum())
    roots[:] = np.cumsum(roots) - roots
    for_each_strip(number_roots, strips, job, serial)
    for_each_strip(fill_rows, strips, job, serial)
    return count


def row_distance(shape, steps):
    """Return how many rows before a row its neighbour is."""
    distance = 0
    for length, step in zip(shape, steps, strict=True):
        distance = distance * length - step
    return distance
