"""The framework of whole channels: an algorithm that takes every channel of an image at once, as floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import FLOAT64, Output, Pixels, Result
from .runtime import empty


def over_channels(
    pixels: Pixels,
    function: Callable[[NDArray[Any]], NDArray[Any]],
    *,
    result: Result = "input",
    out: NDArray[Any] | None = None,
    real: np.dtype[Any] | None = None,
) -> NDArray[Any]:
    """Return what an algorithm makes of the channels of an image, rounded and saturated to the dtype of the result.

    Parameters
    ----------
    pixels : Pixels
        The image.
    function : callable
        From the channels, a new array of floats, C-contiguous with the channels first, to an array of that shape. It
        may return the same array. It is not called for an image without pixels.
    result : Result
        The dtype of the result.
    out : ndarray, optional
        The caller's array for the result.
    real : dtype, optional
        The dtype of the floats; by default the smallest that holds the image.
    """
    real = real or pixels.float_dtype
    output = Output(pixels.shape, pixels.result_dtype(result, out), real, out, pixels.array)
    if pixels.array.size:
        last = output.array if pixels.channel_axis is None else np.moveaxis(output.array, pixels.channel_axis, 0)
        channels = function(channels_first(pixels, real))
        last[...] = channels[0] if pixels.channel_axis is None else channels
    return output.finish()


def channels_first(pixels: Pixels, real: np.dtype[Any] = FLOAT64) -> NDArray[Any]:
    """Return a copy of the image as floats, C-contiguous, with the channels as its first axis, also if there is one."""
    source = pixels.array[None] if pixels.channel_axis is None else np.moveaxis(pixels.array, pixels.channel_axis, 0)
    array = empty(source.shape, real)
    array[...] = source
    return array
