"""Quarter turns of a plane: pixels are moved, none is changed.

Half a turn reverses the rows and the pixels in each. A quarter turn transposes
the plane, in square tiles that fit the cache. A tile of n by n elements lies in
a row of n * n, the element (r, c) at the place whose binary digits are those of
r followed by those of c. A perfect shuffle of the row, which takes the first
and the second half by turns, moves the highest digit to the end; log2(n)
shuffles exchange r and c, and each is plain vector work for every size of
element.

References
----------
.. [1] H. S. Stone, "Parallel Processing with the Perfect Shuffle", IEEE Transactions on Computers C-20 (2), 1971,
   pp. 153-161 (section IV: matrix transposition).
"""

import cython
import numpy as np

if cython.compiled:
    from cython.cimports.libc.stdint import uint8_t
    from cython.cimports.libc.string import memcpy
    from cython.cimports.opsin._engine.runtime import parallel_tasks as parallel_for
else:
    uint8_t = cython.uchar

Element = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)

# A side of a tile in elements: a cache line of bytes, and no tile beyond 8 KB.
TILE1 = cython.declare(cython.Py_ssize_t, 64)
TILE2 = cython.declare(cython.Py_ssize_t, 32)
TILE4 = cython.declare(cython.Py_ssize_t, 32)
TILE8 = cython.declare(cython.Py_ssize_t, 16)
ODD_TILE = cython.declare(cython.Py_ssize_t, 32)
# Below this many bytes, waking a second thread costs more than it saves.
SERIAL_BELOW = cython.declare(cython.Py_ssize_t, 1 << 20)

Job = cython.struct(
    source=cython.p_uchar,
    target=cython.p_uchar,
    pixel=cython.Py_ssize_t,  # bytes
    rows=cython.Py_ssize_t,  # of the source
    columns=cython.Py_ssize_t,
    stride=cython.Py_ssize_t,  # bytes from a row of the source to the next
    quarters=cython.int,
    tile=cython.Py_ssize_t,
)


def turn(
    source: cython.const[cython.uchar][:, :], target: cython.uchar[:, :], pixel: cython.Py_ssize_t, quarters: cython.int
) -> None:
    """Fill `target` with `source`, turned counter-clockwise.

    Parameters
    ----------
    source : (rows, columns * pixel) array of bytes
        The plane to turn.
    target : (rows, columns * pixel) array of bytes
        Where the result goes: of the turned shape; it shares no memory with `source`.
    pixel : int
        How many bytes make a pixel.
    quarters : {1, 2, 3}
        How many quarter turns.
    """
    job: Job
    strips: cython.Py_ssize_t
    number: cython.Py_ssize_t
    if not cython.compiled:
        job = Job()
    job.pixel = pixel
    job.rows = source.shape[0]
    job.columns = source.shape[1] // pixel
    job.quarters = quarters
    job.tile = (
        TILE1 if pixel == 1 else TILE2 if pixel == 2 else TILE4 if pixel == 4 else TILE8 if pixel == 8 else ODD_TILE
    )
    strips = ((job.rows if quarters == 2 else job.columns) + job.tile - 1) // job.tile
    if cython.compiled:
        job.stride = source.strides[0]
        job.source = cython.cast(cython.p_uchar, cython.address(source[0, 0]))
        job.target = cython.address(target[0, 0])
        with cython.nogil:
            parallel_for(
                task,
                cython.cast(cython.int, strips),
                cython.cast(cython.pointer(uint8_t), cython.address(job)),
                job.rows * job.columns * pixel < SERIAL_BELOW,
            )
    else:
        job.stride = job.columns * pixel
        size = pixel if pixel in (1, 2, 4, 8) else 1
        flat = np.ascontiguousarray(source).reshape(-1).view(f"u{size}")
        filled = target.reshape(-1).view(f"u{size}")
        for number in range(strips):
            if size != pixel:
                strip_of_pixels(flat, filled, job, number)
            else:
                strip(flat, filled, job, number, np.zeros(job.tile**2, f"u{size}"), np.zeros(job.tile**2, f"u{size}"))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def task(context: cython.p_void, number: cython.int, closure: cython.pointer(uint8_t)) -> cython.int:
    """Make one strip of the target."""
    job: cython.pointer(Job) = cython.cast(cython.pointer(Job), closure)
    tile = cython.declare(cython.ulonglong[1024])
    shuffled = cython.declare(cython.ulonglong[1024])
    if job.pixel == 1:
        strip[cython.uchar](
            job.source,
            job.target,
            job,
            number,
            cython.cast(cython.p_uchar, tile),
            cython.cast(cython.p_uchar, shuffled),
        )
    elif job.pixel == 2:
        strip[cython.ushort](
            cython.cast(cython.p_ushort, job.source),
            cython.cast(cython.p_ushort, job.target),
            job,
            number,
            cython.cast(cython.p_ushort, tile),
            cython.cast(cython.p_ushort, shuffled),
        )
    elif job.pixel == 4:
        strip[cython.uint](
            cython.cast(cython.p_uint, job.source),
            cython.cast(cython.p_uint, job.target),
            job,
            number,
            cython.cast(cython.p_uint, tile),
            cython.cast(cython.p_uint, shuffled),
        )
    elif job.pixel == 8:
        strip[cython.ulonglong](
            cython.cast(cython.p_ulonglong, job.source),
            cython.cast(cython.p_ulonglong, job.target),
            job,
            number,
            tile,
            shuffled,
        )
    else:
        strip_of_pixels(job.source, job.target, job, number)
    return 0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def strip(
    source: cython.pointer(Element),
    target: cython.pointer(Element),
    job: cython.pointer(Job),
    number: cython.Py_ssize_t,
    tile: cython.pointer(Element),
    shuffled: cython.pointer(Element),
) -> cython.void:
    """Turn what becomes one strip of rows, where a pixel is one element."""
    n: cython.Py_ssize_t = job.tile
    stride: cython.Py_ssize_t = job.stride // job.pixel
    first: cython.Py_ssize_t = number * n
    last: cython.Py_ssize_t
    y: cython.Py_ssize_t
    x: cython.Py_ssize_t
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    width: cython.Py_ssize_t
    height: cython.Py_ssize_t
    at: cython.Py_ssize_t
    passes: cython.int
    swap: cython.pointer(Element)
    if job.quarters == 2:
        last = min(first + n, job.rows)
        for y in range(first, last):
            at = (job.rows - 1 - y) * job.columns
            start = y * stride + job.columns - 1
            for x in range(job.columns):
                target[at + x] = source[start - x]
        return
    # The columns of the source from `first` on are the rows of the target.
    width = min(n, job.columns - first)
    for block in range((job.rows + n - 1) // n):
        start = block * n
        height = min(n, job.rows - start)
        for y in range(height):
            at = (start + y if job.quarters == 1 else job.rows - 1 - start - y) * stride + first
            copy(source, at, tile, y * n, width)
        passes = 1
        while passes < n:
            shuffle(tile, shuffled, n * n // 2)
            swap = tile
            tile = shuffled
            shuffled = swap
            passes *= 2
        for x in range(width):
            at = (job.columns - 1 - first - x if job.quarters == 1 else first + x) * job.rows + start
            copy(tile, x * n, target, at, height)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def shuffle(source: cython.pointer(Element), target: cython.pointer(Element), half: cython.Py_ssize_t) -> cython.void:
    """Take an element of the first half and one of the second by turns."""
    k: cython.Py_ssize_t
    for k in range(half):
        target[2 * k] = source[k]
        target[2 * k + 1] = source[half + k]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def copy(
    source: cython.pointer(Element),
    at: cython.Py_ssize_t,
    target: cython.pointer(Element),
    to: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
) -> cython.void:
    """Copy neighbours."""
    if cython.compiled:
        memcpy(cython.address(target[to]), cython.address(source[at]), count * cython.sizeof(target[to]))
    else:
        target[to : to + count] = source[at : at + count]


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def strip_of_pixels(
    source: cython.p_uchar, target: cython.p_uchar, job: cython.pointer(Job), number: cython.Py_ssize_t
) -> cython.void:
    """Turn what becomes one strip of rows, where a pixel is several bytes."""
    n: cython.Py_ssize_t = job.tile
    pixel: cython.Py_ssize_t = job.pixel
    first: cython.Py_ssize_t = number * n
    block: cython.Py_ssize_t
    start: cython.Py_ssize_t
    y: cython.Py_ssize_t
    x: cython.Py_ssize_t
    to: cython.Py_ssize_t
    back: cython.Py_ssize_t
    if job.quarters == 2:
        for y in range(first, min(first + n, job.rows)):
            pixels_along(
                source,
                y * job.stride + (job.columns - 1) * pixel,
                -pixel,
                target,
                (job.rows - 1 - y) * job.columns * pixel,
                job.columns,
                pixel,
                True,
            )
        return
    for block in range((job.rows + n - 1) // n):
        start = block * n
        back = start if job.quarters == 1 else job.rows - 1 - start
        for x in range(first, min(first + n, job.columns)):
            to = (job.columns - 1 - x if job.quarters == 1 else x) * job.rows + start
            pixels_along(
                source,
                back * job.stride + x * pixel,
                job.stride if job.quarters == 1 else -job.stride,
                target,
                to * pixel,
                min(n, job.rows - start),
                pixel,
                x > 0,
            )


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def pixels_along(
    source: cython.p_uchar,
    at: cython.Py_ssize_t,
    step: cython.Py_ssize_t,
    target: cython.p_uchar,
    to: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    pixel: cython.Py_ssize_t,
    inner: cython.bint,
) -> cython.void:
    """Gather pixels that stand a step of bytes apart; `inner`: a byte lies before each of them but the last."""
    x: cython.Py_ssize_t
    k: cython.Py_ssize_t
    first: cython.Py_ssize_t = 0
    if pixel == 3 and inner:
        # As words with the byte before and one too many, which the next pixel overwrites; not so the last.
        first = count - 1
        for x in range(first):
            word(source, at + x * step - 1, target, to + 3 * x)
    for x in range(first, count):
        for k in range(pixel):
            target[to + x * pixel + k] = source[at + x * step + k]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def word(source: cython.p_uchar, at: cython.Py_ssize_t, target: cython.p_uchar, to: cython.Py_ssize_t) -> cython.void:
    """Write the last three of four bytes, and zero."""
    four: cython.uint = 0
    k: cython.int
    if cython.compiled:
        memcpy(cython.address(four), cython.address(source[at]), 4)
        four >>= 8
        memcpy(cython.address(target[to]), cython.address(four), 4)
    else:
        for k in range(3):
            target[to + k] = source[at + 1 + k]
        target[to + 3] = 0
