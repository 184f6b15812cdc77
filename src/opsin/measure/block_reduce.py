"""Images of one number for each block of pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, check_size, is_several, per_axis_integer
from .._engine.borders import check_cval
from .._errors import Allowed
from .._operation import Result, Role, Typical, operation
from .._types import ChannelAxis, ImageLike

BLOCK = Allowed(1, 65535)


@operation(kind="global", since="0.1")
def block_reduce(
    image: ImageLike,
    block_size: Annotated[int | Sequence[int], BLOCK, Typical(1, 16, "px")] = 2,
    *,
    func: Annotated[Callable[..., Any], Role("model", "")] = np.sum,
    cval: Annotated[float, Typical(0, 255)] = 0.0,
    func_kwargs: Annotated[Mapping[str, Any], Role("model", "")] | None = None,
    channel_axis: ChannelAxis = "auto",
) -> Annotated[NDArray[Any], Result("image")]:
    """Reduce each block of an image to one number.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    block_size : int or sequence of int
        Size of the blocks along all spatial axes, or along each.
    func : callable
        Function that reduces an array along several axes, such as `numpy.sum`, `numpy.mean`, `numpy.median` or
        `numpy.max`: it is called with an array and ``axis``, a tuple of integers.
    cval : float
        Value beyond the image, where the last blocks are not full.
    func_kwargs : dict, optional
        Further keyword arguments of the function, such as ``{"dtype": np.float32}``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        The image of the numbers, with the dtype that the function returns.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the function does not return an array with one element for each block.

    References
    ----------
    .. [1] K. Turkowski, "Filters for Common Resampling Tasks", in: Graphics Gems, 1990, pp. 147-165 (box filter).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.arange(12).reshape(3, 4)
    >>> opsin.measure.block_reduce(image, 2, func=np.max)
    array([[ 5,  7],
           [ 9, 11]])
    """
    pixels = as_pixels(image, channel_axis)
    axes = len(pixels.axes)
    sizes = per_axis_integer("block_size", block_size, axes, BLOCK)
    if not callable(func) or isinstance(func, type):
        raise TypeError(f"func must be a function such as numpy.mean; got {func!r}.")
    if func_kwargs is not None and not (isinstance(func_kwargs, Mapping) and all(type(k) is str for k in func_kwargs)):
        raise TypeError(f"func_kwargs must be a dict of keyword arguments; got {func_kwargs!r}.")
    if is_several(cval):
        raise TypeError(f"cval must be a number; got {cval!r}.")
    fill = check_cval(cval, pixels.dtype)
    blocks = dict(zip(pixels.axes, sizes, strict=True))
    margins = [(0, -length % blocks.get(axis, 1)) for axis, length in enumerate(pixels.shape)]
    check_size(tuple(length + after for length, (_, after) in zip(pixels.shape, margins, strict=True)), pixels.dtype)
    array = np.pad(pixels.array, margins, constant_values=fill) if any(map(any, margins)) else pixels.array
    shape: list[int] = []
    within = []
    for axis, length in enumerate(array.shape):
        size = blocks.get(axis, 1)
        shape += [length // size, size]
        within.append(2 * axis + 1)
    # One layout, so that sums are taken in one order.
    parts = np.ascontiguousarray(array).reshape(shape)
    extreme = next((one for known, one in _EXTREMES if known is func), None)
    if extreme is not None and not func_kwargs:
        return _extremes(extreme, parts)
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            result = np.asarray(func(parts, axis=tuple(within), **(func_kwargs or {})))
    except TypeError as error:
        name = "func_kwargs" if func_kwargs else "func"
        raise TypeError(f"{name} must fit a function of an array and its axis, a tuple: {error}.") from error
    if result.shape != tuple(shape[::2]):
        raise ValueError(f"func must return one number for each block, {tuple(shape[::2])}; got shape {result.shape}.")
    return result


_EXTREMES: tuple[tuple[Any, np.ufunc], ...] = ((np.max, np.maximum), (np.min, np.minimum))
"""Functions of blocks, and those of two arrays: extremes may be taken along one axis after the other."""

MAX_PIECES = 64
"""Blocks of more pixels along an axis have enough of them for `ufunc.reduce`."""


def _extremes(extreme: np.ufunc, parts: NDArray[Any]) -> NDArray[Any]:
    """Return the extremes along every second axis; one pixel of all blocks after the other, as blocks are small."""
    for axis in range(1, parts.ndim // 2 + 1):
        if parts.shape[axis] > MAX_PIECES:
            parts = extreme.reduce(parts, axis=axis)
            continue
        pieces = [parts[(slice(None),) * axis + (k,)] for k in range(parts.shape[axis])]
        first = pieces[0].copy()
        for piece in pieces[1:]:
            extreme(first, piece, out=first)
        parts = first
    return parts
