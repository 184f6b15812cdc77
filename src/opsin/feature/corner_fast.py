"""The FAST corner detector."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from .._engine.arrays import COMPUTED_IN, Output, as_data_range, as_pixels, converted, planes
from .._engine.compiled import for_this_machine
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import PLANE, POSITIVE, ChannelAxis, FloatImage, ImageLike, Out

COUNT = Allowed(1, 16)
THRESHOLD = Allowed(0)
RADIUS = 3


def fast_halo(count: int, /, **_: Any) -> tuple[int, ...]:
    """Return how many pixels the circle reaches along each axis."""
    return (RADIUS,) * count


@operation(kind="window", halo=fast_halo, dimensions=PLANE, since="0.1")
def corner_fast(
    image: ImageLike,
    n: Annotated[int, COUNT, Typical(7, 12)] = 12,
    threshold: Annotated[float, THRESHOLD, Typical(0, 0.5)] = 0.15,
    *,
    data_range: Annotated[float, POSITIVE] | None = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute the FAST response, which is not 0 at corners only.

    A pixel is a corner if enough consecutive pixels of a circle around it are all brighter than it, or all darker.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    n : int
        How many consecutive pixels, of the 16 of a circle of radius 3, must be brighter or darker.
    threshold : float
        By how much they must be brighter or darker, as a fraction of `data_range`.
    data_range : float, optional
        Range of the data; by default the greatest value of the dtype for integers, and 1 for floats and bool.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The response, with the shape and the units of `image`: at corners the sum of the absolute differences between
        the pixel and those of the circle, and 0 elsewhere, also in the border of 3 pixels. float32, or float64 for
        images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    opsin.feature.corner_peaks : The corners as coordinates.

    References
    ----------
    .. [1] E. Rosten and T. Drummond, "Machine Learning for High-Speed Corner Detection", European Conference on
       Computer Vision, 2006, pp. 430-443.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((12, 12))
    >>> square[3:9, 3:9] = 1
    >>> opsin.feature.corner_peaks(opsin.feature.corner_fast(square, 9))
    array([[3, 3],
           [3, 8],
           [8, 3],
           [8, 8]])
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    count = integer("n", n, COUNT)
    share = number("threshold", threshold, THRESHOLD)
    dtype = pixels.float_dtype
    margin = min(share * as_data_range(data_range, pixels.dtype), float(np.finfo(dtype).max))
    computed = COMPUTED_IN["measure"][pixels.dtype]
    # Integers differ by more than a number if they differ by more than its whole part.
    least = math.floor(dtype.type(margin)) if computed.kind == "u" else margin
    output = Output(pixels.shape, dtype, dtype, out, pixels.array)
    if computed.kind == "u" and least > np.iinfo(computed).max:
        output.array[...] = 0
        return output.finish()
    for plane, target in zip(
        planes(pixels.array, pixels.channel_axis), planes(output.array, pixels.channel_axis), strict=True
    ):
        source = np.ascontiguousarray(converted(plane, computed))
        response = target if target.flags.c_contiguous else np.empty(target.shape, dtype)
        for_this_machine("fast").fast_response(source, response, count, least)
        if response is not target:
            target[...] = response
    return output.finish()
