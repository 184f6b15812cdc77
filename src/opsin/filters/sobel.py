"""Sobel's operator: the gradient from 3 x 3 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, chosen_axes
from .._engine.borders import as_border
from .._engine.labels import as_mask
from .._engine.window import gradient, masked
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image

SMOOTHING = (0.25, 0.5)
"""The weights of a neighbour and of the pixel itself, across the direction of the difference."""


def one_pixel(**_: Any) -> int:
    """Return how far a window of 3 x 3 reaches."""
    return 1


@operation(kind="stencil", dtypes=NATIVE_DTYPES, returns="float", halo=one_pixel, since="0.1")
def sobel(
    image: ArrayLike,
    *,
    axis: int | Sequence[int] | None = None,
    mask: ArrayLike | None = None,
    mode: Border | Sequence[Border] = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Find edges: the magnitude of the gradient, or its component along one axis.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    axis : int, sequence of int or None
        The spatial axis along which to differentiate: 0 is the first, -1 the last; the channels do not count.
        ``None``: all of them, which gives the magnitude; so do several axes.
    mask : array_like of bool, optional
        Array of the image's spatial shape. The result is 0 where the window holds a pixel outside of the mask or of
        the image.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are worked on one by one. ``"auto"``: the last axis of a 3-D image
        if it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the image's shape and the result's dtype.

    Returns
    -------
    ndarray
        The gradient in the image's own units, of the image's shape: float32, or float64 for images of float64 and
        of integers beyond 16 bits.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    A component is the pixel after minus the pixel before, positive where the image grows brighter with the index,
    smoothed by (1, 2, 1) / 4 along the other axes. So a ramp that rises by 1 from pixel to pixel has the component
    2. The magnitude is the square root of the sum of the squared components, divided by the number of the image's
    spatial axes before the root is taken. An image of one axis has a component only.

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
    pixels = as_pixels(image, channel_axis)
    border = as_border(mode, cval, pixels)
    result = gradient(pixels, chosen_axes("axis", axis, pixels.axes), SMOOTHING, border=border, out=out)
    return result if mask is None else masked(result, as_mask("mask", mask, pixels.spatial_shape), pixels)
