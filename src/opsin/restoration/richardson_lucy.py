"""Deconvolution by the algorithm of Richardson and Lucy."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels, saturate
from .._engine.borders import as_border
from .._engine.iterate import iterations
from .._engine.pointwise import evaluate
from .._engine.window import as_window
from .._engine.window import correlate as sums
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, ChannelAxis, Image, ImageLike, MaxNumIter, Out, WeightsLike

EPSILON = Allowed(0)

FilterEpsilon: TypeAlias = Annotated[float, EPSILON, Typical(0, 0.1)] | None
"""A value below which a pixel counts as unknown."""

LEAST = 1e-12
"""Is added to what is divided by."""


@operation(kind="global", since="0.1")
def richardson_lucy(
    image: ImageLike,
    psf: WeightsLike,
    num_iter: MaxNumIter = 50,
    *,
    filter_epsilon: FilterEpsilon = None,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Remove a blur that is known, for images whose noise is of counted photons: Richardson-Lucy deconvolution.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    psf : array_like
        Point spread function: the image of a point, of any shape with an axis for each spatial axis. Its middle is at
        index ``(size - 1) // 2`` of each axis. Its sum should be 1.
    num_iter : int
        Number of iterations: the more, the sharper the result and its noise.
    filter_epsilon : float, optional
        Where the blurred estimate is less, in the units of the image, the pixel does not change the estimate.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image without the blur, with the shape and dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if `psf` is empty, not finite or has another number of axes.

    See Also
    --------
    wiener : Deconvolution in one step.

    Notes
    -----
    The values of `image` should not be negative. Beyond its border the image is 0, which changes the pixels that are as
    far from it as the point spread function reaches, and more with each iteration; `opsin.util.pad` before helps.
    Images of 16 bits or less are computed in float32.

    References
    ----------
    .. [1] W. H. Richardson, "Bayesian-Based Iterative Method of Image Restoration", Journal of the Optical Society of
       America 62 (1), 1972, pp. 55-59.
    .. [2] L. B. Lucy, "An Iterative Technique for the Rectification of Observed Distributions", The Astronomical
       Journal 79 (6), 1974, pp. 745-754.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((40, 60))
    >>> image[10:30, 15:45] = 1
    >>> psf = np.full((5, 5), 1 / 25)
    >>> blurred = opsin.filters.convolve(image, psf, mode="constant")
    >>> sharp = opsin.restoration.richardson_lucy(blurred, psf, 30)
    >>> bool(np.abs(sharp - image).mean() < 0.5 * np.abs(blurred - image).mean())
    True
    """
    pixels = as_pixels(image, channel_axis)
    weights = as_array("psf", psf)
    origin = [-((size + 1) % 2) for size in weights.shape]
    blur = as_window(psf, pixels.axes, origin, mirrored=True, name="psf")
    mirror = as_window(np.flip(weights), pixels.axes, origin, mirrored=True, name="psf")
    count = integer("num_iter", num_iter, MAX_NUM_ITER)
    least = None if filter_epsilon is None else number("filter_epsilon", filter_epsilon, EPSILON)
    border = as_border("constant", 0, pixels)
    real = pixels.float_dtype
    given = pixels.array.astype(real)

    def quotient(observed: NDArray[Any], blurred: NDArray[Any]) -> NDArray[Any]:
        blurred = blurred + real.type(LEAST)
        ratio: NDArray[Any] = observed / blurred
        return ratio if not least else np.where(blurred < least, real.type(0), ratio)

    found = np.full(pixels.shape, 0.5, real)
    for _ in iterations(count):
        ratio = evaluate(quotient, [given, sums(pixels.like(found), blur, border=border)], dtype=real)
        change = sums(pixels.like(ratio), mirror, border=border)
        found = evaluate(np.multiply, [found, change], dtype=real, out=found)
    return evaluate(lambda part: saturate(part, pixels.dtype), [found], dtype=pixels.dtype, out=out)
