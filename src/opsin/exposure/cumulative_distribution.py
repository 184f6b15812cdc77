"""Cumulative histograms."""

from __future__ import annotations

from .._engine.arrays import as_pixels
from .._operation import operation
from .._types import ImageLike, Values
from .histogram import Bins, histogram


@operation(kind="global", since="0.1")
def cumulative_distribution(image: ImageLike, nbins: Bins = 256) -> tuple[Values, Values]:
    """Find which part of the pixels of an image has at most each value.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    nbins : int
        Number of bins for floats; integers have one bin for each value, as in `histogram`.

    Returns
    -------
    cdf : ndarray
        For each bin the part of the pixels in it and in those before it, from 0 to 1: float64, or float32 for images of
        float16 and float32.
    bin_centers : ndarray
        The value of each bin for integers, the center of each bin for floats.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is finite.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.exposure.cumulative_distribution(np.array([[2, 3, 3], [5, 3, 2]], np.uint8))
    (array([0.33333333, 0.83333333, 0.83333333, 1.        ]), array([2, 3, 4, 5]))
    """
    pixels = as_pixels(image)
    counts, centers = histogram(pixels.array, nbins)
    sums = counts.cumsum()
    if not sums.size or not sums[-1]:
        raise ValueError(f"image must have at least one finite pixel; got none, shape {pixels.shape}.")
    shares = sums / sums[-1]
    return (shares.astype(pixels.float_dtype) if pixels.dtype.kind == "f" else shares), centers
