"""Otsu's thresholds for several classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import HistogramLike, ImageLike, Values
from ..exposure.histogram import Bins
from .counted import counted, from_first

CLASSES = Allowed(2, 1024)


@operation(kind="global", since="0.1")
def threshold_multiotsu(
    image: ImageLike | None = None,
    classes: Annotated[int, CLASSES, Typical(2, 5)] = 3,
    nbins: Bins = 256,
    *,
    hist: HistogramLike | None = None,
) -> Values:
    """Find the thresholds that best separate the values of an image into several classes.

    Parameters
    ----------
    image : array_like, optional
        Image of any shape and any real dtype; all channels of a color image are used together.
    classes : int
        Number of classes.
    nbins : int
        Number of bins of the histogram of floats; integers have one bin for each value.
    hist : array_like or (array_like, array_like), optional
        Histogram to use instead of the image: the counts, or the counts and the value of each bin, as returned by
        `exposure.histogram`. Without values, the bins are numbered from 0.

    Returns
    -------
    ndarray
        The thresholds in ascending order, one less than `classes`: pixels above each belong to brighter classes.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, the numbers of counts and of values differ, or there are fewer values than classes.

    Notes
    -----
    The thresholds maximize the variance between the classes, which minimizes the variance within them. They are found
    by dynamic programming [2]_, whose time grows with the number of classes and with n log n for n bins.

    References
    ----------
    .. [1] P.-S. Liao, T.-S. Chen and P.-C. Chung, "A Fast Algorithm for Multilevel Thresholding", Journal of
       Information Science and Engineering 17 (5), 2001, pp. 713-727.
    .. [2] A. Aggarwal, M. M. Klawe, S. Moran, P. Shor and R. Wilber, "Geometric Applications of a Matrix-Searching
       Algorithm", Algorithmica 2, 1987, pp. 195-208 (monotone positions of minima).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [190, 188, 11]], np.uint8)
    >>> thresholds = opsin.filters.threshold_multiotsu(image)
    >>> thresholds
    array([15, 85])
    >>> np.digitize(image, thresholds, right=True)
    array([[0, 0, 0],
           [1, 1, 0],
           [2, 2, 0]])
    """
    counts, values = counted("threshold_multiotsu", image, nbins, hist)
    classes = integer("classes", classes, CLASSES)
    filled = np.flatnonzero(counts)
    if len(filled) < classes:
        raise ValueError(
            f"classes must be at most {len(filled)}, the number of bins that are not empty; got {classes}. A larger "
            "nbins may separate more values."
        )
    weights, distance = counts[filled].astype(np.float64), from_first(values)[filled]
    return values[filled[_last_of_classes(weights / weights.sum(), distance, classes)]]


def _last_of_classes(weights: NDArray[Any], distance: NDArray[Any], classes: int) -> NDArray[np.intp]:
    """Return the last bin of each class but the brightest."""
    total = np.concatenate([[0.0], np.cumsum(weights)])
    moment = np.concatenate([[0.0], np.cumsum(weights * distance)])

    def between(first: NDArray[np.intp], stop: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return what a class of the bins from `first` to before `stop` adds to the variance between classes."""
        variance: NDArray[np.float64] = (moment[stop] - moment[first]) ** 2 / (total[stop] - total[first])
        return variance

    bins = len(weights)
    stops = np.arange(1, bins + 1)
    best = np.concatenate([[-np.inf], between(np.zeros(bins, np.intp), stops)])
    starts = []
    for number in range(2, classes + 1):
        best, start = _split(best, between, number, bins)
        starts.append(start)
    found, stop = [], bins
    for start in reversed(starts):
        stop = int(start[stop])
        found.append(stop - 1)
    return np.array(found[::-1], np.intp)


def _split(
    best: NDArray[np.float64], between: Callable[..., NDArray[np.float64]], number: int, bins: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return for each stop the best sum of `number` classes, and where the last of them starts.

    The start never moves back while the stop advances, so that the starts of two stops limit those between them.
    """
    result, start = np.full(bins + 1, -np.inf), np.zeros(bins + 1, np.intp)
    low, high = np.array([number - 1]), np.array([bins - 1])  # the least and the greatest start of a range of stops
    first, last = np.array([number]), np.array([bins])  # the ranges of stops
    while first.size:
        stop = (first + last) // 2
        greatest = np.minimum(high, stop - 1)
        lengths = greatest - low + 1
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        starts = np.arange(lengths.sum()) - np.repeat(offsets - low, lengths)
        sums = best[starts] + between(starts, np.repeat(stop, lengths))
        most = np.maximum.reduceat(sums, offsets)
        is_best = np.flatnonzero(sums == np.repeat(most, lengths))
        chosen = starts[is_best[np.searchsorted(is_best, offsets)]]
        result[stop], start[stop] = most, chosen
        parts = (np.r_[first, stop + 1], np.r_[stop - 1, last], np.r_[low, chosen], np.r_[chosen, high])
        keep = parts[0] <= parts[1]
        first, last, low, high = (part[keep] for part in parts)
    return result, start
