"""RGB, and the stains hematoxylin, eosin and DAB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike

RGB_OF_HED: NDArray[np.float64] = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]])
"""How much each stain, a row for each, absorbs of red, green and blue."""

TO_HED, FROM_HED = affine(np.linalg.inv(RGB_OF_HED).T), affine(RGB_OF_HED.T)


@operation(kind="point", since="0.1")
def rgb2hed(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Separate the stains hematoxylin, eosin and DAB of a photographed section.

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
        The image with the channels hematoxylin, eosin and DAB, 0 where there is no stain: float32, or float64 for
        images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    The unit is the density of a stain that lets a millionth of the light through. Darker pixels count as so dark. A
    pixel with a channel that is not finite becomes NaN. Other stains have a matrix of their own.

    References
    ----------
    .. [1] A. C. Ruifrok and D. A. Johnston, "Quantification of Histochemical Staining by Color Deconvolution",
       Analytical and Quantitative Cytology and Histology 23 (4), 2001, pp. 291-299.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2hed(np.array([[[255, 255, 255], [80, 60, 150]]], np.uint8)).round(3) + 0
    array([[[0.   , 0.   , 0.   ],
            [0.128, 0.016, 0.   ]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "rgb_stains", (TO_HED,), out=out)


@operation(kind="point", since="0.1")
def hed2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert an image of the stains hematoxylin, eosin and DAB to RGB.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype, with an axis of three channels: hematoxylin, eosin, DAB.
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
    .. [1] A. C. Ruifrok and D. A. Johnston, "Quantification of Histochemical Staining by Color Deconvolution",
       Analytical and Quantitative Cytology and Histology 23 (4), 2001, pp. 291-299.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.hed2rgb(np.array([[[0.0, 0.0, 0.0], [0.1, 0.0, 0.0]]])).round(2)
    array([[[1.  , 1.  , 1.  ],
            [0.41, 0.38, 0.67]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "stains_rgb", (FROM_HED,), ranged=False, out=out)
