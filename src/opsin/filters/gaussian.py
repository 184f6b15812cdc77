"""The Gaussian and its derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, over_axes, per_axis, per_axis_integer
from .._engine.borders import as_border
from .._engine.decimated import LargeGaussian
from .._engine.memo import remembered
from .._engine.separable import Weights, separable
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import POSITIVE, SIGMA, Axes, ChannelAxis, Image, ImageLike, Modes, Out, Sigma, Truncate

MAX_RADIUS = 32767

LARGE_SIGMA = 20
"""Larger Gaussians are computed on a decimated grid, in a time that does not depend on sigma."""

MAX_ORDER = 32
"""Beyond this the polynomials of derivatives are too large to be of use, and then too large for floats."""


DERIVATIVE = Allowed(0, MAX_ORDER)

RADIUS = Allowed(0, MAX_RADIUS)

Radius: TypeAlias = Annotated[int | Sequence[int], RADIUS, Typical(1, 50, "px")]
"""The radius of a window, for all spatial axes or one for each."""

Derivative: TypeAlias = Annotated[int | Sequence[int], DERIVATIVE, Typical(0, 3)]
"""The order of a derivative, for all spatial axes or one for each."""


def gaussian_halo(
    count: int,
    /,
    *,
    sigma: float | Sequence[float],
    truncate: float,
    axes: Axes,
    order: int | Sequence[int] = 0,
    radius: int | Sequence[int] | None = None,
    name: str = "sigma",
    **_: Any,
) -> tuple[int, ...]:
    """Return how many pixels the Gaussian reaches along each axis."""

    def reaches(chosen: tuple[int, ...]) -> list[int]:
        n = len(chosen)
        filters, _ = gaussian_filters(per_axis(name, sigma, n, SIGMA), order, truncate, radius, n)
        return [0 if item is None else item.halo for item in filters]

    return over_axes(count, axes, reaches)


def gaussian_dtype(*, order: int | Sequence[int], **_: Any) -> str:
    """Return the dtype of the result: derivatives are floats."""
    return "float" if np.any(order) else "input"


@operation(kind="window", halo=gaussian_halo, dtype=gaussian_dtype, since="0.1")
def gaussian(
    image: ImageLike,
    sigma: Sigma = 1.0,
    *,
    order: Derivative = 0,
    mode: Modes = "nearest",
    cval: float = 0.0,
    truncate: Truncate = 4.0,
    radius: Radius | None = None,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Blur an image with a Gaussian, or take derivatives of the blurred image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation in pixels, one for all spatial axes or one for each; 0 does not blur along an axis.
    order : int or sequence of int
        Order of the derivative along each spatial axis; 0 blurs.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    truncate : float
        Where the window ends, in standard deviations: its radius is ``int(truncate * sigma + 0.5)`` up to a sigma of
        20. Larger Gaussians end at 5 standard deviations or more.
    radius : int or sequence of int, optional
        Radius of the window in pixels, one for all spatial axes or one for each, in place of `truncate`.
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
        The blurred image, with the shape and dtype of `image`; integers are rounded to nearest. Derivatives are
        float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    uint8 images are blurred in 16-bit fixed point; the result differs from the exact one by at most one gray level.

    The time does not grow with sigma beyond 20: larger Gaussians are two Gaussians in sequence, of which the first is
    computed on a decimated grid [2]_. They differ from the exact Gaussian by less than 1e-6 of the range of the image,
    and from one that ends at 4 standard deviations, as in scipy.ndimage, by less than 1e-4.

    With ``mode="constant"`` the image is extended by the constant in every direction, where derivatives are 0.

    References
    ----------
    .. [1] J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 8 (6), 1986, pp. 679-698 (derivatives of Gaussians).
    .. [2] P. J. Burt, "Fast Filter Transforms for Image Processing", Computer Graphics and Image Processing 16 (1),
       1981, pp. 20-51.

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
    filters, derives = gaussian_filters(sigma, order, truncate, radius, len(pixels.axes))
    border = as_border(mode, cval, pixels)
    return separable(pixels, filters, border=border, result="float" if derives else "input", out=out)


@remembered
def gaussian_filters(
    sigma: float | Sequence[float],
    order: int | Sequence[int],
    truncate: float,
    radius: int | Sequence[int] | None,
    axes: int,
) -> tuple[tuple[Weights | LargeGaussian | None, ...], bool]:
    """Return the filter of each axis, and whether any is a derivative."""
    sigmas = per_axis("sigma", sigma, axes, SIGMA)
    orders = per_axis_integer("order", order, axes, DERIVATIVE)
    truncate = number("truncate", truncate, POSITIVE)
    radii = (None,) * axes if radius is None else per_axis_integer("radius", radius, axes, RADIUS)
    filters = [gaussian_filter(*item, truncate, reach) for *item, reach in zip(sigmas, orders, radii, strict=True)]
    return tuple(filters), any(orders)


@lru_cache(maxsize=256)
def gaussian_filter(
    sigma: float, order: int, truncate: float, radius: int | None = None
) -> Weights | LargeGaussian | None:
    """Return the filter of one axis, with the window of `truncate` unless a radius is given; None: nothing changes.

    A derivative of the Gaussian is the Gaussian times a polynomial. Each
    derivative turns the polynomial p(x) into p'(x) - x p(x) / sigma**2.
    """
    if sigma < 1e-15:
        if order:
            raise ValueError(f"sigma must be more than 0 along an axis of order {order}; got {sigma:g}.")
        return None
    if radius is None and truncate * sigma >= MAX_RADIUS + 0.5:
        raise ValueError(f"sigma * truncate must be less than {MAX_RADIUS} px; got {sigma:g} * {truncate:g}.")
    if radius is None:
        if order == 0 and sigma > LARGE_SIGMA:
            return LargeGaussian(sigma, truncate)
        radius = int(truncate * sigma + 0.5)
    position = np.arange(-radius, radius + 1)
    factor = np.polynomial.Polynomial([1.0])
    for _ in range(order):
        factor = factor.deriv() - factor * np.polynomial.Polynomial([0.0, 1.0 / sigma**2])
    # Correlation mirrors the window, which changes the sign of the odd derivatives.
    return Weights((factor(position) * bell(sigma, radius))[::-1].copy())


def bell(sigma: float, radius: int) -> NDArray[np.float64]:
    """Return the weights of a Gaussian at the pixels up to `radius` from its center; their sum is 1."""
    if radius == 0:
        return np.ones(1)
    position = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 / (sigma * sigma) * position**2)  # SciPy's rounding errors, which decide Canny's ties
    return np.asarray(weights / weights.sum())
