"""The lightness, chroma and hue of colors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import of_channels
from .._operation import operation
from .._types import FloatImage, Out, RGBLike


@operation(kind="point", since="0.1")
def lab2lch(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from CIELAB to lightness, chroma and hue.

    Parameters
    ----------
    image : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the channels L, chroma, at least 0, and hue, an angle in radians from 0 to less than 2 pi:
        float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    A Luv image is converted alike.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.lab2lch(np.array([[[50.0, 30.0, 40.0], [50.0, 0.0, -1.0]]])).round(3)
    array([[[50.   , 50.   ,  0.927],
            [50.   ,  1.   ,  4.712]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    real = pixels.float_dtype
    return of_channels(_polar, [pixels.array], axis, computed=real, dtype=real, out=out)


@operation(kind="point", since="0.1")
def lch2lab(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from lightness, chroma and hue to CIELAB.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype, with an axis of three channels: lightness, chroma, and
        hue, an angle in radians.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The Lab image: float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.lch2lab(np.array([[[50.0, 10.0, np.pi / 2]]])).round(3)
    array([[[50.,  0., 10.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    real = pixels.float_dtype
    return of_channels(_cartesian, [pixels.array], axis, computed=real, dtype=real, out=out)


def _polar(lightness: NDArray[Any], a: NDArray[Any], b: NDArray[Any]) -> list[NDArray[Any]]:
    return [lightness, chroma(a, b), hue(a, b)]


def _cartesian(lightness: NDArray[Any], chroma: NDArray[Any], hue: NDArray[Any]) -> list[NDArray[Any]]:
    return [lightness, chroma * np.cos(hue), chroma * np.sin(hue)]


def chroma(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Return the length of (a, b)."""
    return np.sqrt(a * a + b * b)  # type: ignore[no-any-return]


def hue(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Return the angle of (a, b), from 0 to less than 2 pi."""
    angle = np.arctan2(b, a)
    return angle + (angle < 0) * angle.dtype.type(2 * np.pi)  # type: ignore[no-any-return]
