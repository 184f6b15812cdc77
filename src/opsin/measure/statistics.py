"""Statistics of an image, whole or by label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels
from .._engine.labels import as_labels
from .._engine.reduce import Regions
from .._errors import choice
from .._operation import operation
from .._types import ImageLike, LabelsLike, Table
from .region_properties import as_intensities

Statistic: TypeAlias = Literal[
    "label", "count", "sum", "mean", "variance", "standard_deviation", "minimum", "maximum", "median",
    "minimum_position", "maximum_position", "center_of_mass",
]  # fmt: skip


@operation(kind="reduce", since="0.1")
def statistics(
    image: ImageLike,
    labels: LabelsLike | None = None,
    index: int | Sequence[int] | None = None,
    *,
    properties: Sequence[Statistic] = ("label", "count", "sum", "mean", "standard_deviation", "minimum", "maximum"),
) -> Table:
    """Compute statistics of the pixels of an image, for each label.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        It may have a last axis of channels more than the labels.
    labels : array_like, optional
        Image of integers, with the shape of the image. By default all pixels have the label 1.
    index : int or sequence of int, optional
        The labels to compute statistics for, in this order; any integers, 0 too. By default all positive labels of the
        image, in rising order.
    properties : sequence of str
        The statistics: ``"label"``, ``"count"``, ``"sum"``, ``"mean"``, ``"variance"``, ``"standard_deviation"``,
        ``"minimum"``, ``"maximum"``, ``"median"``; ``"minimum_position"`` and ``"maximum_position"``, the coordinates
        of the first pixel that has the extreme value; and ``"center_of_mass"``, the mean of the coordinates weighted by
        the pixels.

    Returns
    -------
    dict of str to ndarray
        One column for each property, with one element for each label. Positions have a column for each axis, such as
        ``"center_of_mass-0"``; with channels each column is there for each channel, such as ``"mean-2"`` or
        ``"center_of_mass-0-2"``. Labels, counts and positions are int64, all other columns float64. Of a label without
        pixels count and sum are 0, positions -1, and the other statistics NaN.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for Computing the Sample Variance: Analysis and
       Recommendations", The American Statistician 37 (3), 1983, pp. 242-247 (two passes).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 2, 9], [3, 5, 7]])
    >>> labels = np.array([[1, 1, 0], [1, 2, 2]])
    >>> table = opsin.measure.statistics(image, labels, index=(0, 1, 2), properties=("count", "mean", "maximum"))
    >>> for name, column in table.items():
    ...     print(name, column)
    count [1 3 2]
    mean [9. 2. 6.]
    maximum [9. 3. 7.]
    """
    pixels = as_pixels(image).array
    if isinstance(properties, (str, memoryview)) or not isinstance(properties, Sequence):
        raise TypeError(f"properties must be a sequence of names, such as ('mean',); got {properties!r}.")
    names = [choice("properties", name, get_args(Statistic)) for name in properties]
    numbers = np.ones(pixels.shape, np.uint8) if labels is None else as_labels("labels", labels)
    pixels = as_intensities(pixels, numbers.shape, "image", "labels")
    wanted = None if index is None else _as_index(index)
    first = 1
    if wanted is not None and wanted.size and wanted.min() < 1:
        # Labels begin with 1 in the table.
        first = int(wanted.min())
        numbers = np.where(numbers >= first, numbers.astype(np.int64) - first + 1, 0)
    elif numbers.dtype.kind == "i" and numbers.min(initial=0) < 0:
        numbers = np.maximum(numbers, 0)
    regions = Regions("labels", numbers, pixels)
    has_channels = pixels.ndim > numbers.ndim
    columns = set().union(*(_STATISTICS[name][0] for name in names)) | {"count"}
    regions.measure(columns, order=1)
    if wanted is None:
        rows: NDArray[Any] = np.arange(len(regions.labels))
        missing = np.zeros(len(rows), bool)
        wanted = regions.labels
    else:
        found = regions.labels + first - 1
        rows = np.searchsorted(found, wanted).clip(0, max(len(found) - 1, 0))
        missing = np.ones(len(wanted), bool) if not len(found) else found[rows] != wanted
    table: dict[str, NDArray[Any]] = {}
    for name in names:
        _, compute, default = _STATISTICS[name]
        with np.errstate(all="ignore"):
            values = wanted if name == "label" else _chosen(compute(regions), rows, missing, default)
        if values.ndim > 1 and not has_channels:
            values = values[..., 0]
        for parts in np.ndindex(values.shape[1:]):
            table["-".join(map(str, (name, *parts)))] = np.array(values[(slice(None), *parts)])
    return table


def _as_index(index: Any) -> NDArray[np.int64]:
    array = np.atleast_1d(as_array("index", index))
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"index must be an integer or a sequence of integers; got {index!r}.")
    if array.ndim != 1 or not array.size:
        raise ValueError(f"index must be an integer or a sequence of integers; got shape {array.shape}.")
    if array.max() > np.iinfo(np.int64).max or array.min() < -(2**62):
        raise ValueError(f"index must be at least -2**62 and at most 2**63 - 1; got {index!r}.")
    return array.astype(np.int64)


def _chosen(values: Any, rows: NDArray[Any], missing: NDArray[np.bool_], default: float) -> NDArray[Any]:
    """Return the rows of a table, with a default where a label has no pixels."""
    if not len(values):
        return np.full((len(rows), *values.shape[1:]), default, values.dtype)
    result: NDArray[Any] = values[rows]
    result[missing] = default
    return result


def _moved(column: str) -> Callable[[Regions], Any]:
    """Return the function that takes a column of the regions, (regions, channels)."""
    return lambda regions: regions.measure({column})[column].T


def _variance(regions: Regions) -> Any:
    found = regions.measure({"squares"})
    return (found["squares"] / found["count"]).T


def _mean(regions: Regions) -> Any:
    found = regions.measure({"sum"})
    return (found["sum"] / found["count"]).T


def _positions(column: str) -> Callable[[Regions], Any]:
    def positions(regions: Regions) -> Any:
        places = regions.measure({column})[column].T
        return np.stack(np.unravel_index(places, regions.indices.shape), axis=1)

    return positions


def _center_of_mass(regions: Regions) -> Any:
    found = regions.measure({"weighted", "centroid"}, 1)
    axes = regions.image.ndim
    weighted: Any = np.moveaxis(found["weighted"], -1, 0).reshape(-1, regions.channels, *(2,) * axes)
    total = weighted[(..., *(0,) * axes)]
    first = [weighted[(..., *(int(axis == k) for k in range(axes)))] / total for axis in range(axes)]
    return np.stack(first, axis=1) + found["centroid"].T[..., None]


_STATISTICS: dict[str, tuple[set[str], Callable[[Regions], Any], float]] = {
    "label": (set(), _moved("count"), 0),
    "count": (set(), _moved("count"), 0),
    "sum": ({"sum"}, _moved("sum"), 0),
    "mean": ({"sum"}, _mean, np.nan),
    "variance": ({"squares"}, _variance, np.nan),
    "standard_deviation": ({"squares"}, lambda regions: np.sqrt(_variance(regions)), np.nan),
    "minimum": ({"min"}, _moved("min"), np.nan),
    "maximum": ({"max"}, _moved("max"), np.nan),
    "median": (set(), lambda regions: regions.medians().T, np.nan),
    "minimum_position": ({"argmin"}, _positions("argmin"), -1),
    "maximum_position": ({"argmax"}, _positions("argmax"), -1),
    "center_of_mass": ({"weighted", "centroid"}, _center_of_mass, np.nan),
}
"""What each statistic needs, how it is computed, (regions, ...), and what it is for a label without pixels."""
