# cython: infer_types=True
"""The samples around a position along one axis: their indices, extended by the border, and their weights.

``taps.pxd`` declares `weigh` and `bordered`, which are called where samples may be outside of the source.

References
----------
.. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics,
   Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160 (order 3, with a = -1/2).
"""

import cython
from cython import Py_ssize_t as Index
from cython.cimports.libc.math import floor

# Borders, as in ``warp.BORDERS``; the remaining one is "wrap".
REFLECT = cython.declare(cython.int, 0)
MIRROR = cython.declare(cython.int, 1)
NEAREST = cython.declare(cython.int, 2)
CONSTANT = cython.declare(cython.int, 3)

# Rounds to the nearest sample, and to the later one of two, also where the position has a rounding error.
HALF_UP = cython.declare(cython.double, 0.5 + 1.0 / 65536)
# Doubles from here on have no fraction.
LARGE = cython.declare(cython.double, 4503599627370496.0)


def weigh(position, order, border, size, indices, weights):
    """Write the indices, -1 for the constant, and the weights of the samples around a position; return how many.

    The position is finite, the order 0, 1 or 3; `indices` and `weights` have room for 4.
    """
    position = min(max(position, -LARGE), LARGE)
    if order == 0:
        indices[0] = bordered(cython.cast(Index, floor(position + HALF_UP)), size, border)
        weights[0] = 1
        return 1
    start = cython.cast(Index, floor(position))
    f = position - floor(position)
    if order == 1:
        weights[0] = 1 - f
        weights[1] = f
        for k in range(2):
            indices[k] = bordered(start + k, size, border)
        return 2
    g = 1 - f
    weights[0] = ((1 - 0.5 * f) * f - 0.5) * f
    weights[1] = (1.5 * f - 2.5) * f * f + 1
    weights[2] = (1.5 * g - 2.5) * g * g + 1
    weights[3] = ((1 - 0.5 * g) * g - 0.5) * g
    for k in range(4):
        indices[k] = bordered(start + k - 1, size, border)
    return 4


def bordered(index, size, border):
    """Return the index inside an axis that stands for any index, or -1 for the constant."""
    if 0 <= index < size:
        return index
    if border == CONSTANT:
        return -1
    if border == NEAREST:
        return 0 if index < 0 else size - 1
    period = 2 * size if border == REFLECT else max(2 * size - 2, 1) if border == MIRROR else size
    index %= period
    if index < 0:
        index += period
    if index >= size:
        index = 2 * size - 1 - index if border == REFLECT else period - index
    return index
