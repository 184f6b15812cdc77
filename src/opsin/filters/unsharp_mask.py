"""Sharpening."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._engine.arrays import as_pixels, per_axis
from .._engine.borders import as_border
from .._engine.pointwise import evaluate
from .._engine.reduce import finite_limits
from .._engine.separable import separable, sharpened
from .._errors import flag, number
from .._operation import Typical, operation
from .._types import SIGMA, Axes, ChannelAxis, Image, ImageLike, Modes, Out, Sigma
from .gaussian import gaussian_filter


def unsharp_mask_dtype(*, clip: bool, **_: Any) -> str:
    """Return the dtype of the result: what is not clipped is a float."""
    return "input" if clip else "float"


@operation(kind="global", dtype=unsharp_mask_dtype, since="0.1")
def unsharp_mask(
    image: ImageLike,
    radius: Sigma = 1.0,
    amount: Annotated[float, Typical(0, 10)] = 1.0,
    *,
    clip: bool = True,
    mode: Modes = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Sharpen an image: add the difference between it and its blur.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    radius : float or sequence of float
        Standard deviation of the Gaussian blur in pixels, one for all spatial axes or one for each.
    amount : float
        How much of the difference is added. Negative amounts blur.
    clip : bool
        Whether to limit the result to the range of images: that of the dtype for integers; 0 to 1 for floats, or -1 to
        1 if any pixel is negative, or the range of the image itself where it is wider. ``False`` returns floats of any
        value, also for images of integers.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The sharpened image, with the shape and dtype of `image`; integers are rounded to nearest and saturate. With
        ``clip=False``: float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The result is ``image + amount * (image - gaussian(image, radius))``, computed in floating point.

    References
    ----------
    .. [1] M. Petrou and C. Petrou, "Image Processing: The Fundamentals", 2nd edition, Wiley, 2010, section 4.3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edge = np.array([[50, 50, 50, 200, 200, 200]], np.uint8)
    >>> opsin.filters.unsharp_mask(edge, 1, 1)
    array([[ 49,  41,   5, 245, 209, 201]], dtype=uint8)
    >>> opsin.filters.unsharp_mask(edge, 1, 2, clip=False).round()
    array([[ 49.,  32., -40., 290., 218., 201.]], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis, axes)
    sigmas = per_axis("radius", radius, len(pixels.axes), SIGMA)
    dtype = pixels.float_dtype
    factor, clip = dtype.type(number("amount", amount)), flag("clip", clip)
    border = as_border(mode, cval, pixels)
    filters = [gaussian_filter(value, 0, 4.0) for value in sigmas]
    low, high = _limits(pixels.array) if clip and pixels.dtype.kind == "f" else (-np.inf, np.inf)
    if clip or pixels.dtype.kind == "f":
        result = sharpened(pixels, filters, float(factor), (float(low), float(high)), border=border, out=out)
        if result is not None:
            return result
    blurred = separable(pixels, filters, border=border, result="float")

    def expression(part: Any, blur: Any) -> Any:
        part = part.astype(dtype, copy=False)
        result = part + factor * (part - blur)
        return result if low == -np.inf else result.clip(low, high)

    return evaluate(
        expression, [pixels.array, blurred], dtype=pixels.result_dtype("input" if clip else "float"), out=out
    )


def _limits(array: Any) -> tuple[Any, Any]:
    """Return the range of an image of floats, at least 0 to 1, or -1 to 1 if any is negative."""
    low, high = finite_limits(array)
    return min(low, -1.0 if low < 0 else 0.0), max(high, 1.0)
