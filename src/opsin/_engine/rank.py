"""The framework of rank filters: the pixel of a given rank in the window around each pixel.

Small square windows in a plane have Halide kernels for the median. Everything
else is filtered from an extended copy of the image, and goes by its size:
small windows of any shape through sorting networks, large boxes in a plane
through histograms, and the rest through sliding sets of bits
(``opsin._engine.compiled``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import COMPUTED_IN, Layout, Output, Pixels
from .borders import Border, extended, extended_image, margins
from .compiled import for_this_machine
from .dispatch import kernel
from .footprints import Footprint, along_axes
from .planes import Plan, over_planes
from .threads import get_num_threads

NETWORK_KERNELS = (3, 5, 7)
"""Squares whose median has a kernel of its own."""

MAX_SORTED = {1: 128, 2: 128, 4: 64, 8: 32}
"""Up to how many pixels a window is sorted by a network, by the bytes of a pixel; measured."""

BLOCK_BYTES = 256
"""How much of a row, or of several short ones, goes through a sorting network at a time."""

SERIAL_BELOW = 20_000
"""Images of fewer pixels are filtered on the calling thread."""

MAX_EXTENSION = 2**27
"""How many pixels the extended image may have, beyond 16 times those of the image."""


def rank(
    pixels: Pixels, footprint: Footprint, index: int, *, border: Border, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the pixel of rank `index`, from 0, among the pixels of the window around each pixel.

    A window that holds NaN gives NaN.
    """
    layout, dtype = pixels.layout, pixels.layout.dtype
    plan = _median_plan(layout, footprint, index, border)
    if plan is not None:
        return over_planes(plan, pixels, dtype, out)
    ascending = tuple(sorted(layout.axes))
    if layout.axes != ascending:
        footprint, border = along_axes(footprint, layout.axes, ascending), border.along(layout.axes, ascending)
        pixels = pixels.along(ascending)
    array = pixels.array
    output = Output(array.shape, dtype, COMPUTED_IN["select"][dtype], out, array)
    if not array.size:
        return output.finish()
    _on_extended(array, pixels.axes, footprint, index, output.array, border)
    if array.dtype.kind == "f":
        holes = np.isnan(array)
        if holes.any() or ("constant" in border.modes and math.isnan(border.cval)):
            near = np.empty(array.shape, np.uint8)
            fill = border.filled(float(math.isnan(border.cval)))
            _on_extended(holes.view(np.uint8), pixels.axes, footprint, footprint.count - 1, near, fill)
            output.array[near.view(np.bool_)] = np.nan
    return output.finish()


def _square(footprint: Footprint) -> int | None:
    """Return the size of a centered square in a plane, or None."""
    size = footprint.sizes[-1]
    square = footprint.inside is None and footprint.sizes[-2:] == (size, size) and not any(footprint.origin)
    return size if square and max(footprint.sizes[:-2], default=1) == 1 else None


@lru_cache(maxsize=512)
def _median_plan(layout: Layout, footprint: Footprint, index: int, border: Border) -> Plan | None:
    """Return the plan of the median of a square that has a kernel; None of anything else."""
    axes, spatial = layout.axes, layout.spatial_axes
    footprint, border = along_axes(footprint, axes, spatial), border.along(axes, spatial)
    size = _square(footprint)
    if size not in NETWORK_KERNELS or index != size * size // 2:
        return None
    modes = border.modes[-2:]
    computed = COMPUTED_IN["select"][layout.dtype]
    rows, columns, channels = layout.plane
    radius = size // 2
    tables = extended(rows, radius, radius, modes[0]), margins(columns, radius, modes[1])
    median = kernel(f"median_{size}", computed)
    return Plan(median, computed, computed, tables[0], size, tables[1], border.cval, channels)


def _on_extended(
    array: NDArray[Any],
    axes: tuple[int, ...],
    footprint: Footprint,
    index: int,
    target: NDArray[Any],
    border: Border,
) -> None:
    """Filter by a network if the window is small, and tile by tile otherwise."""
    extension = math.prod(
        length + (footprint.sizes[axes.index(axis)] - 1 if axis in axes else 0)
        for axis, length in enumerate(array.shape)
    )
    if extension > 16 * array.size + MAX_EXTENSION:
        raise ValueError(
            f"footprint of sizes {footprint.sizes} is too large for an image of shape {array.shape}: it takes "
            f"{extension} pixels to extend the image so far beyond its border."
        )
    source = extended_image(array, axes, footprint.before, footprint.after, border, target.dtype)
    shape, itemsize = target.shape, target.itemsize
    sizes, inside = footprint.sizes, footprint.mask_bytes
    threads = 1 if target.size < SERIAL_BELOW else get_num_threads()
    if footprint.count <= MAX_SORTED[itemsize]:
        rows = network_plan(shape, axes, sizes, inside)
        exchanges, position = selection_network(footprint.count, index)
        block = max(1, min(BLOCK_BYTES // itemsize, target.size))
        for_this_machine("rank_network").filter_image(
            source, target, rows.sources, rows.targets, rows.columns, rows.taps, exchanges, position, block
        )
    else:
        plan = tile_plan(shape, axes, sizes, inside, itemsize)
        workers = min(2 * threads if threads > 1 else 1, len(plan.tile_sources))
        algorithm = "rank_histogram" if plan.box[0] else "rank_bits"
        for_this_machine(algorithm).filter_image(source, target, plan, index, workers)


@lru_cache(maxsize=64)
def selection_network(count: int, rank: int) -> tuple[NDArray[np.int32], int]:
    """Return the exchanges that bring the number of `rank` out of `count`, and the position where they leave it.

    Batcher's odd-even merge sort, without what the result does not depend on.
    """
    pairs = []
    length = 1
    while length < count:
        distance = length
        while distance >= 1:
            for start in range(distance % length, count - distance, 2 * distance):
                for i in range(start, min(start + distance, count - distance)):
                    if i // (2 * length) == (i + distance) // (2 * length):
                        pairs.append((i, i + distance))
            distance //= 2
        length *= 2
    needed = {rank}
    kept = []
    for low, high in reversed(pairs):
        what = (low in needed) + 2 * (high in needed)
        if what:
            kept.append((low, high, what))
            needed |= {low, high}
    exchanges = np.array(kept[::-1], np.int32).reshape(-1, 3)
    exchanges.flags.writeable = False
    return exchanges, rank


@dataclass(frozen=True)
class NetworkPlan:
    """Where the rows of an image lie in its extended copy and in the result, and the places of the window."""

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    columns: int
    taps: NDArray[np.int64]


@lru_cache(maxsize=16)
def network_plan(
    shape: tuple[int, ...], axes: tuple[int, ...], sizes: tuple[int, ...], inside: bytes | None
) -> NetworkPlan:
    """Return the plan for an image of `shape`; `inside` holds the bytes of the window's array."""
    source_strides, target_strides = _strides(shape, axes, sizes)
    # A row is the last spatial axis and, if they are interleaved, its channels.
    row_axes = [axis for axis in range(len(shape)) if axis < axes[-1]]
    return NetworkPlan(
        _offsets([shape[axis] for axis in row_axes], [source_strides[axis] for axis in row_axes]),
        _offsets([shape[axis] for axis in row_axes], [target_strides[axis] for axis in row_axes]),
        math.prod(shape[axes[-1] :]),
        _places(sizes, inside) @ np.array([source_strides[axis] for axis in axes], np.int64),
    )


@dataclass(frozen=True)
class TilePlan:
    """The tiles of an image, the rows of pixels in each, and the window; all places are in elements.

    Every tile is equally large: the last ones along an axis reach back over
    pixels that the tile before has filtered.
    """

    tile_sources: NDArray[np.int64]
    """Where each tile starts in the extended image,"""
    tile_targets: NDArray[np.int64]
    """and in the result."""
    tile_fresh: NDArray[np.int64]
    """The first pixel of each tile that no other has filtered, along each of the tile's axes."""
    step: int
    """From pixel to pixel along a row, in the extended image and in the result."""
    line_sources: NDArray[np.int64]
    """Where the lines of a tile start, windows included, from the start of the tile,"""
    length: int
    """and how many pixels each has."""
    row_targets: NDArray[np.int64]
    """Where the rows of results of a tile start, from the start of the tile in the result,"""
    row_places: NDArray[np.int64]
    """where the windows of their first pixels start in the copy of the tile,"""
    row_index: NDArray[np.int64]
    """and their indices along the axes but the last."""
    columns: int
    """How many results each row has."""
    box: tuple[int, int]
    """Rows and columns of the window if it is a box in a plane, and (0, 0) if not."""
    taps: NDArray[np.int64]
    """The places of the window in the copy of the tile,"""
    entering: NDArray[np.int64]
    """those that no place to the right of them follows,"""
    leaving: NDArray[np.int64]
    """and those that none to the left precedes."""


@lru_cache(maxsize=16)
def tile_plan(
    shape: tuple[int, ...], axes: tuple[int, ...], sizes: tuple[int, ...], inside: bytes | None, itemsize: int
) -> TilePlan:
    """Return the plan for an image of `shape`; `inside` holds the bytes of the window's array."""
    source_strides, target_strides = _strides(shape, axes, sizes)
    window = dict(zip(axes, sizes, strict=True))
    # Axes that the window does not reach along are loops over tiles; the last one carries the rows.
    tile_axes = [axis for axis in axes if window[axis] > 1 or axis == axes[-1]]
    loops = [axis for axis in range(len(shape)) if axis not in tile_axes]
    reach = [window[axis] for axis in tile_axes]
    box = inside is None and len(tile_axes) <= 2
    tile = [min(wanted, shape[axis]) for wanted, axis in zip(_tile_shape(reach, box, itemsize), tile_axes, strict=True)]

    starts, fresh = [], []
    for axis, extent in zip(tile_axes, tile, strict=True):
        unclipped = np.arange(0, shape[axis], extent)
        clipped = np.minimum(unclipped, shape[axis] - extent)
        starts.append(clipped)
        fresh.append(unclipped - clipped)
    corners = np.array(list(product(*starts)), np.int64)
    tile_loops = [shape[axis] for axis in loops]

    def tiles(strides: list[int]) -> NDArray[np.int64]:
        within = corners @ np.array([strides[axis] for axis in tile_axes], np.int64)
        return np.add.outer(_offsets(tile_loops, [strides[axis] for axis in loops]), within).ravel()

    with_windows = [extent + size - 1 for extent, size in zip(tile, reach, strict=True)]
    steps = np.array([math.prod(with_windows[k + 1 :]) for k in range(len(tile))], np.int64)
    places = _places(sizes, inside)[:, [axes.index(axis) for axis in tile_axes]]
    known = {tuple(pixel) for pixel in places.tolist()}
    right = [(*pixel[:-1], pixel[-1] + 1) not in known for pixel in places.tolist()]
    left = [(*pixel[:-1], pixel[-1] - 1) not in known for pixel in places.tolist()]
    taps = places @ steps
    return TilePlan(
        tiles(source_strides),
        tiles(target_strides),
        np.tile(np.array(list(product(*fresh)), np.int64), (math.prod(tile_loops), 1)),
        target_strides[axes[-1]],
        _offsets(with_windows[:-1], [source_strides[axis] for axis in tile_axes[:-1]]),
        with_windows[-1],
        _offsets(tile[:-1], [target_strides[axis] for axis in tile_axes[:-1]]),
        _offsets(tile[:-1], steps[:-1].tolist()),
        np.array(list(product(*(range(extent) for extent in tile[:-1]))), np.int64),
        tile[-1],
        (reach[0] if len(reach) == 2 else 1, reach[-1]) if box else (0, 0),
        taps,
        taps[right],
        taps[left],
    )


def _tile_shape(reach: Sequence[int], box: bool, itemsize: int) -> list[int]:
    """Return how many results a tile should have along each axis."""
    *leading, last = reach
    if box and itemsize == 1:
        return [max(64, 4 * size) for size in leading] + [256]
    if box:
        # Places in a tile are 16-bit numbers.
        return [min(max(64, 2 * size), 65536 - size) for size in leading] + [min(max(128, 2 * last), 65536 - last)]
    return [max(8, size) for size in leading] + [max(32, 2 * last)]


def _strides(shape: tuple[int, ...], axes: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return how many elements lie between neighbors along each axis of the extended image, and of the result."""
    window = dict(zip(axes, sizes, strict=True))
    extents = [length + window.get(axis, 1) - 1 for axis, length in enumerate(shape)]
    return (
        [math.prod(extents[axis + 1 :]) for axis in range(len(shape))],
        [math.prod(shape[axis + 1 :]) for axis in range(len(shape))],
    )


def _offsets(extents: Sequence[int], strides: Sequence[int]) -> NDArray[np.int64]:
    """Return where the elements of an array lie, in raster order."""
    offsets = np.zeros(1, np.int64)
    for extent, stride in zip(extents, strides, strict=True):
        offsets = np.add.outer(offsets, stride * np.arange(extent, dtype=np.int64)).ravel()
    return offsets


def _places(sizes: tuple[int, ...], inside: bytes | None) -> NDArray[np.int64]:
    """Return the pixels of a window, counted from its corner, shape (count, axes)."""
    array = np.ones(sizes, bool) if inside is None else np.frombuffer(inside, bool).reshape(sizes)
    return np.argwhere(array)
