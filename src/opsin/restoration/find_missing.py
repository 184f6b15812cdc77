"""A mask of the missing pixels of a damaged photograph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import numpy as np

from .._engine.arrays import as_data_range, as_pixels, is_several
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import ColorAxis, DataRange, ImageLike, Mask
from ..measure.label import label
from ..morphology.erosion import dilation

TOLERANCE = Allowed(0)
PIXELS = Allowed(0, 2**31 - 1)
GROW = Allowed(0, 1000)

Tolerance: TypeAlias = Annotated[float, TOLERANCE, Typical(0, 0.2)]
"""How far from the value a pixel may be."""

MinSize: TypeAlias = Annotated[int, PIXELS, Typical(0, 1000, "px")]
"""The least number of pixels of a region."""

Grow: TypeAlias = Annotated[int, GROW, Typical(0, 10, "px")]
"""By how many pixels regions grow."""


@operation(kind="global", since="0.1")
def find_missing(
    image: ImageLike,
    value: float | Sequence[float] = 0.0,
    *,
    tolerance: Tolerance = 0.0,
    min_size: MinSize = 0,
    grow: Grow = 0,
    channel_axis: ColorAxis = "auto",
    data_range: DataRange = None,
) -> Mask:
    """Find the pixels of one color, such as the black ones of a damaged photograph.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    value : float or sequence of float
        The color of missing pixels, in the units of the image: one number, or one for each channel.
    tolerance : float
        How far from `value` the channels of a missing pixel may be, as a fraction of `data_range`.
    min_size : int
        Regions of fewer pixels, connected at edges and corners, are not missing: they belong to the picture.
    grow : int
        By how many pixels the mask grows in every direction, to take in the pixels that the damage is mixed with.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.

    Returns
    -------
    ndarray of bool
        True where pixels are missing, with the spatial shape of `image`. NaN is always missing.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.full((4, 6), 90, np.uint8)
    >>> image[1:3, 2:5] = 0
    >>> image[0, 0] = 0
    >>> opsin.restoration.find_missing(image, min_size=4).astype(int)
    array([[0, 0, 0, 0, 0, 0],
           [0, 0, 1, 1, 1, 0],
           [0, 0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0, 0]])
    """
    pixels = as_pixels(image, channel_axis)
    limit = number("tolerance", tolerance, TOLERANCE) * as_data_range(data_range, pixels.dtype)
    min_size = integer("min_size", min_size, PIXELS)
    grow = integer("grow", grow, GROW)
    several = list(value) if is_several(value) else [value] * pixels.channels
    values = [number("value", item) for item in several]
    if len(values) != pixels.channels:
        raise ValueError(f"value must be one number or one for each of {pixels.channels} channels; got {len(values)}.")
    first = pixels.array[None] if pixels.channel_axis is None else np.moveaxis(pixels.array, pixels.channel_axis, 0)
    missing = np.ones(pixels.spatial_shape, bool)
    unknown = np.zeros(pixels.spatial_shape, bool)
    with np.errstate(all="ignore"):
        for channel, color in zip(first, values, strict=True):
            missing &= np.abs(channel.astype(np.float64) - color) <= limit
            unknown |= channel != channel
    missing |= unknown
    if min_size > 1:
        labels = label(missing, channel_axis=None)
        missing &= np.bincount(labels.reshape(-1), minlength=1)[labels] >= min_size
    return dilation(missing, 2 * grow + 1, channel_axis=None) if grow else missing
