"""Color to gray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from .._engine.arrays import is_several, with_channels
from .._engine.memo import remembered
from .._engine.pointwise import weighted_sum
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import Image, Out, RGBLike

MAX_WEIGHT = 1e6
"""Larger weights would lose the other channels, or exceed float32."""


WEIGHT = Allowed(-MAX_WEIGHT, MAX_WEIGHT)


@operation(kind="point", since="0.1")
def rgb2gray(
    image: RGBLike,
    *,
    weights: Annotated[Sequence[float], WEIGHT, Typical(0, 1)] = (0.2125, 0.7154, 0.0721),
    channel_axis: int = -1,
    out: Out = None,
) -> Image:
    """Convert a color image to gray: the luminance of each pixel.

    Parameters
    ----------
    image : array_like
        RGB image of any number of spatial axes and any real dtype, with an axis of three channels.
    weights : sequence of float
        Weights of red, green and blue. The default is the luminance of linear Rec. 709 colors; ``(1, 0, 0)`` selects
        the red channel.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The gray image, without the channel axis and with the dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3. Gray images have no such axis. Images with transparency have
        four channels: ``image[..., :3]`` drops the last one.

    Notes
    -----
    uint8 images are computed in 16-bit fixed point: before rounding, the result is within 0.01 gray levels of the exact
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
    pixels, axis = with_channels(image, channel_axis)
    return weighted_sum(pixels, axis, _three_numbers(weights), out=out)


@remembered
def _three_numbers(weights: Sequence[float]) -> tuple[float, float, float]:
    if not is_several(weights):
        raise TypeError(f"weights must be a sequence of 3 numbers; got {weights!r}.")
    if len(weights) != 3:
        raise ValueError(f"weights must be 3 numbers, one for each channel; got {len(weights)}.")
    red, green, blue = weights
    return number("weights", red, WEIGHT), number("weights", green, WEIGHT), number("weights", blue, WEIGHT)
