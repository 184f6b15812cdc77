"""The framework of resampling: each axis gets another length by a table of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import (
    COMPUTED_IN,
    FLOAT32,
    FLOAT64,
    MAX_CHANNELS,
    UINT8,
    WORDS,
    Layout,
    Output,
    Pixels,
    Result,
    converted,
    must_convert,
    saturate,
    stacked,
    volume,
)
from .borders import Border, extended, extended_image, indices, margins
from .dispatch import bind, kernel, run
from .runtime import empty

PIECE_ELEMENTS = 1 << 18
"""Images that must be converted are converted in pieces of about so many elements."""

BLOCK = 64
"""The kernels write blocks of at most so many rows and columns, for which planes and tables must be large enough."""

MAX_FIXED_TAPS = 20
"""With so many taps the errors of fixed point still sum to less than half a gray level."""

MAX_SHRINKING = 64
"""Beyond this the rounding errors of so many sums in float32 could show in 16 bits."""

_INT16 = np.dtype(np.int16)

_HALVING = {(UINT8, 1): "halve", (UINT8, 3): "halve_rgb", (np.dtype(np.uint16), 1): "halve", (FLOAT32, 1): "halve"}
"""The kernels for the mean of two by two pixels, by dtype and number of channels."""

_REDUCING = {(UINT8, 1): "reduce", (UINT8, 3): "reduce_rgb", (FLOAT32, 1): "reduce"}
"""The kernels for eight by eight symmetric weights at every second pixel, by dtype and number of channels."""

REDUCING_REACH = 3
"""How many pixels these weights reach beyond the two in the middle."""

_EXPANDING = {(UINT8, 1): "expand", (FLOAT32, 1): "expand"}
"""The kernels for five by five weights, of which even and odd pixels have others, by dtype and number of channels."""

EXPANDING_REACH = 2
"""How many pixels these weights reach."""

LEAST_LEVEL = 32
"""So many columns at least they have results for, or are made for."""


@dataclass(frozen=True, eq=False)
class Table:
    """For each pixel along an axis the first pixel of the source that it is made from, and their weights.

    Pixels beyond the border of the source are those of the extended image.
    """

    length: int
    """The number of pixels of the source."""
    starts: NDArray[np.intp]
    weights: NDArray[np.float64]
    """Shape (taps, pixels); the weights of each pixel sum to one."""

    @property
    def size(self) -> int:
        """The number of pixels of the result."""
        return len(self.starts)

    @property
    def taps(self) -> int:
        return len(self.weights)

    @cached_property
    def reach(self) -> tuple[int, int]:
        """How many pixels beyond the border take part, in front and behind."""
        if not self.size:
            return 0, 0
        return max(0, -int(self.starts.min())), max(0, int(self.starts.max()) + self.taps - self.length)

    @cached_property
    def inner(self) -> Table:
        """The same table for the extended axis, beyond which no pixel takes part."""
        before, after = self.reach
        return Table(before + self.length + after, self.starts + before, self.weights)

    @cached_property
    def moves(self) -> bool:
        """Whether every pixel of the result is one pixel of the source."""
        return self.taps == 1 and bool(np.all(self.weights == 1))

    @cached_property
    def halves(self) -> bool:
        """Whether every pixel of the result is the mean of two neighbors, each of which counts once."""
        pairs = self.taps == 2 and self.length == 2 * self.size
        return pairs and bool(np.all(self.weights == 0.5) and np.all(self.starts == 2 * np.arange(self.size)))

    @cached_property
    def reducing(self) -> NDArray[np.float64] | None:
        """The first half of the symmetric weights of eight pixels for every second one, if they are such everywhere."""
        weights = self.weights[:, 0] if self.size else self.weights
        if self.taps != 2 * REDUCING_REACH + 2 or self.length != 2 * self.size or not self.size:
            return None
        same = np.array_equal(self.weights, np.broadcast_to(weights[:, None], self.weights.shape))
        regular = np.array_equal(self.starts, 2 * np.arange(self.size) - REDUCING_REACH)
        found = same and regular and bool(np.all(weights >= 0)) and np.allclose(weights, weights[::-1], 1e-12, 0)
        return weights[: REDUCING_REACH + 1] if found else None

    @cached_property
    def expanding(self) -> NDArray[np.float64] | None:
        """The weights of five pixels for even and for odd ones, if they are such everywhere; shape (2, 5)."""
        if self.taps != 2 * EXPANDING_REACH + 1 or self.size != 2 * self.length or not self.size:
            return None
        same = np.array_equal(self.weights, np.tile(self.weights[:, :2], self.length))
        regular = np.array_equal(self.starts, np.arange(self.size) // 2 - EXPANDING_REACH)
        found = same and regular and bool(np.all(self.weights >= 0))
        return np.ascontiguousarray(self.weights[:, :2].T) if found else None

    def after(self, weights: NDArray[np.float64]) -> Table:
        """Return the table for the image that a symmetric filter of these weights makes of the source."""
        radius = len(weights) // 2
        total = np.zeros((self.taps + 2 * radius, self.size))
        for shift, weight in enumerate(weights):
            total[shift : shift + self.taps] += weight * self.weights
        return Table(self.length, self.starts - radius, total)

    def arguments(self, channels: int, work: np.dtype[Any]) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Return the table as the kernels take it: an entry for every channel, up to a whole block."""
        surplus = -self.size * channels % BLOCK
        positions = np.repeat(self.starts * channels, channels) + np.tile(np.arange(channels), self.size)
        columns = np.pad(positions, (0, surplus), mode="edge").astype(np.int32)
        exact = _fixed_point(self.weights) if work == _INT16 else self.weights
        entries = np.pad(np.repeat(exact, channels, axis=1), ((0, 0), (0, surplus)), mode="edge").astype(work)
        return columns, entries


def resample(
    pixels: Pixels,
    tables: Sequence[Table | None],
    *,
    border: Border | None = None,
    result: Result = "input",
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return an image with other lengths along its axes.

    Parameters
    ----------
    pixels : Pixels
        The image.
    tables : sequence of Table or None
        One for each of the axes to work along; None leaves an axis as it is.
    border : Border, optional
        How the image is extended, for tables that need it.
    result : Result
        The dtype of the result.
    out : ndarray, optional
        The caller's array for the result.
    """
    array, dtype = pixels.array, pixels.result_dtype(result, out)
    steps = _steps(pixels.layout, tuple(tables), border, dtype)
    if steps.direct is not None:
        output = Output(steps.shape, dtype, dtype, out, array)
        _run(steps.direct, array, output.array, pixels.channel_axis)
        return output.finish()
    if steps.reaches is not None and border is not None:
        wide = pixels.like(extended_image(array, pixels.axes, *steps.reaches, border))
        return resample(wide, steps.tables, result=result, out=out)
    if 0 not in steps.shape and must_convert(array, steps.computed):
        return _in_pieces(pixels, steps.tables, steps.shape, dtype, steps.computed, out)
    output = Output(steps.shape, dtype, steps.computed, out, array)
    if not output.array.size:
        return output.finish()
    array = converted(array, steps.computed)
    for axis, table in steps.leading:
        array = array.take(table.starts, axis) if steps.moves else _along_axis(array, axis, table)
    if steps.moves:
        _gather(array, output.array, pixels.channel_axis, *steps.last)
        return output.finish()
    target = output.array if array.dtype == steps.computed else empty(steps.shape, array.dtype)
    _, channels = stacked(array, pixels.channel_axis)
    _run(_plan(array.dtype, *steps.last, channels), array, target, pixels.channel_axis)
    if target is not output.array:
        output.array = target
    return output.finish()


class Steps(NamedTuple):
    """How an image is resampled."""

    tables: tuple[Table | None, ...]
    """Those of the axes to work along; of the extended image, if it must be extended."""
    reaches: tuple[tuple[int, ...], tuple[int, ...]] | None
    """How far the image must be extended along these axes, before and after; None: it need not."""
    shape: tuple[int, ...]
    computed: np.dtype[Any]
    moves: bool
    """Whether every pixel of the result is one pixel of the source."""
    leading: list[tuple[int, Table]]
    """The tables of the spatial axes in front of the last two."""
    last: tuple[Table, Table]
    """Those of the rows and the columns."""
    direct: Bound | None
    """The kernel that does all of this at once, if there is one."""


class Bound(NamedTuple):
    """A kernel with its tables."""

    kernel: Any
    inner: int = 0
    """The length of the axis behind the columns that its results have: the channels, or pixels side by side; or 0."""


@lru_cache(maxsize=128)
def _steps(layout: Layout, tables: tuple[Table | None, ...], border: Border | None, to: np.dtype[Any]) -> Steps:
    """Return how an image is resampled to the dtype `to`."""
    reaches = None
    shape, dtype, spatial = layout.shape, layout.dtype, layout.spatial_axes
    direct = _level_plan(layout, tables, border) if to == dtype else None
    if border is not None:
        tables, reaches = _within(tables, border)
    chosen = dict(zip(layout.axes, tables, strict=True))
    lengths = [length if (table := chosen.get(axis)) is None else table.size for axis, length in enumerate(shape)]
    moves = to == dtype and all(table is None or table.moves for table in tables)
    computed = COMPUTED_IN["move" if moves else "blend"][dtype]
    if to.kind == "f" and computed.kind != "f":
        computed = FLOAT32
    if not moves and computed == np.uint16 and max(map(_ratio, shape, lengths)) > MAX_SHRINKING:
        computed = FLOAT64
    leading = [(axis, table) for axis in spatial[:-2] if (table := chosen.get(axis)) is not None]
    last = [chosen.get(axis) or _identity(shape[axis]) for axis in spatial[-2:]]
    down, across = (_identity(1), *last)[-2:]
    whole = reaches is None and not leading and not moves and computed == dtype == to
    _, _, channels = layout.plane
    if direct is None and whole and 0 not in shape and 0 not in lengths and channels <= MAX_CHANNELS:
        direct = _plan(dtype, down, across, channels)
    return Steps(tables, reaches, tuple(lengths), computed, moves, leading, (down, across), direct)


def _level_plan(layout: Layout, tables: tuple[Table | None, ...], border: Border | None) -> Bound | None:
    """Return the kernel for a level of a pyramid, half or twice the size; None if the tables are others."""
    dtype, axes, last = layout.dtype, layout.axes, layout.spatial_axes[-2:]
    chosen = {axis: table for axis, table in zip(axes, tables, strict=True) if table is not None}
    if border is None or len(last) < 2 or tuple(chosen) != last or "constant" in border.modes:
        return None
    _, _, channels = layout.plane
    kind = dtype, channels
    down, across = (chosen[axis] for axis in last)
    modes = dict(zip(axes, border.modes, strict=True))

    def bound(name: str | None, weights: list[NDArray[np.float64] | None], reach: int, whole: int) -> Bound | None:
        """Return the kernel, if both axes have its weights; in fixed point those of a pixel sum to `whole`."""
        first, second = weights
        if name is None or first is None or second is None or not np.array_equal(first, second):
            return None
        lines = extended(down.length, reach, reach, modes[last[0]])
        sides = margins(across.length, reach, modes[last[1]])
        exact = _fractions(first, whole) if dtype == UINT8 else first.astype(dtype)
        inner = channels if reach == REDUCING_REACH else 2
        return Bound(bind(kernel(name, dtype), None, lines, sides, 0.0, exact, None), inner)

    if min(across.length, across.size) < LEAST_LEVEL:
        return None
    halves = bound(_REDUCING.get(kind), [down.reducing, across.reducing], REDUCING_REACH, 1 << 15)
    return halves or bound(_EXPANDING.get(kind), [down.expanding, across.expanding], EXPANDING_REACH, 1 << 16)


def _fractions(weights: NDArray[np.float64], whole: int) -> NDArray[np.uint16]:
    """Return `weights` as 16-bit fractions of one, of which those of each pixel sum to `whole`."""
    rounded = np.rint(np.atleast_2d(weights) * 65536).astype(np.int64)
    rounded[np.arange(len(rounded)), np.argmax(rounded, axis=1)] += whole - rounded.sum(axis=1)
    return rounded.astype(np.uint16).reshape(weights.shape)


def _within(tables: tuple[Table | None, ...], border: Border) -> tuple[tuple[Table | None, ...], Any]:
    """Return the tables for an extended image, and how far it must be extended, before and after; None: it need not."""
    folded = [table and _folded(table, mode) for table, mode in zip(tables, border.modes, strict=True)]
    reaches = [(0, 0) if table is None else table.reach for table in folded]
    if not any(map(any, reaches)):
        return tuple(folded), None
    return tuple([table and table.inner for table in folded]), tuple(zip(*reaches, strict=True))


def _in_pieces(
    pixels: Pixels, tables: tuple[Table | None, ...], shape: tuple[int, ...], dtype: np.dtype[Any],
    computed: np.dtype[Any], out: NDArray[Any] | None,
) -> NDArray[Any]:  # fmt: skip
    """Return an image that must be converted resampled in pieces along its first spatial axis."""
    axis = pixels.spatial_axes[0]
    length, size = pixels.shape[axis], shape[axis]
    table = dict(zip(pixels.axes, tables, strict=True)).get(axis) or _identity(length)
    output = Output(shape, dtype, dtype, out, pixels.array)
    # As many rows of the result as are made of one piece of the image, or make one piece of the result.
    elements = max(pixels.array.size // max(length, 1) * max(length // size, 1), math.prod(shape) // size)
    step = max(1, PIECE_ELEMENTS // max(elements, 1))
    for first in range(0, size, step):
        starts = table.starts[first : first + step]
        low, high = int(starts.min()), int(starts.max()) + table.taps
        piece = Table(high - low, starts - low, table.weights[:, first : first + step])
        part = (slice(None),) * axis
        source = converted(pixels.array[(*part, slice(low, high))], computed)
        parts = [piece if other == axis else one for other, one in zip(pixels.axes, tables, strict=True)]
        target = output.array[(*part, slice(first, first + step))]
        target[...] = saturate(resample(pixels.like(source), parts), dtype)
    return output.finish()


def _ratio(before: int, after: int) -> float:
    return before / after if after else 0.0


@lru_cache(maxsize=64)
def _identity(length: int) -> Table:
    return Table(length, np.arange(length), np.ones((1, length)))


def _gather(array: NDArray[Any], target: NDArray[Any], channel_axis: int | None, down: Table, across: Table) -> None:
    """Write pixels of `array`, whatever their dtype, to `target`."""
    word = WORDS.get(array.dtype.itemsize)
    if word is None:
        axes = [axis for axis in range(array.ndim) if axis != channel_axis][-2:]
        for axis, table in zip(axes, (down, across)[-len(axes) :], strict=True):
            array = array.take(table.starts, axis)
        target[...] = array
        return
    sources, channels = stacked(array.view(word), channel_axis)
    targets, _ = stacked(target.view(word), channel_axis)
    _run_wide(_gather_plan(word, down, across, channels), sources, targets)


@lru_cache(maxsize=64)
def _gather_plan(word: np.dtype[Any], down: Table, across: Table, channels: int) -> Any:
    rows, _ = down.arguments(1, FLOAT32)
    columns, _ = across.arguments(channels, FLOAT32)
    return bind(kernel("pick", word), None, rows, columns, None)


def _run(bound: Bound, array: NDArray[Any], target: NDArray[Any], channel_axis: int | None) -> None:
    """Write the planes of `array` with other numbers of rows and columns to `target`, of the same dtype."""
    sources, _ = stacked(array, channel_axis)
    targets, _ = stacked(target, channel_axis)
    if not bound.inner:
        _run_wide(bound.kernel, sources, targets)
        return
    if sources.strides[-1] != sources.itemsize:
        sources = np.ascontiguousarray(sources)
    run(bound.kernel, sources, targets.reshape(*targets.shape[:-1], targets.shape[-1] // bound.inner, bound.inner))


@lru_cache(maxsize=64)
def _plan(dtype: np.dtype[Any], down: Table, across: Table, channels: int) -> Bound:
    """Return the kernel that resamples planes of `dtype`, with its tables."""
    halving = _HALVING.get((dtype, channels))
    if halving is not None and down.halves and across.halves and across.size >= BLOCK:
        return Bound(bind(kernel(halving, dtype), None, None), channels)
    fixed = dtype == UINT8 and max(down.taps, across.taps) <= MAX_FIXED_TAPS
    work = _INT16 if fixed else FLOAT64 if dtype == FLOAT64 else FLOAT32
    rows = down.arguments(1, work)
    columns = (*across.arguments(channels, work), channels)
    name = "enlarge" if down.size > down.length else "shrink"
    tables: tuple[Any, ...] = (*_strips(*rows), *columns) if name == "enlarge" else (*rows, *columns)
    return Bound(bind(kernel(f"{name}_fixed" if fixed else name, dtype), None, *tables, None))


def _run_wide(bound: Any, sources: NDArray[Any], targets: NDArray[Any]) -> None:
    """Run a kernel on planes, which are widened where they are narrower than a block."""
    width = targets.shape[-1]
    wide = empty((*targets.shape[:-1], BLOCK), targets.dtype) if width < BLOCK else targets
    if sources.shape[-1] < BLOCK:
        narrow = sources
        sources = empty((*narrow.shape[:-1], BLOCK), narrow.dtype)  # no result is made of what is not written
        sources[..., : narrow.shape[-1]] = narrow
    elif sources.strides[-1] != sources.itemsize:
        sources = np.ascontiguousarray(sources)
    run(bound, sources, wide)
    if wide is not targets:
        targets[...] = wide[..., :width]


def _along_axis(array: NDArray[Any], axis: int, table: Table) -> NDArray[Any]:
    """Return `array`, in floating point, with one axis that is neither of the last two spatial ones resampled."""
    real = FLOAT64 if array.dtype == FLOAT64 else FLOAT32
    source = volume(array, axis)
    target = empty((source.shape[0], table.size, source.shape[2]), real)
    run(_axis_plan(array.dtype, table), source, target)
    return target.reshape(*array.shape[:axis], table.size, *array.shape[axis + 1 :])


@lru_cache(maxsize=64)
def _axis_plan(dtype: np.dtype[Any], table: Table) -> Any:
    real = FLOAT64 if dtype == FLOAT64 else FLOAT32
    return bind(kernel("resample_axis", dtype), None, *table.arguments(1, real), None)


def _strips(
    starts: NDArray[np.int32], weights: NDArray[Any]
) -> tuple[NDArray[np.int32], int, NDArray[np.int32], NDArray[Any]]:
    """Return the table of the rows of an enlarged plane, whose starts count from the first row of their strip.

    In front of it are the first rows of the strips, and how many rows one is made from at the most.
    """
    firsts = starts[::BLOCK].copy()
    starts = starts - np.repeat(firsts, BLOCK)
    return firsts, int(starts.max()) + len(weights), starts, weights


def _folded(table: Table, mode: str) -> Table:
    """Return the table for an extended image in which pixels beyond the border count as their copies inside.

    Constants count as those next to the border. Pixels that `wrap` are copies of pixels far away: windows that are
    shorter than the axis stay as they are.
    """
    if not any(table.reach) or not table.length or (mode == "wrap" and table.taps < table.length):
        return table
    positions, first, length = table.starts + np.arange(table.taps)[:, None], 0, table.length
    if mode == "constant":
        sources, first, length = np.clip(positions, -1, length), -1, length + 2
    else:
        sources = indices(positions, length, mode).astype(np.intp)
    lowest = sources.min(axis=0)
    taps = min(int((sources.max(axis=0) - lowest).max()) + 1, length)
    starts = np.minimum(lowest, first + length - taps)
    weights = np.zeros((taps, table.size))
    np.add.at(weights, (sources - starts, np.arange(table.size)), table.weights)
    return Table(table.length, starts, weights)


def _fixed_point(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return `weights` with 14 bits of fraction, which sum to one exactly, so that constant images keep their value."""
    rounded = np.rint(weights * 16384).astype(np.int64)
    largest = np.argmax(np.abs(weights), axis=0)
    rounded[largest, np.arange(weights.shape[1])] += 16384 - rounded.sum(axis=0)
    return rounded
