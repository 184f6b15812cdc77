"""Rectangles and polygons, and their outlines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, is_several
from .._engine.compiled import polygon as compiled
from .._errors import flag, integer, number
from .line import segment
from .pixels import (
    COORDINATE,
    MAX_COORDINATE,
    THICKNESS,
    Coordinates,
    as_canvas,
    as_coordinates,
    as_shape,
    check_count,
    drawn,
    fill,
    stroke,
)


@overload
def rectangle(
    start: Sequence[float],
    end: Sequence[float] | None = None,
    *,
    extent: Sequence[float] | None = None,
    shape: Sequence[int] | None = None,
) -> tuple[NDArray[np.int64], ...]: ...


@overload
def rectangle(
    start: Sequence[float],
    end: Sequence[float] | None = None,
    *,
    extent: Sequence[float] | None = None,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float],
    out: NDArray[Any],
) -> NDArray[Any]: ...


def rectangle(
    start: Sequence[float],
    end: Sequence[float] | None = None,
    *,
    extent: Sequence[float] | None = None,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float] | None = None,
    out: NDArray[Any] | None = None,
) -> tuple[NDArray[np.int64], ...] | NDArray[Any]:
    """Return the pixels of a rectangle, or of a box of any number of axes.

    Parameters
    ----------
    start : sequence of float
        One corner, such as row and column; rounded to a pixel.
    end : sequence of float, optional
        The opposite corner, which is a pixel of the rectangle, too.
    extent : sequence of float, optional
        The size along each axis, instead of `end`.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.
    color : float or sequence of float, optional
        Color for `out`, in the units of the image: one number, or one for each channel.
    out : ndarray, optional
        Image that is painted instead, of as many axes as `start` has numbers, and perhaps one more for channels. Only
        the pixels of the rectangle are written.

    Returns
    -------
    rr, cc, ... : ndarray of int64
        Coordinates of the pixels along each axis, so that ``image[rr, cc] = 255`` draws them.
    painted : ndarray
        `out`; only if that is given.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, not one of `end` and `extent` is given, or the rectangle has more than
        2**28 pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((4, 5), int)
    >>> image[opsin.draw.rectangle((1, 1), (2, 3))] = 1
    >>> image
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0]])
    """
    first, last = _box(start, end, extent)
    canvas = as_canvas(shape, color, out, len(first))
    if canvas.limits is not None:
        first, last = [max(one, 0) for one in first], [min(pair) for pair in zip(last, canvas.limits, strict=True)]
    sizes = [max(b - a, 0) for a, b in zip(first, last, strict=True)]
    check_count("end and extent", math.prod(sizes))
    if canvas.image is not None:
        canvas.image[tuple(slice(a, a + size) for a, size in zip(first, sizes, strict=True))] = canvas.color
        return canvas.image
    steps = np.ogrid[tuple(slice(a, a + size) for a, size in zip(first, sizes, strict=True))]
    found = np.empty((len(sizes), *sizes), np.int64)
    for target, step in zip(found, steps, strict=True):
        target[...] = step
    return tuple(found.reshape(len(sizes), -1))


def _box(
    start: Sequence[float], end: Sequence[float] | None, extent: Sequence[float] | None
) -> tuple[list[int], list[int]]:
    """Return the first pixel of a box along each axis, and that after the last."""
    first = _numbers("start", start)
    if (end is None) == (extent is None):
        raise ValueError("end or extent must be given, and not both.")
    name, given = ("extent", extent) if end is None else ("end", end)
    second = _numbers(name, given)
    if len(second) != len(first):
        raise ValueError(f"{name} must have as many numbers as start, {len(first)}; got {len(second)}.")
    if end is None:
        second = [a + b for a, b in zip(first, second, strict=True)]
    low = [round(min(pair)) for pair in zip(first, second, strict=True)]
    high = [round(max(pair)) + (extent is None) for pair in zip(first, second, strict=True)]
    return low, high


def _numbers(name: str, value: Any) -> list[float]:
    if not is_several(value) or len(value) == 0:
        raise (ValueError if is_several(value) else TypeError)(
            f"{name} must be a sequence of numbers, one for each axis; got {value!r}."
        )
    return [number(name, one, COORDINATE) for one in value]


def rectangle_perimeter(
    start: Sequence[float],
    end: Sequence[float] | None = None,
    *,
    extent: Sequence[float] | None = None,
    thickness: int = 1,
    shape: Sequence[int] | None = None,
    clip: bool = False,
) -> Coordinates:
    """Return the pixels around a rectangle.

    Parameters
    ----------
    start : sequence of float
        Row and column of one corner; rounded to a pixel.
    end : sequence of float, optional
        Row and column of the opposite corner, which is a pixel of the rectangle, too.
    extent : sequence of float, optional
        Height and width, instead of `end`.
    thickness : int
        Thickness in pixels.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.
    clip : bool
        Whether the outline is closed along the border of `shape`, instead of being left out beyond it.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels next to those of `rectangle`.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or not one of `end` and `extent` is given.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((4, 5), int)
    >>> image[opsin.draw.rectangle_perimeter((1, 1), (2, 3))] = 1
    >>> image
    array([[1, 1, 1, 1, 1],
           [1, 0, 0, 0, 1],
           [1, 0, 0, 0, 1],
           [1, 1, 1, 1, 1]])
    """
    (top, left), (bottom, right) = (_two(corner) for corner in _box(start, end, extent))
    thickness = integer("thickness", thickness, THICKNESS)
    corners = np.array([(top - 1, left - 1), (top - 1, right), (bottom, right), (bottom, left - 1)], float)
    return _outline(corners, thickness, as_shape(shape), clip)


def _two(corner: list[int]) -> list[int]:
    if len(corner) != 2:
        raise ValueError(f"start must be two numbers, a row and a column; got {len(corner)}.")
    return corner


def _corners(r: ArrayLike, c: ArrayLike) -> NDArray[np.float64]:
    """Return the corners of a polygon, (n, 2)."""
    found = []
    for name, values in (("r", r), ("c", c)):
        array = as_array(name, values)
        if array.dtype.kind not in "iuf" or array.ndim != 1:
            raise (ValueError if array.dtype.kind in "iuf" else TypeError)(
                f"{name} must be a sequence of numbers; got shape {array.shape} and dtype {array.dtype}."
            )
        if array.size and not -MAX_COORDINATE <= array.min() <= array.max() <= MAX_COORDINATE:
            raise ValueError(f"{name} must be finite and at most {MAX_COORDINATE}; got NaN or larger numbers.")
        found.append(array)
    if len(found[0]) != len(found[1]):
        raise ValueError(f"c must have as many numbers as r, {len(found[0])}; got {len(found[1])}.")
    corners = np.empty((len(found[0]), 2))
    corners[:, 0], corners[:, 1] = found
    return corners


@overload
def polygon(r: ArrayLike, c: ArrayLike, *, shape: Sequence[int] | None = None) -> Coordinates: ...


@overload
def polygon(
    r: ArrayLike,
    c: ArrayLike,
    *,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float],
    out: NDArray[Any],
) -> NDArray[Any]: ...


def polygon(
    r: ArrayLike,
    c: ArrayLike,
    *,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float] | None = None,
    out: NDArray[Any] | None = None,
) -> Coordinates | NDArray[Any]:
    """Return the pixels of a polygon.

    Pixels on its edges belong to it. Where a polygon crosses itself, what is enclosed an odd number of times belongs to
    it.

    Parameters
    ----------
    r, c : array_like
        Rows and columns of the corners; the polygon need not be closed.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out. Pixels of negative coordinates always are.
    color : float or sequence of float, optional
        Color for `out`, in the units of the image: one number, or one for each channel.
    out : ndarray, optional
        Image that is painted instead, of the shape (rows, columns) or (rows, columns, channels). Only the pixels of the
        polygon are written.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels, so that ``image[rr, cc] = 255`` draws them.
    painted : ndarray
        `out`; only if that is given.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the polygon has more than 2**28 pixels.

    References
    ----------
    .. [1] J. O'Rourke, "Computational Geometry in C", 2nd ed., Cambridge University Press, 1998, section 7.4.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 6), int)
    >>> image[opsin.draw.polygon([1, 2, 4], [1, 5, 1])] = 1
    >>> image
    array([[0, 0, 0, 0, 0, 0],
           [0, 1, 0, 0, 0, 0],
           [0, 1, 1, 1, 1, 1],
           [0, 1, 1, 1, 0, 0],
           [0, 1, 0, 0, 0, 0]])
    """
    corners = _corners(r, c)
    canvas = as_canvas(shape, color, out)
    if not len(corners):
        return drawn(np.empty((0, 3), np.int64), 0, 0, canvas)
    top, left = (int(max(0, value)) for value in corners.min(axis=0))
    bottom, right = (math.ceil(value) for value in corners.max(axis=0))
    if canvas.limits is not None:
        bottom, right = min(bottom, canvas.limits[0] - 1), min(right, canvas.limits[1] - 1)
    box = max(bottom - top + 1, 0), max(right - left + 1, 0)
    check_count("r and c", math.prod(box))
    return drawn(compiled.spans(corners, (top, left), box), top, left, canvas)


def polygon_perimeter(
    r: ArrayLike, c: ArrayLike, *, thickness: int = 1, shape: Sequence[int] | None = None, clip: bool = False
) -> Coordinates:
    """Return the pixels of the outline of a polygon.

    Parameters
    ----------
    r, c : array_like
        Rows and columns of the corners, rounded to pixels; the polygon need not be closed.
    thickness : int
        Thickness in pixels.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.
    clip : bool
        Whether the outline is closed along the border of `shape`, instead of being left out beyond it.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels, so that ``image[rr, cc] = 255`` draws them.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the outline has more than 2**28 pixels.

    References
    ----------
    .. [1] I. E. Sutherland and G. W. Hodgman, "Reentrant Polygon Clipping", Communications of the ACM 17 (1), 1974,
       pp. 32-42.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 6), int)
    >>> image[opsin.draw.polygon_perimeter([0, 2, 4], [0, 5, 0])] = 1
    >>> image
    array([[1, 1, 0, 0, 0, 0],
           [1, 0, 1, 1, 0, 0],
           [1, 0, 0, 0, 1, 1],
           [1, 0, 1, 1, 0, 0],
           [1, 1, 0, 0, 0, 0]])
    """
    return _outline(_corners(r, c), integer("thickness", thickness, THICKNESS), as_shape(shape), clip)


def _outline(corners: NDArray[np.float64], thickness: int, shape: tuple[int, ...] | None, clip: bool) -> Coordinates:
    """Return the pixels of the sides of a closed polygon, one side after the other."""
    if flag("clip", clip):
        if shape is None:
            raise ValueError("shape must be given with clip.")
        corners = _clipped(corners, shape)
    places = np.rint(corners).astype(np.int64).tolist()
    if not places:
        return as_coordinates([], [])
    closed = [*places, places[0]] if len(places) == 1 or places[0] != places[-1] else places
    sides = [segment(a, b, shape, thickness) for a, b in itertools.pairwise(closed)]
    rows, columns = (np.concatenate([side[axis] for side in sides]) for axis in (0, 1))
    return stroke((rows, columns), thickness, shape)


def _clipped(corners: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the corners of the part of a polygon in an image, by the method of Sutherland and Hodgman."""
    for axis, size in enumerate(shape):
        for bound, sign in ((0.0, 1.0), (size - 1.0, -1.0)):
            before = np.roll(corners, 1, axis=0)
            inside = sign * (corners[:, axis] - bound) >= 0
            enters = inside != np.roll(inside, 1)
            way = corners[enters] - before[enters]
            crossing = before[enters] + (bound - before[enters, axis, None]) / way[:, axis, None] * way
            crossing[:, axis] = bound
            # Where a side crosses the border, that point comes before its end.
            both = np.stack([corners, corners], axis=1)
            both[enters, 0] = crossing
            corners = both[np.stack([enters, inside], axis=1)]
    return corners


def polygon2mask(image_shape: Sequence[int], polygon: ArrayLike) -> NDArray[np.bool_]:
    """Return a mask that is True inside a polygon.

    Parameters
    ----------
    image_shape : sequence of int
        Rows and columns of the mask.
    polygon : array_like
        Rows and columns of the corners, shape (n, 2); the polygon need not be closed.

    Returns
    -------
    ndarray of bool
        The mask. Pixels on the edges of the polygon are inside.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the mask has more than 2**28 pixels.

    Examples
    --------
    >>> import opsin
    >>> opsin.draw.polygon2mask((4, 5), [[1, 1], [1, 3], [2, 3], [2, 1]]).astype(int)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0]])
    """
    if not is_several(image_shape) or len(image_shape) != 2:
        raise (ValueError if is_several(image_shape) else TypeError)(
            f"image_shape must be two integers, rows and columns; got {image_shape!r}."
        )
    rows, columns = (integer("image_shape", size, low=0) for size in image_shape)
    array = as_array("polygon", polygon)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"polygon must be an array of numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"polygon must have the shape (n, 2); got {array.shape}.")
    corners = np.ascontiguousarray(array, np.float64)
    if corners.size and not -MAX_COORDINATE <= corners.min() <= corners.max() <= MAX_COORDINATE:
        raise ValueError(f"polygon must be finite and at most {MAX_COORDINATE}; got NaN or larger numbers.")
    check_count("image_shape", rows * columns)
    mask = np.zeros((rows, columns), bool)
    if len(corners) and mask.size:
        fill(compiled.spans(corners, (0, 0), mask.shape), 0, 0, mask, True)
    return mask
