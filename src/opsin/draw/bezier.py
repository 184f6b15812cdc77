"""Curves of degree 2: arcs of parabolas, ellipses and hyperbolas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from .._engine.compiled import conics
from .._errors import Allowed, integer, number
from .line import segment
from .pixels import THICKNESS, Coordinates, as_coordinates, as_shape, stroke

CORNER = Allowed(-(2**20), 2**20)
"""Products of four coordinates must be precise enough in float64."""

WEIGHT = Allowed(0, 2**10)

STRAIGHT = 2.0**-24
"""A curve of a smaller weight is nowhere half a pixel away from a line."""

Point = tuple[int, int]


def bezier_curve(
    r0: int,
    c0: int,
    r1: int,
    c1: int,
    r2: int,
    c2: int,
    weight: Annotated[float, WEIGHT],
    *,
    thickness: int = 1,
    shape: Sequence[int] | None = None,
) -> Coordinates:
    """Return the pixels of a rational Bezier curve of degree 2.

    Parameters
    ----------
    r0, c0 : int
        Row and column of the first pixel.
    r1, c1 : int
        Row and column of the control point.
    r2, c2 : int
        Row and column of the last pixel.
    weight : float
        How much the control point attracts the curve: 0 gives a line, less than 1 an arc of an ellipse, 1 one of a
        parabola, more one of a hyperbola.
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
    >>> image = np.zeros((5, 9), int)
    >>> image[opsin.draw.bezier_curve(4, 0, -4, 4, 4, 8, 1)] = 1
    >>> image
    array([[0, 0, 0, 1, 1, 1, 0, 0, 0],
           [0, 0, 1, 0, 0, 0, 1, 0, 0],
           [0, 1, 0, 0, 0, 0, 0, 1, 0],
           [0, 1, 0, 0, 0, 0, 0, 1, 0],
           [1, 0, 0, 0, 0, 0, 0, 0, 1]])
    """
    first = integer("r0", r0, CORNER), integer("c0", c0, CORNER)
    control = integer("r1", r1, CORNER), integer("c1", c1, CORNER)
    last = integer("r2", r2, CORNER), integer("c2", c2, CORNER)
    weight = number("weight", weight, WEIGHT)
    thickness, limits = integer("thickness", thickness, THICKNESS), as_shape(shape)
    parts = _curve(first, control, last, weight) if weight > STRAIGHT else [segment(first, last)]
    rows, columns = (np.concatenate([part[axis] for part in parts]) for axis in (0, 1))
    return stroke(once(rows, columns), thickness, limits)


def once(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Coordinates:
    """Return each of some pixels once, where it comes first."""
    low = columns.min()
    keys = rows * (columns.max() - low + 1) + (columns - low)
    kept = np.sort(np.unique(keys, return_index=True)[1])
    return as_coordinates(rows[kept], columns[kept])


def _curve(first: Point, control: Point, last: Point, weight: float) -> list[Coordinates]:
    """Return the pixels of a curve, cut where it turns along rows or along columns."""
    found = []
    for axis in (1, 0):
        before, after = first[axis] - control[axis], last[axis] - control[axis]
        if before * after <= 0:
            continue
        if axis == 1 and (first[0] - control[0]) * (last[0] - control[0]) > 0:
            bend = [a - 2 * b + c for a, b, c in zip(first, control, last, strict=True)]
            if abs(before * bend[0]) > abs((first[0] - control[0]) * bend[1]):
                first, last = last, first
                before, after = after, before
        part, first, control, weight = _cut(first, control, last, weight, axis)
        found += part
    return found + _part(first, control, last, weight * weight)


def _cut(
    first: Point, control: Point, last: Point, weight: float, axis: int
) -> tuple[list[Coordinates], Point, Point, float]:
    """Return the pixels of a curve up to its turn along an axis, and start, control point and weight of the rest."""
    before, after = first[axis] - control[axis], last[axis] - control[axis]
    way = last[axis] - first[axis]
    # Of both forms of the root of a quadratic equation, the one that does not subtract numbers of one size.
    middle = 2 * weight * before + way
    root = math.copysign(math.sqrt(4.0 * weight * weight * before * after + float(way) * way), before)
    if middle * before >= 0:
        t = 2 * weight * before / (middle + root)
    else:
        t = (middle - root) / (2 * (1 - weight) * way)
    q = 1 / (2 * t * (1 - t) * (weight - 1) + 1)
    turn = [
        (t * t * (a - 2 * weight * b + c) + 2 * t * (weight * b - a) + a) * q
        for a, b, c in zip(first, control, last, strict=True)
    ]
    place = math.floor(turn[0] + 0.5), math.floor(turn[1] + 0.5)
    share = t * (weight - 1) + 1
    rest = ((1 - t) * (weight - 1) + 1) * math.sqrt(q)
    other = 1 - axis
    controls = []
    for end in (first, last):
        slope = (control[other] - end[other]) / (control[axis] - end[axis])
        met = [0, 0]
        met[axis] = place[axis]
        met[other] = math.floor((turn[axis] - end[axis]) * slope + end[other] + 0.5)
        controls.append((met[0], met[1]))
    return _part(first, controls[0], place, share * share * q), place, controls[1], rest


def _part(first: Point, control: Point, last: Point, weight: float) -> list[Coordinates]:
    """Return the pixels of a curve without turns; `weight` is the square of the control point's."""
    (r0, c0), (r1, c1), (r2, c2) = first, control, last
    below, right = r2 - r1, c2 - c1
    above, left = r0 - r1, c0 - c1
    height, width = r0 - r2, c0 - c2
    mixed = float(left * below + above * right)
    bend = left * below - above * right
    if bend == 0 or weight <= 0:
        return [segment(first, last)]
    if right * right + below * below > left * left + above * above:
        # From the end where it bends more.
        r0, c0, r2, c2, bend = r2, c2, r0, c0, -bend
    change_c = 2 * (4 * weight * right * left + float(width) * width)
    change_r = 2 * (4 * weight * below * above + float(height) * height)
    step_r, step_c = (1 if r0 < r2 else -1), (1 if c0 < c2 else -1)
    mixed = -2 * step_r * step_c * (2 * weight * mixed + float(width) * height)
    if bend * step_r * step_c < 0:
        change_r, change_c, mixed, bend = -change_r, -change_c, -mixed, -bend
    error_c = 4 * weight * (c1 - c0) * step_r * bend + change_c / 2 + mixed
    error_r = 4 * weight * (r0 - r1) * step_c * bend + change_r / 2 + mixed
    if weight < 0.5 and (error_r > mixed or error_c < mixed):
        # Too flat: both halves.
        half, root = (weight + 1) / 2, math.sqrt(weight)
        share = 1 / (root + 1)
        middle = [math.floor((a + 2 * root * b + c) * share / 2 + 0.5) for a, b, c in ((r0, r1, r2), (c0, c1, c2))]
        near = [math.floor((root * b + a) * share + 0.5) for a, b in ((r0, r1), (c0, c1))]
        far = [math.floor((root * b + c) * share + 0.5) for b, c in ((r1, r2), (c1, c2))]
        return [
            *_part((r0, c0), (near[0], near[1]), (middle[0], middle[1]), half),
            *_part((middle[0], middle[1]), (far[0], far[1]), (r2, c2), half),
        ]
    start, end = (r0, c0), (r2, c2)
    rows, columns, (r, c), reached = conics.arc(start, end, (error_r, error_c), (change_r, change_c), mixed)
    return [(rows, columns)] if reached else [(rows, columns), segment((r, c), end)]


def turned_ellipse(center: Point, radii: tuple[int, int], orientation: float) -> Coordinates:
    """Return the pixels of the outline of an ellipse: of the four arcs between the sides of the box around it."""
    sine = math.sin(orientation)
    skew = (radii[1] ** 2 - radii[0] ** 2) * sine
    width, height = math.sqrt(radii[1] ** 2 - skew * sine), math.sqrt(radii[0] ** 2 + skew * sine)
    across, down = width + 0.5, height + 0.5
    top, bottom = math.floor(center[0] - down), math.floor(center[0] + down)
    left, right = math.floor(center[1] - across), math.floor(center[1] + across)
    area = float(right - left) * (bottom - top)
    weight = (area - 4 * skew * (across * down / (width * height)) * math.cos(orientation)) / (2 * area)
    c, r = math.floor((right - left) * weight + 0.5), math.floor((bottom - top) * weight + 0.5)
    parts = [
        *_part((top + r, left), (top, left), (top, left + c), 1 - weight),
        *_part((top + r, left), (bottom, left), (bottom, right - c), weight),
        *_part((bottom - r, right), (bottom, right), (bottom, right - c), 1 - weight),
        *_part((bottom - r, right), (top, right), (top, left + c), weight),
    ]
    rows, columns = (np.concatenate([part[axis] for part in parts]) for axis in (0, 1))
    return once(rows, columns)
