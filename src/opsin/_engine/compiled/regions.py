# cython: infer_types=True
"""Numbers of the regions of an image, each a sum or an extreme over the region's pixels, in one pass.

A row of labels is a sequence of runs, stretches of one label. A run adds to its region's row of a table in one
go: the number of its pixels, the sums of their coordinates (an arithmetic series along the row), their bounding
box, and the pixels' values, which are next to each other in memory. Without labels each row is one run.

The image is cut into strips by its shape, and each has a table of its own, for the labels from its smallest to its
largest; the tables are merged in the order of the strips. So a result does not depend on the number of threads.

A column takes some slots of a table's row. Each slot is a sum, which begins with 0, or a maximum, which begins with
-infinity; a minimum is the maximum of the negative. To add a column: give it slots in `measure_regions` and return them
there, fill them in `add_places` or `add_pixels`, and finish them in `finish`.

Moments and deviations are sums of powers of differences from a center, which a first pass over the image finds. The
sums of powers along a run have closed forms, in which nothing cancels if they are taken from the middle of the run.

Entry: ``ranges = label_ranges(labels)`` and then ``measure_regions(labels, ranges, shape, pixels, channels, columns)``.

References
----------
.. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992, chapter 3.
"""

import math

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._strips import strip_count, strip_start
from cython.cimports.opsin._engine.runtime import parallel_for, poll, strip_type

Label = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)
Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

INFINITY = cython.declare(cython.double, math.inf)
NAN = cython.declare(cython.double, math.nan)
COLUMNS = ("count", "sum", "min", "max", "bbox", "centroid")
CENTERED = ("moments", "weighted", "squares", "argmin", "argmax")


Run = cython.struct(
    row=Index,
    begin=Index,  # the first column, and that after the last
    end=Index,
    entry=Index,  # the row of the table
    label=Index,
    channel=Index,
)


@cython.final
@cython.cclass
class Regions:
    """A label image, its pixels, and the tables of the strips."""

    label_bytes: cython.int  # which of the views of the labels is set; an empty one: all is one region
    labels1: cython.const[cython.uchar][:, ::1]
    labels2: cython.const[cython.ushort][:, ::1]
    labels4: cython.const[cython.uint][:, ::1]
    labels8: cython.const[cython.ulonglong][:, ::1]
    pixel_code: cython.int  # which of the views of the pixels is set; 0: none
    pixels1: cython.const[cython.uchar][:, ::1]
    pixels2: cython.const[cython.ushort][:, ::1]
    pixels3: cython.const[cython.float][:, ::1]
    pixels4: cython.const[cython.double][:, ::1]
    channels: Index
    shape: cython.const[Index][::1]
    rows: Index
    columns: Index
    strips: Index
    ranging: cython.bint  # whether only the ranges are wanted
    ranges: cython.longlong[:, ::1]  # of each strip: the smallest label and the largest; none if that is less
    # The first slot of each column; 0 if it is not measured, since slot 0 is the number of pixels. First come sums,
    # then maxima.
    centroid: Index  # the coordinates along each axis
    sum: Index  # of each channel
    unknown: Index  # of each channel, how many are not a number
    sums: Index  # how many slots so far
    bbox: Index  # along each axis minus the first coordinate, then the last plus one
    extremes: Index  # of each channel the largest, then minus the smallest
    moments: Index  # for each combination of powers along the axes
    weighted: Index  # the same of each channel, weighted by the pixels
    squares: Index  # of each channel, of the differences from the mean
    places: Index  # of each channel minus the first index of the largest, then of the smallest
    powers: Index  # how many powers along each axis, 0 included
    combinations: Index  # of powers along all axes
    # Of each label: the coordinates of its center, then of each channel the mean, the largest and the smallest
    known: cython.const[cython.double][:, ::1]
    slots: Index  # how many in all
    table: cython.double[:, ::1]
    offsets: Index[::1]  # of each strip: the table's row of label 0, if it had one
    # Of each strip
    runs: Index[:, :, ::1]  # of one row: the table's row, the first column and that after the last
    position: Index[:, ::1]  # of one row: its coordinates
    factors: cython.double[:, ::1]  # of one run: the product of powers along the axes but the last
    # The merged table
    found: cython.longlong[::1]  # the labels that have pixels
    merged: cython.double[:, ::1]  # for each slot a number of each of these labels
    count: Index  # of these labels so far


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def visit(job: Regions, strip: cython.int) -> cython.void:
    """Find the range of the labels of one strip, or fill its table."""
    if job.label_bytes == 1:
        visit_labels(job, job.labels1, strip)
    elif job.label_bytes == 2:
        visit_labels(job, job.labels2, strip)
    elif job.label_bytes == 4:
        visit_labels(job, job.labels4, strip)
    else:
        visit_labels(job, job.labels8, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def visit_labels(job: Regions, labels: cython.const[Label][:, ::1], strip: cython.int) -> cython.void:
    if job.ranging:
        find_range(job, labels, strip)
    else:
        measure(job, labels, strip)


# 1. The labels of each strip.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_range(job: Regions, labels: cython.const[Label][:, ::1], strip: cython.int) -> cython.void:
    """Find the smallest and the largest label of a strip; 0 is none."""
    start = strip_start(job.rows, job.strips, strip)
    largest: Label = labels[start, 0]
    none: Label = ~(largest ^ largest)
    smallest: Label = none
    for row in range(start, strip_start(job.rows, job.strips, strip + 1)):
        for x in range(labels.shape[1]):
            label = labels[row, x]
            largest = max(largest, label)
            # 0 becomes the largest number, without a condition, which would not be done in vectors.
            smallest = min(smallest, label | (none * (label == 0)))
    job.ranges[strip, 0] = smallest if largest > 0 else 1
    job.ranges[strip, 1] = largest


# 2. The tables.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def measure(job: Regions, labels: cython.const[Label][:, ::1], strip: cython.int) -> cython.void:
    """Fill the table of one strip."""
    offset = job.offsets[strip]
    for r in range(offset + job.ranges[strip, 0], offset + job.ranges[strip, 1] + 1):
        for slot in range(job.slots):
            job.table[r, slot] = 0 if slot < job.sums else -INFINITY
    for row in range(strip_start(job.rows, job.strips, strip), strip_start(job.rows, job.strips, strip + 1)):
        rest: Index = row
        for axis in range(job.shape.shape[0] - 2, -1, -1):
            job.position[strip, axis] = rest % job.shape[axis]
            rest = rest // job.shape[axis]
        count: Index = 1
        if labels.shape[0]:
            count = list_runs(job, labels, job.runs, row, strip)
        else:
            job.runs[strip, 0, 0] = offset + 1
            job.runs[strip, 0, 1] = 0
            job.runs[strip, 0, 2] = job.columns
        add_positions(job, strip, count)
        if job.pixel_code == 1:
            add_pixels(job, job.pixels1, row, strip, count)
        elif job.pixel_code == 2:
            add_pixels(job, job.pixels2, row, strip, count)
        elif job.pixel_code == 3:
            add_pixels(job, job.pixels3, row, strip, count)
        elif job.pixel_code == 4:
            add_pixels(job, job.pixels4, row, strip, count)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def list_runs(
    job: Regions, labels: cython.const[Label][:, ::1], runs: Index[:, :, ::1], row: Index, strip: cython.int
) -> Index:
    """List the runs of one row that are not 0; return how many there are."""
    low: cython.ulonglong = job.ranges[strip, 0]
    high: cython.ulonglong = job.ranges[strip, 1]
    offset = job.offsets[strip]
    x: Index = 0
    count: Index = 0
    while x < labels.shape[1]:
        label = labels[row, x]
        begin = x
        x += 1
        while x < labels.shape[1] and labels[row, x] == label:
            x += 1
        # A label outside the strip's range is 0, or was written meanwhile by another thread.
        if low <= label <= high:
            runs[strip, count, 0] = offset + cython.cast(Index, label)
            runs[strip, count, 1] = begin
            runs[strip, count, 2] = x
            count += 1
    return count


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_positions(job: Regions, strip: cython.int, count: Index) -> cython.void:
    """Add the pixels of a row's runs, and where they are."""
    last = job.shape.shape[0] - 1
    for k in range(count):
        r = job.runs[strip, k, 0]
        begin = job.runs[strip, k, 1]
        end = job.runs[strip, k, 2]
        pixels: cython.double = end - begin
        job.table[r, 0] += pixels
        if job.centroid:
            for axis in range(last):
                job.table[r, job.centroid + axis] += pixels * job.position[strip, axis]
            job.table[r, job.centroid + last] += pixels * (begin + end - 1) / 2
        if job.bbox:
            for axis in range(last):
                position = job.position[strip, axis]
                raise_to(job.table, r, job.bbox + axis, -position)
                raise_to(job.table, r, job.bbox + last + 1 + axis, position + 1)
            raise_to(job.table, r, job.bbox + last, -begin)
            raise_to(job.table, r, job.bbox + last + 1 + last, end)
        if job.moments:
            multiply_powers(job, job.factors, r - job.offsets[strip], strip)
            add_moments(job, job.factors, r, begin, end, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def multiply_powers(job: Regions, factors: cython.double[:, ::1], label: Index, strip: cython.int) -> cython.void:
    """Write the products of powers of a row's distances from the center, along all axes but the last."""
    size: Index = 1
    factors[strip, 0] = 1
    for axis in range(job.shape.shape[0] - 1):
        distance = job.position[strip, axis] - job.known[label, axis]
        # From the end, so that no factor is overwritten before it is read.
        for k in range(size - 1, -1, -1):
            product: cython.double = factors[strip, k]
            for power in range(job.powers):
                factors[strip, k * job.powers + power] = product
                product *= distance
        size *= job.powers


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_moments(
    job: Regions, factors: cython.double[:, ::1], r: Index, begin: Index, end: Index, strip: cython.int
) -> cython.void:
    """Add the moments of one run."""
    sums = cython.declare(cython.double[4])
    count: cython.double = end - begin
    middle: cython.double = (begin + end - 1) / 2.0 - job.known[r - job.offsets[strip], job.shape.shape[0] - 1]
    # The sum of the squares of the distances from the middle of the run.
    spread: cython.double = count * (count * count - 1) / 12
    sums[0] = count
    sums[1] = count * middle
    sums[2] = count * middle * middle + spread
    sums[3] = middle * (count * middle * middle + 3 * spread)
    add_products(job, factors, sums, r, job.moments, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def raise_to(table: cython.double[:, ::1], r: Index, slot: Index, value: cython.double) -> cython.void:
    """Let a maximum be at least `value`."""
    table[r, slot] = max(table[r, slot], value)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_pixels(
    job: Regions, pixels: cython.const[Pixel][:, ::1], row: Index, strip: cython.int, count: Index
) -> cython.void:
    """Add the values of the pixels of a row's runs."""
    run = cython.declare(Run)
    last = job.shape.shape[0] - 1
    run.row = row
    for k in range(count):
        run.entry, run.begin, run.end = job.runs[strip, k, 0], job.runs[strip, k, 1], job.runs[strip, k, 2]
        run.label = run.entry - job.offsets[strip]
        for channel in range(job.channels):
            run.channel = channel
            if job.sum:
                job.table[run.entry, job.sum + channel] += sum_of(pixels, run, job.channels)
            if job.extremes:
                add_extremes(job, pixels, run)
            if job.squares:
                mean = job.known[run.label, last + 1 + channel]
                job.table[run.entry, job.squares + channel] += squares_of(pixels, run, job.channels, mean)
            if job.places:
                add_places_of_extremes(job, pixels, run)
            if job.weighted:
                multiply_powers(job, job.factors, run.label, strip)
                add_weighted(job, job.factors, pixels, run, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def sum_of(pixels: cython.const[Pixel][:, ::1], run: Run, channels: Index) -> cython.double:
    """Return the sum of one channel of a run; of floats, as the sum of eight sums, which are one vector."""
    first = run.begin * channels + run.channel
    length = run.end - run.begin
    row = run.row
    whole: cython.ulonglong = 0
    total: cython.double = 0
    sums = cython.declare(cython.double[8])
    k: Index = 0
    if Pixel is cython.uchar or Pixel is cython.ushort:
        for k in range(length):
            whole += cython.cast(cython.ulonglong, pixels[row, first + k * channels])
        total = whole
    else:
        if length >= 8:
            for i in range(8):
                sums[i] = 0
            while k + 8 <= length:
                for i in range(8):
                    sums[i] += cython.cast(cython.double, pixels[row, first + (k + i) * channels])
                k += 8
            for i in range(8):
                total += sums[i]
        while k < length:
            total += cython.cast(cython.double, pixels[row, first + k * channels])
            k += 1
    return total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def squares_of(pixels: cython.const[Pixel][:, ::1], run: Run, channels: Index, mean: cython.double) -> cython.double:
    """Return the sum of the squares of the differences of one channel of a run from a mean."""
    total: cython.double = 0
    for x in range(run.begin, run.end):
        difference = cython.cast(cython.double, pixels[run.row, x * channels + run.channel]) - mean
        total += difference * difference
    return total


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def add_extremes(job: Regions, pixels: cython.const[Pixel][:, ::1], run: Run) -> cython.void:
    """Add the extremes of one channel of a run, and how many pixels are not a number."""
    channels = job.channels
    first = run.begin * channels + run.channel
    lowest: Pixel = pixels[run.row, first]
    highest: Pixel = lowest
    unknown: Index = 0
    for k in range(run.end - run.begin):
        value = pixels[run.row, first + k * channels]
        unknown += value != value
        lowest = min(lowest, value)
        highest = max(highest, value)
    raise_to(job.table, run.entry, job.extremes + run.channel, highest)
    raise_to(job.table, run.entry, job.extremes + channels + run.channel, -cython.cast(cython.double, lowest))
    job.table[run.entry, job.unknown + run.channel] += unknown


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_places_of_extremes(job: Regions, pixels: cython.const[Pixel][:, ::1], run: Run) -> cython.void:
    """Add where the extremes of a region are first met; where a pixel is not a number, that is an extreme."""
    channels = job.channels
    column = job.shape.shape[0] + channels + run.channel
    highest = job.known[run.label, column]
    lowest = job.known[run.label, column + channels]
    for x in range(run.begin, run.end):
        value: cython.double = pixels[run.row, x * channels + run.channel]
        index = run.row * job.columns + x
        if value == highest or value != value:
            raise_to(job.table, run.entry, job.places + run.channel, -index)
        if value == lowest or value != value:
            raise_to(job.table, run.entry, job.places + channels + run.channel, -index)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_weighted(
    job: Regions, factors: cython.double[:, ::1], pixels: cython.const[Pixel][:, ::1], run: Run, strip: cython.int
) -> cython.void:
    """Add the moments of one run, weighted by one channel of its pixels."""
    sums = cython.declare(cython.double[4])
    center = job.known[run.label, job.shape.shape[0] - 1]
    for power in range(4):
        sums[power] = 0
    for x in range(run.begin, run.end):
        weight: cython.double = pixels[run.row, x * job.channels + run.channel]
        distance: cython.double = x - center
        for power in range(4):
            sums[power] += weight
            weight *= distance
    add_products(job, factors, sums, run.entry, job.weighted + run.channel * job.combinations, strip)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def add_products(
    job: Regions, factors: cython.double[:, ::1], sums: cython.p_double, entry: Index, slot: Index, strip: cython.int
) -> cython.void:
    """Add the products of a run's factors and its sums of powers along the row."""
    for k in range(job.combinations // job.powers):
        for power in range(job.powers):
            job.table[entry, slot + k * job.powers + power] += factors[strip, k] * sums[power]


# 3. One table.


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def lay_out(job: Regions, limit: Index) -> Index:
    """Place the strips' tables one after another; join strips by pairs while that is longer than `limit` rows."""
    while True:
        length: Index = 0
        for strip in range(job.strips):
            job.offsets[strip] = length - job.ranges[strip, 0]
            length += job.ranges[strip, 1] - job.ranges[strip, 0] + 1
        if job.strips == 1 or length <= limit:
            return length
        job.strips = job.strips // 2
        for strip in range(job.strips):
            low = job.ranges[2 * strip, 0]
            high = job.ranges[2 * strip, 1]
            if high == 0 or (job.ranges[2 * strip + 1, 1] > 0 and job.ranges[2 * strip + 1, 0] < low):
                low = job.ranges[2 * strip + 1, 0]
            job.ranges[strip, 0] = low
            job.ranges[strip, 1] = max(high, job.ranges[2 * strip + 1, 1])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def merge(job: Regions, merged: cython.double[:, ::1], low: Index, high: Index) -> cython.void:
    """Write the numbers of the labels from `low` to before `high`."""
    for label in range(low, high):
        first: cython.bint = True
        for strip in range(job.strips):
            r = job.offsets[strip] + label
            if job.ranges[strip, 0] <= label <= job.ranges[strip, 1] and job.table[r, 0] > 0:
                for slot in range(job.slots):
                    value = job.table[r, slot]
                    if first:
                        merged[slot, job.count] = value
                    elif slot < job.sums:
                        merged[slot, job.count] += value
                    elif merged[slot, job.count] < value:
                        merged[slot, job.count] = value
                first = False
        if not first:
            job.found[job.count] = label
            finish(job, merged, job.count)
            job.count += 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def finish(job: Regions, merged: cython.double[:, ::1], row: Index) -> cython.void:
    """Turn the sums and maxima of one region into its numbers."""
    axes = job.shape.shape[0]
    if job.centroid:
        for axis in range(axes):
            merged[job.centroid + axis, row] /= merged[0, row]
    if job.bbox:
        for axis in range(axes):
            merged[job.bbox + axis, row] *= -1
    if job.extremes:
        for channel in range(job.channels):
            merged[job.extremes + job.channels + channel, row] *= -1
            if merged[job.unknown + channel, row] > 0:
                merged[job.extremes + channel, row] = NAN
                merged[job.extremes + job.channels + channel, row] = NAN


def job_of(labels, rows, columns):
    """Return a job for labels, given as C-contiguous rows of unsigned integers, or without labels."""
    job: Regions = Regions()
    job.rows, job.columns = rows, columns
    # A power of two, so that strips can be joined by pairs.
    job.strips = 2 ** (int(strip_count(rows, rows * columns)).bit_length() - 1)
    labels = np.empty((0, 0), np.uint8) if labels is None else labels
    job.label_bytes = labels.itemsize
    job.labels1 = labels if job.label_bytes == 1 else None
    job.labels2 = labels if job.label_bytes == 2 else None
    job.labels4 = labels if job.label_bytes == 4 else None
    job.labels8 = labels if job.label_bytes == 8 else None
    return job


def label_ranges(labels):
    """Return the smallest and the largest label of each strip of an image.

    Parameters
    ----------
    labels : (R, C) ndarray of uint8, uint16, uint32 or uint64
        The labels as rows, C-contiguous; R and C are not 0.

    Returns
    -------
    (S, 2) ndarray of uint64
        1 and 0 for a strip that has no labels but 0.
    """
    job: Regions = job_of(labels, *labels.shape)
    ranges = np.empty((job.strips, 2), np.uint64)
    job.ranging, job.ranges = True, ranges.view(np.int64)
    parallel_for(cython.cast(strip_type, visit), job.strips, job, 0.1 * labels.size * labels.itemsize)
    return ranges


def take_slots(job: Regions, wanted, count):
    """Return the first of the next slots of a table, or 0 if they are not wanted."""
    first = job.slots
    job.slots += count if wanted else 0
    return first if wanted else 0


def measure_regions(labels, ranges, shape, pixels, channels, columns, known=None, order=0):
    """Measure the regions of an image.

    Parameters
    ----------
    labels : (R, C) ndarray of uint8, uint16, uint32 or uint64, or None
        The labels as rows, C-contiguous; R and C are not 0. None: all pixels are of region 1.
    ranges : ndarray or None
        What `label_ranges` returned for them. The largest label decides on the size of the tables: rank labels that
        are far larger than the image.
    shape : tuple of int
        The image's shape.
    pixels : (R, C * channels) ndarray of uint8, uint16, float32 or float64, or None
        The pixels as rows, C-contiguous; not needed for places.
    channels : int
        How many values a pixel has; 0 if there are no pixels.
    columns : set of str
        The columns wanted, out of `COLUMNS` and `CENTERED`; "count" is always there.
    known : (L, K) ndarray of float64, optional
        For the columns in `CENTERED`: of each label from 0 to the largest the coordinates of its center, then of each
        channel the mean, then the largest and then the smallest value.
    order : int
        The largest power along each axis of the moments, at most 3.

    Returns
    -------
    found : (N,) ndarray of int64
        The labels that have pixels.
    table : dict of str to ndarray
        "count", (N,) int64; "bbox", (2 * axes, N) int64, the first coordinates and then the last ones plus one;
        "centroid", (axes, N) float64; "sum", "min" and "max", (channels, N) float64, NaN if a pixel is;
        "moments", (combinations, N) float64, about the center, the last axis's power changing fastest; "weighted",
        (channels, combinations, N); "squares", (channels, N); "argmin" and "argmax", (channels, N) int64.
    """
    axes = len(shape)
    *leading, last = shape
    if columns & set(CENTERED) and known is None:
        raise ValueError("known must be given for columns that are computed from a center.")
    job: Regions = job_of(labels, math.prod(leading), last)
    job.shape = np.array(shape, np.intp)
    job.pixel_code = 0 if pixels is None else ("B", "H", "f", "d").index(pixels.dtype.char) + 1
    job.pixels1 = pixels if job.pixel_code == 1 else None
    job.pixels2 = pixels if job.pixel_code == 2 else None
    job.pixels3 = pixels if job.pixel_code == 3 else None
    job.pixels4 = pixels if job.pixel_code == 4 else None
    job.channels = channels

    job.powers, job.combinations = order + 1, (order + 1) ** axes
    job.slots = 1
    # Without pixels their columns have no rows and no slots.
    job.centroid = take_slots(job, {"centroid"} & columns, axes)
    job.sum = take_slots(job, {"sum"} & columns, channels)
    job.unknown = take_slots(job, {"min", "max"} & columns, channels)
    job.moments = take_slots(job, {"moments"} & columns, job.combinations)
    job.weighted = take_slots(job, {"weighted"} & columns, channels * job.combinations)
    job.squares = take_slots(job, {"squares"} & columns, channels)
    job.sums = job.slots
    job.places = take_slots(job, {"argmin", "argmax"} & columns, 2 * channels)
    job.bbox = take_slots(job, {"bbox"} & columns, 2 * axes)
    job.extremes = take_slots(job, {"min", "max"} & columns, 2 * channels)

    job.ranging = False
    job.ranges = np.ones((job.strips, 2), np.int64) if labels is None else ranges.astype(np.int64)
    job.offsets = np.empty(job.strips, np.intp)
    # The tables together are not to be much larger than the image.
    job.table = np.empty((lay_out(job, job.rows * job.columns // max(8, job.slots)), job.slots))
    job.runs = np.empty((job.strips, job.columns, 3), np.intp)
    job.position = np.empty((job.strips, axes), np.intp)
    job.known = known
    job.factors = np.empty((job.strips, job.combinations))
    parallel_for(cython.cast(strip_type, visit), job.strips, job, 1.0 * job.rows * job.columns * (1 + channels))

    end: Index = 1
    for strip in range(job.strips):
        end = max(end, job.ranges[strip, 1] + 1)
    found, merged = np.empty(end - 1, np.int64), np.empty((job.slots, end - 1))
    job.found, job.merged, job.count = found, merged, 0
    for low in range(1, end, 1 << 18):
        poll()
        merge(job, job.merged, low, min(low + (1 << 18), end))

    merged = merged[:, : job.count]
    table = {"count": merged[0].astype(np.int64)}
    if job.centroid:
        table["centroid"] = merged[job.centroid : job.centroid + axes]
    if job.sum:
        table["sum"] = merged[job.sum : job.sum + channels]
    if job.bbox:
        table["bbox"] = merged[job.bbox : job.bbox + 2 * axes].astype(np.int64)
    if job.moments:
        table["moments"] = merged[job.moments : job.moments + job.combinations]
    if job.weighted:
        weighted = merged[job.weighted : job.weighted + channels * job.combinations]
        table["weighted"] = weighted.reshape(channels, job.combinations, job.count)
    if job.squares:
        table["squares"] = merged[job.squares : job.squares + channels]
    if job.places:
        table["argmax"] = -merged[job.places : job.places + channels].astype(np.int64)
        table["argmin"] = -merged[job.places + channels : job.places + 2 * channels].astype(np.int64)
    if "max" in columns:
        table["max"] = merged[job.extremes : job.extremes + channels]
    if "min" in columns:
        table["min"] = merged[job.extremes + channels : job.extremes + 2 * channels]
    return found[: job.count], table
