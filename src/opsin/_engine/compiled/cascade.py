# cython: infer_types=True
"""Classify every window of a plane with a cascade of boosted trees over Haar-like or local binary pattern features.

The features are sums over boxes, read from integral images. Sums are kept
modulo 2**32, or modulo 2**16 where all blocks of patterns are that small:
differences are those of the boxes. As long as many windows of a run along a row
are left, a stage is computed for all of them at once, so that the compiler can
make vectors of it; then for a list of the windows of the row that are left.
[Viola and Jones 2001; Lienhart and Maydt 2002; Liao et al. 2007]
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import sqrt
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled._strips import strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

DEVIATION = cython.declare(cython.double, 10.0)
"""Haar-like features are those of a window with a larger standard deviation, in gray levels, as in OpenCV."""

STRIPS = 32

PATTERN = cython.declare(Index, 16)
"""The places of a local binary pattern, the corners of 3 x 3 blocks."""

BOXES = cython.declare(Index, 12)
"""The places of a Haar-like feature, the corners of its boxes."""

RUN = 32
"""So many windows side by side are tested together. Loops over them state the number, which the compiler must know."""

SHARE = cython.declare(Index, 16)
"""A window of a list takes about so many times as long as one of a run."""

Sum = cython.fused_type(cython.uint, cython.ushort)


@cython.final
@cython.cclass
class Job:
    """A plane, a cascade, and the windows that it accepts."""

    binary: cython.bint  # whether the features are local binary patterns
    row: Index  # elements of a row of the integral images
    columns: Index  # windows side by side
    # Pointers: a view that is passed to a function is tested for None, in the loop, which is then no loop of vectors.
    sums: cython.p_uint
    short_sums: cython.p_ushort  # the sums modulo 2**16, instead of the others
    is_short: cython.bint
    places: cython.p_Py_ssize_t  # for each feature the corners of its boxes
    squares: cython.const[cython.ulonglong][::1]
    corners: cython.const[Index][::1]  # of the box whose deviation normalizes Haar-like features
    area: cython.double  # of that box
    weights: cython.const[cython.float][:, ::1]  # for each Haar-like feature those of its three boxes
    stages: cython.const[Index][::1]  # the first tree of each stage, and the number of trees
    limits: cython.const[cython.float][::1]  # what the sum of a stage must reach
    trees: cython.const[Index][:, ::1]  # for each tree its first node and its first leaf
    nodes: cython.const[Index][:, ::1]  # feature, left and right child; a child of 0 and less is a leaf
    thresholds: cython.const[cython.float][::1]  # of nodes of Haar-like features
    subsets: cython.const[cython.uint][:, ::1]  # of nodes of patterns: 256 bits, set where the left child is next
    leaves: cython.const[cython.float][::1]
    stumps: Index  # of so many stages from the first all trees have one node
    votes: cython.const[cython.float][:, ::1]  # for each tree of those stages the leaf of each pattern
    lines: cython.const[Index][::1]  # the rows in which windows begin
    chosen: cython.const[cython.uchar][::1]  # for each column whether windows begin there
    hits: cython.uchar[:, ::1]
    scales: cython.float[:, ::1]  # scratch of each strip, one element for each column
    scores: cython.float[:, ::1]
    at: Index[:, ::1]
    runs: Index[:, ::1]  # the first columns of the runs of a row in which windows are left
    counts: Index[::1]  # and their number
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def box(sums: cython.p_uint, places: cython.p_Py_ssize_t, first: Index, at: Index) -> cython.float:
    """Return the sum over a box, whose corners are at `first` in the places, in the window at an element."""
    total: cython.uint = (
        sums[at + places[first]]
        - sums[at + places[first + 1]]
        - sums[at + places[first + 2]]
        + sums[at + places[first + 3]]
    )
    return cython.cast(cython.int, total)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def two_boxes(
    sums: cython.p_uint, places: cython.p_Py_ssize_t, first: Index, at: Index,
    w0: cython.float, w1: cython.float
) -> cython.float:  # fmt: skip
    """Return the weighted sum over the first two boxes of a Haar-like feature."""
    return w0 * box(sums, places, first, at) + w1 * box(sums, places, first + 4, at)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def haar(job: Job, f: Index, at: Index) -> cython.float:
    """Return a Haar-like feature of the window at an element."""
    value: cython.float = two_boxes(job.sums, job.places, BOXES * f, at, job.weights[f, 0], job.weights[f, 1])
    if job.weights[f, 2] != 0:
        value += job.weights[f, 2] * box(job.sums, job.places, BOXES * f + 8, at)
    return value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def block(sums: cython.pointer(Sum), a: Index, b: Index, c: Index, d: Index) -> Sum:
    """Return the sum over a box from its corners."""
    return sums[a] - sums[b] - sums[c] + sums[d]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def pattern(sums: cython.pointer(Sum), places: cython.p_Py_ssize_t, first: Index, at: Index) -> cython.int:
    """Return the local binary pattern of 3 x 3 blocks: the bits say which blocks are as bright as the middle one."""
    p0 = at + places[first]
    p1 = at + places[first + 1]
    p2 = at + places[first + 2]
    p3 = at + places[first + 3]
    p4 = at + places[first + 4]
    p5 = at + places[first + 5]
    p6 = at + places[first + 6]
    p7 = at + places[first + 7]
    p8 = at + places[first + 8]
    p9 = at + places[first + 9]
    p10 = at + places[first + 10]
    p11 = at + places[first + 11]
    p12 = at + places[first + 12]
    p13 = at + places[first + 13]
    p14 = at + places[first + 14]
    p15 = at + places[first + 15]
    middle = block(sums, p5, p6, p9, p10)
    code: cython.int = (block(sums, p0, p1, p4, p5) >= middle) << 7
    code |= (block(sums, p1, p2, p5, p6) >= middle) << 6
    code |= (block(sums, p2, p3, p6, p7) >= middle) << 5
    code |= (block(sums, p6, p7, p10, p11) >= middle) << 4
    code |= (block(sums, p10, p11, p14, p15) >= middle) << 3
    code |= (block(sums, p9, p10, p13, p14) >= middle) << 2
    code |= (block(sums, p8, p9, p12, p13) >= middle) << 1
    code |= block(sums, p4, p5, p8, p9) >= middle
    return code


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_patterns(
    job: Job, sums: cython.pointer(Sum), s: Index, start: Index,
    scores: cython.float[:, ::1], strip: cython.int
) -> cython.void:  # fmt: skip
    """Add a stage of stumps of local binary patterns to the scores of the runs that are left of a row."""
    codes = cython.declare(cython.short[32])
    for t in range(job.stages[s], job.stages[s + 1]):
        first = PATTERN * job.nodes[job.trees[t, 0], 0]
        for r in range(job.counts[strip]):
            column = job.runs[strip, r]
            for i in range(32):
                codes[i] = pattern(sums, job.places, first, start + column + i)
            for i in range(32):
                scores[strip, column + i] += job.votes[t, codes[i]]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_boxes(
    job: Job, s: Index, start: Index,
    scores: cython.float[:, ::1], scales: cython.float[:, ::1], strip: cython.int
) -> cython.void:  # fmt: skip
    """Add a stage of stumps of Haar-like features to the scores of the runs that are left of a row."""
    values = cython.declare(cython.float[32])
    for t in range(job.stages[s], job.stages[s + 1]):
        n = job.trees[t, 0]
        leaf = job.trees[t, 1]
        f = job.nodes[n, 0]
        left = job.leaves[leaf - job.nodes[n, 1]]
        right = job.leaves[leaf - job.nodes[n, 2]]
        threshold = job.thresholds[n]
        w0 = job.weights[f, 0]
        w1 = job.weights[f, 1]
        w2 = job.weights[f, 2]
        for r in range(job.counts[strip]):
            column = job.runs[strip, r]
            at = start + column
            for i in range(32):
                values[i] = two_boxes(job.sums, job.places, BOXES * f, at + i, w0, w1)
            if w2 != 0:
                for i in range(32):
                    values[i] += w2 * box(job.sums, job.places, BOXES * f + 8, at + i)
            for i in range(32):
                value = values[i] * scales[strip, column + i]
                scores[strip, column + i] += left if value < threshold else right


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def normalize(job: Job, scales: cython.float[:, ::1], start: Index, strip: cython.int) -> cython.void:
    """Find what normalizes the features of each window of a row: 0 where it is too flat."""
    sums = job.sums
    squares = job.squares
    a = job.corners[0]
    b = job.corners[1]
    c = job.corners[2]
    d = job.corners[3]
    area = job.area
    for i in range(job.columns):
        at = start + i
        total: cython.double = cython.cast(cython.int, sums[at + a] - sums[at + b] - sums[at + c] + sums[at + d])
        power: cython.double = cython.cast(
            cython.longlong, squares[at + a] - squares[at + b] - squares[at + c] + squares[at + d]
        )
        spread: cython.double = area * power - total * total
        root: cython.double = sqrt(max(spread, 1.0))
        scale: cython.double = 1 / root if root > DEVIATION * area else 0.0
        scales[strip, i] = cython.cast(cython.float, scale)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def score_of(job: Job, s: Index, at: Index, scale: cython.float) -> cython.float:
    """Return the sum of a stage in the window at an element."""
    score: cython.float = 0
    for t in range(job.stages[s], job.stages[s + 1]):
        root = job.trees[t, 0]
        n: Index = root
        while True:
            f = job.nodes[n, 0]
            goes_left: cython.bint
            if job.binary:
                code = code_of(job, f, at)
                goes_left = (job.subsets[n, code >> 5] >> (code & 31)) & 1
            else:
                goes_left = haar(job, f, at) * scale < job.thresholds[n]
            child = job.nodes[n, 1] if goes_left else job.nodes[n, 2]
            if child <= 0:
                break
            n = root + child
        score += job.leaves[job.trees[t, 1] - child]
    return score


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def code_of(job: Job, f: Index, at: Index) -> cython.int:
    """Return the local binary pattern of a feature in the window at an element."""
    if job.is_short:
        return pattern(job.short_sums, job.places, PATTERN * f, at)
    return pattern(job.sums, job.places, PATTERN * f, at)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def passes(job: Job, first: Index, at: Index, scale: cython.float) -> cython.bint:
    """Return whether a window passes the stages from the first one given."""
    s: Index = first
    while s < job.limits.shape[0] and score_of(job, s, at, scale) >= job.limits[s]:
        s += 1
    return s == job.limits.shape[0]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def pass_runs(
    job: Job, s: Index, start: Index,
    scores: cython.float[:, ::1], scales: cython.float[:, ::1], strip: cython.int
) -> Index:  # fmt: skip
    """Set the scale of the windows that do not pass a stage of stumps to 0; return how many are left in the runs."""
    for i in range(scores.shape[1]):
        scores[strip, i] = 0
    if not job.binary:
        sum_boxes(job, s, start, scores, scales, strip)
    elif job.is_short:
        sum_patterns(job, job.short_sums, s, start, scores, strip)
    else:
        sum_patterns(job, job.sums, s, start, scores, strip)
    limit = job.limits[s]
    total: Index = 0
    kept: Index = 0
    for r in range(job.counts[strip]):
        column = job.runs[strip, r]
        left: cython.int = 0
        for i in range(column, column + 32):
            scale: cython.float = scales[strip, i] if scores[strip, i] >= limit else 0
            scales[strip, i] = scale
            left += scale > 0
        job.runs[strip, kept] = column
        kept += left > 0
        total += left
    job.counts[strip] = kept
    return total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def pass_list(
    job: Job, s: Index, at: Index[:, ::1], scales: cython.float[:, ::1],
    scores: cython.float[:, ::1], count: Index, strip: cython.int
) -> Index:  # fmt: skip
    """Keep those of the windows of a list that pass a stage of stumps, and return their number."""
    for i in range(count):
        scores[strip, i] = 0
    for t in range(job.stages[s], job.stages[s + 1]):
        n = job.trees[t, 0]
        f = job.nodes[n, 0]
        if not job.binary:
            leaf = job.trees[t, 1]
            left = job.leaves[leaf - job.nodes[n, 1]]
            right = job.leaves[leaf - job.nodes[n, 2]]
            threshold = job.thresholds[n]
            for i in range(count):
                scores[strip, i] += left if haar(job, f, at[strip, i]) * scales[strip, i] < threshold else right
        elif job.is_short:
            for i in range(count):
                scores[strip, i] += job.votes[t, pattern(job.short_sums, job.places, PATTERN * f, at[strip, i])]
        else:
            for i in range(count):
                scores[strip, i] += job.votes[t, pattern(job.sums, job.places, PATTERN * f, at[strip, i])]
    limit = job.limits[s]
    kept: Index = 0
    for i in range(count):
        at[strip, kept] = at[strip, i]
        scales[strip, kept] = scales[strip, i]
        kept += scores[strip, i] >= limit
    return kept


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def scan(job: Job, strip: cython.int) -> cython.void:
    """Classify the windows of some rows."""
    rows = job.lines.shape[0]
    padded = job.scales.shape[1]
    for k in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        start = job.lines[k] * job.row
        for i in range(padded):
            job.scales[strip, i] = 1
        if not job.binary:
            normalize(job, job.scales, start, strip)
        for i in range(padded):
            job.scales[strip, i] *= job.chosen[i]
        for r in range(padded // 32):
            job.runs[strip, r] = 32 * r
        job.counts[strip] = padded // 32
        s: Index = 0
        left: Index = padded
        while s < job.stumps and SHARE * left > 32 * job.counts[strip]:
            left = pass_runs(job, s, start, job.scores, job.scales, strip)
            s += 1
        count: Index = 0
        for i in range(job.columns):
            scale = job.scales[strip, i]
            job.at[strip, count] = start + i
            job.scales[strip, count] = scale
            count += scale > 0
        while s < job.stumps and count > 0:
            count = pass_list(job, s, job.at, job.scales, job.scores, count, strip)
            s += 1
        for i in range(count):
            position = job.at[strip, i]
            job.hits[k, position - start] = passes(job, s, position, job.scales[strip, i])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def integrate_rows(
    plane: cython.const[cython.uchar][:, ::1], sums: cython.uint[:, ::1], squares: cython.ulonglong[:, ::1]
) -> cython.void:
    """Write the sums of all pixels before a row and a column, and those of their squares, unless there is no room."""
    squared: cython.bint = squares.shape[0] > 0
    for y in range(plane.shape[0]):
        total: cython.uint = 0
        power: cython.ulonglong = 0
        for x in range(plane.shape[1]):
            total += cython.cast(cython.uint, plane[y, x])
            sums[y + 1, x + 1] = sums[y, x + 1] + total
        if squared:
            for x in range(plane.shape[1]):
                value = cython.cast(cython.uint, plane[y, x])
                power += value * value
                squares[y + 1, x + 1] = squares[y, x + 1] + power


def integrate(plane, squared):
    """Return the integral image of a plane modulo 2**32, with spare elements for the last run, and that of its squares.

    Parameters
    ----------
    plane : (R, C) ndarray of uint8
        C-contiguous.
    squared : bool
        Whether the squares are wanted; otherwise their array has no rows.

    Returns
    -------
    sums : ((R + 1) * (C + 1) + RUN,) ndarray of uint32
    squares : (R + 1, C + 1) ndarray of uint64
    """
    rows, columns = plane.shape
    sums = np.zeros((rows + 1) * (columns + 1) + RUN, np.uint32)
    squares = np.zeros((rows + 1 if squared else 0, columns + 1), np.uint64)
    integrate_rows(plane, sums[:-RUN].reshape(rows + 1, columns + 1), squares)
    return sums, squares


def detect(model, tables, squares, row, corners, area, places, lines, chosen):
    """Return which windows a cascade accepts.

    Parameters
    ----------
    model : object
        The cascade: ``binary`` (bool), ``stumps`` (int), ``stages``, ``trees``, ``nodes`` (intp), ``limits``,
        ``thresholds``, ``leaves``, ``weights``, ``votes`` (float32) and ``subsets`` (uint32), as in `Job`, all checked.
    tables : (N,) ndarray of uint32 or uint16
        The integral image, behind it the rotated one if there are tilted features, and at the end as many elements more
        as a run has windows; uint16, and so modulo 2**16,
        for local binary patterns only, of which no block has a larger sum.
    squares : (N,) ndarray of uint64
        The integral image of the squares; for local binary patterns it may be empty.
    row : int
        The elements of a row of the tables.
    corners : (4,) ndarray of intp
        Of the box that normalizes, counted from the first element of a window.
    area : float
        The pixels of that box.
    places : (features, 12 or 16) ndarray of intp
        The elements that each feature reads, counted from the first element of a window.
    lines : (R,) ndarray of intp
        The rows in which windows begin.
    chosen : (C,) ndarray of uint8
        For each column whether windows begin there.

    Returns
    -------
    (R, C) ndarray of bool
    """
    job: Job = Job()
    job.binary, job.stumps = model.binary, model.stumps
    job.row, job.columns = row, len(chosen)
    job.is_short = tables.dtype == np.uint16
    if job.is_short:
        job.short_sums = cython.cast(cython.p_ushort, address(tables))
    else:
        job.sums = cython.cast(cython.p_uint, address(tables))
    job.places = cython.cast(cython.p_Py_ssize_t, address(places))
    job.squares, job.corners, job.area = squares, corners, area
    job.weights, job.stages, job.limits, job.trees = model.weights, model.stages, model.limits, model.trees
    job.nodes, job.thresholds, job.subsets, job.leaves = model.nodes, model.thresholds, model.subsets, model.leaves
    job.votes = model.votes
    hits = np.zeros((len(lines), len(chosen)), bool)
    job.hits = hits.view(np.uint8)
    padded = len(chosen) + RUN - len(chosen) % RUN
    job.lines, job.chosen = lines, np.pad(chosen, (0, padded - len(chosen)))
    job.strips = max(1, min(len(lines), STRIPS))
    job.scales = np.empty((job.strips, padded), np.float32)
    job.scores = np.empty((job.strips, padded), np.float32)
    job.at = np.empty((job.strips, padded), np.intp)
    job.runs = np.empty((job.strips, padded // RUN), np.intp)
    job.counts = np.empty(job.strips, np.intp)
    parallel_for(cython.cast(strip_type, scan), job.strips, job, 20.0 * hits.size)
    return hits
