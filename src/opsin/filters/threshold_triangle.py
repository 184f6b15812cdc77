"""The threshold at the corner of a histogram."""

from __future__ import annotations

import numpy as np

from .._operation import operation
from .._types import HistogramLike, ImageLike, Number
from ..exposure.histogram import Bins
from .counted import as_number, counted


@operation(kind="global", since="0.1")
def threshold_triangle(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    hist: HistogramLike | None = None,
) -> Number:
    """Find the threshold at the corner of a histogram with one peak, by the triangle rule.

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
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, or the numbers of counts and of values differ.

    Notes
    -----
    A line is drawn from the peak of the histogram to the farther of its ends; the threshold is the bin that is
    farthest below it. It suits images in which one class is much larger than the other.

    References
    ----------
    .. [1] G. W. Zack, W. E. Rogers and S. A. Latt, "Automatic Measurement of Sister Chromatid Exchange Frequency",
       Journal of Histochemistry and Cytochemistry 25 (7), 1977, pp. 741-753.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> opsin.filters.threshold_triangle(image)
    16
    """
    counts, values = counted("threshold_triangle", image, nbins, hist)
    if len(values) == 1:
        return as_number(values[0])
    peak = int(np.argmax(counts))
    flipped = peak < len(counts) - 1 - peak
    if flipped:
        counts, values, peak = counts[::-1], values[::-1], len(counts) - 1 - peak
    below = counts[peak] * np.arange(peak) - peak * counts[:peak]
    return as_number(values[np.argmax(below)])
