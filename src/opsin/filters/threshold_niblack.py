"""Thresholds from the mean and the standard deviation of a window: Niblack's and Sauvola's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, Pixels, as_pixels, integer_limits
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._errors import number
from .._operation import Typical, operation
from .._types import POSITIVE, BoxSize, ChannelAxis, FloatImage, ImageLike, Modes, Out
from .uniform import as_boxes


def statistics_halo(count: int, /, *, window_size: int | Sequence[int], **_: Any) -> tuple[int, ...]:
    """Return how many pixels the window reaches along each axis."""
    return as_footprint(window_size, count).halo


@operation(kind="window", halo=statistics_halo, since="0.1")
def threshold_niblack(
    image: ImageLike,
    window_size: BoxSize = 15,
    *,
    k: Annotated[float, Typical(-1, 1)] = 0.2,
    mode: Modes = "mirror",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute a threshold for each pixel: the mean of the window around it, less a part of the standard deviation.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    window_size : int or sequence of int
        Size of the window in pixels, one for all spatial axes or one for each.
    k : float
        How many standard deviations the threshold is below the mean.
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
        The thresholds, with the shape and the units of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    threshold_local : Without regard to the contrast.

    Notes
    -----
    The threshold is ``m - k * s``. The mean m and the standard deviation s of the window are computed in float64.

    References
    ----------
    .. [1] W. Niblack, "An Introduction to Digital Image Processing", Prentice-Hall, 1986, pp. 115-116.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> page = np.array([[90, 10, 90, 60, 5, 60]], np.uint8)
    >>> opsin.filters.threshold_niblack(page, 3).round(1)
    array([[29.1, 55.8, 46.7, 44.6, 36.5, 18.1]], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis)
    factor = number("k", k)
    return _from_statistics(pixels, window_size, mode, cval, lambda mean, deviation: mean - factor * deviation, out)


@operation(kind="window", halo=statistics_halo, since="0.1")
def threshold_sauvola(
    image: ImageLike,
    window_size: BoxSize = 15,
    *,
    k: Annotated[float, Typical(0, 1)] = 0.2,
    r: Annotated[float, POSITIVE] | None = None,
    mode: Modes = "mirror",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute a threshold for each pixel: the mean of the window around it, lowered where the contrast is low.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    window_size : int or sequence of int
        Size of the window in pixels, one for all spatial axes or one for each.
    k : float
        How strongly a low contrast lowers the threshold.
    r : float, optional
        The greatest standard deviation, in the units of the image. By default half the range of the dtype: 127.5 for
        uint8, and 1 for floats.
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
        The thresholds, with the shape and the units of `image`: float32, or float64 for images of float64 and of
        integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    threshold_local : Without regard to the contrast.

    Notes
    -----
    The threshold is ``m * (1 + k * (s / r - 1))``. The mean m and the standard deviation s of the window are computed
    in float64.

    References
    ----------
    .. [1] J. Sauvola and M. Pietikainen, "Adaptive Document Image Binarization", Pattern Recognition 33 (2), 2000,
       pp. 225-236.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> page = np.array([[90, 10, 90, 60, 5, 60]], np.uint8)
    >>> opsin.filters.threshold_sauvola(page, 3).round(1)
    array([[31.5, 54.4, 45.4, 44.2, 35. , 19.6]], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis)
    factor = number("k", k)
    if r is None:
        low, high = (-1, 1) if pixels.dtype.kind == "f" else integer_limits(pixels.dtype)
        span = (high - low) / 2
    else:
        span = number("r", r, POSITIVE)

    def lowered(mean: NDArray[Any], deviation: NDArray[Any]) -> NDArray[Any]:
        return mean * (1 + factor * (deviation / span - 1))

    return _from_statistics(pixels, window_size, mode, cval, lowered, out)


def _from_statistics(
    pixels: Pixels,
    window_size: Any,
    mode: Any,
    cval: Any,
    threshold: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]],
    out: NDArray[Any] | None,
) -> NDArray[Any]:
    """Return the function `threshold` of the mean and the standard deviation of the window around each pixel."""
    boxes = as_boxes(window_size, 0, len(pixels.axes), "window_size")
    border = as_border(mode, cval, pixels)
    exact = pixels.array.astype(FLOAT64)
    mean = separable(pixels.like(exact), boxes, border=border)
    mean_square = separable(
        pixels.like(evaluate(np.square, [exact], dtype=FLOAT64)), boxes, border=border.filled(border.cval**2)
    )

    def of_both(mean: NDArray[Any], square: NDArray[Any]) -> NDArray[Any]:
        return threshold(mean, np.sqrt(np.maximum(square - mean * mean, 0)))

    return evaluate(of_both, [mean, mean_square], dtype=pixels.float_dtype, out=out)
