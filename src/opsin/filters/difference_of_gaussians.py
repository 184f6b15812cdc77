"""The difference of two Gaussians."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, per_axis
from .._engine.borders import as_border
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._errors import number
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image, Sigma
from .gaussian import gaussian_filter, gaussian_radius

RATIO = 1.6
"""The ratio at which the difference comes closest to the Laplacian of a Gaussian."""


def difference_of_gaussians_radius(
    low_sigma: float | Sequence[float],
    high_sigma: float | Sequence[float] | None = None,
    truncate: float = 4.0,
    **_: Any,
) -> tuple[int, ...]:
    """Return how many pixels the wider Gaussian reaches along each axis."""
    wide = RATIO * np.asarray(low_sigma, float) if high_sigma is None else np.asarray(high_sigma, float)
    return gaussian_radius(np.atleast_1d(wide).tolist(), truncate)


@operation(
    kind="stencil",
    dtypes=NATIVE_DTYPES,
    returns="float",
    halo=difference_of_gaussians_radius,
    since="0.1",
)
def difference_of_gaussians(
    image: ArrayLike,
    low_sigma: Sigma = 1.0,
    high_sigma: Sigma | None = None,
    *,
    mode: Border | Sequence[Border] = "nearest",
    cval: float = 0.0,
    truncate: float = 4.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Keep the details between two scales: the narrow blur of an image minus the wide one.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    low_sigma : float or sequence of float
        Standard deviation of the narrow Gaussian in pixels, one for all spatial axes or one for each.
    high_sigma : float, sequence of float or None
        Standard deviation of the wide Gaussian, nowhere less than `low_sigma`. None: 1.6 times `low_sigma`, which
        comes closest to the Laplacian of a Gaussian.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    truncate : float
        The windows end at this many standard deviations.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are worked on one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to filter along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and the result's dtype.

    Returns
    -------
    ndarray
        The difference, of the shape of `image` and in its units: float32, or float64 for images of float64 and of
        integers beyond 16 bits.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

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
    low = per_axis("low_sigma", low_sigma, count, low=0)
    high = (
        tuple(RATIO * value for value in low)
        if high_sigma is None
        else per_axis("high_sigma", high_sigma, count, low=0)
    )
    truncate = number("truncate", truncate, above=0)
    border = as_border(mode, cval, pixels)
    if any(wide < narrow for narrow, wide in zip(low, high, strict=True)):
        raise ValueError(f"high_sigma must be nowhere less than low_sigma, {low}; got {high}.")
    narrow, wide = (
        separable(pixels, [gaussian_filter(value, 0, truncate) for value in sigma], border=border, result="float")
        for sigma in (low, high)
    )
    return evaluate(np.subtract, [narrow, wide], dtype=pixels.float_dtype, out=out)
