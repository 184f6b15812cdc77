"""Contrast-limited adaptive histogram equalization (CLAHE)."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, Pixels, as_pixels, copied, data_range, per_axis_integer
from .._engine.pointwise import by_value, evaluate, stretched
from .._engine.reduce import finite_limits
from .._engine.tiles import mapped_by_histograms, rounded_to_levels
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import SIZE, ColorAxis, Image, ImageLike, Out

LEVELS = 2**14
"""The values of an image are rounded to so many levels."""

MAX_BINS = 2**14

BINS = Allowed(1, MAX_BINS)
CLIP_LIMIT = Allowed(0)

KernelSize: TypeAlias = Annotated[int | Sequence[int], SIZE, Typical(8, 512, "px")]
"""The size of a region, for all spatial axes or one for each."""


@operation(kind="global", since="0.1")
def equalize_adapthist(
    image: ImageLike,
    kernel_size: KernelSize | None = None,
    *,
    clip_limit: Annotated[float, CLIP_LIMIT, Typical(0, 0.1)] = 0.01,
    nbins: Annotated[int, BINS, Typical(16, 256)] = 256,
    channel_axis: ColorAxis = "auto",
    out: Out = None,
) -> Image:
    """Raise the contrast of each region of an image, without seams and without raising the noise (CLAHE).

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    kernel_size : int, sequence of int or None
        Size of the regions, for all spatial axes or one for each; sizes that exceed the image are reduced to it.
        ``None``: an eighth of the image along each axis.
    clip_limit : float
        Limit of the contrast: the largest part of the pixels of a region that one bin counts; what exceeds it is given
        to the other bins. Without contrast near 0; no limit at 0, and from 1 on.
    nbins : int
        Number of bins of the histogram of a region.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with more contrast, of the dtype of `image`: integers from 0 to the largest value of the dtype, floats
        from 0 to 1. An image of one value is returned as it is.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the regions are so small that the histograms of all have more than 2**27 bins.

    Notes
    -----
    The values of the image are stretched to 2**14 levels; floats from 0 to 1 are rounded to 16 bits before that. The
    levels of a pixel in the histograms of the regions around it, weighted by its distance from their centers, are
    stretched to the range of the result. NaN stays NaN; infinities count as the largest and the least finite value.

    References
    ----------
    .. [1] K. Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", in Graphics Gems IV, Academic Press, 1994,
       pp. 474-485.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.repeat(np.arange(100, 116, dtype=np.uint8)[None], 16, axis=0)
    >>> opsin.exposure.equalize_adapthist(image, 8, clip_limit=0.5)[0]
    array([  0,  36,  73, 109, 146, 155, 155, 146, 128, 118, 118, 128, 146,
           182, 219, 255], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis)
    clip_limit, nbins = number("clip_limit", clip_limit, CLIP_LIMIT), integer("nbins", nbins, BINS)
    shape = pixels.spatial_shape
    if kernel_size is None:
        sizes = tuple(max(length // 8, 1) for length in shape)
    else:
        wanted = per_axis_integer("kernel_size", kernel_size, len(shape), SIZE)
        sizes = tuple(min(size, length) for size, length in zip(wanted, shape, strict=True))
    gray = _brightest(pixels)
    low, high = finite_limits(gray.array)
    if not pixels.array.size or low == high:
        return copied(pixels, out)
    levels = _levels(gray, float(low), float(high), nbins)
    area = math.prod(sizes)
    largest = min(max(int(clip_limit * area), 1), area) if clip_limit > 0 else area

    found = mapped_by_histograms(levels, nbins, sizes, largest, LEVELS - 1)
    least, most = int(found.min()), int(found.max())
    unit = data_range(pixels.dtype)
    if pixels.channel_axis is not None:
        values = (np.arange(LEVELS) - least) * (unit / max(most - least, 1))
        return _with_brightness(pixels, pixels.channel_axis, gray.array, values[found], out)
    missing = np.isnan(pixels.array) if pixels.dtype.kind == "f" and np.isnan(pixels.array.min()) else None
    result = stretched(found, (least, max(most, least + 1)), (0, unit), dtype=pixels.dtype, out=out)
    if missing is not None:
        result[missing] = np.nan
    return result


def _brightest(pixels: Pixels) -> Pixels:
    """Return the largest of the channels of each pixel, without transparency."""
    if pixels.channel_axis is None:
        return pixels
    channels = np.moveaxis(pixels.array, pixels.channel_axis, 0)
    return as_pixels(functools.reduce(np.maximum, channels[:3] if len(channels) == 4 else channels))


def _levels(pixels: Pixels, low: float, high: float, nbins: int) -> NDArray[Any]:
    """Return the bin of each pixel."""
    width = 1 + LEVELS // nbins
    if pixels.dtype.itemsize == 1:
        dtype = np.dtype(np.uint8 if (LEVELS - 1) // width < 256 else np.uint16)
        return by_value(pixels, partial(_level, low, high, width), dtype=dtype)
    # Floats from 0 to 1 are rounded like images of 16 bits, so that both give the same.
    fine = 65535 if pixels.dtype.kind == "f" and low >= 0 and high <= 1 else 0
    return rounded_to_levels(pixels, low, high, fine=fine, steps=LEVELS - 1, width=width)


def _level(low: float, high: float, width: int, values: NDArray[Any]) -> NDArray[Any]:
    """Return the bins of values of 8 bits."""
    shares = (np.clip(values, low, high) - low) / (high - low)
    return np.asarray(np.rint(shares * (LEVELS - 1)) // width)


def _with_brightness(
    pixels: Pixels, axis: int, before: NDArray[Any], after: NDArray[Any], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Return an image whose brightest channels are those in `after` instead of those in `before`."""
    image = np.moveaxis(pixels.array, axis, -1)
    output = Output(pixels.shape, pixels.dtype, pixels.dtype, out, pixels.array)
    target = np.moveaxis(output.array, axis, -1)
    colors = 3 if pixels.channels == 4 else pixels.channels

    def scaled(channels: NDArray[Any], before: NDArray[Any], after: NDArray[Any]) -> NDArray[Any]:
        dark = before <= 0
        factor = np.divide(after, before, where=~dark, out=np.zeros(after.shape))
        return np.asarray(channels * factor[..., None] + (after * dark)[..., None])

    result = evaluate(scaled, [image[..., :colors], before, after], dtype=pixels.dtype)
    target[..., :colors] = result
    target[..., colors:] = image[..., colors:]
    return output.finish()
