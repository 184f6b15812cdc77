"""Image pyramids."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Layout, as_pixels
from .._engine.borders import as_border
from .._engine.interpolation import Order, order_name, weights_at
from .._engine.memo import remembered
from .._engine.pointwise import evaluate
from .._engine.resample import Table, resample
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import ChannelAxis, Image, ImageLike, Mode, Out
from ..filters.gaussian import bell, gaussian
from .resize import scaled_shape

ORDERS = ("nearest", "linear", "cubic")
FACTOR = Allowed(above=1, high=256)
WIDTH = Allowed(0, 100)
TRUNCATE = 4.0
"""Where the windows of the Gaussians end, in standard deviations."""


@operation(kind="geometric", since="0.1")
def pyramid_reduce(
    image: ImageLike,
    downscale: Annotated[float, FACTOR, Typical(1.2, 8)] = 2.0,
    *,
    sigma: Annotated[float | None, WIDTH, Typical(0, 20, "px")] = None,
    order: Order | None = None,
    mode: Mode = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Smooth an image and make it smaller: the next level of a Gaussian pyramid.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    downscale : float
        Factor, more than 1. Sizes are rounded up.
    sigma : float, optional
        Standard deviation of the Gaussian in pixels of the image. By default ``downscale / 3``.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation between the smoothed pixels. By default nearest for bool and linear for all other dtypes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
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
        The smaller image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    pyramid_gaussian : All levels.
    resize : Resize to a given shape, with antialiasing.

    Notes
    -----
    The Gaussian and the interpolation are one filter for each axis: there is no rounding between them.

    References
    ----------
    .. [1] P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
       Communications 31 (4), 1983, pp. 532-540.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.pyramid_reduce(np.full((5, 8), 7, np.uint8))
    array([[7, 7, 7, 7],
           [7, 7, 7, 7],
           [7, 7, 7, 7]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis)
    tables = _reducing_tables(downscale, sigma, order, pixels.layout)
    return resample(pixels, tables, border=as_border(mode, cval, pixels), out=out)


@remembered
def _reducing_tables(
    downscale: float, sigma: float | None, order: Order | None, layout: Layout
) -> tuple[Table | None, ...]:
    """Return the table of each spatial axis of the next level."""
    factor, width, name = _settings("downscale", downscale, sigma, order, layout)
    lengths = layout.spatial_shape
    return tuple([reducing_table(length, math.ceil(length / factor), name, width) for length in lengths])


def _settings(
    name: str, scale: float, sigma: float | None, order: Order | None, layout: Layout
) -> tuple[float, float, str]:
    """Return the checked factor, the standard deviation of the Gaussian and the word for the interpolation."""
    factor = number(name, scale, FACTOR)
    width = factor / 3 if sigma is None else number("sigma", sigma, WIDTH)
    return factor, width, order_name(order, ORDERS, layout.dtype)


@operation(kind="geometric", since="0.1")
def pyramid_expand(
    image: ImageLike,
    upscale: Annotated[float, FACTOR, Typical(1.2, 8)] = 2.0,
    *,
    sigma: Annotated[float | None, WIDTH, Typical(0, 20, "px")] = None,
    order: Order | None = None,
    mode: Mode = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Make an image larger and smooth it: the opposite direction of a Gaussian pyramid.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    upscale : float
        Factor, more than 1. Sizes are rounded up.
    sigma : float, optional
        Standard deviation of the Gaussian in pixels of the result. By default ``upscale / 3``.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation between the pixels, before they are smoothed. By default nearest for bool and linear for all other
        dtypes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
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
        The larger image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    pyramid_reduce : The opposite.

    Notes
    -----
    Interpolation and Gaussian are one filter for each axis: there is no rounding between them, and both see the
    extended image.

    References
    ----------
    .. [1] P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
       Communications 31 (4), 1983, pp. 532-540.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.pyramid_expand(np.zeros((5, 8, 3), np.uint8)).shape
    (10, 16, 3)
    """
    pixels = as_pixels(image, channel_axis)
    tables = _expanding_tables(upscale, sigma, order, pixels.layout)
    return resample(pixels, tables, border=as_border(mode, cval, pixels), out=out)


@remembered
def _expanding_tables(
    upscale: float, sigma: float | None, order: Order | None, layout: Layout
) -> tuple[Table | None, ...]:
    """Return the table of each spatial axis of the level before."""
    factor, width, name = _settings("upscale", upscale, sigma, order, layout)
    before = layout.spatial_shape
    after = scaled_shape("upscale", [factor] * len(before), layout, math.ceil)
    lengths = zip(before, after, strict=True)
    return tuple([expanding_table(length, size, name, width) for length, size in lengths])


def pyramid_gaussian(
    image: ImageLike,
    max_layer: int = -1,
    *,
    downscale: float = 2.0,
    sigma: float | None = None,
    order: Order | None = None,
    mode: Mode = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
) -> Iterator[NDArray[Any]]:
    """Return the levels of a Gaussian pyramid, one after the other: the image, and each level reduced.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    max_layer : int
        Number of levels after the image; -1: until nothing changes, which is at one pixel.
    downscale, sigma, order, mode, cval, channel_axis
        As in `pyramid_reduce`.

    Returns
    -------
    iterator of ndarray
        The levels, with the dtype of `image`. The first is the image itself.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    pyramid_reduce : One level.

    References
    ----------
    .. [1] P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
       Communications 31 (4), 1983, pp. 532-540.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> [level.shape for level in opsin.transform.pyramid_gaussian(np.zeros((5, 8)))]
    [(5, 8), (3, 4), (2, 2), (1, 1)]
    """
    pixels = as_pixels(image, channel_axis)
    count = integer("max_layer", max_layer, low=-1)
    settings = {"sigma": sigma, "order": order, "mode": mode, "cval": cval, "channel_axis": pixels.channel_axis}
    factor = number("downscale", downscale, FACTOR)
    return _levels(pixels.array, count, lambda level: pyramid_reduce(level, factor, **settings))  # type: ignore[arg-type]


def pyramid_laplacian(
    image: ImageLike,
    max_layer: int = -1,
    *,
    downscale: float = 2.0,
    sigma: float | None = None,
    order: Order | None = None,
    mode: Mode = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
) -> Iterator[NDArray[Any]]:
    """Return the levels of a Laplacian pyramid, one after the other: each the difference of a level and its blur.

    The levels are those of scikit-image: the first is the image less its blur, and each other the reduced blur of the
    level before, less its own blur.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    max_layer : int
        Number of levels after the first; -1: until one pixel is left.
    downscale, sigma, order, mode, cval, channel_axis
        As in `pyramid_reduce`.

    Returns
    -------
    iterator of ndarray
        The levels: float32, or float64 if float32 cannot hold the values of the image.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    pyramid_gaussian : The levels that are not subtracted.

    References
    ----------
    .. [1] P. J. Burt, E. H. Adelson, "The Laplacian Pyramid as a Compact Image Code", IEEE Transactions on
       Communications 31 (4), 1983, pp. 532-540.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> levels = list(opsin.transform.pyramid_laplacian(np.ones((6, 8), np.uint8)))
    >>> [level.shape for level in levels], float(abs(levels[0]).max())
    ([(6, 8), (3, 4), (2, 2), (1, 1)], 0.0)
    """
    pixels = as_pixels(image, channel_axis)
    count = integer("max_layer", max_layer, low=-1)
    factor = number("downscale", downscale, FACTOR)
    width = factor / 3 if sigma is None else number("sigma", sigma, WIDTH)
    axis = pixels.channel_axis
    name: Any = order_name(order, ORDERS, pixels.dtype)
    as_border(mode, cval, pixels)

    def smooth(level: NDArray[Any]) -> NDArray[Any]:
        return gaussian(level, width, mode=mode, cval=cval, truncate=TRUNCATE, channel_axis=axis)

    def reduced(level: NDArray[Any]) -> NDArray[Any]:
        return pyramid_reduce(level, factor, sigma=width, order=name, mode=mode, cval=cval, channel_axis=axis)

    levels = _levels(pixels.array.astype(pixels.float_dtype), count, reduced)
    return (evaluate(np.subtract, [level, smooth(level)], dtype=level.dtype) for level in levels)


def _levels(first: NDArray[Any], count: int, reduced: Callable[[NDArray[Any]], NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Yield an image and so many reduced ones; -1: until the shape stays the same."""
    level = first
    yield level
    while count:
        smaller = reduced(level)
        if smaller.shape == level.shape:
            return
        level, count = smaller, count - 1
        yield level


@lru_cache(maxsize=64)
def reducing_table(before: int, after: int, interpolation: str, sigma: float) -> Table | None:
    """Return the table of a Gaussian and an interpolation after it."""
    if before == 0:
        return None
    center = (np.arange(after) + 0.5) * (before / after) - 0.5
    return interpolated(center, before, interpolation).after(bell(sigma, reach(sigma)))


@lru_cache(maxsize=64)
def expanding_table(before: int, after: int, interpolation: str, sigma: float) -> Table | None:
    """Return the table of an interpolation and a Gaussian after it; both see the extended image."""
    if before == 0:
        return None
    radius = reach(sigma)
    weights = bell(sigma, radius)
    center = (np.arange(-radius, after + radius) + 0.5) * (before / after) - 0.5
    table = interpolated(center, before, interpolation)
    starts = table.starts[:after].copy()
    last = table.starts[2 * radius :] + table.taps
    total = np.zeros((int((last - starts).max()), after))
    columns = np.arange(after)
    for shift, weight in enumerate(weights):
        places = table.starts[shift : shift + after] - starts
        for tap in range(table.taps):
            total[places + tap, columns] += weight * table.weights[tap, shift : shift + after]
    return Table(before, starts, total)


def interpolated(center: NDArray[np.floating[Any]], length: int, interpolation: str) -> Table:
    """Return the table of the extended image at positions."""
    if interpolation == "nearest":
        return Table(length, np.floor(center + 0.5).astype(np.intp), np.ones((1, len(center))))
    return weights_at(center, length, interpolation, extended=True)


def reach(sigma: float) -> int:
    """Return how many pixels from its center a Gaussian ends."""
    return int(TRUNCATE * sigma + 0.5)
