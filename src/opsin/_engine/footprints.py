"""Windows: from a size, sizes or an array to the pixels around a pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import integer
from .arrays import as_array, is_several, per_axis_integer
from .memo import remembered

MAX_SIZE = 65535

MAX_REMEMBERED_BYTES = 1 << 16
"""Footprints up to this size are remembered by their contents."""

MAX_LISTED = 1 << 24
"""Boxes of more pixels are not listed pixel by pixel."""

PIXEL = ((0, 0, 0, 0),)
"""The run of a pixel."""

CROSS = ((-1, 0, 0, 0), (0, -1, 0, 1), (1, 0, 0, 0))
"""The runs of a pixel and its four neighbors."""


@dataclass(frozen=True, slots=True)
class Section:
    """A footprint in some planes: horizontal runs of pixels."""

    runs: NDArray[np.int32]
    """For each run its row, the first columns of its two stretches of 2**level pixels, and the level."""
    levels: int
    """One more than the highest level."""
    is_cross: bool
    """Whether it is a pixel and its four neighbors."""
    is_pixel: bool
    """Whether it is the pixel alone."""
    planes: tuple[tuple[int, ...], ...]
    """The offsets of the planes along the leading axes."""


@dataclass(frozen=True, eq=False)
class Footprint:
    """A box around a pixel, or the part of it that `inside` marks.

    The pixel is at index ``size // 2 + origin`` of each axis, as in
    scipy.ndimage: an even window reaches one pixel further to the front. Equal
    parameters give the same object, so that plans are found by identity.
    """

    sizes: tuple[int, ...]
    """The extent of the box along each axis."""
    inside: NDArray[np.bool_] | None
    """The pixels of the window, an array of shape `sizes`; None: the whole box."""
    origin: tuple[int, ...]
    """The displacement of the pixel from the middle of the box, along each axis."""
    heights: NDArray[np.float64] | None = None
    """The value of each pixel of a non-flat structuring element, an array of shape `sizes`."""

    @cached_property
    def count(self) -> int:
        """The number of pixels in the window."""
        return math.prod(self.sizes) if self.inside is None else int(np.count_nonzero(self.inside))

    @cached_property
    def before(self) -> tuple[int, ...]:
        """How many pixels the box reaches in front of the pixel, along each axis."""
        return tuple([size // 2 + shift for size, shift in zip(self.sizes, self.origin, strict=True)])

    @cached_property
    def after(self) -> tuple[int, ...]:
        """How many pixels the box reaches behind the pixel, along each axis."""
        return tuple([size - 1 - front for size, front in zip(self.sizes, self.before, strict=True)])

    @cached_property
    def halo(self) -> tuple[int, ...]:
        """How many pixels the window reaches along each axis, in the farther direction."""
        return (
            tuple(np.abs(self.offsets).max(axis=0).tolist())
            if self.inside is not None
            else tuple(map(max, self.before, self.after))
        )

    @cached_property
    def extent(self) -> tuple[int, ...]:
        """The distance between the first and the last pixel of the window along each axis."""
        if self.inside is None:
            return tuple([size - 1 for size in self.sizes])
        return tuple(np.ptp(self.offsets, axis=0).tolist())

    @cached_property
    def offsets(self) -> NDArray[np.intp]:
        """The positions of the pixels relative to the pixel, shape (count, axes), in raster order."""
        if self.inside is None and self.count > MAX_LISTED:
            raise ValueError(f"footprint must have at most {MAX_LISTED} pixels here; got sizes {self.sizes}.")
        inside = np.ones(self.sizes, bool) if self.inside is None else self.inside
        return np.argwhere(inside) - np.array(self.before, np.intp)

    @cached_property
    def mirrored(self) -> Footprint:
        """The footprint turned around its pixel."""
        origin = tuple([after - size // 2 for after, size in zip(self.after, self.sizes, strict=True)])
        flip = (slice(None, None, -1),) * len(self.sizes)
        return Footprint(
            self.sizes,
            None if self.inside is None else self.inside[flip],
            origin,
            None if self.heights is None else self.heights[flip],
        )

    def clipped(self, reach: Sequence[int]) -> Footprint:
        """Return the part of a whole box that reaches no farther than `reach` pixels along each axis."""
        sides = list(zip(self.before, self.after, reach, strict=True))
        if self.inside is not None or all(max(front, back) <= most for front, back, most in sides):
            return self
        before = [min(front, most) for front, _, most in sides]
        sizes = tuple([min(back, most) + 1 + front for front, (_, back, most) in zip(before, sides, strict=True)])
        return _box(sizes, tuple([front - size // 2 for front, size in zip(before, sizes, strict=True)]))

    @cached_property
    def centered(self) -> Footprint:
        """The same window in a box of odd sizes with the pixel in the middle."""
        reach = tuple(map(max, self.before, self.after))
        inside = np.zeros([2 * radius + 1 for radius in reach], bool)
        inside[tuple((self.offsets + np.array(reach)).T)] = True
        return Footprint(inside.shape, inside, (0,) * inside.ndim)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the footprint along the last two axes; equal planes share one."""
        offsets = self.offsets
        found: dict[tuple[tuple[int, ...], ...], list[tuple[int, ...]]] = {}
        leading = offsets.shape[1] - 2
        if leading < 0:
            offsets, leading = np.pad(offsets, ((0, 0), (1, 0))), 0
        for plane in np.unique(offsets[:, :leading], axis=0):
            section = offsets[(offsets[:, :leading] == plane).all(axis=1), leading:]
            found.setdefault(_runs(section), []).append(tuple(plane.tolist()))
        return tuple(
            Section(
                np.array(runs, np.int32), max(run[3] for run in runs) + 1, runs == CROSS, runs == PIXEL, tuple(planes)
            )
            for runs, planes in found.items()
        )

    @cached_property
    def mask_bytes(self) -> bytes | None:
        """The contents of `inside`."""
        return None if self.inside is None else self.inside.tobytes()


def as_footprint(
    footprint: Any, axes: int | tuple[int, ...], *, origin: int | Sequence[int] = 0, name: str = "footprint"
) -> Footprint:
    """Return the window for `footprint` along `axes`, the axes in any order or how many there are.

    An integer is the size along every axis, a sequence of integers the size
    along each, and an array (or nested sequences) is non-zero inside the
    window. An array without zeros is the whole box. None is the pixel and its
    neighbors along the axes. Sizes follow the order of the axes, as the origin
    does; the axes of an array are those of the image, in ascending order.
    """
    if footprint is None or type(footprint) is int:
        return _footprint(footprint, len(axes) if isinstance(axes, tuple) else axes, origin, name)
    if isinstance(footprint, (list, tuple)) and any(isinstance(item, (Sequence, np.ndarray)) for item in footprint):
        footprint = as_array(name, footprint)
    if isinstance(axes, tuple):
        if isinstance(footprint, np.ndarray):
            footprint = in_order(footprint, axes)
        axes = len(axes)
    if isinstance(footprint, np.ndarray) and footprint.ndim > 0:
        if footprint.dtype.kind in "biuf" and footprint.nbytes <= MAX_REMEMBERED_BYTES:
            return _of_contents(footprint.dtype, footprint.tobytes(), axes, origin, name, *footprint.shape)
        return _parse(footprint, axes, origin, name)
    return _footprint(footprint, axes, origin, name)


def in_order(array: NDArray[Any], axes: tuple[int, ...]) -> NDArray[Any]:
    """Return an array whose axes are `axes` in ascending order with its axes in the order of `axes`."""
    ascending = sorted(axes)
    if array.ndim != len(axes) or list(axes) == ascending:
        return array
    return array.transpose([ascending.index(axis) for axis in axes])


def as_structure(footprint: Any, structure: Any, axes: tuple[int, ...], origin: Any) -> tuple[Footprint, ...]:
    """Return the structuring elements, which are applied one after the other, for a footprint and heights or None.

    There is one, unless `footprint` is a sequence of footprints.
    """
    if is_sequence(footprint):
        if structure is not None or np.any(np.asarray(origin)):
            raise ValueError("footprint must be a single one if structure or origin is given; got a sequence.")
        return _in_sequence(footprint, axes)
    if structure is None:
        return (as_footprint(footprint, axes, origin=origin),)
    return (_with_heights(footprint, structure, axes, origin),)


def is_sequence(footprint: Any) -> bool:
    """Return whether this is a sequence of pairs, each a footprint and how often it is applied."""
    return (
        isinstance(footprint, (list, tuple))
        and len(footprint) > 0
        and all(
            isinstance(item, (list, tuple))
            and len(item) == 2
            and isinstance(item[0], (list, tuple, np.ndarray))
            and not isinstance(item[1], (list, tuple, np.ndarray))
            for item in footprint
        )
    )


def _in_sequence(pairs: Sequence[tuple[Any, Any]], axes: tuple[int, ...]) -> tuple[Footprint, ...]:
    """Return the footprints of a sequence, each as often as it is applied."""
    found: list[Footprint] = []
    for footprint, times in pairs:
        count = integer("the number of times of a footprint", times, low=1, high=MAX_SIZE)
        found += [as_footprint(footprint, axes)] * count
    return tuple(found)


def reach(elements: tuple[Footprint, ...]) -> tuple[int, ...]:
    """Return how many pixels footprints reach one after the other along each axis, in the farther direction."""
    if len(elements) == 1:
        return elements[0].halo
    before = sum(np.maximum(-element.offsets.min(axis=0), 0) for element in elements)
    after = sum(np.maximum(element.offsets.max(axis=0), 0) for element in elements)
    return tuple(np.maximum(before, after).tolist())


def _with_heights(footprint: Any, structure: Any, axes: tuple[int, ...], origin: Any) -> Footprint:
    heights = in_order(as_array("structure", structure), axes)
    count = len(axes)
    if heights.ndim != count or heights.size == 0:
        raise ValueError(f"structure must have {count} axes, one for each spatial axis; got shape {heights.shape}.")
    if heights.dtype.kind not in "iuf":
        raise TypeError(f"structure must be an array of integers or floats; got dtype {heights.dtype}.")
    if not np.all(np.isfinite(heights)):
        raise ValueError("structure must be finite.")
    if footprint is None:
        element = as_footprint(np.ones(heights.shape, bool), count, origin=origin)
    else:
        element = as_footprint(footprint, axes, origin=origin)
    if heights.shape != element.sizes:
        raise ValueError(f"structure must have the shape of the footprint, {element.sizes}; got {heights.shape}.")
    return Footprint(element.sizes, element.inside, element.origin, heights.astype(np.float64))


@remembered
def _of_contents(dtype: np.dtype[Any], values: bytes, axes: int, origin: Any, name: str, *shape: int) -> Footprint:
    return _parse(np.frombuffer(values, dtype).reshape(shape), axes, origin, name)


@remembered
def _footprint(footprint: Any, axes: int, origin: Any, name: str) -> Footprint:
    return _parse(footprint, axes, origin, name)


def _parse(footprint: Any, axes: int, origin: Any, name: str) -> Footprint:
    sizes, inside = _parsed(footprint, axes, name) if footprint is not None else ((3,) * axes, _cross(axes))
    shifts = window_origin(origin, sizes)
    return _box(sizes, shifts) if inside is None else Footprint(sizes, inside, shifts)


@lru_cache(maxsize=256)
def _box(sizes: tuple[int, ...], origin: tuple[int, ...]) -> Footprint:
    return Footprint(sizes, None, origin)


def window_origin(origin: Any, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the displacement along each axis of a window of `sizes` for `origin`, one integer or one for each."""
    shifts = per_axis_integer("origin", origin, len(sizes))
    for shift, size in zip(shifts, sizes, strict=True):
        integer("origin", shift, low=-(size // 2), high=(size - 1) // 2)
    return shifts


def _cross(axes: int) -> NDArray[np.bool_] | None:
    return None if axes == 1 else neighborhood(axes, 1)


@lru_cache(maxsize=64)
def neighborhood(axes: int, connectivity: int) -> NDArray[np.bool_]:
    """Return a pixel and its neighbors that differ by one step along at most `connectivity` axes."""
    distance: NDArray[np.intp] = np.abs(np.indices((3,) * axes) - 1).sum(axis=0)
    near = np.asarray(distance <= connectivity)
    near.flags.writeable = False
    return near


def _parsed(footprint: Any, axes: int, name: str) -> tuple[tuple[int, ...], NDArray[np.bool_] | None]:
    if isinstance(footprint, np.ndarray) and footprint.ndim > 0:
        return _marked(footprint, axes, name)
    if is_several(footprint):
        if len(footprint) != axes:
            raise ValueError(
                f"{name} must be one size or {axes}, one for each spatial axis; got {len(footprint)} sizes."
            )
        return tuple(integer(name, item, low=1, high=MAX_SIZE) for item in footprint), None
    return (integer(name, footprint, low=1, high=MAX_SIZE),) * axes, None


def _marked(array: NDArray[Any], axes: int, name: str) -> tuple[tuple[int, ...], NDArray[np.bool_] | None]:
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of bool, integers or floats; got dtype {array.dtype}.")
    if array.ndim != axes:
        raise ValueError(f"{name} must have {axes} axes, one for each spatial axis; got shape {array.shape}.")
    if array.size == 0 or max(array.shape) > MAX_SIZE:
        raise ValueError(f"{name} must have between 1 and {MAX_SIZE} pixels along each axis; got shape {array.shape}.")
    inside = np.asarray(array != 0)
    if not inside.any():
        raise ValueError(f"{name} must have at least one pixel that is not zero; got only zeros.")
    return array.shape, None if inside.all() else inside


def _runs(offsets: NDArray[np.intp]) -> tuple[tuple[int, ...], ...]:
    """Return the horizontal runs of the pixels at `offsets` in a plane, each as the two stretches that make it."""
    row, column = offsets[np.lexsort((offsets[:, 1], offsets[:, 0]))].T
    breaks = np.flatnonzero((np.diff(row) != 0) | (np.diff(column) != 1)) + 1
    first = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([first, [len(row)]]))
    found = []
    for start, length in zip(first.tolist(), lengths.tolist(), strict=True):
        level = length.bit_length() - 1
        begin = int(column[start])
        found.append((int(row[start]), begin, begin + length - (1 << level), level))
    return tuple(found)


@lru_cache(maxsize=256)
def along_axes(footprint: Footprint, axes: tuple[int, ...], spatial: tuple[int, ...]) -> Footprint:
    """Return a window along `axes` as one along `spatial` axes in ascending order, one pixel thick along the others."""
    if axes == spatial:
        return footprint
    index = {axis: number for number, axis in enumerate(axes)}
    shape = tuple(footprint.sizes[index[axis]] if axis in index else 1 for axis in spatial)
    origin = tuple(footprint.origin[index[axis]] if axis in index else 0 for axis in spatial)
    order = [index[axis] for axis in sorted(axes)]
    inside, heights = footprint.inside, footprint.heights
    return Footprint(
        shape,
        None if inside is None else inside.transpose(order).reshape(shape),
        origin,
        None if heights is None else heights.transpose(order).reshape(shape),
    )
