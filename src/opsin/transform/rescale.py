"""Scaling by a factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from .._engine.arrays import as_pixels, per_axis
from .._operation import Typical, operation
from .._types import POSITIVE, ChannelAxis, Image, ImageLike, Mode, Out
from .resize import ResizingOrder, resize, scaled_shape


@operation(kind="geometric", since="0.1")
def rescale(
    image: ImageLike,
    scale: Annotated[float | Sequence[float], POSITIVE, Typical(0.1, 4)],
    *,
    order: ResizingOrder | None = None,
    anti_aliasing: bool = True,
    mode: Mode | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Scale an image by a factor.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    scale : float or sequence of float
        Factor for all spatial axes, or one for each. Sizes are rounded to whole pixels, halves to even numbers, and
        are at least 1.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic', 'lanczos', 'area'}, optional
        Interpolation, as in `resize`.
    anti_aliasing : bool
        Whether to widen the kernel by the scale when the image gets smaller, as in `resize`.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}, optional
        How the image is extended beyond its border, with the names of scipy.ndimage. By default only the pixels of the
        image contribute.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The scaled image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the result is too large for the memory.

    See Also
    --------
    resize : Resize to a given shape.

    References
    ----------
    .. [1] K. Turkowski, "Filters for Common Resampling Tasks", in: Graphics Gems, 1990, pp. 147-165.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.rescale(np.zeros((480, 640, 3), np.uint8), 0.25).shape
    (120, 160, 3)
    """
    pixels = as_pixels(image, channel_axis)
    scales = per_axis("scale", scale, len(pixels.axes), POSITIVE)
    return resize(
        pixels.array,
        scaled_shape("scale", scales, pixels.layout),
        order=order,
        anti_aliasing=anti_aliasing,
        mode=mode,
        cval=cval,
        channel_axis=pixels.channel_axis,
        out=out,
    )
