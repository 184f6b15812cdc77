# cython: infer_types=True
"""The order of integers, by a radix sort of one byte after the other.

``radix_sort.pxd`` declares `sort_keys`, which the rank filters call.
"""

import cython
from cython import Py_ssize_t as Index


def sort_keys(keys, order, digits):
    """Return where in `order` the positions of the sorted keys start: 0 or the number of keys.

    Both arrays hold a number for each key, and room for another one: they are sorted between their halves. Only the
    lowest `digits` bytes count.
    """
    starts: cython.uint[256]
    if not cython.compiled:
        starts = [0] * 256
    n = keys.shape[0] // 2
    source: Index = 0
    target = n
    for digit in range(digits):
        shift = 8 * digit
        for d in range(256):
            starts[d] = 0
        for i in range(n):
            starts[(keys[source + i] >> shift) & 255] += 1
        if starts[(keys[source] >> shift) & 255] == n:
            continue
        total: cython.uint = 0
        for d in range(256):
            count = starts[d]
            starts[d] = total
            total += count
        for i in range(n):
            d = (keys[source + i] >> shift) & 255
            keys[target + starts[d]] = keys[source + i]
            order[target + starts[d]] = order[source + i]
            starts[d] += 1
        source = n - source
        target = n - target
    return source
