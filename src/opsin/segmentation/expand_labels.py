"""Labels that grow into the background."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, per_axis
from .._engine.distances import measure_distances
from .._engine.labels import as_labels
from .._engine.pointwise import evaluate
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import POSITIVE, LabelsLike, Out, SameLabels, Spacing

DISTANCE = Allowed(0)


@operation(kind="global", since="0.1")
def expand_labels(
    labels: LabelsLike,
    distance: Annotated[float, DISTANCE, Typical(0, 50, "px")] = 1,
    *,
    spacing: Spacing = 1.0,
    out: Out = None,
) -> SameLabels:
    """Let labels grow into the background up to a distance, without overlap.

    Each pixel of the background gets the label that is nearest, if that is near enough.

    Parameters
    ----------
    labels : array_like
        Image of integers, of any number of axes; the background is 0.
    distance : float
        Euclidean distance up to which labels grow, in units of `spacing`.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The grown labels, with the dtype of `labels`. Of several labels at the same distance a pixel gets that of the
        pixel with the least coordinate along the last axis, then along the axis before.

    Raises
    ------
    TypeError
        If `labels` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] A. Meijster, J. B. T. M. Roerdink and W. H. Hesselink, "A General Algorithm for Computing Distance
       Transforms in Linear Time", Mathematical Morphology and its Applications to Image and Signal Processing, 2000,
       pp. 331-340.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.segmentation.expand_labels(np.array([[0, 0, 1, 0, 0, 0, 0, 2, 0]]), 2)
    array([[1, 1, 1, 1, 1, 2, 2, 2, 2]])
    """
    image = as_labels("labels", labels)
    limit = number("distance", distance, DISTANCE)
    steps = per_axis("spacing", spacing, image.ndim, POSITIVE)
    distances = np.empty(image.shape)
    nearest = measure_distances(image == 0, "euclidean", steps, distances, indexed=True)
    flat = np.ascontiguousarray(image).reshape(-1)

    def grown(old: NDArray[Any], length: NDArray[Any], index: NDArray[Any]) -> NDArray[Any]:
        return np.where((length <= limit) & (index >= 0), flat[index], old)

    output = Output(image.shape, image.dtype, image.dtype, out, image, flat)
    evaluate(grown, [image, distances, nearest], dtype=image.dtype, out=output.array)
    return output.finish()
