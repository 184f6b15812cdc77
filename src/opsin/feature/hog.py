"""Histograms of oriented gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, per_axis_integer
from .._engine.compiled import for_this_machine
from .._errors import Allowed, choice, flag, integer
from .._operation import Typical
from .._types import PLANE, ChannelAxis, ImageLike
from ..draw.line import line

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
    visualize: bool = False,
    channel_axis: ChannelAxis = "auto",
) -> NDArray[np.float64] | tuple[NDArray[np.float64], NDArray[np.float64]]:
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
        Whether the result is flat, the form that classifiers take.
    visualize : bool
        Whether an image of the histograms is also returned: in each cell lines across the gradients of each bin, as
        bright as their mean magnitude.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray of float64
        The normalized histograms: flat, or with the shape (blocks down, blocks across, cells down, cells across,
        orientations).
    ndarray of float64
        Only with `visualize`: the image of the histograms, with the rows and the columns of `image`.

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
    drawn = flag("visualize", visualize)
    counts = tuple(length // side for length, side in zip(pixels.spatial_shape, cell, strict=True))
    if any(count < side for count, side in zip(counts, block, strict=True)):
        least = tuple(side * size for side, size in zip(cell, block, strict=True))
        raise ValueError(f"image must be at least {least} pixels, the size of a block; got shape {pixels.shape}.")
    values = pixels.array.astype(np.float64)
    if rooted:
        if values.min() < 0:
            raise ValueError("image must have no negative pixels with transform_sqrt=True.")
        values = np.sqrt(values)
    channels = values[None] if pixels.channel_axis is None else np.moveaxis(values, pixels.channel_axis, 0)
    edges = (180.0 / bins * np.arange(bins + 1)).astype(np.float32).astype(np.float64)
    sums = for_this_machine("orientations").orientation_sums(np.ascontiguousarray(channels), edges, cell, counts)
    cells = sums / (cell[0] * cell[1])
    blocks = np.lib.stride_tricks.sliding_window_view(cells, block, axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    with np.errstate(all="ignore"):
        result = _normalized(blocks, block_norm)
    result = result.reshape(-1) if flat else result
    return (result, _picture(cells, cell, pixels.spatial_shape)) if drawn else result


def _picture(cells: NDArray[np.float64], cell: tuple[int, ...], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return an image with a line through each cell for each bin, across its gradients and as bright as their mean."""
    picture = np.zeros(shape)
    radius = max(min(cell) // 2 - 1, 0)
    ends = [side * count for side, count in zip(cell, cells.shape, strict=False)]
    for k in range(cells.shape[2]):
        angle = math.pi * (k + 0.5) / cells.shape[2]
        down, across = radius * math.cos(angle), radius * math.sin(angle)
        # Both ends are rounded down, counted from the first pixel of a cell; rounding errors do not count.
        middle, center = cell[0] // 2, cell[1] // 2
        ends_of_line = (middle - down, center + across, middle + down, center - across)
        rr, cc = line(*(math.floor(round(end, 9)) for end in ends_of_line))
        for row, column in zip(rr.tolist(), cc.tolist(), strict=True):
            picture[row : ends[0] : cell[0], column : ends[1] : cell[1]] += cells[..., k]
    return picture


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
