"""From an image of any dimensions to the planes that a map of coordinates resamples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._types import NATIVE_DTYPES
from .compiled import for_this_machine
from .compiled.turn import turn

BORDERS = {"reflect": 0, "mirror": 1, "nearest": 2, "constant": 3, "wrap": 4}
PIXELS = {np.dtype(name): number for number, name in enumerate(NATIVE_DTYPES)}

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""The first two rows of the matrix that takes (row, column, 1) of the result to (row, column) of the image."""


def affine_planes(
    source: NDArray[Any],
    target: NDArray[Any],
    axes: tuple[int, int],
    matrix: Matrix,
    *,
    order: int,
    mode: str,
    cval: float,
) -> None:
    """Fill `target` with what an affine map shows of each plane of `source`.

    Parameters
    ----------
    source : ndarray
        An image in one of the kernels' dtypes, with any strides.
    target : ndarray
        C-contiguous, of the same dtype and, but for `axes`, of the same shape; it shares no memory with `source`.
    axes : tuple of two int
        The axes of the rows and of the columns, counted from the front, in rising order.
    matrix : tuple of 6 float
        From the target's rows and columns to the source's.
    order : {0, 1, 3}
        Nearest, linear or cubic.
    mode, cval
        What lies beyond the border.
    """
    affine = for_this_machine("warp").affine
    pixel, border = PIXELS[source.dtype], BORDERS[mode]
    for plane, into, channels in _pairs(source, target, axes):
        affine(plane, into, pixel, channels, matrix, order, border, cval)


def turn_planes(source: NDArray[Any], target: NDArray[Any], axes: tuple[int, int], quarters: int) -> None:
    """Fill `target` with the planes of `source` in quarter turns, counter-clockwise.

    Parameters
    ----------
    source : ndarray
        An image of any dtype, with any strides.
    target : ndarray
        C-contiguous, of the same dtype and the shape of the result; it shares no memory with `source`.
    axes : tuple of two int
        The axes of the rows and of the columns, counted from the front, in rising order.
    quarters : {0, 1, 2, 3}
        How many quarter turns.
    """
    if quarters == 0:
        target[...] = source
        return
    for plane, into, channels in _pairs(source, target, axes):
        turn(plane, into, channels * source.itemsize, quarters)


def _pairs(
    source: NDArray[Any], target: NDArray[Any], axes: tuple[int, int]
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8], int]]:
    """Yield each plane of `source` and `target` as rows of bytes, and the number of elements of a pixel.

    What lies behind the columns are the channels of a pixel; so the columns are brought next to the rows.
    """
    rows, columns = axes
    inner = columns + 1
    into = target
    if inner != rows + 2:
        rows = columns - 1
        source = np.moveaxis(source, axes[0], rows)
        into = np.empty(np.moveaxis(target, axes[0], rows).shape, target.dtype)
    channels = math.prod(source.shape[inner:])
    for index in np.ndindex(source.shape[:rows]):
        yield as_bytes(source[index], channels), as_bytes(into[index], channels), channels
    if into is not target:
        target[...] = np.moveaxis(into, rows, axes[0])


def as_bytes(plane: NDArray[Any], channels: int) -> NDArray[np.uint8]:
    """View a plane of shape (rows, columns, ...) as rows of bytes; copy it if its rows are not contiguous."""
    rows, columns, *_ = plane.shape
    flat = plane.reshape(rows, columns * channels)
    if flat.strides[1] != flat.itemsize or not flat.flags.aligned:
        flat = np.ascontiguousarray(flat)
    return flat.view(np.uint8)
