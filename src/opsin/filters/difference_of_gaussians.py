"""The difference of two Gaussians."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._engine.arrays import as_pixels, per_axis
from .._engine.borders import as_border
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._errors import number
from .._operation import operation
from .._types import POSITIVE, SIGMA, Axes, ChannelAxis, FloatImage, ImageLike, Modes, Out, Sigma, Truncate
from .gaussian import gaussian_filter, gaussian_halo

RATIO = 1.6
"""The ratio at which the difference comes closest to the Laplacian of a Gaussian."""


def wide_halo(
    count: int,
    /,
    *,
    low_sigma: float | Sequence[float],
    high_sigma: float | Sequence[float] | None,
    truncate: float,
    axes: Axes,
    **_: Any,
) -> tuple[int, ...]:
    """Return how many pixels the wider Gaussian reaches along each axis."""
    if high_sigma is None:
        high_sigma = np.multiply(RATIO, low_sigma).tolist()
    return gaussian_halo(count, sigma=high_sigma, truncate=truncate, axes=axes, name="high_sigma")


@operation(kind="window", halo=wide_halo, since="0.1")
def difference_of_gaussians(
    image: ImageLike,
    low_sigma: Sigma = 1.0,
    high_sigma: Sigma | None = None,
    *,
    mode: Modes = "nearest",
    cval: float = 0.0,
    truncate: Truncate = 4.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> FloatImage:
    """Subtract a wide Gaussian blur of an image from a narrow one, which keeps the details between two scales.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    low_sigma : float or sequence of float
        Standard deviation of the narrow Gaussian in pixels, one for all spatial axes or one for each.
    high_sigma : float, sequence of float or None
        Standard deviation of the wide Gaussian, at least `low_sigma` along each axis. ``None``: 1.6 times `low_sigma`,
        the ratio at which the difference is closest to the Laplacian of a Gaussian.
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
        The difference, with the shape and the units of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] D. Marr and E. Hildreth, "Theory of Edge Detection", Proceedings of the Royal Society of London B 207, 1980,
       pp. 187-217.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> step = np.repeat([0.0, 1.0], 4)[None]
    >>> print(opsin.filters.difference_of_gaussians(step, 1).round(2))
    [[-0.01 -0.05 -0.11 -0.07  0.07  0.11  0.05  0.01]]
    """
    pixels = as_pixels(image, channel_axis, axes)
    count = len(pixels.axes)
    low = per_axis("low_sigma", low_sigma, count, SIGMA)
    high = (
        tuple(RATIO * value for value in low)
        if high_sigma is None
        else per_axis("high_sigma", high_sigma, count, SIGMA)
    )
    truncate = number("truncate", truncate, POSITIVE)
    border = as_border(mode, cval, pixels)
    if any(wide < narrow for narrow, wide in zip(low, high, strict=True)):
        raise ValueError(f"high_sigma must be nowhere less than low_sigma, {low}; got {high}.")
    narrow, wide = (
        separable(pixels, [gaussian_filter(value, 0, truncate) for value in sigma], border=border, result="float")
        for sigma in (low, high)
    )
    return evaluate(np.subtract, [narrow, wide], dtype=pixels.float_dtype, out=narrow if out is None else out)
