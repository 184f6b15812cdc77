"""RGB and HSV."""

from __future__ import annotations

from .._engine.arrays import with_channels
from .._engine.pointwise import hue
from .._operation import operation
from .._types import FloatImage, Out, RGBLike


@operation(kind="point", since="0.1")
def rgb2hsv(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image to hue, saturation and value.

    Parameters
    ----------
    image : array_like
        RGB image of any number of spatial axes and any real dtype, with an axis of three channels. Floats are from 0 to
        1; integers are divided by the largest value of their dtype.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the channels hue, saturation and value, all from 0 to 1: float32, or float64 for images of
        float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    Hue 0 is red, 1/3 green, 2/3 blue. The hue of gray is 0. A pixel with a channel that is not finite becomes NaN.

    References
    ----------
    .. [1] A. R. Smith, "Color Gamut Transform Pairs", SIGGRAPH Computer Graphics 12 (3), 1978, pp. 12-19.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2hsv(np.array([[[0, 0, 255], [0, 102, 0]]], np.uint8)).round(2)
    array([[[0.67, 1.  , 1.  ],
            [0.33, 1.  , 0.4 ]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return hue(pixels, axis, "rgb_hsv", out=out)


@operation(kind="point", since="0.1")
def hsv2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert an image of hue, saturation and value to RGB.

    Parameters
    ----------
    image : array_like
        HSV image of any number of spatial axes and any real dtype, with an axis of three channels. Floats are from 0 to
        1; integers are divided by the largest value of their dtype. Hues outside of 0 to 1 are taken modulo 1.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The RGB image, from 0 to 1: float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    A pixel with a channel that is not finite becomes NaN.

    References
    ----------
    .. [1] A. R. Smith, "Color Gamut Transform Pairs", SIGGRAPH Computer Graphics 12 (3), 1978, pp. 12-19.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.hsv2rgb(np.array([[[1 / 3, 1.0, 0.4]]])).round(2)
    array([[[0. , 0.4, 0. ]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return hue(pixels, axis, "hsv_rgb", out=out)
