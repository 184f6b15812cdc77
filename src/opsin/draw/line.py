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
    ends = [integer(name, value, COORDINATE) for name, value in (("r0", r0), ("c0", c0), ("r1", r1), ("c1", c1))]
    thickness = integer("thickness", thickness, THICKNESS)
    limits = as_shape(shape)
    return stroke(segment(*ends, limits, thickness), thickness, limits)


def segment(
    r0: int, c0: int, r1: int, c1: int, shape: tuple[int, ...] | None = None, thickness: int = 1
) -> Coordinates:
    """Return the pixels of a line of one pixel; those far from an image of `shape` may be left out."""
    down, across = abs(r1 - r0), abs(c1 - c0)
    # The longer way counts the pixels.
    steep = down > across
    (start, stop), (other, other_stop) = ((r0, r1), (c0, c1)) if steep else ((c0, c1), (r0, r1))
    length, rise = (down, across) if steep else (across, down)
    sign = 1 if stop > start else -1
    first, last = 0, length
    if shape is not None:
        low, high = -thickness, shape[0 if steep else 1] + thickness
        first = max(first, (low - start) if sign > 0 else start - high)
        last = min(last, (high - start) if sign > 0 else start - low)
    check_count("r0, c0, r1 and c1", max(last - first, 0))
    steps = np.arange(first, last + 1)
    along = start + sign * steps
    aside = other + (1 if other_stop > other else -1) * ((2 * rise * steps + length) // max(2 * length, 1))
    return as_coordinates(*((along, aside) if steep else (aside, along)))
