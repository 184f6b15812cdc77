"""Removal of the objects that touch the border."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from .._engine.arrays import integer_limits
from .._engine.labels import as_label_image, as_mask, border_labels, overwrite
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import MaskLike, ObjectsLike, Out, SameLabels
from ..measure.label import label


@operation(kind="global", since="0.1")
def clear_border(
    labels: ObjectsLike,
    *,
    buffer_size: Annotated[int, Allowed(0), Typical(0, 100, "px")] = 0,
    bgval: int = 0,
    mask: MaskLike | None = None,
    out: Out = None,
) -> SameLabels:
    """Remove the objects that touch the border of an image.

    An object is a connected component of pixels of one value other than 0; pixels that share only a corner are
    connected, too.

    Parameters
    ----------
    labels : array_like
        Image of bool or integers, of any number of axes: objects, or labels of objects.
    buffer_size : int
        Width of the border in pixels, in addition to the outermost pixels.
    bgval : int
        Value for the pixels of the removed objects. If the background touches the border, its pixels get this value,
        too.
    mask : array_like of bool, optional
        Array of the shape of the image. If given, the border is where it is False, and `buffer_size` is ignored.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

        It may be the image itself.

    Returns
    -------
    ndarray
        The image without the objects at the border, with the same dtype.

    Raises
    ------
    TypeError
        If `labels` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the border is wider than the image, the mask is of another shape, or `bgval` does not fit the dtype.

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
    numbers, count = label(image, return_num=True, channel_axis=None)
    at_border = np.zeros(count + 1, bool)
    at_border[border_labels(numbers, width) if mask is None else numbers[outside]] = True
    return overwrite(image, numbers, at_border, bgval, out)
