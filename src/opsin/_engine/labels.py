"""Label images as the compiled code takes them."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._errors import integer
from .arrays import as_array, check_out, integer_limits, planes
from .compiled import regions, union_find
from .compiled.overwrite import overwrite_regions
from .runtime import empty

MAX_AXES = 10
"""Images of more axes longer than 1 are not labeled: a pixel has 3**axes neighbors."""

# A table of the labels from 0 to the largest is made if it is no larger than so many labels and so many times
# the image; otherwise the labels are ranked first, which costs a sort.
DENSE_LABELS = 4096
DENSE_SHARE = 4

_UNSIGNED: dict[int, np.dtype[Any]] = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


def as_label_image(name: str, image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an array of bool or integers in native byte order."""
    array = image if type(image) is np.ndarray else as_array(name, image)
    if array.dtype.kind not in "biu":
        raise TypeError(f"{name} must be an array of bool or integers; got dtype {array.dtype}.")
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis; got a single number.")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def as_labels(name: str, image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an array of integers in native byte order."""
    array = as_label_image(name, image)
    if array.dtype == np.bool_:
        raise TypeError(
            f"{name} must be an array of integers; got dtype bool. Number its objects with "
            "opsin.measure.label, or make them one region with astype('uint8')."
        )
    return array


def as_mask(name: str, mask: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return `mask` as an array of bool of `shape`; numbers that are all 0 or 1 are taken for bool."""
    array = as_array(name, mask)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of bool, or of numbers that are 0 or 1; got dtype {array.dtype}.")
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape of the image, {shape}; got {array.shape}.")
    if array.dtype == np.bool_:
        return array
    chosen: NDArray[np.bool_] = array == 1
    if not np.all(chosen | (array == 0)):
        raise ValueError(
            f"{name} must be an array of bool, or of numbers that are 0 or 1; got other numbers, of dtype "
            f"{array.dtype}. Where they are not 0 is {name} != 0."
        )
    return chosen


def unsigned(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows of bool or integers as the compiled code takes them: unsigned and C-contiguous."""
    return np.ascontiguousarray(rows).view(_UNSIGNED[rows.itemsize])


def dense_labels(name: str, image: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.uint64], NDArray[np.int64]]:
    """Return rows of indices into a table of regions, the ranges of their strips, and the label of each index.

    An image without pixels has one row of one pixel that is in no region.
    """
    rows = unsigned(image.reshape(-1, image.shape[-1])) if image.size else np.zeros((1, 1), np.uint8)
    ranges: NDArray[np.uint64] = regions.label_ranges(rows)
    largest = int(ranges[:, 1].max())
    limit = min(integer_limits(image.dtype)[1], integer_limits(np.dtype(np.int64))[1])
    if largest > limit:
        raise ValueError(f"{name} must have labels from 0 to {limit}; got {image.min()} to {image.max()}.")
    if largest <= max(DENSE_LABELS, image.size // DENSE_SHARE):
        return rows, ranges, np.arange(largest + 1)
    numbers, ranks = np.unique(np.append(np.zeros(1, image.dtype), image), return_inverse=True)
    rows = unsigned(ranks[1:].reshape(rows.shape))
    return rows, regions.label_ranges(rows), numbers.astype(np.int64)


def region_sizes(name: str, image: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the index of the region of each pixel, and how many pixels each has; 0 for the background.

    Parameters
    ----------
    name : str
        The name of the image in error messages.
    image : ndarray
        An image of labels, not negative.
    """
    rows, ranges, numbers = dense_labels(name, image)
    found, table = regions.measure_regions(rows, ranges, rows.shape, None, 0, set())
    sizes = np.zeros(len(numbers), np.int64)
    sizes[found] = table["count"]
    indices = rows.view(np.int32) if rows.itemsize == 4 else rows.astype(np.int32)
    return indices.reshape(image.shape) if image.size else np.zeros(image.shape, np.int32), sizes


def border_labels(labels: NDArray[Any], width: int = 1) -> NDArray[Any]:
    """Return the labels of the pixels nearer than `width` to the border of an image."""
    parts = [np.zeros(0, labels.dtype)]
    for axis in range(labels.ndim):
        moved = np.moveaxis(labels, axis, 0)
        parts += [moved[:width].reshape(-1), moved[-width:].reshape(-1)]
    return np.concatenate(parts)


def as_connectivity(connectivity: Any, axes: int) -> int:
    """Return the largest number of axes along which a neighbor differs by one step; None: all."""
    if connectivity is None:
        return axes
    return integer("connectivity", connectivity, low=1, high=axes)


def ranked(image: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the rank of each pixel's label among the labels of an image, and the labels in rising order."""
    if not image.size:
        return np.zeros(image.shape, np.intp), np.zeros(0, image.dtype)
    low, high = int(image.min()), int(image.max())
    if high - low < max(DENSE_LABELS, image.size // DENSE_SHARE):
        # Modulo 2**64 the difference is right for the largest unsigned labels, too.
        numbers = image.astype(np.int64) - np.int64((low + 2**63) % 2**64 - 2**63)
        present = np.bincount(numbers.reshape(-1)) > 0
        return (np.cumsum(present) - 1)[numbers], np.array([low + int(number) for number in np.flatnonzero(present)])
    values, ranks = np.unique(image, return_inverse=True)
    return ranks.reshape(image.shape), values


def connected_components(
    name: str, image: NDArray[Any], connectivity: int, background: int
) -> tuple[NDArray[np.int32], int]:
    """Return the numbers of the connected components of a label image in raster order, and how many there are.

    Parameters
    ----------
    name : str
        The name of the image in error messages.
    image : ndarray
        An image of bool or integers.
    connectivity : int
        Along how many axes at once a neighbor may be one step away.
    background : int
        The value of the pixels that belong to no component.
    """
    shape = tuple([length for length in image.shape if length != 1]) or (1,)
    if len(shape) > MAX_AXES:
        raise ValueError(f"{name} must have at most {MAX_AXES} axes longer than 1; got shape {image.shape}.")
    if max(shape) > union_find.MAX_RUNS:
        raise ValueError(f"{name} must have less than 2**31 pixels along an axis; got shape {image.shape}.")
    labels = empty(image.shape, np.dtype(np.int32))
    if not labels.size:
        return labels, 0
    rows, background, one_value = _as_rows(image, shape, background)
    neighbors = _preceding_rows(len(shape), connectivity)
    count = union_find.label_rows(rows, background, one_value, shape[:-1], neighbors, labels.reshape(rows.shape))
    if count < 0:
        raise ValueError(f"{name} must have less than 2**31 runs of equal pixels; got shape {image.shape}.")
    return labels, int(count)


def components_with(
    name: str, mask: NDArray[np.bool_], seeds: NDArray[np.bool_], connectivity: int, channel_axis: int | None
) -> NDArray[np.bool_]:
    """Return the connected components of `mask` that contain a pixel of `seeds`, for each channel by itself.

    Parameters
    ----------
    name : str
        The name of the image in error messages.
    mask : ndarray of bool
        The image.
    seeds : ndarray of bool
        Pixels of the mask.
    connectivity : int
        Along how many axes at once a neighbor may be one step away.
    channel_axis : int or None
        The axis of the channels, counted from the front.
    """
    result: NDArray[np.bool_] = np.zeros(mask.shape, bool)
    parts = (planes(array, channel_axis) for array in (mask, seeds, result))
    for inside, chosen, target in zip(*parts, strict=True):
        labels, count = connected_components(name, inside, connectivity, 0)
        left_out = np.ones(count + 1, bool)
        left_out[labels[chosen]] = False
        target[...] = overwrite(inside, labels, left_out, 0, None)
    return result


def _as_rows(image: NDArray[Any], shape: tuple[int, ...], background: int) -> tuple[NDArray[Any], int, bool]:
    """Return the pixels as rows, the background among them, and whether there is at most one other value."""
    low, high = integer_limits(image.dtype)
    present = low <= background <= high
    one_value = image.dtype == np.bool_ and present
    if image.dtype == np.bool_:
        image = image.view(np.uint8)
    if not present:
        # No pixel is background: a wider type has room for a value that none has, and failing that, ranks do.
        wider = np.result_type(image.dtype, np.min_scalar_type(background))
        if wider.kind in "iu":
            image = image.astype(wider)
        else:
            image, background = np.unique(image, return_inverse=True)[1].reshape(image.shape) + 1, 0
    rows = unsigned(image.reshape(math.prod(shape[:-1]), shape[-1]))
    return rows, background % 2 ** (8 * rows.itemsize), one_value


@lru_cache(maxsize=64)
def _preceding_rows(axes: int, connectivity: int) -> NDArray[np.int32]:
    """Return the steps to the rows that precede a row and touch it, each with the reach along the row.

    The rows run along the last of `axes` axes. A step takes one of -1, 0 and 1 along each of the others; its
    reach is 1 if a step along the row as well is still within the connectivity.
    """
    origin = (0,) * (axes - 1)
    found = [
        (*steps, int(distance < connectivity))
        for steps in itertools.product((-1, 0, 1), repeat=axes - 1)
        if steps < origin and (distance := sum(map(abs, steps))) <= connectivity
    ]
    neighbors = np.array(found, np.int32).reshape(-1, axes)
    neighbors.flags.writeable = False
    return neighbors


def overwrite(
    image: NDArray[Any], numbers: NDArray[np.int32], chosen: NDArray[np.bool_], value: int, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Return `image` with `value` where `numbers` is a chosen number."""
    if out is not None:
        check_out(out, image.shape, image.dtype)
    result = image.copy(order="C")
    if image.size:
        flat = unsigned(result).reshape(-1)
        bits = value % 2 ** (8 * image.dtype.itemsize)
        overwrite_regions(flat, numbers.reshape(-1), chosen.view(np.uint8), bits)
    if out is None:
        return result
    out[...] = result
    return out
