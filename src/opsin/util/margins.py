"""Cropping and padding: pixels removed from the borders of an image, or added there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from .._engine.arrays import Pixels, as_pixels, is_several
from .._engine.borders import as_border, extended_image
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import ChannelAxis, Image, ImageLike, Modes

WIDTH = Allowed(0, 2**31 - 1)


@operation(kind="geometric", since="0.1")
def crop(
    image: ImageLike,
    crop_width: Annotated[int | Sequence[int] | Sequence[Sequence[int]], WIDTH, Typical(0, 100, "px")],
    *,
    channel_axis: ChannelAxis = "auto",
) -> Image:
    """Remove pixels from the borders of an image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    crop_width : int or sequence
        Number of pixels to remove at both ends of all spatial axes; (before, after) for all spatial axes; or a pair
        (before, after) for each of them.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        The part that is left: a view of `image` if that is an array.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    pad : The opposite.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th edition, 2018, section 2.4.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.util.crop(np.arange(20).reshape(4, 5), ((1, 1), (2, 0)))
    array([[ 7,  8,  9],
           [12, 13, 14]])
    """
    pixels = as_pixels(image, channel_axis)
    window = [slice(None)] * len(pixels.shape)
    for axis, (before, after) in zip(pixels.axes, widths("crop_width", crop_width, pixels), strict=True):
        length = pixels.shape[axis]
        if before + after > length:
            raise ValueError(f"crop_width must be at most the {length} pixels of axis {axis}; got {before} + {after}.")
        window[axis] = slice(before, length - after)
    return pixels.array[tuple(window)]


@operation(kind="geometric", since="0.1")
def pad(
    image: ImageLike,
    pad_width: Annotated[int | Sequence[int] | Sequence[Sequence[int]], WIDTH, Typical(0, 100, "px")],
    *,
    mode: Modes = "constant",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
) -> Image:
    """Add pixels at the borders of an image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    pad_width : int or sequence
        Number of pixels to add at both ends of all spatial axes; (before, after) for all spatial axes; or a pair
        (before, after) for each of them.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        The larger image, with the dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    crop : The opposite.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, "Digital Image Processing", 4th edition, 2018, section 3.4.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.util.pad(np.array([[1, 2, 3]]), ((0, 1), (2, 2)), mode="mirror")
    array([[3, 2, 1, 2, 3, 2, 1],
           [3, 2, 1, 2, 3, 2, 1]])
    """
    pixels = as_pixels(image, channel_axis)
    pairs = widths("pad_width", pad_width, pixels)
    border = as_border(mode, cval, pixels)
    before, after = zip(*pairs, strict=True)
    empty = [axis for axis, pair in zip(pixels.axes, pairs, strict=True) if any(pair) and not pixels.shape[axis]]
    if empty and "constant" not in border.modes:
        raise ValueError(f"image must have pixels to be extended along axis {empty[0]}; got shape {pixels.shape}.")
    return extended_image(pixels.array, pixels.axes, before, after, border)


def widths(name: str, value: Any, pixels: Pixels) -> list[tuple[int, int]]:
    """Return a pair of numbers of pixels for each spatial axis."""
    axes = len(pixels.axes)
    if not is_several(value):
        count = integer(name, value, WIDTH)
        return [(count, count)] * axes
    items = list(value)
    pairs = items if items and all(is_several(item) for item in items) else [items]
    if any(len(item) != 2 for item in pairs) or len(pairs) not in (1, axes):
        raise ValueError(
            f"{name} must be one integer, a pair (before, after), or {axes} pairs, one for each spatial axis; "
            f"got {value!r}."
        )
    found = [(integer(name, before, WIDTH), integer(name, after, WIDTH)) for before, after in pairs]
    return found * axes if len(found) == 1 else found
