"""How often each value occurs."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import COMPUTED_IN, FLOAT64, Pixels, as_pixels
from .._engine.labels import integer_limits
from .._engine.reduce import count_floats, count_integers, finite_limits
from .._errors import choice, flag, integer, number
from .._operation import Between, operation
from .._types import NATIVE_DTYPES, ChannelAxis

SourceRange: TypeAlias = Literal["image", "dtype"] | tuple[float, float]

MAX_BINS = 2**20
"""Integers that span more values than this share bins, as floats do."""


@operation(kind="global", dtypes=NATIVE_DTYPES, returns="value", since="0.1")
def histogram(
    image: ArrayLike,
    nbins: Annotated[int, Between(1, MAX_BINS)] = 256,
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
    pixels = as_pixels(image, channel_axis)
    nbins = integer("nbins", nbins, low=1, high=MAX_BINS)
    limits = _check_source_range(source_range)
    normalize = flag("normalize", normalize)
    if pixels.channels == 0:
        axis = pixels.channel_axis
        raise ValueError(f"image must have at least one channel along its axis {axis}; got shape {pixels.shape}.")
    counts, centers = _of_integers(pixels, limits) if pixels.dtype.kind != "f" else (None, None)
    if counts is None:
        edges = _edges(pixels, limits, nbins)
        counts, centers = count_floats(pixels, edges), (edges[:-1] + edges[1:]) / edges.dtype.type(2)
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


def _of_integers(
    pixels: Pixels, limits: str | tuple[float, float]
) -> tuple[NDArray[Any], NDArray[Any]] | tuple[None, None]:
    """Return a count for each integer and the integers; None if they are too many."""
    span = None
    if isinstance(limits, tuple):
        span = math.ceil(limits[0]), math.floor(limits[1])
    elif limits == "dtype":
        span = integer_limits(pixels.dtype)
    elif pixels.dtype.itemsize > 2 and pixels.array.size:
        span = int(pixels.array.min()), int(pixels.array.max())
    if span is not None and span[1] - span[0] >= MAX_BINS:
        return None, None
    counts, low = count_integers(pixels, span)
    high = low + counts.shape[-1] - 1
    return counts, np.arange(low, high + 1, dtype=np.uint64 if high > np.iinfo(np.int64).max else np.int64)


def _edges(pixels: Pixels, limits: str | tuple[float, float], nbins: int) -> NDArray[Any]:
    """Return the edges of bins of equal width, as numpy.histogram computes them: in the dtype of an image of floats."""
    dtype = COMPUTED_IN["measure"][pixels.dtype] if pixels.dtype.kind == "f" else FLOAT64
    if isinstance(limits, tuple):
        low, high = limits
    elif limits == "dtype":
        low, high = (-1.0, 1.0) if pixels.dtype.kind == "f" else map(float, integer_limits(pixels.dtype))
    else:
        low, high = finite_limits(pixels.array)
        low, high = (low, high) if pixels.dtype.kind == "f" else (float(low), float(high))
    if low == high:
        low, high = low - 0.5, high + 0.5
    if not float(high) - float(low) <= float(np.finfo(dtype).max):
        raise ValueError(f"source_range must be narrower than the largest {dtype}; got {low:g} to {high:g}.")
    edges = np.linspace(low, high, nbins + 1, dtype=dtype)
    if not np.all(edges[:-1] < edges[1:]):
        raise ValueError(f"nbins must be less: {dtype} has fewer than {nbins} values from {low!r} to {high!r}.")
    return edges
