"""Otsu's threshold."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._operation import Between, operation
from .._types import NATIVE_DTYPES
from ..exposure.histogram import MAX_BINS, histogram

Histogram: TypeAlias = ArrayLike | tuple[ArrayLike, ArrayLike]


@operation(kind="global", dtypes=NATIVE_DTYPES, returns="value", since="0.1")
def threshold_otsu(
    image: ArrayLike | None = None,
    nbins: Annotated[int, Between(1, MAX_BINS)] = 256,
    *,
    hist: Histogram | None = None,
) -> int | float:
    """Find the threshold that parts an image best into two classes of values.

    Parameters
    ----------
    image : array_like, optional
        Image of any shape and any real dtype; of a colour image, all channels are taken together.
    nbins : int
        Number of bins of the histogram of floats; integers have a bin for each value.
    hist : array_like or (array_like, array_like), optional
        The histogram, instead of the image: the counts, or the counts and the value of each bin, as
        `exposure.histogram` returns them. Without values, the bins are numbered from 0.

    Returns
    -------
    int or float
        The threshold: pixels above it are of the brighter class. For an image of one value it is that value.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or neither an image nor a histogram is given.
    ValueError
        If no pixel is counted, or the counts and the values differ in number.

    Notes
    -----
    The threshold makes the variance between the two classes largest, which makes the variance within them smallest.

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
    both = isinstance(hist, tuple) and len(hist) == 2 and np.ndim(hist[0]) == 1
    counts = np.asarray(hist[0] if both else hist)
    values = np.asarray(hist[1]) if both else np.arange(len(np.atleast_1d(counts)))
    if counts.dtype.kind not in "iuf" or values.dtype.kind not in "iuf":
        raise TypeError(f"hist must be of numbers; got dtypes {counts.dtype} and {values.dtype}.")
    if counts.ndim != 1 or counts.shape != values.shape:
        raise ValueError(f"hist must be counts and values, as many of each; got shapes {counts.shape}, {values.shape}.")
    if not np.all(counts >= 0) or not np.all(np.isfinite(counts)) or not np.all(np.isfinite(values)):
        raise ValueError("hist must have finite counts of 0 or more and finite values.")
    return counts, values
