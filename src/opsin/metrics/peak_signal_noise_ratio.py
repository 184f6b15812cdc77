"""The ratio of the peak signal to the noise."""

from __future__ import annotations

import math

from .._engine.arrays import as_data_range
from .._operation import operation
from .._types import ImageLike, Number, ReferenceLike
from .mean_squared_error import PeakRange, both, mean_square


@operation(kind="reduce", since="0.1")
def peak_signal_noise_ratio(
    image_true: ImageLike, image_test: ReferenceLike, *, data_range: PeakRange = None
) -> Number:
    """Measure the ratio of the range of an image to its error, in decibels.

    Parameters
    ----------
    image_true, image_test : array_like
        The true image and the one that is compared with it: of one shape, of any number of axes and any real dtypes.
    data_range : float, optional
        Range of the values. By default the largest value of the dtype of `image_true`, 1 for floats.

    Returns
    -------
    float
        ``10 * log10(data_range ** 2 / mean_squared_error)``; infinite if the images are equal.

    Raises
    ------
    TypeError
        If `image_true` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the images differ in their shapes, or have no pixels.

    References
    ----------
    .. [1] Q. Huynh-Thu and M. Ghanbari, "Scope of Validity of PSNR in Image/Video Quality Assessment", Electronics
       Letters 44 (13), 2008, pp. 800-801.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([0.0, 0.5, 1.0])
    >>> round(opsin.metrics.peak_signal_noise_ratio(image, image + 0.1), 6)
    20.0
    """
    first, second = both("image_true", image_true, "image_test", image_test)
    unit = as_data_range(data_range, first.dtype)
    error = mean_square(first, second)
    return 20 * math.log10(unit) - 10 * math.log10(error) if error > 0 else (math.inf if error == 0 else math.nan)
