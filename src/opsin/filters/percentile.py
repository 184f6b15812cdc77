"""Any order statistic of a window."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from .._engine.arrays import as_pixels
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.minmax import minmax
from .._engine.rank import rank
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import Axes, ChannelAxis, FootprintLike, Image, ImageLike, Modes, Origin, Out
from .median import window_halo

PERCENT = Allowed(0, 100)

Percent: TypeAlias = Annotated[float, PERCENT, Typical(0, 100, "%")]
"""A share of the pixels of a window."""


@operation(kind="window", halo=window_halo, since="0.1")
def percentile(
    image: ImageLike,
    percentile: Percent,
    footprint: FootprintLike | None = 3,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by a percentile of the window around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    percentile : float
        Share of the pixels of the window that are smaller, in percent: 0 is the minimum, 50 the median and 100 the
        maximum.
    footprint : int, sequence of int, array_like or None
        The window: a size for all spatial axes, a size for each, or an array that is non-zero inside. ``None`` means 3.
        A window of even size reaches one pixel further to the front, as in scipy.ndimage.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The filtered image, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the window is empty, or so large that the extended image would not fit the memory.

    See Also
    --------
    median, minimum, maximum : The percentiles 50, 0 and 100.

    Notes
    -----
    The result is always a pixel of the window, as in scipy.ndimage: the one of rank ``int(count * percentile / 100)``
    of `count` pixels, counted from 0. A window that contains NaN gives NaN. The time for large boxes does not depend
    on their size.

    References
    ----------
    .. [1] S. Perreault and P. Hebert, "Median Filtering in Constant Time", IEEE Transactions on Image Processing
       16 (9), 2007, pp. 2389-2394.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.percentile(np.array([[0, 10, 20, 30, 40]], np.uint8), 25, 5)
    array([[ 0,  0, 10, 20, 30]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    share = number("percentile", percentile, PERCENT)
    window = as_footprint(3 if footprint is None else footprint, pixels.axes, origin=origin)
    border = as_border(mode, cval, pixels)
    index = min(int(window.count * share / 100), window.count - 1)
    if index == 0:
        return minmax(pixels, window, (False,), border=border, out=out)
    if index == window.count - 1:
        return minmax(pixels, window.mirrored, (True,), border=border, out=out)
    return rank(pixels, window, index, border=border, out=out)
