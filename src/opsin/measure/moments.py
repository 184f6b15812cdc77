"""Moments of images and of points, and what is derived from them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, as_volume, per_axis, pieces
from .._engine.iterate import iterations
from .._engine.reduce import MAX_MOMENT, first_axis_moments
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import POSITIVE, ImageLike, NoChannels, Spacing, Values

ORDER = Allowed(0, 20)

Order = Annotated[int, ORDER, Typical(1, 4)]
"""The largest power of a coordinate."""

Center = float | Sequence[float] | None
"""A point, one coordinate for all axes or one for each; None: the centroid."""

MAX_MOMENTS = 1 << 20

PIECE_PRODUCTS = 1 << 18
"""Images are summed in pieces of so many products: they stay in the cache, and BLAS starts no threads for them."""

WIDE, WIDEST, TALL, SMALL = 8, 1 << 16, 64, 1 << 16
"""Images with a number of columns from `WIDE` to `WIDEST`, and at least so many rows or fewer pixels, are summed along
their columns in compiled code."""

PIECE_POINTS = 1 << 12


@operation(kind="global", since="0.1")
def moments(image: ImageLike, order: Order = 3, *, spacing: Spacing = 1.0, channel_axis: NoChannels = "auto") -> Values:
    """Measure the moments of an image: the sums of its values times powers of the coordinates.

    ``M[0, 0]`` is the sum of the values, and ``M[1, 0] / M[0, 0]`` the mean row.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    order : int
        Largest power of each coordinate.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray of float64
        The moments: for each axis of the image an axis of the powers from 0 to `order`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. H. Reiss, "Recognizing Planar Objects Using Invariant Image Features", Springer, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.moments(np.array([[0, 0, 0], [0, 2, 2]]), 1)
    array([[4., 6.],
           [4., 6.]])
    """
    array = as_volume(image, channel_axis).array
    return _about((0.0,) * array.ndim, array, order, spacing)


@operation(kind="global", since="0.1")
def moments_central(
    image: ImageLike,
    center: Center = None,
    *,
    order: Order = 3,
    spacing: Spacing = 1.0,
    channel_axis: NoChannels = "auto",
) -> Values:
    """Measure the moments of an image about a point: sums of its values times powers of the distances from the point.

    About the centroid, which is the default, they do not depend on the place of an object.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    center : float or sequence of float, optional
        The point, in units of `spacing`, one coordinate for all axes or one for each. By default the centroid.
    order : int
        Largest power of each distance.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray of float64
        The moments: for each axis of the image an axis of the powers from 0 to `order`. NaN about the centroid of an
        image whose sum is 0.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. H. Reiss, "Recognizing Planar Objects Using Invariant Image Features", Springer, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.moments_central(np.array([[0, 0, 0], [0, 2, 2]]), order=2)
    array([[4., 0., 1.],
           [0., 0., 0.],
           [0., 0., 0.]])
    """
    array = as_volume(image, channel_axis).array
    point = _centroid(array, spacing) if center is None else per_axis("center", center, array.ndim)
    return _about(point, array, order, spacing)


@operation(kind="global", since="0.1")
def centroid(image: ImageLike, *, spacing: Spacing = 1.0, channel_axis: NoChannels = "auto") -> Values:
    """Measure the center of mass of an image: the mean of the coordinates, weighted by the values.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray of float64
        A coordinate for each axis, in units of `spacing`; NaN if the sum of the values is 0.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. H. Reiss, "Recognizing Planar Objects Using Invariant Image Features", Springer, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.centroid(np.array([[0, 0, 0], [0, 2, 2]]))
    array([1. , 1.5])
    """
    return _centroid(as_volume(image, channel_axis).array, spacing)


@operation(kind="global", since="0.1")
def inertia_tensor(image: ImageLike, *, spacing: Spacing = 1.0, channel_axis: NoChannels = "auto") -> Values:
    """Measure the inertia tensor of an image: how its values are spread about their centroid.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray of float64
        A symmetric matrix, a row and a column for each axis: the moments of inertia about the axes through the
        centroid, divided by the sum of the values.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] B. Jaehne, "Spatio-Temporal Image Processing: Theory and Scientific Applications", chapter 8, Springer, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.inertia_tensor(np.ones((3, 5))).round(3) + 0
    array([[2.   , 0.   ],
           [0.   , 0.667]])
    """
    array = as_volume(image, channel_axis).array
    with np.errstate(all="ignore"):
        return np.asarray(inertia_of(_about(_centroid(array, spacing), array, 2, spacing), array.ndim))


@operation(kind="global", since="0.1")
def inertia_tensor_eigvals(image: ImageLike, *, spacing: Spacing = 1.0, channel_axis: NoChannels = "auto") -> Values:
    """Measure the principal moments of inertia of an image: the eigenvalues of its inertia tensor.

    Their ratios show how elongated a bright object is, whatever its direction.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    ndarray of float64
        The eigenvalues, the greatest first, and none negative.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] B. Jaehne, "Spatio-Temporal Image Processing: Theory and Scientific Applications", chapter 8, Springer, 1993.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.inertia_tensor_eigvals(np.ones((3, 5))).round(3)
    array([2.   , 0.667])
    """
    tensor = inertia_tensor(image, spacing=spacing, channel_axis=channel_axis)
    return eigenvalues_of(tensor) if np.isfinite(tensor).all() else np.full(len(tensor), np.nan)


def moments_coords(coords: ArrayLike, order: int = 3) -> NDArray[np.float64]:
    """Measure the moments of points: the sums of powers of their coordinates.

    They are the moments of an image that is 1 at these points.

    Parameters
    ----------
    coords : array_like
        Points of shape (points, axes); or a tuple of the coordinates along each axis, as from ``numpy.nonzero``.
    order : int
        Largest power of each coordinate.

    Returns
    -------
    ndarray
        The moments: for each axis an axis of the powers from 0 to `order`.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or `coords` has another shape.

    Examples
    --------
    >>> from opsin.measure import moments_coords
    >>> moments_coords([[1, 1], [1, 2]], 1)
    array([[2., 3.],
           [2., 3.]])
    """
    points = _as_points(coords)
    return _of_points(points, np.zeros(points.shape[1]), order)


def moments_coords_central(
    coords: ArrayLike, center: float | Sequence[float] | None = None, order: int = 3
) -> NDArray[np.float64]:
    """Measure the moments of points about a point: the sums of powers of their distances from it.

    Parameters
    ----------
    coords : array_like
        Points of shape (points, axes); or a tuple of the coordinates along each axis, as from ``numpy.nonzero``.
    center : float or sequence of float, optional
        The point, one coordinate for all axes or one for each. By default the mean of the points.
    order : int
        Largest power of each distance.

    Returns
    -------
    ndarray
        The moments: for each axis an axis of the powers from 0 to `order`.

    Raises
    ------
    TypeError
        If `coords` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or `coords` has another shape.

    Examples
    --------
    >>> from opsin.measure import moments_coords_central
    >>> moments_coords_central([[1, 1], [1, 3]], order=2)
    array([[2., 0., 2.],
           [0., 0., 0.],
           [0., 0., 0.]])
    """
    points = _as_points(coords)
    if center is not None:
        middle = np.array(per_axis("center", center, points.shape[1]))
    else:
        middle = points.mean(axis=0) if len(points) else np.zeros(points.shape[1])
    return _of_points(points, middle, order)


def moments_normalized(mu: ArrayLike, order: int = 3, *, spacing: float | Sequence[float] = 1.0) -> NDArray[np.float64]:
    """Divide central moments by powers of the sum, so that they do not depend on the size of an object.

    Parameters
    ----------
    mu : array_like
        Central moments, as from `moments_central`.
    order : int
        Largest power to keep.
    spacing : float or sequence of float
        Distance of neighboring pixels that the moments were measured with, one for all axes or one for each.

    Returns
    -------
    ndarray
        The normalized moments; NaN where the sum of the powers is less than 2.

    Raises
    ------
    TypeError
        If `mu` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If `mu` has fewer powers than `order`, or a parameter is outside its range.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.measure import moments_central, moments_normalized
    >>> moments_normalized(moments_central(np.ones((4, 4))), 2).round(4)
    array([[   nan,    nan, 0.0781],
           [   nan, 0.    , 0.    ],
           [0.0781, 0.    , 0.0061]])
    """
    order = integer("order", order, ORDER)
    array = _as_moments("mu", mu)
    if min(array.shape) <= order:
        raise ValueError(f"mu must have the powers from 0 to {order} along each axis; got shape {array.shape}.")
    distances = per_axis("spacing", spacing, array.ndim, POSITIVE)
    with np.errstate(all="ignore"):
        return np.asarray(normalized(array[(slice(order + 1),) * array.ndim], array.ndim, min(distances)))


def moments_hu(nu: ArrayLike) -> NDArray[np.float64]:
    """Compute Hu's seven invariants, which do not depend on the place, the size and the direction of an object.

    Parameters
    ----------
    nu : array_like
        Normalized central moments of an image of two axes, of powers up to 3, as from `moments_normalized`.

    Returns
    -------
    ndarray
        The seven invariants. The sign of the last one changes in a mirror image.

    Raises
    ------
    TypeError
        If `nu` is not an array of real numbers.
    ValueError
        If `nu` is not a matrix of powers from 0 to 3 or more.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.measure import moments_central, moments_hu, moments_normalized
    >>> image = np.ones((3, 9))
    >>> moments_hu(moments_normalized(moments_central(image)))[:2].round(4)
    array([0.2716, 0.0494])
    """
    array = _as_moments("nu", nu)
    if array.ndim != 2 or min(array.shape) < 4:
        raise ValueError(f"nu must be a matrix of powers from 0 to 3 along both axes; got shape {array.shape}.")
    with np.errstate(all="ignore"):
        return hu_invariants(array)


def normalized(central: Any, axes: int, scale: float) -> Any:
    """Return moments, (..., 4, 4), that do not depend on the scale; those of a sum of powers below 2 are NaN."""
    total = central[(..., *(0,) * axes)]
    result = np.full_like(central, np.nan)
    for powers in itertools.product(range(central.shape[-1]), repeat=axes):
        degree = sum(powers)
        if degree >= 2:
            result[(..., *powers)] = central[(..., *powers)] / scale**degree / total ** (degree / axes + 1)
    return result


def hu_invariants(moments: NDArray[Any]) -> NDArray[Any]:
    """Return Hu's seven invariants of normalized moments, (..., 4, 4)."""
    n = {(p, q): moments[..., p, q] for p in range(4) for q in range(4)}
    difference, twice = n[2, 0] - n[0, 2], 2 * n[1, 1]
    a, b = n[3, 0] + n[1, 2], n[2, 1] + n[0, 3]
    c, d = n[3, 0] - 3 * n[1, 2], 3 * n[2, 1] - n[0, 3]
    u, v = a**2 - 3 * b**2, 3 * a**2 - b**2
    return np.stack(
        [
            n[2, 0] + n[0, 2],
            difference**2 + twice**2,
            c**2 + d**2,
            a**2 + b**2,
            c * a * u + d * b * v,
            difference * (a**2 - b**2) + 2 * twice * a * b,
            d * a * u - c * b * v,
        ],
        axis=-1,
    )


def inertia_of(central: Any, axes: int) -> Any:
    """Return the inertia tensors of central moments, (..., 3, 3)."""
    total = central[(..., *(0,) * axes)]

    def moment(*along: int) -> Any:
        return central[(..., *(along.count(k) for k in range(axes)))] / total

    squares = [moment(k, k) for k in range(axes)]
    result: Any = np.empty((*total.shape, axes, axes))
    for j, k in itertools.product(range(axes), repeat=2):
        result[..., j, k] = sum(squares) - squares[j] if j == k else -moment(j, k)
    return result


def eigenvalues_of(tensors: NDArray[Any]) -> NDArray[Any]:
    """Return the eigenvalues of inertia tensors, the greatest first; rounding makes none negative."""
    return np.asarray(np.linalg.eigvalsh(tensors).clip(0)[..., ::-1])


def _about(center: Any, array: NDArray[Any], order: Any, spacing: Any) -> NDArray[np.float64]:
    """Return the moments of an image about a point: one axis after the other is summed with the powers along it."""
    axes, shape = array.ndim, array.shape
    order = _as_order(order, axes)
    distances = per_axis("spacing", spacing, axes, POSITIVE)
    with np.errstate(all="ignore"):
        columns = array.size // max(shape[0], 1)
        if order <= MAX_MOMENT and WIDE <= columns <= WIDEST and (shape[0] >= TALL or 0 < array.size < SMALL):
            sums = first_axis_moments(array, -center[0], distances[0])[: order + 1]
            for axis in range(1, axes):  # the next axis is always the second one, and its powers become the last
                powers = _powers(shape[axis], distances[axis], center[axis], order)
                sums = sums.transpose(0, *range(2, axes), 1) @ powers
            if np.isfinite(sums).all():
                return sums
        every = [_powers(*place, order) for place in zip(shape, distances, center, strict=True)]
        total = np.zeros((order + 1,) * axes)
        for piece in pieces(array, PIECE_PRODUCTS // (order + 1)) if array.size else ():
            part = np.ascontiguousarray(array[piece], np.float64)
            for axis in reversed(range(axes)):
                part = np.tensordot(part, every[axis] if axis else every[0][piece], axes=([axis], [0]))
            total += part.T  # the last axis was summed first
    return total


@lru_cache(maxsize=8)
def _powers(length: int, distance: float, middle: float, order: int) -> NDArray[np.float64]:
    """Return the powers from 0 to `order` of the distances of places from a point, (places, powers)."""
    result = np.ones((length, order + 1))
    result[:, 1:] = (np.arange(length) * distance - middle)[:, None]
    return np.multiply.accumulate(result, axis=1, out=result)


def _centroid(array: NDArray[Any], spacing: Any) -> NDArray[np.float64]:
    found = _about((0.0,) * array.ndim, array, 1, spacing)
    with np.errstate(all="ignore"):
        return np.asarray(found[tuple(np.eye(array.ndim, dtype=int))] / found[(0,) * array.ndim])


def _as_order(order: Any, axes: int) -> int:
    power = integer("order", order, ORDER)
    if math.pow(power + 1, axes) > MAX_MOMENTS:
        raise ValueError(f"order must make at most {MAX_MOMENTS} moments; got {power} for {axes} axes.")
    return power


def _as_points(coords: Any) -> NDArray[np.float64]:
    """Return points as float64, (points, axes)."""
    if isinstance(coords, tuple) and coords and all(isinstance(one, np.ndarray) for one in coords):
        coords = np.stack(coords, axis=-1)
    array = as_array("coords", coords)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"coords must be an array of real numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or not array.shape[1]:
        raise ValueError(f"coords must have the shape (points, axes); got {array.shape}.")
    return array.astype(np.float64)


def _as_moments(name: str, value: Any) -> NDArray[np.float64]:
    array = as_array(name, value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    if not array.ndim:
        raise ValueError(f"{name} must have an axis for each axis of the image; got a single number.")
    return array.astype(np.float64)


def _of_points(points: NDArray[np.float64], center: NDArray[np.float64], order: Any) -> NDArray[np.float64]:
    """Return the moments of points about a center: products of the powers along the axes, summed."""
    axes = points.shape[1]
    order = _as_order(order, axes)
    exponents = np.arange(order + 1)
    total = np.zeros(((order + 1) ** (axes - 1), order + 1))
    step = max(1, PIECE_POINTS // len(total))
    with np.errstate(all="ignore"):
        for count in iterations(math.ceil(len(points) / step)):
            powers = (points[count * step : (count + 1) * step] - center)[..., None] ** exponents
            product = np.ones((len(powers), 1))
            for axis in range(axes - 1):
                product = (product[:, :, None] * powers[:, axis, None]).reshape(len(powers), -1)
            total += product.T @ powers[:, -1]
    return total.reshape((order + 1,) * axes)
