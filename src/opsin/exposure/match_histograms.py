"""Histogram matching."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, Pixels, as_pixels, copied, planes, saturate
from .._engine.pointwise import by_value
from .._engine.reduce import sorted_values, sorted_with_places
from .._operation import operation
from .._types import ChannelAxis, Image, ImageLike, Out, ReferenceLike


@operation(kind="global", since="0.1")
def match_histograms(
    image: ImageLike, reference: ReferenceLike, *, channel_axis: ChannelAxis = "auto", out: Out = None
) -> Image:
    """Change the values of an image so that they are as frequent as in a reference image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    reference : array_like
        Image with the wanted histogram: of any size, with as many axes and channels as `image`.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the values of `reference`, in the dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `reference` has no pixels, or other numbers of axes or channels.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.3 (histogram
       specification).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([10, 10, 20, 30], np.uint8)
    >>> opsin.exposure.match_histograms(image, np.array([100, 100, 150, 200], np.uint8))
    array([100, 100, 150, 200], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis)
    other = as_pixels(reference, channel_axis, name="reference")
    if other.array.ndim != pixels.array.ndim or other.channels != pixels.channels:
        raise ValueError(
            f"reference must have as many axes and channels as the image, of shape {pixels.shape}; got {other.shape}."
        )
    if not other.array.size:
        raise ValueError(f"reference must have at least one pixel; got shape {other.shape}.")
    if not pixels.array.size:
        return copied(pixels, out)
    if pixels.dtype.itemsize > 2:
        return _by_rank(pixels, sorted_values(other), out)
    matches = [_match(*pair) for pair in zip(sorted_values(pixels), sorted_values(other), strict=True)]
    changes = [partial(_interpolated, *match) for match in matches]
    return by_value(pixels, changes, dtype=pixels.dtype, out=out)


def _by_rank(
    pixels: Pixels, references: list[tuple[NDArray[Any], NDArray[np.int64]]], out: NDArray[Any] | None
) -> NDArray[Any]:
    """Return the image with the matched values, written in the order of its values."""
    output = Output(pixels.shape, pixels.dtype, pixels.dtype, out, pixels.array)
    axis = pixels.channel_axis
    for channel, target, reference in zip(
        planes(pixels.array, axis), planes(output.array, axis), references, strict=True
    ):
        values, counts, order = sorted_with_places(channel)
        _, matched = _match((values, counts), reference)
        matched[np.isnan(values)] = np.nan
        found = np.empty(channel.size, pixels.dtype)
        found[order] = np.repeat(saturate(matched, pixels.dtype), counts)
        target[...] = found.reshape(channel.shape)
    return output.finish()


def _interpolated(values: NDArray[Any], results: NDArray[Any], array: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.interp(array, values, results))


def _match(
    image: tuple[NDArray[Any], NDArray[Any]], reference: tuple[NDArray[Any], NDArray[Any]]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the values of the image, and what they become: the values of the reference at the same ranks."""
    (values, counts), (wanted, frequencies) = image, reference
    ranks, places = np.cumsum(counts) / counts.sum(), np.cumsum(frequencies) / frequencies.sum()
    return values.astype(np.float64), np.interp(ranks, places, wanted.astype(np.float64))
