"""Zooming by factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from .._engine.arrays import Layout, as_pixels, per_axis
from .._engine.borders import as_border
from .._engine.interpolation import Order, order_name, resizing_table
from .._engine.memo import remembered
from .._engine.resample import Table, resample
from .._errors import flag
from .._operation import Typical, operation
from .._types import POSITIVE, ChannelAxis, Image, ImageLike, Mode, Out
from .resize import scaled_shape, spatial_factors

ORDERS = ("nearest", "linear", "cubic")


@operation(kind="geometric", since="0.1")
def zoom(
    image: ImageLike,
    zoom: Annotated[float | Sequence[float], POSITIVE, Typical(0.1, 4)],
    *,
    order: Order | None = None,
    grid_mode: bool = False,
    mode: Mode | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Zoom an image by factors along its axes.

    The image is interpolated at equal distances, and not smoothed before: to make images smaller without aliasing use
    `rescale`.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    zoom : float or sequence of float
        Factor for all spatial axes, or one for each. A factor for the channels may be included and must be 1. Sizes are
        rounded to whole pixels, halves to even numbers, and are at least 1.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation: ``"nearest"`` (0), ``"linear"`` (1) or ``"cubic"`` (3, Catmull-Rom). By default nearest for bool
        and linear for all other dtypes.
    grid_mode : bool
        False: the centers of the first and the last pixels stay where they are. True: the borders of the image do, as
        in `rescale`; the factors are then those between sizes of the same scene.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}, optional
        How the image is extended beyond its border, with the names of scipy.ndimage. By default only the pixels of the
        image contribute.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The zoomed image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    rescale : Scale by factors, with antialiasing.
    resize : Resize to a given shape.

    References
    ----------
    .. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics,
       Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.zoom(np.array([[0.0, 4.0]]), (1, 2.5))
    array([[0., 1., 2., 3., 4.]])
    >>> opsin.transform.zoom(np.zeros((480, 640, 3), np.uint8), (0.2, 0.2, 1)).shape
    (96, 128, 3)
    """
    pixels = as_pixels(image, channel_axis)
    tables = _tables(zoom, order, grid_mode, mode is not None, pixels.layout)
    border = as_border("nearest" if mode is None else mode, cval, pixels)
    return resample(pixels, tables, border=border, out=out)


@remembered
def _tables(
    factors: float | Sequence[float],
    order: Order | None,
    grid_mode: bool,
    extended: bool,
    layout: Layout,
) -> tuple[Table | None, ...]:
    """Return the table of each spatial axis, if its length changes."""
    grid_mode = flag("grid_mode", grid_mode)
    before = layout.spatial_shape
    scales = spatial_factors("zoom", factors, layout, POSITIVE, per_axis)
    after = scaled_shape("zoom", scales, layout)
    name, lengths = order_name(order, ORDERS, layout.dtype), zip(before, after, strict=True)
    return tuple([resizing_table(length, size, name, False, extended, not grid_mode) for length, size in lengths])
