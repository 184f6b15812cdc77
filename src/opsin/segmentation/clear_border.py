"""Removing what touches the border."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.labels import as_label_image, as_mask, integer_limits, overwrite
from .._errors import integer
from .._operation import Between, operation
from .._types import INTEGER_DTYPES
from ..measure.label import label


@operation(kind="label", dtypes=("bool", *INTEGER_DTYPES), returns="input", since="0.1")
def clear_border(
    labels: ArrayLike,
    *,
    buffer_size: Annotated[int, Between(0, 100, "px")] = 0,
    bgval: int = 0,
    mask: NDArray[np.bool_] | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Remove the objects that touch the border of an image.

    An object is a connected component: pixels of one value other than 0, where pixels that meet at a corner
    are connected too.

    Parameters
    ----------
    labels : array_like
        Image of bool or of integers, of any number of axes: objects, or labels of objects.
    buffer_size : int
        How many pixels wide the border is beyond the outermost.
    bgval : int
        What the pixels of the removed objects become. The background counts as one of them where it touches
        the border: then all 0 pixels become `bgval`.
    mask : ndarray of bool, optional
        Image of the same shape. If it is given, the border is where it is False, and `buffer_size` is
        ignored.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype; it may be the image.

    Returns
    -------
    ndarray
        The image without the objects at the border, in the same dtype.

    Raises
    ------
    TypeError
        If the image is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If the border is wider than the image, the mask is of another shape, or `bgval` does not fit the
        dtype.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd ed., Springer, 2004,
       section 6.3.5 (removal of the objects that touch the border).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[0, 0, 0, 0, 1], [0, 1, 1, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
    >>> opsin.segmentation.clear_border(image)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    image = as_label_image("labels", labels)
    shape = image.shape
    low, high = integer_limits(image.dtype)
    bgval = integer("bgval", int(bgval) if isinstance(bgval, (bool, np.bool_)) else bgval, low=low, high=high)
    if mask is None:
        width = integer("buffer_size", buffer_size, low=0, high=max(min(shape) - 1, 0)) + 1
    else:
        outside = ~as_mask("mask", mask, shape)
    numbers, count = label(image, return_num=True)
    at_border = np.zeros(count + 1, bool)
    for part in borders(numbers, width) if mask is None else [numbers[outside]]:
        at_border[part] = True
    return overwrite(image, numbers, at_border, bgval, out)


def borders(image: NDArray[Any], width: int) -> list[NDArray[Any]]:
    """Return the parts of an image that are nearer than `width` to its border."""
    parts = []
    for axis in range(image.ndim):
        moved = np.moveaxis(image, axis, 0)
        parts += [moved[:width], moved[-width:]]
    return parts
