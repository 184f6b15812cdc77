"""Disks and ellipses, and their outlines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import is_several
from .._engine.compiled import spans
from .._errors import Allowed, choice, integer, number
from .bezier import turned_ellipse
from .pixels import (
    COORDINATE,
    MAX_COORDINATE,
    THICKNESS,
    Canvas,
    Coordinates,
    Smooth,
    as_canvas,
    as_coordinates,
    as_shape,
    check_count,
    drawn,
    smooth_inside,
    stroke,
)

RADIUS = Allowed(0, MAX_COORDINATE)
PERIMETER_RADIUS = Allowed(0, 2**20)


@overload
def disk(center: Sequence[float], radius: float, *, shape: Sequence[int] | None = None) -> Coordinates: ...


@overload
def disk(
    center: Sequence[float],
    radius: float,
    *,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float],
    out: NDArray[Any],
) -> NDArray[Any]: ...


def disk(
    center: Sequence[float],
    radius: float,
    *,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float] | None = None,
    out: NDArray[Any] | None = None,
) -> Coordinates | NDArray[Any]:
    """Return the pixels of a disk.

    Parameters
    ----------
    center : sequence of float
        Row and column of the center.
    radius : float
        Pixels nearer than this to the center belong to the disk.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.
    color : float or sequence of float, optional
        Color for `out`, in the units of the image: one number, or one for each channel.
    out : ndarray, optional
        Image that is painted instead, of the shape (rows, columns) or (rows, columns, channels). Only the pixels of the
        disk are written.

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
        If a parameter is outside its range, or the disk has more than 2**28 pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 5), int)
    >>> image[opsin.draw.disk((2, 2), 2.2)] = 1
    >>> image
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [1, 1, 1, 1, 1],
           [0, 1, 1, 1, 0],
           [0, 0, 1, 0, 0]])

    Paint a disk into an image of colors:

    >>> photograph = np.zeros((5, 5, 3), np.uint8)
    >>> _ = opsin.draw.disk((2, 2), 2.2, color=(255, 128, 0), out=photograph)
    >>> photograph[2, 2]
    array([255, 128,   0], dtype=uint8)
    """
    if not is_several(center) or len(center) != 2:
        raise (ValueError if is_several(center) else TypeError)(
            f"center must be two numbers, a row and a column; got {center!r}."
        )
    row, column = (number("center", value, COORDINATE) for value in center)
    radius = number("radius", radius, RADIUS)
    return _ellipse((row, column), (radius, radius), 0.0, as_canvas(shape, color, out), "radius")


@overload
def ellipse(
    r: float,
    c: float,
    r_radius: float,
    c_radius: float,
    *,
    rotation: float = 0.0,
    shape: Sequence[int] | None = None,
) -> Coordinates: ...


@overload
def ellipse(
    r: float,
    c: float,
    r_radius: float,
    c_radius: float,
    *,
    rotation: float = 0.0,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float],
    out: NDArray[Any],
) -> NDArray[Any]: ...


def ellipse(
    r: float,
    c: float,
    r_radius: float,
    c_radius: float,
    *,
    rotation: float = 0.0,
    shape: Sequence[int] | None = None,
    color: float | Sequence[float] | None = None,
    out: NDArray[Any] | None = None,
) -> Coordinates | NDArray[Any]:
    """Return the pixels of an ellipse.

    Parameters
    ----------
    r, c : float
        Row and column of the center.
    r_radius, c_radius : float
        Half the lengths of the axes, along the rows' axis and along the columns' axis. Pixels inside belong to the
        ellipse.
    rotation : float
        Angle by which the ellipse is rotated counterclockwise, in radians.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.
    color : float or sequence of float, optional
        Color for `out`, in the units of the image: one number, or one for each channel.
    out : ndarray, optional
        Image that is painted instead, of the shape (rows, columns) or (rows, columns, channels). Only the pixels of the
        ellipse are written.

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
        If a parameter is outside its range, or the ellipse has more than 2**28 pixels.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 7), int)
    >>> image[opsin.draw.ellipse(2, 3, 1.5, 3.5)] = 1
    >>> image
    array([[0, 0, 0, 0, 0, 0, 0],
           [0, 1, 1, 1, 1, 1, 0],
           [1, 1, 1, 1, 1, 1, 1],
           [0, 1, 1, 1, 1, 1, 0],
           [0, 0, 0, 0, 0, 0, 0]])
    """
    center = number("r", r, COORDINATE), number("c", c, COORDINATE)
    radii = number("r_radius", r_radius, RADIUS), number("c_radius", c_radius, RADIUS)
    rotation = number("rotation", rotation) % math.pi
    return _ellipse(center, radii, rotation, as_canvas(shape, color, out), "r_radius and c_radius")


def _ellipse(
    center: tuple[float, float], radii: tuple[float, float], rotation: float, canvas: Canvas, name: str
) -> Coordinates | NDArray[Any]:
    sine, cosine = math.sin(rotation), math.cos(rotation)
    if min(radii) == 0:
        return drawn(np.empty((0, 3), np.int64), 0, 0, canvas)
    height = abs(radii[0] * cosine) + radii[1] * sine
    width = radii[0] * sine + abs(radii[1] * cosine)
    top, left = math.ceil(center[0] - height), math.ceil(center[1] - width)
    bottom, right = math.floor(center[0] + height), math.floor(center[1] + width)
    if canvas.limits is not None:
        top, left = max(top, 0), max(left, 0)
        bottom, right = min(bottom, canvas.limits[0] - 1), min(right, canvas.limits[1] - 1)
    rows, columns = max(bottom - top + 1, 0), max(right - left + 1, 0)
    check_count(name, rows * columns)
    # Counted from the box, as rounding decides about pixels on the outline.
    middle = center[0] - top, center[1] - left
    return drawn(spans.ellipse(middle, radii, (sine, cosine), (rows, columns)), top, left, canvas)


def circle_perimeter(
    r: int,
    c: int,
    radius: int,
    *,
    method: Literal["bresenham", "andres"] = "bresenham",
    thickness: int = 1,
    shape: Sequence[int] | None = None,
) -> Coordinates:
    """Return the pixels of a circle.

    Parameters
    ----------
    r, c : int
        Row and column of the center.
    radius : int
        Radius in pixels.
    method : {'bresenham', 'andres'}
        ``"bresenham"``: a thin circle. ``"andres"``: circles of all radii together leave out no pixel.
    thickness : int
        Thickness in pixels.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels, so that ``image[rr, cc] = 255`` draws them.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    References
    ----------
    .. [1] J. E. Bresenham, "A Linear Algorithm for Incremental Digital Display of Circular Arcs", Communications of the
       ACM 20 (2), 1977, pp. 100-106.
    .. [2] E. Andres, "Discrete Circles, Rings and Spheres", Computers & Graphics 18 (5), 1994, pp. 695-706.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 5), int)
    >>> image[opsin.draw.circle_perimeter(2, 2, 2)] = 1
    >>> image
    array([[0, 1, 1, 1, 0],
           [1, 0, 0, 0, 1],
           [1, 0, 0, 0, 1],
           [1, 0, 0, 0, 1],
           [0, 1, 1, 1, 0]])
    """
    r, c = integer("r", r, COORDINATE), integer("c", c, COORDINATE)
    radius = integer("radius", radius, PERIMETER_RADIUS)
    method = choice("method", method, ("bresenham", "andres"))  # type: ignore[assignment]
    thickness = integer("thickness", thickness, THICKNESS)
    limits = as_shape(shape)
    octant = []
    across, down = 0, radius
    if method == "bresenham":
        error = 3 - 2 * radius
        while down >= across:
            octant.append((down, across))
            if error < 0:
                error += 4 * across + 6
            else:
                error += 4 * (across - down) + 10
                down -= 1
            across += 1
    else:
        error = radius - 1
        while down >= across:
            octant.append((down, across))
            if error >= 2 * (across - 1):
                error -= 2 * across
                across += 1
            elif error <= 2 * (radius - down):
                error += 2 * down - 1
                down -= 1
            else:
                error += 2 * (down - across - 1)
                down -= 1
                across += 1
    first, second = np.array(octant, np.int64).T
    rows = np.concatenate([first, second])
    columns = np.concatenate([second, first])
    return stroke(_mirrored(rows, columns, r, c)[0], thickness, limits)


def circle_perimeter_aa(r: int, c: int, radius: int, *, shape: Sequence[int] | None = None) -> Smooth:
    """Return the pixels of a smooth circle, and how much of each it covers.

    Parameters
    ----------
    r, c : int
        Row and column of the center.
    radius : int
        Radius in pixels.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels.
    val : ndarray of float64
        The covered part of each pixel, above 0 and up to 1: the opacity for `set_color`.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    References
    ----------
    .. [1] X. Wu, "An Efficient Antialiasing Technique", Computer Graphics (SIGGRAPH) 25 (4), 1991, pp. 143-152.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> *coords, val = opsin.draw.circle_perimeter_aa(3, 3, 2)
    >>> opsin.draw.set_color(np.zeros((7, 7), np.uint8), coords, 100, val)
    array([[  0,   0,   0,   0,   0,   0,   0],
           [  0,   0,  73, 100,  73,   0,   0],
           [  0,  73,  27,   0,  27,  73,   0],
           [  0, 100,   0,   0,   0, 100,   0],
           [  0,  73,  27,   0,  27,  73,   0],
           [  0,   0,  73, 100,  73,   0,   0],
           [  0,   0,   0,   0,   0,   0,   0]], dtype=uint8)
    """
    r, c = integer("r", r, COORDINATE), integer("c", c, COORDINATE)
    radius = integer("radius", radius, PERIMETER_RADIUS)
    limits = as_shape(shape)
    # In an octant, the circle passes between two pixels of each column.
    column = np.arange(radius + 1)
    height = np.sqrt(float(radius) ** 2 - column.astype(float) ** 2)
    inner = np.ceil(height) - height
    row = radius - np.cumsum(np.diff(inner, prepend=0.0) < 0)
    count = 1 + int(np.count_nonzero(row[:-1] > column[1:]))
    rows = np.stack([row, column, row - 1, column], axis=1)[:count].ravel()[::-1]
    columns = np.stack([column, row, column, row - 1], axis=1)[:count].ravel()[::-1]
    covered = np.stack([1 - inner, 1 - inner, inner, inner], axis=1)[:count].ravel()[::-1]
    kept = covered > 0
    # Where two of them meet, near a diagonal, the later one counts.
    found, index = _mirrored(rows[kept], columns[kept], r, c)
    return smooth_inside(*found, covered[kept][index], limits)


def ellipse_perimeter(
    r: int,
    c: int,
    r_radius: int,
    c_radius: int,
    *,
    orientation: float = 0.0,
    thickness: int = 1,
    shape: Sequence[int] | None = None,
) -> Coordinates:
    """Return the pixels of the outline of an ellipse.

    Parameters
    ----------
    r, c : int
        Row and column of the center.
    r_radius, c_radius : int
        Half the lengths of the axes, along the rows' axis and along the columns' axis.
    orientation : float
        Angle by which the ellipse is rotated clockwise, in radians.
    thickness : int
        Thickness in pixels.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels, so that ``image[rr, cc] = 255`` draws them.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    References
    ----------
    .. [1] A. Zingl, "A Rasterizing Algorithm for Drawing Curves", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((5, 7), int)
    >>> image[opsin.draw.ellipse_perimeter(2, 3, 2, 3)] = 1
    >>> image
    array([[0, 0, 1, 1, 1, 0, 0],
           [1, 1, 0, 0, 0, 1, 1],
           [1, 0, 0, 0, 0, 0, 1],
           [1, 1, 0, 0, 0, 1, 1],
           [0, 0, 1, 1, 1, 0, 0]])
    """
    r, c = integer("r", r, COORDINATE), integer("c", c, COORDINATE)
    r_radius = integer("r_radius", r_radius, PERIMETER_RADIUS)
    c_radius = integer("c_radius", c_radius, PERIMETER_RADIUS)
    thickness = integer("thickness", thickness, THICKNESS)
    orientation = number("orientation", orientation)
    limits = as_shape(shape)
    if orientation and r_radius and c_radius:
        return stroke(turned_ellipse((r, c), (r_radius, c_radius), orientation), thickness, limits)
    rows, columns = [], []
    if r_radius == 0 and c_radius == 0:
        rows, columns = [0], [0]
    else:
        row_square, column_square = r_radius * r_radius, c_radius * c_radius
        column, row = -c_radius, 0
        error = column * (2 * row_square + column) + row_square
        while column <= 0:
            rows.append(row)
            columns.append(column)
            twice = 2 * error
            if twice >= (2 * column + 1) * row_square:
                column += 1
                error += (2 * column + 1) * row_square
            if twice <= (2 * row + 1) * column_square:
                row += 1
                error += (2 * row + 1) * column_square
        while row < r_radius:
            row += 1
            rows.append(row)
            columns.append(0)
    quarter = np.array(rows, np.int64), np.array(columns, np.int64)
    return stroke(_mirrored(*quarter, r, c)[0], thickness, limits)


def _mirrored(
    rows: NDArray[np.int64], columns: NDArray[np.int64], r: int, c: int
) -> tuple[Coordinates, NDArray[np.intp]]:
    """Return the pixels of a quarter and its mirror images around a center, each once, in raster order.

    Also which pixel of the quarter each is first.
    """
    reach = int(np.abs(columns).max()) + 1
    keys = np.concatenate([a * rows * (2 * reach) + b * columns + reach for a in (1, -1) for b in (1, -1)])
    keys, first = np.unique(keys, return_index=True)
    down, across = np.divmod(keys, 2 * reach)
    return as_coordinates(down + r, across - reach + c), first % len(rows)
