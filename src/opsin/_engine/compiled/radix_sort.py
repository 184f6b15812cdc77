# cython: infer_types=True
"""The order of the pixels of a tile, by a radix sort of one byte after the other.

``radix_sort.pxd`` declares `sort_pixels`, which the rank filters call. Floats come as unsigned integers of their size.
They are sorted by keys that compare as the numbers do; every NaN is above all numbers.
"""

import cython

Pixel = cython.fused_type(cython.uchar, cython.ushort, cython.uint, cython.ulonglong)


def sort_pixels(values, n, itemsize, real, keys, order):
    """Return where in `order` the positions of `n` pixels, sorted by their values, start: 0 or n.

    `real` tells whether the values are floats. `keys` and `order` have room for 2 n numbers.
    """
    if itemsize == 1:
        make_keys(cython.cast(cython.p_uchar, values), n, 8, real, keys, order)
    elif itemsize == 2:
        make_keys(cython.cast(cython.p_ushort, values), n, 16, real, keys, order)
    elif itemsize == 4:
        make_keys(cython.cast(cython.p_uint, values), n, 32, real, keys, order)
    else:
        make_keys(cython.cast(cython.p_ulonglong, values), n, 64, real, keys, order)
    return sort_keys(keys, order, n, itemsize)


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
    """Write integers that compare as the pixels do, and their positions."""
    sign = cython.cast(cython.ulonglong, 1) << (bits - 1)
    # The bits of infinity: all ones in the exponent.
    infinity: cython.ulonglong = 0x7F800000 if bits < 64 else 0x7FF0000000000000
    for i in range(n):
        key = cython.cast(cython.ulonglong, values[i])
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
def sort_keys(
    keys: cython.p_ulonglong, order: cython.p_uint, n: cython.Py_ssize_t, digits: cython.int
) -> cython.Py_ssize_t:
    """Sort by one byte after the other, between the two halves of `keys` and of `order`."""
    starts: cython.uint[256]
    if not cython.compiled:
        starts = [0] * 256
    a: cython.Py_ssize_t = 0
    b = n
    for digit in range(digits):
        shift = 8 * digit
        for d in range(256):
            starts[d] = 0
        for i in range(n):
            starts[(keys[a + i] >> shift) & 255] += 1
        if starts[(keys[a] >> shift) & 255] == n:
            continue
        total: cython.uint = 0
        for d in range(256):
            count = starts[d]
            starts[d] = total
            total += count
        for i in range(n):
            d = (keys[a + i] >> shift) & 255
            keys[b + starts[d]] = keys[a + i]
            order[b + starts[d]] = order[a + i]
            starts[d] += 1
        a = n - a
        b = n - b
    return a
