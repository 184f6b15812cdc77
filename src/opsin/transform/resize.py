"""Images of another size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import truediv
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Destination, Pixels, as_pixels, per_axis_integer, saturate
from .._engine.dispatch import kernel
from .._engine.interpolation import Order, order_name
from .._engine.separable import planes
from .._errors import flag
from .._operation import operation
from .._types import NATIVE_DTYPES, ChannelAxis, Image

ResizingOrder: TypeAlias = Order | Literal["lanczos", "area"]
"""How values between the pixels are found."""

ORDERS = ("nearest", "linear", "cubic", "lanczos", "area")

KERNEL_RADIUS = {"linear": 1.0, "cubic": 2.0, "lanczos": 3.0}

MOST_LENGTH = 2**31 - 1
"""What kernels can address along an axis."""

BLOCK = 64
"""The kernels write blocks of at most so many rows and columns, for which planes and tables must be large enough."""

WORDS = {np.dtype(word).itemsize: np.dtype(word) for word in (np.uint8, np.uint16, np.uint32, np.float64)}
"""As what pixels of so many bytes are moved, whatever they mean."""

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)

HALVING = {
    (np.dtype(np.uint8), 1): "halve",
    (np.dtype(np.uint8), 3): "halve_rgb",
    (np.dtype(np.uint16), 1): "halve",
    (_FLOAT32, 1): "halve",
}
"""The kernels for the mean of two by two pixels, by dtype and number of channels."""

MOST_FIXED_TAPS = 20
"""With so many taps the errors of fixed point still add up to less than half a grey level."""

MOST_SHRINKING = 64
"""Beyond this the rounding errors of so many sums in float32 could show in 16 bits."""


@operation(kind="geometric", dtypes=NATIVE_DTYPES, since="0.1")
def resize(
    image: ArrayLike,
    output_shape: int | Sequence[int],
    *,
    order: ResizingOrder | None = None,
    anti_aliasing: bool = True,
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
    # 1. What comes in.
    anti_aliasing = flag("anti_aliasing", anti_aliasing)
    pixels = as_pixels(image, channel_axis)
    shape = result_shape(output_shape, pixels)
    # 2. What to compute.
    word = order_name(order, ORDERS, pixels.dtype)
    # 3. Run.
    if word == "nearest":
        pixels = as_words(image, pixels)
        result = Destination(shape, pixels.dtype, pixels.array.dtype, out, pixels.array)
        pick(pixels, result)
    else:
        if pixels.dtype == np.bool_:
            # Fractions of one are rounded when every axis is done.
            pixels.array = pixels.array.astype(np.float32)
        result = Destination(shape, pixels.dtype, pixels.array.dtype, out, pixels.array)
        resample(pixels, result, (word, anti_aliasing))
    # 4. What goes out.
    return result.finish()


def result_shape(output_shape: int | Sequence[int], pixels: Pixels) -> tuple[int, ...]:
    """Return the shape of the result, with the channels where the image has them."""
    array, channel_axis = pixels.array, pixels.channel_axis
    axes = len(pixels.spatial_shape)
    if channel_axis is not None and np.shape(output_shape) == (array.ndim,):
        axes = array.ndim
    sizes = list(per_axis_integer("output_shape", output_shape, axes, low=0, high=MOST_LENGTH))
    if axes == array.ndim and channel_axis is not None and sizes.pop(channel_axis) != array.shape[channel_axis]:
        raise ValueError(
            f"output_shape must keep the {array.shape[channel_axis]} channels of axis {channel_axis}, or leave them "
            f"out; got {output_shape}."
        )
    if 0 in pixels.spatial_shape and 0 not in sizes:
        raise ValueError(f"image must have pixels to be resized to {tuple(sizes)}; got shape {array.shape}.")
    if channel_axis is not None:
        sizes.insert(channel_axis, array.shape[channel_axis])
    return tuple(sizes)


def as_words(image: ArrayLike, pixels: Pixels) -> Pixels:
    """Return `image` without the conversion to one of the kernels' dtypes, which may round."""
    if pixels.array.dtype == pixels.dtype or pixels.dtype == np.bool_:
        return pixels
    return Pixels(np.require(image, pixels.dtype, "A"), pixels.dtype, pixels.channel_axis)


def pick(pixels: Pixels, result: Destination) -> None:
    """Write into `result` for every pixel the nearest of the image."""
    array, target = pixels.array, result.pixels
    if target.size == 0:
        return
    axes = pixels.spatial_axes
    word = WORDS.get(array.dtype.itemsize)
    for axis in axes[:-2] if word is not None else axes:
        if array.shape[axis] != target.shape[axis]:
            array = array.take(weights_of(array.shape[axis], target.shape[axis], "nearest", False)[0], axis)
    if word is None:
        target[...] = array
        return
    sources, channels = planes(array.view(word), pixels.channel_axis)
    targets, _ = planes(target.view(word), pixels.channel_axis)
    rows, _ = table(sources.shape[-2], targets.shape[-2], "nearest", False, 1, _FLOAT32)
    columns, _ = table(
        sources.shape[-1] // channels, targets.shape[-1] // channels, "nearest", False, channels, _FLOAT32
    )
    run(kernel("pick", word), sources, (rows, columns), targets)


def resample(pixels: Pixels, result: Destination, settings: tuple[str, bool]) -> None:
    """Write into `result` the image with every axis resampled."""
    array, target = pixels.array, result.pixels
    if target.size == 0:
        return
    if array.dtype == np.uint16 and max(map(truediv, array.shape, target.shape)) > MOST_SHRINKING:
        array = array.astype(np.float64)
    for axis in pixels.spatial_axes[:-2]:
        if array.shape[axis] != target.shape[axis]:
            array = along_axis(array, axis, target.shape[axis], settings)
    into = target if target.dtype == array.dtype else np.empty(target.shape, array.dtype)
    sources, channels = planes(array, pixels.channel_axis)
    targets, _ = planes(into, pixels.channel_axis)
    before = (sources.shape[-2], sources.shape[-1] // channels)
    after = (targets.shape[-2], targets.shape[-1] // channels)
    halving = HALVING.get((array.dtype, channels))
    halves = before == (2 * after[0], 2 * after[1]) and after[1] >= BLOCK
    if halving is not None and halves and settings in (("area", True), ("area", False), ("linear", False)):
        targets = targets.reshape(*targets.shape[:-1], after[1], channels)
        run(kernel(halving, array.dtype), sources, (), targets)
    else:
        name, tables = plan(before, after, settings, channels, array.dtype)
        run(kernel(name, array.dtype), sources, tables, targets)
    if into is not target:
        target[...] = saturate(into, target.dtype)


def run(found: Any, sources: NDArray[Any], tables: tuple[Any, ...], targets: NDArray[Any]) -> None:
    """Call a kernel for every plane; planes narrower than a block are widened."""
    width = targets[(0,) * (sources.ndim - 1)].size
    for index in np.ndindex(sources.shape[:-2]) if sources.ndim > 2 else ((),):
        source, target = sources[index], targets[index]
        if width < BLOCK:
            target = np.empty((target.shape[0], BLOCK), target.dtype)
        found(wide(source), *tables, target)
        if width < BLOCK:
            targets[index] = target[:, :width]


@lru_cache(maxsize=64)
def plan(
    before: tuple[int, int], after: tuple[int, int], settings: tuple[str, bool], channels: int, dtype: np.dtype[Any]
) -> tuple[str, tuple[Any, ...]]:
    """Return the kernel that resamples planes of `dtype`, and its arguments between the two planes."""
    taps = [len(weights_of(n, m, *settings)[1]) for n, m in zip(before, after, strict=True)]
    fixed = dtype == np.uint8 and max(taps) <= MOST_FIXED_TAPS
    work = np.dtype(np.int16) if fixed else _FLOAT64 if dtype == _FLOAT64 else _FLOAT32
    down = table(before[0], after[0], *settings, 1, work)
    across = (*table(before[1], after[1], *settings, channels, work), channels)
    tables: tuple[Any, ...]
    if after[0] > before[0]:
        name, tables = "enlarge", (*strips(*down), *across)
    else:
        name, tables = "shrink", (*down, *across)
    return f"{name}_fixed" if fixed else name, tables


def wide(plane: NDArray[Any]) -> NDArray[Any]:
    """Return `plane` with its columns as neighbours, and no narrower than a block."""
    height, width = plane.shape
    if width < BLOCK:
        wider = np.zeros((height, BLOCK), plane.dtype)
        wider[:, :width] = plane
        return wider
    return plane if plane.strides[1] == plane.itemsize else np.ascontiguousarray(plane)


def along_axis(array: NDArray[Any], axis: int, size: int, settings: tuple[str, bool]) -> NDArray[Any]:
    """Return `array`, in floating point, with one axis that is not the last resampled."""
    shape = array.shape
    real = _FLOAT64 if array.dtype == _FLOAT64 else _FLOAT32
    inner = int(np.prod(shape[axis + 1 :]))
    source = np.ascontiguousarray(array).reshape(-1, shape[axis], inner)
    target = np.empty((source.shape[0], size, inner), real)
    kernel("resample_axis", array.dtype)(source, *table(shape[axis], size, *settings, 1, real), target)
    return target.reshape(*shape[:axis], size, *shape[axis + 1 :])


@lru_cache(maxsize=64)
def table(
    before: int, after: int, interpolation: str, anti_aliasing: bool, channels: int, work: np.dtype[Any]
) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return the table of an axis as the kernels take it: an entry for every channel, up to a whole block."""
    starts, weights = weights_of(before, after, interpolation, anti_aliasing)
    beyond = -after * channels % BLOCK
    places = np.repeat(starts * channels, channels) + np.tile(np.arange(channels), after)
    columns = np.pad(places, (0, beyond), mode="edge").astype(np.int32)
    exact = fixed_point(weights) if work == np.int16 else weights
    entries = np.pad(np.repeat(exact, channels, axis=1), ((0, 0), (0, beyond)), mode="edge").astype(work)
    return columns, entries


def strips(
    starts: NDArray[np.int32], weights: NDArray[Any]
) -> tuple[NDArray[np.int32], int, NDArray[np.int32], NDArray[Any]]:
    """Return the table of the rows of an enlarged plane, whose starts count from the first row of their strip.

    Before it come the first rows of the strips, and how many rows one is made from at the most.
    """
    firsts = starts[::BLOCK].copy()
    starts = starts - np.repeat(firsts, BLOCK)
    return firsts, int(starts.max()) + len(weights), starts, weights


@lru_cache(maxsize=64)
def weights_of(
    before: int, after: int, interpolation: str, anti_aliasing: bool
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return for each of `after` pixels the first of the `before` pixels that it is made from, and their weights.

    The weights have shape (taps, after). Every start leaves room for all taps.
    """
    scale = before / after
    position = np.arange(after)
    centre = (position + 0.5) * scale - 0.5
    widening = max(scale, 1.0) if anti_aliasing else 1.0
    tiny = 1e-9 * scale
    if interpolation == "nearest":
        # In whole numbers, which know where a place between two pixels belongs: to the second.
        return (2 * position + 1) * before // (2 * after), np.ones((1, after))
    reach = scale / 2 + 0.5 if interpolation == "area" else KERNEL_RADIUS[interpolation] * widening
    first = np.maximum(np.floor(centre - reach + tiny).astype(np.intp) + 1, 0)
    last = np.minimum(np.ceil(centre + reach - tiny).astype(np.intp) - 1, before - 1)
    taps = int(np.max(last - first)) + 1
    starts = np.minimum(first, before - taps)
    distance = starts + np.arange(taps)[:, None] - centre
    if interpolation == "area":
        # A pixel of width 1 and one of width `scale` overlap by the difference of their near ends, if they do.
        weights = np.clip((scale + 1) / 2 - np.abs(distance), 0, min(scale, 1.0))
    else:
        weights = interpolating_kernel(interpolation, np.abs(distance) / widening)
    weights /= weights.sum(axis=0)
    return starts, weights


def interpolating_kernel(interpolation: str, distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of pixels at so many pixels' distance."""
    d = distance
    if interpolation == "linear":
        return np.maximum(1 - d, 0)
    if interpolation == "cubic":
        near = (1.5 * d - 2.5) * d * d + 1
        far = ((-0.5 * d + 2.5) * d - 4) * d + 2
        return np.where(d < 1, near, np.where(d < 2, far, 0))
    return np.where(d < 3, np.sinc(d) * np.sinc(d / 3), 0)


def fixed_point(weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return `weights` with 14 bits of fraction, which sum to one exactly, so that constant images stay the same."""
    rounded = np.rint(weights * 16384).astype(np.int64)
    largest = np.argmax(np.abs(weights), axis=0)
    rounded[largest, np.arange(weights.shape[1])] += 16384 - rounded.sum(axis=0)
    return rounded
