"""Yen's threshold."""

from __future__ import annotations

import numpy as np

from .._operation import operation
from .._types import HistogramLike, ImageLike, Number
from ..exposure.histogram import Bins
from .counted import as_number, counted


@operation(kind="global", since="0.1")
def threshold_yen(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    hist: HistogramLike | None = None,
) -> Number:
    """Find the threshold of the greatest correlation of the two classes, by the rule of Yen.

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
    The threshold maximizes the sum of the entropic correlations of the two classes.

    References
    ----------
    .. [1] J.-C. Yen, F.-J. Chang and S. Chang, "A New Criterion for Automatic Multilevel Thresholding", IEEE
       Transactions on Image Processing 4 (3), 1995, pp. 370-378.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> opsin.filters.threshold_yen(image)
    14
    """
    counts, values = counted("threshold_yen", image, nbins, hist)
    if len(values) == 1:
        return as_number(values[0])
    share = counts / counts.sum()
    below = np.cumsum(share)[:-1]
    squares = np.cumsum(share**2)[:-1] * np.cumsum(share[::-1] ** 2)[::-1][1:]
    return as_number(values[np.argmax((below * (1 - below)) ** 2 / squares)])
