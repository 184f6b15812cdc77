"""How an image is extended beyond its border, as tables of indices.

With the image ``a b c d``::

    reflect    d c b a | a b c d | d c b a      the border pixel is repeated
    mirror     d c b   | a b c d |   c b a      the border pixel is the center of symmetry
    nearest    a a a a | a b c d | d d d d
    constant   k k k k | a b c d | k k k k
    wrap       a b c d | a b c d | a b c d

In the tables -1 stands for the constant ``k``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from .._errors import border_name, number
from .._types import Mode
from .arrays import Layout, Pixels, integer_limits, is_several, new_array
from .memo import remembered

MODES: tuple[str, ...] = get_args(Mode)


@dataclass(frozen=True, eq=False, slots=True)
class Border:
    """How an image is extended beyond its border.

    Equal parameters give the same object, so that plans are found by identity.
    """

    modes: tuple[str, ...]
    """The mode along each of the axes to work along."""
    cval: float
    """The value of the pixels beyond the border with the mode ``"constant"``."""

    def along(self, axes: tuple[int, ...], spatial: tuple[int, ...]) -> Border:
        """Return this border of `axes` with a mode for each of the spatial axes."""
        if axes == spatial:
            return self
        modes = dict(zip(axes, self.modes, strict=True))
        return _border(tuple([modes.get(axis, "nearest") for axis in spatial]), self.cval)

    def filled(self, cval: float) -> Border:
        """Return this border with another constant."""
        return _border(self.modes, float(cval))


def as_border(mode: Any, cval: Any, pixels: Pixels, allowed: tuple[str, ...] = MODES) -> Border:
    """Return the border for `mode`, one word or one for each axis to work along, and `cval`."""
    return _checked(mode, cval, pixels.layout, allowed)


@remembered
def _checked(mode: Any, cval: Any, layout: Layout, allowed: tuple[str, ...]) -> Border:
    count = len(layout.axes)
    modes: Sequence[Any] = mode if is_several(mode) else (mode,) * count
    if len(modes) != count:
        raise ValueError(f"mode must be one word or {count}, one for each spatial axis; got {len(modes)}.")
    words = tuple([border_name("mode", word, allowed) for word in modes])
    return _border(words, check_cval(cval, layout.dtype))


@lru_cache(maxsize=512)
def _border(modes: tuple[str, ...], cval: float) -> Border:
    return Border(modes, cval)


def check_cval(cval: Any, dtype: np.dtype[Any]) -> float:
    """Return `cval` if a pixel of `dtype` can have that value."""
    if dtype.kind == "b":
        return number("cval", int(cval) if isinstance(cval, (bool, np.bool_)) else cval, low=0, high=1)
    if dtype.kind in "iu":
        low, high = integer_limits(dtype)
        return number("cval", cval, low=low, high=high)
    if isinstance(cval, (float, np.floating)) and not math.isfinite(cval):
        return float(cval)
    return number("cval", cval)


def indices(positions: NDArray[np.intp], length: int, mode: str) -> NDArray[np.int32]:
    """Return for each of `positions` along an axis the index of its pixel."""
    if length == 0:
        found = np.full(positions.shape, -1)
    elif mode == "nearest":
        found = np.clip(positions, 0, length - 1)
    elif mode == "wrap":
        found = positions % length
    elif mode == "reflect":
        found = positions % (2 * length)
        found = np.where(found >= length, 2 * length - 1 - found, found)
    elif mode == "mirror":
        period = max(2 * length - 2, 1)
        found = positions % period
        found = np.where(found >= length, period - found, found)
    else:
        found = np.where((positions < 0) | (positions >= length), -1, positions)
    return found.astype(np.int32)


@lru_cache(maxsize=512)
def extended(length: int, before: int, after: int, mode: str) -> NDArray[np.int32]:
    """Return the indices of an axis extended by `before` pixels in front and `after` pixels behind."""
    table = indices(np.arange(-before, length + after), length, mode)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=512)
def margins(length: int, radius: int, mode: str) -> NDArray[np.int32]:
    """Return the indices of the two margins of an axis, shape (2, radius)."""
    table = extended(length, radius, radius, mode)
    return np.stack([table[:radius], table[radius + length :]])


def planes_of_windows(lengths: Sequence[int], modes: Sequence[str], offsets: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return which planes a window reaches around each plane of a stack, whose leading axes are flattened.

    Parameters
    ----------
    lengths : sequence of int
        The lengths of the leading axes.
    modes : sequence of str
        How each of them is extended.
    offsets : (n, axes) ndarray of int
        The planes of the window, counted from the one in the middle along each of the axes.

    Returns
    -------
    ndarray of int32
        The numbers of the planes, of the shape (*lengths, n); -1 stands for the constant.
    """
    found = np.zeros(len(offsets), np.int32)
    for length, mode, along in zip(lengths, modes, offsets.T, strict=True):
        near = indices(np.arange(length)[:, None] + along, length, mode)
        before = found[..., None, :]
        found = np.where((before < 0) | (near < 0), -1, before * length + near).astype(np.int32)
    return found


def extended_image(
    array: NDArray[Any],
    axes: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
    border: Border,
    dtype: np.dtype[Any] | None = None,
) -> NDArray[Any]:
    """Return a contiguous copy of `array`, extended along `axes`; `dtype` is that of the copy, if it is another."""
    front, back = dict(zip(axes, before, strict=True)), dict(zip(axes, after, strict=True))
    result = new_array(
        tuple([length + front.get(axis, 0) + back.get(axis, 0) for axis, length in enumerate(array.shape)]),
        array.dtype if dtype is None else dtype,
    )
    interior: list[Any] = [
        slice(front.get(axis, 0), front.get(axis, 0) + length) for axis, length in enumerate(array.shape)
    ]
    result[tuple(interior)] = array
    # One axis after the other: those before it are already extended, those after it are not.
    region = interior.copy()
    for axis, mode in zip(axes, border.modes, strict=True):
        first, last = front[axis], front[axis] + array.shape[axis]
        table = extended(array.shape[axis], first, back[axis], mode)
        source = region.copy()
        for margin in (slice(0, first), slice(last, None)):
            positions = table[margin]
            if not positions.size:
                continue
            region[axis] = margin
            if mode == "constant":
                with np.errstate(over="ignore"):
                    result[tuple(region)] = border.cval
                continue
            nearest = first + int(positions[0])
            source[axis] = slice(nearest, nearest + 1) if mode == "nearest" else first + positions
            result[tuple(region)] = result[tuple(source)]
        region[axis] = slice(None)
    return result
