"""Contrast by a sigmoid."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, data_range
from .._engine.pointwise import by_value
from .._errors import Allowed, flag, number
from .._operation import Typical, operation
from .._types import Image, ImageLike, Out
from .adjust_log import LOG2

CUTOFF = Allowed(-1e6, 1e6)
SLOPE = Allowed(-1e6, 1e6)


@operation(kind="point", since="0.1")
def adjust_sigmoid(
    image: ImageLike,
    cutoff: Annotated[float, CUTOFF, Typical(0, 1)] = 0.5,
    gain: Annotated[float, SLOPE, Typical(1, 30)] = 10.0,
    *,
    inv: bool = False,
    out: Out = None,
) -> Image:
    """Raise the contrast around a value by a sigmoid function.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    cutoff : float
        Value that becomes the middle of the range, relative to the largest value of an integer dtype, and to 1 for
        floats.
    gain : float
        Slope: how much the contrast is raised.
    inv : bool
        Whether to apply the negative of it.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the new values, of the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The result is ``1 / (1 + exp(gain * (cutoff - image)))``, with values relative to the largest value of an integer
    dtype, and to 1 for floats.

    References
    ----------
    .. [1] G. J. Braun and M. D. Fairchild, "Image Lightness Rescaling Using Sigmoidal Contrast Enhancement Functions",
       Journal of Electronic Imaging 8 (4), 1999, pp. 380-393.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.exposure.adjust_sigmoid(np.array([0, 64, 128, 255], np.uint8))
    array([  2,  20, 129, 253], dtype=uint8)
    """
    pixels = as_pixels(image)
    cutoff, gain, inv = number("cutoff", cutoff, CUTOFF), number("gain", gain, SLOPE), flag("inv", inv)
    unit = data_range(pixels.dtype)
    slope = -gain if inv else gain
    curve = ("sigmoid", cutoff, slope / LOG2)
    return by_value(pixels, partial(_sigmoid, unit, cutoff, slope), dtype=pixels.dtype, curve=curve, out=out)


def _sigmoid(unit: float, cutoff: float, slope: float, values: NDArray[Any]) -> NDArray[Any]:
    """Return the sigmoid by the hyperbolic tangent, which does not overflow."""
    found = values / unit - cutoff
    found *= slope / 2
    np.tanh(found, out=found)
    found += 1
    found *= unit / 2
    return found
