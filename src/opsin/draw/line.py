"""Straight lines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .._errors import integer
from .pixels import (
    COORDINATE,
    THICKNESS,
    Coordinates,
    Smooth,
    as_coordinates,
    as_shape,
    check_count,
    smooth_inside,
    stroke,
)


def line(r0: int, c0: int, r1: int, c1: int, *, thickness: int = 1, shape: Sequence[int] | None = None) -> Coordinates:
    """Return the pixels of a line.

    Parameters
    ----------
    r0, c0 : int
        Row and column of the first pixel.
    r1, c1 : int
        Row and column of the last pixel.
    thickness : int
        Thickness in pixels, with round ends.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels, so that ``image[rr, cc] = 255`` draws them.

    Raises
    ------
    TypeError
        If a coordinate or the thickness is not an integer.
    ValueError
        If a parameter is outside its range, or the line has more than 2**28 pixels.

    References
    ----------
    .. [1] J. E. Bresenham, "Algorithm for Computer Control of a Digital Plotter", IBM Systems Journal 4 (1), 1965,
       pp. 25-30.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((4, 7), int)
    >>> image[opsin.draw.line(0, 0, 3, 6)] = 1
    >>> image
    array([[1, 0, 0, 0, 0, 0, 0],
           [0, 1, 1, 0, 0, 0, 0],
           [0, 0, 0, 1, 1, 0, 0],
           [0, 0, 0, 0, 0, 1, 1]])
    """
    start = integer("r0", r0, COORDINATE), integer("c0", c0, COORDINATE)
    end = integer("r1", r1, COORDINATE), integer("c1", c1, COORDINATE)
    thickness = integer("thickness", thickness, THICKNESS)
    limits = as_shape(shape)
    return stroke(segment(start, end, limits, thickness), thickness, limits)


def segment(
    start: Sequence[int], end: Sequence[int], shape: tuple[int, ...] | None = None, thickness: int = 1
) -> Coordinates:
    """Return the pixels of a line of one pixel; those far from an image of `shape` may be left out."""
    axis, steps, length, rise = _steps(start, end, shape, thickness)
    along = start[axis] + _sign(start[axis], end[axis]) * steps
    aside = (2 * rise * steps + length) // max(2 * length, 1)
    aside = start[1 - axis] + _sign(start[1 - axis], end[1 - axis]) * aside
    return as_coordinates(*((along, aside) if axis == 0 else (aside, along)))


def _sign(start: int, end: int) -> int:
    return 1 if end > start else -1


def _steps(
    start: Sequence[int], end: Sequence[int], shape: tuple[int, ...] | None, margin: int
) -> tuple[int, NDArray[np.int64], int, int]:
    """Return the axis of the longer way, the steps along it that are not far from an image, and the ways."""
    ways = [abs(b - a) for a, b in zip(start, end, strict=True)]
    axis = 0 if ways[0] > ways[1] else 1
    first, last = 0, ways[axis]
    if shape is not None:
        low, high = -margin, shape[axis] + margin
        forward = end[axis] > start[axis]
        first = max(first, low - start[axis] if forward else start[axis] - high)
        last = min(last, high - start[axis] if forward else start[axis] - low)
    check_count("r0, c0, r1 and c1", max(last - first, 0))
    return axis, np.arange(first, last + 1), ways[axis], ways[1 - axis]


def line_aa(r0: int, c0: int, r1: int, c1: int, *, shape: Sequence[int] | None = None) -> Smooth:
    """Return the pixels of a smooth line, and how much of each it covers.

    Parameters
    ----------
    r0, c0 : int
        Row and column of the first pixel.
    r1, c1 : int
        Row and column of the last pixel.
    shape : sequence of int, optional
        Shape of the image; pixels beyond it are left out.

    Returns
    -------
    rr, cc : ndarray of int64
        Rows and columns of the pixels.
    val : ndarray of float64
        1 minus the distance of each pixel from the line, above 0: the opacity for `set_color`.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the line has more than 2**28 pixels.

    References
    ----------
    .. [1] A. Zingl, "A Rasterizing Algorithm for Drawing Curves", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> *coords, val = opsin.draw.line_aa(0, 0, 2, 6)
    >>> opsin.draw.set_color(np.zeros((3, 7), np.uint8), coords, 100, val)
    array([[100,  68,  37,   5,   0,   0,   0],
           [  5,  37,  68, 100,  68,  37,   5],
           [  0,   0,   0,   5,  37,  68, 100]], dtype=uint8)
    """
    start = integer("r0", r0, COORDINATE), integer("c0", c0, COORDINATE)
    end = integer("r1", r1, COORDINATE), integer("c1", c1, COORDINATE)
    limits = as_shape(shape)
    axis, steps, length, rise = _steps(start, end, limits, 2)
    check_count("r0, c0, r1 and c1", 3 * len(steps))
    # The path, and beside each of its pixels one before it and one behind it, if they are nearer than 1 to the line.
    path = rise * (2 * steps + 1) // max(2 * length, 1)
    following = rise * (2 * steps + 3) // max(2 * length, 1)
    along = np.stack([steps, steps, steps + 1], axis=1)
    aside = np.stack([path, path + 1, path], axis=1)
    distance = np.abs(length * aside - rise * along) / (math.hypot(length, rise) or 1.0)
    kept = distance < 1
    kept[:, 2] &= following > path
    kept[steps == length, 1:] = False
    along = start[axis] + _sign(start[axis], end[axis]) * along[kept]
    aside = start[1 - axis] + _sign(start[1 - axis], end[1 - axis]) * aside[kept]
    rows, columns = (along, aside) if axis == 0 else (aside, along)
    return smooth_inside(rows, columns, 1 - distance[kept], limits)
