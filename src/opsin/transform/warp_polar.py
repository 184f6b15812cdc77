"""Polar and log-polar coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np

from .._engine.arrays import as_pixels
from .._engine.borders import as_border
from .._engine.geometric import DEGREES, Polar, geometric
from .._engine.interpolation import Order, order_name
from .._errors import Allowed, choice, number
from .._operation import Typical, operation
from .._types import POSITIVE, ChannelAxis, Image, ImageLike, Mode, Out
from .resize import LENGTH, MAX_LENGTH, result_shape
from .rotate import check_center

PLANES = Allowed(2)
ANGLES = 360
"""Rows of the result, if its shape is not given."""


@operation(kind="geometric", dimensions=PLANES, since="0.1")
def warp_polar(
    image: ImageLike,
    center: Sequence[float] | None = None,
    *,
    radius: Annotated[float | None, POSITIVE, Typical(1, 1024, "px")] = None,
    output_shape: Annotated[int | Sequence[int] | None, LENGTH, Typical(1, 4096, "px")] = None,
    scaling: Literal["linear", "log"] = "linear",
    order: Order | None = None,
    mode: Mode = "constant",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Warp an image to polar or log-polar coordinates: rows are angles, columns are radii.

    Row i of n is the angle 2 pi i / n, from the direction of the columns towards that of the rows: clockwise as an
    image is seen. Column j of m is the radius ``j / m * radius``, or ``radius ** (j / m)`` with ``scaling="log"``.

    Parameters
    ----------
    image : array_like
        Image of two or more spatial axes and any real dtype.

        The last two spatial axes are warped.
    center : sequence of two float, optional
        (row, column) of the center. By default the center of the image.
    radius : float, optional
        Radius of the circle that is warped, in pixels. By default half the diagonal of the image.
    output_shape : int or sequence of two int, optional
        Number of angles and of radii. By default 360 and `radius`, rounded up.
    scaling : {'linear', 'log'}
        Whether the columns are at equal distances or at equal ratios. The logarithm needs a radius of more than 1.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation: ``"nearest"`` (0), ``"linear"`` (1) or ``"cubic"`` (3, Catmull-Rom). By default nearest for bool
        and linear for all other dtypes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
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
        The warped image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    warp : Warp by any map.

    References
    ----------
    .. [1] B. S. Reddy, B. N. Chatterji, "An FFT-Based Technique for Translation, Rotation, and Scale-Invariant Image
       Registration", IEEE Transactions on Image Processing 5 (8), 1996, pp. 1266-1271.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows, columns = np.indices((41, 41)) - 20
    >>> disk = np.hypot(rows, columns) < 10
    >>> polar = opsin.transform.warp_polar(disk, radius=20, output_shape=(8, 20))
    >>> polar.all(axis=0).nonzero()[0]
    array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANES)
    plane = pixels.along(pixels.spatial_axes[-2:])
    rows, columns = pixels.spatial_shape[-2:]
    middle = check_center(center, (rows, columns))
    reach = math.hypot(rows / 2, columns / 2) if radius is None else number("radius", radius, POSITIVE)
    logarithmic = choice("scaling", scaling, ("linear", "log")) == "log"
    if logarithmic and reach <= 1:
        raise ValueError(f"radius must be more than 1 with scaling='log'; got {reach:g}.")
    if output_shape is not None:
        shape = result_shape(output_shape, plane.layout)[-2:]
    elif reach > MAX_LENGTH:
        raise ValueError(f"radius must be at most {MAX_LENGTH} without output_shape; got {reach:g}.")
    else:
        shape = ANGLES, math.ceil(reach)
        plane.resized(shape)
    border = as_border(mode, cval, plane)
    mapping = polar(middle, reach, (shape[0], shape[1]), logarithmic)
    return geometric(plane, mapping, shape, order=order_name(order, DEGREES, pixels.dtype), border=border, out=out)


def polar(center: tuple[float, float], radius: float, shape: tuple[int, int], logarithmic: bool) -> Polar:
    """Return the map from the pixels of the result to positions in the image."""
    angles = np.arange(shape[0]) * (2 * np.pi / max(shape[0], 1))
    steps = np.arange(shape[1]) / max(shape[1], 1)
    radii = np.exp(steps * math.log(radius)) if logarithmic else steps * radius
    return Polar(np.array(center), np.array([np.sin(angles), np.cos(angles)]), radii)
