"""Thresholding with two thresholds."""

from __future__ import annotations

import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels, integer_limits, is_several
from .._engine.labels import components_with
from .._errors import integer, number
from .._operation import Typical, operation
from .._types import ChannelAxis, ImageLike, Mask

Threshold: TypeAlias = Annotated[float | NDArray[Any], Typical(0, 255)]
"""A threshold, or one for each pixel."""


@operation(kind="global", since="0.1")
def apply_hysteresis_threshold(
    image: ImageLike,
    low: Threshold,
    high: Threshold,
    *,
    connectivity: int = 1,
    channel_axis: ChannelAxis = "auto",
) -> Mask:
    """Select the pixels above a low threshold that are connected to a pixel above a high one.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    low : float or array_like
        Threshold that all selected pixels exceed, or an array of the shape of the image, or that broadcasts to it, with
        one for each pixel. Where it is higher than `high`, it is taken to be `high`.
    high : float or array_like
        Threshold that a pixel of each selected component exceeds, or an array of them.
    connectivity : int
        Along how many axes at once a neighbor may be one step away, from 1 to the number of spatial axes.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray of bool
        The selected pixels, with the shape of the image.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has more than 10 axes longer than 1.

    References
    ----------
    .. [1] J. Canny, "A Computational Approach to Edge Detection", IEEE Transactions on Pattern Analysis and Machine
       Intelligence 8 (6), 1986, pp. 679-698.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 3, 2, 1, 2, 2, 1]])
    >>> opsin.filters.apply_hysteresis_threshold(image, 1.5, 2.5).astype(int)
    array([[0, 1, 1, 0, 0, 0, 0]])
    """
    pixels = as_pixels(image, channel_axis)
    reach = integer("connectivity", connectivity, low=1, high=len(pixels.axes))
    strong = _above(pixels.array, "high", high)
    weak = _above(pixels.array, "low", low) | strong
    return components_with("image", weak, strong, reach, pixels.channel_axis)


def _above(array: NDArray[Any], name: str, threshold: Any) -> NDArray[np.bool_]:
    """Return where `array` is greater than a threshold, or than one for each pixel."""
    if is_several(threshold) or (isinstance(threshold, np.ndarray) and threshold.ndim):
        limits = as_array(name, threshold)
        if limits.dtype.kind not in "biuf":
            raise TypeError(f"{name} must be a number or an array of real numbers; got dtype {limits.dtype}.")
        try:
            limits = np.broadcast_to(limits, array.shape)
        except ValueError:
            raise ValueError(
                f"{name} must be a number or have the shape of the image, {array.shape}; got {limits.shape}."
            ) from None
        return np.asarray(array > limits)
    limit = number(name, threshold)
    if array.dtype.kind not in "iu":
        return np.asarray(array > limit)
    low, high = integer_limits(array.dtype)
    if limit < low or limit >= high:
        return np.full(array.shape, limit < low)
    return np.asarray(array > array.dtype.type(math.floor(limit)))
