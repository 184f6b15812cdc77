# cython: infer_types=True
"""The pixel of a given rank in large boxes in a plane, by histograms [1]_, in constant time for every size.

Entry point: ``filter_image(source, target, plan, rank, workers)``.

A tile is a rectangle of the image with the windows of its pixels around it, copied out of the extended image. Each
column keeps a histogram of its pixels in the window's rows, in 16 coarse bins and 16 fine ones in each. The window's
own histogram is the sum of its columns': from pixel to pixel one column enters and one leaves. Of the fine bins only
those are updated in which the result is looked for. All histograms are cumulative, so that the bin is the number of
counts that do not exceed the rank: vector work without a branch.

Histograms have 256 bins, which are the values of uint8. Wider pixels are sorted, and a bin holds equally many of the
tile's pixels, consecutive in their order. The few pixels of the bin that was found are counted in order: those that
are in the window.

Pointers are used for the pixels, which have four sizes, and for scratch that is divided between workers; memoryviews
for the tables.

References
----------
.. [1] S. Perreault and P. Hebert, "Median Filtering in Constant Time", IEEE Transactions on Image Processing 16 (9),
   2007, pp. 2389-2394.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled.radix_sort import sort_pixels
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

# STEPS[16 * v + i]: what a pixel of bin v adds to the cumulative count of bin i.
STEPS = cython.declare(cython.uint[256])
for number in range(256):
    STEPS[number] = 1 if number % 16 >= number // 16 else 0


@cython.final
@cython.cclass
class Boxes:
    """The image, the plan of its tiles (see ``opsin._engine.rank.TilePlan``), and the scratch of all workers."""

    source: cython.p_void
    target: cython.p_void
    itemsize: cython.int
    real: cython.bint  # floats, seen as integers
    rank: cython.Py_ssize_t
    box_rows: cython.Py_ssize_t
    box_columns: cython.Py_ssize_t
    workers: cython.Py_ssize_t
    step: cython.Py_ssize_t
    length: cython.Py_ssize_t
    rows: cython.Py_ssize_t  # of results in a tile
    columns: cython.Py_ssize_t
    pixels: cython.Py_ssize_t  # of a tile with its windows
    tile_sources: cython.const[cython.longlong][::1]
    tile_targets: cython.const[cython.longlong][::1]
    tile_fresh: cython.const[cython.longlong][:, ::1]
    line_sources: cython.const[cython.longlong][::1]
    row_targets: cython.const[cython.longlong][::1]
    values: cython.p_uchar
    keys: cython.p_ulonglong
    order: cython.p_uint
    bins: cython.p_uchar
    places: cython.p_ushort
    histograms: cython.p_ushort
    found: cython.p_uint


Scratch = cython.struct(
    values=cython.p_void,  # the pixels of the tile
    keys=cython.p_ulonglong,
    order=cython.p_uint,
    bins=cython.p_uchar,  # of each pixel
    places=cython.p_ushort,  # the columns of the sorted pixels; from pixels + 32 on, their rows
    shift=cython.int,  # from the index of a sorted pixel to its bin
    coarse=cython.p_ushort,  # histograms of the columns
    fine=cython.p_ushort,
    found=cython.p_uint,  # for each window of a row: the bin, and how many pixels of the bin precede the result
    sums=cython.p_uint,  # the histogram of a window
)


def filter_image(source, target, plan, rank, workers):
    """Write the pixel of `rank` in the window around each pixel.

    Parameters
    ----------
    source : ndarray
        The extended image, C-contiguous: uint8, uint16, float32 or float64.
    target : ndarray
        The result, C-contiguous, of the same dtype.
    plan : TilePlan
        The tiles, the rows in each, and the window, which is a box.
    rank : int
        The position of the result among the sorted pixels of the window, from 0.
    workers : int
        How many tiles are filtered at a time.
    """
    job = Boxes()
    unsigned = np.dtype(f"u{source.itemsize}")
    job.source, job.target = address(source.view(unsigned)), address(target.view(unsigned))
    job.itemsize = source.itemsize
    job.real = source.dtype.kind == "f"
    job.rank = rank
    job.box_rows, job.box_columns = plan.box
    job.workers = workers
    job.step, job.length = plan.step, plan.length
    job.rows, job.columns = len(plan.row_targets), plan.columns
    job.tile_sources, job.tile_targets, job.tile_fresh = plan.tile_sources, plan.tile_targets, plan.tile_fresh
    job.line_sources, job.row_targets = plan.line_sources, plan.row_targets
    n = len(plan.line_sources) * plan.length
    job.pixels = n
    scratch = (
        np.empty(workers * n, unsigned),
        np.empty(workers * 2 * n, np.uint64),
        np.empty(workers * 2 * n, np.uint32),
        np.empty(workers * n, np.uint8),
        np.empty(workers * 2 * (n + 32), np.uint16),
        np.empty(workers * (272 * plan.length + 16), np.uint16),
        np.empty(workers * (2 * plan.columns + 272), np.uint32),
    )
    job.values = cython.cast(cython.p_uchar, address(scratch[0]))
    job.keys = cython.cast(cython.p_ulonglong, address(scratch[1]))
    job.order = cython.cast(cython.p_uint, address(scratch[2]))
    job.bins = cython.cast(cython.p_uchar, address(scratch[3]))
    job.places = cython.cast(cython.p_ushort, address(scratch[4]))
    job.histograms = cython.cast(cython.p_ushort, address(scratch[5]))
    job.found = cython.cast(cython.p_uint, address(scratch[6]))
    cost = target.size * (20.0 if source.itemsize == 1 else 40.0)
    parallel_for(cython.cast(strip_type, filter_tiles), workers, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tiles(job: Boxes, number: cython.int) -> cython.void:
    """Filter the tiles of one worker: one of so many as there are workers."""
    scratch = cython.declare(Scratch)
    n = job.pixels
    if cython.compiled:
        scratch.values = job.values + number * n * job.itemsize
        scratch.keys = job.keys + number * 2 * n
        scratch.order = job.order + number * 2 * n
        scratch.bins = job.bins + number * n
        scratch.places = job.places + number * 2 * (n + 32)
        scratch.coarse = job.histograms + number * (272 * job.length + 16)
        scratch.fine = scratch.coarse + 16 * (job.length + 1)
        scratch.found = job.found + number * (2 * job.columns + 272)
        scratch.sums = scratch.found + 2 * job.columns
        s = cython.address(scratch)
    else:
        s = scratch
        s.__dict__.update(values=[0] * n, keys=[0] * 2 * n, order=[0] * 2 * n, bins=[0] * n, places=[0] * 2 * (n + 32))
        s.__dict__.update(coarse=[0] * 16 * (job.length + 1), fine=[0] * 256 * job.length)
        s.__dict__.update(found=[0] * 2 * job.columns, sums=[0] * 272)
    for turn in range((job.tile_sources.shape[0] - number + job.workers - 1) // job.workers):
        tile = number + turn * job.workers
        source, target = job.source, job.target
        if job.itemsize == 1:
            filter_tile(job, s, cython.cast(cython.p_uchar, source), cython.cast(cython.p_uchar, target), tile)
        elif job.itemsize == 2:
            filter_tile(job, s, cython.cast(cython.p_ushort, source), cython.cast(cython.p_ushort, target), tile)
        elif job.itemsize == 4:
            filter_tile(job, s, cython.cast(cython.p_uint, source), cython.cast(cython.p_uint, target), tile)
        else:
            filter_tile(job, s, cython.cast(cython.p_ulonglong, source), cython.cast(cython.p_ulonglong, target), tile)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tile(
    job: Boxes,
    scratch: cython.pointer(Scratch),
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    tile: cython.Py_ssize_t,
) -> cython.void:
    """Filter the pixels of one tile that no tile before it has filtered."""
    values = cython.cast(cython.typeof(target), scratch.values)
    length = job.length
    coarse, fine, found = scratch.coarse, scratch.fine, scratch.found
    last = job.tile_fresh.shape[1] - 1
    first = job.tile_fresh[tile, last]
    for line in range(job.line_sources.shape[0]):
        begin = job.tile_sources[tile] + job.line_sources[line]
        if job.step == 1:
            for x in range(length):
                values[line * length + x] = source[begin + x]
        else:
            for x in range(length):
                values[line * length + x] = source[begin + x * job.step]
    if job.itemsize == 1:
        for i in range(job.pixels):
            scratch.bins[i] = cython.cast(cython.uchar, values[i])
    else:
        sort_to_bins(job, scratch, values)
    for i in range(16 * length + 16):
        coarse[i] = 0
    for i in range(256 * length):
        fine[i] = 0
    # A tile has rows, and results from the first row that no tile before has filtered.
    first_row = job.tile_fresh[tile, 0] if last > 0 else 0
    for row in range(first_row, job.rows):
        if row == first_row:
            for i in range(row, row + job.box_rows):
                add_row(scratch.bins, i, length, coarse, fine)
        else:
            replace_row(scratch.bins, row - 1, row + job.box_rows - 1, length, coarse, fine)
        find_row(coarse, fine, length, job.columns, job.box_columns, job.rank, scratch.sums, found)
        start = job.tile_targets[tile] + job.row_targets[row]
        if job.itemsize == 1:
            for i in range(first, job.columns):
                target[start + i * job.step] = found[2 * i]
        else:
            gather_row(job, scratch, target, values, row, first, start)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sort_to_bins(job: Boxes, scratch: cython.pointer(Scratch), values: cython.pointer(Pixel)) -> cython.void:
    """Sort the pixels of a tile, and write their bins, and the places of the sorted pixels."""
    n = job.pixels
    start = sort_pixels(values, n, job.itemsize, job.real, scratch.keys, scratch.order)
    shift: cython.int = 0
    while (n - 1) >> shift > 255:
        shift += 1
    for o in range(n):
        i = scratch.order[start + o]
        scratch.bins[i] = o >> shift
        scratch.places[o] = i % job.length
        scratch.places[n + 32 + o] = i // job.length
    for o in range(n, n + 32):
        scratch.places[o] = 65535
        scratch.places[n + 32 + o] = 65535
    scratch.shift = shift


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_row(
    bins: cython.p_uchar,
    row: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
) -> cython.void:
    """Add a row of the tile to the histograms of its columns."""
    for c in range(length):
        v = cython.cast(cython.Py_ssize_t, bins[row * length + c])
        a = (v >> 4) * 16
        f = ((v >> 4) * length + c) * 16
        for i in range(16):
            coarse[c * 16 + 16 + i] += STEPS[a + i]
        a = (v & 15) * 16
        for i in range(16):
            fine[f + i] += STEPS[a + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def replace_row(
    bins: cython.p_uchar,
    old: cython.Py_ssize_t,
    new: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
) -> cython.void:
    """Take a row of the tile out of the histograms of its columns, and another one in."""
    for c in range(length):
        v = cython.cast(cython.Py_ssize_t, bins[old * length + c])
        w = cython.cast(cython.Py_ssize_t, bins[new * length + c])
        if v == w:
            continue
        a = (v >> 4) * 16
        b = (w >> 4) * 16
        f = ((v >> 4) * length + c) * 16
        g = ((w >> 4) * length + c) * 16
        if a != b:
            for i in range(16):
                coarse[c * 16 + 16 + i] += STEPS[b + i] - STEPS[a + i]
        a = (v & 15) * 16
        b = (w & 15) * 16
        for i in range(16):
            fine[f + i] -= STEPS[a + i]
        for i in range(16):
            fine[g + i] += STEPS[b + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def find_row(
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
    length: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
    box: cython.Py_ssize_t,
    rank: cython.uint,
    sums: cython.p_uint,
    found: cython.p_uint,
) -> cython.void:
    """Write for each window of one row the bin of the pixel of `rank`, and how many pixels of the bin precede it.

    `sums` has room for the histogram of the window: 16 coarse bins, then 256 fine ones.
    """
    upto: cython.Py_ssize_t[16]  # the fine bins of each coarse one hold the columns before this one
    if not cython.compiled:
        upto = [0] * 16
    for i in range(16):
        sums[i] = 0
        upto[i] = 0
    # The histograms of the columns are led by an empty one, for what leaves the first window.
    for c in range(1, box):
        for i in range(16):
            sums[i] += coarse[c * 16 + i]
    for x in range(columns):
        for i in range(16):
            sums[i] += coarse[(x + box) * 16 + i] - coarse[x * 16 + i]
        k: cython.Py_ssize_t = 8 * (sums[7] <= rank)
        k += 4 * (sums[k + 3] <= rank)
        k += 2 * (sums[k + 1] <= rank)
        k += sums[k] <= rank
        left: cython.uint = rank
        if k > 0:
            left -= sums[k - 1]

        p = 16 + k * 16
        f = k * length * 16
        u = upto[k]
        if 2 * (x + box - u) > box:
            # So far behind that it is quicker to begin again.
            for i in range(16):
                sums[p + i] = 0
            for c in range(x, x + box):
                for i in range(16):
                    sums[p + i] += fine[f + c * 16 + i]
        else:
            for c in range(u, x + box):
                for i in range(16):
                    sums[p + i] += fine[f + c * 16 + i] - fine[f + (c - box) * 16 + i]
        upto[k] = x + box
        j: cython.Py_ssize_t = 8 * (sums[p + 7] <= left)
        j += 4 * (sums[p + j + 3] <= left)
        j += 2 * (sums[p + j + 1] <= left)
        j += sums[p + j] <= left
        found[2 * x] = k * 16 + j
        found[2 * x + 1] = left - (sums[p + j - 1] if j > 0 else 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gather_row(
    job: Boxes,
    scratch: cython.pointer(Scratch),
    target: cython.pointer(Pixel),
    values: cython.pointer(Pixel),
    row: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
) -> cython.void:
    """Count the pixels of the bins that were found, and write the pixels of the rank."""
    n, length, step = job.pixels, job.length, job.step
    places, found = scratch.places, scratch.found
    wide: cython.ushort = job.box_columns
    high: cython.ushort = job.box_rows
    top: cython.ushort = row
    bx: cython.ushort
    by: cython.ushort
    for x in range(first, job.columns):
        o = cython.cast(cython.Py_ssize_t, found[2 * x]) << scratch.shift
        left = cython.cast(cython.Py_ssize_t, found[2 * x + 1])
        # `places` is followed by 32 places outside of every window, so that whole groups can be read.
        while True:
            inside: cython.uint = 0
            for i in range(32):
                bx = (places[o + i] - x) & 65535
                by = (places[n + 32 + o + i] - top) & 65535
                inside |= cython.cast(cython.uint, (bx < wide) & (by < high)) << i
            count = cython.cast(cython.Py_ssize_t, ones(inside))
            if count > left:
                break
            left -= count
            o += 32
        for _ in range(left):
            inside = inside & (inside - 1)
        o += trailing_zeros(inside)
        target[start + x * step] = values[places[n + 32 + o] * length + places[o]]
