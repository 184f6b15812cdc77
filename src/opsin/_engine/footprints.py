"""Windows: from a size, sizes or an array to the pixels around a pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import integer

MOST_SIZE = 65535


@dataclass(frozen=True, slots=True)
class Window:
    """A box around a pixel, or the part of it that `inside` marks.

    The pixel stands at index ``size // 2`` of each axis, as in scipy.ndimage:
    an even window reaches one pixel further towards the front.
    """

    sizes: tuple[int, ...]
    """The extent of the box along each spatial axis."""
    inside: NDArray[np.bool_] | None
    """What belongs to the window, an array of shape `sizes`; None: the whole box."""

    @property
    def count(self) -> int:
        """The number of pixels in the window."""
        return math.prod(self.sizes) if self.inside is None else int(np.count_nonzero(self.inside))

    @property
    def offsets(self) -> NDArray[np.intp]:
        """The places of its pixels relative to the pixel in the middle, shape (count, axes), in raster order."""
        inside = np.ones(self.sizes, bool) if self.inside is None else self.inside
        return np.argwhere(inside) - np.array([size // 2 for size in self.sizes], np.intp)


def as_footprint(footprint: Any, axes: int, *, name: str = "footprint") -> Window:
    """Return the window that `footprint` means on an image of `axes` spatial axes.

    An integer is the size along every axis, a sequence of integers the size
    along each, and an array (or nested sequences) is non-zero inside the
    window. An array without zeros is the box that it is.
    """
    if isinstance(footprint, np.ndarray) and footprint.ndim > 0:
        return _marked(footprint, axes, name)
    if isinstance(footprint, Sequence) and not isinstance(footprint, (str, bytes)):
        if any(isinstance(item, (Sequence, np.ndarray)) for item in footprint):
            return _marked(_regular(footprint, name), axes, name)
        if len(footprint) != axes:
            raise ValueError(
                f"{name} must be one size or {axes}, one for each spatial axis; got {len(footprint)} sizes."
            )
        return Window(tuple(integer(name, item, low=1, high=MOST_SIZE) for item in footprint), None)
    return Window((integer(name, footprint, low=1, high=MOST_SIZE),) * axes, None)


def _regular(footprint: Sequence[Any], name: str) -> NDArray[Any]:
    try:
        return np.asarray(footprint)
    except ValueError:
        raise ValueError(f"{name} must have rows of one length; got {footprint!r}.") from None


def _marked(array: NDArray[Any], axes: int, name: str) -> Window:
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of bool, integers or floats; got dtype {array.dtype}.")
    if array.ndim != axes:
        raise ValueError(f"{name} must have {axes} axes, one for each spatial axis; got shape {array.shape}.")
    if array.size == 0 or max(array.shape) > MOST_SIZE:
        raise ValueError(f"{name} must have between 1 and {MOST_SIZE} pixels along each axis; got shape {array.shape}.")
    inside = array != 0
    if not inside.any():
        raise ValueError(f"{name} must have at least one pixel that is not zero; got only zeros.")
    return Window(array.shape, None if inside.all() else inside)
