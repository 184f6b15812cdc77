# cython: infer_types=True
"""The pixel of a given rank in large windows of any shape and any number of dimensions, by a set of bits [1]_.

Entry point: ``filter_image(source, target, plan, rank, workers)``.

A tile is a box of the image with the windows of its pixels around it, copied out of the extended image. The pixels of
a tile are sorted, and one bit for each, in that order, tells whether it is in the window. From pixel to pixel only the
rim of the window changes. The result is found by counting on from the one before.

Pointers are used for the pixels, which have four sizes, and for scratch that is divided between workers; memoryviews
for the tables.

References
----------
.. [1] J. Suomela, "Median Filtering is Equivalent to Sorting", arXiv:1406.1717, 2014.
"""

import cython
import numpy as np
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.compiled._memory import address
from cython.cimports.opsin._engine.compiled.radix_sort import sort_pixels
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)


@cython.final
@cython.cclass
class Windows:
    """The image, the plan of its tiles (see ``opsin._engine.rank.TilePlan``), and the scratch of all workers."""

    source: cython.p_void
    target: cython.p_void
    itemsize: cython.int
    real: cython.bint  # floats, seen as integers
    rank: cython.Py_ssize_t
    workers: cython.Py_ssize_t
    step: cython.Py_ssize_t
    length: cython.Py_ssize_t
    columns: cython.Py_ssize_t
    pixels: cython.Py_ssize_t  # of a tile with its windows
    tile_sources: cython.const[cython.longlong][::1]
    tile_targets: cython.const[cython.longlong][::1]
    tile_fresh: cython.const[cython.longlong][:, ::1]
    line_sources: cython.const[cython.longlong][::1]
    row_targets: cython.const[cython.longlong][::1]
    row_places: cython.const[cython.longlong][::1]
    row_index: cython.const[cython.longlong][:, ::1]
    taps: cython.const[cython.longlong][::1]
    entering: cython.const[cython.longlong][::1]
    leaving: cython.const[cython.longlong][::1]
    values: cython.p_uchar
    keys: cython.p_ulonglong
    order: cython.p_uint
    ordinals: cython.p_uint
    words: cython.p_ulonglong


Scratch = cython.struct(
    values=cython.p_void,  # the pixels of the tile
    keys=cython.p_ulonglong,
    order=cython.p_uint,  # the positions of the pixels, sorted, from `start`
    start=cython.Py_ssize_t,
    ordinals=cython.p_uint,  # where each pixel is in the order
    words=cython.p_ulonglong,  # the set of bits
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
        The tiles, the rows in each, and the window.
    rank : int
        The position of the result among the sorted pixels of the window, from 0.
    workers : int
        How many tiles are filtered at a time.
    """
    job = Windows()
    unsigned = np.dtype(f"u{source.itemsize}")
    job.source, job.target = address(source.view(unsigned)), address(target.view(unsigned))
    job.itemsize = source.itemsize
    job.real = source.dtype.kind == "f"
    job.rank = rank
    job.workers = workers
    job.step, job.length, job.columns = plan.step, plan.length, plan.columns
    job.tile_sources, job.tile_targets, job.tile_fresh = plan.tile_sources, plan.tile_targets, plan.tile_fresh
    job.line_sources, job.row_targets = plan.line_sources, plan.row_targets
    job.row_places, job.row_index = plan.row_places, plan.row_index
    job.taps, job.entering, job.leaving = plan.taps, plan.entering, plan.leaving
    n = len(plan.line_sources) * plan.length
    job.pixels = n
    scratch = (
        np.empty(workers * n, unsigned),
        np.empty(workers * 2 * n, np.uint64),
        np.empty(workers * 2 * n, np.uint32),
        np.empty(workers * n, np.uint32),
        np.empty(workers * ((n + 63) // 64), np.uint64),
    )
    job.values = cython.cast(cython.p_uchar, address(scratch[0]))
    job.keys = cython.cast(cython.p_ulonglong, address(scratch[1]))
    job.order = cython.cast(cython.p_uint, address(scratch[2]))
    job.ordinals = cython.cast(cython.p_uint, address(scratch[3]))
    job.words = cython.cast(cython.p_ulonglong, address(scratch[4]))
    cost = target.size * (40 + 2.0 * len(plan.entering)) + n * len(plan.tile_sources) * 4.0 * source.itemsize
    parallel_for(cython.cast(strip_type, filter_tiles), workers, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tiles(job: Windows, number: cython.int) -> cython.void:
    """Filter the tiles of one worker: one of so many as there are workers."""
    scratch = cython.declare(Scratch)
    n = job.pixels
    if cython.compiled:
        scratch.values = job.values + number * n * job.itemsize
        scratch.keys = job.keys + number * 2 * n
        scratch.order = job.order + number * 2 * n
        scratch.ordinals = job.ordinals + number * n
        scratch.words = job.words + number * ((n + 63) // 64)
        s = cython.address(scratch)
    else:
        s = scratch
        lists = [0] * n, [0] * 2 * n, [0] * 2 * n, [0] * n, [0] * ((n + 63) // 64)
        s.__dict__.update(zip(("values", "keys", "order", "ordinals", "words"), lists, strict=True))
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
    job: Windows,
    scratch: cython.pointer(Scratch),
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    tile: cython.Py_ssize_t,
) -> cython.void:
    """Filter the pixels of one tile that no tile before it has filtered."""
    values = cython.cast(cython.typeof(target), scratch.values)
    axes = job.tile_fresh.shape[1]
    for line in range(job.line_sources.shape[0]):
        first = job.tile_sources[tile] + job.line_sources[line]
        for x in range(job.length):
            values[line * job.length + x] = source[first + x * job.step]
    scratch.start = sort_pixels(values, job.pixels, job.itemsize, job.real, scratch.keys, scratch.order)
    for i in range(job.pixels):
        scratch.ordinals[scratch.order[scratch.start + i]] = i
    for row in range(job.row_targets.shape[0]):
        fresh: cython.bint = True
        for axis in range(axes - 1):
            fresh = fresh and job.row_index[row, axis] >= job.tile_fresh[tile, axis]
        if fresh:
            start = job.tile_targets[tile] + job.row_targets[row]
            slide(job, scratch, target, values, row, start, job.tile_fresh[tile, axes - 1])


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slide(
    job: Windows,
    scratch: cython.pointer(Scratch),
    target: cython.pointer(Pixel),
    values: cython.pointer(Pixel),
    row: cython.Py_ssize_t,
    start: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
) -> cython.void:
    """Slide the window along a row of the tile from pixel `first`; the result of pixel 0 would go to `start`."""
    one: cython.ulonglong = 1
    ordinals, words = scratch.ordinals, scratch.words
    order, sorted_at = scratch.order, scratch.start
    entering, leaving = job.entering, job.leaving
    rank, columns, step = job.rank, job.columns, job.step
    place = job.row_places[row]
    w: cython.Py_ssize_t = 0
    below: cython.Py_ssize_t = 0  # pixels of the window in words before w
    for i in range((job.pixels + 63) // 64):
        words[i] = 0
    for i in range(job.taps.shape[0]):
        o = cython.cast(cython.Py_ssize_t, ordinals[place + first + job.taps[i]])
        words[o >> 6] |= one << (o & 63)
    for x in range(first, columns):
        while below > rank:
            w -= 1
            below -= ones(words[w])
        here: cython.Py_ssize_t = ones(words[w])
        while below + here <= rank:
            below += here
            w += 1
            here = ones(words[w])
        word = words[w]
        for _ in range(rank - below):
            word = word & (word - 1)
        o = w * 64 + trailing_zeros(word)
        target[start + x * step] = values[order[sorted_at + o]]
        if x + 1 < columns:
            for i in range(leaving.shape[0]):
                o = ordinals[place + x + leaving[i]]
                words[o >> 6] ^= one << (o & 63)
                below -= (o >> 6) < w
            for i in range(entering.shape[0]):
                o = ordinals[place + x + 1 + entering[i]]
                words[o >> 6] ^= one << (o & 63)
                below += (o >> 6) < w
