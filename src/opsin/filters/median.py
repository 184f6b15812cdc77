"""The median of a window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._arrays import as_pixels, destination
from .._borders import check_cval, check_mode
from .._footprints import as_footprint
from .._operation import operation
from .._ranks import rank_filter
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Footprint, Image


def median_reach(footprint: Any = 3, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the window reaches along each axis."""
    if isinstance(footprint, np.ndarray):
        return tuple(size // 2 for size in footprint.shape)
    return tuple(size // 2 for size in np.atleast_1d(footprint))


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=median_reach, since="0.1")
def median(
    image: ArrayLike,
    footprint: Footprint = 3,
    *,
    mode: Border = "nearest",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Replace each pixel by the median of the window around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int or array_like
        The window: a size for all spatial axes, a size for each, or an array that is non-zero inside.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are filtered one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The filtered image: the shape and dtype of `image`.
    """
    # 1. What comes in.
    pixels = as_pixels(image, channel_axis)
    window = as_footprint(footprint, len(pixels.spatial_shape))
    mode, cval = check_mode(mode), check_cval(cval, pixels.dtype)
    # 2. What to compute.
    rank = window.count // 2
    # 3. Run.
    result = destination(pixels, out)
    rank_filter(pixels, window, rank, result, mode=mode, cval=cval)
    # 4. What goes out.
    return result.finish()
