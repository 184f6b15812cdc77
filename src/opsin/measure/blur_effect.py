"""How blurred an image is."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.pointwise import evaluate
from .._errors import integer
from .._operation import Typical, operation
from .._types import SIZE, ColorAxis, ImageLike, Number
from ..color.rgb2gray import rgb2gray
from ..filters.sobel import sobel
from ..filters.uniform import uniform

LEAST_SIZE = 4
"""Along axes of so many pixels the border is left out: two pixels in front and one behind."""


@operation(kind="global", since="0.1")
def blur_effect(
    image: ImageLike, h_size: Annotated[int, SIZE, Typical(3, 31, "px")] = 11, *, channel_axis: ColorAxis = "auto"
) -> Number:
    """Measure how blurred an image is, without knowing the sharp one.

    The image is blurred again, and its gradients are compared: those of a sharp image lose much.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        The three channels of a color image are reduced to gray.
    h_size : int
        Size of the blur along each axis, in pixels.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    float
        0 for no blur, 1 for the strongest; the greatest of the values along the axes. 1 for an image of one value.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    A pixel that is NaN makes the result NaN.

    References
    ----------
    .. [1] F. Crete, T. Dolmiere, P. Ladret and M. Nicolas, "The Blur Effect: Perception and Estimation with a New
       No-Reference Perceptual Blur Metric", Human Vision and Electronic Imaging XII, Proc. SPIE 6492, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.random.default_rng(0).random((64, 64))
    >>> opsin.measure.blur_effect(image) < opsin.measure.blur_effect(opsin.filters.gaussian(image, 2))
    True
    """
    pixels = as_pixels(image, channel_axis)
    size = integer("h_size", h_size, SIZE)
    values = np.asarray(pixels.array, pixels.float_dtype)
    gray = values if pixels.channel_axis is None else rgb2gray(values, channel_axis=pixels.channel_axis)
    inner = tuple(slice(2, -1) if length >= LEAST_SIZE else slice(None) for length in gray.shape)
    found = []
    for axis in range(gray.ndim):
        sharp, blurred = (
            sobel(one, axis=axis, channel_axis=None)[inner]
            for one in (gray, uniform(gray, size, axes=axis, channel_axis=None))
        )
        lost = evaluate(_lost, [sharp, blurred], dtype=gray.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            total, less = (float(one.sum(dtype=np.float64)) for one in (np.abs(sharp), lost))
        found.append(abs(total - less) / total if total else 1.0)
    return float(np.max(found))


def _lost(sharp: NDArray[np.floating], blurred: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return how much the magnitude of a gradient decreases."""
    return np.asarray(np.maximum(np.abs(sharp) - np.abs(blurred), 0))
