"""Corners as coordinates, from the response of a corner detector."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from .._engine.arrays import as_array
from .._errors import integer
from .._operation import operation
from .._types import FootprintLike, ImageLike, LabelsLike, Points
from .peak_local_max import DISTANCE, NORM, Border, Distance, as_count, as_norm, keep_apart, peak_local_max


@operation(kind="global", since="0.1")
def corner_peaks(
    image: ImageLike,
    min_distance: Distance = 1,
    *,
    threshold_abs: float | None = None,
    threshold_rel: float | None = None,
    exclude_border: Border = True,
    num_peaks: float = math.inf,
    footprint: FootprintLike | None = None,
    labels: LabelsLike | None = None,
    num_peaks_per_label: float = math.inf,
    p_norm: Annotated[float, NORM] = math.inf,
) -> Points:
    """Find corners in the response of a corner detector.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    min_distance : int
        Corners are farther apart than so many pixels.
    threshold_abs : float, optional
        Corners have a response greater than this. By default, greater than the least one.
    threshold_rel : float, optional
        Corners have a response greater than this fraction of the greatest one.
    exclude_border : bool, int or sequence of int
        Width of the border in which no corners are, one for all axes or one for each. ``True``: `min_distance`.
        ``False``: 0.
    num_peaks : float
        Greatest number of corners; those with the greatest response are taken. Infinity: all.
    footprint : int, sequence of int or array_like, optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes.
    labels : array_like of int, optional
        Image of labels with the shape of the image: corners are found in each region on its own, and none in the
        background, which is 0.
    num_peaks_per_label : float
        Greatest number of corners in each region.
    p_norm : float
        Which Minkowski distance `min_distance` is; at most 64, or infinity for the greatest difference of
        coordinates.

    Returns
    -------
    ndarray
        Coordinates of the corners, shape (corners, axes), int64: the greatest response first, equal ones in raster
        order.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    `opsin.feature.peak_local_max` keeps peaks that are exactly `min_distance` apart; here they are too close, so that
    two equal pixels side by side give one corner.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> response = np.zeros((5, 5))
    >>> response[2:4, 2:4] = 1
    >>> opsin.feature.peak_local_max(response)
    array([[2, 2],
           [2, 3],
           [3, 2],
           [3, 3]])
    >>> opsin.feature.corner_peaks(response)
    array([[2, 2]])
    """
    most = as_count("num_peaks", num_peaks)
    norm = as_norm(p_norm)
    points: Any = peak_local_max(
        image,
        min_distance,
        threshold_abs=threshold_abs,
        threshold_rel=threshold_rel,
        exclude_border=exclude_border,
        footprint=footprint,
        labels=labels,
        num_peaks_per_label=num_peaks_per_label,
        p_norm=math.inf,
    )
    distance = integer("min_distance", min_distance, DISTANCE)
    shape = np.shape(as_array("image", image))
    return keep_apart(points, shape, distance, norm, True, most)[:most] if distance else points[:most]
