"""Inversion of intensities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.pointwise import evaluate
from .._errors import flag
from .._operation import operation
from .._types import Image, ImageLike, Out


@operation(kind="point", since="0.1")
def invert(image: ImageLike, *, signed_float: bool = False, out: Out = None) -> Image:
    """Invert an image: the maximum of its range becomes the minimum.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    signed_float : bool
        Whether floats are from -1 to 1, so that their sign changes. Otherwise they are from 0 to 1.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The inverted image, with the dtype of `image`: the greatest integer less the image for unsigned integers, -1
        less the image for signed ones, the opposite for bool.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th edition, 2018, section 3.2 (negatives).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.util.invert(np.array([[0, 100, 255]], np.uint8))
    array([[255, 155,   0]], dtype=uint8)
    >>> opsin.util.invert(np.array([[0.25, 1.0]]))
    array([[0.75, 0.  ]])
    """
    pixels = as_pixels(image)
    if flag("signed_float", signed_float) and pixels.dtype.kind == "f":
        return evaluate(np.negative, [pixels.array], dtype=pixels.dtype, out=out)
    if pixels.dtype.kind == "f":
        return evaluate(_from_one, [pixels.array], dtype=pixels.dtype, out=out)
    return evaluate(np.invert, [pixels.array], dtype=pixels.dtype, out=out)


def _from_one(values: NDArray[np.floating]) -> NDArray[np.floating]:
    return values.dtype.type(1) - values
