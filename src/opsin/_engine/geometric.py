"""The framework of geometry: each pixel of the result from a position in the image."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT64, Output, Pixels, converted
from .borders import Border
from .compiled import for_this_machine

BORDERS = {"reflect": 0, "mirror": 1, "nearest": 2, "constant": 3, "wrap": 4}
DEGREES = {"nearest": 0, "linear": 1, "cubic": 3}
"""The interpolations of geometry, and their degrees."""

PIECE_PIXELS = 1 << 18
"""Coordinates are computed for about so many pixels at a time."""

Mapping: TypeAlias = NDArray[Any] | Callable[[NDArray[np.float64]], NDArray[Any]]
"""From the pixels of the result to positions in the image: a matrix, an array of coordinates, or a function."""


def geometric(
    pixels: Pixels,
    mapping: Mapping,
    shape: tuple[int, ...],
    *,
    order: str,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return the image resampled at the positions that `mapping` gives for the pixels of the result.

    Parameters
    ----------
    pixels : Pixels
        The image; the n axes to work along are those that are mapped, in rising order.
    mapping : ndarray or callable
        An affine matrix of shape (n, n + 1), a projective one of shape (n + 1, n + 1), coordinates of shape
        (n, *shape), or a function from points of shape (count, n) of the result to as many of the image. An array
        that could be coordinates of a line is. A position that is not finite gives the constant of the border.
    shape : tuple of int
        The length of the result along each of the axes.
    order : {'nearest', 'linear', 'cubic'}
        The interpolation.
    border : Border
        How the image is extended, along all axes in one mode.
    out : ndarray, optional
        The caller's array for the result.
    """
    axes = pixels.axes
    array = converted(pixels.array, COMPUTED_IN["select"][pixels.dtype])
    output = Output(pixels.resized(shape), pixels.dtype, array.dtype, out, pixels.array)
    if not array.size:
        output.array[...] = border.cval
    elif output.array.size:
        settings = DEGREES[order], BORDERS[border.modes[0]], border.cval
        sources, targets = _grouped(array, axes), np.ascontiguousarray(_grouped(output.array, axes))
        for source, target in zip(sources, targets, strict=True):
            for first, last, piece in _pieces(mapping, shape):
                _resample(source, target[first:last], piece, settings)
        _stored(targets, output.array, axes)
    return output.finish()


def rot90(pixels: Pixels, quarters: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the image in quarter turns of the plane of its two axes, from the second towards the first."""
    axes = pixels.axes
    array = converted(pixels.array, COMPUTED_IN["move"][pixels.dtype])
    rows, columns = (pixels.shape[axis] for axis in axes)
    shape = (columns, rows) if quarters % 2 else (rows, columns)
    output = Output(pixels.resized(shape), pixels.dtype, array.dtype, out, pixels.array)
    if quarters == 0:
        output.array[...] = array
    elif output.array.size:
        targets = np.ascontiguousarray(_grouped(output.array, axes))
        size = targets.shape[-1] * array.itemsize
        for_this_machine("rot90").rot90(_as_bytes(_grouped(array, axes)), _as_bytes(targets), size, quarters)
        _stored(targets, output.array, axes)
    return output.finish()


def _moved(array: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """View `array` with `axes` next to each other, where the last of them is."""
    return np.moveaxis(array, axes, range(axes[-1] - len(axes) + 1, axes[-1] + 1))


def _grouped(array: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Return `array` with the shape (planes, *axes, elements of a pixel); a view where its memory allows that.

    The axes behind the last one are the elements of a pixel: its channels, and spatial axes that are not mapped.
    """
    moved = _moved(array, axes)
    last = axes[-1] + 1
    lengths = moved.shape[last - len(axes) : last]
    return moved.reshape(-1, *lengths, math.prod(moved.shape[last:]))


def _stored(groups: NDArray[Any], array: NDArray[Any], axes: tuple[int, ...]) -> None:
    """Write what `_grouped` made of `array`, if it is a copy, back to it."""
    if not np.may_share_memory(groups, array):
        moved = _moved(array, axes)
        moved[...] = groups.reshape(moved.shape)


def _as_bytes(planes: NDArray[Any]) -> NDArray[np.uint8]:
    """View planes as rows of bytes; copy them if their rows are not contiguous."""
    count, rows, columns, elements = planes.shape
    merged = planes.reshape(count, rows, columns * elements)
    if merged.strides[-1] != merged.itemsize:
        merged = np.ascontiguousarray(merged)
    return merged.view(np.uint8)


def _pieces(mapping: Mapping, shape: tuple[int, ...]) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """Yield the first index and the index after the last along the first axis, and a matrix or coordinates."""
    axes = len(shape)
    if isinstance(mapping, np.ndarray) and mapping.shape == (1, 2) != (1, *shape):
        mapping = np.vstack([mapping, [0, 1]])
    if isinstance(mapping, np.ndarray) and mapping.shape == (axes, axes + 1) and axes > 1:
        yield 0, shape[0], mapping
        return
    if isinstance(mapping, np.ndarray) and mapping.shape == (axes + 1, axes + 1):
        if axes == 2:
            yield 0, shape[0], mapping
            return
        mapping = _projective(mapping)
    elif isinstance(mapping, np.ndarray):
        yield 0, shape[0], mapping
        return
    step = max(1, PIECE_PIXELS // max(math.prod(shape[1:]), 1))
    for first in range(0, shape[0], step):
        last = min(first + step, shape[0])
        grid = np.indices((last - first, *shape[1:]), FLOAT64)
        grid[0] += first
        points = np.asarray(mapping(grid.reshape(axes, -1).T), FLOAT64)
        yield first, last, np.ascontiguousarray(points.T).reshape(grid.shape)


def _projective(matrix: NDArray[Any]) -> Callable[[NDArray[np.float64]], NDArray[Any]]:
    """Return the function of a projective matrix."""

    def mapped(points: NDArray[np.float64]) -> NDArray[Any]:
        homogeneous = points @ matrix[:, :-1].T + matrix[:, -1]
        with np.errstate(all="ignore"):
            return np.asarray(homogeneous[:, :-1] / homogeneous[:, -1:])

    return mapped


def _resample(
    source: NDArray[Any], target: NDArray[Any], mapping: NDArray[Any], settings: tuple[int, int, float]
) -> None:
    """Write the values of `source` at the positions of `mapping` to `target`, both of shape (*axes, elements)."""
    axes = source.ndim - 1
    if axes == 1:
        # A line is a plane of one row.
        source, target = source[None], target[None]
        mapping = np.concatenate([np.zeros_like(mapping), mapping])[:, None]
    if axes > 2:
        for_this_machine("warp_nd").warp_nd(np.ascontiguousarray(source), target, mapping, *settings)
        return
    rows, columns, elements = source.shape
    plane = source.reshape(1, rows, columns * elements)
    if plane.strides[-1] != plane.itemsize:
        plane = np.ascontiguousarray(plane)
    result = target.reshape(1, target.shape[0], -1)
    for_this_machine("warp").warp(plane, result, elements, mapping, *settings)
