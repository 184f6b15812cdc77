# cython: infer_types=True
"""Resampling of planes through a map from the pixels of the result to coordinates in the source.

Entry point: ``warp(source, target, channels, mapping, order, border, cval)``. The map is affine, projective, or an
array of coordinates.

The result is computed in blocks of 4 rows and 128 columns, side by side in strips of 64 rows, so that the part of the
source that a strip reads stays in cache for every map. A row of a block goes through three stages, each a plain loop:

1. The coordinates of each pixel become the index of a sample of the source and two fractions. A map by a matrix is
   evaluated by increments, an array is loaded.
2. The samples around each pixel are gathered.
3. They are weighted and summed.

Stages 1 and 3 are vectorized; stage 2 contains only the loads, which have no order. The stages are applied to pixels
all of whose samples are inside the source. Pixels whose samples include the border are computed one at a time by
`sample`. Where the border is constant, pixels that depend on nothing else are filled.

In a map by a matrix the first two kinds are contiguous in a row and are found by arithmetic: a coordinate is a quotient
of two linear functions, and a limit of it is a limit of a linear function. Coordinates are computed in the precision of
the sum within groups of 32 pixels, relative to the first of them, and in double precision between groups, so that the
fractions are equally accurate everywhere in a large image. Where they change by more than `MAX_STEP` from pixel to
pixel, or a denominator changes its sign, the coordinates are computed one by one, like those of an array.

Indices of samples are 32-bit numbers. In a plane of more elements they count from a sample nearby.

A coordinate that is NaN or infinite gives `cval`, whatever the border. Finite coordinates may have any size.

Pointers are used instead of memoryviews because samples of 8 bits are moved as words, and rows may have a negative
stride.

References
----------
.. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics,
   Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160 (order 3, with a = -1/2).
"""

import cython
import numpy as np
from cython.cimports.libc.math import ceil, fabs, floor
from cython.cimports.opsin._engine.compiled._memory import address, copy, load2, load4, store4, store8
from cython.cimports.opsin._engine.compiled.taps import weigh
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
# The precision of the sum: double for double pixels, float for all others.
Real = cython.fused_type(cython.float, cython.double)
# That of coordinates: the array's, and double for matrices.
Coordinate = cython.fused_type(cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "float32", "float64")])
BORDERS = ("reflect", "mirror", "nearest", "constant", "wrap")
CONSTANT = cython.declare(cython.int, 3)
# Kinds of map.
MATRIX = cython.declare(cython.int, 0)
ARRAY = cython.declare(cython.int, 1)

# Low blocks, because the rows of a wide image share a few sets of the cache.
STRIP_ROWS = cython.declare(cython.Py_ssize_t, 64)
BLOCK_ROWS = cython.declare(cython.Py_ssize_t, 4)
BLOCK_COLUMNS = cython.declare(cython.Py_ssize_t, 128)
# Estimated nanoseconds for one element of the result, by order.
COSTS = {0: 0.6, 1: 1.2, 3: 4.0}
# How far from a coordinate a sample may be that counts, by order.
REACHES = {0: 0.5, 1: 1.0, 3: 2.0}
# A coordinate this close to the limit of the samples inside counts as outside, as rounding may put it on either side.
MARGIN = cython.declare(cython.double, 1e-3)
# Rounds to the nearest sample, and to the later one of two, also where the coordinate has a rounding error.
HALF_UP = cython.declare(cython.double, 0.5 + 1.0 / 65536)
# Coordinates that change by at most so much from pixel to pixel are accurate to MARGIN within a group.
MAX_STEP = cython.declare(cython.double, 16.0)
# No square of a denominator is this great, unless products with it may be infinite.
MAX_LIMIT = cython.declare(cython.double, 1e300)
# Offsets in planes of more elements would not be 32-bit numbers.
MAX_OFFSET = cython.declare(cython.double, 2.0**30)

# The numerators and the denominator of the coordinates of the pixels of a row, all multiplied by a sign that makes the
# denominator positive: at the first pixel, and their steps.
Line = cython.struct(
    sign=cython.double,
    row=cython.double,
    column=cython.double,
    scale=cython.double,
    step_row=cython.double,
    step_column=cython.double,
    step_scale=cython.double,
)


@cython.final
@cython.cclass
class Warp:
    """The planes, the map and the settings; strides are in elements."""

    source: cython.p_void
    target: cython.p_void
    pixel: cython.int  # the dtype's index in PIXELS
    rows: cython.Py_ssize_t
    columns: cython.Py_ssize_t
    stride: cython.Py_ssize_t
    plane_stride: cython.Py_ssize_t
    channels: cython.Py_ssize_t
    target_plane_stride: cython.Py_ssize_t
    target_rows: cython.Py_ssize_t
    target_columns: cython.Py_ssize_t
    strips: cython.Py_ssize_t  # of a plane
    kind: cython.int
    matrix: cython.const[cython.double][::1]  # the rows of a projective matrix
    coordinates32: cython.const[cython.float][:, :, ::1]  # an array of coordinates is in one of two dtypes
    coordinates64: cython.const[cython.double][:, :, ::1]
    double_coordinates: cython.bint
    order: cython.int
    border: cython.int
    reach: cython.double  # how far from a coordinate a sample may be that counts
    cval: cython.double
    fill: cython.double  # cval as a value of the result's dtype
    top: cython.double  # the largest integer, or 0 for floats
    low: cython.double  # the range of the dtype
    high: cython.double
    large: cython.bint  # whether offsets in a plane of the source may not be 32-bit numbers


def warp(source, target, channels, mapping, order, border, cval):
    """Write to `target` the values of `source` at the coordinates that `mapping` gives for each pixel.

    Parameters
    ----------
    source : (planes, rows, columns * channels) ndarray
        uint8, uint16, float32 or float64; the last axis is contiguous, no axis is empty.
    target : (planes, rows, columns * channels) ndarray
        The result, of the same dtype; each plane is C-contiguous, and shares no memory with `source`.
    channels : int
        The number of elements in a pixel.
    mapping : ndarray
        (2, 3) float64: the affine matrix that takes (row, column, 1) of the target to (row, column) of the source.
        (3, 3) float64: a projective matrix; its third result divides the first two.
        (2, rows, columns) float32 or float64: the row and the column in the source of each pixel of the target.
    order : {0, 1, 3}
        Nearest, linear or cubic.
    border : int
        How the source is extended, as an index in ``BORDERS``.
    cval : float
        The value outside of a constant border, and where a coordinate is NaN or infinite.
    """
    job = Warp()
    planes, job.rows, width = source.shape
    job.columns = width // channels
    _, job.target_rows, target_width = target.shape
    job.target_columns = target_width // channels
    if max(job.rows, job.columns) > 2**31 - 2:
        raise ValueError(f"source must have at most 2**31 - 2 rows and columns, not {job.rows} and {job.columns}")
    job.plane_stride, job.stride, _ = (stride // source.itemsize for stride in source.strides)
    job.target_plane_stride = target.strides[0] // target.itemsize
    job.channels = channels
    job.pixel = PIXELS.index(source.dtype)
    job.source, job.target = address(source), address(target)
    job.order, job.border, job.cval = order, border, cval
    job.reach = REACHES[order]
    job.large = job.rows * abs(job.stride) + width > MAX_OFFSET
    job.top = (255, 65535, 0, 0)[job.pixel]
    job.low, job.high = (0.0, job.top) if job.top > 0 else (-np.inf, np.inf)
    job.fill = min(max(floor(cval + 0.5), 0), job.top) if job.top > 0 else cval
    if mapping.ndim == 2:
        job.kind = MATRIX
        matrix = np.zeros(9)
        matrix[8] = 1
        matrix[: mapping.size] = mapping.reshape(-1)
        job.matrix = matrix
    else:
        job.kind = ARRAY
        if mapping.shape != (2, job.target_rows, job.target_columns):
            raise ValueError(f"mapping must have shape {(2, job.target_rows, job.target_columns)}, not {mapping.shape}")
        job.double_coordinates = mapping.dtype == np.float64
        if job.double_coordinates:
            job.coordinates64 = np.ascontiguousarray(mapping)
        else:
            job.coordinates32 = np.ascontiguousarray(mapping, np.float32)
    job.strips = (job.target_rows + STRIP_ROWS - 1) // STRIP_ROWS
    parallel_for(cython.cast(strip_type, warp_strip), planes * job.strips, job, target.size * COSTS[order])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def warp_strip(job: Warp, number: cython.int) -> cython.void:
    """Compute one strip of one plane, for the dtype of the planes."""
    f: cython.float = 1
    d: cython.double = 1
    if job.pixel == 0:
        warp_pixels(job, cython.cast(cython.p_uchar, job.source), cython.cast(cython.p_uchar, job.target), number, f)
    elif job.pixel == 1:
        warp_pixels(job, cython.cast(cython.p_ushort, job.source), cython.cast(cython.p_ushort, job.target), number, f)
    elif job.pixel == 2:
        warp_pixels(job, cython.cast(cython.p_float, job.source), cython.cast(cython.p_float, job.target), number, f)
    else:
        warp_pixels(job, cython.cast(cython.p_double, job.source), cython.cast(cython.p_double, job.target), number, d)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def warp_pixels(
    job: Warp, source: cython.pointer(Pixel), target: cython.pointer(Pixel), number: cython.Py_ssize_t, one: Real
) -> cython.void:
    """Compute one strip block by block; the type of `one` is the precision of sums."""
    plane = number // job.strips
    first = number % job.strips * STRIP_ROWS
    rows = min(STRIP_ROWS, job.target_rows - first)
    source = moved(source, plane * job.plane_stride)
    target = moved(target, plane * job.target_plane_stride)
    # Arrays of coordinates come from memory, and faster if more of a row is read at once.
    width = BLOCK_COLUMNS if job.kind != ARRAY else 4 * BLOCK_COLUMNS
    for down in range((rows + BLOCK_ROWS - 1) // BLOCK_ROWS):
        y = first + down * BLOCK_ROWS
        last = min(y + BLOCK_ROWS, job.target_rows)
        for across in range((job.target_columns + width - 1) // width):
            if job.kind != ARRAY:
                x = across * width
                matrix_block(job, source, target, y, last - y, x, min(width, job.target_columns - x), one)
                continue
            for row in range(y, last):
                for span in range(width // BLOCK_COLUMNS):
                    x = across * width + span * BLOCK_COLUMNS
                    n = min(BLOCK_COLUMNS, job.target_columns - x)
                    if n <= 0:
                        break
                    if job.double_coordinates:
                        coordinate_span(job, source, target, row, x, n, one, 1.0)
                    else:
                        single: cython.float = 1
                        coordinate_span(job, source, target, row, x, n, one, single)


# 1. Coordinates by a matrix.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def matrix_block(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    y: cython.Py_ssize_t,
    rows: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    one: Real,
) -> cython.void:
    """Compute a block of `rows` rows from row `y` and `n` columns from column `x0`."""
    top = line_at(job, y, x0)
    bottom = line_at(job, y + rows - 1, x0)
    least = whole_from(job)
    # A condition that holds at both ends of both rows holds for all pixels between them.
    if not job.large and is_even(job, top, bottom, n) and covers(job, top, least, n) and covers(job, bottom, least, n):
        inner_block(job, source, target, y, rows, x0, 0, n, one)
        return
    for row in range(y, y + rows):
        matrix_span(job, source, target, row, x0, n, one)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def line_at(job: Warp, y: cython.Py_ssize_t, x0: cython.Py_ssize_t) -> Line:
    """Return the numerators and the denominator of the coordinates in row `y` from column `x0`."""
    line: Line
    if not cython.compiled:
        line = Line()
    line.step_row, line.step_column, line.step_scale = job.matrix[1], job.matrix[4], job.matrix[7]
    line.row = job.matrix[0] * y + line.step_row * x0 + job.matrix[2]
    line.column = job.matrix[3] * y + line.step_column * x0 + job.matrix[5]
    line.scale = job.matrix[6] * y + line.step_scale * x0 + job.matrix[8]
    line.sign = 1.0
    if line.scale < 0:
        line.sign = -1.0
        line.row, line.column, line.scale = -line.row, -line.column, -line.scale
        line.step_row, line.step_column, line.step_scale = -line.step_row, -line.step_column, -line.step_scale
    return line


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def is_even(job: Warp, top: Line, bottom: Line, n: cython.Py_ssize_t) -> cython.bint:
    """Return whether coordinates change little from pixel to pixel in two rows of `n` pixels and between them."""
    # They change most where the denominator is least, which must have one sign.
    last_scale = min(top.scale + top.step_scale * (n - 1), bottom.scale + bottom.step_scale * (n - 1))
    scale = min(min(top.scale, bottom.scale), last_scale)
    limit = MAX_STEP * scale * scale
    step_row = max(
        fabs(top.step_row * top.scale - top.row * top.step_scale),
        fabs(bottom.step_row * bottom.scale - bottom.row * bottom.step_scale),
    )
    step_column = max(
        fabs(top.step_column * top.scale - top.column * top.step_scale),
        fabs(bottom.step_column * bottom.scale - bottom.column * bottom.step_scale),
    )
    even: cython.bint = top.sign == bottom.sign and scale > 0 and 0 < limit < MAX_LIMIT
    even = even and step_row <= limit and step_column <= limit
    if even and job.large:
        square = scale * scale
        reach = (step_row / square * n + 2) * fabs(job.stride) + (step_column / square * n + 2) * job.channels
        even = reach < MAX_OFFSET
    return even


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def whole_from(job: Warp) -> cython.double:
    """Return the least coordinate where all samples are inside the source; the greatest mirrors it."""
    return (-0.5 if job.order == 0 else 0.0 if job.order == 1 else 1.0) + MARGIN


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def matrix_span(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    y: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    one: Real,
) -> cython.void:
    """Compute the `n` pixels of row `y` from column `x0`."""
    line = line_at(job, y, x0)
    if not is_even(job, line, line, n):
        coordinate_span(job, source, target, y, x0, n, one, 1.0)
        return
    # The least coordinates where all samples, and where any, are inside the source; the greatest mirror them.
    whole = whole_from(job)
    part = -job.reach - MARGIN
    at = (y * job.target_columns + x0) * job.channels
    if covers(job, line, whole, n):
        inner_block(job, source, target, y, 1, x0, 0, n, one)
        return
    first = begin(job, line, whole, n)
    last = end(job, line, whole, n)
    if last <= first:
        first = last = n
    seen: cython.Py_ssize_t = 0
    seen_last = n
    if job.border == CONSTANT and last - first < n:
        seen = begin(job, line, part, n)
        seen_last = end(job, line, part, n)
        if seen_last <= seen:
            seen = seen_last = n
        fill(job, target, at, seen * job.channels)
        fill(job, target, at + seen_last * job.channels, (n - seen_last) * job.channels)
    for x in range(seen, min(first, seen_last)):
        sample_of(job, source, target, at + x * job.channels, line, x)
    for x in range(max(last, seen), seen_last):
        sample_of(job, source, target, at + x * job.channels, line, x)
    if first < last:
        inner_block(job, source, target, y, 1, x0, first, last - first, one)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def covers(job: Warp, line: Line, least: cython.double, n: cython.Py_ssize_t) -> cython.bint:
    """Return whether both coordinates of the first and the last of n pixels are from `least` to where that mirrors."""
    scale = line.scale + line.step_scale * (n - 1)
    row = line.row + line.step_row * (n - 1)
    column = line.column + line.step_column * (n - 1)
    greatest_row = job.rows - 1 - least
    greatest_column = job.columns - 1 - least
    return (
        least * line.scale <= line.row <= greatest_row * line.scale
        and least * line.scale <= line.column <= greatest_column * line.scale
        and least * scale <= row <= greatest_row * scale
        and least * scale <= column <= greatest_column * scale
    )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def begin(job: Warp, line: Line, least: cython.double, n: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the first of n pixels from which on both coordinates may be from `least` to where that mirrors, or n."""
    low, low_step = least * line.scale, least * line.step_scale
    row, row_step = (job.rows - 1) * line.scale, (job.rows - 1) * line.step_scale
    column, column_step = (job.columns - 1) * line.scale, (job.columns - 1) * line.step_scale
    return max(
        begin_of(line.row - low, line.step_row - low_step, n),
        begin_of(row - low - line.row, row_step - low_step - line.step_row, n),
        begin_of(line.column - low, line.step_column - low_step, n),
        begin_of(column - low - line.column, column_step - low_step - line.step_column, n),
    )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def end(job: Warp, line: Line, least: cython.double, n: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the pixel after the last of n up to which both coordinates may be inside these limits, or 0."""
    low, low_step = least * line.scale, least * line.step_scale
    row, row_step = (job.rows - 1) * line.scale, (job.rows - 1) * line.step_scale
    column, column_step = (job.columns - 1) * line.scale, (job.columns - 1) * line.step_scale
    return min(
        end_of(line.row - low, line.step_row - low_step, n),
        end_of(row - low - line.row, row_step - low_step - line.step_row, n),
        end_of(line.column - low, line.step_column - low_step, n),
        end_of(column - low - line.column, column_step - low_step - line.step_column, n),
    )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def begin_of(value: cython.double, step: cython.double, n: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the first of n pixels where a linear function that starts with `value` is not negative, or n."""
    if value >= 0:
        return 0
    if not step > 0:
        return n
    bound = -value / step
    return cython.cast(cython.Py_ssize_t, ceil(bound)) if bound < n else n


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def end_of(value: cython.double, step: cython.double, n: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the pixel after the last of n where a linear function that starts with `value` is not negative, or 0."""
    if value + step * (n - 1) >= 0:
        return n
    if not (value >= 0 and step < 0):
        return 0
    bound = -value / step
    return cython.cast(cython.Py_ssize_t, floor(bound)) + 1 if bound < n - 1 else n


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill(job: Warp, target: cython.pointer(Pixel), at: cython.Py_ssize_t, count: cython.Py_ssize_t) -> cython.void:
    """Write the value outside of the border to `count` elements."""
    value = cython.cast(cython.typeof(target[0]), job.fill)
    for k in range(at, at + count):
        target[k] = value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sample_of(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    line: Line,
    x: cython.Py_ssize_t,
) -> cython.void:
    """Compute pixel `x` of a line from samples that may be outside of the source."""
    scale = line.scale + line.step_scale * x
    row = (line.row + line.step_row * x) / scale
    sample(job, source, target, at, row, (line.column + line.step_column * x) / scale)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def inner_block(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    y: cython.Py_ssize_t,
    rows: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    one: Real,
) -> cython.void:
    """Compute n pixels from pixel `first` of each of up to four rows, all of whose samples are inside the source."""
    places: Real[80]
    begins: cython.int[16]
    starts: cython.int[160]
    down: Real[160]
    across: Real[160]
    if not cython.compiled:
        places, begins, starts, down, across = [0.0] * 80, [0] * 16, [0] * 160, [0.0] * 160, [0.0] * 160
    base: cython.Py_ssize_t = 0
    line = line_at(job, y, x0)
    if job.large:
        base = cython.cast(
            cython.Py_ssize_t, (line.row + line.step_row * first) / (line.scale + line.step_scale * first)
        )
    place_groups(job, y, rows, x0, first, n, base, places, begins)
    for row in range(rows):
        locate(job, 4 * row, n, places, begins, starts, down, across)
        at = ((y + row) * job.target_columns + x0 + first) * job.channels
        interpolate(job, moved(source, base * job.stride), target, at, n, starts, down, across)
        if job.order < 3 or job.top > 0:
            continue
        line = line_at(job, y + row, x0)
        for x in range(n):
            if down[x] * across[x] == 0:
                # A sample of weight zero is no part of the result, not even if it is NaN.
                sample_of(job, source, target, at + x * job.channels, line, first + x)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def moved(source: cython.pointer(Pixel), offset: cython.Py_ssize_t) -> cython.pointer(Pixel):
    """Return the pointer to the element at `offset`."""
    return source + offset if cython.compiled else source[offset:]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def place_groups(
    job: Warp,
    y: cython.Py_ssize_t,
    rows: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    base: cython.Py_ssize_t,
    places: cython.pointer(Real),
    begins: cython.p_int,
) -> cython.void:
    """Write where the groups of 32 of the pixels `first` to `first + n` begin, four groups for each of the rows.

    `begins` are the indices of samples, from row `base` of the source, none of whose coordinates is greater than one of
    the group. `places` are 16 of each of: the two coordinates of the first pixel, relative to those of that sample;
    their steps from it to the second pixel; and how much the denominator changes from pixel to pixel, relatively.
    """
    line = line_at(job, y, x0)
    sign = line.sign
    down_row, step_row, begin_row = sign * job.matrix[0], sign * job.matrix[1], sign * job.matrix[2]
    down_column, step_column, begin_column = sign * job.matrix[3], sign * job.matrix[4], sign * job.matrix[5]
    down_scale, step_scale, begin_scale = sign * job.matrix[6], sign * job.matrix[7], sign * job.matrix[8]
    stride: cython.int = job.stride if job.rows > 1 else 0
    channels: cython.int = job.channels
    shift: cython.double = HALF_UP if job.order == 0 else 0.0
    one: Real = 1
    zero: cython.double = 0
    top: cython.double = y
    left: cython.double = x0
    before: cython.double = first
    count: cython.int = n
    origin: cython.double = base
    k: cython.int
    for k in range(4 * rows):
        # Groups after the last pixel are like that pixel.
        within: cython.int = min(32 * (k & 3), count - 1)
        down: cython.double = top + (k >> 2)
        across: cython.double = before + within
        inverse = 1.0 / (down_scale * down + step_scale * left + begin_scale + step_scale * across)
        row = (down_row * down + step_row * left + begin_row + step_row * across) * inverse
        column = (down_column * down + step_column * left + begin_column + step_column * across) * inverse
        row_change: Real = (step_row - row * step_scale) * inverse
        column_change: Real = (step_column - column * step_scale) * inverse
        bend: Real = step_scale * inverse
        # Relative to the least coordinate of the group none is negative, so that truncation rounds down.
        last: Real = min(31, count - 1 - within)
        reach: Real = last / (one + bend * last)
        row_reach: cython.double = row_change * reach
        column_reach: cython.double = column_change * reach
        row += shift
        column += shift
        least_row = floor(row + (row_reach if row_reach < zero else zero))
        least_column = floor(column + (column_reach if column_reach < zero else zero))
        begins[k] = (
            cython.cast(cython.int, least_row - origin) * stride + cython.cast(cython.int, least_column) * channels
        )
        places[k] = row - least_row
        places[16 + k] = column - least_column
        places[32 + k] = row_change
        places[48 + k] = column_change
        places[64 + k] = bend


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def locate(
    job: Warp,
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    places: cython.pointer(Real),
    begins: cython.p_int,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Write for each of n pixels the index of the sample at or before its coordinates, and the two fractions.

    The pixels are those of the groups from number `at`.
    """
    travel: Real[32]  # of the coordinates, in steps at the first pixel of a group
    if not cython.compiled:
        travel = [0.0] * 32
    stride: cython.int = job.stride if job.rows > 1 else 0
    channels: cython.int = job.channels
    one: Real = 1
    zero: Real = 0
    i: cython.int
    for i in range(32):
        travel[i] = i
    for block in range((n + 31) // 32):
        group = 32 * block
        g = at + block
        row, column, begin = places[g], places[16 + g], begins[g]
        row_change, column_change, bend = places[32 + g], places[48 + g], places[64 + g]
        if bend != zero:
            for i in range(32):
                travel[i] = i / (one + bend * i)
        if job.order == 0:
            for i in range(32):
                whole_r = cython.cast(cython.int, row + row_change * travel[i])
                whole_c = cython.cast(cython.int, column + column_change * travel[i])
                starts[group + i] = begin + whole_r * stride + whole_c * channels
            continue
        for i in range(32):
            r: Real = row + row_change * travel[i]
            c: Real = column + column_change * travel[i]
            whole_r = cython.cast(cython.int, r)
            whole_c = cython.cast(cython.int, c)
            starts[group + i] = begin + whole_r * stride + whole_c * channels
            down[group + i] = r - whole_r
            across[group + i] = c - whole_c


# 1. Coordinates one by one.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def coordinate_span(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    y: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    one: Real,
    unit: Coordinate,
) -> cython.void:
    """Compute n pixels of row `y` from column `x0`, by coordinates that may be anything."""
    rows: Coordinate[128]
    columns: Coordinate[128]
    inside: cython.int[128]
    starts: cython.int[160]
    down: Real[160]
    across: Real[160]
    if not cython.compiled:
        rows, columns, inside = [0.0] * 128, [0.0] * 128, [0] * 128
        starts, down, across = [0] * 160, [0.0] * 160, [0.0] * 160
    load_coordinates(job, y, x0, n, rows, columns)
    shift: Coordinate = HALF_UP if job.order == 0 else 0.0
    # All samples are inside from these coordinates
    low_row: Coordinate = 1.0 if job.order == 3 else 0.0
    low_column: Coordinate = low_row
    # to before those.
    beyond: cython.int = 0 if job.order == 0 else 1 if job.order == 1 else 2
    high_row: Coordinate = job.rows - beyond
    high_column: Coordinate = job.columns - beyond
    base: cython.int = 0
    if job.large:
        middle = rows[n // 2]
        if low_row <= middle < high_row:
            base = cython.cast(cython.int, middle)
        reach: Coordinate = max(MAX_OFFSET - job.columns * job.channels, 0.0) / max(fabs(job.stride), 1.0)
        low_row = max(low_row, base - reach)
        high_row = min(high_row, base + reach)
    stride: cython.int = job.stride if job.rows > 1 else 0
    channels: cython.int = job.channels
    count: cython.int = 0
    for x in range(n):
        r: Coordinate = rows[x] + shift
        c: Coordinate = columns[x] + shift
        # False for NaN. Pixels that are not inside read any valid samples here, and are computed again below.
        good: cython.int = (r >= low_row) & (r < high_row) & (c >= low_column) & (c < high_column)
        r = r if good else low_row
        c = c if good else low_column
        whole_r = cython.cast(cython.int, r)
        whole_c = cython.cast(cython.int, c)
        inside[x] = good
        count += good
        starts[x] = (whole_r - base) * stride + whole_c * channels
        down[x] = r - whole_r
        across[x] = c - whole_c
    at = (y * job.target_columns + x0) * job.channels
    if count > 0:
        interpolate(job, moved(source, base * job.stride), target, at, n, starts, down, across)
    elif job.border == CONSTANT:
        near: cython.int = 0
        first: cython.double = -job.reach
        last_row: cython.double = job.rows - 1 + job.reach
        last_column: cython.double = job.columns - 1 + job.reach
        for x in range(n):
            near += (rows[x] >= first) & (rows[x] <= last_row) & (columns[x] >= first) & (columns[x] <= last_column)
        if near == 0:
            fill(job, target, at, n * job.channels)
            return
    whole: cython.bint = job.order < 3 or job.top > 0
    if count == n and whole:
        return
    for x in range(n):
        if not inside[x]:
            if job.border == CONSTANT and is_outside(job, rows[x], columns[x]):
                fill(job, target, at + x * job.channels, job.channels)
            else:
                sample(job, source, target, at + x * job.channels, rows[x], columns[x])
        elif not whole and down[x] * across[x] == 0:
            # A sample of weight zero is no part of the result, not even if it is NaN.
            sample(job, source, target, at + x * job.channels, rows[x], columns[x])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def load_coordinates(
    job: Warp,
    y: cython.Py_ssize_t,
    x0: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    rows: cython.pointer(Coordinate),
    columns: cython.pointer(Coordinate),
) -> cython.void:
    """Write the coordinates in the source of n pixels of row `y` from column `x0`."""
    if job.kind != ARRAY:
        row = job.matrix[0] * y + job.matrix[2]
        column = job.matrix[3] * y + job.matrix[5]
        scale = job.matrix[6] * y + job.matrix[8]
        step_row, step_column, step_scale = job.matrix[1], job.matrix[4], job.matrix[7]
        for x in range(n):
            part: cython.double = 1.0 / (scale + step_scale * (x0 + x))
            rows[x] = (row + step_row * (x0 + x)) * part
            columns[x] = (column + step_column * (x0 + x)) * part
    elif job.double_coordinates:
        for x in range(n):
            rows[x] = job.coordinates64[0, y, x0 + x]
            columns[x] = job.coordinates64[1, y, x0 + x]
    else:
        for x in range(n):
            rows[x] = cython.cast(cython.double, job.coordinates32[0, y, x0 + x])
            columns[x] = cython.cast(cython.double, job.coordinates32[1, y, x0 + x])


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def is_outside(job: Warp, row: cython.double, column: cython.double) -> cython.bint:
    """Return whether no sample at these coordinates is inside the source."""
    last_row, last_column = job.rows - 1 + job.reach, job.columns - 1 + job.reach
    return not (-job.reach <= row <= last_row and -job.reach <= column <= last_column)


# 2. and 3. Samples and sums.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def interpolate(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Compute n pixels from the indices of their samples and the fractions."""
    if job.order == 0:
        nearest(job, source, target, at, n, starts)
    elif job.top == 255 and (job.channels == 1 or job.channels == 3 or job.channels == 4):
        if job.order == 1:
            linear_bytes(job, source, target, at, n, starts, down, across)
        else:
            cubic_bytes(job, source, target, at, n, starts, down, across)
    else:
        for channel in range(job.channels):
            if job.order == 1:
                linear(job, source, target, at + channel, n, channel, starts, down, across)
            else:
                cubic(job, source, target, at + channel, n, channel, starts, down, across)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def nearest(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    starts: cython.p_int,
) -> cython.void:
    """Copy n pixels."""
    channels = job.channels
    x: cython.Py_ssize_t
    if Pixel is cython.uchar:
        # As words, of which there are fewer to write.
        if channels == 1:
            for x in range(0, n - n % 8, 8):
                store8(target, at + x, eight_bytes(source, starts, x))
            for x in range(n - n % 8, n):
                target[at + x] = source[starts[x]]
            return
        if channels == 3 and n > 0:
            # The fourth byte of a word is overwritten by the next pixel.
            for x in range(n - 1):
                word = load2(source, starts[x]) | cython.cast(cython.uint, source[starts[x] + 2]) << 16
                store4(target, at + 3 * x, word)
            for x in range(3):
                target[at + 3 * (n - 1) + x] = source[starts[n - 1] + x]
            return
    if channels == 1:
        # Four at a time, because a loop takes a cycle or more for each time.
        for x in range(0, n - n % 4, 4):
            a, b = source[starts[x]], source[starts[x + 1]]
            c, d = source[starts[x + 2]], source[starts[x + 3]]
            target[at + x], target[at + x + 1] = a, b
            target[at + x + 2], target[at + x + 3] = c, d
        for x in range(n - n % 4, n):
            target[at + x] = source[starts[x]]
    else:
        for x in range(n):
            for channel in range(channels):
                target[at + x * channels + channel] = source[starts[x] + channel]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def eight_bytes(source: cython.pointer(Pixel), starts: cython.p_int, x: cython.Py_ssize_t) -> cython.ulonglong:
    """Return the samples of eight pixels from pixel `x` as a word."""
    word: cython.ulonglong = 0
    for k in range(8):
        word |= cython.cast(cython.ulonglong, source[starts[x + k]]) << (8 * k)
    return word


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def linear(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate one channel between the four samples around each pixel."""
    taps: Pixel[512]
    if not cython.compiled:
        taps = [0] * 512
    stride = job.stride
    channels = job.channels
    rounding: Real = 0.5 if job.top > 0 else 0
    # The precision of what a function of several types returns is not inferred.
    above: Real
    below: Real
    total: Real
    if channels == 1:
        size = cython.sizeof(taps[0])
        for x in range(n):
            copy(taps, 2 * x * size, source, starts[x] * size, 2 * size)
            copy(taps, (256 + 2 * x) * size, source, (starts[x] + stride) * size, 2 * size)
        for x in range(n):
            # Integers are rounded, and need no exact sums.
            if Pixel is cython.ushort:
                above = mixed(across[x], taps[2 * x], taps[2 * x + 1])
                below = mixed(across[x], taps[256 + 2 * x], taps[256 + 2 * x + 1])
                total = mixed(down[x], above, below)
            else:
                above = blend(across[x], taps[2 * x], taps[2 * x + 1])
                below = blend(across[x], taps[256 + 2 * x], taps[256 + 2 * x + 1])
                total = blend(down[x], above, below)
            target[at + x] = cython.cast(cython.typeof(target[0]), total + rounding)
        return
    for x in range(n):
        start = starts[x] + channel
        taps[x] = source[start]
        taps[128 + x] = source[start + channels]
        taps[256 + x] = source[start + stride]
        taps[384 + x] = source[start + stride + channels]
    for x in range(n):
        above = blend(across[x], taps[x], taps[128 + x])
        below = blend(across[x], taps[256 + x], taps[384 + x])
        taps[x] = cython.cast(cython.typeof(taps[0]), blend(down[x], above, below) + rounding)
    for x in range(n):
        target[at + x * channels] = taps[x]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def mixed(fraction: Real, a: Real, b: Real) -> Real:
    """Return a value between `a` and `b`."""
    one: Real = 1
    return a * (one - fraction) + b * fraction


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def blend(fraction: Real, a: Real, b: Real) -> Real:
    """Return a value between `a` and `b`: exactly `a` if they are equal, also if both are infinite.

    A sample of weight zero is no part of it, not even if it is NaN.
    """
    zero: Real = 0
    value = mixed(fraction, a, b)
    return a if (a == b) | (fraction == zero) else value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cubic(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    channel: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate one channel between the sixteen samples around each pixel."""
    sums: Real[512]
    if not cython.compiled:
        sums = [0.0] * 512
    # Integers are rounded and saturated.
    low: Real = job.low
    high: Real = job.high
    half: Real = 0.5 if job.top > 0 else 0.0
    one: Real = 1
    if job.channels == 1:
        sum_columns(source, n, job.stride, 1, starts, down, sums)
    else:
        sum_columns(moved(source, channel), n, job.stride, job.channels, starts, down, sums)
    for x in range(n):
        c: Real = across[x]
        total: Real = sums[4 * x] * far(c) + sums[4 * x + 1] * near(c)
        total += sums[4 * x + 2] * near(one - c) + sums[4 * x + 3] * far(one - c) + half
        total = low if total < low else total
        total = high if total > high else total
        target[at + x * job.channels] = cython.cast(cython.typeof(target[0]), total)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(
    source: cython.pointer(Pixel),
    n: cython.Py_ssize_t,
    stride: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    sums: cython.pointer(Real),
) -> cython.void:
    """Write the weighted sums of the four columns around each of n pixels, as one vector if they are adjacent."""
    weights: Real[512]
    if not cython.compiled:
        weights = [0.0] * 512
    one: Real = 1
    for x in range(n):
        r: Real = down[x]
        weights[x] = far(r)
        weights[128 + x] = near(r)
        weights[256 + x] = near(one - r)
        weights[384 + x] = far(one - r)
    for x in range(n):
        corner = moved(source, starts[x] - stride - channels)
        for k in range(4):
            sums[4 * x + k] = (
                corner[k * channels] * weights[x]
                + corner[k * channels + stride] * weights[128 + x]
                + corner[k * channels + 2 * stride] * weights[256 + x]
                + corner[k * channels + 3 * stride] * weights[384 + x]
            )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def near(f: Real) -> Real:
    """Return Keys's weight of a sample at a distance f from 0 to 1."""
    one: Real = 1
    one_and_half: Real = 1.5
    two_and_half: Real = 2.5
    return (one_and_half * f - two_and_half) * f * f + one


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def far(f: Real) -> Real:
    """Return Keys's weight of a sample at a distance 1 + f from 1 to 2."""
    one: Real = 1
    half: Real = 0.5
    return ((one - half * f) * f - half) * f


# 2. and 3. for pixels of one, three or four bytes, which are gathered as words.


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def byte(word: cython.uint, shift: cython.uint) -> cython.int:
    """Return the byte of a word at bit `shift`."""
    return cython.cast(cython.int, word >> shift & 255)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def linear_bytes(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate between the four samples around each pixel."""
    words: cython.uint[640]
    if not cython.compiled:
        words = [0] * 640
    stride = job.stride
    channels = job.channels
    # The second of two pixels of three bytes is loaded with the byte before it, because the one after may not exist.
    second: cython.Py_ssize_t = 2 if channels == 3 else 4
    surplus: cython.uint = 8 if channels == 3 else 0
    one: Real = 1
    half: Real = 0.5
    if channels == 1:
        # Two at a time, because a loop takes a cycle or more for each time; the arrays have room for one more.
        if n % 2 == 1:
            starts[n] = starts[n - 1]
        for x in range(0, n, 2):
            i, j = starts[x], starts[x + 1]
            a = load2(source, i) | load2(source, i + stride) << 16
            b = load2(source, j) | load2(source, j + stride) << 16
            words[x], words[x + 1] = a, b
        for x in range(n):
            r: Real = down[x]
            c: Real = across[x]
            word: cython.uint = words[x]
            above: Real = byte(word, 0) * (one - c) + byte(word, 8) * c
            below: Real = byte(word, 16) * (one - c) + byte(word, 24) * c
            target[at + x] = cython.cast(cython.typeof(target[0]), above * (one - r) + below * r + half)
        return
    for x in range(n):
        start = starts[x]
        words[x] = load4(source, start)
        words[128 + x] = load4(source, start + second) >> surplus
        words[256 + x] = load4(source, start + stride)
        words[384 + x] = load4(source, start + stride + second) >> surplus
    if channels == 3:
        blend_bytes(n, 24, down, across, words)
    else:
        blend_bytes(n, 32, down, across, words)
    store_bytes(target, at, n, channels, words, 512)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def blend_bytes(
    n: cython.Py_ssize_t,
    bits: cython.uint,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
    words: cython.p_uint,
) -> cython.void:
    """Interpolate between the bytes of four words of `bits` bits for each pixel."""
    one: Real = 1
    half: Real = 0.5
    for x in range(n):
        r = down[x]
        c = across[x]
        word: cython.uint = 0
        shift: cython.uint
        for shift in range(0, bits, 8):
            above = byte(words[x], shift) * (one - c) + byte(words[128 + x], shift) * c
            below = byte(words[256 + x], shift) * (one - c) + byte(words[384 + x], shift) * c
            word |= cython.cast(cython.uint, cython.cast(cython.int, above * (one - r) + below * r + half)) << shift
        words[512 + x] = word


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cubic_bytes(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate between the sixteen samples around each pixel."""
    words: cython.uint[2176]
    if not cython.compiled:
        words = [0] * 2176
    stride = job.stride
    channels = job.channels
    # The last of four pixels of three bytes is loaded with the byte before it, because the one after may not exist.
    last: cython.Py_ssize_t = 8 if channels == 3 else 12
    surplus: cython.uint = 8 if channels == 3 else 0
    one: Real = 1
    if channels == 1:
        for x in range(n):
            start = starts[x] - stride - 1
            words[x] = load4(source, start)
            words[128 + x] = load4(source, start + stride)
            words[256 + x] = load4(source, start + 2 * stride)
            words[384 + x] = load4(source, start + 3 * stride)
        for x in range(n):
            r: Real = down[x]
            c: Real = across[x]
            a0: Real = far(c)
            a1: Real = near(c)
            a2: Real = near(one - c)
            a3: Real = far(one - c)
            total: Real = sum_of_bytes(words, x, 0, 0, 8, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 128 + x, 0, 0, 8, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 256 + x, 0, 0, 8, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 384 + x, 0, 0, 8, a0, a1, a2, a3) * far(one - r)
            target[at + x] = cython.cast(cython.typeof(target[0]), to_byte(total))
        return
    for x in range(n):
        start = starts[x] - stride - channels
        for k in range(4):
            words[512 * k + x] = load4(source, start)
            words[512 * k + 128 + x] = load4(source, start + channels)
            words[512 * k + 256 + x] = load4(source, start + 2 * channels)
            words[512 * k + 384 + x] = load4(source, start + last) >> surplus
            start += stride
    for x in range(n):
        r = down[x]
        c = across[x]
        a0 = far(c)
        a1 = near(c)
        a2 = near(one - c)
        a3 = far(one - c)
        word: cython.uint = 0
        shift: cython.uint
        for shift in range(0, 32, 8):
            total = sum_of_bytes(words, x, 128, shift, 0, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 512 + x, 128, shift, 0, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 1024 + x, 128, shift, 0, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 1536 + x, 128, shift, 0, a0, a1, a2, a3) * far(one - r)
            word |= cython.cast(cython.uint, to_byte(total)) << shift
        words[2048 + x] = word
    store_bytes(target, at, n, channels, words, 2048)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_of_bytes(
    words: cython.p_uint,
    at: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    shift: cython.uint,
    shift_step: cython.uint,
    a0: Real,
    a1: Real,
    a2: Real,
    a3: Real,
) -> Real:
    """Return the weighted sum of four bytes, `step` words and `shift_step` bits apart."""
    return (
        byte(words[at], shift) * a0
        + byte(words[at + step], shift + shift_step) * a1
        + byte(words[at + 2 * step], shift + 2 * shift_step) * a2
        + byte(words[at + 3 * step], shift + 3 * shift_step) * a3
    )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def to_byte(value: Real) -> cython.int:
    """Round to nearest and saturate."""
    zero: Real = 0
    top: Real = 255
    half: Real = 0.5
    value += half
    value = value if value > zero else zero
    return cython.cast(cython.int, value if value < top else top)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def store_bytes(
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    n: cython.Py_ssize_t,
    channels: cython.Py_ssize_t,
    words: cython.p_uint,
    first: cython.Py_ssize_t,
) -> cython.void:
    """Write the lowest three or four bytes of n words."""
    if channels == 4:
        for x in range(n):
            store4(target, at + 4 * x, words[first + x])
        return
    # The fourth byte is overwritten by the next pixel.
    for x in range(n - 1):
        store4(target, at + 3 * x, words[first + x])
    at += 3 * (n - 1)
    for k in range(3):
        target[at + k] = cython.cast(cython.typeof(target[0]), byte(words[first + n - 1], 8 * k))


# Single pixels, with borders.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sample(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: cython.Py_ssize_t,
    row: cython.double,
    column: cython.double,
) -> cython.void:
    """Compute one pixel from samples that may be outside of the source."""
    rows: cython.Py_ssize_t[4]
    columns: cython.Py_ssize_t[4]
    row_weights: cython.double[4]
    column_weights: cython.double[4]
    if not cython.compiled:
        rows, columns, row_weights, column_weights = [0] * 4, [0] * 4, [0.0] * 4, [0.0] * 4
    if not (row - row == 0 and column - column == 0):  # NaN or infinite
        fill(job, target, at, job.channels)
        return
    taps = weigh(row, job.order, job.border, job.rows, rows, row_weights)
    weigh(column, job.order, job.border, job.columns, columns, column_weights)
    for channel in range(job.channels):
        total: cython.double = 0
        least: cython.double = 0
        greatest: cython.double = 0
        first: cython.bint = True
        for j in range(taps):
            for i in range(taps):
                # A sample of weight zero is no part of the result, not even if it is NaN.
                if row_weights[j] != 0 and column_weights[i] != 0:
                    value = job.cval
                    if rows[j] >= 0 and columns[i] >= 0:
                        value = source[rows[j] * job.stride + columns[i] * job.channels + channel]
                    total += value * column_weights[i] * row_weights[j]
                    least = value if first or value < least else least
                    greatest = value if first or value > greatest else greatest
                    first = False
        # Rounding takes the result neither out of the range of the samples nor off their common value.
        if job.order < 3 or least == greatest:
            total = least if total < least else greatest if total > greatest else total
        if job.top > 0:
            total = floor(min(max(total, 0.0), job.top) + 0.5)
        target[at + channel] = cython.cast(cython.typeof(target[0]), total)
