"""Local maxima with a least distance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, as_pixels, is_several
from .._engine.borders import as_border
from .._engine.compiled import regions, spacing
from .._engine.footprints import Footprint, as_footprint
from .._engine.labels import as_labels, dense_labels
from .._engine.minmax import minmax
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import FootprintLike, ImageLike, LabelsLike, Points

DISTANCE = Allowed(0, 32767)
COUNT = Allowed(0)
NORM = Allowed(1)

Distance: TypeAlias = Annotated[int, DISTANCE, Typical(1, 50, "px")]
"""The least distance of two points in pixels."""

Border: TypeAlias = bool | Annotated[int, Typical(0, 50, "px")] | Sequence[int]
"""The width of the border in which no points are."""

MAX_POWER = 64.0
"""The greatest finite order of a norm: its powers of coordinates are finite."""


@operation(kind="global", since="0.1")
def peak_local_max(
    image: ImageLike,
    min_distance: Distance = 1,
    *,
    threshold_abs: float | None = None,
    threshold_rel: float | None = None,
    exclude_border: Border = True,
    num_peaks: float = math.inf,
    footprint: FootprintLike | None = None,
    labels: LabelsLike | None = None,
    num_peaks_per_label: float = math.inf,
    p_norm: Annotated[float, NORM] = math.inf,
) -> Points:
    """Find the pixels of an image that are the greatest around them.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    min_distance : int
        Least distance of two peaks in pixels. A peak is the maximum of the square (or cube) that reaches so far around
        it. Of equal pixels that are closer the first one is taken.
    threshold_abs : float, optional
        Peaks are greater than this, in the units of the image. By default, greater than the least pixel.
    threshold_rel : float, optional
        Peaks are greater than this fraction of the greatest pixel.
    exclude_border : bool, int or sequence of int
        Width of the border in which no peaks are, one for all axes or one for each. ``True``: `min_distance`.
        ``False``: 0.
    num_peaks : float
        Greatest number of peaks; the highest are taken. Infinity: all.
    footprint : int, sequence of int or array_like, optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes.
    labels : array_like of int, optional
        Image of labels with the shape of the image: peaks are found in each region on its own, and none in the
        background, which is 0.
    num_peaks_per_label : float
        Greatest number of peaks in each region.
    p_norm : float
        Which Minkowski distance `min_distance` is: 1 is the sum of the differences of the coordinates, 2 the
        Euclidean distance, infinity the greatest difference. At most 64, or infinity.

    Returns
    -------
    ndarray
        Coordinates of the peaks, shape (peaks, axes), int64: the highest peak first, equal ones in raster order; with
        `labels`, so within each region, one region after the other.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Every axis is spatial. A pixel that is not a number is no peak, and there are none in the windows that hold it.
    An image whose pixels are all equal has no peaks.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((7, 7))
    >>> image[3, 4], image[3, 2], image[1, 1] = 1, 1.5, 2
    >>> opsin.feature.peak_local_max(image)
    array([[1, 1],
           [3, 2],
           [3, 4]])
    >>> opsin.feature.peak_local_max(image, min_distance=2, exclude_border=False)
    array([[1, 1]])
    """
    pixels = as_pixels(image)
    distance = integer("min_distance", min_distance, DISTANCE)
    threshold = _threshold(pixels.array, threshold_abs, threshold_rel)
    border = _border_widths(exclude_border, distance, pixels.array.ndim)
    most = as_count("num_peaks", num_peaks)
    window = as_footprint(2 * distance + 1 if footprint is None else footprint, pixels.array.ndim)
    most_in_region = as_count("num_peaks_per_label", num_peaks_per_label)
    norm = as_norm(p_norm)
    inside = tuple(
        slice(min(width, length), max(length - width, min(width, length)))
        for width, length in zip(border, pixels.shape, strict=True)
    )
    if labels is None:
        return _highest(pixels.array, _peaks(pixels.array, window, threshold, None), inside, distance, norm, most)
    regions_of = as_labels("labels", labels)
    if regions_of.shape != pixels.shape:
        raise ValueError(f"labels must have the shape of the image, {pixels.shape}; got {regions_of.shape}.")
    everywhere = (slice(None),) * pixels.array.ndim
    found = [np.empty((0, pixels.array.ndim), np.intp)]
    for region, box in _regions(regions_of, inside):
        part = np.where(region, pixels.array[box], _lowest(pixels.dtype))
        mask = _peaks(part, window, threshold, region)
        points = _highest(part, mask, everywhere, distance, norm, most_in_region)
        found.append(points + [piece.start for piece in box])
    points = np.concatenate(found)
    if len(points) <= most:
        return points
    mask = np.zeros(pixels.shape, bool)
    mask[tuple(points.T)] = True
    return _highest(pixels.array, mask, everywhere, distance, norm, most)


def as_norm(p_norm: float) -> float:
    """Return the order of a norm, which may be infinite."""
    if isinstance(p_norm, (float, np.floating)) and p_norm == math.inf:
        return math.inf
    order = number("p_norm", p_norm, NORM)
    if order > MAX_POWER:
        raise ValueError(f"p_norm must be at least 1 and at most {MAX_POWER:g}, or infinite; got {order:g}.")
    return order


def keep_apart(
    points: NDArray[np.intp], shape: tuple[int, ...], distance: int, norm: float, closed: bool, most: int
) -> NDArray[np.intp]:
    """Return at most so many points of which none is too close to one before it."""
    if not len(points):
        return points
    reach = min(distance, sum(shape))  # nothing is farther apart than this
    kept: NDArray[np.bool_] = spacing.spaced(
        np.ascontiguousarray(points), shape, reach, norm, closed, min(most, len(points))
    )
    return points[kept]


def as_count(name: str, value: Any) -> int:
    """Return a number of points, where infinity stands for more than there can be."""
    if isinstance(value, (float, np.floating)):
        if value == math.inf:
            return np.iinfo(np.intp).max
        if value == math.floor(value) if math.isfinite(value) else False:
            value = int(value)
    return min(integer(name, value, COUNT), np.iinfo(np.intp).max)


def _threshold(array: NDArray[Any], absolute: float | None, relative: float | None) -> float | None:
    """Return what peaks exceed; None: nothing does."""
    limit = None if absolute is None else number("threshold_abs", absolute)
    share = None if relative is None else number("threshold_rel", relative)
    if not array.size:
        return None
    known = array[array == array] if array.dtype.kind == "f" else array
    if not known.size:
        return None
    if limit is None:
        limit = known.min()
    return limit if share is None else max(limit, share * float(known.max()))


def _border_widths(exclude_border: Any, distance: int, axes: int) -> tuple[int, ...]:
    if isinstance(exclude_border, (bool, np.bool_)):
        return (distance if exclude_border else 0,) * axes
    if is_several(exclude_border):
        if len(exclude_border) != axes:
            raise ValueError(
                f"exclude_border must be True, False, one width or {axes}, one for each axis; "
                f"got {len(exclude_border)}."
            )
        return tuple(integer("exclude_border", width, low=0) for width in exclude_border)
    return (integer("exclude_border", exclude_border, low=0),) * axes


def _lowest(dtype: np.dtype[Any]) -> Any:
    if dtype.kind == "b":
        return False
    return dtype.type(-np.inf) if dtype.kind == "f" else np.iinfo(dtype).min


def _regions(labels: NDArray[Any], inside: tuple[slice, ...]) -> Iterator[tuple[NDArray[np.bool_], tuple[slice, ...]]]:
    """Yield where each region is that has pixels inside, and the box around it."""
    clipped = np.zeros_like(labels)
    clipped[inside] = labels[inside]
    rows, ranges, numbers = dense_labels("labels", clipped)
    shape = clipped.shape if clipped.size else (1,) * clipped.ndim
    found, measures = regions.measure_regions(rows, ranges, shape, None, 0, {"bbox"})
    axes = labels.ndim
    for label, corner in zip(numbers[found].tolist(), measures["bbox"].T.tolist(), strict=True):
        box = tuple(slice(first, last) for first, last in zip(corner[:axes], corner[axes:], strict=True))
        yield labels[box] == label, box


def _peaks(
    array: NDArray[Any], window: Footprint, threshold: float | None, region: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """Return where the pixels are that are the greatest of their window and exceed the threshold."""
    if threshold is None:
        return np.zeros(array.shape, bool)
    above = np.asarray(array > threshold)
    if window.count == 1 or array.size == 1:
        return above
    pixels = as_pixels(array)
    # The maxima are taken over the mirrored window.
    greatest = minmax(pixels, window.mirrored, (True,), border=as_border("nearest", 0, pixels))
    peaks = np.asarray(array == greatest)
    if np.all(peaks if region is None else peaks[region]):
        peaks[...] = False
        if region is not None:
            peaks |= _alone(region)
    return peaks & above


def _alone(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a region that no cross within it covers."""
    pixels: Pixels = as_pixels(region)
    cross = as_footprint(None, region.ndim)
    opened: NDArray[np.bool_] = minmax(pixels, cross, (False, True), border=as_border("constant", 0, pixels))
    return region & ~opened


def _highest(
    array: NDArray[Any],
    mask: NDArray[np.bool_],
    inside: tuple[slice, ...],
    distance: int,
    norm: float,
    most: int,
) -> NDArray[np.intp]:
    """Return at most so many of the marked pixels, the highest first, that are far enough apart."""
    part = array[inside]
    flat = np.flatnonzero(mask[inside])
    values = part.reshape(-1)[flat] if part.flags.c_contiguous else part[np.unravel_index(flat, part.shape)]
    order = np.argsort(_descending(values), kind="stable")
    points = np.stack(np.unravel_index(flat[order], part.shape), axis=-1).astype(np.intp)
    points += np.array([piece.start or 0 for piece in inside], np.intp)
    if distance > 1:
        points = keep_apart(points, array.shape, distance, norm, False, most)
    return points[:most]


def _descending(values: NDArray[Any]) -> NDArray[Any]:
    """Return keys whose order is the descending order of the values."""
    return ~values if values.dtype.kind in "biu" else -values
