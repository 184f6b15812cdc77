# cython: infer_types=True
"""Undo the filters of PNG rows.

A PNG stores each byte as its difference to a guess from bytes already known:
the same byte of the pixel to the left (a), above (b), or above and to the left
(c). Every byte needs its left neighbor finished, so a row is a chain: nothing
here is data-parallel, which is why it is not a kernel.

References
----------
.. [1] W3C, Portable Network Graphics (PNG) Specification (Third Edition), 2025, section 9.
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.opsin._engine.runtime import poll


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def unfilter_row(
    stream: cython.const[cython.uchar][::1], pixels: cython.uchar[::1], first: Index, width: Index, step: Index
) -> cython.int:
    """Write the row pixels[first : first + width]; return whether its filter exists."""
    last = first + width
    shift = first // width + 1  # the row's bytes lie so much further on in the stream
    start = first + step
    kind: cython.int = stream[first + shift - 1]
    # Over the first row and left of the first pixel all is zero: there "above"
    # adds nothing, and Paeth's guess is the one neighbor that is left.
    if first == 0 and kind == 2:
        kind = 0
    elif first == 0 and kind == 4:
        kind = 1
    if kind == 0:
        for i in range(first, last):
            pixels[i] = stream[i + shift]
    elif kind == 1:
        for i in range(first, start):
            pixels[i] = stream[i + shift]
        for i in range(start, last):
            pixels[i] = (stream[i + shift] + pixels[i - step]) & 255
    elif kind == 2:
        for i in range(first, last):
            pixels[i] = (stream[i + shift] + pixels[i - width]) & 255
    elif kind == 3:
        for i in range(first, last):
            a: cython.int = pixels[i - step] if i >= start else 0
            b: cython.int = pixels[i - width] if first > 0 else 0
            pixels[i] = (stream[i + shift] + ((a + b) >> 1)) & 255
    elif kind == 4:
        for i in range(first, start):
            pixels[i] = (stream[i + shift] + pixels[i - width]) & 255
        for i in range(start, last):
            a = pixels[i - step]
            b = pixels[i - width]
            c: cython.int = pixels[i - width - step]
            # Paeth's guess is whichever of a, b and c is nearest to a + b - c, of equals
            # the first. In these terms it needs no branch, which noise would mispredict:
            # 1.5 instead of 5 ns a byte.
            low = min(a, b)
            high = max(a, b)
            limit = 3 * c - a - b
            c = low if high <= limit else c
            c = high if limit <= low else c
            pixels[i] = (stream[i + shift] + c) & 255
    return 0 <= kind <= 4


def unfilter(stream: cython.const[cython.uchar][::1], pixels: cython.uchar[::1], width: Index, step: Index) -> int:
    """Write the rows that `stream` holds filtered into `pixels`.

    Parameters
    ----------
    stream : (rows * (width + 1),) bytes
        The rows, each led by the number of its filter.
    pixels : (rows * width,) bytes
        Where the rows go.
    width : int
        Bytes in a row.
    step : int
        Bytes from a pixel to the next.

    Returns
    -------
    bad : int
        -1, or the number of a filter that does not exist; the rows from there
        on are not written.

    Raises
    ------
    ValueError
        If the sizes do not fit each other.
    """
    size = len(pixels)
    if not 1 <= step <= width or size % width or len(stream) != size + size // width:
        raise ValueError("the sizes of the stream, the pixels, the rows and the step do not fit each other")
    first: Index = 0
    checked: Index = 0
    with cython.nogil:
        while first < size and unfilter_row(stream, pixels, first, width, step):
            first += width
            if first - checked > 1 << 20:
                checked = first
                poll()
    return -1 if first >= size else int(stream[first + first // width])
