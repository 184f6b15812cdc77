"""Li's threshold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.iterate import iterations
from .._errors import number
from .._operation import operation
from .._types import POSITIVE, ImageLike, Number
from .counted import as_number, counted, from_first

MAX_STEPS = 10_000


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
        half of the least difference of two values.
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
        values = np.sort(pixels.array, axis=None)
        if not np.isfinite(values[[0, -1]] if values.size else values).all():  # infinity and NaN are at the ends
            values = values[np.isfinite(values)]
        if not values.size:
            raise ValueError("image must have at least one finite pixel; got none.")
        counts, step = np.ones(values.size), None
    else:
        counts, values = counted("threshold_li", pixels.array, 256, None)
        step = 0.5
    low, high = (as_number(value) for value in values[[0, -1]])
    distance = from_first(values)
    if not np.isfinite(distance[-1]):
        raise ValueError(f"image must span less than the largest float64; got {low:g} to {high:g}.")
    means = _means(counts, distance)
    if width is None:
        width = np.min(np.diff(distance), where=np.diff(distance) > 0, initial=np.inf) / 2 if step is None else step
    if guess is not None and not low < guess < high and low < high:
        raise ValueError(f"initial_guess must be more than {low} and less than {high}; got {guess:g}.")
    if low == high:
        return low
    threshold = means(-1.0)[1] if guess is None else guess - low
    if guess is not None and step is not None:
        threshold = float(int(threshold))
    for _ in iterations(MAX_STEPS):
        below, above = means(threshold)
        if below == 0:
            break
        before, threshold = threshold, (below - above) / (np.log(below) - np.log(above))
        if abs(threshold - before) <= width:
            break
    return float(threshold) + low


def _means(counts: NDArray[Any], distance: NDArray[np.float64]) -> Callable[[float], tuple[float, float]]:
    """Return the function from a threshold to the means of the values up to it and above it, which are in order."""
    total, moment = (np.concatenate([[0.0], np.cumsum(part)]) for part in (counts, counts * distance))

    def means(threshold: float) -> tuple[float, float]:
        split = int(np.searchsorted(distance, threshold, side="right"))
        below = moment[split] / max(total[split], 1)
        return float(below), float((moment[-1] - moment[split]) / max(total[-1] - total[split], 1))

    return means
