"""The pixels of shapes, as the functions that draw return them, or paint them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, check_out, is_several
from .._engine.compiled import spans as compiled
from .._errors import Allowed, integer
from .set_color import as_color

Coordinates: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Rows and columns of pixels, which index an image."""

Smooth: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Rows and columns of pixels, and how much of each is covered."""

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


def check_count(name: str, count: float, most: int = MAX_PIXELS) -> None:
    """Raise if there would be too many pixels."""
    if count > most:
        raise ValueError(f"{name} must give at most {most} pixels, or be clipped by shape; got {int(count)}.")


def as_coordinates(rows: Any, columns: Any) -> Coordinates:
    return np.asarray(rows, np.int64), np.asarray(columns, np.int64)


def inside(coordinates: Coordinates, shape: tuple[int, ...] | None) -> Coordinates:
    """Return the coordinates that are in an image of `shape`."""
    if shape is None:
        return coordinates
    rows, columns = coordinates
    kept = _are_inside(rows, columns, shape)
    return rows[kept], columns[kept]


def _are_inside(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])


def smooth_inside(
    rows: NDArray[np.int64], columns: NDArray[np.int64], covered: NDArray[np.float64], shape: tuple[int, ...] | None
) -> Smooth:
    """Return the pixels that are in an image of `shape`, and how much of each is covered."""
    if shape is None:
        return rows, columns, covered
    kept = _are_inside(rows, columns, shape)
    return rows[kept], columns[kept], covered[kept]


class Canvas(NamedTuple):
    """Where the pixels of a shape are wanted, and what becomes of them."""

    limits: tuple[int, ...] | None
    """The shape of the image; None: everywhere."""
    image: NDArray[Any] | None
    """The image that is painted; None: the coordinates are returned."""
    color: NDArray[Any] | None
    """One number, or one for each channel, in the dtype of the image."""


def as_canvas(shape: Sequence[int] | None, color: Any, out: NDArray[Any] | None, axes: int = 2) -> Canvas:
    """Return what `shape`, `color` and `out` ask for."""
    limits = as_shape(shape, axes)
    if out is None:
        if color is not None:
            raise ValueError("color needs out, the image that is painted.")
        return Canvas(limits, None, None)
    if color is None:
        raise ValueError("color must be given with out.")
    if isinstance(out, np.ndarray) and out.ndim not in (axes, axes + 1):
        raise ValueError(f"out must have {axes} axes, and one for channels if there are any; got shape {out.shape}.")
    pixels = as_pixels(out, axes if np.ndim(out) > axes else None, name="out")
    check_out(out, pixels.shape, pixels.dtype)
    inner = out.shape[:axes]
    limits = inner if limits is None else tuple([min(pair) for pair in zip(limits, inner, strict=True)])
    return Canvas(limits, out, as_color(color, pixels))


def fill(spans: NDArray[np.int64], top: int, left: int, image: NDArray[Any], color: Any) -> None:
    """Give the pixels of spans, which are seen from (top, left) and are in the image, a color."""
    size = image.itemsize
    if image.strides[1:] == ((size,) if image.ndim == 2 else (size * image.shape[2], size)):
        pattern = np.empty(image.shape[1:], image.dtype)
        pattern[...] = color
        compiled.fill(spans, (top, left), image, image.strides[0], image.strides[1], pattern)
    else:
        image[compiled.coordinates(spans, (top, left))] = color


def drawn(spans: NDArray[np.int64], top: int, left: int, canvas: Canvas) -> Coordinates | NDArray[Any]:
    """Return the coordinates of the pixels of spans, which are seen from (top, left), or the painted image."""
    if canvas.image is None:
        return compiled.coordinates(spans, (top, left))  # type: ignore[no-any-return]
    fill(spans, top, left, canvas.image, canvas.color)
    return canvas.image


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
    rows, columns = np.nonzero(ends.cumsum(axis=1)[:, :-1] > 0)
    return inside(as_coordinates(rows + top, columns + left), shape)
