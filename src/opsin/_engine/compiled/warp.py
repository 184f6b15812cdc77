# cython: infer_types=True
"""Resampling of planes through a map from the pixels of the result to coordinates in the source.

Entry point: ``warp(source, target, mapping, order, border, cval)``. The map is affine, projective, an array
of coordinates, or polar.

The result is computed in blocks of 4 rows and 512 columns, side by side in strips of 32 rows, so that the part of the
source that a strip reads stays in cache for every map. Up to 256 pixels of a row go through three stages, each a plain
loop:

1. The coordinates of each pixel become the index of a sample of the source and two fractions. A map by a matrix is
   evaluated by increments, an array is loaded.
2. The samples around each pixel are gathered.
3. They are weighted and summed.

Stages 1 and 3 are vectorized; stage 2 contains only the loads, which have no order. The stages are applied to pixels
all of whose samples are inside the source. Pixels whose samples include the border are listed. The samples of those in
the list are copied next to each other, extended by the border, and go through stages 2 and 3 too. Where the border is
constant, pixels that depend on nothing else are filled.

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
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import ceil, fabs, floor
from cython.cimports.opsin._engine.compiled._memory import address, copy, load2, load4, store4, store8
from cython.cimports.opsin._engine.compiled.taps import bordered
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)
# The precision of the sum: double for double pixels, float for all others.
Real = cython.fused_type(cython.float, cython.double)
# That of coordinates: the array's, and double for others.
Coordinate = cython.fused_type(cython.float, cython.double)

PIXELS = tuple([np.dtype(name) for name in ("uint8", "uint16", "float32", "float64")])
BORDERS = ("reflect", "mirror", "nearest", "constant", "wrap")
CONSTANT = cython.declare(cython.int, 3)
# Kinds of map.
MATRIX = cython.declare(cython.int, 0)
ARRAY = cython.declare(cython.int, 1)
POLAR = cython.declare(cython.int, 2)

# Low blocks, because the rows of a wide image share a few sets of the cache.
STRIP_ROWS = cython.declare(Index, 32)
BLOCK_ROWS = cython.declare(Index, 4)
BLOCK_COLUMNS = cython.declare(Index, 512)
# Pixels that go through the stages together, and pixels at the border.
CHUNK = cython.declare(Index, 256)
WAITING = cython.declare(Index, 64)
# Estimated nanoseconds for one element of the result, by order.
COSTS = {0: 0.4, 1: 0.8, 3: 3.0}
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
# Doubles from here on have no fraction.
LARGE = cython.declare(cython.double, 4503599627370496.0)

# What stands for the offset of a sample that is the constant, or of weight zero.
OUTSIDE = cython.declare(Index, -(2**62))
NOTHING = cython.declare(Index, -(2**62) + 1)

# How samples lie in memory, in elements.
Grid = cython.struct(
    stride=Index,  # between rows
    channels=Index,  # between pixels
    last=Index,  # the greatest offset of four elements
)

# The numerators and the denominator of the coordinates of the pixels of a row, all multiplied by a sign that makes the
# denominator positive: at the first pixel, and their steps.
Line = cython.struct(
    row=cython.double,
    column=cython.double,
    scale=cython.double,
    step_row=cython.double,
    step_column=cython.double,
    step_scale=cython.double,
)

# A pixel of the target whose samples include the border: its offset, and its coordinates in the source.
Waiting = cython.struct(at=Index, row=cython.double, column=cython.double)


@cython.final
@cython.cclass
class Warp:
    """The planes, the map and the settings; strides are in elements."""

    source: cython.p_void
    target: cython.p_void
    pixel: cython.int  # the dtype's index in PIXELS
    rows: Index
    columns: Index
    grid: Grid  # of the source
    plane_stride: Index
    channels: Index
    target_plane_stride: Index
    target_rows: Index
    target_columns: Index
    strips: Index  # of a plane
    kind: cython.int
    matrix: cython.double[9]  # the rows of a projective matrix
    center: cython.const[cython.double][::1]
    directions: cython.const[cython.double][:, ::1]
    radii: cython.const[cython.double][::1]
    coordinates: cython.p_void  # an array in one of two dtypes
    double_coordinates: cython.bint
    order: cython.int
    border: cython.int
    reach: cython.double  # how far from a coordinate a sample may be that counts
    fill: cython.double  # cval as a value of the result's dtype
    top: cython.double  # the largest integer, or 0 for floats
    low: cython.double  # the range of the dtype
    high: cython.double
    large: cython.bint  # whether offsets in a plane of the source may not be 32-bit numbers


def warp(source, target, mapping, order, border, cval):
    """Write to `target` the values of `source` at the coordinates that `mapping` gives for each pixel.

    Parameters
    ----------
    source : (planes, rows, columns, channels) ndarray
        uint8, uint16, float32 or float64; the last two axes are contiguous, no axis is empty.
    target : (planes, rows, columns, channels) ndarray
        The result, of the same dtype; each plane is C-contiguous, and shares no memory with `source`.
    mapping : ndarray or tuple of ndarray
        (2, 3) float64: the affine matrix that takes (row, column, 1) of the target to (row, column) of the source.
        (3, 3) float64: a projective matrix; its third result divides the first two.
        (2, rows, columns) float32 or float64: the row and the column in the source of each pixel of the target.
        A tuple of float64 is polar: the center (2,), a direction for each row of the target (2, rows) and a radius for
        each column (columns,). The coordinates are ``center + directions[:, row] * radii[column]``.
    order : {0, 1, 3}
        Nearest, linear or cubic.
    border : int
        How the source is extended, as an index in ``BORDERS``.
    cval : float
        The value outside of a constant border, and where a coordinate is NaN or infinite.
    """
    job = Warp()
    planes, job.rows, job.columns, job.channels = source.shape
    _, job.target_rows, job.target_columns, _ = target.shape
    if max(job.rows, job.columns) > 2**31 - 2:
        raise ValueError(f"source must have at most 2**31 - 2 rows and columns, not {job.rows} and {job.columns}")
    strides, size = source.strides, source.itemsize
    job.plane_stride = strides[0] // size
    stride = strides[1] // size if job.rows > 1 else 0
    width = job.columns * job.channels
    job.grid = grid_of(stride, job.channels, max(stride * (job.rows - 1), 0) + width - 4)
    job.target_plane_stride = target.strides[0] // size
    job.pixel = PIXELS.index(source.dtype)
    job.source, job.target = address(source), address(target)
    job.order, job.border = order, border
    job.reach = REACHES[order]
    job.large = job.rows * abs(stride) + width > MAX_OFFSET
    job.top = (255, 65535, 0, 0)[job.pixel]
    job.low, job.high = (0.0, job.top) if job.top > 0 else (-np.inf, np.inf)
    job.fill = min(max(floor(cval + 0.5), 0), job.top) if job.top > 0 else cval
    if isinstance(mapping, tuple):
        job.kind = POLAR
        job.center, job.directions, job.radii = mapping
        if (job.directions.shape[1], job.radii.shape[0]) != (job.target_rows, job.target_columns):
            raise ValueError("a polar mapping must have a direction for each row and a radius for each column")
        # In single precision positions up to 8192 are exact to 0.001 pixels, which do not show in a byte.
        job.double_coordinates = job.pixel > 0 or max(job.rows, job.columns, job.radii[job.target_columns - 1]) > 8192
    elif mapping.ndim == 2:
        job.kind = MATRIX
        if not cython.compiled:
            job.matrix = [0.0] * 9
        values = mapping.ravel().tolist()
        if len(values) == 6:
            values += (0, 0, 1)
        for k in range(9):
            job.matrix[k] = values[k]
    else:
        job.kind = ARRAY
        if mapping.shape != (2, job.target_rows, job.target_columns):
            raise ValueError(f"mapping must have shape {(2, job.target_rows, job.target_columns)}, not {mapping.shape}")
        job.double_coordinates = mapping.dtype == np.float64
        mapping = np.ascontiguousarray(mapping, np.float64 if job.double_coordinates else np.float32)
        job.coordinates = address(mapping)
    job.strips = (job.target_rows + STRIP_ROWS - 1) // STRIP_ROWS
    parallel_for(cython.cast(strip_type, warp_strip), planes * job.strips, job, target.size * COSTS[order])


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def grid_of(stride: Index, channels: Index, last: Index) -> Grid:
    """Return how samples lie in memory."""
    grid: Grid
    if not cython.compiled:
        grid = Grid()
    grid.stride, grid.channels, grid.last = stride, channels, last
    return grid


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
    job: Warp, source: cython.pointer(Pixel), target: cython.pointer(Pixel), number: Index, one: Real
) -> cython.void:
    """Compute one strip block by block; the type of `one` is the precision of sums."""
    waiting: Waiting[64]
    if not cython.compiled:
        waiting = [Waiting() for _ in range(64)]
    count: Index = 0
    plane = number // job.strips
    first = number % job.strips * STRIP_ROWS
    rows = min(STRIP_ROWS, job.target_rows - first)
    source = moved(source, plane * job.plane_stride)
    target = moved(target, plane * job.target_plane_stride)
    for down in range((rows + BLOCK_ROWS - 1) // BLOCK_ROWS):
        y = first + down * BLOCK_ROWS
        for across in range((job.target_columns + BLOCK_COLUMNS - 1) // BLOCK_COLUMNS):
            x = across * BLOCK_COLUMNS
            n = min(BLOCK_COLUMNS, job.target_columns - x)
            for row in range(y, min(y + BLOCK_ROWS, first + rows)):
                if job.kind == MATRIX:
                    count = matrix_span(job, source, target, row, x, n, waiting, count, one)
                elif job.double_coordinates:
                    doubles = cython.cast(cython.p_double, job.coordinates)
                    count = coordinate_span(job, source, target, row, x, n, waiting, count, doubles, one)
                else:
                    floats = cython.cast(cython.p_float, job.coordinates)
                    count = coordinate_span(job, source, target, row, x, n, waiting, count, floats, one)
    sample_waiting(job, source, target, waiting, count, one)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def moved(source: cython.pointer(Pixel), offset: Index) -> cython.pointer(Pixel):
    """Return the pointer to the element at `offset`."""
    return source + offset if cython.compiled else source[offset:]


# 1. Coordinates by a matrix.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def matrix_span(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    y: Index,
    x0: Index,
    n: Index,
    waiting: cython.pointer(Waiting),
    count: Index,
    one: Real,
) -> Index:
    """Compute the `n` pixels of row `y` from column `x0`, but those that wait; return how many do."""
    line = line_at(job, y, x0)
    if not is_even(job, line, n):
        doubles = cython.cast(cython.p_double, job.coordinates)
        return coordinate_span(job, source, target, y, x0, n, waiting, count, doubles, one)
    # The least coordinates where all samples, and where any, are inside the source; the greatest mirror them.
    whole = (-0.5 if job.order == 0 else 0.0 if job.order == 1 else 1.0) + MARGIN
    part = -job.reach - MARGIN
    at = (y * job.target_columns + x0) * job.channels
    first = begin(job, line, whole, n)
    last = end(job, line, whole, n)
    if last <= first:
        first = last = n
    visible: Index = 0
    visible_last = n
    if job.border == CONSTANT and last - first < n:
        visible = begin(job, line, part, n)
        visible_last = end(job, line, part, n)
        if visible_last <= visible:
            visible = visible_last = n
        fill(job, target, at, visible * job.channels)
        fill(job, target, at + visible_last * job.channels, (n - visible_last) * job.channels)
    for x in range(visible, min(first, visible_last)):
        count = wait_on_line(job, source, target, at, line, x, waiting, count, one)
    for x in range(max(last, visible), visible_last):
        count = wait_on_line(job, source, target, at, line, x, waiting, count, one)
    for x in range(first, last, 256):
        count = inner_chunk(job, source, target, at, line, x, min(CHUNK, last - x), waiting, count, one)
    return count


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def line_at(job: Warp, y: Index, x0: Index) -> Line:
    """Return the numerators and the denominator of the coordinates in row `y` from column `x0`."""
    line: Line
    if not cython.compiled:
        line = Line()
    line.step_row, line.step_column, line.step_scale = job.matrix[1], job.matrix[4], job.matrix[7]
    line.row = job.matrix[0] * y + line.step_row * x0 + job.matrix[2]
    line.column = job.matrix[3] * y + line.step_column * x0 + job.matrix[5]
    line.scale = job.matrix[6] * y + line.step_scale * x0 + job.matrix[8]
    if line.scale < 0:
        line.row, line.column, line.scale = -line.row, -line.column, -line.scale
        line.step_row, line.step_column, line.step_scale = -line.step_row, -line.step_column, -line.step_scale
    return line


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def is_even(job: Warp, line: Line, n: Index) -> cython.bint:
    """Return whether coordinates change little from pixel to pixel in a row of `n` pixels."""
    # They change most where the denominator is least, which must have one sign.
    scale = min(line.scale, line.scale + line.step_scale * (n - 1))
    limit = MAX_STEP * scale * scale
    step_row = fabs(line.step_row * line.scale - line.row * line.step_scale)
    step_column = fabs(line.step_column * line.scale - line.column * line.step_scale)
    even: cython.bint = scale > 0 and 0 < limit < MAX_LIMIT and step_row <= limit and step_column <= limit
    if even and job.large:
        reach = (step_row * n / (scale * scale) + 2) * fabs(job.grid.stride)
        even = reach + (step_column * n / (scale * scale) + 2) * job.channels < MAX_OFFSET
    return even


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def begin(job: Warp, line: Line, least: cython.double, n: Index) -> Index:
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
def end(job: Warp, line: Line, least: cython.double, n: Index) -> Index:
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
def begin_of(value: cython.double, step: cython.double, n: Index) -> Index:
    """Return the first of n pixels where a linear function that starts with `value` is not negative, or n."""
    if value >= 0:
        return 0
    if not step > 0:
        return n
    bound = -value / step
    return cython.cast(Index, ceil(bound)) if bound < n else n


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def end_of(value: cython.double, step: cython.double, n: Index) -> Index:
    """Return the pixel after the last of n where a linear function that starts with `value` is not negative, or 0."""
    if value + step * (n - 1) >= 0:
        return n
    if not (value >= 0 and step < 0):
        return 0
    bound = -value / step
    return cython.cast(Index, floor(bound)) + 1 if bound < n - 1 else n


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def fill(job: Warp, target: cython.pointer(Pixel), at: Index, count: Index) -> cython.void:
    """Write the value outside of the border to `count` elements."""
    value = cython.cast(cython.typeof(target[0]), job.fill)
    for k in range(at, at + count):
        target[k] = value


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def inner_chunk(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: Index,
    line: Line,
    first: Index,
    n: Index,
    waiting: cython.pointer(Waiting),
    count: Index,
    one: Real,
) -> Index:
    """Compute n pixels from pixel `first` of a line, all of whose samples are inside the source."""
    starts: cython.int[288]
    down: Real[288]
    across: Real[288]
    if not cython.compiled:
        starts, down, across = [0] * 288, [0.0] * 288, [0.0] * 288
    base: Index = 0
    if job.large:
        base = cython.cast(Index, (line.row + line.step_row * first) / (line.scale + line.step_scale * first))
    locate(job, line, first, n, base, starts, down, across)
    grid = grid_of(job.grid.stride, job.channels, job.grid.last - base * job.grid.stride)
    source_part = moved(source, base * job.grid.stride)
    interpolate(job, grid, source_part, moved(target, at + first * job.channels), n, starts, down, across)
    if job.order == 3 and job.top == 0:
        for x in range(n):
            if down[x] * across[x] == 0:
                # A sample of weight zero is no part of the result, not even if it is NaN.
                count = wait_on_line(job, source, target, at, line, first + x, waiting, count, one)
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def locate(
    job: Warp,
    line: Line,
    first: Index,
    n: Index,
    base: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Write for n pixels of a line the index of the sample at or before their coordinates, and the two fractions.

    The indices count from row `base` of the source.
    """
    # Of each group of 32 pixels: the index of a sample none of whose coordinates is greater than one of the group; the
    # coordinates of the first pixel, relative to that sample; their steps to the second pixel; and how much the
    # denominator changes from pixel to pixel, relatively.
    begins: cython.int[8]
    rows: Real[8]
    columns: Real[8]
    row_changes: Real[8]
    column_changes: Real[8]
    bends: Real[8]
    travel: Real[32]  # of the coordinates, in steps at the first pixel of a group
    if not cython.compiled:
        begins, rows, columns, travel = [0] * 8, [0.0] * 8, [0.0] * 8, [0.0] * 32
        row_changes, column_changes, bends = [0.0] * 8, [0.0] * 8, [0.0] * 8
    stride: cython.int = job.grid.stride
    channels: cython.int = job.channels
    shift: cython.double = HALF_UP if job.order == 0 else 0.0
    one: Real = 1
    zero: cython.double = 0
    begin_row, begin_column, begin_scale = line.row, line.column, line.scale
    step_row, step_column, step_scale = line.step_row, line.step_column, line.step_scale
    before: cython.int = first
    count: cython.int = n
    origin: cython.double = base
    k: cython.int
    i: cython.int
    for k in range(8):
        # Groups after the last pixel are like that pixel.
        within: cython.int = min(32 * k, count - 1)
        x: cython.double = before + within
        inverse = 1.0 / (begin_scale + step_scale * x)
        row = (begin_row + step_row * x) * inverse
        column = (begin_column + step_column * x) * inverse
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
        rows[k] = row - least_row
        columns[k] = column - least_column
        row_changes[k] = row_change
        column_changes[k] = column_change
        bends[k] = bend
    for i in range(32):
        travel[i] = i
    for k in range((count + 31) // 32):
        bend = bends[k]
        if bend != 0:
            for i in range(32):
                travel[i] = i / (one + bend * i)
        r0, c0, change_r, change_c, start = rows[k], columns[k], row_changes[k], column_changes[k], begins[k]
        group = 32 * k
        if job.order == 0:
            for i in range(32):
                whole_r = cython.cast(cython.int, r0 + change_r * travel[i])
                whole_c = cython.cast(cython.int, c0 + change_c * travel[i])
                starts[group + i] = start + whole_r * stride + whole_c * channels
            continue
        for i in range(32):
            r: Real = r0 + change_r * travel[i]
            c: Real = c0 + change_c * travel[i]
            whole_r = cython.cast(cython.int, r)
            whole_c = cython.cast(cython.int, c)
            starts[group + i] = start + whole_r * stride + whole_c * channels
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
    y: Index,
    x0: Index,
    n: Index,
    waiting: cython.pointer(Waiting),
    count: Index,
    coordinates: cython.pointer(Coordinate),
    one: Real,
) -> Index:
    """Compute the n pixels of row `y` from column `x0`, by coordinates that may be anything; but those that wait."""
    rows: Coordinate[256]
    columns: Coordinate[256]
    if not cython.compiled:
        rows, columns = [0.0] * 256, [0.0] * 256
    first = y * job.target_columns + x0
    for x in range(0, n, 256):
        part = min(CHUNK, n - x)
        if job.kind == ARRAY:
            those = moved(coordinates, first + x)
            others = moved(those, job.target_rows * job.target_columns)
            count = coordinate_chunk(job, source, target, first + x, part, those, others, waiting, count, one)
        else:
            load_coordinates(job, y, x0 + x, part, rows, columns)
            count = coordinate_chunk(job, source, target, first + x, part, rows, columns, waiting, count, one)
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def load_coordinates(
    job: Warp, y: Index, x0: Index, n: Index, rows: cython.pointer(Coordinate), columns: cython.pointer(Coordinate)
) -> cython.void:
    """Write the coordinates in the source of n pixels of row `y` from column `x0`, by a matrix or a polar map."""
    if job.kind == POLAR:
        row, column = job.center[0], job.center[1]
        step_row, step_column = job.directions[0, y], job.directions[1, y]
        for x in range(n):
            rows[x] = row + step_row * job.radii[x0 + x]
            columns[x] = column + step_column * job.radii[x0 + x]
        return
    row = job.matrix[0] * y + job.matrix[2]
    column = job.matrix[3] * y + job.matrix[5]
    scale = job.matrix[6] * y + job.matrix[8]
    step_row, step_column, step_scale = job.matrix[1], job.matrix[4], job.matrix[7]
    for x in range(n):
        part: cython.double = 1.0 / (scale + step_scale * (x0 + x))
        rows[x] = (row + step_row * (x0 + x)) * part
        columns[x] = (column + step_column * (x0 + x)) * part


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def coordinate_chunk(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    first: Index,
    n: Index,
    rows: cython.pointer(Coordinate),
    columns: cython.pointer(Coordinate),
    waiting: cython.pointer(Waiting),
    count: Index,
    one: Real,
) -> Index:
    """Compute n pixels from pixel `first` of a plane by their coordinates, but those that wait; return how many do."""
    inside: cython.int[256]
    starts: cython.int[288]
    down: Real[288]
    across: Real[288]
    if not cython.compiled:
        inside, starts, down, across = [0] * 256, [0] * 288, [0.0] * 288, [0.0] * 288
    shift: Coordinate = HALF_UP if job.order == 0 else 0.0
    # All samples are inside from these coordinates to before those.
    low_row: Coordinate = 1.0 if job.order == 3 else 0.0
    low_column: Coordinate = low_row
    reach: cython.int = 0 if job.order == 0 else 1 if job.order == 1 else 2
    high_row: Coordinate = job.rows - reach
    high_column: Coordinate = job.columns - reach
    base: cython.int = 0
    if job.large:
        middle = rows[n // 2]
        if low_row <= middle < high_row:
            base = cython.cast(cython.int, middle)
        most: Coordinate = max(MAX_OFFSET - job.columns * job.channels, 0.0) / max(fabs(job.grid.stride), 1.0)
        low_row = max(low_row, base - most)
        high_row = min(high_row, base + most)
    stride: cython.int = job.grid.stride
    channels: cython.int = job.channels
    found: cython.int = 0
    fractions: cython.bint = job.order > 0
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
        found += good
        starts[x] = (whole_r - base) * stride + whole_c * channels
        if fractions:
            down[x] = r - whole_r
            across[x] = c - whole_c
    at = first * job.channels
    if found > 0:
        grid = grid_of(job.grid.stride, job.channels, job.grid.last - base * job.grid.stride)
        interpolate(job, grid, moved(source, base * job.grid.stride), moved(target, at), n, starts, down, across)
    whole: cython.bint = job.order < 3 or job.top > 0
    if found == n and whole:
        return count
    for x in range(n):
        # A sample of weight zero is no part of the result, not even if it is NaN.
        if not inside[x] or (not whole and down[x] * across[x] == 0):
            count = wait(job, source, target, at + x * job.channels, rows[x], columns[x], waiting, count, one)
    return count


# Pixels whose samples include the border.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def wait_on_line(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: Index,
    line: Line,
    x: Index,
    waiting: cython.pointer(Waiting),
    count: Index,
    one: Real,
) -> Index:
    """List pixel `x` of a line, whose first pixel is at `at`."""
    scale = line.scale + line.step_scale * x
    row = (line.row + line.step_row * x) / scale
    column = (line.column + line.step_column * x) / scale
    return wait(job, source, target, at + x * job.channels, row, column, waiting, count, one)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def wait(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    at: Index,
    row: cython.double,
    column: cython.double,
    waiting: cython.pointer(Waiting),
    count: Index,
    one: Real,
) -> Index:
    """List a pixel, and compute all that are listed if the list is full; return how many are in it.

    A pixel that depends on no sample is written at once.
    """
    finite: cython.bint = row - row == 0 and column - column == 0
    last_row, last_column = job.rows - 1 + job.reach, job.columns - 1 + job.reach
    visible: cython.bint = -job.reach <= row <= last_row and -job.reach <= column <= last_column
    if not finite or (not visible and job.border == CONSTANT):
        fill(job, target, at, job.channels)
        return count
    waiting[count].at, waiting[count].row, waiting[count].column = at, row, column
    count += 1
    if count == WAITING:
        sample_waiting(job, source, target, waiting, count, one)
        count = 0
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sample_waiting(
    job: Warp,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    waiting: cython.pointer(Waiting),
    n: Index,
    one: Real,
) -> cython.void:
    """Compute n pixels whose samples may be outside of the source.

    Their samples are copied to a small plane: those of one pixel next to each other.
    """
    sample_columns: Index[4]
    offsets: Index[1024]
    samples: Pixel[1040]
    results: Pixel[80]
    starts: cython.int[80]
    down: Real[80]
    across: Real[80]
    if not cython.compiled:
        sample_columns, offsets = [0] * 4, [0] * 1024
        samples, results = np.zeros(1040, source.dtype), np.zeros(80, source.dtype)
        starts, down, across = [0] * 80, [0.0] * 80, [0.0] * 80
    taps: Index = 1 if job.order == 0 else 2 if job.order == 1 else 4
    before: Index = 1 if job.order == 3 else 0
    shift: cython.double = HALF_UP if job.order == 0 else 0.0
    # Space for words of four pixels after the last
    grid = grid_of(64 * taps, 1, 1036)
    for k in range(n):
        row = min(max(waiting[k].row, -LARGE), LARGE) + shift
        column = min(max(waiting[k].column, -LARGE), LARGE) + shift
        first_row = cython.cast(Index, floor(row)) - before
        first_column = cython.cast(Index, floor(column)) - before
        down[k], across[k] = row - floor(row), column - floor(column)
        starts[k] = before * grid.stride + k * taps + before
        for i in range(taps):
            sample_columns[i] = bordered(first_column + i, job.columns, job.border)
        for j in range(taps):
            y = bordered(first_row + j, job.rows, job.border)
            for i in range(taps):
                x = sample_columns[i]
                offset = y * job.grid.stride + x * job.channels if y >= 0 and x >= 0 else OUTSIDE
                # A sample of weight zero is no part of a result, not even if it is NaN.
                if job.order == 3 and ((down[k] == 0 and j != 1) or (across[k] == 0 and i != 1)):
                    offset = NOTHING
                offsets[j * grid.stride + k * taps + i] = offset
    for channel in range(job.channels):
        for k in range(n * taps):
            for j in range(taps):
                offset = offsets[j * grid.stride + k]
                value = cython.cast(cython.typeof(target[0]), job.fill if offset == OUTSIDE else 0.0)
                if offset != OUTSIDE and offset != NOTHING:
                    value = source[offset + channel]
                samples[j * grid.stride + k] = value
        interpolate(job, grid, samples, results, n, starts, down, across)
        for k in range(n):
            target[waiting[k].at + channel] = results[k]


# 2. and 3. Samples and sums.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def interpolate(
    job: Warp,
    grid: Grid,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    n: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Compute n adjacent pixels from the indices of their samples and the fractions."""
    if job.order == 0:
        nearest(grid, source, target, n, starts)
    elif job.top == 255 and (grid.channels == 1 or grid.channels == 3 or grid.channels == 4):
        if job.order == 1:
            linear_bytes(grid, source, target, n, starts, down, across)
        else:
            cubic_bytes(grid, source, target, n, starts, down, across)
    else:
        for channel in range(grid.channels):
            if job.order == 1:
                linear(job, grid, moved(source, channel), moved(target, channel), n, starts, down, across)
            else:
                cubic(job, grid, moved(source, channel), moved(target, channel), n, starts, down, across)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def nearest(
    grid: Grid, source: cython.pointer(Pixel), target: cython.pointer(Pixel), n: Index, starts: cython.p_int
) -> cython.void:
    """Copy n pixels."""
    channels = grid.channels
    done: Index = 0
    if channels == 1:
        # Eight at a time, as words or vectors, of which there are fewer to write.
        eight: Pixel[8]
        if not cython.compiled:
            eight = [0] * 8
        done = n - n % 8
        for x in range(0, done, 8):
            if Pixel is cython.uchar:
                store8(target, x, eight_bytes(source, starts, x))
            else:
                for k in range(8):
                    eight[k] = source[starts[x + k]]
                for k in range(8):
                    target[x + k] = eight[k]
    if Pixel is cython.uchar:
        greatest: cython.int = 0
        for x in range(n):
            greatest = max(greatest, starts[x])
        if channels == 3 and greatest <= grid.last:
            # Two at a time; what follows them is overwritten by the next two.
            while done + 3 <= n:
                a: cython.ulonglong = load4(source, starts[done]) & 0xFFFFFF
                b: cython.ulonglong = load4(source, starts[done + 1])
                store8(target, 3 * done, a | b << 24)
                done += 2
    for x in range(done, n):
        for channel in range(channels):
            target[x * channels + channel] = source[starts[x] + channel]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def eight_bytes(source: cython.pointer(Pixel), starts: cython.p_int, x: Index) -> cython.ulonglong:
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
    grid: Grid,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    n: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate one channel between the four samples around each pixel."""
    taps: Pixel[1024]
    if not cython.compiled:
        taps = [0] * 1024
    stride = grid.stride
    channels = grid.channels
    rounding: Real = 0.5 if job.top > 0 else 0
    # The precision of what a function of several types returns is not inferred.
    above: Real
    below: Real
    total: Real
    if channels == 1:
        size = cython.sizeof(taps[0])
        for x in range(n):
            copy(taps, 2 * x * size, source, starts[x] * size, 2 * size)
            copy(taps, (512 + 2 * x) * size, source, (starts[x] + stride) * size, 2 * size)
        for x in range(n):
            # Integers are rounded, and need no exact sums.
            if Pixel is cython.ushort:
                above = mixed(across[x], taps[2 * x], taps[2 * x + 1])
                below = mixed(across[x], taps[512 + 2 * x], taps[512 + 2 * x + 1])
                total = mixed(down[x], above, below)
            else:
                above = blend(across[x], taps[2 * x], taps[2 * x + 1])
                below = blend(across[x], taps[512 + 2 * x], taps[512 + 2 * x + 1])
                total = blend(down[x], above, below)
            target[x] = cython.cast(cython.typeof(target[0]), total + rounding)
        return
    for x in range(n):
        start = starts[x]
        taps[x] = source[start]
        taps[256 + x] = source[start + channels]
        taps[512 + x] = source[start + stride]
        taps[768 + x] = source[start + stride + channels]
    for x in range(n):
        above = blend(across[x], taps[x], taps[256 + x])
        below = blend(across[x], taps[512 + x], taps[768 + x])
        taps[x] = cython.cast(cython.typeof(taps[0]), blend(down[x], above, below) + rounding)
    for x in range(n):
        target[x * channels] = taps[x]


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
    grid: Grid,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    n: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate one channel between the sixteen samples around each pixel."""
    sums: Real[1024]
    if not cython.compiled:
        sums = [0.0] * 1024
    # Integers are rounded and saturated.
    low: Real = job.low
    high: Real = job.high
    half: Real = 0.5 if job.top > 0 else 0.0
    one: Real = 1
    if grid.channels == 1:
        sum_columns(source, n, grid.stride, 1, starts, down, sums)
    else:
        sum_columns(source, n, grid.stride, grid.channels, starts, down, sums)
    for x in range(n):
        c: Real = across[x]
        total: Real = sums[4 * x] * far(c) + sums[4 * x + 1] * near(c)
        total += sums[4 * x + 2] * near(one - c) + sums[4 * x + 3] * far(one - c) + half
        total = low if total < low else total
        total = high if total > high else total
        target[x * grid.channels] = cython.cast(cython.typeof(target[0]), total)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_columns(
    source: cython.pointer(Pixel),
    n: Index,
    stride: Index,
    channels: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    sums: cython.pointer(Real),
) -> cython.void:
    """Write the weighted sums of the four columns around each of n pixels, as one vector if they are adjacent."""
    weights: Real[1024]
    if not cython.compiled:
        weights = [0.0] * 1024
    one: Real = 1
    for x in range(n):
        r: Real = down[x]
        weights[x] = far(r)
        weights[256 + x] = near(r)
        weights[512 + x] = near(one - r)
        weights[768 + x] = far(one - r)
    for x in range(n):
        corner = moved(source, starts[x] - stride - channels)
        for k in range(4):
            sums[4 * x + k] = (
                corner[k * channels] * weights[x]
                + corner[k * channels + stride] * weights[256 + x]
                + corner[k * channels + 2 * stride] * weights[512 + x]
                + corner[k * channels + 3 * stride] * weights[768 + x]
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
    grid: Grid,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    n: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate between the four samples around each pixel."""
    words: cython.uint[1280]
    if not cython.compiled:
        words = [0] * 1280
    stride = grid.stride
    channels = grid.channels
    # The second of two pixels of three bytes is loaded with the byte before it, because the one after may not exist.
    second: Index = 2 if channels == 3 else 4
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
            target[x] = cython.cast(cython.typeof(target[0]), above * (one - r) + below * r + half)
        return
    for x in range(n):
        start = starts[x]
        words[x] = load4(source, start)
        words[256 + x] = load4(source, start + second) >> surplus
        words[512 + x] = load4(source, start + stride)
        words[768 + x] = load4(source, start + stride + second) >> surplus
    if channels == 3:
        blend_bytes(n, 24, down, across, words)
    else:
        blend_bytes(n, 32, down, across, words)
    store_bytes(target, n, channels, words, 1024)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def blend_bytes(
    n: Index, bits: cython.uint, down: cython.pointer(Real), across: cython.pointer(Real), words: cython.p_uint
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
            above = byte(words[x], shift) * (one - c) + byte(words[256 + x], shift) * c
            below = byte(words[512 + x], shift) * (one - c) + byte(words[768 + x], shift) * c
            word |= cython.cast(cython.uint, cython.cast(cython.int, above * (one - r) + below * r + half)) << shift
        words[1024 + x] = word


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def cubic_bytes(
    grid: Grid,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    n: Index,
    starts: cython.p_int,
    down: cython.pointer(Real),
    across: cython.pointer(Real),
) -> cython.void:
    """Interpolate between the sixteen samples around each pixel."""
    words: cython.uint[4352]
    if not cython.compiled:
        words = [0] * 4352
    stride = grid.stride
    channels = grid.channels
    # The last of four pixels of three bytes is loaded with the byte before it, because the one after may not exist.
    last: Index = 8 if channels == 3 else 12
    surplus: cython.uint = 8 if channels == 3 else 0
    one: Real = 1
    if channels == 1:
        for x in range(n):
            start = starts[x] - stride - 1
            words[x] = load4(source, start)
            words[256 + x] = load4(source, start + stride)
            words[512 + x] = load4(source, start + 2 * stride)
            words[768 + x] = load4(source, start + 3 * stride)
        for x in range(n):
            r: Real = down[x]
            c: Real = across[x]
            a0: Real = far(c)
            a1: Real = near(c)
            a2: Real = near(one - c)
            a3: Real = far(one - c)
            total: Real = sum_of_bytes(words, x, 0, 0, 8, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 256 + x, 0, 0, 8, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 512 + x, 0, 0, 8, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 768 + x, 0, 0, 8, a0, a1, a2, a3) * far(one - r)
            target[x] = cython.cast(cython.typeof(target[0]), to_byte(total))
        return
    for x in range(n):
        start = starts[x] - stride - channels
        for k in range(4):
            words[1024 * k + x] = load4(source, start)
            words[1024 * k + 256 + x] = load4(source, start + channels)
            words[1024 * k + 512 + x] = load4(source, start + 2 * channels)
            words[1024 * k + 768 + x] = load4(source, start + last) >> surplus
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
            total = sum_of_bytes(words, x, 256, shift, 0, a0, a1, a2, a3) * far(r)
            total += sum_of_bytes(words, 1024 + x, 256, shift, 0, a0, a1, a2, a3) * near(r)
            total += sum_of_bytes(words, 2048 + x, 256, shift, 0, a0, a1, a2, a3) * near(one - r)
            total += sum_of_bytes(words, 3072 + x, 256, shift, 0, a0, a1, a2, a3) * far(one - r)
            word |= cython.cast(cython.uint, to_byte(total)) << shift
        words[4096 + x] = word
    store_bytes(target, n, channels, words, 4096)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def sum_of_bytes(
    words: cython.p_uint,
    at: Index,
    step: Index,
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
    target: cython.pointer(Pixel), n: Index, channels: Index, words: cython.p_uint, first: Index
) -> cython.void:
    """Write the lowest three or four bytes of n words."""
    if channels == 4:
        for x in range(n):
            store4(target, 4 * x, words[first + x])
        return
    # The fourth byte is overwritten by the next pixel.
    for x in range(n - 1):
        store4(target, 3 * x, words[first + x])
    for k in range(3):
        target[3 * (n - 1) + k] = cython.cast(cython.typeof(target[0]), byte(words[first + n - 1], 8 * k))
