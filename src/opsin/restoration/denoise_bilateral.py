"""Denoising by means of neighbors of similar color."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

import numpy as np

from .._engine.arrays import FLOAT64, as_data_range, as_pixels
from .._engine.bilateral import bilateral
from .._engine.borders import as_border
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import POSITIVE, ColorAxis, DataRange, Image, ImageLike, Mode, Out

WINDOW = Allowed(1, 1001)
SPATIAL = Allowed(above=0, high=150)

WindowSize: TypeAlias = Annotated[int, WINDOW, Typical(3, 21, "px")]
"""The size of a window along each axis."""

ColorSigma: TypeAlias = Annotated[float, POSITIVE, Typical(0.01, 0.5)]
"""The standard deviation of a distance in color."""

SpatialSigma: TypeAlias = Annotated[float, SPATIAL, Typical(0.5, 10, "px")]
"""The standard deviation of a distance in place."""


@operation(kind="global", since="0.1")
def denoise_bilateral(
    image: ImageLike,
    win_size: WindowSize | None = None,
    *,
    sigma_color: ColorSigma | None = None,
    sigma_spatial: SpatialSigma = 1.0,
    mode: Mode = "constant",
    cval: float = 0.0,
    channel_axis: ColorAxis = "auto",
    data_range: DataRange = None,
    out: Out = None,
) -> Image:
    """Remove noise and keep edges, by averaging neighbors of similar color: the bilateral filter.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    win_size : int, optional
        Size of the square window, in pixels along each axis; an even size is made odd by adding one. By default 3
        standard deviations on each side, and at least 5.
    sigma_color : float, optional
        Standard deviation of the distance in color, as a fraction of `data_range`: the greater, the more different
        colors are averaged. By default the standard deviation of the image.
    sigma_spatial : float
        Standard deviation of the distance in place, in pixels.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The denoised image, with the shape and dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The weight of a neighbor is a Gaussian of its distance in place, times a Gaussian of the Euclidean distance of its
    color. Weights below 4e-18 count as that. Images of 16 bits or less are computed in float32.

    References
    ----------
    .. [1] C. Tomasi and R. Manduchi, "Bilateral Filtering for Gray and Color Images", Proceedings of the 6th
       International Conference on Computer Vision, 1998, pp. 839-846.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> noise = np.random.default_rng(0).normal(0, 0.05, (40, 40))
    >>> edge = (np.arange(40) > 20) + noise
    >>> clean = opsin.restoration.denoise_bilateral(edge, sigma_color=0.3, sigma_spatial=3)
    >>> bool(noise.std() > 3 * (clean - (np.arange(40) > 20)).std())
    True
    """
    pixels = as_pixels(image, channel_axis)
    scale = as_data_range(data_range, pixels.dtype)
    spatial = number("sigma_spatial", sigma_spatial, SPATIAL)
    size = max(5, 2 * math.ceil(3 * spatial) + 1) if win_size is None else integer("win_size", win_size, WINDOW) | 1
    border = as_border(mode, cval, pixels)
    with np.errstate(all="ignore"):
        if sigma_color is not None:
            color = np.float64(number("sigma_color", sigma_color, POSITIVE) * scale)
        else:
            # In the order of the pixels, so that strides do not change the rounding.
            color = np.ascontiguousarray(pixels.array).std(dtype=FLOAT64) if pixels.array.size else FLOAT64.type(1)
        # Finite in either precision: equal colors have the weight 1 even if no others have any.
        share = float(np.nanmin([0.5 / np.square(color), 1e30]))
    return bilateral(pixels, size // 2, 0.5 / spatial / spatial, share, border=border, out=out)
