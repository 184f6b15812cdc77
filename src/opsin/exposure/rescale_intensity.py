"""Stretching of a range of values to another one."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, as_pixels, integer_limits, is_several
from .._engine.pointwise import by_value, stretched
from .._engine.reduce import finite_limits
from .._errors import choice, number
from .._operation import operation
from .._types import Image, ImageLike, Out

RANGES: dict[str, tuple[float, float]] = {
    "bool": (0, 1),
    "float": (-1, 1),
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint8": (0, 2**8 - 1),
    "uint10": (0, 2**10 - 1),
    "uint12": (0, 2**12 - 1),
    "uint14": (0, 2**14 - 1),
    "uint16": (0, 2**16 - 1),
}

WORDS = ("image", "dtype", *RANGES)

Range: TypeAlias = (
    Literal["image", "dtype", "bool", "float", "int8", "int16", "uint8", "uint10", "uint12", "uint14", "uint16"]
    | tuple[float, float]
)
"""Two values, or a word for them."""


@operation(kind="global", since="0.1")
def rescale_intensity(
    image: ImageLike, *, in_range: Range = "image", out_range: Range = "dtype", out: Out = None
) -> Image:
    """Stretch or shrink the values of an image from one range to another.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    in_range : str or (low, high)
        Values that become those of `out_range`; values outside are clipped. ``"image"``: the least and the greatest
        finite value of the image. ``"dtype"``: those of its dtype, -1 and 1 for floats. ``"uint8"``, ``"int8"``,
        ``"uint10"``, ``"uint12"``, ``"uint14"``, ``"uint16"``, ``"int16"``, ``"bool"``, ``"float"``: those of that
        dtype or depth.
    out_range : str or (low, high)
        Values of the result, by the same words. The words for dtypes start at 0 if `in_range` has no negative values.
        If `high` is less than `low`, the image is inverted.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the new values, of the dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a range has a higher value first, or is not finite.

    Notes
    -----
    The channels of a color image share one range. The dtype is kept, whatever `out_range` is; `convert_dtype` changes
    it.

    References
    ----------
    .. [1] R. C. Gonzalez and R. E. Woods, "Digital Image Processing", 4th ed., Pearson, 2018, section 3.2 (contrast
       stretching).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([51, 102, 153], np.uint8)
    >>> opsin.exposure.rescale_intensity(image)
    array([  0, 128, 255], dtype=uint8)
    >>> opsin.exposure.rescale_intensity(image, in_range=(0, 102), out_range=(0, 10))
    array([ 5, 10, 10], dtype=uint8)
    """
    pixels = as_pixels(image)
    low, high = _limits("in_range", in_range, pixels, nonnegative=False)
    if low > high:
        raise ValueError(f"in_range must be two numbers, the lower one first; got {in_range!r}.")
    target = _limits("out_range", out_range, pixels, nonnegative=low >= 0)
    if (pixels.dtype.kind == "f" or pixels.dtype == np.uint16) and low < high:
        return stretched(pixels.array, (low, high), target, dtype=pixels.dtype, out=out)
    return by_value(pixels, partial(_stretched, (low, high), target), dtype=pixels.dtype, out=out)


def _limits(name: str, limits: Any, pixels: Pixels, *, nonnegative: bool) -> tuple[float, float]:
    """Return the two values of a range."""
    if is_several(limits):
        if len(limits) != 2:
            raise ValueError(f"{name} must be a word or two numbers; got {limits!r}.")
        low, high = (number(name, limit) for limit in limits)
        return low, high
    word = choice(name, limits, WORDS)
    if word == "image":
        low, high = finite_limits(pixels.array)
        return float(low), float(high)
    if word == "dtype":
        low, high = RANGES["float"] if pixels.dtype.kind == "f" else integer_limits(pixels.dtype)
    else:
        low, high = RANGES[word]
    return (0.0 if nonnegative else float(low)), float(high)


def _stretched(source: tuple[float, float], target: tuple[float, float], values: NDArray[Any]) -> NDArray[Any]:
    values = np.clip(values, source[0], source[1])
    if source[0] == source[1]:
        return np.asarray(np.clip(values, min(target), max(target)))
    shares = (values - source[0]) / (source[1] - source[0])
    return np.asarray(shares * (target[1] - target[0]) + target[0])
