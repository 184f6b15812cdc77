"""The distance of two sets of pixels."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64
from .._errors import choice
from .._operation import operation
from .._types import ImageLike, Number, ReferenceLike, Spacing
from ..morphology.distance_transform import distance_transform
from .mean_squared_error import both


@operation(kind="global", since="0.1")
def hausdorff_distance(
    image0: ImageLike,
    image1: ReferenceLike,
    *,
    method: Literal["standard", "modified"] = "standard",
    spacing: Spacing = 1.0,
) -> Number:
    """Measure how far two masks are apart: the largest distance of a pixel of one from the nearest of the other.

    Parameters
    ----------
    image0, image1 : array_like
        Masks of one shape, of any number of axes; pixels that are not zero belong to the sets.
    method : {'standard', 'modified'}
        Whether the largest of the distances of all pixels counts, or their mean; the result is that of the set for
        which it is larger.
    spacing : float or sequence of float
        Distance of neighboring pixels, for all axes or one for each.

    Returns
    -------
    float
        The distance, in pixels or in the units of `spacing`: 0 if both sets are empty, infinite if one is.

    Raises
    ------
    TypeError
        If `image0` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the masks differ in their shapes, or have no pixels.

    References
    ----------
    .. [1] M.-P. Dubuisson and A. K. Jain, "A Modified Hausdorff Distance for Object Matching", International Conference
       on Pattern Recognition, 1994, pp. 566-568.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> first = np.array([[1, 1, 0, 0, 0, 0]], bool)
    >>> opsin.metrics.hausdorff_distance(first, np.array([[0, 1, 0, 0, 1, 0]], bool))
    3.0
    """
    first, second = (image != 0 for image in both("image0", image0, "image1", image1))
    largest = choice("method", method, ("standard", "modified")) == "standard"
    distances = _distances(first, second, spacing), _distances(second, first, spacing)
    if not first.any() or not second.any():
        return 0.0 if first.any() == second.any() else np.inf
    return float(max(part.max() if largest else part.mean() for part in distances))


def _distances(first: NDArray[np.bool_], second: NDArray[np.bool_], spacing: Spacing) -> NDArray[np.float64]:
    """Return the distances of the pixels of the first set from the second one."""
    outside = (~second).astype(FLOAT64)
    return np.asarray(distance_transform(outside, spacing=spacing, channel_axis=None)[first], FLOAT64)
