"""Structural similarity."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_data_range, as_pixels
from .._engine.comparison import MAX_RADIUS, similarity_of_windows
from .._engine.pointwise import evaluate
from .._errors import Allowed, flag, integer, number
from .._operation import Typical, operation
from .._types import MAX_SIGMA, ChannelAxis, FloatImage, ImageLike, Number, ReferenceLike
from ..filters.gaussian import bell, gaussian
from ..filters.uniform import uniform
from .mean_squared_error import PeakRange, both

WINDOW = Allowed(1)
SPREAD = Allowed(high=MAX_SIGMA, above=0)
STABILIZER = Allowed(0, 1)
TRUNCATE = 3.5
"""Where the Gaussian window ends, in standard deviations."""


@operation(kind="global", since="0.1")
def structural_similarity(
    im1: ImageLike,
    im2: ReferenceLike,
    *,
    win_size: Annotated[int, WINDOW, Typical(3, 31, "px")] | None = None,
    data_range: PeakRange = None,
    gaussian_weights: bool = False,
    sigma: Annotated[float, SPREAD, Typical(0.5, 5, "px")] = 1.5,
    K1: Annotated[float, STABILIZER, Typical(0, 0.1)] = 0.01,
    K2: Annotated[float, STABILIZER, Typical(0, 0.1)] = 0.03,
    use_sample_covariance: bool = True,
    full: bool = False,
    gradient: bool = False,
    channel_axis: ChannelAxis = "auto",
) -> Number | tuple[Number, FloatImage] | tuple[Number, FloatImage, FloatImage]:
    """Measure how similar two images are to the eye: their brightness, contrast and structure in windows (SSIM).

    Parameters
    ----------
    im1, im2 : array_like
        Images of one shape, of any number of spatial axes and any real dtypes.
    win_size : int, optional
        Odd size of the windows, a square or a cube of equal weights. By default 7, or the largest that fits into the
        image; with Gaussian weights what `sigma` needs.
    data_range : float, optional
        Range of the values. By default the largest value of an integer dtype, and 1 for floats, of `im1`.
    gaussian_weights : bool
        Whether the pixels of a window have Gaussian weights.
    sigma : float
        Standard deviation of the Gaussian in pixels; it ends at 3.5 standard deviations.
    K1, K2 : float
        Constants that keep the result stable where the images are dark or flat, relative to `data_range`.
    use_sample_covariance : bool
        Whether variances are divided by the number of pixels less one.
    full : bool
        Whether to return the similarity around each pixel, too.
    gradient : bool
        Whether to return the derivative of the mean similarity by each pixel of `im2`, too.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

        The result is the mean of the channels.

    Returns
    -------
    similarity : float
        The mean similarity of all windows that are inside of the image: 1 for equal images, at least -1.
    gradient : ndarray of float64
        The derivative of the mean of the similarities around all pixels by each pixel of `im2`; with channels, that of
        the mean of its channel. Only with ``gradient=True``.
    image : ndarray of float64
        The similarity of the window around each pixel, of the shape of the images. Only with ``full=True``.

    Raises
    ------
    TypeError
        If `im1` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the images differ in their shapes, have no pixels, or are smaller than the window.

    Notes
    -----
    The published measure has Gaussian weights, a `sigma` of 1.5, and ``use_sample_covariance=False``.

    References
    ----------
    .. [1] Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image Quality Assessment: From Error Visibility to
       Structural Similarity", IEEE Transactions on Image Processing 13 (4), 2004, pp. 600-612.
    .. [2] A. N. Avanaki, "Exact Global Histogram Specification Optimized for Structural Similarity", Optical Review 16
       (6), 2009, pp. 613-621 (the gradient).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.random.default_rng(0).random((32, 32))
    >>> opsin.metrics.structural_similarity(image, image)
    1.0
    >>> opsin.metrics.structural_similarity(image, 1 - image) < 0
    True
    """
    first, second = both("im1", im1, "im2", im2)
    pixels = as_pixels(first, channel_axis, name="im1")
    unit = as_data_range(data_range, first.dtype)
    sigma = number("sigma", sigma, SPREAD)
    weighted, sample = flag("gaussian_weights", gaussian_weights), flag("use_sample_covariance", use_sample_covariance)
    full, gradient = flag("full", full), flag("gradient", gradient)
    c1, c2 = number("K1", K1, STABILIZER) ** 2, number("K2", K2, STABILIZER) ** 2
    size = _window_size(win_size, 2 * int(TRUNCATE * sigma + 0.5) + 1 if weighted else 7, pixels.spatial_shape)
    count = size ** len(pixels.axes)
    factor = count / (count - 1) if sample and count > 1 else 1.0

    radius = int(TRUNCATE * sigma + 0.5) if weighted else size // 2
    fits = 2 * radius + 1 == size and radius <= MAX_RADIUS
    if fits and len(pixels.axes) == 2 and not gradient:
        weights = bell(sigma, radius) if weighted else np.full(size, 1 / size)
        result, found = similarity_of_windows(
            pixels, second, weights, unit=unit, factor=factor, constants=(c1, c2), full=full
        )
        return result if found is None else (result, found)

    def mean(image: NDArray[Any]) -> NDArray[Any]:
        axis = pixels.channel_axis
        if weighted:
            return gaussian(image, sigma, mode="reflect", truncate=TRUNCATE, channel_axis=axis)
        return uniform(image, size, mode="reflect", channel_axis=axis)

    with np.errstate(all="ignore"):
        arrays = [evaluate(lambda image: image / np.float64(unit), [image], dtype=FLOAT64) for image in (first, second)]
        one, two = arrays
        x, y, xx, yy, xy = (mean(image) for image in (one, two, np.square(one), np.square(two), one * two))

        both_means = x * x + y * y
        covariance = factor * (xy - x * y)
        variances = factor * (xx + yy - both_means)
        a1, a2, b1, b2 = 2 * x * y + c1, 2 * covariance + c2, both_means + c1, variances + c2
        found = a1 * a2 / (b1 * b2)
        edge = (size - 1) // 2
        inside = [
            slice(edge, length - edge) if axis in pixels.axes else slice(None)
            for axis, length in enumerate(first.shape)
        ]
        result = float(np.ascontiguousarray(found[tuple(inside)]).mean())
    results: list[Any] = [result]
    if gradient:
        with np.errstate(all="ignore"):
            slope = mean(a1 / (b1 * b2)) * one - mean(found / b2) * two
            slope += mean((x * (a2 - a1) - y * (b2 - b1) * found) / (b1 * b2))
        results.append(slope * (2 * pixels.channels / (first.size * unit)))
    if full:
        results.append(found)
    return tuple(results) if len(results) > 1 else result


def _window_size(win_size: int | None, usual: int, shape: tuple[int, ...]) -> int:
    """Return the size of the windows, which is odd and fits into the image."""
    if win_size is None:
        smallest = min(shape)
        return min(usual, smallest - (smallest % 2 == 0))
    size = integer("win_size", win_size, WINDOW)
    if size % 2 == 0 or size > min(shape):
        raise ValueError(f"win_size must be odd, and not larger than the image, of shape {shape}; got {size}.")
    return size
