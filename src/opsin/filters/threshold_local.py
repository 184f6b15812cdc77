"""A threshold for each pixel, from the pixels around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from .._engine.arrays import as_pixels, per_axis, per_axis_integer
from .._engine.borders import as_border
from .._engine.footprints import as_footprint
from .._engine.pointwise import evaluate
from .._engine.rank import rank
from .._engine.separable import separable
from .._errors import Allowed, choice, number
from .._operation import Typical, operation
from .._types import MAX_SIGMA, SIGMA, ChannelAxis, FloatImage, ImageLike, Modes, Out, Sigma
from .gaussian import gaussian_filter, gaussian_halo
from .uniform import as_boxes

Method: TypeAlias = Literal["gaussian", "mean", "median"]
"""How the pixels around a pixel are averaged."""

BLOCK = Allowed(1, 6 * MAX_SIGMA + 1)

BlockSize: TypeAlias = Annotated[int | Sequence[int], BLOCK, Typical(3, 101, "px")]
"""The size of a block, for all spatial axes or one for each."""

METHODS = ("gaussian", "mean", "median")


def _sigmas(block_size: Any, param: Any, axes: int) -> tuple[float, ...]:
    sizes = per_axis_integer("block_size", block_size, axes, BLOCK)
    return tuple((size - 1) / 6 for size in sizes) if param is None else per_axis("param", param, axes, SIGMA)


def local_halo(
    count: int, /, *, block_size: int | Sequence[int], method: str, param: Sigma | None, **_: Any
) -> tuple[int, ...]:
    """Return how many pixels the block, or the Gaussian, reaches along each axis."""
    if method == "gaussian":
        return gaussian_halo(count, sigma=_sigmas(block_size, param, count), truncate=4.0, axes=None)
    return as_footprint(block_size, count).halo


@operation(kind="window", halo=local_halo, since="0.1")
def threshold_local(
    image: ImageLike,
    block_size: BlockSize = 3,
    *,
    method: Method = "gaussian",
    offset: float = 0.0,
    mode: Modes = "reflect",
    param: Sigma | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute a threshold for each pixel: an average of the pixels around it, less an offset.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    block_size : int or sequence of int
        Size of the block of pixels around a pixel, one for all spatial axes or one for each.
    method : {'gaussian', 'mean', 'median'}
        How the pixels are averaged. ``"gaussian"`` weighs them by a Gaussian whose standard deviation is a sixth of the
        size less 1, and which may reach beyond the block.
    offset : float
        Subtracted from the average, in the units of the image.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    param : float, sequence of float or None
        Standard deviation of the Gaussian, in place of that from `block_size`.
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
        integers of more than 16 bits. ``image > threshold_local(image, 31)`` is the mask of the bright pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    threshold_niblack, threshold_sauvola : Thresholds that take the contrast into account.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th edition, Pearson, 2018, section 10.3.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> page = np.array([[90, 10, 90, 60, 5, 60]], np.uint8)
    >>> opsin.filters.threshold_local(page, 3, method="mean").round(1)
    array([[63.3, 63.3, 53.3, 51.7, 41.7, 41.7]], dtype=float32)
    """
    pixels = as_pixels(image, channel_axis)
    count, dtype = len(pixels.axes), pixels.float_dtype
    average_by = choice("method", method, METHODS)
    sigmas = _sigmas(block_size, param, count)
    boxes = as_boxes(block_size, 0, count, "block_size")
    less = dtype.type(number("offset", offset))
    border = as_border(mode, cval, pixels)
    if average_by == "gaussian":
        filters = [gaussian_filter(sigma, 0, 4.0) for sigma in sigmas]
        average = separable(pixels, filters, border=border, result="float")
    elif average_by == "mean":
        average = separable(pixels.like(pixels.array.astype(dtype)), boxes, border=border)
    else:
        window = as_footprint(tuple(box.size for box in boxes), count)
        average = rank(pixels, window, window.count // 2, border=border)
    return evaluate(lambda part: part.astype(dtype, copy=False) - less, [average], dtype=dtype, out=out)
