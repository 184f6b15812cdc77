"""The pixel of a given rank in small windows of any shape and any number of dimensions, by sorting networks.

The image is seen as rows along its last axis, extended beyond its border. A
block of pixels of one row is worked on at a time: each place of the window
gives one vector as long as the block, and the exchanges of a sorting network,
which come as a table of pairs, are made between whole vectors. So every loop
is a plain minimum or maximum of two short stretches of memory in the first
cache, whatever the window.

References
----------
.. [1] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint Computer Conference 32, 1968,
   pp. 307-314.
"""

from types import SimpleNamespace

import cython
import numpy as np

if cython.compiled:
    from cython.cimports.opsin._engine.runtime import parallel_tasks as parallel_for

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

Job = cython.struct(
    itemsize=cython.int,
    source=cython.p_void,
    target=cython.p_void,
    row_sources=cython.p_longlong,
    row_targets=cython.p_longlong,
    rows=cython.Py_ssize_t,
    columns=cython.Py_ssize_t,
    taps=cython.p_longlong,
    count=cython.Py_ssize_t,
    exchanges=cython.p_int,
    exchange_count=cython.Py_ssize_t,
    rank=cython.Py_ssize_t,
    vectors=cython.p_void,
    block=cython.Py_ssize_t,
    strips=cython.Py_ssize_t,
)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def exchange_vectors(
    vectors: cython.pointer(Pixel),
    block: cython.Py_ssize_t,
    exchanges: cython.p_int,
    exchange_count: cython.Py_ssize_t,
) -> cython.void:
    """Make the exchanges: (a, b, what) leaves the lower numbers in vector a and the higher ones in b.

    `what` tells which of the two is read later on: 1 the lower, 2 the higher, 3 both.
    """
    e: cython.Py_ssize_t
    i: cython.Py_ssize_t
    a: cython.Py_ssize_t
    b: cython.Py_ssize_t
    what: cython.int
    p: Pixel
    q: Pixel
    for e in range(exchange_count):
        a = exchanges[3 * e] * block
        b = exchanges[3 * e + 1] * block
        what = exchanges[3 * e + 2]
        if what == 1:
            for i in range(block):
                p = vectors[a + i]
                q = vectors[b + i]
                vectors[a + i] = p if p < q else q
        elif what == 2:
            for i in range(block):
                p = vectors[a + i]
                q = vectors[b + i]
                vectors[b + i] = q if p < q else p
        else:
            for i in range(block):
                p = vectors[a + i]
                q = vectors[b + i]
                vectors[a + i] = p if p < q else q
                vectors[b + i] = q if p < q else p


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_rows(
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    row_sources: cython.p_longlong,
    row_targets: cython.p_longlong,
    first: cython.Py_ssize_t,
    last: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
    taps: cython.p_longlong,
    count: cython.Py_ssize_t,
    exchanges: cython.p_int,
    exchange_count: cython.Py_ssize_t,
    rank: cython.Py_ssize_t,
    vectors: cython.pointer(Pixel),
    block: cython.Py_ssize_t,
) -> cython.void:
    """Filter the rows from `first` to before `last`."""
    row: cython.Py_ssize_t
    part: cython.Py_ssize_t
    x: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    n: cython.Py_ssize_t
    start: cython.Py_ssize_t
    for row in range(first, last):
        for part in range((columns + block - 1) // block):
            x = part * block
            n = min(block, columns - x)
            for k in range(count):
                start = row_sources[row] + taps[k] + x
                for i in range(n):
                    vectors[k * block + i] = source[start + i]
            exchange_vectors(vectors, block, exchanges, exchange_count)
            start = row_targets[row] + x
            for i in range(n):
                target[start + i] = vectors[rank * block + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_strip(context: cython.p_void, number: cython.int, closure: cython.p_uchar) -> cython.int:
    """Filter one strip of rows; each has vectors of its own."""
    job: cython.pointer(Job) = cython.cast(cython.pointer(Job), closure)
    first: cython.Py_ssize_t = job.rows * number // job.strips
    last: cython.Py_ssize_t = job.rows * (number + 1) // job.strips
    vectors: cython.p_uchar = cython.cast(cython.p_uchar, job.vectors)
    vectors = vectors + number * job.count * job.block * job.itemsize
    if job.itemsize == 1:
        filter_rows(
            cython.cast(cython.p_uchar, job.source), cython.cast(cython.p_uchar, job.target),
            job.row_sources, job.row_targets, first, last, job.columns, job.taps, job.count,
            job.exchanges, job.exchange_count, job.rank, vectors, job.block,
        )  # fmt: skip
    elif job.itemsize == 2:
        filter_rows(
            cython.cast(cython.p_ushort, job.source), cython.cast(cython.p_ushort, job.target),
            job.row_sources, job.row_targets, first, last, job.columns, job.taps, job.count,
            job.exchanges, job.exchange_count, job.rank, cython.cast(cython.p_ushort, vectors), job.block,
        )  # fmt: skip
    elif job.itemsize == 4:
        filter_rows(
            cython.cast(cython.p_float, job.source), cython.cast(cython.p_float, job.target),
            job.row_sources, job.row_targets, first, last, job.columns, job.taps, job.count,
            job.exchanges, job.exchange_count, job.rank, cython.cast(cython.p_float, vectors), job.block,
        )  # fmt: skip
    else:
        filter_rows(
            cython.cast(cython.p_double, job.source), cython.cast(cython.p_double, job.target),
            job.row_sources, job.row_targets, first, last, job.columns, job.taps, job.count,
            job.exchanges, job.exchange_count, job.rank, cython.cast(cython.p_double, vectors), job.block,
        )  # fmt: skip
    return 0


def filter_image(source, target, row_sources, row_targets, columns, taps, exchanges, rank, block, strips):
    """Write the pixel of `rank` in the window around each pixel.

    Parameters
    ----------
    source : ndarray
        The image, extended beyond its border, contiguous: uint8, uint16, float32 or float64 without NaN.
    target : ndarray
        Where the result goes, contiguous, of the same dtype.
    row_sources : (rows,) int64
        Where the window of the first pixel of each row starts in `source`, in elements.
    row_targets : (rows,) int64
        Where each row starts in `target`.
    columns : int
        Pixels in a row.
    taps : (count,) int64
        The places of the window, counted in elements from its start.
    exchanges : (n, 3) int32
        The sorting network: pairs of places in the window, and 1, 2 or 3 where the lower, the higher or both of
        the numbers are read later on.
    rank : int
        The place where the network leaves the result.
    block : int
        How many pixels are worked on at a time.
    strips : int
        Into how many strips the rows are divided; one strip runs on the calling thread.
    """
    job: Job
    if not cython.compiled:
        job = SimpleNamespace()
    rows = len(row_sources)
    vectors = np.empty(strips * len(taps) * block, source.dtype)
    if not cython.compiled:
        flat = exchanges.reshape(-1)
        for first, last in ((rows * n // strips, rows * (n + 1) // strips) for n in range(strips)):
            filter_rows(
                source.reshape(-1), target.reshape(-1), row_sources, row_targets, first, last, columns, taps,
                len(taps), flat, len(exchanges), rank, vectors, block,
            )  # fmt: skip
        return
    source_bytes: cython.const[cython.uchar][::1] = source.reshape(-1).view(np.uint8)
    target_bytes: cython.uchar[::1] = target.reshape(-1).view(np.uint8)
    vector_bytes: cython.uchar[::1] = vectors.view(np.uint8)
    sources: cython.const[cython.longlong][::1] = row_sources
    targets: cython.const[cython.longlong][::1] = row_targets
    places: cython.const[cython.longlong][::1] = taps
    pairs: cython.const[cython.int][::1] = exchanges.reshape(-1)
    job.itemsize = source.itemsize
    job.source = cython.cast(cython.p_void, cython.address(source_bytes[0]))
    job.target = cython.cast(cython.p_void, cython.address(target_bytes[0]))
    job.row_sources = cython.cast(cython.p_longlong, cython.address(sources[0]))
    job.row_targets = cython.cast(cython.p_longlong, cython.address(targets[0]))
    job.rows = rows
    job.columns = columns
    job.taps = cython.cast(cython.p_longlong, cython.address(places[0]))
    job.count = len(taps)
    job.exchanges = cython.cast(cython.p_int, cython.address(pairs[0])) if len(exchanges) else cython.NULL
    job.exchange_count = len(exchanges)
    job.rank = rank
    job.vectors = cython.cast(cython.p_void, cython.address(vector_bytes[0]))
    job.block = block
    job.strips = strips
    count: cython.int = strips
    with cython.nogil:
        parallel_for(filter_strip, count, cython.cast(cython.p_uchar, cython.address(job)), count == 1)
