# cython: infer_types=True
"""The pixel of a given rank in large windows of any shape and any number of dimensions, by a set of bits [1]_.

Entry point: ``filter_image(source, target, plan, rank, workers)``.

The image is filtered in tiles (see ``rank_tiles``). The pixels of a tile are sorted, and one bit for each, in that
order, is set if it is in the window. From pixel to pixel only the rim of the window changes. The result is found by
counting on from the one before.

References
----------
.. [1] J. Suomela, "Median Filtering is Equivalent to Sorting", arXiv:1406.1717, 2014.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled._bits import ones, trailing_zeros
from cython.cimports.opsin._engine.compiled.rank_tiles import Tiles, load_tile, write_row
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type


@cython.final
@cython.cclass
class Windows(Tiles):
    """The tiles, the window, and the scratch of all workers."""

    row_places: cython.const[cython.longlong][::1]
    row_index: cython.const[cython.longlong][:, ::1]
    taps: cython.const[cython.longlong][::1]
    entering: cython.const[cython.longlong][::1]
    leaving: cython.const[cython.longlong][::1]
    ordinals: cython.uint[:, ::1]  # where each pixel is in the order
    words: cython.ulonglong[:, ::1]  # the set of bits


def filter_image(source, target, plan, rank, workers):
    """Write the pixel of `rank` in the window around each pixel; the parameters are those of `Tiles`."""
    job = Windows(source, target, plan, rank, workers)
    job.row_places, job.row_index = plan.row_places, plan.row_index
    job.taps, job.entering, job.leaving = plan.taps, plan.entering, plan.leaving
    job.ordinals = np.empty((workers, job.pixels), np.uint32)
    job.words = np.empty((workers, (job.pixels + 63) // 64), np.uint64)
    sorting = job.pixels * len(plan.tile_sources) * 4.0 * source.itemsize
    cost = target.size * (40 + 2.0 * len(plan.entering)) + sorting
    parallel_for(cython.cast(strip_type, filter_tiles), workers, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tiles(job: Windows, worker: cython.int) -> cython.void:
    """Filter the tiles of one worker: one of so many as there are workers."""
    axes = job.tile_fresh.shape[1]
    tile: Index = worker
    while tile < job.tile_sources.shape[0]:
        start = load_tile(job, worker, tile, True)
        for i in range(job.pixels):
            job.ordinals[worker, job.order[worker, start + i]] = i
        # The rows that no tile before it has filtered.
        for row in range(job.rows):
            fresh: cython.bint = True
            for axis in range(axes - 1):
                fresh = fresh and job.row_index[row, axis] >= job.tile_fresh[tile, axis]
            if fresh:
                first = job.tile_fresh[tile, axes - 1]
                slide(job, job.words, job.ordinals, job.order, job.results, worker, row, first, start)
                write_row(job, worker, tile, row, first)
        tile += job.workers


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slide(
    job: Windows,
    words: cython.ulonglong[:, ::1],
    ordinals: cython.uint[:, ::1],
    order: cython.uint[:, ::1],
    results: cython.uint[:, ::1],
    worker: cython.int,
    row: Index,
    first: Index,
    start: Index,
) -> cython.void:
    """Slide the window along a row of the tile from pixel `first`, and write the positions of the results."""
    one: cython.ulonglong = 1
    taps, entering, leaving = job.taps, job.entering, job.leaving
    rank, columns = job.rank, job.columns
    corner = job.row_places[row]
    w: Index = 0
    below: Index = 0  # pixels of the window in words before w
    for i in range(words.shape[1]):
        words[worker, i] = 0
    for i in range(taps.shape[0]):
        o = cython.cast(Index, ordinals[worker, corner + first + taps[i]])
        words[worker, o >> 6] |= one << (o & 63)
    for x in range(first, columns):
        while below > rank:
            w -= 1
            below -= ones(words[worker, w])
        count: Index = ones(words[worker, w])
        while below + count <= rank:
            below += count
            w += 1
            count = ones(words[worker, w])
        word = words[worker, w]
        for _ in range(rank - below):
            word = word & (word - 1)
        results[worker, x] = order[worker, start + w * 64 + trailing_zeros(word)]
        if x + 1 < columns:
            for i in range(leaving.shape[0]):
                o = cython.cast(Index, ordinals[worker, corner + x + leaving[i]])
                words[worker, o >> 6] ^= one << (o & 63)
                below -= (o >> 6) < w
            for i in range(entering.shape[0]):
                o = cython.cast(Index, ordinals[worker, corner + x + 1 + entering[i]])
                words[worker, o >> 6] ^= one << (o & 63)
                below += (o >> 6) < w
