"""The root mean squared error, relative to an image."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from .._engine.comparison import sums_of_both
from .._errors import choice
from .._operation import operation
from .._types import ImageLike, Number, ReferenceLike
from .mean_squared_error import both


@operation(kind="global", since="0.1")
def normalized_root_mse(
    image_true: ImageLike,
    image_test: ReferenceLike,
    *,
    normalization: Literal["euclidean", "min-max", "mean"] = "euclidean",
) -> Number:
    """Measure the root of the mean squared error of an image, relative to the true image.

    Parameters
    ----------
    image_true, image_test : array_like
        The true image and the one that is compared with it: of one shape, of any number of axes and any real dtypes.
    normalization : {'euclidean', 'min-max', 'mean'}
        What the error is divided by: the root of the mean square of the true image, the difference of its extreme
        values, or its mean.

    Returns
    -------
    float
        The relative error; infinite if the divisor is 0 and the error is not.

    Raises
    ------
    TypeError
        If `image_true` is not an array of real numbers, or a parameter is of a wrong type.
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
    >>> opsin.metrics.normalized_root_mse(np.array([3.0, 4.0]), np.array([0.0, 0.0]))
    1.0
    """
    first, second = both("image_true", image_true, "image_test", image_test)
    word = choice("normalization", normalization, ("euclidean", "min-max", "mean"))
    difference, squares, values = sums_of_both(first, second, with_first=word != "min-max")
    error = math.sqrt(difference / first.size)
    if word == "euclidean":
        divisor = math.sqrt(squares / first.size)
    elif word == "min-max":
        divisor = float(first.max()) - float(first.min())
    else:
        divisor = values / first.size
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.float64(error) / divisor) if error != 0 else 0.0
