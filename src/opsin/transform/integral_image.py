"""Integral images: sums over all boxes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import FLOAT64, as_array, as_pixels
from .._engine.memo import remembered
from .._engine.sums import running_sums
from .._operation import Result, operation
from .._types import ChannelAxis, ImageLike, Out, PointsLike

SUMS = ("int32", "uint32", "int64", "uint64", "float32", "float64")

SumType: TypeAlias = Literal["int32", "uint32", "int64", "uint64", "float32", "float64"] | type[Any] | np.dtype[Any]
"""The dtype of sums."""


@operation(kind="global", since="0.1")
def integral_image(
    image: ImageLike,
    *,
    dtype: SumType | None = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Annotated[NDArray[Any], Result("image")]:
    """Return the integral image: each pixel is the sum of all pixels from the first one to it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    dtype : {'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64'} or dtype, optional
        Type of the sums. By default uint64 for unsigned integers, int64 for signed ones and bool, and float64 for
        floats. Sums that it cannot hold wrap around, or are rounded.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        The sums, with the shape of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    integrate : The sum over a box.

    References
    ----------
    .. [1] F. C. Crow, "Summed-Area Tables for Texture Mapping", Computer Graphics (Proceedings of SIGGRAPH) 18 (3),
       1984, pp. 207-212.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.integral_image(np.ones((2, 3)))
    array([[1., 2., 3.],
           [2., 4., 6.]])
    """
    pixels = as_pixels(image, channel_axis)
    sums = sum_dtype("dtype", dtype, pixels.dtype)
    return running_sums(pixels, sums, out)


def integrate(ii: ArrayLike, start: PointsLike, end: PointsLike) -> NDArray[Any]:
    """Return the sum over one or more boxes from an integral image.

    Parameters
    ----------
    ii : array_like
        Integral image with n axes, as `integral_image` returns it; without channels.
    start, end : (count, n) or (n,) array_like of int
        First and last pixel of each box, both included. Negative numbers count from the end of an axis.

    Returns
    -------
    (count,) ndarray
        The sums, with the dtype of `ii`.

    Raises
    ------
    TypeError
        If `start` or `end` are no integers.
    ValueError
        If a box is outside of the image, or ends before it starts.

    References
    ----------
    .. [1] F. C. Crow, "Summed-Area Tables for Texture Mapping", Computer Graphics (Proceedings of SIGGRAPH) 18 (3),
       1984, pp. 207-212.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> sums = opsin.transform.integral_image(np.ones((5, 6)))
    >>> opsin.transform.integrate(sums, [(1, 0), (3, 3)], [(1, 2), (4, 5)])
    array([3., 6.])
    """
    sums = as_pixels(ii, None, name="ii").array
    first, last = (corners(name, value, sums.shape) for name, value in (("start", start), ("end", end)))
    if first.shape != last.shape or (last < first).any():
        raise ValueError("end must have as many pixels as start, and none of them before its start.")
    total = np.zeros(len(first), sums.dtype)
    for corner in np.ndindex(*(2,) * sums.ndim):
        place = np.where(np.array(corner, bool), first - 1, last)
        inside = (place >= 0).all(axis=1)
        values = np.where(inside, sums[tuple(place.T)], sums.dtype.type(0))
        total = total - values if sum(corner) % 2 else total + values
    return total


def corners(name: str, value: Any, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Return pixels as an array of shape (count, axes), counted from the start of each axis."""
    places = as_array(name, value)
    if places.dtype.kind not in "iu":
        raise TypeError(f"{name} must be an array of integers; got dtype {places.dtype}.")
    places = np.atleast_2d(places).astype(np.intp)
    if places.ndim != 2 or places.shape[1] != len(shape):
        raise ValueError(f"{name} must have the shape (count, {len(shape)}); got {places.shape}.")
    lengths = np.array(shape)
    if (places < -lengths).any() or (places >= lengths).any():
        raise ValueError(f"{name} must have pixels of an image of shape {shape}.")
    return np.where(places < 0, places + lengths, places)


@remembered
def sum_dtype(name: str, dtype: Any, source: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype of the sums of an image."""
    if dtype is None:
        return FLOAT64 if source.kind == "f" else np.dtype(np.uint64 if source.kind == "u" else np.int64)
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be one of {', '.join(SUMS)}; got {dtype!r}.") from None
    if found.name not in SUMS or not found.isnative:
        raise ValueError(f"{name} must be one of {', '.join(SUMS)}; got {dtype!r}.")
    if source.kind == "f" != found.kind:
        raise ValueError(f"{name} must be float32 or float64 for an image of {source}; got {dtype!r}.")
    return found
