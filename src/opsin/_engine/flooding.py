"""Values and labels that spread from pixel to pixel."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import FLOAT64, integer_limits, new_array
from .compiled import area_opening, flood, reconstruction, watershed
from .footprints import Footprint, as_footprint, neighborhood
from .labels import unsigned
from .pointwise import evaluate


def reconstruct(seed: NDArray[Any], limit: NDArray[Any], footprint: Footprint, greatest: bool) -> NDArray[Any]:
    """Let values spread over the footprint placed at each pixel, nowhere beyond a limit.

    Parameters
    ----------
    seed : ndarray
        The values, of bool, integers or floats, no pixel beyond its limit.
    limit : ndarray
        The limits, of the same shape and dtype.
    footprint : Footprint
        The pixels that a pixel reaches.
    greatest : bool
        Whether pixels are raised, up to the limit; otherwise they are lowered, down to the limit.

    Returns
    -------
    ndarray
        An array of the same shape and dtype. A pixel that is NaN in one of both is NaN, and nothing passes it.
    """
    dtype, footprint = seed.dtype, _within(footprint, seed.shape)
    if dtype == np.longdouble:
        return reconstruct(seed.astype(FLOAT64), limit.astype(FLOAT64), footprint, greatest).astype(dtype)
    offsets = footprint.offsets[np.any(footprint.offsets != 0, axis=1)]
    reach = np.abs(offsets).max(axis=0, initial=0)
    unknown = np.isnan(seed) | np.isnan(limit) if dtype.kind == "f" else None
    rows = []
    for array in (seed, limit):
        keys = _ordered(array) if greatest else ~_ordered(array)
        if unknown is not None:
            keys[unknown] = 0
        rows.append(_with_margin(keys, reach))
    values, limits = rows
    strides = np.array(values.strides) // values.itemsize
    if values.size:
        reconstruction.reconstruct(values.reshape(-1), limits.reshape(-1), offsets @ strides, int(reach @ strides))
    keys = np.ascontiguousarray(_without_margin(values, reach))
    result = _in_order(keys if greatest else ~keys, dtype)
    if unknown is not None:
        result[unknown] = np.nan
    return result


def flood_range(
    image: NDArray[Any],
    point: tuple[int, ...],
    tolerance: float,
    footprint: Footprint,
    result: NDArray[Any] | None = None,
    painted: Any = None,
) -> NDArray[np.bool_] | None:
    """Return where the pixels are that are connected to a point and similar to it; None if a result is painted.

    Parameters
    ----------
    image : ndarray
        An image of bool, integers or floats; not empty.
    point : tuple of int
        Coordinates of the point.
    tolerance : float
        The largest difference from its value. NaN is similar to NaN only.
    footprint : Footprint
        The pixels that a pixel reaches.
    result : ndarray, optional
        A contiguous array whose pixels are painted there; it may be the image.
    painted : scalar
        The value of painted pixels.
    """
    value, footprint = image[point], _within(footprint, image.shape)
    low: Any
    high: Any
    if image.dtype.kind == "f":
        low, high = np.float64(value) - tolerance, np.float64(value) + tolerance
    else:
        least, most = integer_limits(image.dtype)
        low, high = max(int(value) - int(tolerance), least), min(int(value) + int(tolerance), most)
    unknown = bool(value != value)

    def similar(part: NDArray[Any]) -> NDArray[Any]:
        if unknown:
            return np.isnan(part)  # type: ignore[no-any-return]
        found = np.asarray(part >= low)
        return np.logical_and(found, part <= high, out=found)  # type: ignore[no-any-return]

    steps = _steps(footprint)
    if steps is None:
        inside = evaluate(similar, [image], dtype=np.dtype(bool))
        seed = np.zeros(image.shape, bool)
        seed[point] = inside[point]
        region = reconstruct(seed, inside, footprint, True)
        if result is None:
            return region
        np.copyto(result, painted, where=region)
        return None
    if image.dtype.kind == "f" and image.itemsize not in (4, 8):
        image, low, high, unknown = evaluate(similar, [image], dtype=np.dtype(bool)), 1, 1, False
    rows = np.ascontiguousarray(image.reshape(-1, image.shape[-1]))
    if rows.dtype.kind != "f":
        rows, modulus = unsigned(rows), 2 ** (8 * rows.itemsize)
        low, high = low % modulus, high % modulus
    lengths = np.array(image.shape[:-1] or (1,), np.intp)
    row = 0
    for coordinate, length in zip(point[:-1], image.shape[:-1], strict=True):
        row = row * length + coordinate
    pattern = None
    if result is not None:
        pattern = np.empty(rows.shape[1], result.dtype)
        pattern.fill(painted)
    places = new_array(rows.shape, np.dtype(np.uint8))
    flood.flood(rows, (row, point[-1]), low, high, unknown, lengths, steps, places, result, pattern)
    return None if result is not None else places.view(bool).reshape(image.shape)


@lru_cache(maxsize=64)
def _within(footprint: Footprint, shape: tuple[int, ...]) -> Footprint:
    """Return the part of a footprint that reaches other pixels of an image of `shape`."""
    return footprint.clipped([max(1, length - 1) for length in shape])


@lru_cache(maxsize=64)
def neighbors(axes: int, connectivity: int) -> Footprint:
    """Return a pixel and its neighbors that differ by one step along at most `connectivity` axes."""
    return as_footprint(neighborhood(axes, connectivity), axes)


@lru_cache(maxsize=64)
def _steps(footprint: Footprint) -> NDArray[np.intp] | None:
    """Return the steps from a run of pixels to neighbors in other rows, and the first and the last column in reach.

    None if runs do not grow along their rows in both directions.
    """
    columns: dict[tuple[int, ...], list[int]] = {}
    for *rows, column in footprint.offsets.tolist():
        columns.setdefault(tuple(rows) or (0,), []).append(column)
    origin = (0,) * max(len(footprint.sizes) - 1, 1)
    if not {-1, 1} <= set(columns.get(origin, [])):
        return None
    columns[origin].append(0)
    found = []
    for row, reach in columns.items():
        places = np.unique(reach)
        for part in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
            if row != origin or part[0] < -1 or part[-1] > 1:
                found.append((*row, int(part[0]), int(part[-1])))
    return np.array(found, np.intp).reshape(-1, len(origin) + 2)


def open_by_area(image: NDArray[Any], least: int, connectivity: int, bright: bool) -> NDArray[Any]:
    """Lower the bright regions of fewer than `least` pixels, or raise the dark ones, until they are large enough.

    Parameters
    ----------
    image : ndarray
        An image of bool, integers or floats. NaN stays, and belongs to no region.
    least : int
        The number of pixels of a region that stays.
    connectivity : int
        Along how many axes at once a neighbor may be one step away.
    bright : bool
        Whether bright regions are lowered; otherwise dark ones are raised.
    """
    dtype = image.dtype
    if dtype == np.longdouble:
        return open_by_area(image.astype(FLOAT64), least, connectivity, bright).astype(dtype)
    unknown = np.isnan(image) if dtype.kind == "f" else None
    if unknown is not None and not unknown.any():
        unknown = None
    keys = _ordered(image) if bright else ~_ordered(image)
    order = rising(~keys.reshape(-1))
    if unknown is not None:
        order = order[~unknown.reshape(-1)[order]]
    offsets = neighbors(image.ndim, connectivity).offsets
    offsets = offsets[offsets.any(axis=1)]
    reach = np.ones(image.ndim, np.intp)
    values = _with_margin(keys, reach)
    strides = np.array(values.strides) // values.itemsize
    inner = _without_margin(np.arange(values.size).reshape(values.shape), reach)
    places = inner.reshape(-1)[order]
    parents, areas = np.full(values.size, -1, np.int64), np.empty(values.size, np.int64)
    area_opening.open_by_area(values.reshape(-1), places, offsets @ strides, min(least, image.size), parents, areas)
    keys = np.ascontiguousarray(_without_margin(values, reach))
    result = _in_order(keys if bright else ~keys, dtype)
    if unknown is not None:
        result[unknown] = np.nan
    return result


def flood_basins(
    image: NDArray[Any],
    markers: NDArray[np.int32],
    mask: NDArray[np.bool_] | None,
    offsets: NDArray[np.intp],
    compactness: float,
    line: bool,
) -> NDArray[np.int32]:
    """Return the basins of markers.

    Parameters
    ----------
    image : ndarray
        The image that is flooded, lowest pixels first; NaN counts as infinite.
    markers : ndarray of int32
        Labels from which the flood starts, 0 elsewhere.
    mask : ndarray of bool or None
        Where labels may spread.
    offsets : ndarray of intp
        The positions of the neighbors relative to a pixel, (count, axes), in the order in which they are flooded.
    compactness : float
        What a pixel of distance from the marker adds to a value.
    line : bool
        Whether a line of 0 stays between the basins.
    """
    reach = np.abs(offsets).max(axis=0, initial=0)
    if compactness:
        values = image.astype(FLOAT64) + 0  # there is one zero
        values[np.isnan(values)] = np.inf
        heights = _with_margin(_ordered(values), reach)
    else:
        heights = _with_margin(_levels(image), reach)
    labels = _with_margin(markers, reach)
    states = _with_margin(np.ones(image.shape, np.uint8) if mask is None else mask.view(np.uint8), reach)
    strides = np.array(heights.strides) // heights.itemsize
    watershed.flood(
        heights.reshape(-1), labels.reshape(-1), states.reshape(-1), offsets @ strides, strides, compactness, line
    )
    return np.ascontiguousarray(_without_margin(labels, reach))


def _levels(image: NDArray[Any]) -> NDArray[np.uint32]:
    """Return integers in the order of the pixels, NaN as infinity, that are not much more than there are pixels."""
    if image.dtype.kind == "f" or image.dtype.itemsize == 8:
        image = image.astype(image.dtype if image.dtype.itemsize <= 4 else FLOAT64) + 0  # there is one zero
        image[np.isnan(image)] = np.inf
    keys = _ordered(image)
    if keys.size:
        keys -= keys.min()
    if int(keys.max(initial=0)) < max(1 << 16, keys.size):
        return keys.astype(np.uint32)
    order = rising(keys.reshape(-1))
    ascending = keys.reshape(-1)[order]
    levels = np.zeros(keys.shape, np.uint32)
    levels.reshape(-1)[order[1:]] = np.cumsum(ascending[1:] != ascending[:-1], dtype=np.uint32)
    return levels


def rising(keys: NDArray[Any]) -> NDArray[np.intp]:
    """Return the order of unsigned integers, equal ones as they come: NumPy sorts 16 bits by their digits."""
    if keys.itemsize <= 2:
        return np.argsort(keys, kind="stable")
    highest = int(keys.max(initial=0))
    digits = (keys & 0xFFFF).astype(np.uint16)
    order = np.argsort(digits, kind="stable")
    for shift in range(16, highest.bit_length(), 16):
        digits = (keys >> keys.dtype.type(shift)).astype(np.uint16)
        order = order[np.argsort(digits[order], kind="stable")]
    return order


def _with_margin(array: NDArray[Any], reach: NDArray[np.intp]) -> NDArray[Any]:
    """Return a contiguous copy with a margin of zeros."""
    wide = np.zeros(
        [length + 2 * width for length, width in zip(array.shape, reach.tolist(), strict=True)], array.dtype
    )
    _without_margin(wide, reach)[...] = array
    return wide


def _without_margin(wide: NDArray[Any], reach: NDArray[np.intp]) -> NDArray[Any]:
    return wide[tuple(slice(width, length - width) for length, width in zip(wide.shape, reach.tolist(), strict=True))]


def _ordered(array: NDArray[Any]) -> NDArray[Any]:
    """Return unsigned integers in the order of the pixels; a copy."""
    kind, bits = array.dtype.kind, unsigned(array.reshape(-1)).reshape(array.shape)
    sign = bits.dtype.type(1 << (8 * bits.itemsize - 1))
    if kind == "f":
        return np.where(bits & sign, ~bits, bits | sign)
    return bits ^ sign if kind == "i" else bits.copy()


def _in_order(keys: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the pixels of `dtype` that the unsigned integers stand for."""
    sign = keys.dtype.type(1 << (8 * keys.itemsize - 1))
    if dtype.kind == "f":
        keys = np.where(keys & sign, keys ^ sign, ~keys)
    elif dtype.kind == "i":
        keys = keys ^ sign
    return keys.view(dtype)
