"""RGB, and luma and color differences as in analog television (PAL)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike

LUMA: NDArray[np.float64] = np.array([0.299, 0.587, 0.114])
"""The weights of red, green and blue in the luma of Rec. 601."""

DIFFERENCES: NDArray[np.float64] = np.stack(
    [LUMA, 0.492111 * (np.array([0, 0, 1]) - LUMA), 0.877283 * (np.array([1, 0, 0]) - LUMA)]
)
"""From RGB to luma, and the differences of blue and red from it, each scaled to its range on the air."""

YUV_OF_RGB: NDArray[np.float64] = DIFFERENCES.round(8)
"""The same to the eight digits that are in use."""

TO_YUV, FROM_YUV = affine(YUV_OF_RGB), affine(np.linalg.inv(YUV_OF_RGB))


@operation(kind="point", since="0.1")
def rgb2yuv(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image to luma and two color differences, as in PAL television.

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
        The image with the channels Y, from 0 to 1, U, within 0.436 of 0, and V, within 0.615: float32, or float64 for
        images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    References
    ----------
    .. [1] Recommendation ITU-R BT.470-6, "Conventional Television Systems", 1998.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2yuv(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(3) + 0
    array([[[ 1.   ,  0.   ,  0.   ],
            [ 0.299, -0.147,  0.615]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (TO_YUV,), out=out)


@operation(kind="point", since="0.1")
def yuv2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert an image of luma and two color differences, as in PAL television, to RGB.

    Parameters
    ----------
    image : array_like
        YUV image of any number of spatial axes and any real dtype, with an axis of three channels: Y from 0 to 1, U and
        V around 0.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The RGB image, from 0 to 1, not clipped: float32, or float64 for images of float64 and of integers of more than
        16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    References
    ----------
    .. [1] Recommendation ITU-R BT.470-6, "Conventional Television Systems", 1998.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.yuv2rgb(np.array([[[1.0, 0.0, 0.0]]])).round(6)
    array([[[1., 1., 1.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (FROM_YUV,), ranged=False, out=out)
