"""Mosaics of images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, is_several, new_array, saturate
from .._errors import flag, integer, number
from .._types import ChannelAxis


def montage(
    images: ArrayLike,
    *,
    fill: float | Sequence[float] | Literal["mean"] = "mean",
    rescale_intensity: bool = False,
    grid_shape: tuple[int, int] | None = None,
    padding_width: int = 0,
    channel_axis: ChannelAxis = "auto",
) -> NDArray[Any]:
    """Put images of one shape side by side, row by row.

    Parameters
    ----------
    images : (count, rows, columns[, channels]) array_like
        The images, of any real dtype.
    fill : float, sequence of float or 'mean'
        Value between the images and of the cells that are left: a number, one for each channel, or the mean of all
        images.
    rescale_intensity : bool
        Whether each image is stretched to the whole range of its dtype (0 to 1 for floats).
    grid_shape : (rows, columns) of int, optional
        Number of images below and beside each other. By default a square that is large enough.
    padding_width : int
        Number of pixels around and between the images.
    channel_axis : int, None or 'auto'
        Axis of the channels in `images`. ``"auto"``: the last of four axes if it is 3 or 4 long.

    Returns
    -------
    (rows, columns[, channels]) ndarray
        The mosaic, with the dtype of `images`.

    Raises
    ------
    TypeError
        If `images` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If `images` has another number of axes, or the grid is too small.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.util.montage(np.arange(12).reshape(3, 2, 2), fill=0)
    array([[ 0,  1,  4,  5],
           [ 2,  3,  6,  7],
           [ 8,  9,  0,  0],
           [10, 11,  0,  0]])
    """
    if isinstance(channel_axis, str) and channel_axis == "auto":
        shape = np.shape(images) if isinstance(images, np.ndarray) else as_pixels(images, name="images").shape
        channel_axis = 3 if len(shape) == 4 and shape[3] in (3, 4) else None
    pixels = as_pixels(images, channel_axis, name="images")
    gray = pixels.channel_axis is None
    array = pixels.array[..., None] if gray else np.moveaxis(pixels.array, pixels.channel_axis or 0, -1)
    if array.ndim != 4 or pixels.channel_axis == 0 or not array.size:
        raise ValueError(f"images must have the shape (count, rows, columns[, channels]); got {pixels.shape}.")
    count, rows, columns, channels = array.shape
    down, across = grid(grid_shape, count)
    margin = integer("padding_width", padding_width, low=0, high=2**31)
    if flag("rescale_intensity", rescale_intensity):
        array = np.stack([stretched(one) for one in array])
    background = as_fill(fill, array)
    shape = (down * (rows + margin) + margin, across * (columns + margin) + margin, channels)
    result = new_array(shape, array.dtype)
    row = np.empty(shape[1:], array.dtype)
    row[...] = background
    result[...] = row
    for index, one in enumerate(array):
        top = margin + index // across * (rows + margin)
        left = margin + index % across * (columns + margin)
        result[top : top + rows, left : left + columns] = one
    return result[..., 0] if gray else result


def grid(grid_shape: Any, count: int) -> tuple[int, int]:
    """Return how many images are below and beside each other."""
    if grid_shape is None:
        side = math.isqrt(count - 1) + 1
        return side, side
    if not is_several(grid_shape) or len(grid_shape) != 2:
        raise TypeError(f"grid_shape must be two integers; got {grid_shape!r}.")
    down, across = (integer("grid_shape", one, low=1, high=2**31) for one in grid_shape)
    if down * across < count:
        raise ValueError(f"grid_shape must have room for {count} images; got {grid_shape!r}.")
    return down, across


def as_fill(fill: Any, array: NDArray[Any]) -> NDArray[Any]:
    """Return the value of each channel where there is no image."""
    channels = array.shape[-1]
    if isinstance(fill, str):
        if fill != "mean":
            raise ValueError(f"fill must be 'mean', a number, or one for each channel; got {fill!r}.")
        values = array.mean(axis=(0, 1, 2), dtype=np.float64)
    else:
        given = [number("fill", one) for one in fill] if is_several(fill) else [number("fill", fill)] * channels
        if len(given) != channels:
            raise ValueError(f"fill must be one number or {channels}, one for each channel; got {len(given)}.")
        values = np.array(given)
    return saturate(values, array.dtype)


def stretched(image: NDArray[Any]) -> NDArray[Any]:
    """Return an image with the whole range of its dtype; an image of one value becomes 0."""
    low, high = float(image.min()), float(image.max())
    top = float(np.iinfo(image.dtype).max) if image.dtype.kind in "iu" else 1.0
    with np.errstate(all="ignore"):
        return saturate((image.astype(np.float64) - low) * (top / (high - low) if high > low else 0.0), image.dtype)
