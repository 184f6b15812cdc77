"""Resizing to a given shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, TypeAlias, TypeVar

from .._engine.arrays import Layout, as_pixels, check_size, is_several, per_axis_integer, with_lengths
from .._engine.borders import as_border
from .._engine.interpolation import Order, order_name, resizing_table
from .._engine.memo import remembered
from .._engine.resample import Table, resample
from .._errors import Allowed, flag
from .._operation import Typical, operation
from .._types import ChannelAxis, Image, ImageLike, Mode, Out

ResizingOrder: TypeAlias = Order | Literal["lanczos", "area"]
"""The interpolation between pixels."""

ORDERS = ("nearest", "linear", "cubic", "lanczos", "area")

MAX_LENGTH = 2**31 - 1
"""What kernels can address along an axis."""


LENGTH = Allowed(0, MAX_LENGTH)


@operation(kind="geometric", since="0.1")
def resize(
    image: ImageLike,
    output_shape: Annotated[int | Sequence[int], LENGTH, Typical(1, 4096, "px")],
    *,
    order: ResizingOrder | None = None,
    anti_aliasing: bool = True,
    mode: Mode | None = None,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Resize an image to a given shape.

    Pixels are treated as squares: the borders of the image and of the result coincide, and the center of pixel i of n
    is at (i + 1/2) / n of the length.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    output_shape : int or sequence of int
        Size of the result along each spatial axis, or one for all. The number of channels may be included and must be
        that of the image.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic', 'lanczos', 'area'}, optional
        Interpolation. ``"nearest"`` (0) takes the nearest pixel and preserves labels and masks; ``"linear"`` (1),
        ``"cubic"`` (3, Catmull-Rom) and ``"lanczos"`` (three lobes) weight 2, 4 and 6 pixels along each axis;
        ``"area"`` takes the mean over the area of the new pixel. By default nearest for bool and linear for all other
        dtypes.
    anti_aliasing : bool
        Whether to widen the kernels of linear, cubic and lanczos by the scale when the image gets smaller, so that
        every pixel contributes. Otherwise only the pixels around each position contribute, and fine patterns are
        aliased.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}, optional
        How the image is extended beyond its border, with the names of scipy.ndimage. By default only the pixels of the
        image contribute.
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
        The resized image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has no pixels and the result has some, or the result is too large for the memory.

    Notes
    -----
    At the border, the weights of the pixels inside the image are normalized to sum to one, as in Pillow. uint8 images
    are computed in 16-bit fixed point; the result differs from the exact one by at most one gray level.

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
    tables = _tables(output_shape, order, anti_aliasing, mode is not None, pixels.layout)
    border = as_border("nearest" if mode is None else mode, cval, pixels)
    return resample(pixels, tables, border=border, out=out)


@remembered
def _tables(
    output_shape: int | Sequence[int],
    order: ResizingOrder | None,
    anti_aliasing: bool,
    extended: bool,
    layout: Layout,
) -> tuple[Table | None, ...]:
    """Return the table of each spatial axis, if its length changes."""
    anti_aliasing = flag("anti_aliasing", anti_aliasing)
    shape, before = result_shape(output_shape, layout), layout.spatial_shape
    if 0 in before and 0 not in shape:
        raise ValueError(f"image must have pixels to be resized to {shape}; got shape {layout.shape}.")
    name = order_name(order, ORDERS, layout.dtype)
    lengths = zip(before, shape, strict=True)
    return tuple([resizing_table(length, after, name, anti_aliasing, extended) for length, after in lengths])


def result_shape(output_shape: int | Sequence[int], layout: Layout) -> tuple[int, ...]:
    """Return the length of the result along each spatial axis; `output_shape` may include the channels."""
    channel_axis, spatial = layout.channel_axis, layout.spatial_axes
    ndim = len(layout.shape)
    axes = ndim if is_several(output_shape) and len(output_shape) == ndim else len(spatial)
    sizes = list(per_axis_integer("output_shape", output_shape, axes, LENGTH))
    if axes == ndim and channel_axis is not None and sizes.pop(channel_axis) != layout.shape[channel_axis]:
        raise ValueError(
            f"output_shape must keep the {layout.shape[channel_axis]} channels of axis {channel_axis}, or leave them "
            f"out; got {output_shape}."
        )
    check_size(with_lengths(layout.shape, spatial, tuple(sizes)), layout.dtype)
    return tuple(sizes)


def scaled_shape(
    name: str, factors: Sequence[float], layout: Layout, rounding: Callable[[float], int] = round
) -> tuple[int, ...]:
    """Return the spatial shape with each length times its factor, rounded, and at least 1 if it was not 0."""
    before = layout.spatial_shape
    if any(factor * length > MAX_LENGTH for factor, length in zip(factors, before, strict=True)):
        raise ValueError(f"{name} must leave each axis at most {MAX_LENGTH} pixels; got {tuple(factors)} for {before}.")
    pairs = zip(factors, before, strict=True)
    after = tuple([max(rounding(factor * length), min(length, 1)) for factor, length in pairs])
    layout.resized(after)
    return after


F = TypeVar("F", int, float)


def spatial_factors(
    name: str,
    factors: F | Sequence[F],
    layout: Layout,
    allowed: Allowed,
    parsed: Callable[[str, F | Sequence[F], int, Allowed], tuple[F, ...]],
) -> tuple[F, ...]:
    """Return the factor of each spatial axis; `factors` may include that of the channels, if it is 1."""
    axes, channel_axis = len(layout.spatial_axes), layout.channel_axis
    if channel_axis is None or not is_several(factors) or len(factors) != axes + 1:
        return parsed(name, factors, axes, allowed)
    found = list(parsed(name, factors, axes + 1, allowed))
    if found.pop(channel_axis) != 1:
        raise ValueError(
            f"{name} must be 1 for the channels of axis {channel_axis}, or leave them out; got {factors!r}. "
            "With channel_axis=None every axis is spatial."
        )
    return tuple(found)
