"""Regions of a graph of pixels that are as alike inside as between."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_data_range, as_pixels
from .._engine.channels import channels_first
from .._engine.compiled import merging
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import SIGMA, ColorAxis, DataRange, ImageLike, Labels
from ..filters.gaussian import gaussian

AXES = Allowed(1, 10)
SCALE = Allowed(0)
MIN_SIZE = Allowed(1, 2**31 - 1)

Scale: TypeAlias = Annotated[float, SCALE, Typical(1, 1000)]
"""How large regions are preferred."""

MinSize: TypeAlias = Annotated[int, MIN_SIZE, Typical(1, 1000, "px")]
"""The least number of pixels of a region."""

Blur: TypeAlias = Annotated[float, SIGMA, Typical(0, 5, "px")]
"""The standard deviation of a Gaussian."""


@operation(kind="global", dimensions=AXES, since="0.1")
def felzenszwalb(
    image: ImageLike,
    scale: Scale = 1.0,
    *,
    sigma: Blur = 0.8,
    min_size: MinSize = 20,
    channel_axis: ColorAxis = "auto",
    data_range: DataRange = None,
) -> Labels:
    """Divide an image into regions whose border is stronger than their inside, with Felzenszwalb's algorithm.

    Parameters
    ----------
    image : array_like
        Image of one to ten spatial axes and any real dtype.

        Its values are finite.
    scale : float
        Preference for large regions: they are the larger, the greater it is.
    sigma : float
        Standard deviation of a Gaussian that blurs the image before, in pixels.
    min_size : int
        Smaller regions are joined to a neighbor.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.

    Returns
    -------
    ndarray of int32
        Labels from 1, in the order of the first pixels of the regions, with the spatial shape of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a value is not finite.

    Notes
    -----
    Pixels are nodes of a graph; each is connected with its neighbors at edges and corners, by the distance of their
    colors. By increasing distance, two regions become one unless the distance is more than the largest inside either,
    plus ``scale / 255`` divided by its size.

    References
    ----------
    .. [1] P. F. Felzenszwalb and D. P. Huttenlocher, "Efficient Graph-Based Image Segmentation", International Journal
       of Computer Vision 59 (2), 2004, pp. 167-181.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((3, 8), np.uint8)
    >>> image[:, 3:] = 200
    >>> opsin.segmentation.felzenszwalb(image, 10, sigma=0, min_size=1)
    array([[1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2]], dtype=int32)
    """
    pixels = as_pixels(image, channel_axis, dimensions=AXES)
    count = math.prod(pixels.spatial_shape)
    if count >= 2**31:
        raise ValueError(f"image must have less than 2**31 pixels; got shape {pixels.shape}.")
    scale = number("scale", scale, SCALE) / 255
    sigma = number("sigma", sigma, SIGMA)
    min_size = integer("min_size", min_size, MIN_SIZE)
    span = as_data_range(data_range, pixels.dtype)
    if not count:
        return np.zeros(pixels.spatial_shape, np.int32)
    with np.errstate(over="ignore"):
        colors = channels_first(pixels, FLOAT64) / span
    if not np.isfinite(colors).all():
        raise ValueError("image must have finite values; got NaN or infinity.")
    if sigma:
        colors = gaussian(colors, sigma, mode="reflect", channel_axis=0)
    first, second, weights = _edges(colors)
    order = np.argsort(weights, kind="stable")
    labels = merging.merge(first[order], second[order], weights[order], count, scale, min_size)
    return labels.reshape(pixels.spatial_shape)  # type: ignore[no-any-return]


def _edges(colors: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return each pair of neighbors at edges and corners, and the distance of their colors."""
    shape = colors.shape[1:]
    places = np.arange(math.prod(shape), dtype=np.int32).reshape(shape)
    parts: list[tuple[Any, Any, Any]] = []
    for steps in itertools.product((-1, 0, 1), repeat=len(shape)):
        if steps <= (0,) * len(shape):
            continue
        near = tuple(slice(max(0, -step), length - max(0, step)) for step, length in zip(steps, shape, strict=True))
        far = tuple(slice(max(0, step), length - max(0, -step)) for step, length in zip(steps, shape, strict=True))
        with np.errstate(over="ignore"):
            squares = np.square(colors[0][far] - colors[0][near])
            for channel in colors[1:]:
                squares += np.square(channel[far] - channel[near])
        parts.append((places[near].reshape(-1), places[far].reshape(-1), np.sqrt(squares).reshape(-1)))
    first, second, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return first, second, weights
