"""The mean of squared differences, and its root."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels
from .._engine.comparison import sums_of_both
from .._operation import Typical, operation
from .._types import POSITIVE, ImageLike, Number, ReferenceLike

PeakRange: TypeAlias = Annotated[float, POSITIVE, Typical(1, 65535)] | None
"""The range of the values that are compared; None: that of the dtype."""


@operation(kind="reduce", since="0.1")
def mean_squared_error(image0: ImageLike, image1: ReferenceLike) -> Number:
    """Measure the mean of the squared differences of two images.

    Parameters
    ----------
    image0, image1 : array_like
        Images of one shape, of any number of axes and any real dtypes.

    Returns
    -------
    float
        The mean over all pixels and channels, in the square of the units of the images.

    Raises
    ------
    TypeError
        If `image0` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the images differ in their shapes, or have no pixels.

    Notes
    -----
    The differences are computed and summed in double precision.

    References
    ----------
    .. [1] Z. Wang and A. C. Bovik, "Mean Squared Error: Love It or Leave It?", IEEE Signal Processing Magazine 26 (1),
       2009, pp. 98-117.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.metrics.mean_squared_error(np.array([1, 2, 3]), np.array([1, 2, 6]))
    3.0
    """
    return mean_square(*both("image0", image0, "image1", image1))


@operation(kind="reduce", since="0.1")
def root_mean_squared_error(image0: ImageLike, image1: ReferenceLike) -> Number:
    """Measure the root of the mean of the squared differences of two images.

    Parameters
    ----------
    image0, image1 : array_like
        Images of one shape, of any number of axes and any real dtypes.

    Returns
    -------
    float
        The root of the mean over all pixels and channels, in the units of the images.

    Raises
    ------
    TypeError
        If `image0` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the images differ in their shapes, or have no pixels.

    References
    ----------
    .. [1] Z. Wang and A. C. Bovik, "Mean Squared Error: Love It or Leave It?", IEEE Signal Processing Magazine 26 (1),
       2009, pp. 98-117.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.metrics.root_mean_squared_error(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 0]))
    2.0
    """
    return math.sqrt(mean_square(*both("image0", image0, "image1", image1)))


def both(first_name: str, first: ArrayLike, second_name: str, second: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return two images of one shape."""
    one, other = as_pixels(first, name=first_name).array, as_pixels(second, name=second_name).array
    if one.shape != other.shape:
        raise ValueError(f"{second_name} must have the shape of {first_name}, {one.shape}; got {other.shape}.")
    if not one.size:
        raise ValueError(f"{first_name} must have at least one pixel; got shape {one.shape}.")
    return one, other


def mean_square(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return the mean of the squared differences."""
    return sums_of_both(first, second)[0] / first.size
