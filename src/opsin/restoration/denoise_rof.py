"""The model of Rudin, Osher and Fatemi: an image and its texture."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.channels import channels_first, over_channels
from .._engine.compiled import for_this_machine
from .._engine.iterate import iterations
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import MAX_NUM_ITER, POSITIVE, ChannelAxis, FloatImage, Image, ImageLike, InitialLike, MaxNumIter
from .denoise_tv_chambolle import least_weight

NOT_NEGATIVE = Allowed(0)

Weight: TypeAlias = Annotated[float, POSITIVE, Typical(1, 200)]
"""The strength of the denoising."""

Tolerance: TypeAlias = Annotated[float, NOT_NEGATIVE, Typical(0.001, 1)]
"""The change of the image that ends the iterations."""

Step: TypeAlias = Annotated[float, Allowed(above=0, high=1), Typical(0.05, 0.25)]
"""The step along the gradient."""

STEP = Allowed(above=0, high=1)


@operation(kind="global", since="0.1")
def denoise_rof(
    image: ImageLike,
    initial: InitialLike | None = None,
    *,
    weight: Weight = 100.0,
    tolerance: Tolerance = 0.1,
    step: Step = 0.125,
    max_num_iter: MaxNumIter = 1000,
    channel_axis: ChannelAxis = "auto",
) -> tuple[Image, FloatImage]:
    """Separate an image into a smooth part and its texture, with the model of Rudin, Osher and Fatemi.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    initial : array_like, optional
        Image that the iterations start with, of the shape of `image`. By default `image`.
    weight : float
        Strength of the denoising, in the units of the image: the greater, the smoother. The default is for images from
        0 to 255; images from 0 to 1 need a value of about 0.4.
    tolerance : float
        The iterations end when the root mean square of the change is not more, in the units of the image.
    step : float
        Step along the gradient. In two dimensions, 0.125 and less converge for certain.
    max_num_iter : int
        Largest number of iterations.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    denoised : ndarray
        The smooth part, with the shape and dtype of `image`; integers are rounded to nearest.
    texture : ndarray
        What was removed, ``image - denoised``: float32, or float64 for images of float64 and of integers of more than
        16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    `denoise_tv_chambolle` minimizes the same function, with a border that does not continue, and strengths that are
    fractions of the range of the dtype. The dual variables start as the image.

    References
    ----------
    .. [1] L. I. Rudin, S. Osher and E. Fatemi, "Nonlinear Total Variation Based Noise Removal Algorithms", Physica D
       60, 1992, pp. 259-268.
    .. [2] A. Chambolle, "Total Variation Minimization and a Class of Binary MRF Models", Energy Minimization Methods in
       Computer Vision and Pattern Recognition, LNCS 3757, 2005, pp. 136-152.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.pad(np.full((20, 20), 128.0), 10)
    >>> noisy = square + np.random.default_rng(0).normal(0, 20, square.shape)
    >>> smooth, texture = opsin.restoration.denoise_rof(noisy, weight=40)
    >>> bool(np.abs(smooth - square).mean() < np.abs(noisy - square).mean() / 2)
    True
    >>> bool(np.allclose(smooth + texture, noisy))
    True
    """
    pixels = as_pixels(image, channel_axis)
    weight = number("weight", weight, POSITIVE)
    tolerance = number("tolerance", tolerance, NOT_NEGATIVE)
    step = number("step", step, STEP)
    limit = integer("max_num_iter", max_num_iter, MAX_NUM_ITER)
    start = None
    if initial is not None:
        beginning = as_pixels(initial, name="initial")
        if beginning.shape != pixels.shape:
            raise ValueError(f"initial must have the shape of the image, {pixels.shape}; got {beginning.shape}.")
        start = channels_first(pixels.like(beginning.array), pixels.float_dtype)
    smooth = over_channels(pixels, lambda channels: _smoothed(channels, start, weight, tolerance, step, limit))
    texture = pixels.array.astype(pixels.float_dtype)
    texture -= smooth
    return smooth, texture


def _smoothed(
    image: NDArray[Any], start: NDArray[Any] | None, weight: float, tolerance: float, step: float, limit: int
) -> NDArray[Any]:
    """Return the smooth part of the channels; each ends when it does not change any more."""
    compiled, weight = for_this_machine("total_variation"), max(weight, least_weight(image.dtype))
    u = image.copy() if start is None else start
    field = np.broadcast_to(image, (image.ndim - 1, *image.shape)).copy()
    job = compiled.prepare(image, u, field, weight, step / weight, 0.0, True)
    with np.errstate(all="ignore"):
        for _ in iterations(limit):
            compiled.advance_dual(job)
            finished = np.sqrt(compiled.advance_primal(job) / image[0].size) <= tolerance
            compiled.leave(job, finished)
            if finished.all():
                break
    return u
