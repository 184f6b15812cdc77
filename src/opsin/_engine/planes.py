"""Running a kernel over the planes of an image.

A kernel of planes takes (rows, columns * channels), a table of the rows of the
extended plane and one of its margins. The number of result rows comes from the
table, so a slice of the table gives a strip of the result. Strips serve planes
beyond what a kernel can address, and images that must be converted: they are
converted piece by piece, and never as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, LARGE_ELEMENTS, UINT8, Output, Pixels, converted, pieces, saturate, stacked
from .dispatch import bind, run
from .runtime import empty

MAX_ELEMENTS = 2**31 - 1
"""The largest plane that a kernel can address."""

NARROW_BYTES = 16
"""Rows of fewer bytes have no vectors of the kernels that read rows where they are (``building/borders.py``)."""


class Plan:
    """A kernel bound to the tables of a plane.

    Parameters
    ----------
    kernel : Kernel
        Its arguments are the plane, the table of rows, `arguments`, and the result.
    rows : ndarray
        For each row of the extended plane its row in the plane, or -1.
    window : int
        How many rows of the extended plane make one row of the result.
    *arguments
        All arguments between the table of rows and the result.
    contiguous : bool
        Whether the kernel takes only rows whose elements are neighbors in memory.
    stack : bool
        Whether the kernel takes a stack of planes, here of one.
    unit : int
        Strips start at multiples of so many rows.
    """

    __slots__ = ("_arguments", "_kernel", "_rows", "_window", "bound", "contiguous", "dtype", "result", "stack", "unit")

    def __init__(
        self,
        kernel: Any,
        dtype: np.dtype[Any],
        result: np.dtype[Any],
        rows: NDArray[np.int32],
        window: int,
        *arguments: Any,
        contiguous: bool = False,
        stack: bool = False,
        unit: int = 1,
    ) -> None:
        self._kernel, self._rows, self._window, self._arguments = kernel, rows, window, arguments
        self.dtype, self.result, self.contiguous, self.stack, self.unit = dtype, result, contiguous, stack, unit
        self.bound = self.bind(rows)

    def bind(self, rows: NDArray[np.int32]) -> Any:
        """Return the kernel with its tables."""
        return bind(self._kernel, None, rows, *self._arguments, None)

    def run(self, bound: Any, source: NDArray[Any], target: NDArray[Any]) -> None:
        """Run what `bind` returned on planes, (..., rows, columns), of the plan's dtypes."""
        if self.contiguous and source.strides[-1] != source.itemsize:
            source = np.ascontiguousarray(source)
        run(bound, source[..., None, :, :] if self.stack else source, target)

    def strip(self, first: int, last: int) -> tuple[Any, slice]:
        """Return the bound kernel for the result rows from `first` to before `last`, and the rows it reads."""
        rows = self._rows[first : last + self._window - 1]
        inside = rows[rows >= 0]
        low, high = (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 1)
        rows = np.where(rows < 0, -1, rows - low).astype(np.int32)
        return self.bind(rows), slice(low, high)

    def strips(self, columns: int) -> Iterator[tuple[int, int]]:
        """Yield the first row and the row after the last of strips of a plane of so many elements a row."""
        count = len(self._rows) - self._window + 1
        step = max(1, 4 * self._window, LARGE_ELEMENTS // max(columns, 1)) // self.unit * self.unit
        for first in range(0, count, step):
            yield first, min(first + step, count)


def over_planes(plan: Plan, pixels: Pixels, dtype: np.dtype[Any], out: NDArray[Any] | None) -> NDArray[Any]:
    """Return what `plan` makes of every plane of an image, of the image's shape, rounded and saturated to `dtype`."""
    array = pixels.array
    size = array.size
    in_pieces = size > LARGE_ELEMENTS and (_stored(array.dtype), _stored(dtype)) != (plan.dtype, plan.result)
    output = Output(array.shape, dtype, dtype if in_pieces else plan.result, out, array)
    if not size:
        return output.finish()
    sources, _ = stacked(array, pixels.channel_axis)
    targets, _ = stacked(output.array, pixels.channel_axis)
    if size <= LARGE_ELEMENTS or (not in_pieces and sources.shape[-2] * sources.shape[-1] <= MAX_ELEMENTS):
        plan.run(plan.bound, converted(sources, plan.dtype), targets)
        return output.finish()
    if sources.ndim > 2 and size // len(sources) <= LARGE_ELEMENTS:
        for piece in pieces(sources, LARGE_ELEMENTS):
            _run_piece(plan, plan.bound, sources[piece], targets[piece], dtype)
        return output.finish()
    for index in np.ndindex(sources.shape[:-2]):
        for first, last in plan.strips(targets.shape[-1]):
            bound, rows = plan.strip(first, last)
            _run_piece(plan, bound, sources[index][rows], targets[index][first:last], dtype)
    return output.finish()


def _run_piece(plan: Plan, bound: Any, source: NDArray[Any], target: NDArray[Any], dtype: np.dtype[Any]) -> None:
    """Run `plan` on a piece of an image, and store what it computes as `dtype`."""
    computed = target if target.dtype == plan.result else empty(target.shape, plan.result)
    plan.run(bound, converted(source, plan.dtype), computed)
    if computed is not target:
        target[...] = computed.view(BOOL) if _stored(target.dtype) == plan.result else saturate(computed, dtype)


def _stored(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return UINT8 if dtype == BOOL else dtype


def plane_shape(shape: tuple[int, ...], channel_axis: int | None) -> tuple[int, int, int]:
    """Return the rows, the columns and the interleaved channels of the planes of an image."""
    interleaved = channel_axis == len(shape) - 1
    spatial = [length for axis, length in enumerate(shape) if axis != channel_axis]
    return (*(1, *spatial)[-2:], shape[-1] if interleaved else 1)  # type: ignore[return-value]
