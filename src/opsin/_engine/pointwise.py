"""The framework of pixels: each pixel of the result from the same pixel of one or more images."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import (
    BOOL,
    COMPUTED_IN,
    FLOAT32,
    FLOAT64,
    PIECE_ELEMENTS,
    UINT8,
    Output,
    Pixels,
    channels_last,
    converted,
    data_range,
    integer_limits,
    new_array,
    pieces,
    saturate,
)
from .compiled import for_this_machine
from .compiled.lookup import rows_of_table
from .dispatch import bind, has_kernel, kernel, run
from .labels import unsigned
from .runtime import empty

Function: TypeAlias = Callable[[NDArray[Any]], NDArray[Any]]
"""A function of values, element by element."""


Curve: TypeAlias = tuple[Any, ...]
"""The name of a kernel of ``kernels/curve.py``, and its numbers."""

MAX_KERNEL_ELEMENTS = 1 << 30
"""How many elements a kernel is given at once."""

FEW_ELEMENTS = 1 << 10
"""Up to so many elements NumPy looks numbers up sooner than compiled code has begun."""

CACHED_ELEMENTS = 1 << 16
"""Expressions are evaluated in pieces of about so many elements, whose intermediate results stay in the cache."""


def evaluate(
    function: Callable[..., NDArray[Any]],
    arrays: Sequence[NDArray[Any]],
    *,
    dtype: np.dtype[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a NumPy expression of arrays of one shape, rounded and saturated to `dtype`.

    Parameters
    ----------
    function : callable
        From as many arrays as there are to one of their shape, element by element.
    arrays : sequence of ndarray
        Arrays of one shape, of any strides.
    dtype : dtype
        The dtype of the result.
    out : ndarray, optional
        The array for the result; it may be one of `arrays`.
    """
    shape = arrays[0].shape
    if out is None and arrays[0].size <= FEW_ELEMENTS:
        with np.errstate(invalid="ignore", over="ignore"):
            values = saturate(np.asarray(function(*arrays)), dtype)
        is_new = values.flags.owndata and all(values is not array for array in arrays)
        if is_new and values.shape == shape and values.flags.c_contiguous:
            return values
        return np.broadcast_to(values, shape).copy(order="C")
    # An array that is the result itself is read before it is written.
    output = Output(shape, dtype, dtype, out, *(array for array in arrays if array is not out))
    target = output.array
    # Values that are not finite, and those that overflow, need no warning; kernels give none.
    with np.errstate(invalid="ignore", over="ignore"):
        if target.size <= CACHED_ELEMENTS or target.ndim == 0:
            target[...] = saturate(np.asarray(function(*arrays)), dtype)
            return output.finish()
        for piece in pieces(target, CACHED_ELEMENTS):
            target[piece] = saturate(np.asarray(function(*(array[piece] for array in arrays))), dtype)
    return output.finish()


def difference(first: NDArray[Any], second: NDArray[Any], *, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the difference of two arrays of one shape and dtype, saturated; of masks, where only the first is True.

    Parameters
    ----------
    first, second : ndarray
        Arrays of any strides.
    out : ndarray, optional
        The array for the result; it may be one of the two.
    """
    dtype = first.dtype
    computed = UINT8 if dtype == BOOL else dtype
    bound = _difference_plan(computed)
    if bound is None:
        return evaluate(_saturated_difference, [first, second], dtype=dtype, out=out)
    output = Output(first.shape, dtype, computed, out, *[array for array in (first, second) if array is not out])
    arrays = [np.ascontiguousarray(converted(array, computed)).reshape(-1) for array in (first, second)]
    target = output.array.reshape(-1)
    if target.size <= MAX_KERNEL_ELEMENTS:
        run(bound, *arrays, target)
        return output.finish()
    for piece in pieces(target, MAX_KERNEL_ELEMENTS):
        run(bound, *(array[piece] for array in arrays), target[piece])
    return output.finish()


@lru_cache
def _difference_plan(dtype: np.dtype[Any]) -> Any:
    """Return the kernel for differences of `dtype`, or None if there is none."""
    return bind(kernel("difference", dtype), None, None, None) if has_kernel("difference", dtype) else None


def _saturated_difference(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """Return the difference of two arrays of one dtype, which have no kernel."""
    dtype = first.dtype
    if dtype.kind == "u":
        higher = np.asarray(np.maximum(first, second))
        return np.subtract(higher, second, out=higher)  # type: ignore[no-any-return]
    difference: NDArray[Any] = np.subtract(first, second)
    if dtype.kind == "i":
        limits = np.iinfo(dtype)
        overflown = ((first ^ second) & (first ^ difference)) < 0
        difference[overflown] = np.where(first[overflown] < 0, limits.min, limits.max)
    return difference


def polar(down: NDArray[Any], across: NDArray[Any], scale: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the lengths of vectors, times `scale`, and their angles from -pi to pi; that of no vector is 0.

    Parameters
    ----------
    down, across : ndarray
        The components, C-contiguous and of one shape: float32, or float64, whose angles NumPy computes.
    scale : float
        What the lengths are multiplied by.
    """
    dtype = down.dtype
    if dtype != FLOAT32:
        lengths = evaluate(lambda y, x: scale * np.sqrt(y * y + x * x), [down, across], dtype=dtype)
        return lengths, evaluate(lambda y, x: np.arctan2(y + 0, x + 0), [down, across], dtype=dtype)
    lengths, angles = new_array(down.shape, dtype), new_array(down.shape, dtype)
    if down.size:
        run(_polar_plan(scale), *(array.reshape(len(down), -1) for array in (down, across, lengths, angles)))
    return lengths, angles


@lru_cache(maxsize=4)
def _polar_plan(scale: float) -> Any:
    return bind(kernel("polar", FLOAT32), None, None, scale, None, None)


def weighted_sum(
    pixels: Pixels, axis: int, weights: tuple[float, ...], *, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the weighted sum of three channels along `axis`, without that axis, in the dtype of the image."""
    computed, bound = _weighted_sum_plan(pixels.dtype, weights)
    array = channels_last(pixels.array, axis)
    output = Output(array.shape[:-1], pixels.dtype, computed, out, pixels.array)
    _run_on_channels(bound, array, with_leading_axes(output.array, 2), computed)
    return output.finish()


def mixed(
    pixels: Pixels,
    axis: int,
    chain: str,
    matrices: tuple[Affine, ...],
    *,
    rounded: bool = False,
    ranged: bool = True,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return what functions of each channel and matrices of the three channels, in turn, make of an image.

    Parameters
    ----------
    pixels : Pixels
        The image; its channel axis is not used.
    axis : int
        The axis of the three channels, counted from the front.
    chain : str
        The functions: a chain of ``kernels/mix.py``.
    matrices : tuple of Affine
        The matrices of the chain.
    rounded : bool
        Whether the result has the dtype of the image; otherwise it is of floats.
    ranged : bool
        Whether the functions take and give values from 0 to 1 for the range of the dtype.
    out : ndarray, optional
        The caller's array for the result.
    """
    dtype = pixels.dtype if rounded else pixels.float_dtype
    bound, computed, written = _mix_plan(pixels.dtype, chain, matrices, rounded, ranged)
    return _on_channels(bound, pixels, axis, computed, written, dtype, out)


@lru_cache(maxsize=64)
def _mix_plan(
    dtype: np.dtype[Any], chain: str, matrices: tuple[Affine, ...], rounded: bool, ranged: bool
) -> tuple[Any, np.dtype[Any], np.dtype[Any]]:
    """Return the kernel of a chain, the dtype that it takes, and the one that it writes."""
    computed = COMPUTED_IN["blend"][dtype]
    if not ranged and not rounded and computed.kind != "f":
        computed = FLOAT64  # integers as XYZ or Lab are far out of range, where single precision loses too much
    name = f"mix_{chain}{'_rounded' if rounded and computed == UINT8 else ''}"
    if computed not in (FLOAT64, FLOAT32) and not has_kernel(name, computed):
        computed = FLOAT32
    real = FLOAT64 if computed == FLOAT64 else FLOAT32
    unit = data_range(dtype) if ranged else 1.0
    factors = [1 / unit, unit if rounded else 1.0]
    rows = [matrix.rows for matrix in matrices]
    if chain == "matrix":  # which includes the factors
        rows = [factors[1] * np.column_stack([factors[0] * rows[0][:, :3], rows[0][:, 3]])]
        factors = []
    found = kernel(f"mix_{chain}" if real == computed else name, computed)
    bound = bind(found, None, *factors, *(np.ascontiguousarray(table, real) for table in rows), None)
    return bound, computed, computed if rounded else real


@dataclass(frozen=True, eq=False)
class Affine:
    """A matrix of three channels, and what is added. Plans are found by identity."""

    rows: NDArray[np.float64]
    """Three rows of four numbers: the weights of the channels, and what is added."""


def affine(matrix: NDArray[Any], offset: Sequence[float] | NDArray[Any] = (0, 0, 0)) -> Affine:
    """Return a matrix of three channels, and what is added, as `mixed` takes them."""
    return Affine(np.column_stack([matrix, offset]))


def of_channels(
    function: Callable[..., Sequence[NDArray[Any]]],
    images: Sequence[NDArray[Any]],
    axis: int,
    *,
    computed: np.dtype[Any],
    dtype: np.dtype[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return an image whose channels are NumPy expressions of the channels of one or more images.

    Parameters
    ----------
    function : callable
        From the channels of all images, arrays of `computed` in turn, to those of the result; a single one has no axis.
    images : sequence of ndarray
        Images that differ in the number of channels only, or single colors, of one axis.
    axis : int
        The axis of the channels, counted from the front.
    computed : dtype
        The dtype of the channels for the function.
    dtype : dtype
        The dtype of the result, which is rounded and saturated to it.
    out : ndarray, optional
        The caller's array for the result.
    """
    first = np.moveaxis(images[0], axis, 0)
    # Applied to channels of no pixels, the function shows how many channels the result has.
    number = len(function(*(np.ones((0,), computed) for image in images for _ in range(_channels(image, axis)))))
    spatial = first.shape[1:]
    shape = (*spatial[:axis], number, *spatial[axis:]) if number > 1 else spatial
    output = Output(shape, dtype, dtype, out, *images)
    target = np.moveaxis(output.array, axis, 0) if number > 1 else output.array[None]
    if not spatial:
        first, target, images = first[:, None], target[:, None], [image[:, None] for image in images]
    with np.errstate(all="ignore"):
        for piece in pieces(first[0], PIECE_ELEMENTS):
            channels: list[NDArray[Any]] = []
            for image in images:
                single = image.ndim == 1
                planes = image.reshape(-1, *(1,) * len(spatial)) if single else np.moveaxis(image, axis, 0)[:, piece]
                channels.extend(np.ascontiguousarray(planes, computed))
            for number, channel in enumerate(function(*channels)):
                target[number, piece] = saturate(np.asarray(channel), dtype)
    return output.finish()


def _channels(image: NDArray[Any], axis: int) -> int:
    return len(image) if image.ndim == 1 else image.shape[axis]


def by_value(
    pixels: Pixels,
    function: Function | Sequence[Function],
    *,
    dtype: np.dtype[Any],
    curve: Curve | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a function of the value of each pixel, rounded and saturated to `dtype`.

    Parameters
    ----------
    pixels : Pixels
        The image. That of an integer dtype with at most 16 bits is looked up in a table of all values.
    function : callable or sequence of callable
        From an array of floats to one of its shape, element by element; one for each channel, or one for all pixels.
        The table of a `functools.partial` of hashable arguments is remembered.
    dtype : dtype
        The dtype of the result.
    curve : tuple of str and float, optional
        The kernel that computes the function in single precision, one of ``kernels/curve.py``, and its numbers.
    out : ndarray, optional
        The caller's array for the result.
    """
    if curve is not None and pixels.dtype.kind == "f" and pixels.dtype.itemsize <= 4:
        bound = _curve_plan(*curve)

        def run_curve(values: NDArray[Any], results: NDArray[Any]) -> None:
            if values.size <= MAX_KERNEL_ELEMENTS:
                run(bound, values, results)
                return
            for piece in pieces(values, MAX_KERNEL_ELEMENTS):
                run(bound, values[piece], results[piece])

        return _in_pieces(pixels.array, FLOAT32, run_curve, FLOAT32, dtype, out)
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    if callable(function):
        _by_value(function, pixels.array, output.array)
    else:
        axis = pixels.channel_axis
        source, target = (array[None] if axis is None else np.moveaxis(array, axis, 0)
                          for array in (pixels.array, output.array))  # fmt: skip
        for one, channel, result in zip(function, source, target, strict=True):
            _by_value(one, channel, result)
    return output.finish()


def by_integer(pixels: Pixels, first: int, entries: NDArray[Any], *, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return the entries for the integers of an image, in their dtype.

    Parameters
    ----------
    pixels : Pixels
        An image of integers.
    first : int
        The integer that the first entry is for; lesser ones have it, too, and those after the last entry have that.
    entries : ndarray
        What each integer becomes, one after the other.
    out : ndarray, optional
        The caller's array for the result.
    """
    output = Output(pixels.shape, entries.dtype, entries.dtype, out, pixels.array)
    low, high = integer_limits(pixels.dtype)
    last = first + len(entries) - 1
    if pixels.dtype.itemsize > 2 or (high - low > pixels.array.size and high - low > FEW_ELEMENTS):
        numbers = pixels.array.clip(max(low, first), min(high, last))
        output.array[...] = entries.take((numbers - numbers.dtype.type(first)).astype(np.intp))
        return output.finish()
    table = np.empty(high - low + 1, entries.dtype)
    table[: first - low] = entries[0]
    table[first - low : last + 1 - low] = entries
    table[last + 1 - low :] = entries[-1]
    look_up(pixels.array, np.roll(table, low) if low else table, output.array)
    return output.finish()


@lru_cache(maxsize=32)
def _curve_plan(name: str, *numbers: float) -> Any:
    return bind(kernel(f"curve_{name}", FLOAT32), None, *numbers, None)


def _by_value(function: Function, array: NDArray[Any], target: NDArray[Any]) -> None:
    """Fill `target` with a function of each element."""
    size = array.dtype.itemsize
    if array.dtype.kind == "f" or size > 2 or (size == 2 and array.size < 1 << 16):
        real = array.dtype if array.dtype in (FLOAT32, FLOAT64) else FLOAT32 if array.dtype == np.float16 else FLOAT64
        evaluate(lambda piece: function(piece.astype(real)), [array], dtype=target.dtype, out=target)
        return
    look_up(array, _table(function, array.dtype, target.dtype), target)


def _table(function: Function, source: np.dtype[Any], target: np.dtype[Any]) -> NDArray[Any]:
    """Return a function of all values of an integer dtype, in the order of unsigned integers."""
    if isinstance(function, functools.partial) and not function.keywords:
        try:
            return _remembered_table(function.func, function.args, source, target)
        except TypeError:
            pass  # the arguments are not hashable
    low, high = integer_limits(source)
    table = saturate(function(np.arange(low, high + 1, dtype=FLOAT64)), target)
    # Viewed as unsigned, the negative integers follow the others.
    return np.roll(table, low) if low else table


@lru_cache(maxsize=32)
def _remembered_table(
    function: Callable[..., NDArray[Any]], arguments: tuple[Any, ...], source: np.dtype[Any], target: np.dtype[Any]
) -> NDArray[Any]:
    table = _table(lambda values: function(*arguments, values), source, target)
    table.flags.writeable = False
    return table


def stretched(
    array: NDArray[Any],
    source: tuple[float, float],
    target: tuple[float, float],
    *,
    dtype: np.dtype[Any],
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return floats, or integers of 16 bits, stretched from one range to another; integers are rounded and saturated.

    Parameters
    ----------
    array : ndarray
        Values; without NaN for a result of integers.
    source : tuple of two float
        Two values, the lower one first; what is outside is clipped.
    target : tuple of two float
        What these become.
    dtype : dtype
        The dtype of the result.
    out : ndarray, optional
        The caller's array for the result.
    """
    source_dtype = FLOAT32 if array.dtype == np.float16 else array.dtype
    values_in = source_dtype if source_dtype in (np.uint16, FLOAT32) else FLOAT64
    computed = dtype if dtype in (UINT8, np.uint16, FLOAT32) else FLOAT32 if dtype == np.float16 else FLOAT64
    compiled = for_this_machine("stretching").stretched
    return _in_pieces(
        array, values_in, lambda values, results: compiled(values, results, *source, *target), computed, dtype, out
    )


def interpolated(
    array: NDArray[Any], first: float, step: float, table: NDArray[Any], *, out: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return floats looked up in a table of equal steps, linearly between its entries, in their dtype; NaN stays.

    Parameters
    ----------
    array : ndarray
        Values of a float dtype; those outside of the table become its first or its last entry.
    first, step : float
        The value that the first entry is for, and the distance to the next one, which is more than 0.
    table : ndarray
        What the values become.
    out : ndarray, optional
        The caller's array for the result.
    """
    computed = FLOAT32 if array.dtype.itemsize <= 4 else FLOAT64
    entries = np.ascontiguousarray(table, FLOAT64)
    compiled = for_this_machine("stretching").interpolated
    return _in_pieces(
        array,
        computed,
        lambda values, results: compiled(values, results, first, step, entries),
        computed,
        array.dtype,
        out,
    )


def _in_pieces(
    array: NDArray[Any],
    values_in: np.dtype[Any],
    function: Callable[[NDArray[Any], NDArray[Any]], None],
    computed: np.dtype[Any],
    dtype: np.dtype[Any],
    out: NDArray[Any] | None,
) -> NDArray[Any]:
    """Return what compiled code makes of contiguous elements of `values_in`; they are converted piece by piece."""
    output = Output(array.shape, dtype, computed, out, array)
    results = output.array
    if not results.size:
        return output.finish()
    if array.dtype == values_in and array.flags.c_contiguous:
        function(array.reshape(-1), results.reshape(-1))
        return output.finish()
    for piece in pieces(array, PIECE_ELEMENTS):
        values = np.ascontiguousarray(converted(array[piece], values_in)).reshape(-1)
        function(values, results[piece].reshape(-1))
    return output.finish()


def look_up(indices: NDArray[Any], table: NDArray[Any], target: NDArray[Any]) -> None:
    """Fill `target` with the rows of a table whose numbers are in `indices`.

    Parameters
    ----------
    indices : ndarray
        The numbers, of bool or integers that are viewed as unsigned, all less than the length of the table.
    table : ndarray
        Entries, or rows of entries, of any dtype.
    target : ndarray
        The result, of the dtype of the table, and of the shape of the indices followed by that of a row.
    """
    if not target.size:
        return
    if target.size <= FEW_ELEMENTS and table.ndim == 1 and indices.dtype.itemsize <= 2:
        target[...] = table.take(unsigned(indices))
        return
    entry = np.dtype(f"u{min(table.itemsize, 8)}")
    rows = np.ascontiguousarray(table).reshape(len(table), -1).view(entry)
    found = target if target.flags.c_contiguous else empty(target.shape, target.dtype)
    rows_of_table(unsigned(indices.reshape(-1)), rows, found.reshape(indices.size, -1).view(entry))
    if found is not target:
        target[...] = found


def hue(pixels: Pixels, axis: int, conversion: str, *, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return an image of three channels along `axis` with or without a channel of hues: "rgb_hsv" or "hsv_rgb"."""
    bound, computed, written = _hue_plan(pixels.dtype, conversion)
    return _on_channels(bound, pixels, axis, computed, written, pixels.float_dtype, out)


@lru_cache(maxsize=32)
def _hue_plan(dtype: np.dtype[Any], conversion: str) -> tuple[Any, np.dtype[Any], np.dtype[Any]]:
    """Return the kernel of a conversion, the dtype that it takes, and the one that it writes."""
    computed = COMPUTED_IN["blend"][dtype]
    computed = computed if has_kernel(conversion, computed) else FLOAT32
    bound = bind(kernel(conversion, computed), None, 1 / data_range(dtype), None)
    return bound, computed, FLOAT64 if computed == FLOAT64 else FLOAT32


def _on_channels(
    bound: Any,
    pixels: Pixels,
    axis: int,
    computed: np.dtype[Any],
    written: np.dtype[Any],
    dtype: np.dtype[Any],
    out: NDArray[Any] | None,
) -> NDArray[Any]:
    """Return what a kernel of three channels that takes `computed` and writes `written` makes of an image."""
    output = Output(pixels.shape, dtype, written, out, pixels.array)
    source, target = (channels_last(array, axis) for array in (pixels.array, output.array))
    _run_on_channels(bound, source, with_leading_axes(target, 3), computed)
    return output.finish()


def with_leading_axes(array: NDArray[Any], axes: int) -> NDArray[Any]:
    """Return an array with leading axes of length 1 until it has so many."""
    return array[(None,) * (axes - array.ndim)] if array.ndim < axes else array


def _run_on_channels(bound: Any, source: NDArray[Any], target: NDArray[Any], computed: np.dtype[Any]) -> None:
    """Run a kernel that takes (rows, columns, channels), on pieces that are converted if they must be."""
    if not source.size:
        return
    rows = with_leading_axes(source, 3)
    if rows.dtype == computed or rows.size <= PIECE_ELEMENTS:
        run(bound, converted(rows, computed), target)
        return
    for piece in pieces(rows, PIECE_ELEMENTS):
        run(bound, converted(rows[piece], computed), target[piece])


@lru_cache(maxsize=64)
def _weighted_sum_plan(dtype: np.dtype[Any], weights: tuple[float, ...]) -> tuple[np.dtype[Any], Any]:
    """Return the dtype that the sum is computed in, and the kernel: uint8 needs weights that fit 16 bits."""
    computed = COMPUTED_IN["blend"][dtype]
    table = np.array(weights, FLOAT64)
    if computed == UINT8:
        fixed = np.rint(table * 65536)
        if fixed.min() >= 0 and fixed.max() < 65536 and fixed.sum() <= 65536:
            table = fixed.astype(np.uint16)
        else:
            computed = FLOAT32
    if computed not in (UINT8, FLOAT64):
        table = table.astype(FLOAT32)
    return computed, bind(kernel("luminance", computed), None, table, None)
