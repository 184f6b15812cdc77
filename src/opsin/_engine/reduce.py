"""The framework of reductions: from an image to numbers, by bin or by label.

The same numbers come out with any number of threads: counts are exact, and
sums are taken over blocks that depend on the shape only.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, COMPUTED_IN, FLOAT32, Pixels, converted, integer_limits, pieces, planes
from .compiled import for_this_machine, regions
from .dispatch import bind, kernel, run
from .labels import dense_labels
from .threads import get_num_threads

SERIAL_BELOW = 60_000
"""Images of fewer pixels are counted as one strip."""

# The integers that are all counted, and the dtype that the kernels view them as.
_SMALL_INTEGERS = {
    np.dtype(dtype): np.dtype(viewed)
    for dtype, viewed in (
        (np.bool_, np.uint8),
        (np.uint8, np.uint8),
        (np.int8, np.uint8),
        (np.uint16, np.uint16),
        (np.int16, np.uint16),
    )
}


def count_integers(pixels: Pixels, limits: tuple[int, int] | None) -> tuple[NDArray[np.int64], int]:
    """Return how often each integer occurs, and the first of them; all counts are zero where there are none.

    Parameters
    ----------
    pixels : Pixels
        An image of bool or integers.
    limits : tuple of two int or None
        The first and the last integer to count; None: the least and the greatest of the image.

    Returns
    -------
    counts : ndarray
        Shape (integers,), or (channels, integers) if there is a channel axis.
    low : int
        The first integer.
    """
    low, high = limits if limits is not None else (0, -1)
    if pixels.dtype in _SMALL_INTEGERS:
        least, _ = integer_limits(pixels.dtype)
        counts = _per_channel(pixels, _count_small_integers)
        if pixels.dtype == BOOL:
            counts = counts[..., :2]
        # Viewed as unsigned, the negative integers follow the others.
        counts = np.roll(counts, -least, axis=-1) if least else counts
        if limits is None:
            occurs: NDArray[Any] = np.asarray(counts.any(axis=0)) if counts.ndim > 1 else counts
            present = occurs.nonzero()[0]
            low, high = (least + int(present[0]), least + int(present[-1])) if present.size else (0, -1)
        return _from_to(counts, least, low, high), low
    if limits is None and pixels.array.size:
        low, high = int(pixels.array.min()), int(pixels.array.max())
    return _per_channel(pixels, lambda array: _count_wide_integers(array, low, high)), low


def count_floats(pixels: Pixels, edges: NDArray[Any]) -> NDArray[np.int64]:
    """Return how many pixels fall into each bin between increasing `edges`; the last bin holds its upper edge.

    NaN and pixels outside of the edges are not counted.
    """
    # One bin more takes what is outside.
    parameters = np.append(edges, edges[-1])
    return _per_channel(pixels, lambda array: _count_in_bins(array, edges, parameters))


def sorted_values(pixels: Pixels) -> list[tuple[NDArray[Any], NDArray[np.int64]]]:
    """Return for each channel, or for the whole image, its values in rising order, and how often each occurs."""
    if pixels.dtype in _SMALL_INTEGERS:
        counts, low = count_integers(pixels, None)
        channels = counts.reshape(-1, counts.shape[-1])
        return [(np.flatnonzero(channel) + low, channel[channel > 0]) for channel in channels]
    return [np.unique(channel, return_counts=True) for channel in planes(pixels.array, pixels.channel_axis)]


def sorted_with_places(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]:
    """Return the values of an array in rising order, how often each occurs, and the flat indices in that order.

    NaN are last, each a value of its own.
    """
    flat = array.reshape(-1)
    order = np.argsort(flat)
    ordered = flat[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[starts], np.diff(starts, append=flat.size), order


def means_of_labels(numbers: NDArray[Any], count: int, image: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean color of the pixels with each number from 0 to before `count`, shape (count, 3).

    The image has the shape of the numbers, and may have a last axis of three channels.
    """
    flat = numbers.reshape(-1).astype(np.intp, copy=False)
    channels = np.broadcast_to(image if image.ndim > numbers.ndim else image[..., None], (*numbers.shape, 3))
    counts = np.maximum(np.bincount(flat, minlength=count), 1)
    sums = [np.bincount(flat, channel.reshape(-1), minlength=count) for channel in np.moveaxis(channels, -1, 0)]
    return np.stack(sums, axis=1) / counts[:, None] if count else np.zeros((0, 3))


MAX_MOMENT = 3
"""The largest power that `first_axis_moments` sums."""

MOMENT_PIECE = 1 << 22
"""Images are summed, and converted if they must, in pieces of about so many elements."""


def first_axis_moments(array: NDArray[Any], origin: float, step: float) -> NDArray[np.float64]:
    """Return the sums along the first axis of the values times the powers from 0 to 3 of their positions.

    Parameters
    ----------
    array : ndarray
        An array of two or more axes, which is not empty. Many elements for each position cost memory.
    origin : float
        The position of the first elements.
    step : float
        The distance of neighboring positions.

    Returns
    -------
    ndarray
        Shape (4, ...), with the other axes of `array`.
    """
    column_moments = for_this_machine("column_moments").column_moments
    computed = COMPUTED_IN["measure"][array.dtype]
    total: Any = 0.0
    for piece in pieces(array, MOMENT_PIECE):
        part = np.ascontiguousarray(converted(array[piece], computed))
        sums = column_moments(part.reshape(len(part), -1), origin + piece.start * step, step)
        total = total + (sums.sum(axis=0) if len(sums) > 1 else sums[0])
    return np.asarray(total).reshape(4, *array.shape[1:])


def finite_limits(array: NDArray[Any]) -> tuple[Any, Any]:
    """Return the least and the greatest finite value, in the dtype of the array; 0 and 1 if there is none."""
    if array.size:
        if array.dtype == FLOAT32 and array.flags.c_contiguous:
            low, high = for_this_machine("stretching").limits(array.reshape(-1))
        else:
            low, high = array.min(), array.max()
        if math.isfinite(low) and math.isfinite(high):
            return low, high
        finite = array[np.isfinite(array)]
        if finite.size:
            return finite.min(), finite.max()
    return 0.0, 1.0


class Regions:
    """The regions of a label image, and what has been measured of them.

    Parameters
    ----------
    name : str
        The name of the label image in error messages.
    image : ndarray
        An image of integers in native byte order.
    intensity : ndarray, optional
        An image of the same shape, or with an axis of channels more.
    """

    def __init__(self, name: str, image: NDArray[Any], intensity: NDArray[Any] | None = None) -> None:
        self.image, self.intensity = image, intensity
        self.channels = 0 if intensity is None else math.prod(intensity.shape[image.ndim :])
        self.rows, self._ranges, self._numbers = dense_labels(name, image)
        self._shape = image.shape if image.size else (1,) * image.ndim
        self._pixels: NDArray[Any] | None = None
        if intensity is not None:
            pixels = converted(intensity, COMPUTED_IN["measure"][intensity.dtype])
            if not image.size:
                pixels = np.zeros((*self._shape, self.channels), pixels.dtype)
            self._pixels = np.ascontiguousarray(pixels).reshape(len(self.rows), -1)
        self._columns: dict[str, NDArray[Any]] = {}
        self._order = -1
        self.found: NDArray[np.int64] = np.zeros(0, np.int64)
        self.labels: NDArray[np.int64] = self.found

    @cached_property
    def indices(self) -> NDArray[np.int32]:
        """The index of each pixel's region in a table that begins with the background; at least one pixel."""
        return self.rows.astype(np.int32, copy=False).reshape(self._shape)

    @property
    def size(self) -> int:
        """The length of a table that has a row for each index."""
        return len(self._numbers)

    def measure(self, columns: set[str], order: int = 0) -> dict[str, NDArray[Any]]:
        """Return at least the `columns` of the compiled module, measured in one or two passes if they are not known.

        Parameters
        ----------
        columns : set of str
            Columns of `regions.COLUMNS` and `regions.CENTERED`.
        order : int
            The largest power along each axis of the moments.
        """
        centered = columns & set(regions.CENTERED)
        if order > self._order and {"moments", "weighted"} & centered:
            for column in ("moments", "weighted"):
                self._columns.pop(column, None)
            self._order = order
        centered -= self._columns.keys()
        first = columns - set(regions.CENTERED) | {"count"}
        if {"moments", "weighted"} & centered:
            first.add("centroid")
        if "squares" in centered:
            first.add("sum")
        if {"argmin", "argmax"} & centered:
            first |= {"min", "max"}
        first -= self._columns.keys()
        if first:
            self._pass(first, None)
            self.labels = self._numbers[self.found]
        if centered:
            self._pass(centered, self._known())
        return self._columns

    def medians(self) -> NDArray[np.float64]:
        """Return the median of each channel of the intensities of each region, (channels, regions)."""
        counts = self.measure({"count"})["count"]
        assert self._pixels is not None
        index = self.indices.reshape(-1)
        inside = np.flatnonzero(index)
        ends = counts.cumsum()
        starts = ends - counts
        result = np.empty((self.channels, len(counts)))
        for channel in range(self.channels):
            values = self._pixels.reshape(-1, self.channels)[inside, channel].astype(np.float64)
            values = values[np.lexsort((values, index[inside]))]
            result[channel] = (values[starts + (counts - 1) // 2] + values[starts + counts // 2]) / 2
            result[channel, np.isnan(values[ends - 1])] = np.nan
        return result

    def _pass(self, columns: set[str], known: NDArray[np.float64] | None) -> None:
        needed = columns & {"sum", "min", "max", "weighted", "squares", "argmin", "argmax"}
        pixels, channels = (self._pixels, self.channels) if needed else (None, 0)
        self.found, measured = regions.measure_regions(
            self.rows, self._ranges, self._shape, pixels, channels, columns, known, max(self._order, 0)
        )
        self._columns |= measured

    def _known(self) -> NDArray[np.float64]:
        """Return the centers and the statistics of intensities that a second pass refers to."""
        axes, channels, columns = len(self._shape), self.channels, self._columns
        known = np.zeros((self.size, axes + 3 * channels))
        if "centroid" in columns:
            known[self.found, :axes] = columns["centroid"].T
        for k, column in enumerate(("sum", "max", "min")):
            if column in columns:
                values = columns[column] / columns["count"] if column == "sum" else columns[column]
                first = axes + k * channels
                known[self.found, first : first + channels] = values.T
        return known


def _per_channel(pixels: Pixels, count: Any) -> NDArray[np.int64]:
    if pixels.channel_axis is None:
        return count(pixels.array)  # type: ignore[no-any-return]
    return np.stack([count(channel) for channel in np.moveaxis(pixels.array, pixels.channel_axis, 0)])


def _from_to(counts: NDArray[Any], first: int, low: int, high: int) -> NDArray[np.int64]:
    """Return the counts of the integers `low` to `high` from those of `first` onwards."""
    if first <= low <= high < first + counts.shape[-1]:
        return counts[..., low - first : high - first + 1]
    result = np.zeros((*counts.shape[:-1], max(high - low + 1, 0)), np.int64)
    start, stop = max(low, first), min(high + 1, first + counts.shape[-1])
    if start < stop:
        result[..., start - low : stop - low] = counts[..., start - first : stop - first]
    return result


def _count_wide_integers(array: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    result = np.zeros(max(high - low + 1, 0), np.int64)
    least, greatest = integer_limits(array.dtype)
    start, stop = max(low, least), min(high, greatest)
    if start > stop:
        return result
    for rows in pieces(array):
        piece = array[rows]
        inside = piece[(piece >= start) & (piece <= stop)]
        counts = np.bincount((inside - array.dtype.type(start)).astype(np.intp), minlength=stop - start + 1)
        result[start - low : stop - low + 1] += counts
    return result


def _count_in_bins(array: NDArray[Any], edges: NDArray[Any], parameters: NDArray[Any]) -> NDArray[np.int64]:
    bins = len(edges) - 1
    if array.dtype != edges.dtype:
        counts = np.zeros(bins, np.int64)
        for piece in pieces(array):
            counts += _count_in_bins(array[piece].astype(edges.dtype), edges, parameters)
        return counts
    return _count(array, bins + 1, bind(kernel("histogram", array.dtype), None, parameters, None))[:-1]


def _count_small_integers(array: NDArray[Any]) -> NDArray[np.int64]:
    dtype = _SMALL_INTEGERS[array.dtype]
    viewed = array if array.dtype is dtype else array.view(dtype)
    return _count(viewed, 1 << (8 * viewed.itemsize), _counting(viewed.dtype))


@lru_cache
def _counting(dtype: np.dtype[Any]) -> Any:
    """Return the kernel that counts the integers of `dtype`."""
    return bind(kernel("histogram", dtype), None, None)


def _count(array: NDArray[Any], bins: int, bound: Any) -> NDArray[np.int64]:
    """Return the counts of all bins that a kernel has."""
    counts: NDArray[np.int64] | None = None
    for strips in _strips(array):
        part = np.empty(bins, np.uint32)
        run(bound, strips, part)
        counts = part.astype(np.int64) if counts is None else counts + part
    return np.zeros(bins, np.int64) if counts is None else counts


def _strips(array: NDArray[Any]) -> list[NDArray[Any]]:
    """View `array` as strips for the threads, (strips, rows, columns), and the rest as one strip."""
    threads = get_num_threads() if array.size >= SERIAL_BELOW else 1
    if array.flags.f_contiguous:
        array = array.T
    if array.flags.c_contiguous and threads == 1:
        return [array.reshape(1, 1, -1)] if array.size else []
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        even = flat.size // threads * threads
        parts = [flat[:even].reshape(threads, 1, -1), flat[even:].reshape(1, 1, -1)]
    else:
        rows = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array[None]
        even = len(rows) // threads * threads
        parts = [rows[:even].reshape(threads, -1, rows.shape[1]), rows[even:][None]]
    return [part for part in parts if part.size]
