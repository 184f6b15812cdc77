"""RGB, and luma and color differences as in analog television (NTSC)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike
from .rgb2yuv import DIFFERENCES

TURN = np.deg2rad(33)
YIQ_OF_RGB: NDArray[np.float64] = (
    np.array([[1, 0, 0], [0, -np.sin(TURN), np.cos(TURN)], [0, np.cos(TURN), np.sin(TURN)]]) @ DIFFERENCES
).round(8)
"""From RGB to luma, and U and V turned by 33 degrees, so that I is along the colors of skin."""

TO_YIQ, FROM_YIQ = affine(YIQ_OF_RGB), affine(np.linalg.inv(YIQ_OF_RGB))


@operation(kind="point", since="0.1")
def rgb2yiq(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image to luma, and color differences in the direction of skin and across, as in NTSC television.

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
        The image with the channels Y, from 0 to 1, I, within 0.596 of 0, and Q, within 0.523: float32, or float64 for
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
    >>> opsin.color.rgb2yiq(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(3) + 0
    array([[[1.   , 0.   , 0.   ],
            [0.299, 0.596, 0.212]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (TO_YIQ,), out=out)


@operation(kind="point", since="0.1")
def yiq2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert an image of luma and two color differences, as in NTSC television, to RGB.

    Parameters
    ----------
    image : array_like
        YIQ image of any number of spatial axes and any real dtype, with an axis of three channels: Y from 0 to 1, I and
        Q around 0.
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
    >>> opsin.color.yiq2rgb(np.array([[[1.0, 0.0, 0.0]]])).round(6)
    array([[[1., 1., 1.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (FROM_YIQ,), ranged=False, out=out)
