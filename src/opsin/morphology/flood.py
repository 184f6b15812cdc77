"""Regions of similar pixels around a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, Pixels, as_volume, integer_limits, is_several
from .._engine.flooding import flood_range, neighbors
from .._engine.footprints import as_footprint
from .._engine.labels import as_connectivity
from .._errors import integer, number
from .._operation import operation
from .._types import FootprintLike, Image, ImageLike, Mask, NoChannels, Out

Neighborhood: TypeAlias = FootprintLike | None
"""The neighbors of a pixel."""

SeedPoint: TypeAlias = int | Sequence[int]
"""The coordinates of a pixel."""


@operation(kind="global", since="0.1")
def flood(
    image: ImageLike,
    seed_point: SeedPoint,
    *,
    footprint: Neighborhood = None,
    connectivity: int | None = None,
    tolerance: float | None = None,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Mask:
    """Find the pixels that are connected to a point and have its value.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    seed_point : int or sequence of int
        Coordinates of the point; negative ones count from the end.
    footprint : int, sequence of int or array_like, optional
        Neighbors of a pixel, in place of `connectivity`: a size for all axes, a size for each, or an array that is
        non-zero at them, with the pixel at index ``size // 2`` of each axis.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    tolerance : float, optional
        Largest difference from the value of the point, in units of the image. By default values must be equal.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True at the pixels that are found.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is equal to NaN and to nothing else.

    References
    ----------
    .. [1] P. S. Heckbert, "A Seed Fill Algorithm", in Graphics Gems, A. S. Glassner, ed., Academic Press, 1990,
       pp. 275-277.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 1, 0, 1], [0, 2, 0, 1], [0, 0, 1, 0]])
    >>> opsin.morphology.flood(image, (0, 0)).astype(int)
    array([[1, 1, 0, 0],
           [0, 0, 0, 0],
           [0, 0, 0, 0]])
    >>> opsin.morphology.flood(image, (0, 0), tolerance=1, connectivity=1).astype(int)
    array([[1, 1, 1, 1],
           [1, 1, 1, 1],
           [1, 1, 1, 1]])
    """
    pixels = as_volume(image, channel_axis)
    region = _flooded(pixels, seed_point, footprint, connectivity, tolerance)
    assert region is not None
    if out is None:
        return region
    output = Output(pixels.shape, region.dtype, region.dtype, out)
    output.array[...] = region
    return output.finish()


@operation(kind="global", since="0.1")
def flood_fill(
    image: ImageLike,
    seed_point: SeedPoint,
    new_value: float,
    *,
    footprint: Neighborhood = None,
    connectivity: int | None = None,
    tolerance: float | None = None,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Image:
    """Give the pixels that are connected to a point and have its value another value.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    seed_point : int or sequence of int
        Coordinates of the point; negative ones count from the end.
    new_value : float
        Value for the pixels that are found; it must be one of the dtype of the image.
    footprint : int, sequence of int or array_like, optional
        Neighbors of a pixel, in place of `connectivity`: a size for all axes, a size for each, or an array that is
        non-zero at them, with the pixel at index ``size // 2`` of each axis.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    tolerance : float, optional
        Largest difference from the value of the point, in units of the image. By default values must be equal.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

        It may be the image itself.

    Returns
    -------
    ndarray
        The image with the new value in the region, with the same dtype.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is equal to NaN and to nothing else.

    References
    ----------
    .. [1] P. S. Heckbert, "A Seed Fill Algorithm", in Graphics Gems, A. S. Glassner, ed., Academic Press, 1990,
       pp. 275-277.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 1, 0, 1], [0, 2, 0, 1], [0, 0, 1, 0]])
    >>> opsin.morphology.flood_fill(image, (0, 3), 7, connectivity=1)
    array([[1, 1, 0, 7],
           [0, 2, 0, 7],
           [0, 0, 1, 0]])
    """
    pixels = as_volume(image, channel_axis)
    value = _as_pixel(new_value, pixels.dtype)
    output = Output(pixels.shape, pixels.dtype, pixels.dtype, out, *() if out is image else (pixels.array,))
    if output.array is not image:
        output.array[...] = pixels.array
    _flooded(pixels, seed_point, footprint, connectivity, tolerance, output.array, value)
    return output.finish()


def _as_pixel(value: Any, dtype: np.dtype[Any]) -> Any:
    """Return `new_value` as a pixel of `dtype`."""
    if dtype.kind == "f":
        special = isinstance(value, (float, np.floating)) and not np.isfinite(value)
        with np.errstate(over="ignore"):
            pixel = dtype.type(value if special else number("new_value", value))
        if not special and not np.isfinite(pixel):
            raise ValueError(f"new_value must fit into {dtype}; got {value!r}.")
        return pixel
    low, high = integer_limits(dtype)
    whole = int(value) if isinstance(value, (bool, np.bool_)) else value
    if isinstance(whole, (float, np.floating)) and float(whole).is_integer():
        whole = int(whole)
    return dtype.type(integer("new_value", whole, low=low, high=high))


def _flooded(
    pixels: Pixels,
    seed_point: Any,
    footprint: Any,
    connectivity: Any,
    tolerance: Any,
    result: NDArray[Any] | None = None,
    value: Any = None,
) -> NDArray[np.bool_] | None:
    """Return where the pixels are that are connected to a point and similar to it, or paint them in a result."""
    array = pixels.array
    reach = as_connectivity(connectivity, array.ndim)
    near = neighbors(array.ndim, reach) if footprint is None else as_footprint(footprint, array.ndim)
    limit = 0.0 if tolerance is None else number("tolerance", tolerance, low=0)
    if not array.size:
        return np.zeros(array.shape, bool)
    return flood_range(array, _position(seed_point, array.shape), limit, near, result, value)


def _position(seed_point: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the coordinates of `seed_point`, counted from the front."""
    several = seed_point if is_several(seed_point) else (seed_point,)
    if len(several) != len(shape):
        raise ValueError(f"seed_point must have {len(shape)} coordinates, one for each axis; got {len(several)}.")
    return tuple(
        [
            integer("seed_point", coordinate, low=-length, high=length - 1) % length
            for coordinate, length in zip(several, shape, strict=True)
        ]
    )
