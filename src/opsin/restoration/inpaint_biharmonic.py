"""Filling missing pixels by the biharmonic equation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import FLOAT64, Pixels, as_pixels
from .._engine.borders import as_border
from .._engine.channels import over_channels
from .._engine.footprints import as_footprint
from .._engine.graph import edges, laplacian, numbered, solved, weighted
from .._engine.labels import as_mask
from .._engine.minmax import minmax
from .._operation import operation
from .._types import ChannelAxis, Image, ImageLike, MaskLike, Out

REACH = 2
"""How far a pixel depends on others: the biharmonic operator is the Laplacian twice."""


@operation(kind="global", since="0.1")
def inpaint_biharmonic(
    image: ImageLike,
    mask: MaskLike | None = None,
    *,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Fill the missing pixels of an image, so that it continues smoothly.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    mask : array_like of bool, optional
        True where pixels are missing, with the spatial shape of the image. By default the pixels that are not a number
        in some channel. `find_missing` makes a mask.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image with the missing pixels filled, with its shape and dtype; integers are rounded to nearest. The other
        pixels are as they were, and the filled ones within their range, for each channel.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if all pixels are missing.

    Notes
    -----
    The Laplacian of the Laplacian is 0 at the missing pixels; beyond its border the image is reflected. The sparse
    system of equations is solved by SciPy. The time depends on the number of missing pixels, and only a little on the
    size of the image.

    References
    ----------
    .. [1] S. B. Damelin and N. S. Hoang, "On Surface Completion and Image Inpainting by Biharmonic Functions: Numerical
       Aspects", International Journal of Mathematics and Mathematical Sciences 2018, article 3950312.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> ramp = np.tile(np.arange(0, 80, 10, dtype=np.uint8), (8, 1))
    >>> mask = np.zeros(ramp.shape, bool)
    >>> mask[3:5, 3:5] = True
    >>> damaged = np.where(mask, 0, ramp)
    >>> print(opsin.restoration.inpaint_biharmonic(damaged, mask)[3])
    [ 0 10 20 30 40 50 60 70]
    """
    pixels = as_pixels(image, channel_axis)
    missing = _not_a_number(pixels) if mask is None else as_mask("mask", mask, pixels.spatial_shape)
    if missing.size and missing.all():
        raise ValueError("mask must leave at least one pixel of the image; got a mask that is True everywhere.")
    # Integers of 64 bits and long doubles are more exact than the floats that are filled.
    exact = pixels.array.copy() if pixels.dtype.itemsize >= 8 and pixels.dtype != FLOAT64 else None
    result = over_channels(pixels, lambda channels: _filled(channels, missing), out=out, real=FLOAT64)
    if exact is not None:
        known = ~missing if pixels.channel_axis is None else np.expand_dims(~missing, pixels.channel_axis)
        np.copyto(result, exact, where=known, casting="unsafe")
    return result


def _not_a_number(pixels: Pixels) -> NDArray[np.bool_]:
    unknown: NDArray[np.bool_] = pixels.array != pixels.array
    return unknown if pixels.channel_axis is None else np.any(unknown, axis=pixels.channel_axis)


def _filled(channels: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the channels with the missing pixels filled."""
    if not missing.any():
        return channels
    # Only the pixels near the missing ones are in the system.
    window = as_footprint(2 * REACH + 1, missing.ndim)
    masked = as_pixels(missing)
    near = minmax(masked, window, (True,), border=as_border("min", 0, masked, ("min",)))
    numbers = numbered(near)
    first, second = (np.concatenate(part) for part in list(zip(*edges(numbers), strict=True))[:2])
    operator = laplacian(weighted(int(near.sum()), first, second, np.ones(len(first))))
    unknown = missing[near]
    rows = operator[np.flatnonzero(unknown)] @ operator
    matrix = rows[:, np.flatnonzero(unknown)]
    known = rows[:, np.flatnonzero(~unknown)]
    sides = np.stack([-(known @ channel[near][~unknown]) for channel in channels], axis=1)
    for channel, values in zip(channels, solved(matrix, sides).T, strict=True):
        whole = channel[~missing]
        channel[missing] = np.clip(values, whole.min(), whole.max())
    return channels
