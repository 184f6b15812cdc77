"""From an image of any dimensions to the planes that a map of coordinates resamples."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._types import NATIVE_DTYPES
from .irregular import for_this_machine

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
    rows, columns = axes
    if columns != rows + 1:
        moved = np.empty(np.moveaxis(target, rows, columns - 1).shape, target.dtype)
        source = np.moveaxis(source, rows, columns - 1)
        affine_planes(source, moved, (columns - 1, columns), matrix, order=order, mode=mode, cval=cval)
        target[...] = np.moveaxis(moved, columns - 1, rows)
        return
    affine = for_this_machine("warp").affine
    pixel, border = PIXELS[source.dtype], BORDERS[mode]
    channels = math.prod(source.shape[columns + 1 :])
    for index in np.ndindex(source.shape[:rows]):
        affine(
            as_bytes(source[index], channels), as_bytes(target[index], channels), pixel, channels, matrix,
            order, border, cval,
        )  # fmt: skip


def as_bytes(plane: NDArray[Any], channels: int) -> NDArray[np.uint8]:
    """View a plane of shape (rows, columns, ...) as rows of bytes; copy it if its rows are not contiguous."""
    rows, columns, *_ = plane.shape
    flat = plane.reshape(rows, columns * channels)
    if flat.strides[1] != flat.itemsize:
        flat = np.ascontiguousarray(flat)
    return flat.view(np.uint8)
