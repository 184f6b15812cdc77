"""Single channels, and images of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, is_several
from .._errors import integer


def split_channels(image: ArrayLike, *, channel_axis: int = -1) -> tuple[NDArray[Any], ...]:
    """Return the channels of an image, each as an image of its own.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype, with an axis of channels.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    tuple of ndarray
        The channels. They are views: a change of one changes `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If `image` has no other axis, or not the axis of the channels.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> red, green, blue = opsin.color.split_channels(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    >>> green
    array([[2, 5]], dtype=uint8)
    """
    array = as_pixels(image).array
    if array.ndim < 2:
        raise ValueError(f"image must have an axis of channels and another one; got shape {array.shape}.")
    axis = integer("channel_axis", channel_axis, low=-array.ndim, high=array.ndim - 1)
    return tuple(np.moveaxis(array, axis, 0))


def merge_channels(channels: Sequence[ArrayLike], *, channel_axis: int = -1) -> NDArray[Any]:
    """Return an image of channels that are images of their own.

    Parameters
    ----------
    channels : sequence of array_like
        Images of one shape and dtype.
    channel_axis : int
        Axis of the result that the channels become.

    Returns
    -------
    ndarray
        The image.

    Raises
    ------
    TypeError
        If the channels are not arrays of real numbers, or differ in their dtypes.
    ValueError
        If there are none, or they differ in their shapes.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> red, green, blue = np.array([[1, 4]]), np.array([[2, 5]]), np.array([[3, 6]])
    >>> opsin.color.merge_channels([blue, green, red])
    array([[[3, 2, 1],
            [6, 5, 4]]])
    """
    if not is_several(channels):
        raise TypeError(f"channels must be a sequence of images; got {type(channels).__name__}.")
    arrays = [as_pixels(channel, name="channels").array for channel in channels]
    if not arrays:
        raise ValueError("channels must be at least one image; got none.")
    if len({array.shape for array in arrays}) > 1:
        raise ValueError(f"channels must have one shape; got {', '.join(str(array.shape) for array in arrays)}.")
    if len({array.dtype for array in arrays}) > 1:
        raise TypeError(
            f"channels must have one dtype; got {', '.join(str(array.dtype) for array in arrays)}. "
            "opsin.exposure.convert_dtype converts an image with its range."
        )
    ndim = arrays[0].ndim + 1
    return np.stack(arrays, axis=integer("channel_axis", channel_axis, low=-ndim, high=ndim - 1))
