"""The median of a window."""

from __future__ import annotations

from typing import Any

from .._engine.arrays import as_pixels, over_axes
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.rank import rank
from .._operation import operation
from .._types import Axes, ChannelAxis, FootprintLike, Image, ImageLike, Modes, Origin, Out


def window_halo(
    count: int, /, *, footprint: FootprintLike | None, origin: Origin, axes: Axes, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the window reaches along each axis."""
    window = 3 if footprint is None else footprint
    return over_axes(count, axes, lambda chosen: as_footprint(window, chosen, origin=origin).halo)


@operation(kind="window", halo=window_halo, since="0.1")
def median(
    image: ImageLike,
    footprint: FootprintLike | None = 3,
    *,
    mode: Modes = "nearest",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the median of the window around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
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

    Notes
    -----
    For an even number of pixels the result is the upper of the two in the middle, as in scipy.ndimage, so that it is
    always a value of the window. A window that contains NaN gives NaN.

    Squares of 3, 5 and 7 pixels merge sorted columns [1]_; other small windows use sorting networks [2]_. The time for
    large boxes does not depend on their size: a histogram is updated along the rows [3]_, of the values of uint8
    images, and of ranks within tiles for wider dtypes. Other large windows use sets of bits [4]_.

    References
    ----------
    .. [1] A. Adams, "Fast median filters using separable sorting networks", ACM Transactions on Graphics 40 (4), 2021.
    .. [2] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint Computer Conference 32, 1968,
       pp. 307-314.
    .. [3] S. Perreault and P. Hebert, "Median Filtering in Constant Time", IEEE Transactions on Image Processing
       16 (9), 2007, pp. 2389-2394.
    .. [4] J. Suomela, "Median Filtering is Equivalent to Sorting", arXiv:1406.1717, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> speck = np.zeros((4, 5), np.uint8)
    >>> speck[1, 1] = 255
    >>> speck[:, 3:] = 9
    >>> opsin.filters.median(speck)
    array([[0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_footprint(3 if footprint is None else footprint, pixels.axes, origin=origin)
    return rank(pixels, window, window.count // 2, border=as_border(mode, cval, pixels), out=out)
