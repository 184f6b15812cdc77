"""Logarithmic brightening."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, data_range
from .._engine.pointwise import by_value
from .._errors import flag, number
from .._operation import operation
from .._types import Image, ImageLike, Out
from .adjust_gamma import GAIN, Gain

LOG2 = float(np.log(2))


@operation(kind="point", since="0.1")
def adjust_log(
    image: ImageLike,
    gain: Gain = 1.0,
    *,
    inv: bool = False,
    out: Out = None,
) -> Image:
    """Brighten the dark parts of an image by the logarithm of its values.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    gain : float
        Factor of the result.
    inv : bool
        Whether to apply the inverse, which darkens.
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
    The result is ``gain * log2(1 + image)``, or ``gain * (2**image - 1)``.
    Values are taken relative to the largest value of an integer dtype, and to 1 for floats. Negative values become what
    their absolute values do, with the sign kept.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.exposure.adjust_log(np.array([0, 64, 128, 255], np.uint8))
    array([  0,  82, 150, 255], dtype=uint8)
    """
    pixels = as_pixels(image)
    gain, inv = number("gain", gain, GAIN), flag("inv", inv)
    function = partial(_logarithm, data_range(pixels.dtype), gain, inv)
    curve = ("exponential" if inv else "logarithm", gain)
    return by_value(pixels, function, dtype=pixels.dtype, curve=curve, out=out)


def _logarithm(unit: float, gain: float, inv: bool, values: NDArray[Any]) -> NDArray[Any]:
    """Return logarithms of 1 and more, or their inverse, of values relative to `unit`, with their signs."""
    # In units of the natural logarithm of 2, which both functions map to 1, or it to them.
    before, after = (LOG2, 1.0) if inv else (1.0, 1 / LOG2)
    found = np.abs(values)
    if before != unit:
        found *= before / unit
    (np.expm1 if inv else np.log1p)(found, out=found)
    found *= after * unit * gain
    return np.copysign(found, values, out=found)  # type: ignore[no-any-return]
