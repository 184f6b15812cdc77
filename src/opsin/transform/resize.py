"""Images of another size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Pixels, as_pixels, per_axis_integer
from .._engine.borders import as_border
from .._engine.interpolation import Order, order_name, resizing_table
from .._engine.resample import resample
from .._errors import flag
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image

ResizingOrder: TypeAlias = Order | Literal["lanczos", "area"]
"""How values between the pixels are found."""

ORDERS = ("nearest", "linear", "cubic", "lanczos", "area")

MAX_LENGTH = 2**31 - 1
"""What kernels can address along an axis."""


@operation(kind="geometric", dtypes=NATIVE_DTYPES, since="0.1")
def resize(
    image: ArrayLike,
    output_shape: int | Sequence[int],
    *,
    order: ResizingOrder | None = None,
    anti_aliasing: bool = True,
    mode: Border | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Resize an image to a given shape.

    Pixels are small squares: the borders of the image stay where they are, and the centre of pixel i of n stands at
    (i + 1/2) / n of the way.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    output_shape : int or sequence of int
        How many pixels the result has along each spatial axis, or along all of them. The number of channels may
        be given too, and stays what it is.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic', 'lanczos', 'area'}, optional
        The interpolation. ``"nearest"`` (0) takes the nearest pixel, and so keeps labels and masks; ``"linear"`` (1),
        ``"cubic"`` (3, Catmull-Rom) and ``"lanczos"`` (three lobes) weigh 2, 4 and 6 pixels along each axis;
        ``"area"`` takes the mean over the square that the new pixel covers. By default nearest for bool and linear
        for all else.
    anti_aliasing : bool
        Whether linear, cubic and lanczos are as much wider as the image gets smaller, so that every pixel counts.
        Without it only the pixels around each place count, and fine patterns turn into coarse ones.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}, optional
        How the image is extended beyond its border. By default only the pixels of the image count.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are resized one by one. ``"auto"``: the last axis of a 3-D image if
        it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the result's shape and the image's dtype.

    Returns
    -------
    ndarray
        The resized image, in the dtype of `image`: rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or an image without pixels is to get some.

    Notes
    -----
    At the border the weights of the pixels that are there are scaled to sum to one, as in Pillow. Bytes are weighted
    in 16-bit fixed point, and differ from the exact result by one grey level at most.

    References
    ----------
    .. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics,
       Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160.
    .. [2] K. Turkowski, "Filters for Common Resampling Tasks", in: Graphics Gems, 1990, pp. 147-165 (Lanczos; kernels
       that widen as the image gets smaller).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.transform.resize(np.array([[0.0, 4.0]]), (1, 4))
    array([[0., 1., 3., 4.]])
    >>> opsin.transform.resize(np.zeros((480, 640, 3), np.uint8), (120, 160)).shape
    (120, 160, 3)
    """
    pixels = as_pixels(image, channel_axis)
    anti_aliasing = flag("anti_aliasing", anti_aliasing)
    shape = result_shape(output_shape, pixels)
    name = order_name(order, ORDERS, pixels.dtype)
    border = None if mode is None else as_border(mode, cval, pixels)
    tables = [
        resizing_table(before, after, name, anti_aliasing, border is not None)
        for before, after in zip(pixels.spatial_shape, shape, strict=True)
    ]
    return resample(pixels, tables, border=border, out=out)


def result_shape(output_shape: int | Sequence[int], pixels: Pixels) -> tuple[int, ...]:
    """Return the length of the result along each spatial axis; `output_shape` may include the channels."""
    array, channel_axis = pixels.array, pixels.channel_axis
    axes = len(pixels.axes)
    if channel_axis is not None and np.shape(output_shape) == (array.ndim,):
        axes = array.ndim
    sizes = list(per_axis_integer("output_shape", output_shape, axes, low=0, high=MAX_LENGTH))
    if axes == array.ndim and channel_axis is not None and sizes.pop(channel_axis) != array.shape[channel_axis]:
        raise ValueError(
            f"output_shape must keep the {array.shape[channel_axis]} channels of axis {channel_axis}, or leave them "
            f"out; got {output_shape}."
        )
    if 0 in pixels.spatial_shape and 0 not in sizes:
        raise ValueError(f"image must have pixels to be resized to {tuple(sizes)}; got shape {array.shape}.")
    return tuple(sizes)
