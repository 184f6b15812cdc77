"""Power law."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, data_range
from .._engine.pointwise import by_value
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import Image, ImageLike, Out

GAMMA = Allowed(0, 1000)
GAIN = Allowed(0, 1e6)

Gamma = Annotated[float, GAMMA, Typical(0.2, 5)]
Gain = Annotated[float, GAIN, Typical(0.2, 5)]
"""The factor of a result."""


@operation(kind="point", since="0.1")
def adjust_gamma(
    image: ImageLike,
    gamma: Gamma = 1.0,
    gain: Gain = 1.0,
    *,
    out: Out = None,
) -> Image:
    """Brighten or darken an image by a power of its values.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    gamma : float
        Exponent: less than 1 brightens, more than 1 darkens.
    gain : float
        Factor of the result.
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
    The result is ``gain * image ** gamma``.
    Values are taken relative to the largest value of an integer dtype, and to 1 for floats. Negative values become what
    their absolute values do, with the sign kept.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.exposure.adjust_gamma(np.array([0, 64, 128, 255], np.uint8), 0.5)
    array([  0, 128, 181, 255], dtype=uint8)
    """
    pixels = as_pixels(image)
    gamma, gain = number("gamma", gamma, GAMMA), number("gain", gain, GAIN)
    function = partial(_power, data_range(pixels.dtype), gamma, gain)
    return by_value(pixels, function, dtype=pixels.dtype, curve=("power", gamma, gain), out=out)


def _power(unit: float, gamma: float, gain: float, values: NDArray[Any]) -> NDArray[Any]:
    """Return powers of values relative to `unit`, with their signs."""
    found = np.abs(values if unit == 1 else values / unit)
    found **= gamma
    if unit * gain != 1:
        found *= unit * gain
    return np.copysign(found, values, out=found)  # type: ignore[no-any-return]
