"""Rotation by any angle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Layout, Pixels, as_pixels, is_several, layout_of
from .._engine.borders import as_border
from .._engine.geometric import DEGREES, geometric, rot90
from .._engine.interpolation import Order, order_name
from .._engine.memo import remembered
from .._errors import Allowed, flag, integer, number
from .._operation import Typical, operation
from .._types import ChannelAxis, Image, ImageLike, Mode, Out

DIMENSIONS = Allowed(2)


@operation(kind="geometric", dimensions=DIMENSIONS, since="0.1")
def rotate(
    image: ImageLike,
    angle: Annotated[float, Typical(-180, 180, "degrees")],
    *,
    resize: bool = False,
    center: Sequence[float] | None = None,
    order: Order | None = None,
    mode: Mode = "constant",
    cval: float = 0.0,
    axes: Sequence[int] | None = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Rotate an image counter-clockwise by an angle in degrees.

    Row 0 is at the top: a rotation by 90 degrees moves the last column to the top. ::

                      c f
        a b c    90   b e
        d e f   --->  a d

    Parameters
    ----------
    image : array_like
        Image of two or more spatial axes and any real dtype.
    angle : float
        Angle in degrees, counter-clockwise. For multiples of 90 the pixels are moved and not interpolated, unless the
        movement is by half a pixel (``resize=False``, an odd multiple, and one side even and the other odd).
    resize : bool
        False keeps the shape and cuts off the corners. True makes the result large enough for all pixels.
    center : sequence of two float, optional
        (row, column) of the center of rotation; by default the center of the image. It has no effect with
        ``resize=True``.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation: ``"nearest"`` (0), ``"linear"`` (1) or ``"cubic"`` (3). By default nearest for bool and linear
        for all other dtypes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.

        Pixels at the border are interpolated with the extension.
    cval : float
        Value beyond the border with ``mode="constant"``.
    axes : sequence of two int, optional
        Plane of the rotation, from the first of these axes towards the second. By default the last two spatial axes.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The rotated image, with the dtype of `image`: integers are rounded to nearest; bool is True where interpolation
        gives at least one half. NaN affects only the pixels that are interpolated from it with a weight other than 0.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Cubic interpolation can exceed the range of the image. Integers are saturated, floats are not.

    Integers of 64 bits are interpolated in double precision, which is exact up to 2**53; rotations by multiples of 90
    degrees are exact.

    References
    ----------
    .. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on
       Acoustics, Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160 (order 3, with a = -1/2).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 2, 3], [4, 5, 6]])
    >>> opsin.transform.rotate(image, 90, resize=True)
    array([[3, 6],
           [2, 5],
           [1, 4]])
    >>> opsin.transform.rotate(np.eye(3), 45, resize=True).shape
    (4, 4)
    """
    pixels = as_pixels(image, channel_axis, dimensions=DIMENSIONS)
    turn = _turn(angle, resize, center, order, axes, pixels.layout)
    border = as_border(mode, cval, pixels)
    plane = Pixels(pixels.array, turn.layout)
    if turn.quarters is not None:
        return rot90(plane, turn.quarters, out)
    return geometric(plane, turn.matrix, turn.shape, order=turn.order, border=border, out=out)


class Turn(NamedTuple):
    """How a plane is turned."""

    layout: Layout
    """That of the image along the axes of the plane, in rising order."""
    quarters: int | None
    """The number of turns by 90 degrees, if no pixel is interpolated or left out."""
    matrix: NDArray[np.float64]
    """From pixels of the result to positions in the image."""
    shape: tuple[int, int]
    """That of the result."""
    order: str
    """The interpolation."""


@remembered
def _turn(
    angle: float,
    resize: bool,
    center: Sequence[float] | None,
    order: Order | None,
    axes: Sequence[int] | None,
    layout: Layout,
) -> Turn:
    """Return how the plane of two axes is turned about a center."""
    rows, columns, sense = check_plane(axes, len(layout.shape), layout.spatial_axes)
    degrees, resize = number("angle", angle) * sense, flag("resize", resize)
    shape = (layout.shape[rows], layout.shape[columns])
    middle = check_center(center, shape)
    interpolation = order_name(order, DEGREES, layout.dtype)
    quarters = quarter_turns(degrees)
    # A turn about the center that keeps the shape is the one with `resize`, and so is any turn by nothing.
    keeps = (quarters in (0, 2) or shape[0] == shape[1]) and middle == check_center(None, shape)
    if quarters is not None and not (resize or keeps or quarters == 0):
        quarters = None
    matrix, canvas = rotation(degrees, shape, middle, resize=resize)
    if all(map(float.is_integer, matrix)):
        interpolation = "nearest"
    plane = layout_of(layout.shape, layout.dtype, layout.channel_axis, (rows, columns))
    return Turn(plane, quarters, np.array(matrix).reshape(2, 3), canvas, interpolation)


def quarter_turns(angle: float) -> int | None:
    """Return the angle in quarter turns from 0 to 3, or None if it is not a multiple of 90 degrees."""
    quarters, rest = divmod(math.fmod(angle, 360), 90)
    return int(quarters) % 4 if rest == 0 else None


def rotation(
    angle: float, shape: tuple[int, int], center: tuple[float, float], *, resize: bool
) -> tuple[tuple[float, ...], tuple[int, int]]:
    """Return the map from the result's rows and columns to the image's, and the shape of the result."""
    cosine, sine = cosine_and_sine(angle)
    if not resize or 0 in shape:
        row, column = center
        return (
            (cosine, sine, row - cosine * row - sine * column, -sine, cosine, column + sine * row - cosine * column),
            shape,
        )
    # The pixels at the corners, turned about the first pixel, bound the others.
    last_row, last_column = shape[0] - 1, shape[1] - 1
    corners = [(0, 0), (0, last_column), (last_row, 0), (last_row, last_column)]
    turned_rows = [cosine * row - sine * column for row, column in corners]
    turned_columns = [sine * row + cosine * column for row, column in corners]
    top, left = min(turned_rows), min(turned_columns)
    canvas = (round(max(turned_rows) - top + 1), round(max(turned_columns) - left + 1))
    matrix = (cosine, sine, cosine * top + sine * left, -sine, cosine, cosine * left - sine * top)
    return matrix, canvas


def cosine_and_sine(angle: float) -> tuple[float, float]:
    """Return the cosine and sine of an angle in degrees, exact for quarter turns."""
    quarters, rest = divmod(math.fmod(angle, 360), 90)
    cosine, sine = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    for _ in range(int(quarters) % 4):
        cosine, sine = -sine, cosine
    return cosine, sine


def check_plane(axes: Any, ndim: int, spatial: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the axes of the rows and the columns in rising order, and -1 if that mirrors the sense, or else 1."""
    if axes is None:
        return spatial[-2], spatial[-1], 1
    first, second = (integer("axes", axis, low=-ndim, high=ndim - 1) % ndim for axis in pair("axes", axes))
    if first == second or not {first, second} <= set(spatial):
        raise ValueError(f"axes must be two different spatial axes, of {spatial}; got {axes!r}.")
    return (first, second, 1) if first < second else (second, first, -1)


def check_center(center: Any, shape: tuple[int, int]) -> tuple[float, float]:
    """Return (row, column) of the point that stays."""
    if center is None:
        return (shape[0] - 1) / 2, (shape[1] - 1) / 2
    row, column = pair("center", center)
    return number("center", row), number("center", column)


def pair(name: str, value: Any) -> tuple[Any, Any]:
    """Return the two items of a sequence."""
    if not is_several(value):
        raise TypeError(f"{name} must be a sequence of two numbers; got {value!r} ({type(value).__name__}).")
    if len(value) != 2:
        raise ValueError(f"{name} must be a sequence of two numbers; got {len(value)}.")
    first, second = value
    return first, second
