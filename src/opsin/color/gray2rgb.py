"""Gray to color."""

from __future__ import annotations

import numpy as np

from .._engine.arrays import as_pixels
from .._engine.runtime import empty
from .._errors import integer
from .._operation import operation
from .._types import Image, ImageLike


@operation(kind="point", since="0.1")
def gray2rgb(image: ImageLike, *, channel_axis: int = -1) -> Image:
    """Repeat a gray image in three channels.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    channel_axis : int
        Axis of the result that the channels become.

    Returns
    -------
    ndarray
        The image with an axis of three equal channels, of the dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.gray2rgb(np.array([[7, 8]], np.uint8))
    array([[[7, 7, 7],
            [8, 8, 8]]], dtype=uint8)
    """
    pixels = as_pixels(image)
    ndim = pixels.array.ndim + 1
    axis = integer("channel_axis", channel_axis, low=-ndim, high=ndim - 1) % ndim
    result = empty((*pixels.shape[:axis], 3, *pixels.shape[axis:]), pixels.dtype)
    result[...] = np.expand_dims(pixels.array, axis)
    return result
