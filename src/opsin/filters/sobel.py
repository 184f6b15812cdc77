"""Sobel's operator: the gradient from 3 x 3 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Pixels, as_pixels, destination
from .._engine.borders import check_cval, check_mode, extended, margins
from .._engine.dispatch import kernel
from .._engine.separable import along_axes, plane_pairs
from .._errors import integer
from .._operation import operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Image

SMOOTHING = (0.25, 0.5)
"""The weights of a neighbour and of the pixel itself, across the direction of the difference."""

_DIFFERENCE = np.array([-1.0, 0.0, 1.0])


def one_pixel(**_: Any) -> int:
    """Return how far a window of 3 x 3 reaches."""
    return 1


@operation(kind="stencil", dtypes=NATIVE_DTYPES, returns="float", halo=one_pixel, since="0.1")
def sobel(
    image: ArrayLike,
    *,
    axis: int | Sequence[int] | None = None,
    mode: Border = "reflect",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: NDArray[Any] | None = None,
) -> Image:
    """Find edges: the magnitude of the gradient, or its component along one axis.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    axis : int, sequence of int or None
        The spatial axis along which to differentiate: 0 is the first, -1 the last; the channels do not count.
        ``None``: all of them, which gives the magnitude; so do several axes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        What lies beyond the border, in scipy.ndimage's words.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are worked on one by one. ``"auto"``: the last axis of a 3-D image
        if it is 3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the image's shape and the result's dtype.

    Returns
    -------
    ndarray
        The gradient in the image's own units, of the image's shape: float32, or float64 for images of float64 and
        of integers beyond 16 bits.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    A component is the pixel after minus the pixel before, positive where the image grows brighter with the index,
    smoothed by (1, 2, 1) / 4 along the other axes. So a ramp that rises by 1 from pixel to pixel has the component
    2. The magnitude is the square root of the sum of the squared components, divided by the number of the image's
    spatial axes before the root is taken. An image of one axis has a component only.

    References
    ----------
    .. [1] I. Sobel, "An Isotropic 3x3 Image Gradient Operator", presentation at the Stanford A.I. Project, 1968.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edge = np.zeros((3, 6), np.uint8)
    >>> edge[:, 3:] = 200
    >>> opsin.filters.sobel(edge, axis=1)
    array([[  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.],
           [  0.,   0., 200., 200.,   0.,   0.]], dtype=float32)
    """
    # 1. What comes in.
    pixels = as_pixels(image, channel_axis)
    axes = _axes_to_differentiate(axis, pixels)
    mode, cval = check_mode(mode), check_cval(cval, pixels.dtype)
    # 2. What to compute.
    spatial = pixels.spatial_axes
    # 3. Run.
    result = destination(pixels, out, dtype=pixels.float_dtype)
    if len(spatial) == 2:
        component = "magnitude" if len(axes) == 2 else ("rows" if axes[0] == spatial[0] else "columns")
        gradient(pixels, SMOOTHING, component, result.pixels, mode=mode, cval=cval)
    else:
        gradient_of_volume(pixels, SMOOTHING, axes, result.pixels, mode=mode, cval=cval)
    # 4. What goes out.
    return result.finish()


def gradient(
    pixels: Pixels,
    smoothing: tuple[float, float],
    component: str,
    target: NDArray[Any],
    *,
    mode: str,
    cval: float,
) -> None:
    """Write the magnitude or one component ("rows", "columns") of the gradient of planes to `target`."""
    if not target.size:
        return
    side, middle = smoothing
    found = kernel(f"gradient_{component}", pixels.array.dtype)
    pairs, channels = plane_pairs(pixels.array, target, pixels.channel_axis)
    rows, columns = pairs[0][0].shape
    row_table, margin_table = extended(rows, 1, mode), margins(columns // channels, 1, mode)
    for plane, into in pairs:
        found(plane, row_table, margin_table, cval, side, middle, channels, into)


def gradient_of_volume(
    pixels: Pixels,
    smoothing: tuple[float, float],
    axes: tuple[int, ...],
    target: NDArray[Any],
    *,
    mode: str,
    cval: float,
) -> None:
    """Write the component along one axis, or the magnitude, of an image of any number of axes to `target`."""
    if mode == "constant" and cval != 0:
        # A difference does not see a constant, and zeros stay zeros from axis to axis.
        pixels = Pixels(pixels.array.astype(target.dtype) - target.dtype.type(cval), pixels.dtype, pixels.channel_axis)
        cval = 0.0
    side, middle = smoothing
    smooth = np.array([side, middle, side])
    for number, axis in enumerate(axes):
        weights = [_DIFFERENCE if other == axis else smooth for other in pixels.spatial_axes]
        found = destination(pixels, target if number == 0 else None, dtype=target.dtype)
        along_axes(pixels, weights, found, symmetric=False, mode=mode, cval=cval)
        component = found.finish()
        if len(axes) > 1:
            np.multiply(component, component, out=component)
        if number > 0:
            target += component
    if len(axes) > 1:
        target *= 1 / len(pixels.spatial_axes)
        np.sqrt(target, out=target)


def _axes_to_differentiate(axis: int | Sequence[int] | None, pixels: Pixels) -> tuple[int, ...]:
    """Return the axes of the array along which to differentiate."""
    spatial = pixels.spatial_axes
    if axis is None:
        return spatial
    several = axis if isinstance(axis, (tuple, list, np.ndarray)) else (axis,)
    count = len(spatial)
    numbers = {integer("axis", one, low=-count, high=count - 1) % count for one in several}
    if not numbers or len(numbers) < len(several):
        raise ValueError(f"axis must be None, an integer or several, each once; got {axis!r}.")
    return tuple(spatial[number] for number in sorted(numbers))
