# cython: infer_types=True
"""The split of a histogram into two classes whose means are farthest apart.

Entry point: ``best_split(counts, values)``.

References
----------
.. [1] N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and
   Cybernetics 9 (1), 1979, pp. 62-66.
"""

import cython
import numpy as np
from cython import Py_ssize_t as Index


def best_split(counts, values):
    """Return the last bin of the lower class of the split with the greatest variance between the classes.

    Parameters
    ----------
    counts : (N,) ndarray of float64
        The weight of each bin, at least two; those of the first and the last are not 0.
    values : (N,) ndarray of float64
        The value of each bin.

    Returns
    -------
    int
        The number of the bin; of equal splits the first.
    """
    weights: cython.const[cython.double][::1] = counts
    places: cython.const[cython.double][::1] = values
    n = weights.shape[0]
    weights_above: cython.double[::1] = np.empty(n)
    sums_above: cython.double[::1] = np.empty(n)
    weight: cython.double = 0
    total: cython.double = 0
    for k in range(n - 1, 0, -1):
        weight += weights[k]
        total += weights[k] * places[k]
        weights_above[k] = weight
        sums_above[k] = total
    best: Index = 0
    greatest: cython.double = -1
    weight = total = 0
    for k in range(n - 1):
        weight += weights[k]
        total += weights[k] * places[k]
        distance = total / weight - sums_above[k + 1] / weights_above[k + 1]
        variance = weight * weights_above[k + 1] * distance * distance
        # Values that are not finite have no split.
        if variance != variance:
            return k
        if variance > greatest:
            best, greatest = k, variance
    return best
