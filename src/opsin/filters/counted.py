"""The histograms that thresholds are found in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels, is_several
from .._errors import integer
from ..exposure.histogram import BINS, histogram

MAX_DISTANCE = 1e100
"""Squares of larger distances, times counts, might not fit into float64."""


def counted(function: str, image: Any, nbins: Any, hist: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the counts of the bins from the first to the last that is not empty, and the value of each bin.

    The value of a single bin is that of the pixels. `function` is the name for the error if there is neither an image
    nor a histogram.
    """
    nbins = integer("nbins", nbins, BINS)
    if image is not None:
        image = as_pixels(image).array
    if hist is not None:
        counts, values = _check_histogram(hist)
    elif image is not None:
        counts, values = histogram(image, nbins)
    else:
        raise TypeError(f"{function} takes an image or hist, a histogram; got neither.")
    if len(counts) > 1 and counts[0] and counts[-1]:
        return counts, values
    filled = counts.nonzero()[0]
    if not filled.size:
        raise ValueError("image must have at least one finite pixel, hist at least one count; got none.")
    if filled.size == 1 and hist is None:
        array = image.reshape(-1)
        return counts[filled], (array if array.dtype.kind != "f" else array[np.isfinite(array)])[:1]
    inside = slice(filled[0], filled[-1] + 1)
    return counts[inside], values[inside]


def as_number(value: Any) -> int | float:
    """Return a value of a bin as a Python number."""
    return int(value) if value.dtype.kind in "bui" else float(value)


def from_first(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the distance of each value from the first one, exactly also for large integers that are close together."""
    if values.dtype.kind in "biu":
        whole: NDArray[np.int64] = values.astype(np.int64, copy=False)
        steps: NDArray[np.int64] = whole - whole[0]
        return steps.astype(np.float64)
    exact = values.astype(np.float64)
    distance: NDArray[np.float64] = exact - exact[0]
    largest = np.abs(distance).max(initial=0)
    if not largest <= MAX_DISTANCE:
        raise ValueError(f"image, or hist, must have values at most {MAX_DISTANCE:g} apart; got {largest:g}.")
    return distance


def _check_histogram(hist: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    both = isinstance(hist, tuple) and len(hist) == 2 and is_several(hist[0])
    counts = as_array("hist", hist[0] if both else hist)
    values = as_array("hist", hist[1]) if both else np.arange(len(np.atleast_1d(counts)))
    if counts.dtype.kind not in "iuf" or values.dtype.kind not in "iuf":
        raise TypeError(f"hist must be of numbers; got dtypes {counts.dtype} and {values.dtype}.")
    if counts.ndim != 1 or counts.shape != values.shape:
        raise ValueError(f"hist must be counts and values, as many of each; got shapes {counts.shape}, {values.shape}.")
    if not np.all(counts >= 0) or not np.all(np.isfinite(counts)) or not np.all(np.isfinite(values)):
        raise ValueError("hist must have finite counts of 0 or more and finite values.")
    return counts, values
