"""What comes in and what goes out: dtypes, channel axes and ``out=``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import integer, number
from .._types import ChannelAxis

# The kernels' dtype for each dtype: the narrowest that holds every value exactly, or float64.
_COMPUTED_IN = {
    np.dtype(there): np.dtype(here)
    for there, here in (
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

_BOOL = np.dtype(np.bool_)
_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)


@dataclass(slots=True)
class Pixels:
    """An image as the kernels take it: one of their dtypes, and where its channels are."""

    array: NDArray[Any]
    """The image, or a copy in a wider dtype; bool is seen as uint8."""
    dtype: np.dtype[Any]
    """The dtype that came in."""
    channel_axis: int | None
    """The axis of the channels, counted from the front."""

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        shape = self.array.shape
        if self.channel_axis is None:
            return shape
        return shape[: self.channel_axis] + shape[self.channel_axis + 1 :]

    @property
    def spatial_axes(self) -> tuple[int, ...]:
        return tuple(axis for axis in range(self.array.ndim) if axis != self.channel_axis)

    @property
    def float_dtype(self) -> np.dtype[Any]:
        """The dtype of derivatives, responses and distances."""
        return _FLOAT64 if self.array.dtype == _FLOAT64 else _FLOAT32


def as_pixels(image: ArrayLike, channel_axis: ChannelAxis = None, *, name: str = "image") -> Pixels:
    """Return `image` as the kernels take it, without a copy where that is possible."""
    array = image if type(image) is np.ndarray else np.asarray(image)
    dtype = array.dtype
    computed = _COMPUTED_IN.get(dtype)
    if computed is None:
        native = dtype.newbyteorder("=")
        if native not in _COMPUTED_IN:
            raise TypeError(f"{name} must be a real array (bool, integer or float); got dtype {dtype}.")
        array, dtype, computed = array.astype(native), native, _COMPUTED_IN[native]
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis; got a single number.")
    if channel_axis is not None:
        channel_axis = channel_axis_of(array, channel_axis)
    if dtype is _BOOL or dtype == _BOOL:
        array = array.view(np.uint8)
    elif computed is not dtype and computed != dtype:
        array = array.astype(computed)
    elif not array.flags.aligned:
        array = array.copy()
    return Pixels(array, dtype, channel_axis)


def channel_axis_of(array: NDArray[Any], channel_axis: ChannelAxis) -> int | None:
    """Return the axis of the channels, counted from the front, or None if every axis is spatial."""
    ndim = array.ndim
    if channel_axis is None:
        return None
    if isinstance(channel_axis, str):
        if channel_axis != "auto":
            raise ValueError(f"channel_axis must be 'auto', None or an integer; got {channel_axis!r}.")
        return 2 if ndim == 3 and array.shape[2] in (3, 4) else None
    axis = integer("channel_axis", channel_axis, low=-ndim, high=ndim - 1)
    if ndim == 1:
        raise ValueError("channel_axis must be None for an image of one axis, which leaves no other; got 0.")
    return axis % ndim


def per_axis(
    name: str,
    value: float | Sequence[float],
    axes: int,
    *,
    low: float | None = None,
    above: float | None = None,
) -> tuple[float, ...]:
    """Return one number for each of `axes` spatial axes from one number or a sequence of them."""
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes)) and np.ndim(value) > 0:
        if len(value) != axes:
            raise ValueError(f"{name} must be one number or {axes}, one for each spatial axis; got {len(value)}.")
        return tuple(number(name, item, low=low, above=above) for item in value)
    return (number(name, value, low=low, above=above),) * axes


def per_axis_integer(
    name: str, value: int | Sequence[int], axes: int, *, low: int | None = None, high: int | None = None
) -> tuple[int, ...]:
    """Return one integer for each of `axes` spatial axes from one integer or a sequence of them."""
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes)) and np.ndim(value) > 0:
        if len(value) != axes:
            raise ValueError(f"{name} must be one integer or {axes}, one for each spatial axis; got {len(value)}.")
        return tuple(integer(name, item, low=low, high=high) for item in value)
    return (integer(name, value, low=low, high=high),) * axes


class Destination:
    """Where the kernels write, and the array that the caller gets.

    These are one and the same whenever the caller's ``out`` has the kernels'
    dtype and a memory layout they can write, and does not overlap the input.
    """

    __slots__ = ("_out", "_result_dtype", "_seen", "pixels")

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        computed: np.dtype[Any],
        out: NDArray[Any] | None,
        *sources: NDArray[Any],
    ) -> None:
        self._out = self._seen = out
        self._result_dtype = dtype
        if out is None:
            self.pixels: NDArray[Any] = np.empty(shape, computed)
            return
        check_out(out, shape, dtype)
        seen = self._seen = out.view(np.uint8) if dtype == _BOOL else out
        writable = (
            seen.dtype == computed
            and seen.flags.c_contiguous
            and seen.flags.aligned
            and not any(np.may_share_memory(seen, source) for source in sources)
        )
        self.pixels = seen if writable else np.empty(shape, computed)

    def finish(self) -> NDArray[Any]:
        """Return the result in the dtype that was promised, in ``out`` if that was given."""
        pixels, dtype = self.pixels, self._result_dtype
        if self._out is None or self._seen is None:
            if pixels.dtype is dtype or pixels.dtype == dtype:
                return pixels
            return pixels.view(np.bool_) if dtype == _BOOL and pixels.dtype == np.uint8 else saturate(pixels, dtype)
        if self._seen is not pixels:
            self._seen[...] = saturate(pixels, self._seen.dtype)
        return self._out


def destination(pixels: Pixels, out: NDArray[Any] | None, *, dtype: np.dtype[Any] | None = None) -> Destination:
    """Return where a result of the image's shape goes: of its dtype, or of `dtype`, in which it is also computed."""
    if dtype is None:
        return Destination(pixels.array.shape, pixels.dtype, pixels.array.dtype, out, pixels.array)
    return Destination(pixels.array.shape, dtype, dtype, out, pixels.array)


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


def saturate(array: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return `array` as `dtype`: rounded to nearest and saturated where that is an integer type."""
    if array.dtype == dtype:
        return array
    if dtype == _BOOL:
        return array >= 0.5
    if dtype.kind in "iu" and array.dtype.kind == "f":
        limits = np.iinfo(dtype)
        top = array.dtype.type(limits.max)
        if int(top) > limits.max:
            top = np.nextafter(top, array.dtype.type(0))
        rounded: NDArray[Any] = np.floor(array + array.dtype.type(0.5))
        return rounded.clip(limits.min, top).astype(dtype)
    return array.astype(dtype)
