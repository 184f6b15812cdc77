"""Colour to grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels
from .._engine.pointwise import weighted_sum
from .._errors import integer, number
from .._operation import operation
from .._types import NATIVE_DTYPES, Image

MAX_WEIGHT = 1e6
"""Larger weights would lose the other channels, or exceed float32."""


@operation(kind="point", dtypes=NATIVE_DTYPES, since="0.1")
def rgb2gray(
    image: ArrayLike,
    *,
    weights: Sequence[float] = (0.2125, 0.7154, 0.0721),
    channel_axis: int = -1,
    out: NDArray[Any] | None = None,
) -> Image:
    """Turn colour into grey: the luminance of each pixel.

    Parameters
    ----------
    image : array_like
        RGB image: of any real dtype and any number of spatial axes, with an axis of three channels.
    weights : sequence of float
        What red, green and blue contribute. The default is the luminance of linear Rec. 709 colours;
        ``(1, 0, 0)`` picks the red channel.
    channel_axis : int
        The axis that holds the channels.
    out : ndarray, optional
        Array for the result, of the image's shape without the channel axis and of its dtype.

    Returns
    -------
    ndarray
        The grey image, without the channel axis: the dtype of `image`, rounded to nearest.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If the channel axis is not three long. Grey images have no such axis. Images with transparency have
        four channels: ``image[..., :3]`` leaves the last one out.

    Notes
    -----
    Bytes are summed in 16-bit fixed point: before rounding, the sum is within 0.01 grey levels of the exact
    one.

    References
    ----------
    .. [1] C. Poynton, "Frequently Asked Questions about Color", 1997, question 9.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> red_green_blue_white = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    >>> opsin.color.rgb2gray(red_green_blue_white)
    array([[ 54, 182,  18, 255]], dtype=uint8)
    """
    pixels = as_pixels(image)
    axis = integer("channel_axis", channel_axis, low=-pixels.array.ndim, high=pixels.array.ndim - 1)
    axis %= pixels.array.ndim
    if pixels.shape[axis] != 3 or pixels.array.ndim == 1:
        raise ValueError(_not_rgb(pixels.shape, axis))
    return weighted_sum(pixels, axis, _three_numbers(weights), out=out)


def _not_rgb(shape: tuple[int, ...], axis: int) -> str:
    found = f"image must have 3 channels along its axis {axis}, and at least one other axis; got shape {shape}."
    if len(shape) > 1 and shape[axis] == 4:
        return f"{found} If the fourth is transparency, image[..., :3] leaves it out."
    if len(shape) == 2 and shape[axis] != 3:
        return f"{found} It seems to be gray already."
    return found


def _three_numbers(weights: Sequence[float]) -> tuple[float, float, float]:
    if not isinstance(weights, (tuple, list, np.ndarray)) or np.ndim(weights) != 1:
        raise TypeError(f"weights must be a sequence of 3 numbers; got {weights!r}.")
    if len(weights) != 3:
        raise ValueError(f"weights must be 3 numbers, one for each channel; got {len(weights)}.")
    red, green, blue = (number("weights", weight, low=-MAX_WEIGHT, high=MAX_WEIGHT) for weight in weights)
    return red, green, blue
