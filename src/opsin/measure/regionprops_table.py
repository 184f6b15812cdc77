"""Sizes, positions, shapes and intensities of regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._operation import Role, operation
from .._types import IntensityLike, LabelsLike, Spacing, Table
from .region_properties import Measures, Property, property_name


@operation(kind="reduce", since="0.1")
def regionprops_table(
    label_image: LabelsLike,
    intensity_image: IntensityLike | None = None,
    *,
    properties: Sequence[Property] = ("label", "bbox"),
    spacing: Spacing = 1.0,
    extra_properties: Annotated[Sequence[Callable[..., Any]], Role("model", "")] | None = None,
) -> Table:
    """Measure the regions of a label image.

    All regions are measured together, in one or two passes over the image.

    Parameters
    ----------
    label_image : array_like
        Image of integers, of any number of axes: 0 for the background, and the same positive integer for all pixels
        of a region, connected or not, as returned by `opsin.measure.label`.
    intensity_image : array_like, optional
        Image of the same shape and any real dtype; it may have an additional last axis of channels.
    properties : sequence of str
        Properties to measure; see below.
    spacing : float or sequence of float
        Distance between neighboring pixels, one for all axes or one for each.
    extra_properties : sequence of callable, optional
        Functions of one's own, with the name of their column. They are called for each region with its mask in the
        bounding box, or with the mask and the intensities, 0 outside of the region, if they take two arguments.

    Returns
    -------
    dict of str to ndarray
        One column for each property, with one element for each region, sorted by label; labels without pixels are
        left out. A property of several numbers has several columns: ``"centroid-0"`` and ``"centroid-1"``,
        ``"moments-0-0"`` to ``"moments-3-3"``, or ``"intensity_mean-0"`` for the first of several channels. Labels,
        boxes and counts are int64, images, slices and coordinates objects, all other columns float64.
        ``pandas.DataFrame`` accepts the result.

    Raises
    ------
    TypeError
        If `label_image` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there are negative labels, the shapes of the images do not match, or a property is unknown, needs an
        intensity image, or is not defined for the number of axes or the spacing.

    Notes
    -----
    Sizes and places:

    - ``"label"``; ``"num_pixels"``; ``"area"``: the number of pixels, times the product of the spacing;
    - ``"bbox"``: the bounding box in pixels: the first coordinate along each axis, then the last one plus 1 along each
      axis, so that in two dimensions it is ``image[bbox-0:bbox-2, bbox-1:bbox-3]``; ``"slice"``: the same as slices;
      ``"area_bbox"``: its area; ``"extent"``: the part of it that is in the region;
    - ``"centroid"``: the mean of the coordinates of the pixels, times the spacing; ``"centroid_local"``: the same from
      the bounding box; ``"coords"``, ``"coords_scaled"``: the coordinates of all pixels, times the spacing;
    - ``"equivalent_diameter_area"``: the diameter of a disk, or ball, of the same area.

    Shapes:

    - ``"moments"``, ``"moments_central"``, ``"moments_normalized"``: with powers of 0 to 3 of the coordinates in the
      bounding box, of the distances from the centroid, and independent of the scale, for one to four axes;
      ``"moments_hu"``: independent of rotation, too, in two dimensions;
    - ``"inertia_tensor"``, ``"inertia_tensor_eigvals"``: the eigenvalues in falling order;
      ``"axis_major_length"``, ``"axis_minor_length"``: the axes of the ellipse, or ellipsoid, with the same second
      moments; ``"eccentricity"``: its eccentricity; ``"orientation"``: the angle between the rows' axis and its major
      axis, from -pi/2 to pi/2, counterclockwise;
    - ``"perimeter"``: the length of the line through the middles of the border's pixels; ``"perimeter_crofton"``: by
      Crofton's formula in four directions;
    - ``"euler_number"``: the number of objects minus the number of holes, in three dimensions plus that of objects
      less tunnels, connected by corners;
    - ``"area_convex"``, ``"solidity"``, ``"image_convex"``: the convex hull, and the part of it that is in the region;
      ``"feret_diameter_max"``: the largest diameter, in two or three dimensions;
    - ``"area_filled"``, ``"image_filled"``: the region with its holes filled;
    - ``"image"``: the mask of the region in its bounding box.

    Intensities, for each channel: ``"intensity_mean"``, ``"intensity_median"``, ``"intensity_min"``,
    ``"intensity_max"``, ``"intensity_std"``; ``"image_intensity"``; and ``"centroid_weighted"``,
    ``"centroid_weighted_local"``, ``"moments_weighted"``, ``"moments_weighted_central"``,
    ``"moments_weighted_normalized"`` and ``"moments_weighted_hu"``, in which the intensities are the weights.

    References
    ----------
    .. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992,
       chapter 3.
    .. [2] M.-K. Hu, "Visual Pattern Recognition by Moment Invariants", IRE Transactions on Information Theory 8 (2),
       1962, pp. 179-187.
    .. [3] J. Ohser and F. Muecklich, "Statistical Analysis of Microstructures in Materials Science", Wiley, 2000.

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
    if isinstance(properties, (str, memoryview)) or not isinstance(properties, Sequence):
        raise TypeError(f"properties must be a sequence of names, such as ('area',); got {properties!r}.")
    measures = Measures(label_image, intensity_image, spacing, extra_properties)
    names = [property_name(name) for name in properties] + list(measures.extra)
    measures.prepare(names)
    table: dict[str, NDArray[Any]] = {}
    for name in names:
        values = measures.column(name)
        for parts in np.ndindex(values.shape[1:]):
            table["-".join(map(str, (name, *parts)))] = values[(slice(None), *parts)].copy()
    return table
