"""Views of an array as windows and as blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, per_axis_integer
from .._errors import Allowed


def view_as_windows(array: ArrayLike, window_shape: int | Sequence[int], step: int | Sequence[int] = 1) -> NDArray[Any]:
    """Return a view of all windows of an array, which overlap.

    Parameters
    ----------
    array : array_like
        An array of n axes, of any dtype.
    window_shape : int or sequence of int
        Length of the windows along all axes, or along each.
    step : int or sequence of int
        Distance of the windows along all axes, or along each.

    Returns
    -------
    ndarray
        A read-only view with 2 n axes: the places of the windows, then the windows. It takes no memory, but results
        that are computed from it do.

    Raises
    ------
    TypeError
        If the lengths or distances are no integers.
    ValueError
        If they are less than 1, or a window is larger than the array.

    See Also
    --------
    view_as_blocks : Windows that do not overlap.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.util.view_as_windows(np.arange(6), 3, step=2)
    array([[0, 1, 2],
           [2, 3, 4]])
    """
    source, lengths = checked("window_shape", array, window_shape)
    steps = per_axis_integer("step", step, source.ndim, Allowed(1))
    windows = sliding_window_view(source, lengths)
    return windows[tuple([slice(None, None, one) for one in steps])]


def view_as_blocks(array: ArrayLike, block_shape: int | Sequence[int]) -> NDArray[Any]:
    """Return a view of an array as blocks, which do not overlap.

    Parameters
    ----------
    array : array_like
        An array of n axes, of any dtype.
    block_shape : int or sequence of int
        Length of the blocks along all axes, or along each; it divides the length of the axis.

    Returns
    -------
    ndarray
        A view with 2 n axes: the places of the blocks, then the blocks. What is written to it is written to `array`.

    Raises
    ------
    TypeError
        If the lengths are no integers.
    ValueError
        If they are less than 1, or do not divide the lengths of the array.

    See Also
    --------
    view_as_windows : Windows that overlap.
    opsin.transform.downscale_local_mean : The means of blocks.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> blocks = opsin.util.view_as_blocks(np.arange(24).reshape(4, 6), (2, 3))
    >>> blocks.shape, blocks[1, 0].tolist()
    ((2, 2, 2, 3), [[12, 13, 14], [18, 19, 20]])
    """
    source, lengths = checked("block_shape", array, block_shape)
    if any(whole % length for whole, length in zip(source.shape, lengths, strict=True)):
        raise ValueError(f"block_shape must divide the shape of the array, {source.shape}; got {block_shape!r}.")
    counts = tuple([whole // length for whole, length in zip(source.shape, lengths, strict=True)])
    strides = tuple([stride * length for stride, length in zip(source.strides, lengths, strict=True)])
    return as_strided(source, counts + lengths, strides + source.strides, writeable=source.flags.writeable)


def checked(name: str, array: Any, lengths: Any) -> tuple[NDArray[Any], tuple[int, ...]]:
    """Return an array, and the lengths of windows of it."""
    source = as_array("array", array)
    if source.ndim == 0:
        raise ValueError("array must have at least one axis; got a single number.")
    found = per_axis_integer(name, lengths, source.ndim, Allowed(1))
    if any(length > whole for length, whole in zip(found, source.shape, strict=True)):
        raise ValueError(f"{name} must be at most the shape of the array, {source.shape}; got {lengths!r}.")
    return source, found
