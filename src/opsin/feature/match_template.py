"""Finding a template in an image by normalized correlation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import COMPUTED_IN, as_pixels, converted, extreme_exponent
from .._engine.borders import as_border, extended_image
from .._engine.footprints import as_footprint
from .._engine.minmax import minmax
from .._engine.sums import WindowSpreads
from .._engine.window import correlate_inside, inner
from .._errors import flag
from .._operation import operation
from .._types import FloatImage, ImageLike, Mode, TemplateLike


@operation(kind="global", since="0.1")
def match_template(
    image: ImageLike, template: TemplateLike, *, pad_input: bool = False, mode: Mode = "constant", cval: float = 0.0
) -> FloatImage:
    """Compare a template with every part of an image, by the normalized correlation.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    template : array_like
        What is searched: an array with as many axes as `image`, along none of which it is longer.
    pad_input : bool
        Whether the image is extended, so that the result has its shape and its maximum is at the center of what is
        found. Otherwise the maximum is at the first pixel of what is found.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.
    cval : float
        Value beyond the border with ``mode="constant"``.

    Returns
    -------
    ndarray
        The correlation coefficient, from -1 to 1, of the template with the part of the image at each pixel; 0 where the
        part is flat. The shape is ``image.shape - template.shape + 1`` along each axis, or that of `image` with
        `pad_input`. float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the template has another number of axes, or is longer than the image.

    Notes
    -----
    Every axis is spatial. The products with small templates are summed directly, and those with others by Fourier
    transforms of tiles of the image; the means and the variances of its windows follow from sums that slide along,
    in float64. The transforms are of float32 for images whose result is float32, where the error of a coefficient is
    then less than 1e-5, and of float64 for all other images and parts of images.

    References
    ----------
    .. [1] J. P. Lewis, "Fast Normalized Cross-Correlation", Vision Interface, 1995, pp. 120-123.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((6, 6))
    >>> image[1, 1], image[4, 4] = 1, -1
    >>> template = np.zeros((3, 3))
    >>> template[1, 1] = 1
    >>> print(opsin.feature.match_template(image, template).round(1))
    [[ 1.  -0.1  0.   0. ]
     [-0.1 -0.1  0.   0. ]
     [ 0.   0.   0.1  0.1]
     [ 0.   0.   0.1 -1. ]]
    """
    pixels = as_pixels(image)
    pattern = as_pixels(template, name="template")
    padded = flag("pad_input", pad_input)
    border = as_border(mode, cval, pixels)
    axes, sides = pixels.array.ndim, pattern.shape
    if pattern.array.ndim != axes:
        raise ValueError(f"template must have {axes} axes, as the image has; got {pattern.array.ndim}.")
    if any(side > length for side, length in zip(sides, pixels.shape, strict=True)) or not pattern.array.size:
        raise ValueError(f"template must not be empty nor longer than the image, {pixels.shape}; got {sides}.")
    array = pixels.array
    if padded:
        before = [side // 2 for side in sides]
        after = [side - 1 - front for side, front in zip(sides, before, strict=True)]
        array = extended_image(array, pixels.axes, before, after, border)
    array = np.ascontiguousarray(converted(array, COMPUTED_IN["measure"][array.dtype]))
    weights = np.ascontiguousarray(converted(pattern.array, COMPUTED_IN["measure"][pattern.dtype]))
    unknown = np.zeros(0, bool) if array.dtype.kind == "u" else ~np.isfinite(array)
    hidden = bool(unknown.any())
    if hidden:
        array = np.where(unknown, array.dtype.type(0), array)
    if weights.dtype.kind == "f" and not np.isfinite(weights).all():
        return np.full(array[inner(array, sides)].shape, np.nan, pixels.float_dtype)
    found = _coefficients(array, weights, pixels.float_dtype)
    if hidden:
        window, edge = as_footprint(sides, axes), as_border("nearest", 0, pixels)
        nearby = minmax(pixels.like(unknown), window, (True,), border=edge)
        found[nearby[inner(nearby, sides)]] = np.nan
    return found


def _near_one(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array divided by a power of 2 if the squares of its values might overflow or vanish."""
    if array.dtype.kind == "u" or not array.size:
        return array
    exponent = extreme_exponent(max(float(array.max()), -float(array.min())))
    return np.ldexp(array, -exponent) if exponent else array


def _coefficients(array: NDArray[Any], weights: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the correlation coefficients where the weights are inside of an array; 0 if that part is flat."""
    array, weights = _near_one(array), _near_one(weights)
    # Sums of small numbers lose less, and the coefficient does not depend on the mean of the image.
    center = float(array.mean(dtype=np.float64)) if array.dtype.kind == "f" else 0.0
    largest = max(float(array.max()) - center, center - float(array.min()))
    least = np.finfo(np.float64).eps * max(largest**2 * weights.size, 1e-300)
    norm = float(np.square(weights - weights.mean(dtype=np.float64)).sum())
    if not norm > 0:
        return np.full(array[inner(array, weights.shape)].shape, norm, dtype)  # 0, or NaN
    spreads = WindowSpreads(array, weights.shape, center, norm, least)
    products, offset = correlate_inside(array, weights, spreads)
    spreads.divide(products, offset)
    return products.astype(dtype, copy=False)
