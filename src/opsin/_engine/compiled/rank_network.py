# cython: infer_types=True
"""The pixel of a given rank in small windows of any shape and any number of dimensions, by sorting networks [1]_.

Entry point: ``filter_image(source, target, row_sources, row_targets, columns, taps, exchanges, rank, block)``.

The image is seen as rows along its last axis, extended beyond its border. A block of pixels of one row, or of several
short ones, is computed at a time: each position of the window gives one vector as long as the block, and the exchanges
of the network are made between whole vectors. So every loop is a minimum or maximum of two short stretches of memory in
the first-level cache, for every window.

References
----------
.. [1] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint Computer Conference 32, 1968,
   pp. 307-314.
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import parallel_for, strip_type

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.float, cython.double)

# The most elements of all vectors together, which are on the stack.
MAX_VECTORS = 32768
STRIP_PIXELS = 8192


@cython.final
@cython.cclass
class Network:
    """The image, the window and the network."""

    itemsize: cython.int  # which of the views of both images is set
    source1: cython.const[cython.uchar][::1]
    source2: cython.const[cython.ushort][::1]
    source4: cython.const[cython.float][::1]
    source8: cython.const[cython.double][::1]
    target1: cython.uchar[::1]
    target2: cython.ushort[::1]
    target4: cython.float[::1]
    target8: cython.double[::1]
    row_sources: cython.const[cython.longlong][::1]
    row_targets: cython.const[cython.longlong][::1]
    columns: Index
    taps: cython.const[cython.longlong][::1]
    exchanges: cython.const[cython.int][:, ::1]
    rank: Index
    block: Index
    block_rows: Index
    strip_rows: Index


def filter_image(source, target, row_sources, row_targets, columns, taps, exchanges, rank, block):
    """Write the pixel of `rank` in the window around each pixel.

    Parameters
    ----------
    source : ndarray
        The extended image, C-contiguous: uint8, uint16, float32 or float64 without NaN.
    target : ndarray
        The result, C-contiguous, of the same dtype.
    row_sources : (rows,) int64
        The element of `source` where the window of the first pixel of each row starts.
    row_targets : (rows,) int64
        The element of `target` where each row starts.
    columns : int
        Pixels in a row.
    taps : (count,) int64
        The positions of the window, in elements from its start.
    exchanges : (n, 3) int32
        The sorting network: pairs of positions in the window, and 1, 2 or 3 where the lower, the higher or both of
        the numbers are read later.
    rank : int
        The position where the network leaves the result.
    block : int
        How many pixels are computed at a time, of one row or of as many whole ones as fit; times the count of `taps`
        at most 32768.
    """
    if block * len(taps) > MAX_VECTORS:
        raise ValueError(f"block must be at most {MAX_VECTORS // len(taps)} for {len(taps)} taps, not {block}")
    job = Network()
    job.itemsize = source.itemsize
    source, target = source.reshape(-1), target.reshape(-1)
    job.source1, job.target1 = (source, target) if job.itemsize == 1 else (None, None)
    job.source2, job.target2 = (source, target) if job.itemsize == 2 else (None, None)
    job.source4, job.target4 = (source, target) if job.itemsize == 4 else (None, None)
    job.source8, job.target8 = (source, target) if job.itemsize == 8 else (None, None)
    job.row_sources, job.row_targets = row_sources, row_targets
    job.columns = columns
    job.taps, job.exchanges = taps, exchanges
    job.rank = rank
    job.block = block
    job.block_rows = max(1, block // columns)
    job.strip_rows = max(1, STRIP_PIXELS // columns)
    strips = (len(row_sources) + job.strip_rows - 1) // job.strip_rows
    # A vector operation of 32 bytes takes about half a nanosecond.
    cost = target.size * source.itemsize * (len(exchanges) + len(taps)) / 64
    parallel_for(cython.cast(strip_type, filter_strip), strips, job, cost)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_strip(job: Network, number: cython.int) -> cython.void:
    """Filter one strip of rows, for the dtype of the image."""
    if job.itemsize == 1:
        filter_rows(job, job.source1, job.target1, number)
    elif job.itemsize == 2:
        filter_rows(job, job.source2, job.target2, number)
    elif job.itemsize == 4:
        filter_rows(job, job.source4, job.target4, number)
    else:
        filter_rows(job, job.source8, job.target8, number)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_rows(job: Network, source: cython.const[Pixel][::1], target: Pixel[::1], number: Index) -> cython.void:
    """Filter one strip of rows."""
    vectors: Pixel[32768]
    if not cython.compiled:
        vectors = [0] * 32768
    block = job.block
    first = number * job.strip_rows
    end = min(first + job.strip_rows, job.row_sources.shape[0])
    for group in range((end - first + job.block_rows - 1) // job.block_rows):
        row = first + group * job.block_rows
        rows = min(job.block_rows, end - row)
        for part in range((job.columns + block - 1) // block):
            x = part * block
            n = min(block, job.columns - x)
            for k in range(job.taps.shape[0]):
                for r in range(rows):
                    start = job.row_sources[row + r] + job.taps[k] + x
                    to = k * block + r * n
                    for i in range(n):
                        vectors[to + i] = source[start + i]
            exchange_vectors(job.exchanges, vectors, block)
            for r in range(rows):
                start = job.row_targets[row + r] + x
                chosen = job.rank * block + r * n
                for i in range(n):
                    target[start + i] = vectors[chosen + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def exchange_vectors(
    exchanges: cython.const[cython.int][:, ::1], vectors: cython.pointer(Pixel), block: Index
) -> cython.void:
    """Make the exchanges: (a, b, which) leaves the lower numbers in vector a and the higher ones in b.

    Only one of both is written where `which` is 1, the lower, or 2, the higher.
    """
    p: Pixel
    q: Pixel
    for e in range(exchanges.shape[0]):
        a = exchanges[e, 0] * block
        b = exchanges[e, 1] * block
        if exchanges[e, 2] == 1:
            for i in range(block):
                p = vectors[a + i]
                q = vectors[b + i]
                vectors[a + i] = p if p < q else q
        elif exchanges[e, 2] == 2:
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
