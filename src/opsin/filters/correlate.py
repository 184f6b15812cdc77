"""Correlation and convolution with weights of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._engine.arrays import as_pixels, over_axes
from .._engine.borders import as_border
from .._engine.window import as_window
from .._engine.window import correlate as sums
from .._operation import operation
from .._types import Axes, ChannelAxis, FloatImage, Image, ImageLike, Modes, Origin, Out, WeightsLike


def correlate_halo(
    count: int, /, *, weights: WeightsLike, origin: int | Sequence[int], axes: Axes, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the weights reach along each axis."""
    return over_axes(count, axes, lambda chosen: as_window(weights, chosen, origin).halo)


def convolve_halo(
    count: int, /, *, weights: WeightsLike, origin: int | Sequence[int], axes: Axes, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the mirrored weights reach along each axis."""
    return over_axes(count, axes, lambda chosen: as_window(weights, chosen, origin, mirrored=True).halo)


def correlate_dtype(*, weights: WeightsLike, **_: Any) -> str:
    """Return the dtype of the result: means have that of the image."""
    return "input" if as_window(weights, tuple(range(np.ndim(weights)))).is_mean else "float"


@operation(kind="window", halo=correlate_halo, dtype=correlate_dtype, since="0.1")
def correlate(
    image: ImageLike,
    weights: WeightsLike,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image | FloatImage:
    """Replace each pixel by the weighted sum of the pixels around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    weights : array_like
        Weights of the pixels around a pixel, of any shape with an axis for each spatial axis. The pixel itself has the
        one at index ``size // 2`` of each axis.
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

        The axes of `weights` are these axes in ascending order.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The sums, with the shape of `image`. Weighted means, whose weights are nowhere negative and sum to 1, have the
        dtype of `image`; integers are rounded to nearest. Other sums are float32, or float64 for images of float64 and
        of integers of more than 16 bits, so that they neither wrap nor saturate.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `weights` is empty, not finite or has another number of axes, or is so large that the extended image
        would not fit the memory.

    See Also
    --------
    convolve : With the mirrored weights.

    Notes
    -----
    Equal weights are computed as `uniform` computes them, in a time that does not depend on their number. Weights that
    are the product of one filter for each axis are applied along one axis after the other; means of uint8 images are
    then blurred as by `gaussian`, at most one gray level from the exact mean. Large windows of other weights are
    computed by Fourier transforms, in float32 for uint8 images and in float64 for all others; then the error of
    a pixel is proportional to the largest pixel, and infinity gives NaN in every window that contains it.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 1, 9, 9], [1, 1, 9, 9]], np.uint8)
    >>> opsin.filters.correlate(image, [[-1, 0, 1]])
    array([[0., 8., 8., 0.],
           [0., 8., 8., 0.]], dtype=float32)
    >>> opsin.filters.correlate(image, [[0.25, 0.5, 0.25]])
    array([[1, 3, 7, 9],
           [1, 3, 7, 9]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_window(weights, pixels.axes, origin)
    return sums(pixels, window, border=as_border(mode, cval, pixels), out=out)


@operation(kind="window", halo=convolve_halo, dtype=correlate_dtype, since="0.1")
def convolve(
    image: ImageLike,
    weights: WeightsLike,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    origin: Origin = 0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image | FloatImage:
    """Replace each pixel by the sum of the pixels around it with mirrored weights: a convolution.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    weights : array_like
        Response to a single pixel of 1, of any shape with an axis for each spatial axis; that pixel is at index
        ``size // 2`` of each axis.
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

        The axes of `weights` are these axes in ascending order.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The sums, with the shape of `image`. Weighted means, whose weights are nowhere negative and sum to 1, have the
        dtype of `image`; integers are rounded to nearest. Other sums are float32, or float64 for images of float64 and
        of integers of more than 16 bits, so that they neither wrap nor saturate.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `weights` is empty, not finite or has another number of axes, or is so large that the extended image
        would not fit the memory.

    See Also
    --------
    correlate : Without mirroring the weights; its notes hold here, too.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> point = np.zeros((3, 5))
    >>> point[1, 2] = 1
    >>> opsin.filters.convolve(point, [[1, 2, 3], [4, 5, 6]])
    array([[0., 1., 2., 3., 0.],
           [0., 4., 5., 6., 0.],
           [0., 0., 0., 0., 0.]])
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_window(weights, pixels.axes, origin, mirrored=True)
    return sums(pixels, window, border=as_border(mode, cval, pixels), out=out)
