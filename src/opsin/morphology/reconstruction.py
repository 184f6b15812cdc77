"""Morphological reconstruction."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, as_volume
from .._engine.flooding import reconstruct
from .._engine.footprints import Footprint, as_footprint, neighborhood
from .._engine.labels import connected_components, overwrite
from .._errors import choice
from .._operation import operation
from .._types import FootprintLike, Image, ImageLike, NoChannels, Out


@operation(kind="global", since="0.1")
def reconstruction(
    seed: ImageLike,
    mask: ImageLike,
    *,
    method: Literal["dilation", "erosion"] = "dilation",
    footprint: FootprintLike | None = None,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Image:
    """Let the values of an image spread within the limits that another image sets.

    With ``method="dilation"`` bright values spread: the result is what repeated dilations of `seed` give that are
    lowered to `mask` each time, until nothing changes. With ``method="erosion"`` dark values spread, and the result is
    nowhere darker than `mask`.

    Parameters
    ----------
    seed : array_like
        Image of any number of spatial axes and any real dtype: the values that spread. It is nowhere greater than
        `mask` (dilation) or nowhere less (erosion).
    mask : array_like
        Image of the same shape: the limits.
    method : {'dilation', 'erosion'}
        Whether high or low values spread.
    footprint : int, sequence of int or array_like, optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The reconstructed image, in the common dtype of both images.

    Raises
    ------
    TypeError
        If `seed` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the seed is beyond the mask.

    Notes
    -----
    A pixel that is NaN in one of the images is NaN in the result, and nothing spreads across it.

    References
    ----------
    .. [1] L. Vincent, "Morphological Grayscale Reconstruction in Image Analysis: Applications and Efficient
       Algorithms", IEEE Transactions on Image Processing 2 (2), 1993, pp. 176-201.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import reconstruction
    >>> mask = np.array([[0, 1, 3, 2, 0, 5, 5, 0]])
    >>> seed = np.array([[0, 0, 2, 0, 0, 0, 0, 0]])
    >>> reconstruction(seed, mask)
    array([[0, 1, 2, 2, 0, 0, 0, 0]])
    """
    marker = as_volume(seed, channel_axis, name="seed").array
    limit = as_volume(mask, channel_axis, name="mask").array
    greatest = choice("method", method, ("dilation", "erosion")) == "dilation"
    window = as_footprint(3 if footprint is None else footprint, marker.ndim)
    if marker.shape != limit.shape:
        raise ValueError(f"mask must have the shape of the seed, {marker.shape}; got {limit.shape}.")
    dtype = np.result_type(marker, limit)
    marker, limit = marker.astype(dtype, copy=False), limit.astype(dtype, copy=False)
    if np.any(marker > limit if greatest else marker < limit):
        bound = "less than or equal to" if greatest else "greater than or equal to"
        raise ValueError(f"seed must be {bound} mask everywhere with method={method!r}.")
    reach = _connectivity(window)
    if dtype == np.bool_ and reach:
        return _of_masks(marker, limit, reach, greatest, out)
    output = Output(marker.shape, dtype, dtype, out)
    output.array[...] = reconstruct(marker, limit, window, greatest)
    return output.finish()


def _connectivity(footprint: Footprint) -> int:
    """Return the connectivity that a footprint stands for, or 0."""
    if set(footprint.sizes) != {3} or any(footprint.origin):
        return 0
    axes = len(footprint.sizes)
    if footprint.inside is None:
        return axes
    return next((c for c in range(1, axes) if np.array_equal(footprint.inside, neighborhood(axes, c))), 0)


def _of_masks(
    seed: NDArray[np.bool_], mask: NDArray[np.bool_], connectivity: int, greatest: bool, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Keep the connected components that hold a pixel of the seed."""
    foreground = int(greatest)
    numbers, count = connected_components("mask", mask, connectivity, 1 - foreground)
    reached = np.zeros(count + 1, bool)
    reached[numbers[seed == greatest]] = True
    return overwrite(np.full(mask.shape, not greatest), numbers, reached, foreground, out)
