"""The Laplacian, of the image itself and of a Gaussian."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

import numpy as np

from .._engine.arrays import as_pixels, over_axes, per_axis
from .._engine.borders import as_border
from .._engine.labels import as_mask
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._engine.window import Window, as_window, correlate, masked
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import (
    MAX_SIGMA,
    POSITIVE,
    Axes,
    ChannelAxis,
    FloatImage,
    ImageLike,
    MaskLike,
    Modes,
    Out,
    Truncate,
)
from .gaussian import gaussian_filter, gaussian_halo

BLUR = Allowed(high=MAX_SIGMA, above=0)

BlurSigma: TypeAlias = Annotated[float | Sequence[float], BLUR, Typical(0.5, 20, "px")]
"""A standard deviation that is not 0, for all spatial axes or one for each."""


def laplace_halo(count: int, /, *, axes: Axes, **_: Any) -> tuple[int, ...]:
    """Return that the neighbors along each of the chosen axes are used."""
    return over_axes(count, axes, lambda chosen: (1,) * len(chosen))


def gaussian_laplace_halo(
    count: int, /, *, sigma: float | Sequence[float], truncate: float, axes: Axes, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the derivatives of the Gaussian reach along each axis."""
    return gaussian_halo(count, sigma=sigma, truncate=truncate, axes=axes, order=2)


@operation(kind="window", halo=laplace_halo, since="0.1")
def laplace(
    image: ImageLike,
    *,
    mask: MaskLike | None = None,
    mode: Modes = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> FloatImage:
    """Compute the Laplacian from the neighbors along each axis, with the sign that a bright point is positive.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    mask : array_like of bool, optional
        Array with the spatial shape of the image. The result is 0 where the 3 pixels along each axis contain one
        outside the mask or the image.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
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
        The pixel times the number of its neighbors, minus their sum; with the shape and the units of `image`: float32,
        or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    gaussian_laplace : Of the blurred image, with the opposite sign.

    Notes
    -----
    The sign is that of scikit-image. In scipy.ndimage and OpenCV it is the opposite one, that of the second
    derivatives.

    References
    ----------
    .. [1] A. Rosenfeld and A. C. Kak, "Digital Picture Processing", 2nd edition, Academic Press, 1982, section 6.4.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> point = np.zeros((3, 5), np.uint8)
    >>> point[1, 2] = 10
    >>> opsin.filters.laplace(point)
    array([[  0.,   0., -10.,   0.,   0.],
           [  0., -10.,  40., -10.,   0.],
           [  0.,   0., -10.,   0.,   0.]], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis, axes)
    border = as_border(mode, cval, pixels)
    result = correlate(pixels, laplacian_window(len(pixels.axes)), border=border, out=out)
    return result if mask is None else masked(result, as_mask("mask", mask, pixels.spatial_shape), pixels)


@lru_cache
def laplacian_window(axes: int) -> Window:
    """Return the weights of the negative sum of the second differences along each of `axes` axes."""
    distance = np.abs(np.indices((3,) * axes) - 1).sum(axis=0)
    return as_window(np.where(distance == 0, 2.0 * axes, np.where(distance == 1, -1.0, 0.0)), tuple(range(axes)))


@operation(kind="window", halo=gaussian_laplace_halo, since="0.1")
def gaussian_laplace(
    image: ImageLike,
    sigma: BlurSigma = 1.0,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    truncate: Truncate = 4.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> FloatImage:
    """Compute the Laplacian of an image blurred with a Gaussian: the sum of its second derivatives.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation in pixels, one for all spatial axes or one for each; more than 0.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    truncate : float
        Where the window ends, in standard deviations: its radius is ``int(truncate * sigma + 0.5)`` up to a sigma of
        20. Larger Gaussians end at 5 standard deviations or more.
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
        The sum of the second derivatives, with the shape of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits. It is negative in the middle of a bright spot.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    laplace : Without a blur, with the opposite sign.
    difference_of_gaussians : Nearly the same, and faster.

    References
    ----------
    .. [1] D. Marr and E. Hildreth, "Theory of Edge Detection", Proceedings of the Royal Society of London B 207, 1980,
       pp. 187-217.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> step = np.repeat([0.0, 1.0], 4)[None]
    >>> print(opsin.filters.gaussian_laplace(step, 1).round(2))
    [[ 0.    0.04  0.2   0.2  -0.2  -0.2  -0.04 -0.  ]]
    """
    pixels = as_pixels(image, channel_axis, axes)
    count = len(pixels.axes)
    sigmas = per_axis("sigma", sigma, count, BLUR)
    truncate = number("truncate", truncate, POSITIVE)
    border = as_border(mode, cval, pixels)
    parts = [
        separable(
            pixels,
            [gaussian_filter(value, 2 * (other == axis), truncate) for other, value in enumerate(sigmas)],
            border=border,
            result="float",
            out=out if count == 1 else None,
        )
        for axis in range(count)
    ]
    return parts[0] if count == 1 else evaluate(lambda *each: sum(each), parts, dtype=pixels.float_dtype, out=out)
