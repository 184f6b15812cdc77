"""Otsu's threshold."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._engine.arrays import as_pixels
from .._engine.compiled import splits
from .._operation import operation
from .._types import ChannelAxis, HistogramLike, ImageLike, Number, Values
from ..exposure.histogram import Bins
from .counted import as_number, counted, from_first


@operation(kind="global", since="0.1")
def threshold_otsu(
    image: ImageLike | None = None,
    nbins: Bins = 256,
    *,
    hist: HistogramLike | None = None,
    channel_axis: ChannelAxis = None,
) -> Number | Values:
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
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    int or float, or ndarray
        The threshold: pixels above it belong to the brighter class. For an image of one value it is that value. With a
        channel axis, an array with the threshold of each channel.

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
    pixels = None if image is None else as_pixels(image, channel_axis)
    if pixels is None or pixels.channel_axis is None or hist is not None:
        return _threshold(image, nbins, hist)
    return np.array([_threshold(channel, nbins, None) for channel in np.moveaxis(pixels.array, pixels.channel_axis, 0)])


def _threshold(image: Any, nbins: Any, hist: Any) -> int | float:
    counts, values = counted("threshold_otsu", image, nbins, hist)
    if len(values) == 1:
        return as_number(values[0])
    return as_number(values[splits.best_split(counts.astype(np.float64), from_first(values))])
