"""Denoising by shrinking the details of a wavelet transform."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_data_range, as_pixels
from .._engine.channels import over_channels
from .._errors import Allowed, choice, integer, number
from .._operation import Typical, operation
from .._types import ChannelAxis, DataRange, Image, ImageLike, Out
from .estimate_sigma import noise_of
from .wavelets import WAVELETS, Wavelet, decompose, most_levels, recompose

SIGMA = Allowed(0)
LEVELS = Allowed(1, 64)

NoiseSigma: TypeAlias = Annotated[float, SIGMA, Typical(0, 0.3)]
"""The standard deviation of the noise."""

Levels: TypeAlias = Annotated[int, LEVELS, Typical(1, 8)]
"""How often the image is halved."""

Shrinkage: TypeAlias = Literal["soft", "hard"]

Method: TypeAlias = Literal["BayesShrink", "VisuShrink"]


@operation(kind="global", since="0.1")
def denoise_wavelet(
    image: ImageLike,
    sigma: NoiseSigma | None = None,
    *,
    wavelet: Wavelet = "db1",
    mode: Shrinkage = "soft",
    wavelet_levels: Levels | None = None,
    method: Method = "BayesShrink",
    channel_axis: ChannelAxis = "auto",
    data_range: DataRange = None,
    out: Out = None,
) -> Image:
    """Remove noise by shrinking the details of a wavelet transform.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float, optional
        Standard deviation of the noise, as a fraction of `data_range`. By default it is estimated for each channel,
        from the finest details.
    wavelet : {'haar', 'db1', 'db2', 'db3', 'db4', 'db5', 'db6', 'db7', 'db8', 'db9', 'db10'}
        Wavelet of Haar, which is ``"db1"``, or of Daubechies with so many vanishing moments.
    mode : {'soft', 'hard'}
        Whether details above the threshold are reduced by it, or stay.
    wavelet_levels : int, optional
        How often the image is halved. By default three times less than the wavelet allows.
    method : {'BayesShrink', 'VisuShrink'}
        A threshold for each group of details, from its variance, or one for all, which removes more.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The denoised image, with the shape and dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Images of 16 bits or less are computed in float32. For color images, noise is removed better from luminance and
    chrominance: convert before and after.

    References
    ----------
    .. [1] S. G. Chang, B. Yu and M. Vetterli, "Adaptive Wavelet Thresholding for Image Denoising and Compression", IEEE
       Transactions on Image Processing 9 (9), 2000, pp. 1532-1546 (BayesShrink).
    .. [2] D. L. Donoho and I. M. Johnstone, "Ideal Spatial Adaptation by Wavelet Shrinkage", Biometrika 81 (3), 1994,
       pp. 425-455 (VisuShrink).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.pad(np.ones((32, 32)), 16)
    >>> noisy = square + np.random.default_rng(0).normal(0, 0.1, square.shape)
    >>> clean = opsin.restoration.denoise_wavelet(noisy)
    >>> bool((clean - square).std() < 0.5 * (noisy - square).std())
    True
    """
    pixels = as_pixels(image, channel_axis)
    scale = as_data_range(data_range, pixels.dtype)
    known = None if sigma is None else number("sigma", sigma, SIGMA) * scale
    wavelet_name = choice("wavelet", wavelet, WAVELETS)
    soft = choice("mode", mode, get_args(Shrinkage)) == "soft"
    levels = (
        max(1, most_levels(pixels.spatial_shape, wavelet_name) - 3)
        if wavelet_levels is None
        else integer("wavelet_levels", wavelet_levels, LEVELS)
    )
    bayes = choice("method", method, get_args(Method)) == "BayesShrink"

    def denoised(channels: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            for channel in channels:
                channel[...] = _denoised(channel, known, wavelet_name, soft, levels, bayes)
        return channels

    return over_channels(pixels, denoised, out=out)


def _denoised(
    image: NDArray[Any], sigma: float | None, wavelet: str, soft: bool, levels: int, bayes: bool
) -> NDArray[Any]:
    """Return one channel without the details that are below the threshold."""
    approximation = "a" * image.ndim
    stack = []
    lengths = []
    current = image
    for _ in range(levels):
        lengths.append(current.shape)
        parts = decompose(current, wavelet)
        if sigma is None:
            sigma = noise_of(parts)
        current = parts.pop(approximation)
        stack.append(parts)
    universal = sigma * math.sqrt(2 * math.log(image.size)) if sigma is not None else 0.0
    for shape, parts in zip(reversed(lengths), reversed(stack), strict=True):
        for name, part in parts.items():
            threshold = _bayes_threshold(part, sigma or 0.0) if bayes else universal
            parts[name] = _shrunk(part, part.dtype.type(threshold), soft)
        whole = recompose({approximation: current, **parts}, wavelet)
        current = whole[tuple(slice(length) for length in shape)]
    return current


def _bayes_threshold(details: NDArray[Any], sigma: float) -> float:
    """Return the variance of the noise over the standard deviation of the details without it."""
    variance = float(np.mean(np.square(details, dtype=np.float64)))
    noise = sigma * sigma
    return noise / math.sqrt(max(variance - noise, float(np.finfo(details.dtype).eps)))


def _shrunk(details: NDArray[Any], threshold: Any, soft: bool) -> NDArray[Any]:
    size: NDArray[Any] = np.abs(details)
    kept: NDArray[Any] = details - np.sign(details) * threshold if soft else details
    # NaN is not below the threshold.
    return np.where((size <= threshold) if soft else (size < threshold), details.dtype.type(0), kept)
