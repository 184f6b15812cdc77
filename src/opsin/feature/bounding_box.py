"""The box around points, as slices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .._engine.arrays import as_array, is_several
from .._errors import Allowed, integer, number
from .._types import PointsLike

GROW = Allowed(0)

MAX_COORDINATE = 2**53
"""Larger coordinates are no whole numbers of pixels as floats."""


def bounding_box(points: PointsLike, *, grow: float = 0.0, shape: Sequence[int] | None = None) -> tuple[slice, ...]:
    """Return the slices of the smallest box of whole pixels that holds all points.

    ``image[bounding_box(points)]`` is the part of an image around its points.

    Parameters
    ----------
    points : array_like
        Coordinates of points, shape (points, axes), in the order of the axes.
    grow : float
        How far the box is grown at each of its sides, as a fraction of its extent along the axis.
    shape : sequence of int, optional
        Shape of the image along these axes: the box is clipped to it. By default it is clipped to the coordinates that
        are not negative.

    Returns
    -------
    tuple of slice
        One slice for each axis, from a whole number to a whole number.

    Raises
    ------
    TypeError
        If `points` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If there are no points, a coordinate is not finite, or no part of the box is in the image.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> points = np.array([[10, 20], [30, 28]])
    >>> opsin.feature.bounding_box(points)
    (slice(10, 31, None), slice(20, 29, None))
    >>> opsin.feature.bounding_box(points, grow=0.25, shape=(33, 100))
    (slice(5, 33, None), slice(18, 31, None))
    """
    array = as_array("points", points)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"points must be an array of real numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"points must have the shape (points, axes), with at least one of each; got {array.shape}.")
    low, high = array.min(axis=0).astype(np.float64), array.max(axis=0).astype(np.float64)
    if not (np.all(np.abs(low) <= MAX_COORDINATE) and np.all(np.abs(high) <= MAX_COORDINATE)):
        raise ValueError("points must have finite coordinates of at most 2**53.")
    factor = number("grow", grow, GROW)
    axes = array.shape[1]
    lengths: list[int | None] = [None] * axes
    if shape is not None:
        if not is_several(shape):
            raise TypeError(f"shape must be a sequence of integers; got {shape!r}.")
        if len(shape) != axes:
            raise ValueError(f"shape must have {axes} lengths, one for each axis of the points; got {len(shape)}.")
        lengths = [integer("shape", length, low=1) for length in shape]
    box = []
    for first, last, length in zip(low.tolist(), high.tolist(), lengths, strict=True):
        margin = min(factor * (last - first), float(MAX_COORDINATE))
        start, stop = math.floor(first - margin), math.ceil(last + margin) + 1
        start, stop = max(start, 0), stop if length is None else min(stop, length)
        if start >= stop:
            raise ValueError(f"points must have a box that overlaps the image; along an axis it is {first} to {last}.")
        box.append(slice(start, stop))
    return tuple(box)
