"""CIE XYZ, from and to sRGB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike

XYZ_OF_RGB: NDArray[np.float64] = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
"""From the linear light of Rec. 709 primaries with the white of D65 to CIE XYZ; a row for each of X, Y, Z."""

TO_XYZ, FROM_XYZ = affine(XYZ_OF_RGB), affine(np.linalg.inv(XYZ_OF_RGB))


@operation(kind="point", since="0.1")
def rgb2xyz(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from sRGB to CIE XYZ.

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
        The image with the channels X, Y and Z; Y is 1 for white: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    White is that of D65 and the observer of 2 degrees. A pixel with a channel that is not finite becomes NaN.

    References
    ----------
    .. [1] IEC 61966-2-1, "Colour Management - Default RGB Colour Space - sRGB", 1999.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2xyz(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(3)
    array([[[0.95 , 1.   , 1.089],
            [0.412, 0.213, 0.019]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "rgb_xyz", (TO_XYZ,), out=out)


@operation(kind="point", since="0.1")
def xyz2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from CIE XYZ to sRGB.

    Parameters
    ----------
    image : array_like
        XYZ image of any number of spatial axes and any real dtype, with an axis of three channels; Y is 1 for white.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The RGB image, clipped to 0 to 1: float32, or float64 for images of float64 and of integers of more than 16
        bits.

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
    .. [1] IEC 61966-2-1, "Colour Management - Default RGB Colour Space - sRGB", 1999.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.xyz2rgb(np.array([[[0.95047, 1.0, 1.08883], [0.412453, 0.212671, 0.019334]]])).round(3)
    array([[[1., 1., 1.],
            [1., 0., 0.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "xyz_rgb", (FROM_XYZ,), ranged=False, out=out)
