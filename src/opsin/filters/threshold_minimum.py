"""The threshold at the minimum of a histogram."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.iterate import iterations
from .._errors import Allowed, integer
from .._operation import operation
from .._types import HistogramLike, ImageLike, Number
from ..exposure.histogram import Bins
from .counted import as_number, counted

ITERATIONS = Allowed(1, 1_000_000)


@operation(kind="global", since="0.1")
def threshold_minimum(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    max_num_iter: Annotated[int, ITERATIONS] = 10_000,
    hist: HistogramLike | None = None,
) -> Number:
    """Find the threshold at the minimum between the two peaks of a smoothed histogram.

    Parameters
    ----------
    image : array_like, optional
        Image of any shape and any real dtype; all channels of a color image are used together.
    nbins : int
        Number of bins of the histogram of floats; integers have one bin for each value.
    max_num_iter : int
        Number of iterations after which an error is raised.
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
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, or the numbers of counts and of values differ.

        Also if the smoothed histogram has not two maxima.

    Notes
    -----
    The histogram is smoothed by the mean of 3 bins, again and again, until it has no more than two maxima.

    References
    ----------
    .. [1] J. M. S. Prewitt and M. L. Mendelsohn, "The Analysis of Cell Images", Annals of the New York Academy of
       Sciences 128, 1966, pp. 1035-1053.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> opsin.filters.threshold_minimum(image)
    17
    """
    counts, values = counted("threshold_minimum", image, nbins, hist)
    limit = integer("max_num_iter", max_num_iter, ITERATIONS)
    if len(values) == 1:
        return as_number(values[0])
    smooth = counts.astype(np.float32)
    peaks = _peaks(smooth)
    for _ in iterations(limit):
        wide = np.concatenate([smooth[:1], smooth, smooth[-1:]]).astype(np.float64)
        smooth = ((wide[:-2] + wide[1:-1] + wide[2:]) / 3).astype(np.float32)
        peaks = _peaks(smooth)
        if len(peaks) < 3:
            break
    else:
        raise ValueError(f"max_num_iter must be more: the histogram has {len(peaks)} maxima after {limit} iterations.")
    if len(peaks) != 2:
        raise ValueError("image must have a histogram with two maxima, or hist must; smoothed, it has one.")
    return as_number(values[peaks[0] + np.argmin(smooth[peaks[0] : peaks[1] + 1])])


def _peaks(counts: NDArray[Any]) -> NDArray[np.intp]:
    """Return the bins after which the counts fall and before which they last rose, or did not change."""
    slopes = np.diff(counts)
    changes = np.flatnonzero(slopes)
    falls = slopes[changes] < 0
    peaks: NDArray[np.intp] = changes[falls & ~np.concatenate([[False], falls[:-1]])]
    return peaks
