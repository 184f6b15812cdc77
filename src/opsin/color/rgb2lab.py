"""CIELAB, from and to sRGB and CIE XYZ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import with_channels
from .._engine.memo import remembered
from .._engine.pointwise import Affine, affine, mixed
from .._errors import choice
from .._operation import operation
from .._types import FloatImage, Out, RGBLike
from .rgb2xyz import XYZ_OF_RGB

Illuminant: TypeAlias = Literal["A", "B", "C", "D50", "D55", "D65", "D75", "E"]

Observer: TypeAlias = Literal["2", "10", "R"]

# X / Y and Z / Y of white.
WHITES: dict[str, dict[str, tuple[float, float]]] = {
    "A": {"2": (1.098466069456375, 0.3558228003436005), "10": (1.111420406956693, 0.3519978321919493)},
    "B": {"2": (0.9909274480248003, 0.8531327322886154), "10": (0.9917777147717607, 0.8434930535866175)},
    "C": {"2": (0.980705971659919, 1.1822494939271255), "10": (0.9728569189782166, 1.1614480488951577)},
    "D50": {
        "2": (0.9642119944211994, 0.8251882845188288),
        "10": (0.9672062750333777, 0.8142801513128616),
        "R": (0.9639501491621826, 0.8241280285499208),
    },
    "D55": {
        "2": (0.956797052643698, 0.9214805860173273),
        "10": (0.9579665682254781, 0.9092525159847462),
        "R": (0.9565317453467969, 0.9202554587037198),
    },
    "D65": {
        "2": (0.95047, 1.08883),
        "10": (0.94809667673716, 1.0730513595166162),
        "R": (0.9532057125493769, 1.0853843816469158),
    },
    "D75": {"2": (0.9497220898840717, 1.226393520724154), "10": (0.9441713925645873, 1.2064272211720228)},
    "E": {"2": (1.0, 1.0), "10": (1.0, 1.0)},
}

LAB: NDArray[np.float64] = np.array([[0, 116, 0], [500, -500, 0], [0, 200, -200]], np.float64)
"""From the cube roots of X, Y, Z relative to white to L, a, b; L is 16 less."""

TO_LAB, FROM_LAB = affine(LAB, (-16, 0, 0)), affine(np.linalg.inv(LAB), np.linalg.inv(LAB) @ (16, 0, 0))


@operation(kind="point", since="0.1")
def rgb2lab(
    image: RGBLike, *, illuminant: Illuminant = "D65", observer: Observer = "2", channel_axis: int = -1, out: Out = None
) -> FloatImage:
    """Convert a color image from sRGB to CIELAB, in which distances are differences as people see them.

    Parameters
    ----------
    image : array_like
        RGB image of any number of spatial axes and any real dtype, with an axis of three channels. Floats are from 0 to
        1; integers are divided by the largest value of their dtype.
    illuminant : {'A', 'B', 'C', 'D50', 'D55', 'D65', 'D75', 'E'}
        Light in which white is white.
    observer : {'2', '10', 'R'}
        Field of view of the standard observer in degrees, or the whites of the function ``convertColor`` of R.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the channels L, from 0 (black) to 100 (white), a (green to red) and b (blue to yellow): float32,
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
    float32 is within 0.001 of the exact result. A pixel with a channel that is not finite becomes NaN.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.rgb2lab(np.array([[[255, 255, 255], [255, 0, 0]]], np.uint8)).round(1) + 0
    array([[[100. ,   0. ,   0. ],
            [ 53.2,  80.1,  67.2]]], dtype=float32)
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "rgb_lab", (_of_white(illuminant, observer).of_rgb, TO_LAB), out=out)


@operation(kind="point", since="0.1")
def lab2rgb(
    image: RGBLike, *, illuminant: Illuminant = "D65", observer: Observer = "2", channel_axis: int = -1, out: Out = None
) -> FloatImage:
    """Convert a color image from CIELAB to sRGB.

    Parameters
    ----------
    image : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels: L from 0 to 100, a
        and b around 0.
    illuminant : {'A', 'B', 'C', 'D50', 'D55', 'D65', 'D75', 'E'}
        Light in which white is white.
    observer : {'2', '10', 'R'}
        Field of view of the standard observer in degrees, or the whites of the function ``convertColor`` of R.
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
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.lab2rgb(np.array([[[100.0, 0.0, 0.0], [53.24, 80.09, 67.2]]])).round(2)
    array([[[1., 1., 1.],
            [1., 0., 0.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "lab_rgb", (FROM_LAB, _of_white(illuminant, observer).rgb), ranged=False, out=out)


@operation(kind="point", since="0.1")
def xyz2lab(
    image: RGBLike, *, illuminant: Illuminant = "D65", observer: Observer = "2", channel_axis: int = -1, out: Out = None
) -> FloatImage:
    """Convert a color image from CIE XYZ to CIELAB.

    Parameters
    ----------
    image : array_like
        XYZ image of any number of spatial axes and any real dtype, with an axis of three channels; Y is 1 for white.
    illuminant : {'A', 'B', 'C', 'D50', 'D55', 'D65', 'D75', 'E'}
        Light in which white is white.
    observer : {'2', '10', 'R'}
        Field of view of the standard observer in degrees, or the whites of the function ``convertColor`` of R.
    channel_axis : int
        Axis of the channels.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the channels L, from 0 to 100, a and b: float32, or float64 for images of float64 and of integers
        of more than 16 bits.

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
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.xyz2lab(np.array([[[0.95047, 1.0, 1.08883]]])).round(2) + 0.0
    array([[[100.,   0.,   0.]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "xyz_lab", (_of_white(illuminant, observer).of_xyz, TO_LAB), ranged=False, out=out)


@operation(kind="point", since="0.1")
def lab2xyz(
    image: RGBLike, *, illuminant: Illuminant = "D65", observer: Observer = "2", channel_axis: int = -1, out: Out = None
) -> FloatImage:
    """Convert a color image from CIELAB to CIE XYZ.

    Parameters
    ----------
    image : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels: L from 0 to 100, a
        and b around 0.
    illuminant : {'A', 'B', 'C', 'D50', 'D55', 'D65', 'D75', 'E'}
        Light in which white is white.
    observer : {'2', '10', 'R'}
        Field of view of the standard observer in degrees, or the whites of the function ``convertColor`` of R.
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
    A pixel with a channel that is not finite becomes NaN.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.lab2xyz(np.array([[[100.0, 0.0, 0.0]]])).round(4)
    array([[[0.9505, 1.    , 1.0888]]])
    """
    pixels, axis = with_channels(image, channel_axis)
    return mixed(pixels, axis, "lab_xyz", (FROM_LAB, _of_white(illuminant, observer).xyz), ranged=False, out=out)


@dataclass(frozen=True)
class _White:
    """The matrices from sRGB in proportion to light, and from XYZ, to X, Y, Z relative to white, and back."""

    of_rgb: Affine
    rgb: Affine
    of_xyz: Affine
    xyz: Affine


@remembered
def _of_white(illuminant: str, observer: str) -> _White:
    whites = WHITES[choice("illuminant", illuminant, WHITES)]
    observer = choice("observer", observer, ("2", "10", "R"))
    x, z = whites.get(observer, whites["2"])
    white = np.array([x, 1.0, z])
    return _White(
        affine(XYZ_OF_RGB / white[:, None]),
        affine(np.linalg.inv(XYZ_OF_RGB) * white),
        affine(np.diag(1 / white)),
        affine(np.diag(white)),
    )
