"""The values of an image along a line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np

from .._engine.arrays import as_pixels, is_several
from .._engine.borders import as_border
from .._engine.geometric import DEGREES, geometric
from .._engine.interpolation import Order, order_name
from .._errors import Allowed, integer, number
from .._operation import Role, Typical, operation
from .._types import PLANE, ImageLike, Mode, Values

LINEWIDTH = Allowed(1, 65535)
MAX_SAMPLES = 1 << 24


@operation(kind="global", dimensions=PLANE, since="0.1")
def profile_line(
    image: ImageLike,
    src: Sequence[float],
    dst: Sequence[float],
    *,
    linewidth: Annotated[int, LINEWIDTH, Typical(1, 20, "px")] = 1,
    order: Order | None = None,
    mode: Mode = "reflect",
    cval: float = 0.0,
    reduce_func: Annotated[Callable[..., Any], Role("model", "")] | None = np.mean,
) -> Values:
    """Return the values of an image along a line.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.

        It has exactly two, and if it is a color image, a last axis of three or four channels.
    src : sequence of float
        Row and column where the line begins.
    dst : sequence of float
        Row and column where it ends; this point is part of the profile.
    linewidth : int
        Width of the line in pixels, over which values are combined.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        The interpolation. By default linear, and nearest for masks.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
    cval : float
        Value beyond the border with ``mode="constant"``.
    reduce_func : callable, optional
        Function that combines the values across the line, such as `numpy.mean` or `numpy.max`: it is called with an
        array and ``axis``. None: the values are not combined.

    Returns
    -------
    ndarray
        One value for each step of a pixel's length along the line; of a color image one for each channel, too. Without
        `reduce_func` the second axis is across the line. Integers give floats.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the line would have more than 2**24 values.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 2.4
       (interpolation).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.arange(25.0).reshape(5, 5)
    >>> opsin.measure.profile_line(image, (2, 1), (2, 4))
    array([11., 12., 13., 14.])
    """
    pixels = as_pixels(image, "auto", dimensions=PLANE)
    start, end = _as_position("src", src), _as_position("dst", dst)
    width = integer("linewidth", linewidth, LINEWIDTH)
    interpolation = order_name(order, DEGREES, pixels.dtype)
    border = as_border(mode, cval, pixels)
    if reduce_func is not None and (not callable(reduce_func) or isinstance(reduce_func, type)):
        raise TypeError(f"reduce_func must be a function such as numpy.mean, or None; got {reduce_func!r}.")
    down, across = end[0] - start[0], end[1] - start[1]
    distance = math.hypot(down, across)
    if (distance + 2) * width > MAX_SAMPLES:
        raise ValueError(f"src, dst and linewidth must give at most {MAX_SAMPLES} values; got {distance:g} x {width}.")
    length = math.ceil(distance + 1)
    angle = math.atan2(down, across)
    aside = np.linspace(-1, 1, width) * (width - 1) / 2 if width > 1 else np.zeros(1)
    rows = np.linspace(start[0], end[0], length)[:, None] - aside * math.cos(angle)
    columns = np.linspace(start[1], end[1], length)[:, None] + aside * math.sin(angle)
    values = pixels.like(pixels.array.astype(pixels.float_dtype, copy=False))
    found = geometric(values, np.stack([rows, columns]), rows.shape, order=interpolation, border=border)
    if reduce_func is None:
        return found
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            result = np.asarray(reduce_func(found, axis=1))
    except TypeError as error:
        raise TypeError(f"reduce_func must take an array and its axis: {error}.") from error
    if result.shape[:1] != found.shape[:1]:
        raise ValueError(f"reduce_func must reduce the axis of {width} values; got shape {result.shape}.")
    return result


def _as_position(name: str, value: Sequence[float]) -> tuple[float, float]:
    if not is_several(value) or len(value) != 2:
        raise (ValueError if is_several(value) else TypeError)(
            f"{name} must be two numbers, a row and a column; got {value!r}."
        )
    row, column = (number(name, one) for one in value)
    return row, column
