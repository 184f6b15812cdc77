"""The framework of windows: each pixel of the result from the pixels around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import (
    BOOL,
    COMPUTED_IN,
    FLOAT32,
    FLOAT64,
    LARGE_ELEMENTS,
    UINT8,
    Layout,
    Output,
    Pixels,
    as_array,
    as_pixels,
    converted,
    pieces,
    saturate,
)
from .borders import Border, as_border, extended, extended_image, margins, planes_of_windows
from .box import Box, box_means
from .dispatch import bind, kernel, run
from .footprints import MAX_REMEMBERED_BYTES, MAX_SIZE, Footprint, as_footprint, in_order, window_origin
from .fourier import fourier_cost, sums_inside
from .memo import remembered
from .minmax import minmax
from .planes import Plan, Scratch, over_planes, slabs, stacks, store, strips_of_stack
from .pointwise import evaluate
from .rank import MAX_EXTENSION
from .runtime import empty
from .separable import Weights, separable
from .sums import WindowSpreads

_DIFFERENCE = Weights(np.array([-1.0, 0.0, 1.0]))


def gradient(
    pixels: Pixels,
    axes: Sequence[int],
    smoothing: tuple[float, float],
    *,
    border: Border,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return the gradient from 3 pixels along each axis, in the smallest float dtype for the image.

    Parameters
    ----------
    pixels : Pixels
        The image.
    axes : sequence of int
        The axes of the array to differentiate along. One: the component; several: the magnitude, the root of the sum
        of the squared components over the number of axes to work along.
    smoothing : tuple of two float
        The weights of a neighbor and of the pixel itself along the other axes.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    dtype = pixels.result_dtype("float")
    planar = len(pixels.spatial_axes) == 2 == len(pixels.axes)
    if planar and len(set(axes)) in (1, 2):
        component = "gradient_rows" if axes[0] == pixels.axes[0] else "gradient_columns"
        name = "gradient_magnitude" if len(axes) == 2 else component
        return measure_windows(pixels, name, 1, *smoothing, border=border, out=out)
    if border.cval != 0 and "constant" in border.modes:
        # A difference does not depend on a constant, and zeros remain zeros from axis to axis.
        pixels = pixels.like(pixels.array.astype(dtype) - dtype.type(border.cval))
        border = border.filled(0.0)
    smooth = _smoothing(*smoothing)

    def along(axis: int, part: Pixels, target: NDArray[Any] | None) -> NDArray[Any]:
        filters = [_DIFFERENCE if other == axis else smooth for other in part.axes]
        return separable(part, filters, border=border, result=dtype, out=target)

    def magnitude(*components: NDArray[Any]) -> NDArray[Any]:
        squares: NDArray[Any] = sum(one * one for one in components) * scale
        np.sqrt(squares, out=squares)
        return squares

    if len(axes) == 1:
        return along(axes[0], pixels, out)
    scale = 1 / len(pixels.axes)
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    scratch = [Scratch(dtype) for _ in axes]
    for strip, part, inside in slabs(pixels, border, 1):
        components = [
            along(axis, part, memory.array(part.shape))[inside] for axis, memory in zip(axes, scratch, strict=True)
        ]
        evaluate(magnitude, components, dtype=dtype, out=output.array[strip])
    return output.finish()


@lru_cache(maxsize=64)
def _smoothing(side: float, middle: float) -> Weights:
    return Weights(np.array([side, middle, side]))


def measure_windows(
    pixels: Pixels, name: str, radius: int, *arguments: float, border: Border, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return what a kernel of its own computes from the windows of planes, in the smallest float dtype for the image.

    Parameters
    ----------
    pixels : Pixels
        The image, with two spatial axes.
    name : str
        The name of the kernel, without the dtype.
    radius : int
        How many pixels the windows reach along both axes.
    *arguments : float
        The parameters of the kernel between the source and the number of channels.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    plan = _measuring_plan(pixels.layout, name, radius, arguments, border)
    return over_planes(plan, pixels, pixels.result_dtype("float"), out)


@lru_cache(maxsize=512)
def _measuring_plan(layout: Layout, name: str, radius: int, arguments: tuple[float, ...], border: Border) -> Plan:
    computed = COMPUTED_IN["measure"][layout.dtype]
    rows, columns, channels = layout.plane
    row_table, margin_table = extended(rows, radius, radius, border.modes[0]), margins(columns, radius, border.modes[1])
    written = FLOAT64 if computed == FLOAT64 else FLOAT32
    function, window = kernel(name, computed), 2 * radius + 1
    return Plan(function, computed, written, row_table, window, margin_table, border.cval, *arguments, channels)


MEAN_TOLERANCE = 1e-5
"""How much the weights of a mean may differ from one in sum: they may have been made in float32."""

MAX_DIRECT_RADIUS = 256
"""Windows that reach farther are correlated by Fourier transforms: the kernel would hold too many rows."""

MAX_FIXED = 255
"""Longer filters have weights too small for 16-bit fixed point."""

# Nanoseconds for an element of the result on one thread of AMD EPYC (Zen 5), AVX-512, where two ways take equally long.
TAP_COST = {FLOAT32: 0.026, FLOAT64: 0.052}
CONVERSION_COST = 4.0
SEPARABLE_COST = 0.3
SEPARABLE_TAP_COST = 0.02

FOURIER_PART = 1 << 22
"""Images are correlated by transforms in parts of about so many elements."""


@dataclass(frozen=True, eq=False)
class Window:
    """Weights around a pixel.

    Equal parameters give the same object, so that plans are found by identity.
    """

    weights: NDArray[np.float64]
    """The weights of a correlation, with no more zeros around them than the pixel itself needs."""
    before: tuple[int, ...]
    """The index of the pixel along each axis."""

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.weights.shape

    @cached_property
    def after(self) -> tuple[int, ...]:
        """How many pixels the window reaches behind the pixel, along each axis."""
        return tuple([size - 1 - front for size, front in zip(self.sizes, self.before, strict=True)])

    @cached_property
    def halo(self) -> tuple[int, ...]:
        """How many pixels the window reaches along each axis, in the farther direction."""
        return tuple(map(max, self.before, self.after))

    @cached_property
    def total(self) -> float:
        return float(self.weights.sum())

    @cached_property
    def count(self) -> int:
        """How many weights are not zero."""
        return int(np.count_nonzero(self.weights))

    @property
    def is_dense(self) -> bool:
        return self.count == self.weights.size

    @cached_property
    def is_mean(self) -> bool:
        """Whether the result is a weighted mean of pixels."""
        return bool(self.weights.min() >= 0) and abs(self.total - 1) <= MEAN_TOLERANCE

    @cached_property
    def is_constant(self) -> bool:
        return bool(np.ptp(self.weights) <= 1e-7 * abs(self.weights.flat[0]))

    @cached_property
    def factors(self) -> tuple[NDArray[np.float64], ...] | None:
        """One filter for each axis whose product the weights are, or None."""
        index = np.unravel_index(np.abs(self.weights).argmax(), self.sizes)
        pivot = self.weights[index]
        if pivot == 0:
            return None
        factors = []
        for axis in range(self.weights.ndim):
            line = np.moveaxis(self.weights, axis, -1)[tuple(np.delete(index, axis))]
            line = line / (line.sum() if self.is_mean else pivot)
            even = (line + line[::-1]) / 2  # rounding errors would hide the symmetry
            factors.append(even if np.abs(line - even).max() <= 1e-12 * np.abs(line).max() else line)
        if not self.is_mean:
            factors[0] = factors[0] * pivot
        product = factors[0]
        for factor in factors[1:]:
            product = np.multiply.outer(product, factor)
        # Weights are often made in float32.
        close = np.abs(product - self.weights).max() <= 1e-7 * abs(pivot)
        return tuple(factors) if close else None

    @cached_property
    def centered_filters(self) -> list[Weights]:
        """The factors, each with zeros so that the pixel is in the middle."""
        assert self.factors is not None
        return [
            Weights(np.pad(factor, (reach - front, reach - back)))
            for factor, reach, front, back in zip(self.factors, self.halo, self.before, self.after, strict=True)
        ]

    @cached_property
    def support(self) -> Footprint:
        """The pixels whose weights are not zero."""
        origin = tuple([front - size // 2 for front, size in zip(self.before, self.sizes, strict=True)])
        return Footprint(self.sizes, self.weights != 0 if self.count else np.ones(self.sizes, bool), origin)


def as_window(
    weights: Any,
    axes: tuple[int, ...],
    origin: int | Sequence[int] = 0,
    *,
    mirrored: bool = False,
    name: str = "weights",
) -> Window:
    """Return the window of a correlation along `axes`; with `mirrored`, of a convolution.

    The axes of an array of weights are those of the image, in ascending order; the origin follows the order of `axes`.
    """
    array = as_array(name, weights)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    if array.ndim != len(axes):
        raise ValueError(
            f"{name} must have {len(axes)} axes, one for each spatial axis of the image; got shape {array.shape}."
        )
    if array.size == 0 or max(array.shape) > MAX_SIZE:
        raise ValueError(f"{name} must have between 1 and {MAX_SIZE} pixels along each axis; got shape {array.shape}.")
    values = in_order(array.astype(FLOAT64), axes)
    if values.nbytes <= MAX_REMEMBERED_BYTES:
        return _of_contents(values.tobytes(), values.shape, origin, mirrored, name)
    return _parsed(values, origin, mirrored, name)


@remembered
def _of_contents(values: bytes, shape: tuple[int, ...], origin: Any, mirrored: bool, name: str) -> Window:
    return _parsed(np.frombuffer(values, FLOAT64).reshape(shape), origin, mirrored, name)


def _parsed(weights: NDArray[np.float64], origin: Any, mirrored: bool, name: str) -> Window:
    shape = weights.shape
    if not np.all(np.isfinite(weights)):
        raise ValueError(f"{name} must be finite.")
    before = [size // 2 + shift for size, shift in zip(shape, window_origin(origin, shape), strict=True)]
    if mirrored:
        weights = np.flip(weights)
        before = [size - 1 - front for size, front in zip(shape, before, strict=True)]
    places = np.vstack([np.argwhere(weights), before])
    low, high = places.min(axis=0), places.max(axis=0) + 1
    weights = weights[tuple(map(slice, low, high))].copy()
    weights.flags.writeable = False
    return Window(weights, tuple((before - low).tolist()))


@lru_cache(maxsize=256)
def _along(window: Window, axes: tuple[int, ...], spatial: tuple[int, ...]) -> Window:
    """Return a window along `axes` as one along `spatial` axes in ascending order, one pixel thick along the others."""
    if axes == spatial:
        return window
    found = {axis: (size, front) for axis, size, front in zip(axes, window.sizes, window.before, strict=True)}
    shape, before = zip(*(found.get(axis, (1, 0)) for axis in spatial), strict=True)
    order = [axes.index(axis) for axis in sorted(axes)]
    return Window(window.weights.transpose(order).reshape(shape), before)


def correlate(pixels: Pixels, window: Window, *, border: Border, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the sum of the pixels around each pixel, each times its weight.

    Weighted means have the dtype of the image, rounded; all else is in the smallest float dtype for it.

    Parameters
    ----------
    pixels : Pixels
        The image.
    window : Window
        The weights along the axes to work along.
    border : Border
        How the image is extended.
    out : ndarray, optional
        The caller's array for the result.
    """
    dtype = pixels.result_dtype("input" if window.is_mean else "float", out)
    axes, spatial = pixels.axes, pixels.spatial_axes
    if axes != spatial:
        window, border, pixels = _along(window, axes, spatial), border.along(axes, spatial), pixels.along(spatial)
    boxed = window.is_constant and window.is_dense and window.count > 1
    if boxed and window.is_mean:
        return _box(pixels, window, border, out)
    cost, fourier_cost = _costs(pixels.layout, window)
    if boxed and cost > fourier_cost:
        real = pixels.float_dtype
        if pixels.dtype.kind == "f":
            means = _box(pixels.like(pixels.array.astype(real, copy=False)), window, border, None)
        else:
            means = _box(pixels, window, border, np.empty(pixels.shape, real))
        return evaluate(lambda part: part * part.dtype.type(window.total), [means], dtype=dtype, out=out)
    along_axes = SEPARABLE_COST + SEPARABLE_TAP_COST * sum(window.sizes)
    if along_axes < cost and _is_separable(pixels, window, border, dtype):
        filters = [None if item.values.size == 1 and item.total == 1 else item for item in window.centered_filters]
        return separable(pixels, filters, border=border, result=dtype, out=out)
    if cost <= fourier_cost:
        return _by_taps(pixels, window, border, dtype, out)
    return _by_fourier(pixels, window, border, dtype, out)


@lru_cache(maxsize=512)
def _costs(layout: Layout, window: Window) -> tuple[float, float]:
    """Return the nanoseconds for each pixel of summing pixel by pixel, and of Fourier transforms."""
    direct = max(window.halo) <= MAX_DIRECT_RADIUS
    cost = TAP_COST[layout.float_dtype] * window.count if direct else math.inf
    # By the pixels of one channel, so that others change nothing.
    size = math.prod([layout.shape[axis] for axis in layout.spatial_axes])
    return cost, fourier_cost(_fourier_dtype(layout.dtype), window.sizes, size)


def _is_separable(pixels: Pixels, window: Window, border: Border, dtype: np.dtype[Any]) -> bool:
    """Return whether one filter along each axis has the same result."""
    if window.factors is None or (dtype.kind in "biu" and max(window.sizes) > MAX_FIXED):
        return False
    centered = all(front == back for front, back in zip(window.before, window.after, strict=True))
    # NaN and infinity would spread over weights of zero.
    return (window.is_dense and centered) or _is_finite(pixels, border)


def _is_finite(pixels: Pixels, border: Border) -> bool:
    if pixels.dtype.kind != "f":
        return True
    inside = "constant" not in border.modes or math.isfinite(border.cval)
    return inside and bool(np.isfinite(pixels.array).all())


def _box(pixels: Pixels, window: Window, border: Border, out: NDArray[Any] | None) -> NDArray[Any]:
    boxes = [Box(size, front - size // 2) for size, front in zip(window.sizes, window.before, strict=True)]
    return box_means(pixels, boxes, border=border, out=out)


def _by_taps(
    pixels: Pixels, window: Window, border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Sum pixel by pixel of the window."""
    plan = _window_plan(pixels.layout, window, border, dtype)
    if isinstance(plan, Plan):
        return over_planes(plan, pixels, dtype, out)
    bound, numbers, computed, written = plan
    array = pixels.array
    direct = (array.dtype, dtype) == (computed, written) or array.size <= LARGE_ELEMENTS
    output = Output(array.shape, dtype, written if direct else dtype, out, array)
    if not array.size:
        return output.finish()
    for stack, target in stacks(pixels, output.array):
        if direct:
            run(bound, np.ascontiguousarray(converted(stack, computed)), numbers, target)
            continue
        for strip, near, local in strips_of_stack(numbers, math.prod(stack.shape[-2:])):
            sums = empty(target[strip].shape, written)
            run(bound, np.ascontiguousarray(converted(stack[near], computed)), local, sums)
            store(sums, target[strip], dtype)
    return output.finish()


@lru_cache(maxsize=512)
def _window_plan(
    layout: Layout, window: Window, border: Border, result: np.dtype[Any]
) -> Plan | tuple[Any, NDArray[np.int32], np.dtype[Any], np.dtype[Any]]:
    """Return the plan of a window in planes; of others the kernel, the planes that stand in each window, and dtypes."""
    dtype = layout.dtype
    rounded = dtype == result and dtype.kind == "u" and dtype.itemsize <= 2
    computed = COMPUTED_IN["blend" if dtype == BOOL else "measure"][dtype]
    real = FLOAT64 if computed == FLOAT64 else FLOAT32
    written = computed if rounded else real
    found = kernel("window_rounded" if rounded else "window", computed)
    rows, columns, channels = layout.plane
    _, down, across = (0, 0, *window.halo)[-3:]
    places = np.argwhere(window.weights) if window.count else np.array([window.before])
    weights = window.weights[tuple(places.T)].astype(real)
    offsets = places - np.array(window.before)
    leading = offsets[:, :-2]
    steps, numbers = np.unique(leading, axis=0, return_inverse=True)
    in_plane = np.pad(offsets, ((0, 0), (2, 0)))[:, -2:]
    taps = np.ascontiguousarray(np.column_stack([numbers.reshape(-1), in_plane]), np.int32)
    down_mode, across_mode = ("nearest", *border.modes)[-2:]
    row_table, margin_table = extended(rows, down, down, down_mode), margins(columns, across, across_mode)
    arguments = (taps, weights, across, down, channels)
    if not any(window.halo[:-2]):
        first = np.zeros(1, np.int32)
        return Plan(
            found, computed, written, row_table, 2 * down + 1, margin_table, border.cval, first, *arguments, stack=True
        )
    bound = bind(found, None, row_table, margin_table, border.cval, None, *arguments, None)
    lengths = [layout.shape[axis] for axis in layout.spatial_axes[:-2]]
    return bound, planes_of_windows(lengths, border.modes[:-2], steps), computed, written


def _fourier_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype of transforms: errors are relative to the largest pixel of a tile, which may be any float."""
    return FLOAT32 if COMPUTED_IN["select"][dtype] == UINT8 else FLOAT64


def _by_fourier(
    pixels: Pixels, window: Window, border: Border, dtype: np.dtype[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Multiply the Fourier transforms of the window and of the image, tile by tile; NaN gives NaN in its windows."""
    array, count = pixels.array, len(pixels.axes)
    holes = None
    if not _is_finite(pixels, border):
        unknown = pixels.like(~np.isfinite(array))
        outside = border.filled(float(not math.isfinite(border.cval)))
        holes = minmax(unknown, window.support.mirrored, (True,), border=outside)
        array = np.where(unknown.array, array.dtype.type(0), array)
        border = border if math.isfinite(border.cval) else border.filled(0.0)
    lengths = [length + size - 1 for length, size in zip(pixels.spatial_shape, window.sizes, strict=True)]
    if math.prod(lengths) * pixels.channels > 16 * array.size + MAX_EXTENSION:
        raise ValueError(
            f"weights of shape {window.sizes} are too large for an image of shape {array.shape}: it takes "
            f"{math.prod(lengths)} pixels to extend the image so far beyond its border."
        )
    output = Output(array.shape, dtype, dtype, out, pixels.array)
    if not array.size:
        return output.finish()
    wide = extended_image(array, pixels.axes, window.before, window.after, border)
    sources, targets = (np.moveaxis(one, pixels.axes, range(-count, 0)) for one in (wide, output.array))
    if holes is not None:
        holes = np.moveaxis(holes, pixels.axes, range(-count, 0))
    computed, real = COMPUTED_IN["select"][pixels.dtype], _fourier_dtype(pixels.dtype)
    for index in np.ndindex(targets.shape[:-count]):
        source, target = sources[index], targets[index]
        for part in pieces(target, max(FOURIER_PART, 4 * window.sizes[0] * target[0].size)):
            near = source[part.start : part.stop + window.sizes[0] - 1]
            direct = target.dtype in (FLOAT32, FLOAT64) and target[part].flags.c_contiguous
            sums = target[part] if direct else empty(target[part].shape, real)
            sums_inside(np.ascontiguousarray(converted(near, computed)), window.weights, sums, (real,))
            if holes is not None:
                sums[holes[index][part]] = np.nan
            if not direct:
                target[part] = saturate(sums, dtype)
    return output.finish()


def correlate_inside(
    array: NDArray[Any], weights: NDArray[Any], spreads: WindowSpreads
) -> tuple[NDArray[np.floating[Any]], float]:
    """Return the sums of the pixels times the weights less their mean, where all are inside of an array, and an offset.

    The sums are too large by the offset times the sum of the pixels: it is not 0 if other weights are quicker.

    Parameters
    ----------
    array : ndarray
        An array of finite numbers, of a dtype that kernels have.
    weights : ndarray
        Finite weights with as many axes as the array.
    spreads : WindowSpreads
        Those of the windows of the weights. Images of 8 and 16 bits and of float32 are transformed in float32 where its
        rounding errors are small beside these, and in float64 elsewhere.
    """
    pixels = as_pixels(array)
    exact = array.dtype.kind == weights.dtype.kind == "u"
    if exact:
        whole = weights - np.rint(weights.mean())
        # Sums of integers are exact in float32 so far.
        exact = float(np.abs(whole).sum()) * float(array.max()) < 1 << 24
    centered = weights - weights.mean(dtype=FLOAT64)
    real, size = pixels.float_dtype, math.prod(spreads.shape)
    cost = TAP_COST[FLOAT32] * weights.size if exact else CONVERSION_COST + TAP_COST[FLOAT64] * weights.size
    if cost <= fourier_cost(real, weights.shape, size) and max(weights.shape) <= MAX_DIRECT_RADIUS:
        window = as_window(whole if exact else centered, pixels.axes)
        direct = pixels if exact else pixels.like(array.astype(FLOAT64))
        wide = _by_taps(direct, window, as_border("nearest", 0, direct), FLOAT32 if exact else FLOAT64, None)
        return np.ascontiguousarray(wide[inner(wide, weights.shape)]), float(whole.mean()) if exact else 0.0
    result = empty(spreads.shape, real)
    sums_inside(array, centered, result, (FLOAT32, FLOAT64) if real == FLOAT32 else (FLOAT64,), spreads.smallest)
    return result, 0.0


def inner(array: NDArray[Any], sizes: Sequence[int]) -> tuple[slice, ...]:
    """Return the part of an array in which windows of `sizes` are inside of it."""
    return tuple(
        slice(size // 2, size // 2 + length - size + 1) for size, length in zip(sizes, array.shape, strict=True)
    )


def masked(result: NDArray[Any], mask: NDArray[np.bool_], pixels: Pixels) -> NDArray[Any]:
    """Set `result` to 0 where 3 pixels along each of the axes hold one outside of `mask` or the image; return it."""
    axes = tuple([pixels.spatial_axes.index(axis) for axis in pixels.axes])
    inside = as_pixels(mask, axes=axes)
    whole = minmax(inside, as_footprint(3, len(axes)), (False,), border=as_border("min", 0, inside, ("min",)))
    if pixels.channel_axis is not None:
        whole = np.expand_dims(whole, pixels.channel_axis)
    result *= whole
    return result
