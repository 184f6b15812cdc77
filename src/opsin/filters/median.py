"""The median of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.rank import rank
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Footprint, Image


def median_reach(footprint: Footprint | None = 3, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the window reaches along each axis."""
    if footprint is None:
        return (1,)
    array = np.asarray(footprint)
    is_window = isinstance(footprint, np.ndarray) or array.ndim > 1
    return tuple(int(size) // 2 for size in (array.shape if is_window else np.atleast_1d(array)))


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=median_reach, since="0.1")
def median(
    image: ArrayLike,
    footprint: Footprint | None = 3,
    *,
    mode: Border | Sequence[Border] = "nearest",
    cval: float = 0.0,
    origin: int | Sequence[int] = 0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Replace each pixel by the median of the window around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or None
        The window: a size for all spatial axes, a size for each, or an array that is non-zero inside. ``None`` means 3.
        An even size reaches one pixel further towards the front, as in scipy.ndimage.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    origin : int or sequence of int
        Displacement of the window, one for all axes or one for each, as in scipy.ndimage: positive values move the
        window to the front.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are filtered one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to filter along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The filtered image: the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If the window is empty, does not have the image's axes, or is too large for the image to go on so far beyond
        its border; or if another parameter is outside its range.

    Notes
    -----
    Of an even number of pixels the upper of the two in the middle is taken, as in scipy.ndimage: every pixel of the
    result is one of the window. A window that holds NaN gives NaN.

    Squares of 3, 5 and 7 pixels merge sorted columns [1]_; other small windows go through sorting networks [2]_. The
    time of large boxes does not grow with their size: their histograms slide along the rows [3]_, of the values of
    bytes, and of ranks among the pixels nearby for wider dtypes. All other large windows slide as sets of bits [4]_.

    References
    ----------
    .. [1] A. Adams, "Fast median filters using separable sorting networks", ACM Transactions on Graphics 40 (4), 2021.
    .. [2] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint Computer Conference 32, 1968,
       pp. 307-314.
    .. [3] S. Perreault and P. Hebert, "Median Filtering in Constant Time", IEEE Transactions on Image Processing
       16 (9), 2007, pp. 2389-2394.
    .. [4] J. Suomela, "Median Filtering is Equivalent to Sorting", arXiv:1406.1717, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> speck = np.zeros((4, 5), np.uint8)
    >>> speck[1, 1] = 255
    >>> speck[:, 3:] = 9
    >>> opsin.filters.median(speck)
    array([[0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9],
           [0, 0, 0, 9, 9]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    window = as_footprint(3 if footprint is None else footprint, len(pixels.axes), origin=origin)
    return rank(pixels, window, window.count // 2, border=as_border(mode, cval, pixels), out=out)
