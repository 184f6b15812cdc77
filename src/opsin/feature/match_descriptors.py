"""Pairs of descriptors that are nearest to each other."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array
from .._engine.compiled import hamming
from .._engine.iterate import iterations
from .._errors import Allowed, choice, flag, number

RATIO = Allowed(0)
BLOCK = 1 << 22
"""Distances are computed for so many pairs at once."""

Metric = Literal["hamming", "euclidean", "cityblock", "chebyshev"]


def match_descriptors(
    descriptors1: ArrayLike,
    descriptors2: ArrayLike,
    *,
    metric: Metric | None = None,
    max_distance: float = math.inf,
    cross_check: bool = True,
    max_ratio: Annotated[float, RATIO] = 1.0,
) -> NDArray[np.intp]:
    """Find for each descriptor the nearest one of another set.

    Parameters
    ----------
    descriptors1 : array_like
        Descriptors of the first image, shape (descriptors, length): bool, as those of ORB and BRIEF, or real numbers.
    descriptors2 : array_like
        Descriptors of the second image, of the same length.
    metric : {'hamming', 'euclidean', 'cityblock', 'chebyshev'}, optional
        Distance: ``"hamming"`` is the share of elements that differ. By default that for bool, and the Euclidean
        distance for numbers.
    max_distance : float
        Pairs are nearer than this.
    cross_check : bool
        Whether the first descriptor must also be the nearest one of the second.
    max_ratio : float
        If less than 1: pairs whose distance is less than this fraction of the distance to the second nearest one, which
        leaves out what is ambiguous.

    Returns
    -------
    ndarray of int64
        Pairs of indices, shape (pairs, 2), in the order of the first ones; of equal distances the first one counts.

    Raises
    ------
    TypeError
        If the descriptors are not arrays of bool or real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the descriptors are not of one length.

    References
    ----------
    .. [1] D. G. Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", International Journal of Computer
       Vision 60 (2), 2004, pp. 91-110 (the ratio).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> first = np.array([[True, True, False, False], [False, False, False, True]])
    >>> opsin.feature.match_descriptors(first, first[::-1])
    array([[0, 1],
           [1, 0]])
    """
    first, second = _as_descriptors("descriptors1", descriptors1), _as_descriptors("descriptors2", descriptors2)
    if first.shape[1] != second.shape[1]:
        raise ValueError(f"descriptors2 must have the length of descriptors1, {first.shape[1]}; got {second.shape[1]}.")
    binary = first.dtype == np.bool_ and second.dtype == np.bool_
    if metric is not None:
        choice("metric", metric, ("hamming", "euclidean", "cityblock", "chebyshev"))
    chosen = metric or ("hamming" if binary else "euclidean")
    limit = number("max_distance", max_distance, low=0, infinite=True)
    crossed, ratio = flag("cross_check", cross_check), number("max_ratio", max_ratio, RATIO)
    if not len(first) or not len(second):
        return np.empty((0, 2), np.intp)

    match = _hamming if chosen == "hamming" and binary else _by_blocks
    nearest, distance, following, backward = match(first, second, chosen)
    numbers = np.arange(len(first))
    kept = np.ones(len(first), bool)
    if crossed:
        kept &= backward[nearest] == numbers
    if limit < math.inf:
        kept &= distance < limit
    if ratio < 1:
        kept &= distance / np.where(following == 0, np.finfo(np.float64).eps, following) < ratio
    return np.stack([numbers[kept], nearest[kept]], axis=1)


def _as_descriptors(name: str, value: Any) -> NDArray[Any]:
    array = as_array(name, value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of bool or real numbers; got dtype {array.dtype}.")
    if array.ndim != 2:
        raise ValueError(f"{name} must have the shape (descriptors, length); got {array.shape}.")
    return array


def _hamming(first: NDArray[np.bool_], second: NDArray[np.bool_], _: str) -> tuple[NDArray[Any], ...]:
    """Return for each descriptor the nearest one, its distance, the distance of the next, and what is nearest to each.

    Descriptors are of bits, the distances fractions of their number.
    """
    words = max(1, -(-first.shape[1] // 64))
    packed = []
    for bits in (first, second):
        rows = np.zeros((len(bits), 8 * words), np.uint8)
        rows[:, : -(-bits.shape[1] // 8)] = np.packbits(bits, axis=1)
        packed.append(rows.view(np.uint64))
    nearest, distances, following, backward = hamming.nearest(*packed)
    length = max(first.shape[1], 1)
    following = np.where(following == np.iinfo(np.int32).max, np.inf, following)
    return nearest, distances / length, following / length, backward


def _by_blocks(first: NDArray[Any], second: NDArray[Any], metric: str) -> tuple[NDArray[Any], ...]:
    """Return the same of descriptors of numbers, by a matrix of the distances of some of them at a time."""
    from scipy.spatial.distance import cdist

    nearest, distance, following = np.zeros(len(first), np.intp), np.empty(len(first)), np.empty(len(first))
    backward, best = np.zeros(len(second), np.intp), np.full(len(second), np.inf)
    step = max(1, BLOCK // len(second))
    numbers = second.astype(np.float64)
    for number_of_block in iterations(-(-len(first) // step)):
        rows = slice(number_of_block * step, (number_of_block + 1) * step)
        distances = cdist(first[rows].astype(np.float64), numbers, metric)
        count = np.arange(len(distances))
        nearest[rows] = distances.argmin(axis=1)
        distance[rows] = distances[count, nearest[rows]]
        closest = distances.argmin(axis=0)
        least = distances[closest, np.arange(len(second))]
        backward = np.where(least < best, closest + rows.start, backward)
        best = np.minimum(best, least)
        distances[count, nearest[rows]] = np.inf
        following[rows] = distances.min(axis=1)
    return nearest, distance, following, backward
