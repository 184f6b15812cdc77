"""RGB, and luma and color differences as in digital television."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike

YCBCR_OF_RGB: NDArray[np.float64] = np.array(
    [[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]
)
OFFSET = (16.0, 128.0, 128.0)

RGB_OF_YCBCR = np.linalg.inv(YCBCR_OF_RGB)

TO_YCBCR, FROM_YCBCR = affine(YCBCR_OF_RGB, OFFSET), affine(RGB_OF_YCBCR, -RGB_OF_YCBCR @ OFFSET)


@operation(kind="point", since="0.1")
def rgb2ycbcr(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image to luma and two color differences, as in digital television.

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
        The image with the channels Y, from 16 to 235, Cb and Cr, from 16 to 240: float32, or float64 for images of
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
    JPEG files use the whole range from 0 to 255, and so does ``cv2.cvtColor``.

    References
    ----------
    .. [1] Recommendation ITU-R BT.601-7, "Studio Encoding Parameters of Digital Television", 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2ycbcr(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(1)
    array([[[235. , 128. , 128. ],
            [ 81.5,  90.2, 240. ]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (TO_YCBCR,), out=out)


@operation(kind="point", since="0.1")
def ycbcr2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert an image of luma and two color differences, as in digital television, to RGB.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype, with an axis of three channels: Y from 16 to 235, Cb and
        Cr from 16 to 240.
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
    .. [1] Recommendation ITU-R BT.601-7, "Studio Encoding Parameters of Digital Television", 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.ycbcr2rgb(np.array([[[235.0, 128.0, 128.0]]])).round(6)
    array([[[1., 1., 1.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "matrix", (FROM_YCBCR,), ranged=False, out=out)
