"""The entropy of the values of an image."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from .._engine.arrays import as_pixels
from .._engine.reduce import sorted_values
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import ImageLike, Number

BASE = Allowed(above=1)


@operation(kind="global", since="0.1")
def shannon_entropy(image: ImageLike, base: Annotated[float, BASE, Typical(2, 10)] = 2.0) -> Number:
    """Measure how much information the values of an image hold: their entropy, without regard to their places.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    base : float
        Base of the logarithm: 2 for bits.

    Returns
    -------
    float
        The entropy of a pixel. It is 0 for an image of one value, and at most the logarithm of the number of different
        values.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has no pixels.

    Notes
    -----
    All channels of a color image are counted together. NaN counts as one value.

    References
    ----------
    .. [1] C. E. Shannon, "A Mathematical Theory of Communication", Bell System Technical Journal 27 (3), 1948,
       pp. 379-423.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.shannon_entropy(np.array([[0, 1, 2, 3]], np.uint8))
    2.0
    """
    pixels = as_pixels(image)
    base = number("base", base, BASE)
    if not pixels.array.size:
        raise ValueError(f"image must have at least one pixel; got shape {pixels.shape}.")
    ((_, counts),) = sorted_values(pixels)
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(base)) + 0.0
