"""Histograms of oriented gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, per_axis_integer
from .._errors import Allowed, choice, flag, integer
from .._operation import Typical
from .._types import PLANE, ChannelAxis, ImageLike

BINS = Allowed(1, 1024)
CELL = Allowed(1, 65535)
EPSILON = 1e-5

Norm = Literal["L1", "L1-sqrt", "L2", "L2-Hys"]
HYSTERESIS = 0.2
"""Where the elements of a block are clipped with the norm "L2-Hys"."""


def hog(
    image: ImageLike,
    orientations: Annotated[int, BINS, Typical(4, 18)] = 9,
    *,
    pixels_per_cell: Annotated[int | Sequence[int], CELL, Typical(4, 32, "px")] = 8,
    cells_per_block: Annotated[int | Sequence[int], CELL, Typical(1, 4)] = 3,
    block_norm: Norm = "L2-Hys",
    transform_sqrt: bool = False,
    feature_vector: bool = True,
    channel_axis: ChannelAxis = "auto",
) -> NDArray[np.float64]:
    """Describe an image by histograms of the directions of its gradient, in cells, normalized by blocks of cells.

    Parameters
    ----------
    image : array_like
        Image of two or more spatial axes and any real dtype.
    orientations : int
        How many bins of directions there are, from 0 to 180 degrees.
    pixels_per_cell : int or sequence of int
        Size of a cell in pixels, one for both axes or one for each.
    cells_per_block : int or sequence of int
        Size of a block in cells, one for both axes or one for each. Blocks overlap: one begins at each cell.
    block_norm : {'L1', 'L1-sqrt', 'L2', 'L2-Hys'}
        How a block is normalized: by the sum of its elements, by that with a square root afterwards, by the root of the
        sum of the squares, or by that twice, with the elements clipped to 0.2 in between.
    transform_sqrt : bool
        Whether the square root of the image is taken first, which reduces the effect of shadows.
    feature_vector : bool
        Whether the result is flat, as classifiers want it.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray of float64
        The normalized histograms: flat, or with the shape (blocks down, blocks across, cells down, cells across,
        orientations).

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image is smaller than a block, or has negative pixels with `transform_sqrt`.

    References
    ----------
    .. [1] N. Dalal and B. Triggs, "Histograms of Oriented Gradients for Human Detection", IEEE Conference on Computer
       Vision and Pattern Recognition, 2005, vol. 1, pp. 886-893.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((16, 16))
    >>> image[8:] = 1
    >>> found = opsin.feature.hog(image, 4, cells_per_block=1, feature_vector=False)
    >>> print(found[0, 0, 0, 0].round(2))
    [0. 0. 1. 0.]
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    bins = integer("orientations", orientations, BINS)
    cell = per_axis_integer("pixels_per_cell", pixels_per_cell, 2, CELL)
    block = per_axis_integer("cells_per_block", cells_per_block, 2, CELL)
    choice("block_norm", block_norm, ("L1", "L1-sqrt", "L2", "L2-Hys"))
    rooted, flat = flag("transform_sqrt", transform_sqrt), flag("feature_vector", feature_vector)
    counts = tuple(length // side for length, side in zip(pixels.spatial_shape, cell, strict=True))
    if any(count < side for count, side in zip(counts, block, strict=True)):
        least = tuple(side * size for side, size in zip(cell, block, strict=True))
        raise ValueError(f"image must be at least {least} pixels, the size of a block; got shape {pixels.shape}.")
    values = pixels.array.astype(np.float64)
    if rooted:
        if values.min() < 0:
            raise ValueError("image must have no negative pixels with transform_sqrt=True.")
        values = np.sqrt(values)
    down, across = _gradient(values, pixels.channel_axis)
    cells = _histograms(down, across, bins, cell, counts)
    blocks = np.lib.stride_tricks.sliding_window_view(cells, block, axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    result = _normalized(blocks, block_norm)
    return result.reshape(-1) if flat else result


def _gradient(values: NDArray[np.float64], channel_axis: int | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the differences along rows and columns, 0 in the border; of channels those of the largest magnitude."""
    if channel_axis is not None:
        values = np.moveaxis(values, channel_axis, 0)
    down, across = np.zeros_like(values), np.zeros_like(values)
    down[..., 1:-1, :] = values[..., 2:, :] - values[..., :-2, :]
    across[..., 1:-1] = values[..., 2:] - values[..., :-2]
    if channel_axis is None:
        return down, across
    largest = np.hypot(down, across).argmax(axis=0)[None]
    return np.take_along_axis(down, largest, 0)[0], np.take_along_axis(across, largest, 0)[0]


def _histograms(
    down: NDArray[np.float64], across: NDArray[np.float64], bins: int, cell: tuple[int, ...], counts: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return for each cell the mean magnitude of the gradient by its direction."""
    rows, columns = (count * side for count, side in zip(counts, cell, strict=True))
    down, across = down[:rows, :columns], across[:rows, :columns]
    degrees = np.rad2deg(np.arctan2(down, across)) % 180
    edges = (180.0 / bins * np.arange(bins + 1)).astype(np.float32)
    which = np.searchsorted(edges, degrees, "right") - 1
    # Directions of 180 degrees, by rounding, are in no bin; nor is what is not a number.
    known = (which >= 0) & (which < bins)
    number = (np.arange(rows) // cell[0])[:, None] * counts[1] + np.arange(columns) // cell[1]
    magnitudes = np.where(known, np.hypot(down, across), 0)
    index = number * bins + np.where(known, which, 0)
    totals = np.bincount(index.reshape(-1), magnitudes.reshape(-1), counts[0] * counts[1] * bins)
    found: NDArray[np.float64] = totals.reshape(*counts, bins) / (cell[0] * cell[1])
    return found


def _normalized(blocks: NDArray[np.float64], norm: str) -> NDArray[np.float64]:
    """Return blocks divided by a norm of their elements."""
    axes = (2, 3, 4)
    if norm.startswith("L1"):
        result: NDArray[np.float64] = blocks / (np.abs(blocks).sum(axis=axes, keepdims=True) + EPSILON)
        return np.sqrt(result) if norm == "L1-sqrt" else result
    result = blocks / np.sqrt(np.square(blocks).sum(axis=axes, keepdims=True) + EPSILON**2)
    if norm == "L2-Hys":
        result = np.minimum(result, HYSTERESIS)
        result = result / np.sqrt(np.square(result).sum(axis=axes, keepdims=True) + EPSILON**2)
    return result
