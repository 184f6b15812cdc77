"""The Scharr operator: the gradient from 3 x 3 pixels."""

from __future__ import annotations

from collections.abc import Sequence

from .._operation import operation
from .._types import ChannelAxis, FloatImage, ImageLike, MaskLike, Modes, Out
from .sobel import gradient_by, sobel_halo

SMOOTHING = (3 / 16, 10 / 16)
"""The weights of a neighbor and of the pixel itself, across the direction of the difference."""


@operation(kind="window", halo=sobel_halo, since="0.1")
def scharr(
    image: ImageLike,
    *,
    axis: int | Sequence[int] | None = None,
    mask: MaskLike | None = None,
    mode: Modes = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute the magnitude of the gradient with the Scharr operator, or its component along one axis.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    axis : int, sequence of int or None
        Spatial axis of the component: 0 is the first and -1 the last; the axis of the channels is not counted.
        Several axes, or ``None`` for all, give the magnitude.
    mask : array_like of bool, optional
        Array with the spatial shape of the image. The result is 0 where the window contains a pixel outside the mask
        or the image.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
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
        The gradient, with the shape and the units of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    sobel : The same with other weights.

    Notes
    -----
    A component is the following pixel minus the preceding one, smoothed by (3, 10, 3) / 16 along the other axes: a ramp
    that increases by 1 from pixel to pixel has the component 2. The magnitude is the square root of the sum of the
    squared components divided by the number of spatial axes. For an image of one axis the result is the component.

    References
    ----------
    .. [1] H. Scharr, "Optimal Operators in Digital Image Processing", dissertation, University of Heidelberg, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edge = np.zeros((3, 6), np.uint8)
    >>> edge[:, 3:] = 200
    >>> opsin.filters.scharr(edge, axis=1).round(3)
    array([[  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.]], dtype=float32)
    """
    return gradient_by(SMOOTHING, image, axis, mask, mode, cval, channel_axis, out)
