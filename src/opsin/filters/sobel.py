"""The Sobel operator: the gradient from 3 x 3 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._engine.arrays import as_pixels, chosen_axes
from .._engine.borders import as_border
from .._engine.labels import as_mask
from .._engine.window import gradient, masked
from .._operation import operation
from .._types import ChannelAxis, FloatImage, ImageLike, MaskLike, Modes, Out

SMOOTHING = (0.25, 0.5)
"""The weights of a neighbor and of the pixel itself, across the direction of the difference."""


def sobel_halo(count: int, /, **_: Any) -> tuple[int, ...]:
    """Return how many pixels a window of 3 x 3 reaches along each axis."""
    return (1,) * count


def gradient_by(
    smoothing: tuple[float, float],
    image: ImageLike,
    axis: int | Sequence[int] | None,
    mask: MaskLike | None,
    mode: Modes,
    cval: float,
    channel_axis: ChannelAxis,
    out: Out,
) -> FloatImage:
    """Return what `sobel` describes, with the weights of a neighbor and of the pixel itself in `smoothing`."""
    pixels = as_pixels(image, channel_axis)
    border = as_border(mode, cval, pixels)
    result = gradient(pixels, chosen_axes("axis", axis, pixels.axes), smoothing, border=border, out=out)
    return result if mask is None else masked(result, as_mask("mask", mask, pixels.spatial_shape), pixels)


@operation(kind="window", halo=sobel_halo, since="0.1")
def sobel(
    image: ImageLike,
    *,
    axis: int | Sequence[int] | None = None,
    mask: MaskLike | None = None,
    mode: Modes = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute the magnitude of the gradient with the Sobel operator, or its component along one axis.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    axis : int, sequence of int or None
        Spatial axis of the component: 0 is the first and -1 the last; the axis of the channels is not counted.
        Several axes, or ``None`` for all, give the magnitude.
    mask : array_like of bool, optional
        Array with the spatial shape of the image. The result is 0 where the window contains a pixel outside the mask
        or the image.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
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
        The gradient, with the shape and the units of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    A component is the following pixel minus the preceding one, smoothed by (1, 2, 1) / 4 along the other axes: a ramp
    that increases by 1 from pixel to pixel has the component 2. The magnitude is the square root of the sum of the
    squared components divided by the number of spatial axes. For an image of one axis the result is the component.

    References
    ----------
    .. [1] I. Sobel, "An Isotropic 3x3 Image Gradient Operator", presentation at the Stanford A.I. Project, 1968.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edge = np.zeros((3, 6), np.uint8)
    >>> edge[:, 3:] = 200
    >>> opsin.filters.sobel(edge, axis=1)
    array([[  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.]], dtype=float32)
    """
    return gradient_by(SMOOTHING, image, axis, mask, mode, cval, channel_axis, out)
