"""Images larger or smaller by a factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, per_axis
from .._operation import Between, operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image
from .resize import MAX_LENGTH, ResizingOrder, resize


@operation(kind="geometric", dtypes=NATIVE_DTYPES, since="0.1")
def rescale(
    image: ArrayLike,
    scale: Annotated[float | Sequence[float], Between(0.01, 16)],
    *,
    order: ResizingOrder | None = None,
    anti_aliasing: bool = True,
    mode: Border | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Make an image larger or smaller by a factor.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    scale : float or sequence of float
        How many times as large the result is along all spatial axes, or along each. Sizes are rounded to whole pixels,
        halves to even numbers, and are at least one.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic', 'lanczos', 'area'}, optional
        The interpolation, as in `resize`.
    anti_aliasing : bool
        Whether linear, cubic and lanczos are as much wider as the image gets smaller, as in `resize`.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}, optional
        How the image is extended beyond its border. By default only the pixels of the image count.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are resized one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the result's shape and the image's dtype.

    Returns
    -------
    ndarray
        The rescaled image, in the dtype of `image`: rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or no memory could hold the result.

    See Also
    --------
    resize : The same with the shape of the result.

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
    sizes = pixels.spatial_shape
    scales = per_axis("scale", scale, len(sizes), above=0)
    if any(factor * size > MAX_LENGTH for factor, size in zip(scales, sizes, strict=True)):
        raise ValueError(f"scale must leave each axis at most {MAX_LENGTH} pixels; got {scale} for {sizes}.")
    wanted = [round(factor * size) for factor, size in zip(scales, sizes, strict=True)]
    shape = tuple([max(after, min(before, 1)) for after, before in zip(wanted, sizes, strict=True)])
    return resize(
        pixels.array,
        shape,
        order=order,
        anti_aliasing=anti_aliasing,
        mode=mode,
        cval=cval,
        channel_axis=pixels.channel_axis,
        out=out,
    )
