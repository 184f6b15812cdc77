"""Differences of colors as people see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import FLOAT64, as_pixels, with_channels
from .._engine.pointwise import of_channels
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import FloatImage, ReferenceLike, RGBLike
from .lab2lch import chroma, hue

FACTOR = Allowed(above=0, high=1e6)
SLOPE = Allowed(0, 1e6)

Factor: TypeAlias = Annotated[float, FACTOR, Typical(0.5, 3)]
"""How much larger a difference may be for the same impression than where the formula was measured."""

Slope: TypeAlias = Annotated[float, SLOPE, Typical(0, 0.1)]
"""How fast the weight of a difference falls with the chroma."""

Channel: TypeAlias = NDArray[Any]


@operation(kind="global", since="0.1")
def deltaE_cie76(lab1: RGBLike, lab2: ReferenceLike, *, channel_axis: int = -1) -> FloatImage:
    """Measure the differences of colors by their distance in CIELAB.

    Parameters
    ----------
    lab1 : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels.
    lab2 : array_like
        Another one of the same shape, or one color: L, a and b.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    ndarray
        The difference of each pixel, without the channel axis: float32, or float64 if `lab1` is of float64 or of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `lab1` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3, or `lab2` is neither of the shape of `lab1` nor one color.

    References
    ----------
    .. [1] CIE 015:2018, "Colorimetry", 4th ed., section 8.2.1.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.deltaE_cie76(np.array([[[50.0, 30.0, 40.0], [53.0, 0.0, 4.0]]]), [50.0, 0.0, 0.0])
    array([[50.,  5.]])
    """
    return _differences(_distance, lab1, lab2, channel_axis)


@operation(kind="global", since="0.1")
def deltaE_ciede94(
    lab1: RGBLike,
    lab2: ReferenceLike,
    *,
    kH: Factor = 1.0,
    kC: Factor = 1.0,
    kL: Factor = 1.0,
    k1: Slope = 0.045,
    k2: Slope = 0.015,
    channel_axis: int = -1,
) -> FloatImage:
    """Measure the differences of colors, weighted by the chroma of the first one (CIE 1994).

    Parameters
    ----------
    lab1 : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels.
    lab2 : array_like
        Another one of the same shape, or one color: L, a and b.
    kH, kC, kL : float
        Factors of hue, chroma and lightness. Textiles have a `kL` of 2.
    k1, k2 : float
        How fast the weights of chroma and hue fall with the chroma. Textiles have 0.048 and 0.014.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    ndarray
        The difference of each pixel, without the channel axis: float32, or float64 if `lab1` is of float64 or of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `lab1` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3, or `lab2` is neither of the shape of `lab1` nor one color.

    Notes
    -----
    The result is not symmetric: `lab1` is the standard.

    References
    ----------
    .. [1] CIE 116-1995, "Industrial Colour-Difference Evaluation".

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.deltaE_ciede94(np.array([[[50.0, 30.0, 40.0]]]), [55.0, 30.0, 40.0]).round(3)
    array([[5.]])
    """
    slopes = number("k1", k1, SLOPE), number("k2", k2, SLOPE)
    weights = (*_factors(kH=kH, kC=kC, kL=kL), *slopes)
    return _differences(partial(_ciede94, *weights), lab1, lab2, channel_axis)


@operation(kind="global", since="0.1")
def deltaE_ciede2000(
    lab1: RGBLike, lab2: ReferenceLike, *, kL: Factor = 1.0, kC: Factor = 1.0, kH: Factor = 1.0, channel_axis: int = -1
) -> FloatImage:
    """Measure the differences of colors by the formula CIEDE2000.

    Parameters
    ----------
    lab1 : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels.
    lab2 : array_like
        Another one of the same shape, or one color: L, a and b.
    kL, kC, kH : float
        Factors of lightness, chroma and hue. Textiles have a `kL` of 2.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    ndarray
        The difference of each pixel, without the channel axis: float32, or float64 if `lab1` is of float64 or of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `lab1` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3, or `lab2` is neither of the shape of `lab1` nor one color.

    Notes
    -----
    The formula was measured for differences of up to 5 units.

    References
    ----------
    .. [1] G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes,
       Supplementary Test Data, and Mathematical Observations", Color Research and Application 30 (1), 2005, pp. 21-30.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.deltaE_ciede2000(np.array([[[50.0, 2.6772, -79.7751]]]), [50.0, 0.0, -82.7485]).round(4)
    array([[2.0425]])
    """
    return _differences(partial(_ciede2000, *_factors(kL=kL, kC=kC, kH=kH)), lab1, lab2, channel_axis)


@operation(kind="global", since="0.1")
def deltaE_cmc(
    lab1: RGBLike, lab2: ReferenceLike, *, kL: Factor = 1.0, kC: Factor = 1.0, channel_axis: int = -1
) -> FloatImage:
    """Measure the differences of colors as the textile industry does (CMC l:c).

    Parameters
    ----------
    lab1 : array_like
        Lab image of any number of spatial axes and any real dtype, with an axis of three channels.
    lab2 : array_like
        Another one of the same shape, or one color: L, a and b.
    kL, kC : float
        Factors of lightness and chroma: 2 and 1 for what is acceptable, 1 and 1 for what is visible.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    ndarray
        The difference of each pixel, without the channel axis: float32, or float64 if `lab1` is of float64 or of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `lab1` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 3, or `lab2` is neither of the shape of `lab1` nor one color.

    Notes
    -----
    The result is not symmetric: `lab1` is the standard.

    References
    ----------
    .. [1] F. J. J. Clarke, R. McDonald and B. Rigg, "Modification to the JPC79 Colour-Difference Formula", Journal of
       the Society of Dyers and Colourists 100 (4), 1984, pp. 128-132.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.color.deltaE_cmc(np.array([[[50.0, 30.0, 40.0]]]), [55.0, 30.0, 40.0]).round(3)
    array([[4.594]])
    """
    return _differences(partial(_cmc, *_factors(kL=kL, kC=kC)), lab1, lab2, channel_axis)


def _factors(**factors: float) -> tuple[Any, ...]:
    return tuple(number(name, factor, FACTOR) for name, factor in factors.items())


def _differences(function: Callable[..., Channel], lab1: ArrayLike, lab2: ArrayLike, channel_axis: int) -> NDArray[Any]:
    """Return a function of the six channels of two images, in double precision."""
    pixels, axis = with_channels(lab1, channel_axis, name="lab1")
    other = as_pixels(lab2, name="lab2").array
    if other.shape not in (pixels.shape, (3,)):
        raise ValueError(f"lab2 must have the shape of lab1, {pixels.shape}, or be one color; got shape {other.shape}.")
    return of_channels(
        lambda *channels: [function(*channels)], [pixels.array, other], axis, computed=FLOAT64, dtype=pixels.float_dtype
    )


def _distance(l1: Channel, a1: Channel, b1: Channel, l2: Channel, a2: Channel, b2: Channel) -> Channel:
    return np.sqrt((l1 - l2) ** 2 + (a1 - a2) ** 2 + (b1 - b2) ** 2)  # type: ignore[no-any-return]


def _squared_hue(a1: Channel, b1: Channel, a2: Channel, b2: Channel, chromas: Channel) -> Channel:
    """Return the squared distance in a and b that is no difference of chroma; `chromas` is the product of both."""
    return 2 * (chromas - (a1 * a2 + b1 * b2))  # type: ignore[no-any-return]


def _length(lightness: Channel, chroma: Channel, squared_hue: Channel) -> Channel:
    return np.sqrt(np.maximum(lightness**2 + chroma**2 + squared_hue, 0))  # type: ignore[no-any-return]


def _ciede94(
    kH: float, kC: float, kL: float, k1: float, k2: float,
    l1: Channel, a1: Channel, b1: Channel, l2: Channel, a2: Channel, b2: Channel,
) -> Channel:  # fmt: skip
    c1, c2 = chroma(a1, b1), chroma(a2, b2)
    squared_hue = _squared_hue(a1, b1, a2, b2, c1 * c2) / (kH * (1 + k2 * c1)) ** 2
    return _length((l1 - l2) / kL, (c1 - c2) / (kC * (1 + k1 * c1)), squared_hue)


def _cmc(kL: float, kC: float, l1: Channel, a1: Channel, b1: Channel, l2: Channel, a2: Channel, b2: Channel) -> Channel:
    c1, c2 = chroma(a1, b1), chroma(a2, b2)
    angle = hue(a1, b1)
    is_blue = (angle >= np.deg2rad(164)) & (angle <= np.deg2rad(345))
    t = np.where(
        is_blue,
        0.56 + 0.2 * np.abs(np.cos(angle + np.deg2rad(168))),
        0.36 + 0.4 * np.abs(np.cos(angle + np.deg2rad(35))),
    )
    fourth = (c1 * c1) ** 2
    f = np.sqrt(fourth / (fourth + 1900))
    of_lightness = np.where(l1 < 16, 0.511, 0.040975 * l1 / (1 + 0.01765 * l1))
    of_chroma = 0.638 + 0.0638 * c1 / (1 + 0.0131 * c1)
    of_hue = of_chroma * (f * t + 1 - f)
    squared_hue = _squared_hue(a1, b1, a2, b2, c1 * c2) / of_hue**2
    return _length((l1 - l2) / (kL * of_lightness), (c1 - c2) / (kC * of_chroma), squared_hue)


def _ciede2000(
    kL: float, kC: float, kH: float,
    l1: Channel, a1: Channel, b1: Channel, l2: Channel, a2: Channel, b2: Channel,
) -> Channel:  # fmt: skip
    # Near gray a is stretched.
    stretch = 1 + 0.5 * (1 - _saturated((chroma(a1, b1) + chroma(a2, b2)) / 2))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2, h1, h2 = chroma(a1, b1), chroma(a2, b2), hue(a1, b1), hue(a2, b2)
    product, mean_chroma = c1 * c2, (c1 + c2) / 2
    # The hue of gray does not count; others are joined by the shorter arc.
    gray, turn = product == 0, h2 - h1
    shorter = turn - 2 * np.pi * (turn > np.pi) + 2 * np.pi * (turn < -np.pi)
    hues = 2 * np.sqrt(product) * np.sin(np.where(gray, 0, shorter) / 2)
    total = h1 + h2
    across = np.where(total < 2 * np.pi, total + 2 * np.pi, total - 2 * np.pi)
    mean = np.where(gray, total, np.where(np.abs(turn) > np.pi, across, total) / 2)
    t = (
        1
        - 0.17 * np.cos(mean - np.deg2rad(30))
        + 0.24 * np.cos(2 * mean)
        + 0.32 * np.cos(3 * mean + np.deg2rad(6))
        - 0.20 * np.cos(4 * mean - np.deg2rad(63))
    )
    from_middle = ((l1 + l2) / 2 - 50) ** 2
    lightness = (l2 - l1) / (kL * (1 + 0.015 * from_middle / np.sqrt(20 + from_middle)))
    chromas = (c2 - c1) / (kC * (1 + 0.045 * mean_chroma))
    hues = hues / (kH * (1 + 0.015 * mean_chroma * t))
    # In blue, differences of hue and chroma depend on each other.
    turned = np.deg2rad(60) * np.exp(-(((np.rad2deg(mean) - 275) / 25) ** 2))
    joined = -2 * np.sin(turned) * _saturated(mean_chroma) * chromas * hues
    return _length(lightness, chromas, hues**2 + joined)


def _saturated(chroma: Channel) -> Channel:
    """Return a number from 0 for gray to 1."""
    square = chroma * chroma
    seventh = square * square * square * chroma
    return np.sqrt(seventh / (seventh + 25.0**7))  # type: ignore[no-any-return]
