"""Total variation denoising by Chambolle's algorithm."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_data_range, as_pixels
from .._engine.channels import over_channels
from .._engine.compiled import for_this_machine
from .._engine.iterate import iterations
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, POSITIVE, ChannelAxis, DataRange, Eps, Image, ImageLike, MaxNumIter, Out

NOT_NEGATIVE = Allowed(0)

Weight: TypeAlias = Annotated[float, POSITIVE, Typical(0.01, 1)]
"""The strength of the denoising."""


@operation(kind="global", since="0.1")
def denoise_tv_chambolle(
    image: ImageLike,
    weight: Weight = 0.1,
    *,
    eps: Eps = 2e-4,
    max_num_iter: MaxNumIter = 200,
    channel_axis: ChannelAxis = "auto",
    data_range: DataRange = None,
    out: Out = None,
) -> Image:
    """Remove noise by minimizing the total variation, with Chambolle's algorithm.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    weight : float
        Strength of the denoising, as a fraction of `data_range`: the greater, the smoother.
    eps : float
        The iterations end when the cost function changes by less than this fraction of its first value.
    max_num_iter : int
        Largest number of iterations.
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
    The result has a small total variation, the sum of the lengths of its gradients, and is close to the image: it
    minimizes ``weight * total_variation(u) + ((u - image) ** 2).sum() / 2``. Flat regions become flatter, and edges
    stay. Images of 16 bits or less are computed in float32.

    References
    ----------
    .. [1] A. Chambolle, "An Algorithm for Total Variation Minimization and Applications", Journal of Mathematical
       Imaging and Vision 20, 2004, pp. 89-97.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> noise = np.random.default_rng(0).normal(0, 0.1, (40, 40))
    >>> edge = (np.arange(40) > 20) + noise
    >>> clean = opsin.restoration.denoise_tv_chambolle(edge, 0.3)
    >>> bool(noise.std() > 3 * (clean - (np.arange(40) > 20)).std())
    True
    """
    pixels = as_pixels(image, channel_axis)
    weight = number("weight", weight, POSITIVE) * as_data_range(data_range, pixels.dtype)
    eps = number("eps", eps, NOT_NEGATIVE)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    return over_channels(pixels, lambda channels: _denoised(channels, weight, eps, limit), out=out)


def least_weight(dtype: np.dtype[Any]) -> float:
    """Return a weight that changes nothing, and whose reciprocal times gradients is finite."""
    return 1e8 * float(np.finfo(dtype).tiny)


def _denoised(image: NDArray[Any], weight: float, eps: float, limit: int) -> NDArray[Any]:
    """Return the denoised channels; each ends when its own cost does not change any more."""
    compiled, weight = for_this_machine("total_variation"), max(weight, least_weight(image.dtype))
    axes = image.ndim - 1
    u = np.empty_like(image)
    field = np.zeros((axes, *image.shape), image.dtype)
    step = 1 / (2 * axes)
    job = compiled.prepare(image, u, field, 1.0, step, step / weight, False)
    first = before = np.zeros(len(image))
    with np.errstate(all="ignore"):
        for number_ in iterations(limit):
            squares = compiled.advance_primal(job)
            cost = squares + weight * compiled.advance_dual(job)
            if number_ == 0:
                first = cost
            else:
                finished = np.abs(before - cost) < eps * first
                compiled.leave(job, finished)
                if finished.all():
                    break
            before = cost
    return u
