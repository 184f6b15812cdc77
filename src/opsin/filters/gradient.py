"""The gradient as magnitude and angle."""

from __future__ import annotations

from typing import Any

from .._engine.arrays import as_pixels, per_axis
from .._engine.borders import as_border
from .._engine.pointwise import polar
from .._engine.separable import separable
from .._engine.window import gradient as differences
from .._errors import number
from .._operation import operation
from .._types import PLANE, POSITIVE, SIGMA, Angles, ChannelAxis, FloatImage, ImageLike, Modes, Sigma, Truncate
from .gaussian import gaussian_filter, gaussian_halo
from .sobel import SMOOTHING


def gradient_halo(count: int, /, *, sigma: Sigma, truncate: Truncate, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the derivatives reach along each axis."""
    sigmas = per_axis("sigma", sigma, count, SIGMA)
    if not any(sigmas):
        return (1,) * count
    return gaussian_halo(count, sigma=sigmas, truncate=truncate, axes=None, order=1)


@operation(kind="window", halo=gradient_halo, dimensions=PLANE, since="0.1")
def gradient(
    image: ImageLike,
    sigma: Sigma = 0.0,
    *,
    mode: Modes = "reflect",
    cval: float = 0.0,
    truncate: Truncate = 4.0,
    channel_axis: ChannelAxis = "auto",
) -> tuple[FloatImage, Angles]:
    """Compute the gradient of an image: its magnitude and its angle.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation of a Gaussian in pixels, one for both axes or one for each: the components are the
        derivatives of the image blurred with it. 0: they are those of the Sobel operator.
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

    Returns
    -------
    magnitude : ndarray
        How much the image increases in one pixel in the direction of its steepest increase, with the shape and the
        units of `image`: float32, or float64 for images of float64 and of integers of more than 16 bits.
    angle : ndarray
        That direction in radians, from -pi to pi: 0 along the rows to the right, pi / 2 along the columns downwards.
        It is 0 where the magnitude is 0.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `image` has not two spatial axes.

    See Also
    --------
    sobel, prewitt, scharr : One component, or the magnitude only, in any number of axes.
    gaussian : Any derivative.

    Notes
    -----
    The components are ``magnitude * cos(angle)`` along the rows and ``magnitude * sin(angle)`` along the columns. A
    ramp that increases by 1 from pixel to pixel has the magnitude 1; `sobel` gives its component the value 2.

    References
    ----------
    .. [1] J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 8 (6), 1986, pp. 679-698.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows, columns = np.mgrid[:5, :6]
    >>> magnitude, angle = opsin.filters.gradient(3.0 * columns - 3.0 * rows)
    >>> magnitude[2, 3].round(3), np.degrees(angle[2, 3])
    (np.float64(4.243), np.float64(-45.0))
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    sigmas = per_axis("sigma", sigma, 2, SIGMA)
    truncate = number("truncate", truncate, POSITIVE)
    border = as_border(mode, cval, pixels)
    if any(sigmas):
        down, across = (
            separable(
                pixels,
                [gaussian_filter(value, int(other == axis), truncate) for other, value in enumerate(sigmas)],
                border=border,
                result="float",
            )
            for axis in range(2)
        )
        scale = 1.0
    else:
        down, across = (differences(pixels, (axis,), SMOOTHING, border=border) for axis in pixels.axes)
        scale = 0.5
    return polar(down, across, scale)
