# cython: infer_types=True
"""The tiles of an image: what the rank filters of large windows have in common.

A tile is a box of the image with the windows of its pixels around it, copied out of the extended image. The filters
find positions in that copy; so their loops are the same for all dtypes. ``rank_tiles.pxd`` declares what they call.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.compiled.radix_sort import sort_keys

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)


@cython.cclass
class Tiles:
    """An image, the plan of its tiles, and the scratch of all workers.

    Parameters
    ----------
    source : ndarray
        The extended image, C-contiguous: uint8, uint16, float32 or float64.
    target : ndarray
        The result, C-contiguous, of the same dtype.
    plan : opsin._engine.rank.TilePlan
        The tiles, the rows in each, and the window.
    rank : int
        The position of the result among the sorted pixels of the window, from 0.
    workers : int
        How many tiles are filtered at a time.
    """

    def __init__(self, source, target, plan, rank, workers):
        self.itemsize = source.itemsize
        self.real = source.dtype.kind == "f"
        self.rank, self.workers = rank, workers
        self.step, self.length = plan.step, plan.length
        self.rows, self.columns = len(plan.row_targets), plan.columns
        self.tile_sources, self.tile_targets, self.tile_fresh = plan.tile_sources, plan.tile_targets, plan.tile_fresh
        self.line_sources, self.row_targets = plan.line_sources, plan.row_targets
        self.pixels = len(plan.line_sources) * plan.length
        unsigned = np.dtype(f"u{self.itemsize}")
        source, target = source.view(unsigned).reshape(-1), target.view(unsigned).reshape(-1)
        values = np.empty((workers, self.pixels), unsigned)
        if self.itemsize == 1:
            self.source1, self.target1, self.values1 = source, target, values
        elif self.itemsize == 2:
            self.source2, self.target2, self.values2 = source, target, values
        elif self.itemsize == 4:
            self.source4, self.target4, self.values4 = source, target, values
        else:
            self.source8, self.target8, self.values8 = source, target, values
        self.keys = np.empty((workers, 2 * self.pixels), np.uint64)
        self.order = np.empty((workers, 2 * self.pixels), np.uint32)
        self.results = np.empty((workers, self.columns), np.uint32)


def load_tile(job, worker, tile, sort):
    if job.itemsize == 1:
        load_pixels(job.source1, job.values1[worker], job, worker, tile, sort)
    elif job.itemsize == 2:
        load_pixels(job.source2, job.values2[worker], job, worker, tile, sort)
    elif job.itemsize == 4:
        load_pixels(job.source4, job.values4[worker], job, worker, tile, sort)
    else:
        load_pixels(job.source8, job.values8[worker], job, worker, tile, sort)
    return sort_keys(job.keys[worker], job.order[worker], job.itemsize) if sort else 0


def write_row(job, worker, tile, row, first):
    results = job.results[worker]
    start = job.tile_targets[tile] + job.row_targets[row]
    if job.itemsize == 1:
        write_pixels(job.target1, job.values1[worker], results, job, start, first)
    elif job.itemsize == 2:
        write_pixels(job.target2, job.values2[worker], results, job, start, first)
    elif job.itemsize == 4:
        write_pixels(job.target4, job.values4[worker], results, job, start, first)
    else:
        write_pixels(job.target8, job.values8[worker], results, job, start, first)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def load_pixels(
    source: cython.const[Pixel][::1], values: Pixel[::1], job: Tiles, worker: cython.int, tile: Index, sort: cython.bint
) -> cython.void:
    for line in range(job.line_sources.shape[0]):
        first = job.tile_sources[tile] + job.line_sources[line]
        start = line * job.length
        if job.step == 1:
            for x in range(job.length):
                values[start + x] = source[first + x]
        else:
            for x in range(job.length):
                values[start + x] = source[first + x * job.step]
    if sort:
        make_keys(values, job.keys[worker], job.order[worker], job)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def make_keys(values: Pixel[::1], keys: cython.ulonglong[::1], order: cython.uint[::1], job: Tiles) -> cython.void:
    """Write integers that compare as the pixels do, and their positions. Every NaN is above all numbers."""
    sign = cython.cast(cython.ulonglong, 1) << (8 * job.itemsize - 1)
    # The bits of infinity: all ones in the exponent.
    infinity: cython.ulonglong = 0x7F800000 if job.itemsize < 8 else 0x7FF0000000000000
    for i in range(values.shape[0]):
        key = cython.cast(cython.ulonglong, values[i])
        if job.real:
            if key >= sign:
                key = key - sign
                key = 2 * sign - 1 if key > infinity else sign - 1 - key
            else:
                key = key + sign
        keys[i] = key
        order[i] = i


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def write_pixels(
    target: Pixel[::1], values: Pixel[::1], results: cython.uint[::1], job: Tiles, start: Index, first: Index
) -> cython.void:
    for x in range(first, job.columns):
        target[start + x * job.step] = values[results[x]]
