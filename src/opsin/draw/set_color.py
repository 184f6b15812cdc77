"""Colors for pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Pixels, as_array, as_pixels, check_out, integer_limits, is_several, saturate
from .._errors import integer, number
from .._types import ChannelAxis


def set_color(
    image: ArrayLike,
    coords: Sequence[ArrayLike],
    color: float | Sequence[float],
    alpha: ArrayLike = 1.0,
    *,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Give pixels a color.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    coords : sequence of array_like
        Coordinates of the pixels along each spatial axis, as the functions of this package return them. Coordinates
        beyond the image are left out. Of a pixel that is met twice, the last counts.
    color : float or sequence of float
        The color, in the units of the image: one number for all channels or one for each.
    alpha : float or array_like
        Opacity from 0 to 1, one for all pixels or one for each: the color and the pixel are blended.
    channel_axis : int, None or 'auto'
        Axis of the channels. ``"auto"``: the last axis of a 3-D image if it is 3 or 4 long. ``None``: every axis is
        spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the image. If it is the image itself, only the pixels are
        written.

    Returns
    -------
    ndarray
        The image with the pixels in the color, with the same dtype.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. Porter and T. Duff, "Compositing Digital Images", Computer Graphics (SIGGRAPH) 18 (3), 1984, pp. 253-259.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((3, 5), np.uint8)
    >>> opsin.draw.set_color(image, opsin.draw.line(0, 0, 2, 4), 200, alpha=0.5)
    array([[100,   0,   0,   0,   0],
           [  0, 100, 100,   0,   0],
           [  0,   0,   0, 100, 100]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis)
    if out is not None:
        check_out(out, pixels.shape, pixels.dtype)
    places = _as_places(coords, pixels)
    values = as_color(color, pixels)
    opacity = _as_alpha(alpha, len(places[0]))
    kept = np.ones(len(places[0]), bool)
    for place, size in zip(places, pixels.spatial_shape, strict=True):
        kept &= (place >= 0) & (place < size)
    if not kept.all():
        places = [place[kept] for place in places]
        opacity = opacity if opacity.ndim == 0 else opacity[kept]
    if out is None:
        result = pixels.array.copy(order="C")
    else:
        result = out
        if out is not image:
            result[...] = pixels.array
    target = result if pixels.channel_axis is None else np.moveaxis(result, pixels.channel_axis, -1)
    chosen = tuple(place.astype(np.intp) for place in places)
    if opacity.ndim == 0 and opacity == 1:
        target[chosen] = values
    else:
        if opacity.ndim and pixels.channel_axis is not None:
            opacity = opacity[:, None]
        blend = target[chosen].astype(np.float64) * (1 - opacity) + values.astype(np.float64) * opacity
        target[chosen] = saturate(blend, pixels.dtype)
    return result


def _as_places(coords: Any, pixels: Pixels) -> list[NDArray[Any]]:
    """Return the coordinates along each axis, as arrays of one length."""
    axes = len(pixels.spatial_axes)
    if not is_several(coords):
        raise TypeError(f"coords must be a sequence of arrays, one for each spatial axis; got {type(coords).__name__}.")
    if len(coords) != axes:
        raise ValueError(f"coords must have an array for each of the {axes} spatial axes; got {len(coords)}.")
    found = []
    for one in coords:
        array = as_array("coords", one)
        if array.size == 0 and array.dtype.kind == "f":
            array = array.astype(np.intp)
        if array.dtype.kind not in "iu":
            raise TypeError(f"coords must be arrays of integers; got dtype {array.dtype}.")
        found.append(array)
    try:
        return [array.reshape(-1) for array in np.broadcast_arrays(*found)]
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in found)
        raise ValueError(f"coords must be arrays of one shape; got {shapes}.") from None


def as_color(color: Any, pixels: Pixels) -> NDArray[Any]:
    """Return the color in the dtype of the image: an array of one number for each channel."""
    several = is_several(color)
    parts = list(color) if several else [color]
    if several and len(parts) != pixels.channels:
        raise ValueError(f"color must be one number or one for each channel, {pixels.channels}; got {len(parts)}.")
    dtype = pixels.dtype
    low, high = integer_limits(dtype) if dtype.kind in "biu" else (None, None)
    checked: list[float] = []
    for part in parts:
        plain = int(part) if dtype.kind == "b" and isinstance(part, (bool, np.bool_)) else part
        if isinstance(plain, (int, np.integer)):
            checked.append(integer("color", plain, low=low, high=high))
        else:
            value = number("color", plain, low=low, high=high)
            checked.append(round(value) if dtype.kind in "iu" else value)
    try:
        with np.errstate(over="ignore"):
            values = [dtype.type(value) for value in checked]
        fits = dtype.kind != "f" or all(map(np.isfinite, values))
    except OverflowError:  # a float of 64 bits that is rounded up, or an integer that no float holds
        fits = False
    if not fits:
        raise ValueError(f"color must fit into {dtype}; got {color!r}.")
    return np.array(values if several or pixels.channel_axis is None else values * pixels.channels, dtype)


def _as_alpha(alpha: Any, count: int) -> NDArray[Any]:
    array = as_array("alpha", alpha)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"alpha must be a number or an array of numbers; got {alpha!r}.")
    array = array.astype(np.float64)
    if array.ndim and array.shape != (count,):
        raise ValueError(f"alpha must be one number or one for each of the {count} pixels; got shape {array.shape}.")
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"alpha must be at least 0 and at most 1; got {alpha!r}.")
    return array
