"""Total variation denoising by split Bregman iterations."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, as_data_range, as_pixels
from .._engine.channels import over_channels
from .._engine.compiled import gauss_seidel
from .._engine.iterate import iterations
from .._errors import Allowed, flag, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, POSITIVE, ChannelAxis, DataRange, Eps, Image, ImageLike, MaxNumIter, Out

NOT_NEGATIVE = Allowed(0)

Weight: TypeAlias = Annotated[float, POSITIVE, Typical(1, 50)]
"""The weight of the image against its total variation."""

AXES = Allowed(1, gauss_seidel.MAX_AXES)


@operation(kind="global", dimensions=AXES, since="0.1")
def denoise_tv_bregman(
    image: ImageLike,
    weight: Weight = 5.0,
    *,
    max_num_iter: MaxNumIter = 100,
    eps: Eps = 1e-3,
    isotropic: bool = True,
    channel_axis: ChannelAxis = "auto",
    data_range: DataRange = None,
    out: Out = None,
) -> Image:
    """Remove noise by minimizing the total variation, with split Bregman iterations.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    weight : float
        Weight of the image against its total variation, in units of 1 / `data_range`: the smaller, the smoother.
    max_num_iter : int
        Largest number of iterations.
    eps : float
        The iterations end when the root mean square of the change is not more, as a fraction of `data_range`.
    isotropic : bool
        Whether the length of a gradient is Euclidean; otherwise it is the sum along the axes.
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
    The result minimizes ``total_variation(u) + weight / 2 * ((u - image) ** 2).sum()``, for an image from 0 to 1. Every
    channel is computed in float64, and ends when it does not change any more.

    References
    ----------
    .. [1] T. Goldstein and S. Osher, "The Split Bregman Method for L1 Regularized Problems", SIAM Journal on Imaging
       Sciences 2 (2), 2009, pp. 323-343.
    .. [2] P. Getreuer, "Rudin-Osher-Fatemi Total Variation Denoising using Split Bregman", Image Processing On Line 2,
       2012, pp. 74-95.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> noise = np.random.default_rng(0).normal(0, 0.1, (40, 40))
    >>> edge = (np.arange(40) > 20) + noise
    >>> clean = opsin.restoration.denoise_tv_bregman(edge, 4)
    >>> bool(noise.std() > 2 * (clean - (np.arange(40) > 20)).std())
    True
    """
    pixels = as_pixels(image, channel_axis, dimensions=AXES)
    scale = as_data_range(data_range, pixels.dtype)
    weight = number("weight", weight, POSITIVE)
    eps = number("eps", eps, NOT_NEGATIVE)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    isotropic = flag("isotropic", isotropic)

    def denoised(channels: NDArray[Any]) -> NDArray[Any]:
        channels /= scale
        # An axis of one pixel has no differences.
        long = [length for length in channels.shape[1:] if length > 1] or [1]
        result = _denoised(channels.reshape(len(channels), *long), weight, eps, limit, isotropic)
        result *= scale
        return result.reshape(channels.shape)

    return over_channels(pixels, denoised, out=out, real=FLOAT64)


def _denoised(
    image: NDArray[np.float64], weight: float, eps: float, limit: int, isotropic: bool
) -> NDArray[np.float64]:
    """Return the denoised channels, from 0 to 1; each ends when it does not change any more."""
    interior = (slice(None), *(slice(1, -1),) * (image.ndim - 1))
    extended = np.pad(image, [(0, 0), *[(1, 1)] * (image.ndim - 1)])
    _extend(extended, image)
    u = extended.copy()
    shape = extended.shape[1:]
    places = np.arange(extended[0].size).reshape(shape)
    starts = np.ascontiguousarray(places[interior[1:]][..., 0].reshape(-1))
    steps = np.array(places.strides, np.intp) // places.itemsize
    job = gauss_seidel.prepare(
        extended.reshape(len(image), -1), u.reshape(len(image), -1), steps, starts, image.shape[-1], weight, isotropic
    )
    with np.errstate(all="ignore"):
        for _ in iterations(limit):
            finished = np.sqrt(gauss_seidel.advance(job) / image[0].size) <= eps
            gauss_seidel.leave(job, finished)
            if finished.all():
                break
    return u[interior]


def _extend(extended: NDArray[np.float64], image: NDArray[np.float64]) -> None:
    """Write the pixels beyond the border: the second pixel before the first one, and the last one after itself."""
    for axis in range(1, image.ndim):
        inside: list[Any] = [slice(None), *[slice(1, -1)] * (image.ndim - 1)]
        source: list[Any] = [slice(None)] * image.ndim
        for place, pixel in ((0, min(1, image.shape[axis] - 1)), (-1, -1)):
            inside[axis], source[axis] = place, pixel
            extended[tuple(inside)] = image[tuple(source)]
