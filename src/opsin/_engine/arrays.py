"""Images as the frameworks take them, and the arrays that results are written to."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import Allowed, integer, number
from .._types import POSITIVE, ChannelAxis
from .memo import remembered
from .runtime import empty, is_real_array, needed_bytes

BOOL = np.dtype(np.bool_)
UINT8 = np.dtype(np.uint8)
FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)

WORDS = {np.dtype(word).itemsize: np.dtype(word) for word in (np.uint8, np.uint16, np.uint32, np.float64)}
"""The dtypes that pixels of so many bytes are moved as."""

Arithmetic: TypeAlias = Literal["move", "select", "blend", "measure"]
"""What a kernel does to pixels: moves or chooses them, sums them with weights, or computes floats from them."""

Result: TypeAlias = Literal["input", "float", "bool"] | np.dtype[Any]
"""The dtype of a result: the input's, the smallest float for it, bool, or a given one."""

# The narrowest dtype with kernels that holds every value exactly, or float64.
_CHOSEN_IN = {
    np.dtype(dtype): np.dtype(computed)
    for dtype, computed in (
        (np.uint8, np.uint8),
        (np.uint16, np.uint16),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.bool_, np.uint8),
        (np.float16, np.float32),
        (np.int8, np.float32),
        (np.int16, np.float32),
        (np.int32, np.float64),
        (np.uint32, np.float64),
        (np.int64, np.float64),
        (np.uint64, np.float64),
        (np.longdouble, np.float64),
    )
}

COMPUTED_IN: dict[str, dict[np.dtype[Any], np.dtype[Any]]] = {
    "move": {dtype: UINT8 if dtype == BOOL else dtype for dtype in _CHOSEN_IN},
    "select": _CHOSEN_IN,
    "blend": {**_CHOSEN_IN, BOOL: FLOAT32},
    "measure": _CHOSEN_IN,
}
"""The dtype that an image of each dtype is computed in, for each arithmetic."""

_FLOAT_OF = {dtype: FLOAT64 if computed == FLOAT64 else FLOAT32 for dtype, computed in _CHOSEN_IN.items()}


@lru_cache(maxsize=64)
def integer_limits(dtype: np.dtype[Any]) -> tuple[int, int]:
    """Return the least and the greatest value of an integer dtype or bool."""
    if dtype == np.bool_:
        return 0, 1
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def data_range(dtype: np.dtype[Any]) -> float:
    """Return the largest value of an integer dtype, and 1 for bool and floats."""
    return float(integer_limits(dtype)[1]) if dtype.kind in "iu" else 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """What plans depend on of an image. Equal ones are the same object, so that plans are found by identity."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    channel_axis: int | None
    """The axis of the channels, counted from the front."""
    axes: tuple[int, ...]
    """The spatial axes to work along, counted from the front, in the order of the caller; by default all."""
    spatial_axes: tuple[int, ...]
    """All axes but that of the channels."""
    stacked_shape: tuple[int, ...] | None
    """The shape (..., rows, columns * channels), if channels are none or the last axis and there are two other axes."""

    @property
    def float_dtype(self) -> np.dtype[Any]:
        """The dtype of derivatives, responses and distances."""
        return _FLOAT_OF[self.dtype]

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        return tuple([self.shape[axis] for axis in self.spatial_axes])

    def resized(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """Return the shape with other lengths of the axes to work along; raise if an image of it is too large."""
        shape = with_lengths(self.shape, self.axes, tuple(lengths))
        check_size(shape, self.dtype)
        return shape

    @property
    def plane(self) -> tuple[int, int, int]:
        """The rows, the columns and the interleaved channels of the planes of the image."""
        rows, columns = (1, *(self.shape[axis] for axis in self.spatial_axes))[-2:]
        return rows, columns, self.shape[-1] if self.channel_axis == len(self.shape) - 1 else 1


@lru_cache(maxsize=1024)
def layout_of(shape: tuple[int, ...], dtype: np.dtype[Any], channel_axis: int | None, axes: tuple[int, ...]) -> Layout:
    """Return the layout of an image; `channel_axis` and `axes` are counted from the front."""
    spatial, last = spatial_axes(len(shape), channel_axis), channel_axis == len(shape) - 1
    merged = (*shape[:-2], shape[-2] * shape[-1]) if last else shape if channel_axis is None else None
    return Layout(shape, dtype, channel_axis, axes, spatial, merged if len(spatial) > 1 else None)


class Pixels:
    """An image and its layout: the axis of its channels, and the spatial axes to work along."""

    __slots__ = ("array", "layout")

    def __init__(self, array: NDArray[Any], layout: Layout) -> None:
        self.array = array
        """The image in native byte order, aligned, of any real dtype and any strides."""
        self.layout = layout

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.layout.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.layout.shape

    @property
    def channel_axis(self) -> int | None:
        return self.layout.channel_axis

    @property
    def axes(self) -> tuple[int, ...]:
        return self.layout.axes

    @property
    def spatial_axes(self) -> tuple[int, ...]:
        return self.layout.spatial_axes

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        return self.shape if self.channel_axis is None else self.layout.spatial_shape

    @property
    def channels(self) -> int:
        return 1 if self.channel_axis is None else self.shape[self.channel_axis]

    @property
    def float_dtype(self) -> np.dtype[Any]:
        return self.layout.float_dtype

    def resized(self, lengths: Sequence[int]) -> tuple[int, ...]:
        """Return the shape with other lengths of the axes to work along; raise if an image of it is too large."""
        return self.layout.resized(lengths)

    def like(self, array: NDArray[Any]) -> Pixels:
        """Return another image with the same axes."""
        layout = self.layout
        return Pixels(array, layout_of(array.shape, array.dtype, layout.channel_axis, layout.axes))

    def along(self, axes: tuple[int, ...]) -> Pixels:
        """Return the image with other axes to work along, counted from the front."""
        layout = self.layout
        return Pixels(self.array, layout_of(layout.shape, layout.dtype, layout.channel_axis, axes))

    def result_dtype(self, result: Result, out: NDArray[Any] | None = None) -> np.dtype[Any]:
        """Return the dtype that `result` stands for; with `out` of a float dtype, values are not rounded."""
        if result == "input":
            if isinstance(out, np.ndarray) and out.dtype in (FLOAT32, FLOAT64):
                return self.dtype if self.dtype.kind == "f" else out.dtype
            return self.layout.dtype
        if result == "float":
            return self.float_dtype
        return BOOL if result == "bool" else np.dtype(result)


@lru_cache(maxsize=256)
def with_lengths(shape: tuple[int, ...], axes: tuple[int, ...], lengths: tuple[int, ...]) -> tuple[int, ...]:
    """Return `shape` with other lengths of some axes."""
    changed = list(shape)
    for axis, length in zip(axes, lengths, strict=True):
        changed[axis] = length
    return tuple(changed)


def as_pixels(
    image: ArrayLike,
    channel_axis: ChannelAxis = None,
    axes: int | Sequence[int] | None = None,
    *,
    name: str = "image",
    dimensions: Allowed | None = None,
) -> Pixels:
    """Return `image` as the frameworks take it, without a copy where that is possible.

    Parameters
    ----------
    image : array_like
        An array of bool, integers or floats with at least one axis.
    channel_axis : int, None or 'auto'
        The axis of the channels; ``"auto"``: the last of three axes if it is 3 or 4 long.
    axes : int, sequence of int or None
        The spatial axes to work along; the channels do not count. None: all.
    name : str
        The name of the parameter in error messages.
    dimensions : Allowed, optional
        How many spatial axes the image may have, if not any number.
    """
    array = image if is_real_array(image) else _real_array(name, image)
    layout = _checked_layout(array.shape, array.dtype, channel_axis, axes, name)
    if dimensions is not None and len(layout.spatial_axes) not in dimensions:
        low, high = dimensions.low, dimensions.high
        many = high is not None and len(layout.spatial_axes) > high
        wanted = f"{low}" if low == high else f"at most {high}" if many else f"at least {low}"
        raise ValueError(f"{name} must have {wanted} spatial axes; got shape {array.shape}.")
    return Pixels(array, layout)


@remembered
def _checked_layout(shape: tuple[int, ...], dtype: np.dtype[Any], channel_axis: Any, axes: Any, name: str) -> Layout:
    if not shape:
        raise ValueError(f"{name} must have at least one axis; got a single number.")
    channel_axis = channel_axis_of(shape, channel_axis)
    chosen = chosen_axes("axes", axes, spatial_axes(len(shape), channel_axis))
    return layout_of(shape, dtype, channel_axis, chosen)


def _real_array(name: str, image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an aligned array of real numbers in native byte order."""
    array = image if type(image) is np.ndarray else as_array(name, image)
    if array.dtype not in _CHOSEN_IN:
        native = array.dtype.newbyteorder("=")
        if native not in _CHOSEN_IN:
            raise TypeError(f"{name} must be a real array (bool, integer or float); got dtype {array.dtype}.")
        array = array.astype(native)
    return array if array.flags.aligned else array.copy()


def with_channels(image: ArrayLike, channel_axis: int, count: int = 3, *, name: str = "image") -> tuple[Pixels, int]:
    """Return `image` as the frameworks take it, and the axis of its `count` channels, counted from the front."""
    pixels = as_pixels(image, name=name)
    ndim = pixels.array.ndim
    axis = integer("channel_axis", channel_axis, low=-ndim, high=ndim - 1) % ndim
    shape = pixels.shape
    if shape[axis] != count:
        found = f"{name} must have {count} channels along its axis {axis}; got shape {shape}."
        if ndim > 1 and count == 3 and shape[axis] == 4:
            found += f" If the fourth is transparency, {name}[..., :3] leaves it out."
        elif ndim == 2 and count == 3:
            found += " It seems to be gray already."
        raise ValueError(found)
    return pixels, axis


def as_array(name: str, value: Any) -> NDArray[Any]:
    """Return `value` as an array, or raise an error that names the parameter."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array or nested sequences of one length; got {_shown(value)}.") from None
    except TypeError as error:
        raise TypeError(f"{name} must be an array; got {_shown(value)}: {error}.") from None


def _shown(value: Any) -> str:
    text = repr(value)
    return f"{text[:77] + '...' if len(text) > 80 else text} ({type(value).__name__})"


@lru_cache(maxsize=64)
def spatial_axes(ndim: int, channel_axis: int | None) -> tuple[int, ...]:
    """Return all axes but that of the channels."""
    return tuple(axis for axis in range(ndim) if axis != channel_axis)


def chosen_axes(name: str, axes: int | Sequence[int] | None, spatial: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of the array for `axes`, which counts spatial axes only; None stands for all of them.

    They keep their order, which is that of the values of parameters with one for each axis.
    """
    if axes is None:
        return spatial
    several: Any = axes if is_several(axes) else (axes,)
    count = len(spatial)
    numbers = [integer(name, axis, low=-count, high=count - 1) % count for axis in several]
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"{name} must be None, an integer or several, each once; got {axes!r}.")
    return tuple([spatial[index] for index in numbers])


def channel_axis_of(shape: tuple[int, ...], channel_axis: ChannelAxis) -> int | None:
    """Return the axis of the channels, counted from the front, or None if every axis is spatial."""
    ndim = len(shape)
    if channel_axis is None:
        return None
    if isinstance(channel_axis, str):
        if channel_axis != "auto":
            raise ValueError(f"channel_axis must be 'auto', None or an integer; got {channel_axis!r}.")
        return 2 if ndim == 3 and shape[2] in (3, 4) else None
    axis = integer("channel_axis", channel_axis, low=-ndim, high=ndim - 1)
    if ndim == 1:
        raise ValueError("channel_axis must be None for an image of one axis, which leaves no other; got 0.")
    return axis % ndim


def refuse_color(name: str, array: NDArray[Any], channel_axis: Literal["auto"] | None) -> None:
    """Raise if ``channel_axis="auto"`` takes the last axis of an image for channels."""
    if channel_axis is not None and not (isinstance(channel_axis, str) and channel_axis == "auto"):
        raise ValueError(f"channel_axis must be 'auto' or None; got {channel_axis!r}.")
    if channel_axis_of(array.shape, channel_axis) is not None:
        raise ValueError(
            f"{name} must have one channel; got shape {array.shape}, which is a color image. Combine its channels "
            f"first, as in {name}.max(axis=-1), or pass channel_axis=None for a volume."
        )


def as_volume(image: ArrayLike, channel_axis: Literal["auto"] | None, *, name: str = "image") -> Pixels:
    """Return `image` with all axes spatial; with ``channel_axis="auto"`` a color image is refused."""
    pixels = as_pixels(image, name=name)
    refuse_color(name, pixels.array, channel_axis)
    return pixels


def is_several(value: Any) -> TypeGuard[Sequence[Any]]:
    """Return whether `value` is a sequence or an array of several items, and not text or memory."""
    if isinstance(value, (int, float, str, bytes, memoryview)):
        return False
    return isinstance(value, (tuple, list)) or (isinstance(value, (Sequence, np.ndarray)) and np.ndim(value) > 0)


def per_axis(name: str, value: float | Sequence[float], axes: int, allowed: Allowed | None = None) -> tuple[float, ...]:
    """Return one number for each of `axes` spatial axes from one number or a sequence of them."""
    if is_several(value):
        items: Any = value
        if len(items) != axes:
            raise ValueError(f"{name} must be one number or {axes}, one for each spatial axis; got {len(items)}.")
        return tuple([number(name, item, allowed) for item in items])
    return (number(name, value, allowed),) * axes


def per_axis_integer(
    name: str, value: int | Sequence[int], axes: int, allowed: Allowed | None = None
) -> tuple[int, ...]:
    """Return one integer for each of `axes` spatial axes from one integer or a sequence of them."""
    if is_several(value):
        items: Any = value
        if len(items) != axes:
            raise ValueError(f"{name} must be one integer or {axes}, one for each spatial axis; got {len(items)}.")
        return tuple([integer(name, item, allowed) for item in items])
    return (integer(name, value, allowed),) * axes


def as_data_range(value: float | None, dtype: np.dtype[Any]) -> float:
    """Return the range of values that strengths are fractions of: the maximum of an integer dtype, or 1."""
    if value is not None:
        return number("data_range", value, POSITIVE)
    return data_range(dtype)


def over_axes(
    count: int, axes: int | Sequence[int] | None, reach: Callable[[tuple[int, ...]], Iterable[int]]
) -> tuple[int, ...]:
    """Return `reach(chosen)` along the chosen ones of `count` spatial axes, and 0 along the others."""
    chosen = chosen_axes("axes", axes, tuple(range(count)))
    found = dict(zip(chosen, reach(chosen), strict=True))
    return tuple(found.get(axis, 0) for axis in range(count))


def converted(array: NDArray[Any], computed: np.dtype[Any]) -> NDArray[Any]:
    """Return `array` in the dtype that it is computed in; bool is viewed as uint8."""
    dtype = array.dtype
    if dtype is computed or dtype == computed:
        return array
    if dtype == BOOL and computed == UINT8:
        return array.view(UINT8)
    return array.astype(computed)


LARGE_ELEMENTS = 1 << 20
"""Images of more elements that must be converted are converted in parts."""


def must_convert(array: NDArray[Any], computed: np.dtype[Any]) -> bool:
    """Return whether `array` is large and has another dtype than it is computed in, so that it needs a copy."""
    return array.size > LARGE_ELEMENTS and array.dtype != computed and not (array.dtype == BOOL and computed == UINT8)


def pieces(array: NDArray[Any], elements: int = LARGE_ELEMENTS) -> Iterator[slice]:
    """Yield slices of the first axis of `array`, each of about so many elements."""
    step = max(1, elements * len(array) // max(array.size, 1))
    for first in range(0, len(array), step):
        yield slice(first, first + step)


class Output:
    """The array that the kernels write, and the array that the caller gets.

    These are one and the same whenever the caller's `out` has the computed
    dtype and a memory layout that kernels can write, and does not overlap the
    input.

    Parameters
    ----------
    shape : tuple of int
        The shape of the result.
    dtype : dtype
        The dtype of the result.
    computed : dtype
        The dtype that the kernels write.
    out : ndarray or None
        The caller's array; float64 holds results of float32, too.
    *sources : ndarray
        Arrays that `out` must not overlap.
    """

    __slots__ = ("_dtype", "_out", "array")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        computed: np.dtype[Any],
        out: NDArray[Any] | None,
        *sources: NDArray[Any],
    ) -> None:
        self._out, self._dtype = out, dtype
        if out is None:
            self.array: NDArray[Any] = new_array(shape, computed)
            return
        check_out(out, shape, FLOAT64 if dtype == FLOAT32 and getattr(out, "dtype", None) == FLOAT64 else dtype)
        target = out.view(UINT8) if dtype == BOOL and computed == UINT8 else out
        writable = (
            target.dtype == computed
            and target.flags.c_contiguous
            and target.flags.aligned
            and not any(np.may_share_memory(target, source) for source in sources)
        )
        self.array = target if writable else new_array(shape, computed)

    def finish(self) -> NDArray[Any]:
        """Return the result in the promised dtype, in the caller's array if that was given."""
        array, dtype, out = self.array, self._dtype, self._out
        if out is None:
            if array.dtype is dtype or array.dtype == dtype:
                return array
            return array.view(BOOL) if dtype == BOOL and array.dtype == UINT8 else saturate(array, dtype)
        if array is not out and array.base is not out:
            out[...] = array.view(BOOL) if dtype == BOOL and array.dtype == UINT8 else saturate(array, dtype)
        return out


def new_array(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a new array for a result, or raise an error that states its size."""
    try:
        return empty(shape, dtype, LARGE_BYTES)
    except (MemoryError, ValueError):
        check_size(shape, dtype)
    try:
        return empty(shape, dtype)
    except (MemoryError, ValueError):
        raise _too_large(shape, dtype) from None


LARGE_BYTES = 1 << 30
"""Results of more bytes are compared with the memory that is free."""

INDEX_BYTES = 64
"""The tables of an axis take about so many bytes for each of its pixels."""


def check_size(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise if a result, or the tables of its axes, would not fit into the memory."""
    size = needed_bytes(shape, dtype, INDEX_BYTES)
    if size > LARGE_BYTES and size > free_memory():
        raise _too_large(shape, dtype)


def free_memory() -> int:
    """Return how many bytes can be allocated without swapping; if that is not known, the bytes of the machine."""
    try:
        with open("/proc/meminfo", "rb") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith(b"MemAvailable"))
    except (OSError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return sys.maxsize


def _too_large(shape: tuple[int, ...], dtype: np.dtype[Any]) -> ValueError:
    size = needed_bytes(shape, dtype, INDEX_BYTES) / 1e9
    return ValueError(f"the result of shape {shape} and dtype {dtype} needs {size:.3g} GB, more memory than is free.")


def extreme_exponent(greatest: float) -> int:
    """Return the exponent of a power of 2 to divide values up to `greatest` by, so that their squares are no extremes.

    It is 0 unless the squares might overflow or vanish. Divided by a power of 2, values keep all their digits.
    """
    exponent = math.frexp(greatest)[1]
    return exponent if abs(exponent) > 24 else 0


def copied(pixels: Pixels, out: NDArray[Any] | None) -> NDArray[Any]:
    """Return a copy of the image, in `out` if that is given."""
    output = Output(pixels.shape, pixels.dtype, pixels.dtype, out)
    output.array[...] = pixels.array
    return output.finish()


def check_out(out: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise unless `out` is a writable array of `shape` and `dtype`."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be a NumPy array of shape {shape} and dtype {dtype}; got {type(out).__name__}.")
    if out.dtype != dtype:
        raise TypeError(f"out must have dtype {dtype}, the result's; got {out.dtype}.")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}, the result's; got {out.shape}.")
    if not out.flags.writeable:
        raise ValueError("out must be writable; got a read-only array.")


PIECE_ELEMENTS = 1 << 15
"""Whole images are converted, and expressions evaluated, in pieces of about so many elements, which stay in cache."""


def saturate(array: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return `array` as `dtype`: rounded to nearest and saturated where that is an integer type."""
    if array.dtype == dtype:
        return array
    if dtype == BOOL:
        return array >= 0.5
    if dtype.kind == "f" and dtype.itemsize < array.itemsize:
        with np.errstate(over="ignore"):
            return array.astype(dtype)
    if not (dtype.kind in "iu" and array.dtype.kind == "f"):
        return array.astype(dtype)
    low, high = integer_limits(dtype)
    top = array.dtype.type(high)
    if int(top) > high:
        top = np.nextafter(top, array.dtype.type(0))
    with np.errstate(invalid="ignore"):
        if array.size <= PIECE_ELEMENTS or not array.flags.c_contiguous:
            return _rounded(array, low, top).astype(dtype)
        result = empty(array.shape, dtype)
        source, target = array.reshape(-1), result.reshape(-1)
        for first in range(0, array.size, PIECE_ELEMENTS):
            piece = slice(first, first + PIECE_ELEMENTS)
            target[piece] = _rounded(source[piece], low, top)
    return result


def _rounded(array: NDArray[Any], low: Any, high: Any) -> NDArray[Any]:
    """Return the nearest integers of floats, at least `low` and at most `high`, as floats."""
    result: NDArray[Any] = np.asarray(array + array.dtype.type(0.5))
    np.floor(result, out=result)
    return result.clip(low, high, out=result)


def planes(array: NDArray[Any], channel_axis: int | None) -> list[NDArray[Any]]:
    """Return views of the single channels of an image; without channels the image itself."""
    if channel_axis is None:
        return [array]
    return list(np.moveaxis(array, channel_axis, 0))


def channels_last(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """View `array` with one of its axes, counted from the front, as the last one."""
    return array if axis == array.ndim - 1 else np.moveaxis(array, axis, -1)


MAX_CHANNELS = 65535


def stacked(array: NDArray[Any], channel_axis: int | None) -> tuple[NDArray[Any], int]:
    """View `array` as (..., rows, columns * channels); return that and the number of interleaved channels.

    The last two spatial axes are the rows and the columns. Channels that are not the last axis become the first of
    the leading ones. The array is copied if its channels cannot be merged with its columns.
    """
    if channel_axis is None:
        return (array if array.ndim > 1 else array[None]), 1
    if channel_axis != array.ndim - 1:
        array = np.moveaxis(array, channel_axis, 0)
        return (array if array.ndim > 2 else array[:, None]), 1
    channels = array.shape[-1]
    if channels > MAX_CHANNELS:
        raise ValueError(f"the channel axis must be at most {MAX_CHANNELS} long; got {channels}.")
    *outer, columns, _ = array.shape
    merges = array.flags.c_contiguous or array.strides[-2:] == (channels * array.itemsize, array.itemsize)
    if not merges:
        array = np.ascontiguousarray(array)
    # Merging two axes whose strides follow from each other is a view.
    merged = array.reshape(*outer, columns * channels)
    return (merged if merged.ndim > 1 else merged[None]), channels


def volume(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """View `array` as (outer, axis, inner) around one of its axes; a copy if it is not contiguous."""
    return np.ascontiguousarray(array).reshape(volume_shape(array.shape, axis))


def volume_shape(shape: tuple[int, ...], axis: int) -> tuple[int, int, int]:
    """Return the lengths of (outer, axis, inner) around an axis of an array of `shape`."""
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])
