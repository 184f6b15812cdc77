"""The five ways in which an image goes on beyond its border, as tables of indices.

With the image ``a b c d``::

    reflect    d c b a | a b c d | d c b a      the border pixel is repeated
    mirror     d c b   | a b c d |   c b a      the border pixel is the mirror
    nearest    a a a a | a b c d | d d d d
    constant   k k k k | a b c d | k k k k
    wrap       a b c d | a b c d | a b c d

In the tables -1 stands for the constant ``k``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from .._errors import choice, number
from .._types import Border

MODES: tuple[str, ...] = get_args(Border)


def indices(positions: NDArray[np.intp], length: int, mode: str) -> NDArray[np.int32]:
    """Return for each of `positions` along an axis the index of the pixel that stands there."""
    if mode == "nearest":
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
def extended(length: int, radius: int, mode: str) -> NDArray[np.int32]:
    """Return the indices of an axis that goes on `radius` further at both ends."""
    table = indices(np.arange(-radius, length + radius), length, mode)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=512)
def margins(length: int, radius: int, mode: str) -> NDArray[np.int32]:
    """Return the indices of the two margins of an axis, shape (2, radius)."""
    table = extended(length, radius, mode)
    return np.stack([table[:radius], table[radius + length :]])


def check_mode(mode: Any) -> Border:
    """Return `mode` if it is one of the five."""
    return cast(Border, choice("mode", mode, MODES))


def check_cval(cval: Any, dtype: np.dtype[Any]) -> float:
    """Return `cval` if a pixel of `dtype` can have that value."""
    if dtype.kind == "b":
        return number("cval", cval, low=0, high=1)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return number("cval", cval, low=limits.min, high=limits.max)
    if isinstance(cval, (float, np.floating)) and not np.isfinite(cval):
        return float(cval)
    return number("cval", cval)
