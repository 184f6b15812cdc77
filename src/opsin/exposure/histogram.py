"""Histograms."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import COMPUTED_IN, FLOAT64, Pixels, as_pixels, integer_limits
from .._engine.reduce import count_floats, count_integers, finite_limits
from .._errors import Allowed, choice, flag, integer, number
from .._operation import Typical, operation
from .._types import ChannelAxis, ImageLike, Values

SourceRange: TypeAlias = Literal["image", "dtype"] | tuple[float, float]

MAX_BINS = 2**20
"""Integers that span more values than this share bins, as floats do."""


BINS = Allowed(1, MAX_BINS)

Bins: TypeAlias = Annotated[int, BINS, Typical(16, 256)]
"""The number of bins of a histogram."""


@operation(kind="reduce", since="0.1")
def histogram(
    image: ImageLike,
    nbins: Bins = 256,
    *,
    source_range: SourceRange = "image",
    normalize: bool = False,
    channel_axis: ChannelAxis = None,
) -> tuple[Values, Values]:
    """Count the pixels of each value, or in each of `nbins` bins.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    nbins : int
        Number of bins for floats, all of the same width. Integers have one bin for each value, unless there are more
        than 2**20 values; then they are counted like floats.
    source_range : {'image', 'dtype'} or (low, high)
        Range of the bins: from the least to the largest finite value of the image; all values of its dtype (-1 to 1
        for floats); or from `low` to `high`. Pixels outside the range are not counted.
    normalize : bool
        Whether to divide the counts by their sum.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

        All channels have the same bins.

    Returns
    -------
    counts : ndarray
        The number of pixels in each bin: int64, or float64 if normalized; with a channel axis, the shape is
        (channels, bins).
    bin_centers : ndarray
        The value of each bin for integers, the center of each bin for floats.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the values are too close together to divide their range into `nbins` bins.

    Notes
    -----
    A bin contains its lower edge and not its upper edge; the last bin contains both. The edges, and so the counts, are
    those of ``numpy.histogram``. NaN is never counted. For an image of one value, the bins span one unit around it.

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
    pixels = as_pixels(image, channel_axis)
    nbins = integer("nbins", nbins, BINS)
    limits = _check_source_range(source_range)
    normalize = flag("normalize", normalize)
    if pixels.channels == 0:
        axis = pixels.channel_axis
        raise ValueError(f"image must have at least one channel along its axis {axis}; got shape {pixels.shape}.")
    counts, centers = _of_integers(pixels, limits) or _of_floats(pixels, limits, nbins)
    return (counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1) if normalize else counts), centers


def _check_source_range(source_range: Any) -> str | tuple[float, float]:
    if isinstance(source_range, (tuple, list)):
        if len(source_range) != 2:
            raise ValueError(f"source_range must be 'image', 'dtype' or two numbers; got {source_range!r}.")
        low, high = (number("source_range", limit) for limit in source_range)
        if low > high:
            raise ValueError(f"source_range must be two numbers, the lower one first; got {source_range!r}.")
        return low, high
    return choice("source_range", source_range, ("image", "dtype"))


def _of_integers(pixels: Pixels, limits: str | tuple[float, float]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Return a count for each integer and the integers; None for floats, and if the integers are too many."""
    if pixels.dtype.kind == "f":
        return None
    span = None
    if isinstance(limits, tuple):
        span = math.ceil(limits[0]), math.floor(limits[1])
    elif limits == "dtype":
        span = integer_limits(pixels.dtype)
    elif pixels.dtype.itemsize > 2 and pixels.array.size:
        span = int(pixels.array.min()), int(pixels.array.max())
    if span is not None and (span[1] - span[0] >= MAX_BINS or span[0] < -(2**63) or span[1] >= 2**64):
        return None
    counts, low = count_integers(pixels, span)
    high = low + counts.shape[-1] - 1
    return counts, np.arange(low, high + 1, dtype=np.uint64 if high >= 2**63 else np.int64)


def _of_floats(pixels: Pixels, limits: str | tuple[float, float], nbins: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a count for each bin, and the middles of the bins."""
    edges = _edges(pixels, limits, nbins)
    return count_floats(pixels, edges), (edges[:-1] + edges[1:]) / edges.dtype.type(2)


def _edges(pixels: Pixels, limits: str | tuple[float, float], nbins: int) -> NDArray[Any]:
    """Return the edges of bins of equal width, as numpy.histogram computes them: in the dtype of an image of floats."""
    dtype = COMPUTED_IN["measure"][pixels.dtype] if pixels.dtype.kind == "f" else FLOAT64
    if isinstance(limits, tuple):
        low, high = limits
    elif limits == "dtype":
        low, high = (-1.0, 1.0) if pixels.dtype.kind == "f" else map(float, integer_limits(pixels.dtype))
    else:
        low, high = finite_limits(pixels.array)
        low, high = (dtype.type(low), dtype.type(high)) if pixels.dtype.kind == "f" else (float(low), float(high))
    if low == high:
        low, high = low - 0.5, high + 0.5
    if not float(high) - float(low) <= float(np.finfo(dtype).max):
        raise ValueError(f"source_range must be narrower than the largest {dtype}; got {low:g} to {high:g}.")
    edges = np.linspace(low, high, nbins + 1, dtype=dtype)
    if not np.all(edges[:-1] < edges[1:]):
        raise ValueError(
            f"nbins must be less, or source_range wider: {dtype} has fewer than {nbins} from {low!r} to {high!r}."
        )
    return edges
