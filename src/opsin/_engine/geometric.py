"""The framework of geometry: each pixel of the result from a position in the image."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, FLOAT64, UINT8, WORDS, Layout, Output, Pixels, converted, must_convert, saturate
from .borders import Border, indices
from .compiled import for_this_machine
from .dispatch import bind, kernel, run
from .planes import MAX_ELEMENTS
from .runtime import empty

BORDERS = {"reflect": 0, "mirror": 1, "nearest": 2, "constant": 3, "wrap": 4}
DEGREES = {"nearest": 0, "linear": 1, "cubic": 3}
"""The interpolations of geometry, and their degrees."""

TILE = 512
"""Rows and columns of the tiles that images which must be converted are computed in."""

MIN_TRANSPOSED = 16
"""Planes of fewer columns are not transposed by kernels."""

MAX_AXES = 6
"""Images of more axes are not sampled at positions."""

MAX_PART = 4
"""A tile is cut into quarters if it shows a part of the image larger than so many tiles."""

MIN_TILE = 32
"""A tile of so many rows and columns is not cut, but computed from the whole image, which is converted once,"""

MIN_GAIN = 0.75
"""unless it shows less than so much of what the tile shows that it is a quarter of."""

PIECE_PIXELS = 1 << 18
"""Coordinates are computed for about so many pixels at a time."""


class Polar(NamedTuple):
    """Positions of a plane that are ``center + directions[:, row] * radii[column]``."""

    center: NDArray[np.float64]
    directions: NDArray[np.float64]
    radii: NDArray[np.float64]

    def __call__(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the positions for some pixels of the result."""
        rows, columns = points.T.astype(np.intp)
        return np.asarray(self.center + self.directions.T[rows] * self.radii[columns, None])


Mapping: TypeAlias = NDArray[Any] | Polar | Callable[[NDArray[np.float64]], NDArray[Any]]
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
    computed = COMPUTED_IN["select"][pixels.dtype]
    if must_convert(pixels.array, computed) and len(axes) == 2:
        return _in_tiles(pixels, mapping, shape, order, border, out)
    array = converted(pixels.array, computed)
    output = Output(pixels.resized(shape), pixels.dtype, array.dtype, out, pixels.array)
    if not array.size:
        output.array[...] = border.cval
    elif output.array.size:
        settings = DEGREES[order], BORDERS[border.modes[0]], border.cval
        sources, targets = _grouped(array, axes), np.ascontiguousarray(_grouped(output.array, axes))
        if isinstance(mapping, Polar):
            _resample(sources, targets, mapping, settings)
        else:
            for first, last, piece in _pieces(mapping, shape):
                _resample(sources, targets[:, first:last], piece, settings)
        _stored(targets, output.array, axes)
    return output.finish()


def _in_tiles(
    pixels: Pixels, mapping: Mapping, shape: tuple[int, ...], order: str, border: Border, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Return an image that must be converted resampled tile by tile, each from the part of the image that it shows."""
    output = Output(pixels.resized(shape), pixels.dtype, pixels.dtype, out, pixels.array)
    if output.array.size:
        sources, targets = (_grouped(array, pixels.axes) for array in (pixels.array, output.array))
        targets = np.ascontiguousarray(targets)
        wholes = [cache(partial(converted, source, COMPUTED_IN["select"][pixels.dtype])) for source in sources]
        for first, last, piece in _pieces(mapping, shape):
            for top, left in product(range(0, last - first, TILE), range(0, shape[1], TILE)):
                for source, target, whole in zip(sources, targets, wholes, strict=True):
                    corner = target[first + top : min(first + top + TILE, last), left : left + TILE]
                    _tile(source, whole, corner, _local(piece, top, left, corner.shape), order, border)
        _stored(targets, output.array, pixels.axes)
    return output.finish()


def _tile(
    source: NDArray[Any],
    whole: Callable[[], NDArray[Any]],
    target: NDArray[Any],
    mapping: NDArray[Any],
    order: str,
    border: Border,
    parent: float = math.inf,
) -> None:
    """Write one tile of an image that must be converted; in quarters, if they show smaller parts of the image.

    `parent` is the size of the part that the tile shows of which this one is a quarter.
    """
    computed = COMPUTED_IN["select"][source.dtype]
    box = _box(mapping, target.shape)
    size = math.inf if box is None else math.prod(last - first for first, last in box)
    if box is None or size > MAX_PART * TILE * TILE:
        rows, columns = target.shape[:2]
        if max(rows, columns) > (1 if size < MIN_GAIN * parent else MIN_TILE):
            for top in range(0, rows, max(rows // 2, 1)):
                for left in range(0, columns, max(columns // 2, 1)):
                    quarter = target[top : top + max(rows // 2, 1), left : left + max(columns // 2, 1)]
                    _tile(source, whole, quarter, _local(mapping, top, left, quarter.shape), order, border, size)
            return
        part = whole()
    else:
        part = converted(_extended_part(source, box, border), computed)
        mapping = _moved_by(mapping, [-first for first, _ in box])
    result = empty(target.shape, computed)
    settings = DEGREES[order], BORDERS[border.modes[0]], border.cval
    _resample(part[None], result[None], np.ascontiguousarray(mapping), settings)
    target[...] = saturate(result, target.dtype)


def _local(mapping: NDArray[Any], top: int, left: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the mapping of a tile."""
    if mapping.ndim == 3:
        return mapping[:, top : top + shape[0], left : left + shape[1]]
    local = mapping.copy()
    local[:, 2] += mapping[:, 0] * top + mapping[:, 1] * left
    return local


def _box(mapping: NDArray[Any], shape: tuple[int, ...]) -> list[tuple[int, int]] | None:
    """Return the ranges of rows and columns that a tile is made from; None if they are not known."""
    if mapping.ndim == 3:
        places = mapping.reshape(2, -1)
        places = places[:, np.isfinite(places).all(axis=0)]
    else:
        corners = np.array([(row, column, 1) for row in (0, shape[0] - 1) for column in (0, shape[1] - 1)]).T
        places = mapping @ corners
        if len(places) == 3:
            if not (places[2].min() > 0 or places[2].max() < 0):
                return None
            places = places[:2] / places[2]
    if not places.size:
        return [(0, 1), (0, 1)]
    low, high = places.min(axis=1), places.max(axis=1)
    if not (np.abs([low, high]) < 2**40).all():
        return None
    return [(int(first) - 4, int(last) + 5) for first, last in zip(low, high, strict=True)]


def _moved_by(mapping: NDArray[Any], offsets: list[int]) -> NDArray[Any]:
    """Return a mapping to the positions of another that are moved by so many rows and columns."""
    if mapping.ndim == 3:
        return np.asarray(mapping + np.reshape(offsets, (2, 1, 1)), FLOAT64)
    moved = mapping.copy()
    for axis, offset in enumerate(offsets):
        moved[axis] += offset * (mapping[2] if len(mapping) == 3 else np.array([0, 0, 1]))
    return moved


def _extended_part(source: NDArray[Any], box: list[tuple[int, int]], border: Border) -> NDArray[Any]:
    """Return a part of the extended image."""
    if all(first >= 0 and last <= length for (first, last), length in zip(box, source.shape, strict=False)):
        return source[box[0][0] : box[0][1], box[1][0] : box[1][1]]
    mode = border.modes[0]
    rows, columns = (
        indices(np.arange(first, last), length, mode) for (first, last), length in zip(box, source.shape, strict=False)
    )
    part = source[rows[:, None], columns]
    part[rows < 0] = part[:, columns < 0] = border.cval
    return part


def rot90(pixels: Pixels, quarters: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the image in quarter turns of the plane of its two axes, from the second towards the first."""
    axes, array = pixels.axes, pixels.array
    shape, turn = _turn(pixels.layout, quarters)
    output = Output(shape, pixels.dtype, COMPUTED_IN["move"][pixels.dtype], out, array)
    target, array = output.array, converted(array, output.array.dtype)
    if quarters == 0:
        target[...] = array
    elif turn is not None and (array.flags.c_contiguous or _is_addressed(array, axes[0])):
        if array.strides[axes[1] :] != turn.strides:
            array = np.ascontiguousarray(array)
        sources, targets = array.view(turn.word)[turn.sources], target.view(turn.word)[turn.targets]
        if sources.flags.aligned and targets.flags.aligned:
            run(turn.kernel, sources, targets)
            return output.finish()
    if quarters and target.size:
        sources, targets = _grouped(array, axes), np.ascontiguousarray(_grouped(target, axes))
        if not sources.flags.c_contiguous and sources.strides[2:] != targets.strides[2:]:
            sources = np.ascontiguousarray(sources)
        for_this_machine("rot90").rot90(sources, targets, quarters)
        _stored(targets, target, axes)
    return output.finish()


class Turn(NamedTuple):
    """How a kernel turns an image by a quarter or a half."""

    kernel: Any
    word: np.dtype[Any]
    """What the pixels are moved as."""
    strides: tuple[int, ...]
    """Those of the columns, and of the elements of a pixel, in bytes."""
    sources: Any
    """The index that gives the planes of the image; one of them has its rows in reverse order."""
    targets: Any
    """The index that gives those of the result."""


@lru_cache(maxsize=256)
def _turn(layout: Layout, quarters: int) -> tuple[tuple[int, ...], Turn | None]:
    """Return the shape of an image after quarter turns of its two axes; and how a kernel does that, if there is one."""
    first, second = layout.axes
    rows, columns = layout.shape[first], layout.shape[second]
    shape = layout.resized((columns, rows)) if quarters % 2 else layout.shape
    behind, size = layout.shape[second + 1 :], layout.dtype.itemsize
    word, elements = WORDS.get(size * math.prod(behind)), 1
    name = "reverse" if quarters == 2 else "transpose"
    if quarters != 2 and layout.dtype == UINT8 and behind == (3,):
        name, word, elements = "transpose_rgb", UINT8, 3
    fits = second == first + 1 and len(behind) < 2 and 0 < rows * columns * elements <= MAX_ELEMENTS
    if not quarters or word is None or not fits or (quarters != 2 and columns < MIN_TRANSPOSED):
        return shape, None
    every, backward = slice(None), slice(None, None, -1)
    pixel = (0 if quarters == 2 else every,) if behind else () if quarters == 2 else (None,)
    forward, flipped = (..., every, every, *pixel), (..., backward, every, *pixel)
    strides = (size * math.prod(behind), size)[: 1 + len(behind)]
    indices = (forward, flipped) if quarters == 1 else (flipped, forward)
    return shape, Turn(bind(kernel(name, word), None, None), word, strides, *indices)


def _is_addressed(array: NDArray[Any], axis: int) -> bool:
    """Return whether a kernel can address the rows of a plane along `axis`."""
    return bool(abs(array.strides[axis]) * array.shape[axis] <= MAX_ELEMENTS)


def _moved(array: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """View `array` with `axes` next to each other, where the last of them is."""
    if axes[-1] - axes[0] == len(axes) - 1:
        return array
    return np.moveaxis(array, axes, range(axes[-1] - len(axes) + 1, axes[-1] + 1))


def _grouped(array: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Return `array` with the shape (planes, *axes, elements of a pixel); a view where its memory allows that.

    The axes behind the last one are the elements of a pixel: its channels, and spatial axes that are not mapped.
    """
    moved = _moved(array, axes)
    return moved.reshape(_groups(moved.shape, axes[-1] - len(axes) + 1, axes[-1] + 1))


@lru_cache(maxsize=256)
def _groups(shape: tuple[int, ...], first: int, end: int) -> tuple[int, ...]:
    """Return the lengths of (planes, axes from `first` to before `end`, elements of a pixel)."""
    return (math.prod(shape[:first]), *shape[first:end], math.prod(shape[end:]))


def _stored(groups: NDArray[Any], array: NDArray[Any], axes: tuple[int, ...]) -> None:
    """Write what `_grouped` made of a C-contiguous `array`, if it may be a copy, back to it."""
    moved = _moved(array, axes)
    if moved is not array:
        moved[...] = groups.reshape(moved.shape)


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
    sources: NDArray[Any], targets: NDArray[Any], mapping: NDArray[Any] | Polar, settings: tuple[int, int, float]
) -> None:
    """Write the values of planes at the positions of `mapping` to others, all of shape (planes, *axes, elements)."""
    axes = sources.ndim - 2
    if axes == 1 and isinstance(mapping, np.ndarray):
        # A line is a plane of one row.
        sources, targets = sources[:, None], targets[:, None]
        mapping = np.concatenate([np.zeros_like(mapping), mapping])[:, None]
    if axes > 2:
        for source, target in zip(sources, targets, strict=True):
            for_this_machine("warp_nd").warp_nd(np.ascontiguousarray(source), target, mapping, *settings)
        return
    elements, size = sources.shape[-1], sources.itemsize
    if sources.strides[2:] != (elements * size, size):
        sources = np.ascontiguousarray(sources)
    for_this_machine("warp").warp(sources, targets, mapping, *settings)
