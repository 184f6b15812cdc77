"""CIELUV, from and to sRGB."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.pointwise import Affine, affine, mixed
from .._operation import operation
from .._types import FloatImage, Out, RGBLike
from .rgb2xyz import XYZ_OF_RGB

WHITE: NDArray[np.float64] = np.array([0.95047, 1.0, 1.08883])
"""X, Y and Z of white: that of D65, for the observer of 2 degrees."""

TOTAL: NDArray[np.float64] = np.array([1.0, 15.0, 3.0])
"""The weights of X, Y and Z in the divisor of u' and v'."""


@operation(kind="point", since="0.1")
def rgb2luv(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from sRGB to CIELUV, in which mixtures of lights are on straight lines.

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
        The image with the channels L, from 0 (black) to 100 (white), u (green to red) and v (blue to yellow): float32,
        or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3.

    Notes
    -----
    White is that of D65 and the observer of 2 degrees. float32 is within 0.002 of the exact result. A pixel with a
    channel that is not finite becomes NaN.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2luv(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(1) + 0
    array([[[100. ,   0. ,   0. ],
            [ 53.2, 175. ,  37.8]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "rgb_luv", _to_luv(), out=out)


@operation(kind="point", since="0.1")
def luv2rgb(image: RGBLike, *, channel_axis: int = -1, out: Out = None) -> FloatImage:
    """Convert a color image from CIELUV to sRGB.

    Parameters
    ----------
    image : array_like
        Luv image of any number of spatial axes and any real dtype, with an axis of three channels: L from 0 to 100, u
        and v around 0.
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
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.luv2rgb(np.array([[[100.0, 0.0, 0.0], [53.24, 175.0, 37.76]]])).round(2) + 0
    array([[[1., 1., 1.],
            [1., 0., 0.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "luv_rgb", _from_luv(), ranged=False, out=out)


@cache
def _to_luv() -> tuple[Affine, Affine]:
    parts = np.stack([XYZ_OF_RGB[1], 4 * XYZ_OF_RGB[0], TOTAL @ XYZ_OF_RGB])
    u, v = _white()
    chromatic = np.array([[1, 0, 0], [-13 * u, 13, 0], [-13 * v, 0, 13 * 9]])
    return affine(parts), affine(chromatic)


@cache
def _from_luv() -> tuple[Affine, Affine]:
    u, v = _white()
    # From L, 13 L u' and 13 L v' the kernel makes Y u' / v', Y, and Y / (13 v').
    chromaticities = np.array([[1, 0, 0], [13 * u, 1, 0], [13 * v, 0, 1]])
    xyz = np.array([[9 / 4, 0, 0], [0, 1, 0], [-3 / 4, -5, 3 * 13]])
    light = np.linalg.inv(XYZ_OF_RGB) @ xyz
    return affine(chromaticities), affine(light)


def _white() -> tuple[float, float]:
    """Return u' and v' of white."""
    total = float(TOTAL @ WHITE)
    return 4 * WHITE[0] / total, 9 * WHITE[1] / total
