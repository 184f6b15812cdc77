"""Otsu's threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, is_several
from .._operation import operation
from .._types import HistogramLike, ImageLike, Number
from ..exposure.histogram import Bins, histogram


@operation(kind="global", since="0.1")
def threshold_otsu(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    hist: HistogramLike | None = None,
) -> Number:
    """Find the threshold that best separates the values of an image into two classes.

    Parameters
    ----------
    image : array_like, optional
        Image of any shape and any real dtype; all channels of a color image are used together.
    nbins : int
        Number of bins of the histogram of floats; integers have one bin for each value.
    hist : array_like or (array_like, array_like), optional
        Histogram to use instead of the image: the counts, or the counts and the value of each bin, as returned by
        `exposure.histogram`. Without values, the bins are numbered from 0.

    Returns
    -------
    int or float
        The threshold: pixels above it belong to the brighter class. For an image of one value it is that value.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.

        Also if neither an image nor a histogram is given.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, or the numbers of counts and of values differ.

    Notes
    -----
    The threshold maximizes the variance between the two classes, which minimizes the variance within them.

    References
    ----------
    .. [1] N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and
       Cybernetics 9 (1), 1979, pp. 62-66.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> threshold = opsin.filters.threshold_otsu(image)
    >>> threshold
    15
    >>> (image > threshold).astype(int)
    array([[0, 0, 0],
           [1, 1, 0],
           [1, 1, 0]])
    """
    if hist is not None:
        counts, values = _check_histogram(hist)
    elif image is not None:
        counts, values = histogram(image, nbins)
    else:
        raise TypeError("threshold_otsu takes an image or hist, a histogram; got neither.")
    there = np.flatnonzero(counts)
    if not there.size:
        raise ValueError("image must have at least one finite pixel, hist at least one count; got none.")
    if there.size == 1:
        return _only_value(image) if hist is None else _number(values[there[0]])
    counts, values = (part[there[0] : there[-1] + 1] for part in (counts, values))
    best = _best_split(counts, values)
    return _number(values[best])


def _best_split(counts: NDArray[Any], values: NDArray[Any]) -> np.intp:
    """Return the last bin of the darker class; the first and the last bin are not empty."""
    # From the first bin on, so that large numbers that lie close together neither overflow nor lose their differences.
    exact = values.astype(np.int64) if values.dtype.kind in "iu" else values
    moments = counts * (exact - exact[0]).astype(np.float64)
    below, above = np.cumsum(counts), np.cumsum(counts[::-1])[::-1]
    mean_below = np.cumsum(moments) / below
    mean_above = np.cumsum(moments[::-1])[::-1] / above
    distance = mean_below[:-1] - mean_above[1:]
    return np.argmax(below[:-1].astype(np.float64) * above[1:] * distance * distance)


def _only_value(image: Any) -> int | float:
    """Return the value that all finite pixels of `image` have."""
    array = np.asarray(image).reshape(-1)
    value = array[0] if array.dtype.kind != "f" else array[np.isfinite(array)][0]
    return _number(value)


def _number(value: Any) -> int | float:
    return int(value) if value.dtype.kind in "bui" else float(value)


def _check_histogram(hist: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    both = isinstance(hist, tuple) and len(hist) == 2 and is_several(hist[0])
    counts = as_array("hist", hist[0] if both else hist)
    values = as_array("hist", hist[1]) if both else np.arange(len(np.atleast_1d(counts)))
    if counts.dtype.kind not in "iuf" or values.dtype.kind not in "iuf":
        raise TypeError(f"hist must be of numbers; got dtypes {counts.dtype} and {values.dtype}.")
    if counts.ndim != 1 or counts.shape != values.shape:
        raise ValueError(f"hist must be counts and values, as many of each; got shapes {counts.shape}, {values.shape}.")
    if not np.all(counts >= 0) or not np.all(np.isfinite(counts)) or not np.all(np.isfinite(values)):
        raise ValueError("hist must have finite counts of 0 or more and finite values.")
    return counts, values
