"""The mean of a box around each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._engine.arrays import as_pixels, over_axes, per_axis_integer
from .._engine.borders import as_border
from .._engine.box import Box
from .._engine.footprints import as_footprint, window_origin
from .._engine.memo import remembered
from .._engine.separable import separable
from .._operation import operation
from .._types import SIZE, Axes, BoxSize, ChannelAxis, Image, ImageLike, Modes, Origin, Out


def uniform_halo(
    count: int, /, *, footprint: int | Sequence[int], origin: Origin, axes: Axes, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the box reaches along each axis, on its longer side."""
    return over_axes(count, axes, lambda chosen: as_footprint(footprint, chosen, origin=origin).halo)


@operation(kind="window", halo=uniform_halo, since="0.1")
def uniform(
    image: ImageLike,
    footprint: BoxSize = 3,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the mean of the box around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int or sequence of int
        Size of the box in pixels, one for all spatial axes or one for each. A box of even size reaches one pixel
        further to the front.
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
        The blurred image, with the shape and dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The time does not depend on the size of the box. The sums of integers are exact. The sums of floats are not updated
    along the image: no error accumulates, and NaN affects only the boxes that contain it.

    References
    ----------
    .. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
       Pattern Recognition Letters 13 (7), 1992, pp. 517-521 (for minima).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.uniform(np.array([[0, 0, 90, 0, 0]], np.uint8), 3)
    array([[ 0, 30, 30, 30,  0]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    boxes = as_boxes(footprint, origin, len(pixels.axes))
    return separable(pixels, boxes, border=as_border(mode, cval, pixels), out=out)


@remembered
def as_boxes(
    footprint: int | Sequence[int], origin: int | Sequence[int], axes: int, name: str = "footprint"
) -> tuple[Box, ...]:
    """Return the box along each axis; `name` is that of the sizes in error messages."""
    sizes = per_axis_integer(name, footprint, axes, SIZE)
    return tuple([Box(*pair) for pair in zip(sizes, window_origin(origin, sizes), strict=True)])
