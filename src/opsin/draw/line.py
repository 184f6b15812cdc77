"""Straight lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._errors import integer
from .pixels import COORDINATE, THICKNESS, Coordinates, as_coordinates, as_shape, check_count, stroke


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
    ways = [abs(b - a) for a, b in zip(start, end, strict=True)]
    # The longer way counts the pixels.
    axis = 0 if ways[0] > ways[1] else 1
    first_place, last_place, length, rise = start[axis], end[axis], ways[axis], ways[1 - axis]
    sign = 1 if last_place > first_place else -1
    first, last = 0, length
    if shape is not None:
        low, high = -thickness, shape[axis] + thickness
        first = max(first, low - first_place if sign > 0 else first_place - high)
        last = min(last, high - first_place if sign > 0 else first_place - low)
    check_count("r0, c0, r1 and c1", max(last - first, 0))
    steps = np.arange(first, last + 1)
    along = first_place + sign * steps
    aside_sign = 1 if end[1 - axis] > start[1 - axis] else -1
    aside = start[1 - axis] + aside_sign * ((2 * rise * steps + length) // max(2 * length, 1))
    return as_coordinates(*((along, aside) if axis == 0 else (aside, along)))
