"""Li's threshold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.iterate import iterations
from .._engine.reduce import pieces
from .._errors import number
from .._operation import operation
from .._types import POSITIVE, ImageLike, Number
from .counted import as_number, counted, from_first

MAX_STEPS = 10_000

SAMPLED = 1 << 16
"""The tolerance for floats is found among so many pixels."""


@operation(kind="global", since="0.1")
def threshold_li(
    image: ImageLike,
    *,
    tolerance: Annotated[float, POSITIVE] | None = None,
    initial_guess: float | None = None,
) -> Number:
    """Find the threshold of the least cross-entropy between an image and its two classes, by iteration.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    tolerance : float, optional
        The iteration ends when the threshold changes by no more than this. By default 0.5 for integers, and for floats
        half of the least difference of the values of about 65536 evenly spaced pixels.
    initial_guess : float, optional
        Threshold to start from, between the least and the greatest pixel. By default the mean.

    Returns
    -------
    float
        The threshold: pixels above it belong to the brighter class. For an image of one value it is that value.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is finite, or `initial_guess` is not between the least and the greatest pixel.

    Notes
    -----
    Pixels that are not finite are left out. The values count from the least one, so that the result does not depend on
    an offset.

    References
    ----------
    .. [1] C. H. Li and P. K. S. Tam, "An Iterative Algorithm for Minimum Cross Entropy Thresholding", Pattern
       Recognition Letters 19 (8), 1998, pp. 771-776.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[12, 15, 13], [80, 85, 14], [90, 88, 11]], np.uint8)
    >>> round(opsin.filters.threshold_li(image), 3)
    31.091
    """
    pixels = as_pixels(image)
    width = None if tolerance is None else number("tolerance", tolerance, POSITIVE)
    guess = None if initial_guess is None else number("initial_guess", initial_guess)
    if pixels.dtype.kind == "f":
        array = np.ascontiguousarray(pixels.array).reshape(-1)  # the order of the sums decides their last bits
        array = array if np.isfinite(array).all() else array[np.isfinite(array)]
        if not array.size:
            raise ValueError("image must have at least one finite pixel; got none.")
        low, high = float(array.min()), float(array.max())
        means, start = _means_of_pixels(array, low), None
        if width is None and low < high:
            width = _half_of_least_difference(array)
    else:
        counts, values = counted("threshold_li", pixels.array, 256, None)
        low, high = (as_number(value) for value in values[[0, -1]])
        means, start = _means_of_counts(counts, from_first(values)), 0.5
        width = start if width is None else width
    if guess is not None and not low < guess < high and low < high:
        raise ValueError(f"initial_guess must be more than {low} and less than {high}; got {guess:g}.")
    if low == high:
        return low
    everything = means(-1.0)[1]
    threshold = everything if guess is None else guess - low
    if guess is not None and start is not None:
        threshold = float(int(threshold))
    for _ in iterations(MAX_STEPS):
        below, above = means(threshold)
        if below == 0:
            break
        before, threshold = threshold, (below - above) / (np.log(below) - np.log(above))
        if abs(threshold - before) <= width:
            break
    return float(threshold) + low


Means = Callable[[float], tuple[float, float]]
"""From a threshold to the means of the values up to it and above it."""


def _means_of_counts(counts: NDArray[Any], distance: NDArray[np.float64]) -> Means:
    total, moment = (np.concatenate([[0.0], np.cumsum(part)]) for part in (counts, counts * distance))

    def means(threshold: float) -> tuple[float, float]:
        split = int(np.searchsorted(distance, threshold, side="right"))
        below = moment[split] / max(total[split], 1)
        return float(below), float((moment[-1] - moment[split]) / (total[-1] - total[split]))

    return means


def _means_of_pixels(array: NDArray[Any], low: float) -> Means:
    first = array.dtype.type(low)

    def means(threshold: float) -> tuple[float, float]:
        count, above, total = 0, 0.0, 0.0
        for piece in pieces(array):
            values = piece - first
            chosen = values > threshold
            count += int(np.count_nonzero(chosen))
            total += float(values.sum(dtype=np.float64))
            above += float(values.sum(dtype=np.float64, where=chosen))
        return (total - above) / max(array.size - count, 1), above / max(count, 1)

    return means


def _half_of_least_difference(array: NDArray[Any]) -> float:
    """Return half of the least difference of two values of a sample of the pixels."""
    values = np.unique(array[:: max(1, array.size // SAMPLED)])
    return float(np.min(np.diff(values), initial=np.inf)) / 2 if len(values) > 1 else 0.0
