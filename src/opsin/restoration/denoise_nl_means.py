"""Denoising by means of pixels whose surroundings are alike."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_data_range, as_pixels
from .._engine.borders import as_border
from .._engine.compiled import for_this_machine
from .._engine.displaced import Displaced, over_displaced
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import POSITIVE, ColorAxis, DataRange, Image, ImageLike, Out

AXES = Allowed(1, 3)
PATCH = Allowed(1, 101)
DISTANCE = Allowed(0, 200)
SIGMA = Allowed(0)

PatchSize: TypeAlias = Annotated[int, PATCH, Typical(3, 11, "px")]
"""The size of a patch along each axis."""

PatchDistance: TypeAlias = Annotated[int, DISTANCE, Typical(3, 21, "px")]
"""How far away patches are compared."""

Strength: TypeAlias = Annotated[float, POSITIVE, Typical(0.01, 0.5)]
"""How different patches may be."""

NoiseSigma: TypeAlias = Annotated[float, SIGMA, Typical(0, 0.3)]
"""The standard deviation of the noise."""


def denoise_nl_means_halo(count: int, /, *, patch_size: int, patch_distance: int, **_: Any) -> tuple[int, ...]:
    """Return how many pixels a patch at the end of the window reaches along each axis."""
    return (patch_size // 2 + patch_distance,) * count


@operation(kind="window", halo=denoise_nl_means_halo, dimensions=AXES, since="0.1")
def denoise_nl_means(
    image: ImageLike,
    patch_size: PatchSize = 7,
    patch_distance: PatchDistance = 11,
    *,
    h: Strength = 0.1,
    sigma: NoiseSigma = 0.0,
    channel_axis: ColorAxis = "auto",
    data_range: DataRange = None,
    out: Out = None,
) -> Image:
    """Remove noise by averaging pixels whose surroundings are alike: non-local means.

    Parameters
    ----------
    image : array_like
        Image of one to three spatial axes and any real dtype.
    patch_size : int
        Size of the patches that are compared, in pixels along each axis; an even size is made odd by adding one.
    patch_distance : int
        How far away patches are compared, in pixels along each axis.
    h : float
        How different patches may be, as a fraction of `data_range`: the greater, the smoother. A little less than the
        standard deviation of the noise is a good value.
    sigma : float
        Standard deviation of the noise, as a fraction of `data_range`, such as `estimate_sigma` returns. Differences
        that it explains do not count.
    channel_axis : int, None or 'auto'
        Axis of the channels, which are the coordinates of a color. ``"auto"``: the last axis of a 3-D image if it is 3
        or 4 long. ``None``: every axis is spatial.
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
    The weight of a pixel is ``exp(-d)``, where d is the mean squared difference of the patches over ``h**2``, less
    ``2 * sigma**2``, or 0 if d is more than 5. The image is extended by mirroring (``"mirror"``). Images of 16 bits or
    less are computed in float32.

    References
    ----------
    .. [1] A. Buades, B. Coll and J.-M. Morel, "A Non-local Algorithm for Image Denoising", IEEE Conference on Computer
       Vision and Pattern Recognition 2, 2005, pp. 60-65.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> noise = np.random.default_rng(0).normal(0, 0.1, (40, 40))
    >>> edge = (np.arange(40) > 20) + noise
    >>> clean = opsin.restoration.denoise_nl_means(edge, 5, 6, h=0.1)
    >>> bool(noise.std() > 3 * (clean - (np.arange(40) > 20)).std())
    True
    """
    pixels = as_pixels(image, channel_axis, dimensions=AXES)
    size = integer("patch_size", patch_size, PATCH) | 1
    distance = integer("patch_distance", patch_distance, DISTANCE)
    scale = as_data_range(data_range, pixels.dtype)
    strength = number("h", h, POSITIVE) * scale
    noise = number("sigma", sigma, SIGMA) * scale
    count = size ** len(pixels.axes) * pixels.channels
    with np.errstate(over="ignore", divide="ignore"):
        # Finite in either precision: the least normal number is a weight of 0 for any difference.
        share = min(float(1 / (np.float64(strength) ** 2 * count)), 1e30)
        excess = min(float(2 * np.float64(noise) ** 2 * count), 1e30)
    border = as_border("mirror", 0, pixels)

    def means(source: Displaced, result: NDArray[Any]) -> None:
        # A patch is rows of columns, in planes that are so many rows away.
        radius = size // 2
        offsets = source.offsets(radius)
        radii = radius if source.steps[-1] else 0, radius
        patch = offsets[(offsets[:, 1] == 0)][radii[0] :: 2 * radii[0] + 1, 0]
        compiled = for_this_machine("nonlocal_means")
        compiled.denoise(source.image, result, source.planes, patch, source.offsets(distance), radii, share, excess)

    return over_displaced(pixels, means, pad=size // 2 + distance, border=border, out=out)
