"""The Gaussian and its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, per_axis, per_axis_integer
from .._engine.borders import as_border
from .._engine.decimated import LargeGaussian
from .._engine.memo import remembered
from .._engine.separable import Weights, separable
from .._errors import number
from .._operation import Between, operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image, Sigma

MAX_RADIUS = 32767

LARGE_SIGMA = 20
"""Larger Gaussians are computed on a decimated grid, in a time that does not depend on sigma."""

MAX_ORDER = 32
"""Beyond this the polynomials of derivatives are too large to be of use, and then too large for floats."""


def gaussian_radius(sigma: float | Sequence[float], truncate: float = 4.0, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the Gaussian reaches along each axis."""
    return tuple(int(truncate * value + 0.5) for value in np.atleast_1d(sigma))


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=gaussian_radius, since="0.1")
def gaussian(
    image: ArrayLike,
    sigma: Sigma = 1.0,
    *,
    order: Annotated[int | Sequence[int], Between(0, 3)] = 0,
    mode: Border | Sequence[Border] = "nearest",
    cval: float = 0.0,
    truncate: Annotated[float, Between(1, 8)] = 4.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Blur an image with a Gaussian, or take derivatives of the blurred image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation in pixels, one for all spatial axes or one for each; 0 leaves an axis as it is.
    order : int or sequence of int
        Order of the derivative along each spatial axis: 0 smooths, 1 is the slope, 2 the curvature.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    truncate : float
        The window ends at this many standard deviations: its radius is ``int(truncate * sigma + 0.5)``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are blurred one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to filter along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and the result's dtype.

    Returns
    -------
    ndarray
        The blurred image: the shape and dtype of `image`, rounded to nearest. Derivatives are float32, or float64
        for images of float64 and of integers beyond 16 bits.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    Bytes are blurred in 16-bit fixed point, and differ from the exact result by one grey level at most.

    With ``mode="constant"`` the image goes on as that constant in every direction, so derivatives are 0 out there.

    References
    ----------
    .. [1] J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 8 (6), 1986, pp. 679-698 (derivatives of Gaussians).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> point = np.zeros((3, 5))
    >>> point[1, 2] = 1
    >>> print(opsin.filters.gaussian(point, 0.5).round(2))
    [[0.   0.01 0.08 0.01 0.  ]
     [0.   0.08 0.62 0.08 0.  ]
     [0.   0.01 0.08 0.01 0.  ]]
    """
    pixels = as_pixels(image, channel_axis, axes)
    filters, derives = gaussian_filters(sigma, order, truncate, len(pixels.axes))
    border = as_border(mode, cval, pixels)
    return separable(pixels, filters, border=border, result="float" if derives else "input", out=out)


@remembered
def gaussian_filters(
    sigma: float | Sequence[float], order: int | Sequence[int], truncate: float, axes: int
) -> tuple[tuple[Weights | LargeGaussian | None, ...], bool]:
    """Return the filter of each axis, and whether any is a derivative."""
    sigmas = per_axis("sigma", sigma, axes, low=0)
    orders = per_axis_integer("order", order, axes, low=0, high=MAX_ORDER)
    truncate = number("truncate", truncate, above=0)
    return tuple([gaussian_filter(*axis, truncate) for axis in zip(sigmas, orders, strict=True)]), any(orders)


@lru_cache(maxsize=256)
def gaussian_filter(sigma: float, order: int, truncate: float) -> Weights | LargeGaussian | None:
    """Return the filter of one axis; None if it changes nothing.

    A derivative of the Gaussian is the Gaussian times a polynomial. Each
    derivative turns the polynomial p(x) into p'(x) - x p(x) / sigma**2.
    """
    if sigma < 1e-15:
        if order:
            raise ValueError(f"sigma must be more than 0 along an axis of order {order}; got {sigma:g}.")
        return None
    if truncate * sigma >= MAX_RADIUS + 0.5:
        raise ValueError(f"sigma * truncate must be less than {MAX_RADIUS} px; got {sigma:g} * {truncate:g}.")
    if order == 0 and sigma > LARGE_SIGMA:
        return LargeGaussian(sigma, truncate)
    radius = int(truncate * sigma + 0.5)
    position = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (position / sigma) ** 2)
    bell /= bell.sum()
    factor = np.polynomial.Polynomial([1.0])
    for _ in range(order):
        factor = factor.deriv() - factor * np.polynomial.Polynomial([0.0, 1.0 / sigma**2])
    # Correlation mirrors the window, which changes the sign of the odd derivatives.
    return Weights((factor(position) * bell)[::-1].copy())
