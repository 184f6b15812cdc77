"""The mean as a threshold."""

from __future__ import annotations

import numpy as np

from .._engine.arrays import as_pixels
from .._operation import operation
from .._types import ImageLike, Number


@operation(kind="global", since="0.1")
def threshold_mean(image: ImageLike) -> Number:
    """Return the mean of all pixels as a threshold.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

    Returns
    -------
    float
        The mean of the finite pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is finite.

    References
    ----------
    .. [1] C. A. Glasbey, "An Analysis of Histogram-Based Thresholding Algorithms", CVGIP: Graphical Models and Image
       Processing 55 (6), 1993, pp. 532-537.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.threshold_mean(np.array([[0, 10], [20, 40]], np.uint8))
    17.5
    """
    array = np.ascontiguousarray(as_pixels(image).array)  # the order of the sum decides its last bits
    if array.size and array.dtype.kind != "f":
        return float(np.add.reduce(array, axis=None, dtype=np.float64) / array.size)
    with np.errstate(invalid="ignore", over="ignore"):
        mean = array.mean(dtype=np.float64) if array.size else np.nan
        if not np.isfinite(mean):
            array = array[np.isfinite(array)]
            if not array.size:
                raise ValueError("image must have at least one finite pixel; got none.")
            mean = array.mean(dtype=np.float64)
    return float(mean)
