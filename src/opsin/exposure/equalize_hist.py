"""Histogram equalization."""

from __future__ import annotations

import numpy as np

from .._engine.arrays import as_pixels, copied, data_range, saturate
from .._engine.labels import as_mask
from .._engine.pointwise import by_integer, by_value, interpolated
from .._operation import operation
from .._types import Image, ImageLike, MaskLike, Out
from .cumulative_distribution import cumulative_distribution
from .histogram import Bins


@operation(kind="global", since="0.1")
def equalize_hist(image: ImageLike, nbins: Bins = 256, *, mask: MaskLike | None = None, out: Out = None) -> Image:
    """Spread the values of an image so that all are about equally frequent.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    nbins : int
        Number of bins for floats; integers have one bin for each value.
    mask : array_like of bool, optional
        Which pixels are counted, of the shape of the image. All pixels are changed.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The equalized image with the dtype of `image`: integers from 0 to the largest value of the dtype, floats from 0
        to 1.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there are pixels, but none that is finite and counted.

    Notes
    -----
    The channels of a color image share one histogram. `equalize_adapthist` leaves the hues alone.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.exposure.equalize_hist(np.array([100, 101, 102, 104], np.uint8))
    array([ 64, 128, 191, 255], dtype=uint8)
    """
    pixels = as_pixels(image)
    counted = pixels.array if mask is None else pixels.array[as_mask("mask", mask, pixels.shape)]
    if not pixels.array.size:
        return copied(pixels, out)
    shares, values = cumulative_distribution(counted, nbins)
    unit = data_range(pixels.dtype)
    if pixels.dtype.kind == "f" and len(values) > 1 and values[0] < values[-1]:
        step = (float(values[-1]) - float(values[0])) / (len(values) - 1)
        return interpolated(pixels.array, float(values[0]), step, shares, out=out)
    if values.dtype.kind != "f":
        # There is a share for every integer from the first to the last.
        return by_integer(pixels, int(values[0]), saturate(shares * unit, pixels.dtype), out=out)
    return by_value(pixels, lambda array: np.interp(array, values, shares) * unit, dtype=pixels.dtype, out=out)
