"""Sizes, positions and intensities of regions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import COMPUTED_IN, as_pixels, converted, per_axis
from .._engine.compiled import regions
from .._engine.labels import as_labels, dense_labels
from .._errors import choice
from .._operation import operation
from .._types import POSITIVE, IntensityLike, LabelsLike, Spacing, Table

Property: TypeAlias = Literal["label", "area", "bbox", "centroid", "intensity_mean", "intensity_min", "intensity_max"]


# The column of the engine's table that each property is read from; the number of pixels is always there.
_COLUMNS = {
    "label": "count",
    "area": "count",
    "bbox": "bbox",
    "centroid": "centroid",
    "intensity_mean": "sum",
    "intensity_min": "min",
    "intensity_max": "max",
}


@operation(kind="reduce", since="0.1")
def regionprops_table(
    label_image: LabelsLike,
    intensity_image: IntensityLike | None = None,
    *,
    properties: Sequence[Property] = ("label", "bbox"),
    spacing: Spacing = 1.0,
) -> Table:
    """Measure the regions of a label image.

    All regions are measured in one pass over the image.

    Parameters
    ----------
    label_image : array_like
        Image of integers, of any number of axes: 0 for the background, and the same positive integer for all pixels
        of a region, connected or not, as returned by `opsin.measure.label`.
    intensity_image : array_like, optional
        Image of the same shape and any real dtype; it may have an additional last axis of channels.
    properties : sequence of str
        Properties to measure:

        - ``"label"``: the label;
        - ``"area"``: the number of pixels, times the product of the spacing;
        - ``"bbox"``: the bounding box in pixels: the first coordinate along each axis, then the last one plus 1 along
          each axis, so that in two dimensions it is ``image[bbox-0:bbox-2, bbox-1:bbox-3]``;
        - ``"centroid"``: the mean of the coordinates of the pixels, times the spacing;
        - ``"intensity_mean"``, ``"intensity_min"``, ``"intensity_max"``: statistics of the intensities.
    spacing : float or sequence of float
        Distance between neighboring pixels, one for all axes or one for each.

    Returns
    -------
    dict of str to ndarray
        One column for each property, with one element for each region, sorted by label; labels without pixels are
        left out. A property of several numbers has several columns: ``"centroid-0"`` and ``"centroid-1"``,
        ``"bbox-0"`` to ``"bbox-3"``, or ``"intensity_mean-0"`` for the first of several channels. Labels and boxes are
        int64, all other columns float64. ``pandas.DataFrame`` accepts the result.

    Raises
    ------
    TypeError
        If `label_image` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there are negative labels, the shapes of the images do not match, or a property is unknown or needs an
        intensity image.

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
    distances = per_axis("spacing", spacing, axes, POSITIVE)
    intensity = None if intensity_image is None else as_intensities(intensity_image, image.shape)
    has_channels = intensity is not None and intensity.ndim > axes
    channels = 0
    rows, ranges, numbers = dense_labels("label_image", image)
    shape = image.shape if image.size else (1,) * axes
    if not measured:
        intensity = None
    elif intensity is not None:
        channels = math.prod(intensity.shape[axes:])
        intensity = np.ascontiguousarray(intensity) if image.size else np.zeros((*shape, channels), intensity.dtype)
        intensity = intensity.reshape(rows.shape[0], rows.shape[1] * channels)
    columns = {_COLUMNS[name] for name in names}
    found, measures = regions.measure_regions(rows, ranges, shape, intensity, channels, columns)
    pixels = measures["count"]
    table: dict[str, NDArray[Any]] = {}
    for name in names:
        if name == "label":
            table[name] = numbers[found]
        elif name == "area":
            table[name] = pixels * math.prod(distances)
        elif name == "bbox":
            table |= {f"bbox-{k}": column.copy() for k, column in enumerate(measures["bbox"])}
        elif name == "centroid":
            table |= {f"centroid-{k}": measures["centroid"][k] * distances[k] for k in range(axes)}
        else:
            values = measures[_COLUMNS[name]] / (pixels if name == "intensity_mean" else 1)
            table |= {f"{name}-{k}" if has_channels else name: column for k, column in enumerate(values)}
    return table


def as_intensities(intensity_image: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the intensities in a dtype that the compiled code takes."""
    array = as_pixels(intensity_image, name="intensity_image").array
    if array.shape == shape or array.shape[:-1] == shape:
        return converted(array, COMPUTED_IN["measure"][array.dtype])
    raise ValueError(
        f"intensity_image must have the shape of label_image, {shape}, and at most an axis of channels more; "
        f"got shape {array.shape}."
    )
