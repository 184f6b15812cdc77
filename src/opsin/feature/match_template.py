"""Finding a template in an image by normalized correlation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.borders import as_border, extended_image
from .._engine.pointwise import evaluate
from .._engine.threads import get_num_threads
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
    Every axis is spatial. The correlation is computed by Fourier transforms of blocks of the image, and the means and
    the variances of its parts by running sums, in float64.

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
    values, centered = np.array(array, np.float64, order="C"), np.array(pattern.array, np.float64, order="C")
    unknown = ~np.isfinite(values) if array.dtype.kind == "f" else None
    hidden = unknown is not None and bool(unknown.any())
    if hidden:
        values[unknown] = 0
    # Sums of small numbers lose less: the coefficient does not depend on the mean of the image.
    values -= values.mean()
    centered = centered - centered.mean()
    numerator = _correlation(values, centered)
    sums, squares = _window_sums(values, sides), _window_sums(values * values, sides)
    norm = float(np.square(centered).sum())
    count = pattern.array.size
    least = np.finfo(np.float64).eps * max(float(np.abs(values).max(initial=0)) ** 2 * count, 1e-300)

    def coefficient(product: NDArray[Any], total: NDArray[Any], square: NDArray[Any]) -> NDArray[Any]:
        spread = np.maximum(square - total * total / count, 0)
        flat = (spread <= least) | (norm == 0)
        found: NDArray[Any] = np.where(flat, 0, product / np.sqrt(np.where(flat, 1, spread * norm)))
        return found.clip(-1, 1)

    result = evaluate(coefficient, [numerator, sums, squares], dtype=pixels.float_dtype)
    if hidden:
        assert unknown is not None
        result[_window_sums(unknown.astype(np.float64), sides) > 0.5] = np.nan
    return result


def _correlation(values: NDArray[np.float64], pattern: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of products at each place where the pattern is inside."""
    from scipy import fft
    from scipy.signal import oaconvolve

    with fft.set_workers(get_num_threads()):
        found: NDArray[np.float64] = oaconvolve(values, np.flip(pattern), mode="valid")
    return found


def _window_sums(values: NDArray[np.float64], sides: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the sums over each box inside of an array."""
    for axis, side in enumerate(sides):
        total = np.cumsum(values, axis=axis)
        front = [(1, 0) if other == axis else (0, 0) for other in range(values.ndim)]
        total = np.pad(total, front)
        values = np.take(total, range(side, total.shape[axis]), axis) - np.take(
            total, range(total.shape[axis] - side), axis
        )
    return values
