"""The framework of sums over boxes: over all pixels from the first one, which are integral images, and over windows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, FLOAT32, FLOAT64, UINT8, Output, Pixels, stacked
from .compiled import for_this_machine
from .runtime import get_num_threads

MAX_STRIPS = 16
"""Planes of floats are summed in at most so many strips."""

MIN_STRIP = 65536
"""Strips of less windows cost more to hand out than they save."""

_UNSIGNED: dict[int, np.dtype[Any]] = {4: np.dtype(np.uint32), 8: np.dtype(np.uint64)}


def running_sums(pixels: Pixels, dtype: np.dtype[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
    """Return for each pixel the sum of all pixels from the first one to it, along all spatial axes.

    Parameters
    ----------
    pixels : Pixels
        The image; floats need sums that are floats.
    dtype : dtype
        The dtype of the sums: integers or floats of 32 or 64 bits. Integers wrap around.
    out : ndarray, optional
        The caller's array for the result.
    """
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    if not output.array.size:
        return output.finish()
    targets, channels = stacked(output.array, pixels.channel_axis)
    sums = np.ascontiguousarray(targets)
    working = sums if dtype.kind == "f" else sums.view(_UNSIGNED[dtype.itemsize])
    array = pixels.array.view(UINT8) if pixels.dtype == BOOL else pixels.array
    summed = array.dtype in (UINT8, np.uint16) or (array.dtype, dtype) == (FLOAT32, FLOAT64)
    if summed and array.flags.c_contiguous and sums is targets:
        sources, _ = stacked(array, pixels.channel_axis)
    else:
        with np.errstate(over="ignore"):
            sums[...] = stacked(array, pixels.channel_axis)[0]
        sources = working
    planes = (-1, *sums.shape[-2:])
    # Integers have the same sums in any order, so that they need no more strips than there are threads.
    strips = MAX_STRIPS if dtype.kind == "f" else get_num_threads()
    for_this_machine("running_sums").running_sums(sources.reshape(planes), working.reshape(planes), channels, strips)
    # Planes in front, of volumes; the channels may be the first of the leading axes.
    first = int(pixels.channel_axis not in (None, pixels.array.ndim - 1))
    for axis in range(first, sums.ndim - 2):
        along = np.moveaxis(sums, axis, 0)
        with np.errstate(invalid="ignore", over="ignore"):
            for index in range(1, len(along)):
                along[index] += along[index - 1]
    if sums is not targets:
        targets[...] = sums
    return output.finish()


@dataclass(frozen=True, eq=False)
class WindowSpreads:
    """The roots of the spreads of the windows inside of an array.

    The spread is the sum of the squared deviations of the pixels from the mean of the window.

    Parameters
    ----------
    array : ndarray
        A C-contiguous array of uint8, uint16, float32 or float64.
    sizes : tuple of int
        The size of a window along each axis.
    center : float
        What is subtracted from each pixel first, so that large offsets do not hide small deviations.
    factor : float
        What spreads are multiplied by, more than 0.
    least : float
        Spreads that are not above this are taken for infinite: they are rounding errors.
    """

    array: NDArray[Any]
    sizes: tuple[int, ...]
    center: float
    factor: float
    least: float

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """How many windows there are along each axis."""
        return tuple(length - size + 1 for length, size in zip(self.array.shape, self.sizes, strict=True))

    @property
    def height(self) -> int:
        return (1, *self.sizes)[-2]

    @property
    def width(self) -> int:
        return self.sizes[-1]

    @property
    def rows(self) -> int:
        return (1, *self.shape)[-2]

    @cached_property
    def planes(self) -> NDArray[np.intp]:
        """Of each plane of windows the row in which the first one begins."""
        return self._rows_of(self.shape[:-2])

    @cached_property
    def around(self) -> NDArray[np.intp]:
        """How many rows further each plane of a window begins."""
        return self._rows_of(self.sizes[:-2])

    def _rows_of(self, lengths: tuple[int, ...]) -> NDArray[np.intp]:
        *leading, rows, _ = (1, *self.array.shape)[-max(self.array.ndim, 2) :]
        steps = [math.prod([*leading[axis + 1 :], rows]) for axis in range(len(leading))]
        return np.array([sum(map(mul, index, steps)) for index in np.ndindex(lengths)], np.intp)

    def smallest(self, tile: Sequence[int]) -> NDArray[np.float64]:
        """Return the smallest root in each tile of so many windows along each axis."""
        down, across = (1, *tile)[-2:]
        found = self._normalized(None, 0.0, down, across)
        counts = [-(-length // side) for length, side in zip(self.shape, tile, strict=True)]
        found = found.reshape(*self.shape[:-2], *counts[-2:])
        for axis, side in enumerate(tile[:-2]):
            found = np.minimum.reduceat(found, range(0, self.shape[axis], side), axis=axis)
        return found

    def divide(self, products: NDArray[np.floating[Any]], offset: float = 0.0) -> None:
        """Divide a number for each window by its root, in place, less the sum of its pixels times `offset`."""
        strips = min(MAX_STRIPS, self.rows, max(1, products.size // MIN_STRIP))
        self._normalized(products.reshape(-1, products.shape[-1]), offset, -(-self.rows // strips), products.shape[-1])

    def _normalized(
        self, products: NDArray[np.floating[Any]] | None, offset: float, down: int, across: int
    ) -> NDArray[np.float64]:
        plane = self.array.reshape(-1, self.array.shape[-1])
        found: NDArray[np.float64] = for_this_machine("spreads").normalize(plane, self, products, offset, down, across)
        return found
