"""The pixel of a given rank in large windows, tile by tile.

A tile is a box of the image with the windows of its pixels around it, copied
out of the extended image. There are two ways through it:

- Boxes in a plane, by histograms [1]_, in constant time for every size. Each
  column keeps a histogram of the pixels that the window's rows hold of it, in
  16 coarse bins and 16 fine ones in each. The window's own histogram is the
  sum of its columns': from pixel to pixel one column enters and one leaves.
  Of the fine bins only those are kept up that the result is looked for in.
  All histograms are cumulative, so that the bin is the number of counts that
  do not exceed the rank: vector work without a branch.

- Windows of any shape and any number of dimensions, by a set of bits [2]_.
  The pixels of a tile are sorted, and one bit for each, in that order, tells
  whether it is in the window. From pixel to pixel only the rim of the window
  is touched. The result is found by counting on from the one before.

Histograms have 256 bins, which are the values of bytes. Wider pixels are
sorted too, and a bin holds equally many of the tile's pixels, one after the
other in their order. The right bin once found, the few pixels in it are
counted off in order: those that the window holds.

Floats come as unsigned integers of their size. They are sorted by keys that
compare as the numbers do; every NaN is above all numbers.

References
----------
.. [1] S. Perreault and P. Hebert, "Median Filtering in Constant Time", IEEE Transactions on Image Processing 16 (9),
   2007, pp. 2389-2394.
.. [2] J. Suomela, "Median Filtering is Equivalent to Sorting", arXiv:1406.1717, 2014.
"""

from types import SimpleNamespace

import cython
import numpy as np

if cython.compiled:
    from cython.cimports.opsin._engine.runtime import parallel_tasks as parallel_for

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

Job = cython.struct(
    itemsize=cython.int,
    real=cython.bint,  # floats, seen as integers
    source=cython.p_void,
    target=cython.p_void,
    tile_sources=cython.p_longlong,
    tile_targets=cython.p_longlong,
    tile_fresh=cython.p_longlong,
    tiles=cython.Py_ssize_t,
    axes=cython.Py_ssize_t,
    step=cython.Py_ssize_t,
    line_sources=cython.p_longlong,
    lines=cython.Py_ssize_t,
    length=cython.Py_ssize_t,
    row_targets=cython.p_longlong,
    row_places=cython.p_longlong,
    row_index=cython.p_longlong,
    rows=cython.Py_ssize_t,
    columns=cython.Py_ssize_t,
    rank=cython.Py_ssize_t,
    box_rows=cython.Py_ssize_t,  # 0: the window is not a box in a plane
    box_columns=cython.Py_ssize_t,
    taps=cython.p_longlong,
    count=cython.Py_ssize_t,
    entering=cython.p_longlong,
    entering_count=cython.Py_ssize_t,
    leaving=cython.p_longlong,
    leaving_count=cython.Py_ssize_t,
    workers=cython.Py_ssize_t,
    values=cython.p_void,
    keys=cython.p_ulonglong,
    order=cython.p_uint,
    ordinals=cython.p_uint,
    words=cython.p_ulonglong,
    bins=cython.p_uchar,
    places=cython.p_ushort,
    histograms=cython.p_ushort,
    found=cython.p_uint,
    steps=cython.p_uint,
)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def copy_tile(
    source: cython.pointer(Pixel),
    start: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    line_sources: cython.p_longlong,
    lines: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
    values: cython.pointer(Pixel),
) -> cython.void:
    """Copy the lines of a tile, `step` elements from pixel to pixel."""
    line: cython.Py_ssize_t
    first: cython.Py_ssize_t
    x: cython.Py_ssize_t
    for line in range(lines):
        first = start + line_sources[line]
        if step == 1:
            for x in range(length):
                values[line * length + x] = source[first + x]
        else:
            for x in range(length):
                values[line * length + x] = source[first + x * step]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def make_keys(
    values: cython.pointer(Pixel),
    n: cython.Py_ssize_t,
    bits: cython.int,
    real: cython.bint,
    keys: cython.p_ulonglong,
    order: cython.p_uint,
) -> cython.void:
    """Write integers that compare as the pixels do, and their places."""
    i: cython.Py_ssize_t
    key: cython.ulonglong
    sign: cython.ulonglong = 1
    sign = sign << (bits - 1)
    # The bits of infinity: all ones in the exponent.
    infinity: cython.ulonglong = 0x7F800000
    if bits == 64:
        infinity = 0x7FF0000000000000
    for i in range(n):
        key = values[i]
        if real:
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
def sort_tile(
    keys: cython.p_ulonglong, order: cython.p_uint, n: cython.Py_ssize_t, digits: cython.int, counts: cython.p_uint
) -> cython.Py_ssize_t:
    """Sort by one byte after the other; return where in `order` the sorted places start, 0 or n.

    `keys` and `order` have room for 2 n, `counts` for 256 numbers.
    """
    digit: cython.int
    shift: cython.int
    i: cython.Py_ssize_t
    a: cython.Py_ssize_t = 0
    b: cython.Py_ssize_t = n
    d: cython.Py_ssize_t
    before: cython.uint
    count: cython.uint
    for digit in range(digits):
        shift = 8 * digit
        for d in range(256):
            counts[d] = 0
        for i in range(n):
            counts[(keys[a + i] >> shift) & 255] += 1
        if counts[(keys[a] >> shift) & 255] == n:
            continue
        before = 0
        for d in range(256):
            count = counts[d]
            counts[d] = before
            before += count
        for i in range(n):
            d = (keys[a + i] >> shift) & 255
            keys[b + counts[d]] = keys[a + i]
            order[b + counts[d]] = order[a + i]
            counts[d] += 1
        a = n - a
        b = n - b
    return a


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def add_row(
    bins: cython.p_uchar,
    row: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
    steps: cython.p_uint,
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
) -> cython.void:
    """Add a row of the tile to the histograms of its columns."""
    c: cython.Py_ssize_t
    i: cython.Py_ssize_t
    a: cython.Py_ssize_t
    f: cython.Py_ssize_t
    v: cython.Py_ssize_t
    for c in range(length):
        v = bins[row * length + c]
        a = (v >> 4) * 16
        f = ((v >> 4) * length + c) * 16
        for i in range(16):
            coarse[c * 16 + 16 + i] += steps[a + i]
        a = (v & 15) * 16
        for i in range(16):
            fine[f + i] += steps[a + i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def replace_row(
    bins: cython.p_uchar,
    old: cython.Py_ssize_t,
    new: cython.Py_ssize_t,
    length: cython.Py_ssize_t,
    steps: cython.p_uint,
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
) -> cython.void:
    """Take a row of the tile out of the histograms of its columns, and another one in."""
    c: cython.Py_ssize_t
    i: cython.Py_ssize_t
    a: cython.Py_ssize_t
    b: cython.Py_ssize_t
    f: cython.Py_ssize_t
    g: cython.Py_ssize_t
    v: cython.Py_ssize_t
    w: cython.Py_ssize_t
    for c in range(length):
        v = bins[old * length + c]
        w = bins[new * length + c]
        if v == w:
            continue
        a = (v >> 4) * 16
        b = (w >> 4) * 16
        f = ((v >> 4) * length + c) * 16
        g = ((w >> 4) * length + c) * 16
        if a != b:
            for i in range(16):
                coarse[c * 16 + 16 + i] += steps[b + i] - steps[a + i]
        a = (v & 15) * 16
        b = (w & 15) * 16
        for i in range(16):
            fine[f + i] -= steps[a + i]
        for i in range(16):
            fine[g + i] += steps[b + i]


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
    x: cython.Py_ssize_t
    c: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    j: cython.Py_ssize_t
    f: cython.Py_ssize_t
    p: cython.Py_ssize_t
    u: cython.Py_ssize_t
    left: cython.uint
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
        k = 8 * (sums[7] <= rank)
        k += 4 * (sums[k + 3] <= rank)
        k += 2 * (sums[k + 1] <= rank)
        k += sums[k] <= rank
        left = rank
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
        j = 8 * (sums[p + 7] <= left)
        j += 4 * (sums[p + j + 3] <= left)
        j += 2 * (sums[p + j + 1] <= left)
        j += sums[p + j] <= left
        found[2 * x] = k * 16 + j
        found[2 * x + 1] = left - (sums[p + j - 1] if j > 0 else 0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
@cython.inline
def count_bits(word: cython.ulonglong) -> cython.Py_ssize_t:
    """Return how many bits are set; compilers know this loop as one instruction."""
    n: cython.Py_ssize_t = 0
    while word != 0:
        word = word & (word - 1)
        n += 1
    return n


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def pick_row(
    found: cython.p_uint,
    first: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
    row: cython.Py_ssize_t,
    box_rows: cython.Py_ssize_t,
    box_columns: cython.Py_ssize_t,
    shift: cython.int,
    n: cython.Py_ssize_t,
    places: cython.p_ushort,
    length: cython.Py_ssize_t,
    values: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    start: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
) -> cython.void:
    """Count off the pixels of the bins that were found, and write the pixels of the rank."""
    x: cython.Py_ssize_t
    o: cython.Py_ssize_t
    i: cython.Py_ssize_t
    inside: cython.uint
    here: cython.Py_ssize_t
    left: cython.Py_ssize_t
    bx: cython.ushort
    by: cython.ushort
    wide: cython.ushort = box_columns
    high: cython.ushort = box_rows
    top: cython.ushort = row
    for x in range(first, columns):
        o = cython.cast(cython.Py_ssize_t, found[2 * x]) << shift
        left = found[2 * x + 1]
        # `places` goes on with 32 places outside every window, so whole groups can be read.
        while True:
            inside = 0
            for i in range(32):
                bx = (places[o + i] - x) & 65535
                by = (places[n + 32 + o + i] - top) & 65535
                inside |= cython.cast(cython.uint, (bx < wide) & (by < high)) << i
            here = count_bits(inside)
            if here > left:
                break
            left -= here
            o += 32
        for _ in range(left):
            inside = inside & (inside - 1)
        o += count_bits((inside ^ (inside - 1)) >> 1)
        bx = places[o]
        by = places[n + 32 + o]
        target[start + x * step] = values[by * length + bx]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slide_row(
    ordinals: cython.p_uint,
    order: cython.p_uint,
    start_of_order: cython.Py_ssize_t,
    values: cython.pointer(Pixel),
    words: cython.p_ulonglong,
    n: cython.Py_ssize_t,
    place: cython.Py_ssize_t,
    first: cython.Py_ssize_t,
    columns: cython.Py_ssize_t,
    rank: cython.Py_ssize_t,
    taps: cython.p_longlong,
    count: cython.Py_ssize_t,
    entering: cython.p_longlong,
    entering_count: cython.Py_ssize_t,
    leaving: cython.p_longlong,
    leaving_count: cython.Py_ssize_t,
    target: cython.pointer(Pixel),
    start: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
) -> cython.void:
    """Slide a window along one row of the tile; `place` is where the window of the row's first pixel starts."""
    one: cython.ulonglong = 1
    word: cython.ulonglong
    x: cython.Py_ssize_t
    i: cython.Py_ssize_t
    o: cython.Py_ssize_t
    w: cython.Py_ssize_t = 0
    below: cython.Py_ssize_t = 0  # pixels of the window in words before w
    here: cython.Py_ssize_t
    left: cython.Py_ssize_t
    for i in range((n + 63) // 64):
        words[i] = 0
    for i in range(count):
        o = ordinals[place + first + taps[i]]
        words[o >> 6] |= one << (o & 63)
    for x in range(first, columns):
        while below > rank:
            w -= 1
            below -= count_bits(words[w])
        here = count_bits(words[w])
        while below + here <= rank:
            below += here
            w += 1
            here = count_bits(words[w])
        word = words[w]
        left = rank - below
        for _ in range(left):
            word = word & (word - 1)
        o = w * 64 + count_bits((word ^ (word - 1)) >> 1)
        target[start + x * step] = values[order[start_of_order + o]]
        if x + 1 < columns:
            for i in range(leaving_count):
                o = ordinals[place + x + leaving[i]]
                words[o >> 6] ^= one << (o & 63)
                below -= (o >> 6) < w
            for i in range(entering_count):
                o = ordinals[place + x + 1 + entering[i]]
                words[o >> 6] ^= one << (o & 63)
                below += (o >> 6) < w


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tile(
    job: cython.pointer(Job),
    tile: cython.Py_ssize_t,
    source: cython.pointer(Pixel),
    target: cython.pointer(Pixel),
    values: cython.pointer(Pixel),
    keys: cython.p_ulonglong,
    order: cython.p_uint,
    ordinals: cython.p_uint,
    words: cython.p_ulonglong,
    bins: cython.p_uchar,
    places: cython.p_ushort,
    coarse: cython.p_ushort,
    fine: cython.p_ushort,
    steps: cython.p_uint,
    found: cython.p_uint,
    sums: cython.p_uint,
) -> cython.void:
    """Filter the pixels of one tile that no tile before it has filtered."""
    n: cython.Py_ssize_t = job.lines * job.length
    length: cython.Py_ssize_t = job.length
    first: cython.Py_ssize_t = job.tile_fresh[tile * job.axes + job.axes - 1]
    sorted_at: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    r: cython.Py_ssize_t
    i: cython.Py_ssize_t
    o: cython.Py_ssize_t
    shift: cython.int = 0
    fresh: cython.bint
    begun: cython.bint = False
    copy_tile(source, job.tile_sources[tile], job.step, job.line_sources, job.lines, length, values)
    if job.box_rows == 0 or job.itemsize > 1:
        make_keys(values, n, 8 * job.itemsize, job.real, keys, order)
        sorted_at = sort_tile(keys, order, n, job.itemsize, sums)
    if job.box_rows == 0:
        for o in range(n):
            ordinals[order[sorted_at + o]] = o
    else:
        if job.itemsize > 1:
            while (n - 1) >> shift > 255:
                shift += 1
            for o in range(n):
                i = order[sorted_at + o]
                bins[i] = o >> shift
                places[o] = i % length
                places[n + 32 + o] = i // length
            for o in range(n, n + 32):
                places[o] = 65535
                places[n + 32 + o] = 65535
        else:
            for i in range(n):
                bins[i] = values[i]
        for i in range(16 * length + 16):
            coarse[i] = 0
        for i in range(256 * length):
            fine[i] = 0

    for r in range(job.rows):
        fresh = True
        for i in range(job.axes - 1):
            fresh = fresh and job.row_index[r * (job.axes - 1) + i] >= job.tile_fresh[tile * job.axes + i]
        if not fresh:
            continue
        start = job.tile_targets[tile] + job.row_targets[r]
        if job.box_rows == 0:
            slide_row(
                ordinals, order, sorted_at, values, words, n, job.row_places[r], first, job.columns, job.rank,
                job.taps, job.count, job.entering, job.entering_count, job.leaving, job.leaving_count,
                target, start, job.step,
            )  # fmt: skip
            continue
        if begun:
            replace_row(bins, r - 1, r + job.box_rows - 1, length, steps, coarse, fine)
        else:
            for i in range(r, r + job.box_rows):
                add_row(bins, i, length, steps, coarse, fine)
            begun = True
        find_row(coarse, fine, length, job.columns, job.box_columns, job.rank, sums, found)
        if job.itemsize > 1:
            pick_row(
                found, first, job.columns, r, job.box_rows, job.box_columns, shift, n, places, length, values,
                target, start, job.step,
            )  # fmt: skip
        else:
            for i in range(first, job.columns):
                target[start + i * job.step] = found[2 * i]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def filter_tiles(context: cython.p_void, number: cython.int, closure: cython.p_uchar) -> cython.int:
    """Filter every tile whose turn it is: one of so many as there are workers."""
    job: cython.pointer(Job) = cython.cast(cython.pointer(Job), closure)
    n: cython.Py_ssize_t = job.lines * job.length
    values: cython.p_uchar = cython.cast(cython.p_uchar, job.values) + number * n * job.itemsize
    keys: cython.p_ulonglong = job.keys + number * 2 * n
    order: cython.p_uint = job.order + number * 2 * n
    ordinals: cython.p_uint = job.ordinals + number * n
    words: cython.p_ulonglong = job.words + number * ((n + 63) // 64)
    bins: cython.p_uchar = job.bins + number * n
    places: cython.p_ushort = job.places + number * 2 * (n + 32)
    coarse: cython.p_ushort = job.histograms + number * (272 * job.length + 16)
    fine: cython.p_ushort = coarse + 16 * (job.length + 1)
    found: cython.p_uint = job.found + number * (2 * job.columns + 272)
    sums: cython.p_uint = found + 2 * job.columns
    tile: cython.Py_ssize_t
    turn: cython.Py_ssize_t
    for turn in range((job.tiles - number + job.workers - 1) // job.workers):
        tile = number + turn * job.workers
        if job.itemsize == 1:
            filter_tile(
                job, tile, cython.cast(cython.p_uchar, job.source), cython.cast(cython.p_uchar, job.target), values,
                keys, order, ordinals, words, bins, places, coarse, fine, job.steps, found, sums,
            )  # fmt: skip
        elif job.itemsize == 2:
            filter_tile(
                job, tile, cython.cast(cython.p_ushort, job.source), cython.cast(cython.p_ushort, job.target),
                cython.cast(cython.p_ushort, values),
                keys, order, ordinals, words, bins, places, coarse, fine, job.steps, found, sums,
            )  # fmt: skip
        elif job.itemsize == 4:
            filter_tile(
                job, tile, cython.cast(cython.p_uint, job.source), cython.cast(cython.p_uint, job.target),
                cython.cast(cython.p_uint, values),
                keys, order, ordinals, words, bins, places, coarse, fine, job.steps, found, sums,
            )  # fmt: skip
        else:
            filter_tile(
                job, tile, cython.cast(cython.p_ulonglong, job.source),
                cython.cast(cython.p_ulonglong, job.target), cython.cast(cython.p_ulonglong, values),
                keys, order, ordinals, words, bins, places, coarse, fine, job.steps, found, sums,
            )  # fmt: skip
    return 0


@cython.cfunc
def address_of(array: object) -> cython.p_longlong:
    """Return where the elements of a contiguous array start; the caller keeps the array."""
    if array.size == 0:
        return cython.NULL
    seen: cython.const[cython.uchar][::1] = array.reshape(-1).view(np.uint8)
    return cython.cast(cython.p_longlong, cython.address(seen[0]))


def filter_image(source, target, plan, rank, workers):
    """Write the pixel of `rank` in the window around each pixel.

    Parameters
    ----------
    source : ndarray
        The image, extended beyond its border, contiguous: uint8, uint16, float32 or float64.
    target : ndarray
        Where the result goes, contiguous, of the same dtype.
    plan : TilePlan
        The tiles, the rows in each, and the window.
    rank : int
        The place of the result among the pixels of the window in order, from 0.
    workers : int
        How many tiles are worked on at a time; one worker runs on the calling thread.
    """
    job: Job
    if not cython.compiled:
        job = SimpleNamespace()
    job.itemsize = source.itemsize
    job.real = source.dtype.kind == "f"
    job.tiles = len(plan.tile_sources)
    job.axes = plan.tile_fresh.shape[1]
    job.step = plan.step
    job.lines = len(plan.line_sources)
    job.length = plan.length
    job.rows = len(plan.row_targets)
    job.columns = plan.columns
    job.rank = rank
    job.box_rows, job.box_columns = plan.box
    job.count = len(plan.taps)
    job.entering_count = len(plan.entering)
    job.leaving_count = len(plan.leaving)
    job.workers = workers

    unsigned = np.dtype(f"u{source.itemsize}")
    n = job.lines * job.length
    scratch = {
        "values": np.empty(workers * n, unsigned),
        "keys": np.empty(workers * 2 * n, np.uint64),
        "order": np.empty(workers * 2 * n, np.uint32),
        "ordinals": np.empty(workers * n, np.uint32),
        "words": np.empty(workers * ((n + 63) // 64), np.uint64),
        "bins": np.empty(workers * n, np.uint8),
        "places": np.empty(workers * 2 * (n + 32), np.uint16),
        "histograms": np.empty(workers * (272 * plan.length + 16), np.uint16),
        "found": np.empty(workers * (2 * plan.columns + 272), np.uint32),
    }
    # steps[16 * v + i]: what a pixel of bin v adds to the cumulative count of bin i.
    steps = np.triu(np.ones((16, 16), np.uint32)).reshape(-1)
    tables = [
        table.reshape(-1)
        for table in (
            plan.tile_sources, plan.tile_targets, plan.tile_fresh, plan.line_sources, plan.row_targets,
            plan.row_places, plan.row_index, plan.taps, plan.entering, plan.leaving,
        )
    ]  # fmt: skip

    if not cython.compiled:
        (
            job.tile_sources, job.tile_targets, job.tile_fresh, job.line_sources, job.row_targets,
            job.row_places, job.row_index, job.taps, job.entering, job.leaving,
        ) = (table.tolist() for table in tables)  # fmt: skip
        # Lists, because Python's integers do not overflow where the algorithm counts on nothing of the kind.
        from_pixels = source.reshape(-1).view(unsigned).tolist()
        to_pixels = target.reshape(-1).view(unsigned).tolist()
        room = [scratch[name].tolist() for name in ("values", "keys", "order", "ordinals", "words", "bins", "places")]
        histograms = scratch["histograms"].tolist()
        for tile in range(job.tiles):
            filter_tile(
                job, tile, from_pixels, to_pixels, *room, [0] * 16 * (plan.length + 1), histograms, steps.tolist(),
                [0] * 2 * plan.columns, [0] * 272,
            )  # fmt: skip
        target.reshape(-1).view(unsigned)[:] = to_pixels
        return

    source_bytes: cython.const[cython.uchar][::1] = source.reshape(-1).view(np.uint8)
    target_bytes: cython.uchar[::1] = target.reshape(-1).view(np.uint8)
    job.source = cython.cast(cython.p_void, cython.address(source_bytes[0]))
    job.target = cython.cast(cython.p_void, cython.address(target_bytes[0]))
    job.tile_sources = address_of(plan.tile_sources)
    job.tile_targets = address_of(plan.tile_targets)
    job.tile_fresh = address_of(plan.tile_fresh)
    job.line_sources = address_of(plan.line_sources)
    job.row_targets = address_of(plan.row_targets)
    job.row_places = address_of(plan.row_places)
    job.row_index = address_of(plan.row_index)
    job.taps = address_of(plan.taps)
    job.entering = address_of(plan.entering)
    job.leaving = address_of(plan.leaving)
    job.values = cython.cast(cython.p_void, address_of(scratch["values"]))
    job.keys = cython.cast(cython.p_ulonglong, address_of(scratch["keys"]))
    job.order = cython.cast(cython.p_uint, address_of(scratch["order"]))
    job.ordinals = cython.cast(cython.p_uint, address_of(scratch["ordinals"]))
    job.words = cython.cast(cython.p_ulonglong, address_of(scratch["words"]))
    job.bins = cython.cast(cython.p_uchar, address_of(scratch["bins"]))
    job.places = cython.cast(cython.p_ushort, address_of(scratch["places"]))
    job.histograms = cython.cast(cython.p_ushort, address_of(scratch["histograms"]))
    job.found = cython.cast(cython.p_uint, address_of(scratch["found"]))
    job.steps = cython.cast(cython.p_uint, address_of(steps))
    count: cython.int = workers
    with cython.nogil:
        parallel_for(filter_tiles, count, cython.cast(cython.p_uchar, cython.address(job)), count == 1)
