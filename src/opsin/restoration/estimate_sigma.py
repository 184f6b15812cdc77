"""The standard deviation of the noise of an image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_data_range, as_pixels
from .._engine.channels import channels_first
from .._errors import flag
from .._operation import operation
from .._types import ChannelAxis, DataRange, ImageLike, Number, Values
from .wavelets import decompose

QUARTILE = 0.6744897501960817
"""Half of the values of a normal distribution are no farther from its mean, in standard deviations."""


@operation(kind="global", since="0.1")
def estimate_sigma(
    image: ImageLike,
    *,
    average_sigmas: bool = False,
    channel_axis: ChannelAxis = "auto",
    data_range: DataRange = None,
) -> Number | Values:
    """Estimate the standard deviation of the noise of an image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    average_sigmas : bool
        Whether to return the mean of the channels.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    data_range : float, optional
        Range of values that strengths are fractions of. By default the maximum of the dtype for integers, and 1 for
        floats and bool.

    Returns
    -------
    float or ndarray
        The standard deviation of Gaussian noise, as a fraction of `data_range`: the number that `denoise_nl_means` and
        `denoise_wavelet` take. One for each channel, if there are channels and no average is asked for. 0 where an
        image has no details.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image has no pixels.

    Notes
    -----
    The finest diagonal details of the wavelet transform (``"db2"``) are mostly noise: the estimate is the median of
    their absolute values, divided by that of the normal distribution. For the units of the image, give
    ``data_range=1``.

    References
    ----------
    .. [1] D. L. Donoho and I. M. Johnstone, "Ideal Spatial Adaptation by Wavelet Shrinkage", Biometrika 81 (3), 1994,
       pp. 425-455.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> noisy = 0.5 + np.random.default_rng(0).normal(0, 0.1, (100, 100))
    >>> round(opsin.restoration.estimate_sigma(noisy), 2)
    0.1
    """
    pixels = as_pixels(image, channel_axis)
    average = flag("average_sigmas", average_sigmas)
    scale = as_data_range(data_range, pixels.dtype)
    if not pixels.array.size:
        raise ValueError(f"image must have pixels; got shape {pixels.shape}.")
    with np.errstate(all="ignore"):
        found = [noise_of(decompose(channel, "db2")) / scale for channel in channels_first(pixels, FLOAT64)]
    if pixels.channel_axis is None:
        return found[0]
    return float(np.mean(found)) if average else np.array(found)


def noise_of(parts: dict[str, NDArray[Any]]) -> float:
    """Return the standard deviation of the noise from the parts of an image's finest decomposition."""
    details = next(part for name, part in parts.items() if set(name) == {"d"})
    details = np.abs(details[details != 0])
    return float(np.median(details)) / QUARTILE if details.size else 0.0
