"""The framework of geometry: each pixel of the result from a position in the image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, Output, Pixels, converted
from .borders import Border
from .compiled import for_this_machine

BORDERS = {"reflect": 0, "mirror": 1, "nearest": 2, "constant": 3, "wrap": 4}
DEGREES = {"nearest": 0, "linear": 1, "cubic": 3}
"""The interpolations of geometry, and their degrees."""

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""The first two rows of the matrix from (row, column, 1) of the result to (row, column) of the image."""


def affine(
    pixels: Pixels,
    axes: tuple[int, int],
    matrix: Matrix,
    shape: tuple[int, int],
    *,
    order: str,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return the image that an affine map of the plane of two axes shows.

    Parameters
    ----------
    pixels : Pixels
        The image.
    axes : tuple of two int
        The axes of the rows and of the columns, counted from the front, in rising order.
    matrix : tuple of 6 float
        From the result's rows and columns to the image's.
    shape : tuple of two int
        The rows and columns of the result.
    order : {'nearest', 'linear', 'cubic'}
        The interpolation.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    source = converted(pixels.array, COMPUTED_IN["select"][pixels.dtype])
    output = Output(_replaced(pixels.shape, axes, shape), pixels.dtype, source.dtype, out, pixels.array)
    if output.array.size:
        warp = for_this_machine("warp").warp
        mapping, mode, degree = np.array(matrix).reshape(2, 3), BORDERS[border.modes[0]], DEGREES[order]
        for plane, target, channels in _planes(source, output.array, axes):
            planes = plane.view(source.dtype)[None], target.view(source.dtype)[None]
            warp(*planes, channels, mapping, degree, mode, border.cval)
    return output.finish()


def rot90(pixels: Pixels, axes: tuple[int, int], quarters: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the image in quarter turns of the plane of two axes, from the second towards the first."""
    source = converted(pixels.array, COMPUTED_IN["move"][pixels.dtype])
    rows, columns = (pixels.shape[axis] for axis in axes)
    shape = (columns, rows) if quarters % 2 else (rows, columns)
    output = Output(_replaced(pixels.shape, axes, shape), pixels.dtype, source.dtype, out, pixels.array)
    if quarters == 0:
        output.array[...] = source
    elif output.array.size:
        rotate = for_this_machine("rot90").rot90
        for plane, target, channels in _planes(source, output.array, axes):
            rotate(plane[None], target[None], channels * source.itemsize, quarters)
    return output.finish()


def _replaced(shape: tuple[int, ...], axes: tuple[int, int], lengths: tuple[int, int]) -> tuple[int, ...]:
    result = list(shape)
    result[axes[0]], result[axes[1]] = lengths
    return tuple(result)


def _planes(
    source: NDArray[Any], target: NDArray[Any], axes: tuple[int, int]
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8], int]]:
    """Yield each plane of `source` and `target` as rows of bytes, and the number of elements of a pixel.

    The axes behind the columns are the channels of a pixel; so the columns are moved next to the rows.
    """
    rows, columns = axes
    inner = columns + 1
    planes = target
    if inner != rows + 2:
        rows = columns - 1
        source = np.moveaxis(source, axes[0], rows)
        planes = np.empty(np.moveaxis(target, axes[0], rows).shape, target.dtype)
    channels = math.prod(source.shape[inner:])
    for index in np.ndindex(source.shape[:rows]):
        yield _as_bytes(source[index], channels), _as_bytes(planes[index], channels), channels
    if planes is not target:
        target[...] = np.moveaxis(planes, rows, axes[0])


def _as_bytes(plane: NDArray[Any], channels: int) -> NDArray[np.uint8]:
    """View a plane of shape (rows, columns, ...) as rows of bytes; copy it if its rows are not contiguous."""
    rows, columns, *_ = plane.shape
    flat = plane.reshape(rows, columns * channels)
    if flat.strides[1] != flat.itemsize or not flat.flags.aligned:
        flat = np.ascontiguousarray(flat)
    return flat.view(np.uint8)
