# cython: infer_types=True
"""The structural similarity of the windows of two planes [1]_, in one pass.

For each row of the result, the weighted sums of the values, the squares and the products of the two planes are taken
along the columns, and from these along the rows. Columns are done in blocks that stay in registers and the nearest
cache. All is in double precision, since a variance is a small difference of large numbers.

Of each row the sum of similarities is returned, without the windows that exceed the plane; if a target is given, it
gets all similarities. The order of additions depends on the shape only.

References
----------
.. [1] Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image Quality Assessment: From Error Visibility to
   Structural Similarity", IEEE Transactions on Image Processing 13 (4), 2004, pp. 600-612.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Value = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

BLOCK = cython.declare(Index, 64)
COLUMNS = cython.declare(Index, 1024)  # of a tile, so that its scratch stays in cache


Part = cython.struct(
    row=Index,
    first=Index,  # the first column of a block
    count=Index,  # of its columns
    shift=Index,  # from a column of the plane to that of the scratch
)


@cython.final
@cython.cclass
class Job:
    """Two planes and their window; of the views by dtype two are set."""

    value_bytes: cython.int
    first1: cython.const[cython.uchar][:, ::1]
    first2: cython.const[cython.ushort][:, ::1]
    first4: cython.const[cython.float][:, ::1]
    first8: cython.const[cython.double][:, ::1]
    second1: cython.const[cython.uchar][:, ::1]
    second2: cython.const[cython.ushort][:, ::1]
    second4: cython.const[cython.float][:, ::1]
    second8: cython.const[cython.double][:, ::1]
    target: cython.double[:, ::1]  # empty if similarities are only summed
    weights: cython.const[cython.double][::1]  # up to the one in the middle
    share: cython.double  # the factor of values
    factor: cython.double  # of variances
    c1: cython.double
    c2: cython.double
    scratch: cython.double[:, :, ::1]  # for each strip, the five sums along the columns
    sums: cython.double[::1]
    strips: Index
    with_map: cython.bint


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def mirrored(index: Index, length: Index) -> Index:
    """Return the place in an axis that is mirrored beyond its ends, with them, by less than its length."""
    if index < 0:
        return -1 - index
    return 2 * length - 1 - index if index >= length else index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare(job: Job, strip: cython.int) -> cython.void:
    """Compare the windows around the pixels of one strip."""
    if job.value_bytes == 1:
        compare_rows(job.first1, job.second1, job, strip)
    elif job.value_bytes == 2:
        compare_rows(job.first2, job.second2, job, strip)
    elif job.value_bytes == 4:
        compare_rows(job.first4, job.second4, job, strip)
    else:
        compare_rows(job.first8, job.second8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def compare_rows(
    first: cython.const[Value][:, ::1], second: cython.const[Value][:, ::1], job: Job, strip: cython.int
) -> cython.void:
    part = cython.declare(Part)
    rows = first.shape[0]
    width = first.shape[1]
    radius = job.weights.shape[0] - 1
    for row in range(strip_start(rows, job.strips, strip), strip_start(rows, job.strips, strip + 1)):
        job.sums[row] = 0
        if not job.with_map and (row < radius or row >= rows - radius):
            continue
        part.row = row
        left: Index = 0
        while left < width:
            right: Index = min(left + COLUMNS, width)
            start: Index = max(left - radius, 0)
            end: Index = min(right + radius, width)
            # Column x of the plane is in place x - left + radius of the scratch.
            part.shift = radius - left
            part.first = start
            while part.first < end:
                part.count = min(BLOCK, end - part.first)
                sum_columns(first, second, job, strip, part)
                part.first += BLOCK
            for quantity in range(5):
                for x in range(left - radius, start):
                    source = mirrored(x, width) + part.shift
                    job.scratch[strip, quantity, x + part.shift] = job.scratch[strip, quantity, source]
                for x in range(end, right + radius):
                    source = mirrored(x, width) + part.shift
                    job.scratch[strip, quantity, x + part.shift] = job.scratch[strip, quantity, source]
            part.first = left
            while part.first < right:
                part.count = min(BLOCK, right - part.first)
                finish(job, strip, part, width)
                part.first += BLOCK
            left = right


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(
    first: cython.const[Value][:, ::1], second: cython.const[Value][:, ::1], job: Job, strip: cython.int, part: Part
) -> cython.void:
    """Write the five sums along the columns of a block."""
    share = job.share
    radius = job.weights.shape[0] - 1
    column = part.first + part.shift
    ones = cython.declare(cython.double[64])
    others = cython.declare(cython.double[64])
    squares = cython.declare(cython.double[64])
    other_squares = cython.declare(cython.double[64])
    products = cython.declare(cython.double[64])
    weight = job.weights[radius]
    for i in range(part.count):
        a: cython.double = cython.cast(cython.double, first[part.row, part.first + i]) * share
        b: cython.double = cython.cast(cython.double, second[part.row, part.first + i]) * share
        ones[i] = weight * a
        others[i] = weight * b
        squares[i] = weight * (a * a)
        other_squares[i] = weight * (b * b)
        products[i] = weight * (a * b)
    for k in range(radius):
        weight = job.weights[k]
        above = mirrored(part.row + k - radius, first.shape[0])
        below = mirrored(part.row - k + radius, first.shape[0])
        for i in range(part.count):
            a: cython.double = cython.cast(cython.double, first[above, part.first + i]) * share
            b: cython.double = cython.cast(cython.double, second[above, part.first + i]) * share
            c: cython.double = cython.cast(cython.double, first[below, part.first + i]) * share
            d: cython.double = cython.cast(cython.double, second[below, part.first + i]) * share
            ones[i] += weight * (a + c)
            others[i] += weight * (b + d)
            squares[i] += weight * (a * a + c * c)
            other_squares[i] += weight * (b * b + d * d)
            products[i] += weight * (a * b + c * d)
    for i in range(part.count):
        job.scratch[strip, 0, column + i] = ones[i]
        job.scratch[strip, 1, column + i] = others[i]
    for i in range(part.count):
        job.scratch[strip, 2, column + i] = squares[i]
        job.scratch[strip, 3, column + i] = other_squares[i]
        job.scratch[strip, 4, column + i] = products[i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def finish(job: Job, strip: cython.int, part: Part, width: Index) -> cython.void:
    """Sum along the rows of a block, and compare."""
    radius = job.weights.shape[0] - 1
    sums = job.scratch
    middle = part.first + part.shift
    count = part.count
    ones = cython.declare(cython.double[64])
    others = cython.declare(cython.double[64])
    squares = cython.declare(cython.double[64])
    other_squares = cython.declare(cython.double[64])
    products = cython.declare(cython.double[64])
    weight = job.weights[radius]
    for i in range(count):
        ones[i] = weight * sums[strip, 0, middle + i]
        others[i] = weight * sums[strip, 1, middle + i]
        squares[i] = weight * sums[strip, 2, middle + i]
        other_squares[i] = weight * sums[strip, 3, middle + i]
        products[i] = weight * sums[strip, 4, middle + i]
    for k in range(radius):
        weight = job.weights[k]
        before = middle + k - radius
        after = middle - k + radius
        for i in range(count):
            ones[i] += weight * (sums[strip, 0, before + i] + sums[strip, 0, after + i])
            others[i] += weight * (sums[strip, 1, before + i] + sums[strip, 1, after + i])
            squares[i] += weight * (sums[strip, 2, before + i] + sums[strip, 2, after + i])
            other_squares[i] += weight * (sums[strip, 3, before + i] + sums[strip, 3, after + i])
            products[i] += weight * (sums[strip, 4, before + i] + sums[strip, 4, after + i])
    factor = job.factor
    c1 = job.c1
    c2 = job.c2
    found = cython.declare(cython.double[64])
    for i in range(count):
        product = ones[i] * others[i]
        both = ones[i] * ones[i] + others[i] * others[i]
        covariance = factor * (products[i] - product)
        variances = factor * (squares[i] + other_squares[i] - both)
        found[i] = (2 * product + c1) * (2 * covariance + c2) / ((both + c1) * (variances + c2))
    if job.with_map:
        for i in range(count):
            job.target[part.row, part.first + i] = found[i]
    if radius <= part.row < job.sums.shape[0] - radius:
        for i in range(min(max(radius - part.first, 0), BLOCK)):
            found[i] = 0
        for i in range(max(min(count, width - radius - part.first), 0), BLOCK):
            found[i] = 0
        half: Index = BLOCK // 2
        while half > 0:
            for i in range(half):
                found[i] += found[half + i]
            half //= 2
        job.sums[part.row] += found[0]


def compare_windows(first, second, weights, share, factor, c1, c2, target):
    """Return the sum of the similarities in each row, of the windows that are inside; fill `target` with all.

    Parameters
    ----------
    first, second : (rows, columns) ndarray of uint8, uint16, float32 or float64
        Planes of one shape and dtype, C-contiguous, at least as long and wide as the window.
    weights : (radius + 1,) ndarray of float64
        The weights along an axis, up to the one in the middle.
    share : float
        The factor of the values.
    factor : float
        The factor of variances and covariances.
    c1, c2 : float
        What is added to products of means, and to variances.
    target : (rows, columns) ndarray of float64, or None
        Where the similarities go. The planes are mirrored at their borders.
    """
    job: Job = Job()
    job.value_bytes = first.itemsize
    job.first1, job.second1 = (first, second) if job.value_bytes == 1 else (None, None)
    job.first2, job.second2 = (first, second) if job.value_bytes == 2 else (None, None)
    job.first4, job.second4 = (first, second) if job.value_bytes == 4 else (None, None)
    job.first8, job.second8 = (first, second) if job.value_bytes == 8 else (None, None)
    job.weights, job.share, job.factor, job.c1, job.c2 = weights, share, factor, c1, c2
    job.with_map = target is not None
    job.target = target if job.with_map else np.zeros((0, 0))
    rows, columns = first.shape
    sums = np.zeros(rows)
    job.sums = sums
    job.strips = strip_count(rows, 4 * first.size)
    job.scratch = np.zeros((job.strips, 5, min(columns, COLUMNS) + 2 * len(weights)))
    parallel_for(cython.cast(strip_type, compare), job.strips, job, 0.4 * len(weights) * first.size)
    return sums
