# cython: infer_types=True
"""Histograms of the tiles of an image, and its pixels mapped by those of the tiles around them.

The tiles are boxes of equal size in a grid. A pixel is mapped by the tables of the tiles whose centers are next to it,
with weights that fall linearly with the distance, so that no seam shows [1]_. Along the rows the tables are constant
between two centers; the tables across the rows are given for each row, with their weights.

References
----------
.. [1] S. M. Pizer et al., "Adaptive Histogram Equalization and Its Variations", Computer Vision, Graphics, and Image
   Processing 39 (3), 1987, pp. 355-368.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import floor
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Level = cython.fused_type(cython.uchar, cython.ushort)
Value = cython.fused_type(cython.ushort, cython.float, cython.double)

# Adjacent pixels, which are often equal, are counted in different tables: a count waits for the last one in its place.
TABLES = cython.declare(Index, 2)
# Exact integers that rounding has made less keep their value.
MARGIN = cython.declare(cython.float, 1.0 / 1024)
# A number to which this was added, and from which it is subtracted, is rounded to the nearest integer, or an even one.
EVEN = cython.declare(cython.double, 1.5 * 2.0**52)
# Blended tables pay where the centers of tiles are at least this part of the levels apart.
BLEND_SHARE = 8


@cython.final
@cython.cclass
class Job:
    """Levels of an image, and the tables of its tiles; of the views by dtype one is set."""

    level_bytes: cython.int
    levels1: cython.const[cython.uchar][:, ::1]
    levels2: cython.const[cython.ushort][:, ::1]
    columns: cython.const[cython.int][::1]  # the column of the image for each column of the tiles
    size: Index  # the columns of a tile
    strips: Index
    # Counting: the rows of the image in each row of tiles, and the scratch of each strip.
    rows: cython.const[cython.longlong][:, ::1]
    scratch: cython.uint[:, ::1]
    counts: cython.uint[:, :, ::1]
    factor: cython.double  # from a cumulative count to a new level
    top: cython.double
    curves: cython.float[:, :, ::1]
    # Mapping: rows of tiles for each row of the image, with their weights.
    corners: cython.const[cython.int][:, ::1]
    weights: cython.const[cython.float][:, ::1]
    tables: cython.const[cython.float][:, :, ::1]
    blended: cython.float[:, ::1]  # for each strip the tables of a row; none if tables are not blended
    target: cython.ushort[:, ::1]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count(job: Job, strip: cython.int) -> cython.void:
    """Count the tiles of one strip."""
    if job.level_bytes == 1:
        count_levels(job.levels1, job, strip)
    else:
        count_levels(job.levels2, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def count_levels(levels: cython.const[Level][:, ::1], job: Job, strip: cython.int) -> cython.void:
    bins = job.counts.shape[2]
    inside = levels.shape[1]
    tiles = job.counts.shape[0]
    for t in range(strip_start(tiles, job.strips, strip), strip_start(tiles, job.strips, strip + 1)):
        for i in range(job.scratch.shape[1]):
            job.scratch[strip, i] = 0
        for k in range(job.rows.shape[1]):
            row = job.rows[t, k]
            for across in range(job.counts.shape[1]):
                table = across * TABLES * bins
                first = across * job.size
                last: Index = min(first + job.size, inside)
                even = first + (last - first) // 2 * 2
                for x in range(first, even, 2):
                    job.scratch[strip, table + levels[row, x]] += 1
                    job.scratch[strip, table + bins + levels[row, x + 1]] += 1
                for x in range(even, last):
                    job.scratch[strip, table + levels[row, x]] += 1
                for x in range(max(first, inside), first + job.size):
                    job.scratch[strip, table + levels[row, job.columns[x]]] += 1
        for across in range(job.counts.shape[1]):
            table = across * TABLES * bins
            for i in range(bins):
                job.counts[t, across, i] = job.scratch[strip, table + i] + job.scratch[strip, table + bins + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def limit(job: Job, strip: cython.int) -> cython.void:
    """Limit the counts of the tiles of one strip, and make the table of each."""
    tiles = job.counts.shape[0]
    for t in range(strip_start(tiles, job.strips, strip), strip_start(tiles, job.strips, strip + 1)):
        for across in range(job.counts.shape[1]):
            limit_counts(job.counts, t, across, job.size)
            below: cython.double = 0
            for i in range(job.counts.shape[2]):
                below += job.counts[t, across, i]
                level: cython.double = min(below * job.factor, job.top)
                job.curves[t, across, i] = cython.cast(cython.int, level)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def limit_counts(counts: cython.uint[:, :, ::1], t: Index, across: Index, largest: cython.longlong) -> cython.void:
    """Reduce the counts of a tile to the largest that is allowed, and give what is too much to the others."""
    bins = counts.shape[2]
    excess: cython.longlong = 0
    for i in range(bins):
        if counts[t, across, i] > largest:
            excess += cython.cast(cython.longlong, counts[t, across, i]) - largest
            counts[t, across, i] = cython.cast(cython.uint, largest)
    share = excess // bins
    upper = largest - share
    for i in range(bins):
        number = cython.cast(cython.longlong, counts[t, across, i])
        if number < upper:
            number += share
            excess -= share
        if upper <= number < largest:
            excess -= largest - number
            number = largest
        counts[t, across, i] = cython.cast(cython.uint, number)
    # One by one, to bins that are spread evenly.
    given: cython.longlong = 1
    while excess > 0 and given > 0:
        given = 0
        for first in range(bins):
            room: cython.longlong = 0
            for i in range(bins):
                room += counts[t, across, i] < largest
            step: Index = max(1, room // excess)
            i = first
            while i < bins:
                if counts[t, across, i] < largest:
                    counts[t, across, i] += 1
                    excess -= 1
                    given += 1
                i += step
            if excess <= 0 or room == 0:
                break


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def apply(job: Job, strip: cython.int) -> cython.void:
    """Map the rows of one strip."""
    if job.level_bytes == 1:
        apply_levels(job.levels1, job, strip)
    else:
        apply_levels(job.levels2, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def apply_levels(levels: cython.const[Level][:, ::1], job: Job, strip: cython.int) -> cython.void:
    width = levels.shape[1]
    last = job.tables.shape[1] - 1
    half = job.size // 2
    for row in range(
        strip_start(levels.shape[0], job.strips, strip), strip_start(levels.shape[0], job.strips, strip + 1)
    ):
        if job.blended.shape[1] > 0:
            blend(job, strip, row)
        start: Index = 0
        right: Index = 0
        while start < width:
            end: Index = min((right + 1) * job.size - half, width)
            center = right * job.size - half
            if job.blended.shape[1] > 0:
                before = max(right - 1, 0) * job.tables.shape[2]
                after = min(right, last) * job.tables.shape[2]
                apply_blended(levels, job.blended, job.target, strip, row, start, end, center, job.size, before, after)
            else:
                apply_each(levels, job, row, start, end, center, max(right - 1, 0), min(right, last))
            start = end
            right += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def blend(job: Job, strip: cython.int, row: Index) -> cython.void:
    """Blend the tables across the rows, for all tiles along the row."""
    bins = job.tables.shape[2]
    corners = job.corners.shape[1]
    # In pairs, since each sum is written to memory; one corner is a pair with itself.
    for pair in range(0, corners, 2):
        other: Index = min(pair + 1, corners - 1)
        one_tile = job.corners[row, pair]
        other_tile = job.corners[row, other]
        one_weight = job.weights[row, pair]
        other_weight: cython.float = job.weights[row, other] if other > pair else 0
        for across in range(job.tables.shape[1]):
            offset = across * bins
            if pair == 0:
                for i in range(bins):
                    job.blended[strip, offset + i] = (
                        one_weight * job.tables[one_tile, across, i] + other_weight * job.tables[other_tile, across, i]
                    )
            else:
                for i in range(bins):
                    job.blended[strip, offset + i] += (
                        one_weight * job.tables[one_tile, across, i] + other_weight * job.tables[other_tile, across, i]
                    )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def apply_blended(
    levels: cython.const[Level][:, ::1],
    blended: cython.float[:, ::1],
    target: cython.ushort[:, ::1],
    strip: cython.int,
    row: Index,
    start: Index,
    end: Index,
    center: Index,
    size: Index,
    before: Index,
    after: Index,
) -> cython.void:
    """Map the pixels between two centers by the blended tables."""
    share: cython.float = 1.0 / size
    margin: cython.float = MARGIN
    for x in range(start, end):
        level = levels[row, x]
        left = blended[strip, before + level]
        beside: cython.float = cython.cast(cython.int, x - center)
        target[row, x] = cython.cast(
            cython.int, left + (blended[strip, after + level] - left) * (beside * share) + margin
        )


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def apply_each(
    levels: cython.const[Level][:, ::1],
    job: Job,
    row: Index,
    start: Index,
    end: Index,
    center: Index,
    before: Index,
    after: Index,
) -> cython.void:
    """Map the pixels between two centers where these are so near that blended tables would cost more."""
    share: cython.float = 1.0 / job.size
    for x in range(start, end):
        level = levels[row, x]
        left: cython.float = 0
        right: cython.float = 0
        for corner in range(job.corners.shape[1]):
            tile = job.corners[row, corner]
            left += job.weights[row, corner] * job.tables[tile, before, level]
            right += job.weights[row, corner] * job.tables[tile, after, level]
        beside: cython.float = cython.cast(cython.int, x - center)
        value: cython.float = left + (right - left) * (beside * share) + MARGIN
        job.target[row, x] = cython.cast(cython.int, value)


@cython.final
@cython.cclass
class Rounding:
    """Values and their levels; of the views of each, the one of its dtype is set."""

    value_bytes: cython.int
    level_bytes: cython.int
    values2: cython.const[cython.ushort][::1]
    values4: cython.const[cython.float][::1]
    values8: cython.const[cython.double][::1]
    levels1: cython.uchar[::1]
    levels2: cython.ushort[::1]
    low: cython.double
    high: cython.double
    fine: cython.double
    first: cython.double
    span: cython.double
    steps: cython.double
    width: cython.double
    strips: Index


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def round_values(job: Rounding, strip: cython.int) -> cython.void:
    """Round the values of one strip."""
    if job.value_bytes == 2:
        round_to(job.values2, job, strip)
    elif job.value_bytes == 4:
        round_to(job.values4, job, strip)
    else:
        round_to(job.values8, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def round_to(values: cython.const[Value][::1], job: Rounding, strip: cython.int) -> cython.void:
    if job.level_bytes == 1:
        round_all(values, job.levels1, job, strip)
    else:
        round_all(values, job.levels2, job, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def round_all(values: cython.const[Value][::1], levels: Level[::1], job: Rounding, strip: cython.int) -> cython.void:
    low = job.low
    high = job.high
    fine = job.fine
    first = job.first
    span = job.span
    steps = job.steps
    share = 1 / job.width
    half: cython.double = 0.5
    for i in range(
        strip_start(values.shape[0], job.strips, strip), strip_start(values.shape[0], job.strips, strip + 1)
    ):
        value = cython.cast(cython.double, values[i])
        # A comparison with NaN is false, so that it becomes `low`.
        value = value if value > low else low
        value = value if value < high else high
        if fine > 0:
            value = (value * fine + EVEN) - EVEN
        value = ((value - first) / span * steps + EVEN) - EVEN
        levels[i] = cython.cast(cython.int, floor((value + half) * share))


def levels_of(values, levels, low, high, fine, steps, width):
    """Fill `levels` with values stretched to ``steps + 1`` levels, rounded, in groups of `width`.

    Parameters
    ----------
    values : (N,) ndarray of uint16, float32 or float64
        The values; NaN becomes the lowest level.
    levels : (N,) ndarray of uint8 or uint16
        The results, which hold ``steps // width``.
    low, high : float
        The values that become the first and the last level, the lower one first; values outside are clipped.
    fine : int
        Values are multiplied by this and rounded before that; 0 if they are not.
    steps : int
        The last level.
    width : int
        The number of levels in a group.
    """
    job: Rounding = Rounding()
    job.value_bytes, job.level_bytes = values.itemsize, levels.itemsize
    job.values2 = values if job.value_bytes == 2 else None
    job.values4 = values if job.value_bytes == 4 else None
    job.values8 = values if job.value_bytes == 8 else None
    job.levels1 = levels if job.level_bytes == 1 else None
    job.levels2 = levels if job.level_bytes == 2 else None
    ends = (round(low * fine), round(high * fine)) if fine else (low, high)
    job.low, job.high, job.fine, job.first, job.steps, job.width = low, high, fine, ends[0], steps, width
    job.span = max(ends[1] - ends[0], np.finfo(np.float64).tiny)
    job.strips = strip_count(len(values), len(values))
    parallel_for(cython.cast(strip_type, round_values), job.strips, job, 0.5 * len(values))


def new_job(levels, size, columns):
    job: Job = Job()
    job.level_bytes = levels.itemsize
    job.levels1 = levels if job.level_bytes == 1 else None
    job.levels2 = levels if job.level_bytes == 2 else None
    job.size, job.columns = size, columns
    return job


def tile_tables(levels, bins, rows, columns, size, largest, factor, top):
    """Return what each level becomes in each tile: how many pixels have at most that level, times `factor`.

    Parameters
    ----------
    levels : (rows, columns) ndarray of uint8 or uint16
        An image, C-contiguous, its leading axes merged into one; all levels are less than `bins`.
    bins : int
        The number of levels.
    rows : (M, K) ndarray of int64
        For each row of tiles, the rows of the image that are in it.
    columns : (N * size,) ndarray of int32
        The column of the image for each column of the tiles; those inside of the image stand for themselves.
    size : int
        The number of columns of a tile.
    largest : int
        Counts that exceed this are reduced to it; the rest is given to the other levels evenly.
    factor : float
        From a number of pixels to a new level.
    top : int
        The largest of the new levels.

    Returns
    -------
    (M, N, bins) ndarray of float32
        The tables, of integers.
    """
    job: Job = new_job(levels, size, columns)
    across = len(columns) // size
    pixels = rows.size * len(columns)
    counts = np.zeros((len(rows), across, bins), np.uint32)
    curves = np.empty((len(rows), across, bins), np.float32)
    job.rows, job.counts, job.curves, job.factor, job.top = rows, counts, curves, factor, top
    job.strips = strip_count(len(rows), pixels)
    job.scratch = np.zeros((job.strips, across * TABLES * bins), np.uint32)
    parallel_for(cython.cast(strip_type, count), job.strips, job, 0.5 * pixels)
    job.size = largest
    parallel_for(cython.cast(strip_type, limit), job.strips, job, 5.0 * counts.size)
    return curves


def mapped_by_tiles(levels, tables, corners, weights, size, target):
    """Fill `target` with the levels of an image, mapped by the tables of the tiles around each pixel.

    Parameters
    ----------
    levels : (rows, columns) ndarray of uint8 or uint16
        An image, C-contiguous, its leading axes merged into one.
    tables : (M, N, bins) ndarray of float32
        The table of each tile, of numbers from 0 to less than 65535.
    corners : (rows, C) ndarray of int32
        The rows of tiles that each row lies between.
    weights : (rows, C) ndarray of float32
        The weight of each.
    size : int
        The number of columns of a tile.
    target : (rows, columns) ndarray of uint16
        The result.
    """
    job: Job = new_job(levels, size, np.zeros(0, np.int32))
    job.tables, job.corners, job.weights, job.target = tables, corners, weights, target
    job.strips = strip_count(len(levels), levels.size)
    _, across, bins = tables.shape
    job.blended = np.zeros((job.strips, across * bins if bins <= BLEND_SHARE * size else 0), np.float32)
    parallel_for(cython.cast(strip_type, apply), job.strips, job, 1.5 * corners.shape[1] * levels.size)
