"""Coordinates of pixels, as the functions that draw return them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import is_several
from .._errors import Allowed, integer

Coordinates: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows and columns of pixels, which index an image."""

MAX_COORDINATE = 2**29
"""Products of coordinates must fit into 64 bits."""

MAX_PIXELS = 2**28
"""Shapes of more pixels are refused."""

COORDINATE = Allowed(-MAX_COORDINATE, MAX_COORDINATE)
THICKNESS = Allowed(1, 2**15)


def as_shape(shape: Sequence[int] | None, axes: int = 2) -> tuple[int, ...] | None:
    """Return the first axes of the shape of an image."""
    if shape is None:
        return None
    if not is_several(shape) or len(shape) < axes:
        raise (ValueError if is_several(shape) else TypeError)(
            f"shape must be a sequence of {axes} or more integers, such as image.shape; got {shape!r}."
        )
    return tuple([integer("shape", size, low=0) for size in shape][:axes])


def as_point(name: str, value: Sequence[int]) -> tuple[int, int]:
    """Return row and column of a pixel."""
    if not is_several(value) or len(value) != 2:
        raise (ValueError if is_several(value) else TypeError)(
            f"{name} must be two integers, a row and a column; got {value!r}."
        )
    row, column = value
    return integer(name, row, COORDINATE), integer(name, column, COORDINATE)


def check_count(name: str, count: float) -> None:
    """Raise if there would be too many pixels."""
    if count > MAX_PIXELS:
        raise ValueError(f"{name} must give at most {MAX_PIXELS} pixels, or be clipped by shape; got {int(count)}.")


def as_coordinates(rows: Any, columns: Any) -> Coordinates:
    return np.asarray(rows, np.int64), np.asarray(columns, np.int64)


def inside(coordinates: Coordinates, shape: tuple[int, ...] | None) -> Coordinates:
    """Return the coordinates that are in an image of `shape`."""
    if shape is None:
        return coordinates
    rows, columns = coordinates
    kept = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    return rows[kept], columns[kept]


def of_mask(mask: NDArray[np.bool_], top: int, left: int) -> Coordinates:
    """Return the coordinates of the pixels of a mask whose first pixel is at (top, left)."""
    rows, columns = np.nonzero(mask)
    return as_coordinates(rows + top, columns + left)


def stroke(coordinates: Coordinates, thickness: int, shape: tuple[int, ...] | None) -> Coordinates:
    """Return the pixels that a round pen of some thickness covers along a line, those in an image of `shape`.

    A pen of an even thickness covers one pixel more below and on the right.
    """
    if thickness == 1 or not len(coordinates[0]):
        return inside(coordinates, shape)
    before, after = (thickness - 1) // 2, thickness // 2
    rows, columns = coordinates
    if shape is not None:
        # What is further away than the pen is wide does not reach the image.
        near = (rows >= -after) & (rows < shape[0] + before) & (columns >= -after) & (columns < shape[1] + before)
        rows, columns = rows[near], columns[near]
        if not len(rows):
            return rows, columns
    top, left = rows.min() - before, columns.min() - before
    height, width = rows.max() + after + 1 - top, columns.max() + after + 1 - left
    check_count("thickness", float(height) * float(width))
    # The pen is a row of pixels for each step down; its ends are marked, and sums along the rows fill it.
    ends = np.zeros((height, width + 1), np.int32)
    middle = (after - before) / 2
    for step in range(-before, after + 1):
        reach = np.sqrt(max((thickness / 2) ** 2 - (step - middle) ** 2, 0))
        first, last = int(np.ceil(middle - reach)), int(np.floor(middle + reach))
        if first <= last:
            np.add.at(ends, (rows - top + step, columns - left + first), 1)
            np.add.at(ends, (rows - top + step, columns - left + last + 1), -1)
    return inside(of_mask(ends.cumsum(axis=1)[:, :-1] > 0, int(top), int(left)), shape)
