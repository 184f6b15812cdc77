"""How often each value occurs."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, channel_axis_of
from .._engine.dispatch import kernel
from .._engine.threads import get_num_threads
from .._errors import choice, flag, integer, number
from .._operation import Between, operation
from .._types import NATIVE_DTYPES, ChannelAxis

SourceRange: TypeAlias = Literal["image", "dtype"] | tuple[float, float]

Limits: TypeAlias = str | tuple[float, float]

MOST_BINS = 2**20
"""Integers that span more values than this share bins, as floats do."""

SERIAL_BELOW = 60_000

# Whose values are all counted, and as what the kernels see them.
_SMALL_INTEGERS = {
    np.dtype(here): np.dtype(there)
    for here, there in (
        (np.uint8, np.uint8),
        (np.int8, np.uint8),
        (np.uint16, np.uint16),
        (np.int16, np.uint16),
    )
}


@operation(kind="global", dtypes=NATIVE_DTYPES, returns="value", since="0.1")
def histogram(
    image: ArrayLike,
    nbins: Annotated[int, Between(1, MOST_BINS)] = 256,
    *,
    source_range: SourceRange = "image",
    normalize: bool = False,
    channel_axis: ChannelAxis = None,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Count how many pixels have each value, or fall into each of `nbins` bins.

    Parameters
    ----------
    image : array_like
        Image of any shape and any real dtype.
    nbins : int
        Number of bins for floats, all of one width. Integers have one bin for each value, unless these are more than
        2**20; then they are counted like floats.
    source_range : {'image', 'dtype'} or (low, high)
        What the bins span: from the least to the largest finite value of the image; all values of its dtype (-1 to 1
        for floats); or from `low` to `high`. Pixels outside are not counted.
    normalize : bool
        Whether to divide the counts by their sum.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are counted one by one in the same bins. ``None``: all pixels are
        counted together.

    Returns
    -------
    counts : ndarray
        How many pixels fall into each bin: int64, or float64 if they are normalized. Of shape (channels, bins) if
        there is a channel axis.
    bin_centers : ndarray
        The value of each bin for integers, the middle of each bin for floats.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the values lie too close together to divide them into `nbins` bins.

    Notes
    -----
    A bin holds the values from its lower edge up to, but without, its upper edge; the last one holds its upper edge
    too. The edges, and so the counts, are those of ``numpy.histogram``. NaN is never counted. Images of one value
    have bins from half below to half above it.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> counts, values = opsin.exposure.histogram(np.array([[2, 3, 3], [5, 3, 2]], np.uint8))
    >>> counts
    array([2, 3, 0, 1])
    >>> values
    array([2, 3, 4, 5])
    """
    # 1. What comes in.
    array = _values(image)
    nbins = integer("nbins", nbins, low=1, high=MOST_BINS)
    limits = _check_source_range(source_range)
    normalize = flag("normalize", normalize)
    axis = channel_axis_of(array, channel_axis)
    if axis is not None and array.shape[axis] == 0:
        raise ValueError(f"image must have at least one channel along its axis {axis}; got shape {array.shape}.")
    # 2. What to compute.
    channels = [array] if axis is None else list(np.moveaxis(array, axis, 0))
    # 3. Run.
    if array.dtype in _SMALL_INTEGERS and not _is_wide(limits):
        counts, centers = _count_small_integers(channels, array.dtype, limits)
    elif array.dtype.kind in "iu":
        counts, centers = _count_integers(channels, array, nbins, limits)
    else:
        counts, centers = _count_floats(channels, nbins, limits_of_floats(array, limits))
    # 4. What goes out.
    if normalize:
        counts = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    return (counts[0] if axis is None else counts), centers


def _values(image: ArrayLike) -> NDArray[Any]:
    """Return `image` as the array whose values are counted: any integers, float32 or float64."""
    array = np.asarray(image)
    if array.ndim == 0 or array.dtype.kind not in "iu":
        return as_pixels(array).array
    return np.require(array, array.dtype.newbyteorder("="), ["A"])


def _check_source_range(source_range: Any) -> Limits:
    if isinstance(source_range, (tuple, list)):
        if len(source_range) != 2:
            raise ValueError(f"source_range must be 'image', 'dtype' or two numbers; got {source_range!r}.")
        low, high = (number("source_range", limit) for limit in source_range)
        if low > high:
            raise ValueError(f"source_range must be two numbers, the lower one first; got {source_range!r}.")
        return low, high
    return choice("source_range", source_range, ("image", "dtype"))


def _count_small_integers(
    channels: list[NDArray[Any]], dtype: np.dtype[Any], limits: Limits
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Count all values of the dtype, of 8 or 16 bits, and keep those within the limits."""
    unsigned = _SMALL_INTEGERS[dtype]
    info = np.iinfo(dtype)
    counts = np.stack([_count(channel.view(unsigned), (), info.max - info.min + 1) for channel in channels])
    # Seen as unsigned, the negative values follow the positive ones.
    counts = np.roll(counts, -info.min, axis=1) if info.min else counts
    low, high = info.min, info.max
    if limits == "image":
        there = np.flatnonzero(counts.any(axis=0))
        low, high = (low + int(there[0]), low + int(there[-1])) if there.size else (0, -1)
    elif limits != "dtype":
        low, high = _integers_within(limits)
    return _from_to(counts, info.min, low, high), _values_from_to(low, high)


def _is_wide(limits: Limits) -> bool:
    """Return whether there are more integers within the limits than get bins of their own."""
    if isinstance(limits, str):
        return False
    low, high = _integers_within(limits)
    return high - low >= MOST_BINS


def _integers_within(limits: Limits) -> tuple[int, int]:
    """Return the least and the largest integer within the limits."""
    return math.ceil(float(limits[0])), math.floor(float(limits[1]))


def _values_from_to(low: int, high: int) -> NDArray[Any]:
    return np.arange(low, high + 1, dtype=np.uint64 if high > np.iinfo(np.int64).max else np.int64)


def _from_to(counts: NDArray[Any], first: int, low: int, high: int) -> NDArray[Any]:
    """Return the counts of the values `low` to `high` from those of `first` onwards; there are none beyond these."""
    before, after = max(first - low, 0), max(high + 1 - first - counts.shape[1], 0)
    inside = counts[:, max(low - first, 0) : max(high + 1 - first, 0)]
    return np.pad(inside, ((0, 0), (before, after))) if before or after else inside


def _count_integers(
    channels: list[NDArray[Any]], array: NDArray[Any], nbins: int, limits: Limits
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Count the values from the lower limit to the upper one, or bins of them if they are too many."""
    if limits == "image":
        low, high = (int(array.min()), int(array.max())) if array.size else (0, -1)
    elif limits == "dtype":
        low, high = int(np.iinfo(array.dtype).min), int(np.iinfo(array.dtype).max)
    else:
        low, high = _integers_within(limits)
    if high - low >= MOST_BINS:
        return _count_floats([channel.astype(np.float64) for channel in channels], nbins, (float(low), float(high)))
    counts = []
    for channel in channels:
        inside = channel[(channel >= low) & (channel <= high)]
        from_low = (inside - array.dtype.type(low) if inside.size else inside).astype(np.intp)
        counts.append(np.bincount(from_low, minlength=high - low + 1))
    return np.stack(counts), _values_from_to(low, high)


def limits_of_floats(array: NDArray[Any], limits: Limits) -> tuple[float, float]:
    """Return what the bins of an image of floats span."""
    if limits == "dtype":
        return -1.0, 1.0
    if not isinstance(limits, str):
        return limits
    if array.size:
        # In the image's own dtype, in which numpy.histogram too computes the edges then.
        low, high = array.min(), array.max()
        if np.isfinite(low) and np.isfinite(high):
            return low, high
        finite = array[np.isfinite(array)]
        if finite.size:
            return finite.min(), finite.max()
    return 0.0, 1.0


def _count_floats(
    channels: list[NDArray[Any]], nbins: int, limits: tuple[float, float]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Count in bins of equal width, whose edges are those of numpy.histogram."""
    dtype = channels[0].dtype
    low, high = limits if limits[0] < limits[1] else (limits[0] - 0.5, limits[1] + 0.5)
    if not float(high) - float(low) <= float(np.finfo(dtype).max):
        raise ValueError(f"source_range must be narrower than the largest {dtype}; got {low:g} to {high:g}.")
    edges = np.linspace(low, high, nbins + 1, dtype=dtype)
    if not np.all(edges[:-1] < edges[1:]):
        raise ValueError(f"nbins must be less: {dtype} has fewer than {nbins} values from {low!r} to {high!r}.")
    parameters = (np.append(edges, edges[-1]),)
    # One bin more takes what lies outside.
    counts = np.stack([_count(channel, parameters, nbins + 1)[:-1] for channel in channels])
    return counts, (edges[:-1] + edges[1:]) / dtype.type(2)


def _count(array: NDArray[Any], parameters: tuple[Any, ...], bins: int) -> NDArray[np.int64]:
    """Return the counts of all bins that the kernel knows."""
    counts = np.zeros(bins, np.int64)
    found = kernel("histogram", array.dtype)
    for strips in _strips(array):
        part = np.empty(bins, np.uint32)
        found(strips, *parameters, part)
        counts += part
    return counts


def _strips(array: NDArray[Any]) -> list[NDArray[Any]]:
    """View `array` as strips for the threads, (strips, rows, columns), and what is left as one strip."""
    threads = get_num_threads() if array.size >= SERIAL_BELOW else 1
    if array.flags.f_contiguous:
        array = array.T
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        even = flat.size // threads * threads
        parts = [flat[:even].reshape(threads, 1, -1), flat[even:].reshape(1, 1, -1)]
    else:
        rows = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array[None]
        even = len(rows) // threads * threads
        parts = [rows[:even].reshape(threads, -1, rows.shape[1]), rows[even:][None]]
    return [part for part in parts if part.size]
