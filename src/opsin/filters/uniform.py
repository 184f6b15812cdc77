"""The mean of a box around each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, destination, per_axis_integer
from .._engine.borders import check_cval, check_mode, extended, margins
from .._engine.compiled import for_this_machine
from .._engine.dispatch import kernel
from .._engine.footprints import MOST_SIZE
from .._engine.separable import plane_pairs
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image

MOST_SMALL = 15
"""Up to this size a box is added up pixel by pixel: the sums of 15 x 15 bytes fit 16 bits."""

_UINT8 = np.dtype(np.uint8)
_FLOAT32 = np.dtype(np.float32)
_FLOAT64 = np.dtype(np.float64)
_NO_MARGINS = np.zeros((2, 1), np.int32)


def half_the_box(footprint: int | Sequence[int] = 3, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the box reaches along each axis, on its longer side."""
    return tuple(int(size) // 2 for size in np.atleast_1d(footprint))


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=half_the_box, since="0.1")
def uniform(
    image: ArrayLike,
    footprint: int | Sequence[int] = 3,
    *,
    mode: Border = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Blur an image with a box: each pixel becomes the mean of those around it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int or sequence of int
        Size of the box in pixels, one for all spatial axes or one for each. A box of even size reaches one pixel
        further before the pixel than after it.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are blurred one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The blurred image: the shape and dtype of `image`, rounded to nearest.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    The time does not depend on the size of the box. The sums of integers are exact; those of floats are made anew
    for each box or two, so that no error builds up along the image and NaN does not leave the boxes it is in.

    References
    ----------
    .. [1] M. van Herk, "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels",
       Pattern Recognition Letters 13 (7), 1992, pp. 517-521 (for minima).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.filters.uniform(np.array([[0, 0, 90, 0, 0]], np.uint8), 3)
    array([[ 0, 30, 30, 30,  0]], dtype=uint8)
    """
    # 1. What comes in.
    pixels = as_pixels(image, channel_axis)
    sizes = per_axis_integer("footprint", footprint, len(pixels.spatial_shape), low=1, high=MOST_SIZE)
    mode, cval = check_mode(mode), check_cval(cval, pixels.dtype)
    # 2. What to compute.
    result = destination(pixels, out)
    if not result.pixels.size:
        return result.finish()
    # 3. Run.
    box = for_this_machine("box")
    array = pixels.array
    leading = [(axis, size) for axis, size in zip(pixels.spatial_axes[:-2], sizes, strict=False) if size > 1]
    rows, columns = (1, *sizes)[-2:]
    if leading and array.dtype.kind == "u":
        array = array.astype(_FLOAT64)
    for axis, size in leading:
        array = _along_axis(box, array, axis, size, mode, cval)
    target = result.pixels if array.dtype == result.pixels.dtype else np.empty(array.shape, array.dtype)
    _over_planes(box, array, target, pixels.channel_axis, (rows, columns), mode, cval)
    if target is not result.pixels:
        # The nudge is for halves that came out a little less.
        result.pixels[...] = np.floor(target + (0.5 + 1e-9)).astype(result.pixels.dtype)
    # 4. What goes out.
    return result.finish()


def _over_planes(
    box: Any,
    array: NDArray[Any],
    target: NDArray[Any],
    channel_axis: int | None,
    sizes: tuple[int, int],
    mode: str,
    cval: float,
) -> None:
    """Write the mean over the last two spatial axes of `array` to `target`."""
    pairs, channels = plane_pairs(array, target, channel_axis)
    rows, columns = sizes
    height, width = pairs[0][0].shape
    division = _division(rows * columns, array.dtype) if max(sizes) <= MOST_SMALL else None
    if division is not None:
        tables = extended(height, rows // 2, mode), margins(width // channels, columns // 2, mode)
        for plane, into in pairs:
            kernel("box", array.dtype)(plane, *tables, cval, rows, columns, channels, *division, into)
        return
    row_table = extended(height, rows // 2, mode)
    margin_table = margins(width // channels, columns // 2, mode) if columns > 1 else _NO_MARGINS
    pixel = box.PIXELS.index(array.dtype.name)
    for plane, into in pairs:
        source = plane if plane.strides[1] == plane.itemsize else np.ascontiguousarray(plane)
        # The planes of channels that stand between the axes are not contiguous.
        whole = into if into.flags.c_contiguous else np.empty(into.shape, into.dtype)
        box.box_mean(
            source.view(np.uint8), whole.view(np.uint8), pixel, channels, rows, columns, row_table, margin_table, cval
        )
        if whole is not into:
            into[...] = whole


@lru_cache(maxsize=64)
def _division(area: int, dtype: np.dtype[Any]) -> tuple[int, ...] | None:
    """Return what the kernel for small boxes divides by, beside their area; None if there is no such kernel.

    The sums of bytes are divided by ``(sum + half) * factor >> 16 >> shift``, which must round every one to nearest.
    """
    if dtype == _FLOAT32:
        return ()
    if dtype == _UINT8:
        half = area // 2
        sums = np.arange(255 * area + 1) + half
        for shift in range(9):
            factor = -(-(1 << (16 + shift)) // area)
            if factor < 1 << 16 and np.array_equal(sums * factor >> (16 + shift), sums // area):
                return half, factor, shift
    return None


def _along_axis(box: Any, array: NDArray[Any], axis: int, size: int, mode: str, cval: float) -> NDArray[Any]:
    """Return the mean along one axis that is not the last."""
    shape = array.shape
    source = np.ascontiguousarray(array).reshape(-1, shape[axis], int(np.prod(shape[axis + 1 :])))
    target = np.empty_like(source)
    _over_planes(box, source, target, None, (size, 1), mode, cval)
    return target.reshape(shape)
