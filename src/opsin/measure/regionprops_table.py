"""Sizes, places and intensities of regions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import COMPUTED_IN, as_pixels, converted, per_axis
from .._engine.compiled import regions
from .._engine.labels import as_labels, dense_labels
from .._engine.threads import get_num_threads
from .._errors import choice
from .._operation import operation
from .._types import INTEGER_DTYPES

Property: TypeAlias = Literal["label", "area", "bbox", "centroid", "intensity_mean", "intensity_min", "intensity_max"]


@operation(kind="label", dtypes=INTEGER_DTYPES, returns="value", since="0.1")
def regionprops_table(
    label_image: ArrayLike,
    intensity_image: ArrayLike | None = None,
    *,
    properties: Sequence[Property] = ("label", "bbox"),
    spacing: float | Sequence[float] = 1.0,
) -> dict[str, NDArray[Any]]:
    """Measure the regions of a label image.

    All regions are measured in one pass over the image.

    Parameters
    ----------
    label_image : array_like
        Image of integers, of any number of axes: 0 for the background, and the same positive number for every
        pixel of a region, connected or not. `opsin.measure.label` makes one of an image of objects.
    intensity_image : array_like, optional
        Image of the same shape, of any real dtype; it may have one more axis at the end, of channels.
    properties : sequence of str
        What to measure, out of

        - ``"label"``: the region's number;
        - ``"area"``: how many pixels it has, times the size of a pixel, the product of the spacing;
        - ``"bbox"``: the smallest box around it, in pixels: the first coordinate along each axis, and then
          the last plus one along each axis, so that in two dimensions it is
          ``image[bbox-0:bbox-2, bbox-1:bbox-3]``;
        - ``"centroid"``: the mean of its pixels' coordinates, times the spacing;
        - ``"intensity_mean"``, ``"intensity_min"``, ``"intensity_max"``: of the intensities of its pixels.
    spacing : float or sequence of float
        The distance between neighbouring pixels, one for all axes or one for each.

    Returns
    -------
    dict of str to ndarray
        One column for each property, with one element for each region, by increasing label; numbers that no
        pixel has are left out. Where a property is several numbers, there are as many columns:
        ``"centroid-0"`` and ``"centroid-1"``, ``"bbox-0"`` to ``"bbox-3"``, or ``"intensity_mean-0"`` for the
        first of several channels. Labels and boxes are int64, all else is float64. ``pandas.DataFrame`` takes
        it as it is.

    Raises
    ------
    TypeError
        If the label image is not an array of integers, the intensity image not one of real numbers, or a
        parameter is of a wrong type.
    ValueError
        If there are negative labels, the shapes of the images do not match, or a property is unknown or needs
        an intensity image.

    References
    ----------
    .. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992,
       chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[1, 1, 0], [1, 0, 7], [0, 7, 7]])
    >>> table = opsin.measure.regionprops_table(labels, properties=("label", "area", "centroid"))
    >>> for name, column in table.items():
    ...     print(name, column.round(2))
    label [1 7]
    area [3. 3.]
    centroid-0 [0.33 1.67]
    centroid-1 [0.33 1.67]
    """
    image = as_labels("label_image", label_image)
    if isinstance(properties, str) or not isinstance(properties, Sequence):
        raise TypeError(f"properties must be a sequence of names, such as ('area',); got {properties!r}.")
    names = [choice("properties", name, get_args(Property)) for name in properties]
    measured = [name for name in names if name.startswith("intensity")]
    if measured and intensity_image is None:
        raise ValueError(f"intensity_image must be given for {measured[0]!r}.")
    axes = image.ndim
    distances = per_axis("spacing", spacing, axes, above=0)
    intensity = None if intensity_image is None else as_intensities(intensity_image, image.shape)
    rows, numbers = dense_labels("label_image", image)
    found, places, intensities = measure(rows, image.shape, len(numbers) - 1, intensity if measured else None)
    pixels = places[0]
    table: dict[str, NDArray[Any]] = {}
    for name in names:
        if name == "label":
            table[name] = numbers[found]
        elif name == "area":
            table[name] = pixels * math.prod(distances)
        elif name == "bbox":
            table |= {f"bbox-{k}": places[1 + axes + k].copy() for k in range(2 * axes)}
        elif name == "centroid":
            table |= {f"centroid-{k}": places[1 + k] / pixels * distances[k] for k in range(axes)}
        elif intensity is not None:
            table |= intensity_columns(name, intensities, pixels, intensity.ndim > axes)
    return table


def as_intensities(intensity_image: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the intensities in a dtype that the irregular code takes."""
    array = as_pixels(intensity_image, name="intensity_image").array
    if array.shape == shape or array.shape[:-1] == shape:
        return converted(array, COMPUTED_IN["measure"][array.dtype])
    raise ValueError(
        f"intensity_image must have the shape of label_image, {shape}, and at most an axis of channels more; "
        f"got shape {array.shape}."
    )


def measure(
    rows: NDArray[Any], shape: tuple[int, ...], count: int, intensity: NDArray[Any] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the labels that there are, the columns of their places, and those of their intensities."""
    channels = 0 if intensity is None else math.prod(intensity.shape[len(shape) :])
    if rows.size == 0:
        return np.empty(0, np.int64), np.empty((1 + 3 * len(shape), 0), np.int64), np.empty((channels, 4, 0))
    if intensity is not None:
        intensity = np.ascontiguousarray(intensity).reshape(rows.shape[0], rows.shape[1] * channels)
    found, places, intensities = regions.measure_regions(rows, shape, count, intensity, channels, get_num_threads())
    return found, places, intensities


def intensity_columns(
    name: str, intensities: NDArray[np.float64], pixels: NDArray[np.int64], has_channels: bool
) -> dict[str, NDArray[np.float64]]:
    """Return the columns of one measure of the intensities, one for each channel."""
    which = ("intensity_mean", "intensity_min", "intensity_max").index(name)
    values = intensities[:, which] / (pixels if which == 0 else 1)
    values[intensities[:, 3] > 0] = np.nan
    return {f"{name}-{k}" if has_channels else name: column for k, column in enumerate(values)}
