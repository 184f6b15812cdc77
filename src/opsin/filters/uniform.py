"""The mean of a box around each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, per_axis_integer
from .._engine.borders import as_border
from .._engine.box import Box
from .._engine.footprints import MAX_SIZE, window_origin
from .._engine.memo import remembered
from .._engine.separable import separable
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image


def half_the_box(footprint: int | Sequence[int] = 3, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the box reaches along each axis, on its longer side."""
    return tuple(int(size) // 2 for size in ([footprint] if isinstance(footprint, int) else footprint))


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=half_the_box, since="0.1")
def uniform(
    image: ArrayLike,
    footprint: int | Sequence[int] = 3,
    *,
    mode: Border | Sequence[Border] = "reflect",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Blur an image with a box: each pixel becomes the mean of those around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int or sequence of int
        Size of the box in pixels, one for all spatial axes or one for each. A box of even size reaches one pixel
        further before the pixel than after it.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    origin : int or sequence of int
        Displacement of the window, one for all axes or one for each, as in scipy.ndimage: positive values move the
        window to the front.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are blurred one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to filter along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The blurred image: the shape and dtype of `image`, rounded to nearest.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    The time does not depend on the size of the box. The sums of integers are exact; those of floats are made anew
    for each box or two, so that no error builds up along the image and NaN does not leave the boxes it is in.

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
def as_boxes(footprint: int | Sequence[int], origin: int | Sequence[int], axes: int) -> tuple[Box, ...]:
    """Return the box along each axis."""
    sizes = per_axis_integer("footprint", footprint, axes, low=1, high=MAX_SIZE)
    return tuple([Box(*pair) for pair in zip(sizes, window_origin(origin, sizes), strict=True)])
