"""The least and the greatest pixel of a window."""

from __future__ import annotations

from .._engine.arrays import as_pixels
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.minmax import minmax
from .._operation import operation
from .._types import Axes, ChannelAxis, FootprintLike, Image, ImageLike, Modes, Origin, Out
from .median import window_halo


@operation(kind="window", halo=window_halo, since="0.1")
def minimum(
    image: ImageLike,
    footprint: FootprintLike | None = 3,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the least pixel of the window around it.

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

    See Also
    --------
    opsin.morphology.erosion : The same with pixels beyond the border ignored.

    Notes
    -----
    A window that contains NaN gives NaN. The time for a box grows with the logarithm of its size.

    References
    ----------
    .. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
       Pattern Recognition Letters 13 (7), 1992, pp. 517-521.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.minimum(np.array([[5, 1, 5, 9, 5]], np.uint8), 3)
    array([[1, 1, 1, 5, 5]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_footprint(3 if footprint is None else footprint, pixels.axes, origin=origin)
    return minmax(pixels, window, (False,), border=as_border(mode, cval, pixels), out=out)


@operation(kind="window", halo=window_halo, since="0.1")
def maximum(
    image: ImageLike,
    footprint: FootprintLike | None = 3,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the greatest pixel of the window around it.

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

    See Also
    --------
    opsin.morphology.dilation : The same with pixels beyond the border ignored, and the window mirrored.

    Notes
    -----
    A window that contains NaN gives NaN. The time for a box grows with the logarithm of its size.

    References
    ----------
    .. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
       Pattern Recognition Letters 13 (7), 1992, pp. 517-521.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.maximum(np.array([[5, 1, 5, 9, 5]], np.uint8), 3)
    array([[5, 5, 9, 9, 9]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_footprint(3 if footprint is None else footprint, pixels.axes, origin=origin)
    return minmax(pixels, window.mirrored, (True,), border=as_border(mode, cval, pixels), out=out)
