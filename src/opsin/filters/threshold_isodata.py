"""The threshold in the middle between the means of its classes."""

from __future__ import annotations

import numpy as np

from .._errors import flag
from .._operation import operation
from .._types import HistogramLike, ImageLike, Number, Values
from ..exposure.histogram import Bins
from .counted import as_number, counted, from_first


@operation(kind="global", since="0.1")
def threshold_isodata(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    return_all: bool = False,
    hist: HistogramLike | None = None,
) -> Number | Values:
    """Find the threshold in the middle between the means of the two classes that it makes.

    Parameters
    ----------
    image : array_like, optional
        Image of any shape and any real dtype; all channels of a color image are used together.
    nbins : int
        Number of bins of the histogram of floats; integers have one bin for each value.
    return_all : bool
        Whether to return every threshold with this property.
    hist : array_like or (array_like, array_like), optional
        Histogram to use instead of the image: the counts, or the counts and the value of each bin, as returned by
        `exposure.histogram`. Without values, the bins are numbered from 0.

    Returns
    -------
    int or float, or ndarray
        The threshold: pixels above it belong to the brighter class. For an image of one value it is that value. With
        ``return_all=True``, an array of all thresholds.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, or the numbers of counts and of values differ.

    Notes
    -----
    Where several thresholds have this property, the lowest is returned.

    References
    ----------
    .. [1] T. W. Ridler and S. Calvard, "Picture Thresholding Using an Iterative Selection Method", IEEE Transactions on
       Systems, Man, and Cybernetics 8 (8), 1978, pp. 630-632.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> opsin.filters.threshold_isodata(image)
    49
    """
    counts, values = counted("threshold_isodata", image, nbins, hist)
    return_all = flag("return_all", return_all)
    if len(values) == 1:
        return values if return_all else as_number(values[0])
    distance = from_first(values)
    below, moments = np.cumsum(counts), np.cumsum(counts * distance)
    lower = moments[:-1] / below[:-1]
    higher = (moments[-1] - moments[:-1]) / (below[-1] - below[:-1])
    excess = (lower + higher) / 2 - distance[:-1]
    found = np.flatnonzero((excess >= 0) & (excess < distance[1]))
    if not found.size:
        raise ValueError("hist must have values that are equally far apart, in ascending order.")
    return values[found] if return_all else as_number(values[found[0]])
