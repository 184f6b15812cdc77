"""A test for images of low contrast."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._engine.arrays import as_pixels, data_range
from .._errors import Allowed, number
from .._operation import Result, Typical, operation
from .._types import ColorAxis, ImageLike
from ..color.rgb2gray import rgb2gray

PERCENTILE = Allowed(0, 100)
SHARE = Allowed(0, 1)


@operation(kind="global", since="0.1")
def is_low_contrast(
    image: ImageLike,
    fraction_threshold: Annotated[float, SHARE, Typical(0, 0.5)] = 0.05,
    *,
    lower_percentile: Annotated[float, PERCENTILE, Typical(0, 10)] = 1.0,
    upper_percentile: Annotated[float, PERCENTILE, Typical(90, 100)] = 99.0,
    channel_axis: ColorAxis = "auto",
) -> Annotated[bool, Result("number")]:
    """Tell whether the values of an image use only a small part of their range.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    fraction_threshold : float
        The part of the range: the largest value of an integer dtype, 1 for floats.
    lower_percentile, upper_percentile : float
        Percentiles between which the values are looked at, so that single pixels do not count.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    bool
        Whether the percentiles differ by less than `fraction_threshold` of the range.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has no finite pixel.

    Notes
    -----
    Images of bool have low contrast if all pixels are equal. Values that are not finite are left out. Of four channels
    the last one, transparency, is left out.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.linspace(0, 0.04, 100)
    >>> opsin.exposure.is_low_contrast(image)
    True
    >>> opsin.exposure.is_low_contrast(image, 0.01)
    False
    """
    pixels = as_pixels(image, channel_axis)
    threshold = number("fraction_threshold", fraction_threshold, SHARE)
    lower = number("lower_percentile", lower_percentile, PERCENTILE)
    upper = number("upper_percentile", upper_percentile, PERCENTILE)
    array: Any = pixels.array
    if pixels.channel_axis is not None and pixels.channels >= 3:
        array = rgb2gray(np.moveaxis(array, pixels.channel_axis, -1)[..., :3])
    values = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if not values.size:
        raise ValueError(f"image must have at least one finite pixel; got none, shape {pixels.shape}.")
    if values.dtype == np.bool_:
        return bool(values.all() or not values.any())
    low, high = np.percentile(values, [lower, upper])
    return bool(high - low < threshold * data_range(values.dtype))
