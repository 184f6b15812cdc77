"""Classes of pixels from a mixture of Gaussians that is fitted to the histogram."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_volume
from .._engine.iterate import iterations
from .._engine.labels import as_mask
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, ImageLike, Labels, MaskLike, MaxNumIter, NoChannels, Table
from ..exposure.histogram import Bins
from ..filters.counted import counted, from_first
from ..filters.threshold_multiotsu import threshold_multiotsu

COMPONENTS = Allowed(1, 16)
TOL = Allowed(0)

Components: TypeAlias = Annotated[int, COMPONENTS, Typical(2, 5)]
"""The number of Gaussians."""

Likelihood: TypeAlias = Annotated[float, TOL, Typical(0, 0.001)]
"""A change of the mean logarithm of the likelihood."""


@operation(kind="global", since="0.1")
def gaussian_mixture(
    image: ImageLike,
    n_components: Components = 2,
    *,
    nbins: Bins = 256,
    mask: MaskLike | None = None,
    tol: Likelihood = 1e-7,
    max_num_iter: MaxNumIter = 1000,
    channel_axis: NoChannels = "auto",
) -> tuple[Labels, Table]:
    """Divide the values of an image into classes, by Gaussians that are fitted to its histogram.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        NaN and infinity are not counted.
    n_components : int
        Number of Gaussians, and so of classes.
    nbins : int
        Number of bins of the histogram of floats; integers have one bin for each value.
    mask : array_like of bool, optional
        Array of the shape of the image. Only pixels inside the mask are counted and labeled.
    tol : float
        The iterations end when the mean logarithm of the likelihood of a pixel increases by less.
    max_num_iter : int
        Largest number of iterations.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    labels : ndarray of int32
        The class of each pixel, from 0 for the darkest, with the shape of `image`; -1 outside the mask and for NaN.
    table : dict of str to ndarray of float64
        The Gaussians by increasing mean: ``"weight"``, the fraction of the pixels; ``"mean"``; ``"std"``, the standard
        deviation; and ``"threshold"``, above which pixels belong to the next class, infinite for the last one.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if no pixel is counted, or there are fewer values than components.

    Notes
    -----
    The likelihood is increased by expectation and maximization [1]_, beginning with the classes of
    `filters.threshold_multiotsu`, so that every call gives the same result. The pixels of a bin count as spread over
    it: the standard deviation is at least the width of a bin over the square root of 12.

    Between two means the threshold is where both Gaussians, times their weights, are equal. If one of them is the
    greater all the way, the threshold is the mean of the other.

    References
    ----------
    .. [1] A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm",
       Journal of the Royal Statistical Society B 39 (1), 1977, pp. 1-38.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rng = np.random.default_rng(0)
    >>> image = np.where(np.arange(200) < 60, rng.normal(90, 12, (100, 200)), rng.normal(30, 6, (100, 200)))
    >>> labels, table = opsin.segmentation.gaussian_mixture(image)
    >>> for name, column in table.items():
    ...     print(name, column.round(1))
    weight [0.7 0.3]
    mean [30.1 90.1]
    std [ 6.  11.9]
    threshold [52.1  inf]
    >>> bool((labels == (image > table["threshold"][0])).all())
    True
    """
    array = as_volume(image, channel_axis).array
    components = integer("n_components", n_components, COMPONENTS)
    tol = number("tol", tol, TOL)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    inside = None if mask is None else as_mask("mask", mask, array.shape)
    counts, values = counted("gaussian_mixture", array if inside is None else array[inside], nbins, None)
    distance = from_first(values)
    filled = np.flatnonzero(counts)
    if len(filled) < components:
        raise ValueError(
            f"n_components must be at most {len(filled)}, the number of bins that are not empty; got {components}. A "
            "larger nbins may separate more values."
        )
    # In units of the whole range, so that squares neither overflow nor vanish.
    first, span = values[0].item(), float(distance[-1]) or 1.0
    share, places = counts[filled] / counts.sum(), distance[filled] / span
    width = 1 / max(len(values) - 1, 1)
    weights, means, deviations = _fitted(places, share, _split(counts, values, components), width, tol, limit)
    pairs = [slice(k, k + 2) for k in range(components - 1)]
    thresholds = span * np.maximum.accumulate([_crossing(weights[k], means[k], deviations[k]) for k in pairs])
    table = {
        "weight": weights,
        "mean": first + span * means,
        "std": span * deviations,
        "threshold": np.append(first + thresholds, np.inf),
    }
    # Exact also for integers beyond 2**53.
    limits = [first + (threshold if array.dtype.kind == "f" else math.floor(threshold)) for threshold in thresholds]
    return _classes(array, inside, limits), table


def _split(counts: NDArray[Any], values: NDArray[Any], classes: int) -> NDArray[np.float64]:
    """Return which class, by the multiple thresholds of Otsu, the values of each bin that is not empty are of."""
    filled = values[counts > 0]
    thresholds = threshold_multiotsu(classes=classes, hist=(counts, values)) if classes > 1 else filled[:0]
    return np.equal(np.arange(classes)[:, None], np.searchsorted(thresholds, filled)).astype(np.float64)


def _fitted(
    places: NDArray[np.float64],
    share: NDArray[np.float64],
    members: NDArray[np.float64],
    width: float,
    tol: float,
    limit: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights, means and standard deviations of the Gaussians by increasing mean.

    `share` is the fraction of the pixels in each bin, and `members` the fraction of a bin that each Gaussian explains.
    """
    before = -math.inf
    for _ in iterations(limit):
        parts = members * share
        weights = np.maximum(parts.sum(axis=1), 1e-15)
        means = parts @ places / weights
        variances = (parts * np.square(places - means[:, None])).sum(axis=1) / weights
        variances = np.maximum(variances, width * width / 12)
        logarithms = np.log(weights / np.sqrt(2 * math.pi * variances))[:, None]
        logarithms = logarithms - np.square(places - means[:, None]) / (2 * variances[:, None])
        most = logarithms.max(axis=0)
        members = np.exp(logarithms - most)
        total = members.sum(axis=0)
        members /= total
        likelihood = float(share @ (most + np.log(total)))
        if likelihood - before <= tol:
            break
        before = likelihood
    order = np.argsort(means, kind="stable")
    return weights[order] / weights.sum(), means[order], np.sqrt(variances[order])


def _crossing(weights: NDArray[np.float64], means: NDArray[np.float64], deviations: NDArray[np.float64]) -> float:
    """Return where, between their means, the second of two Gaussians becomes the greater one."""

    def lead(place: float) -> float:
        """Return the logarithm of the quotient of the second Gaussian and the first."""
        first, second = np.log(weights / deviations) - np.square((place - means) / deviations) / 2
        return float(second - first)

    low, high = float(means[0]), float(means[1])
    if lead(low) >= 0:
        return low
    if lead(high) <= 0:
        return high
    # From below 0 to above it a parabola has one root.
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if lead(middle) > 0 else (middle, high)
    return high


def _classes(image: NDArray[Any], mask: NDArray[np.bool_] | None, limits: list[Any]) -> NDArray[np.int32]:
    """Return for each pixel how many limits it is above, or -1."""
    labels = np.zeros(image.shape, np.int32)
    for limit in limits:
        labels += image > limit
    if image.dtype.kind == "f":
        labels[np.isnan(image)] = -1
    if mask is not None:
        labels[~mask] = -1
    return labels
