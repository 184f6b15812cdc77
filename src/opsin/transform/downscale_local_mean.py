"""Downscaling by the means of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import numpy as np

from .._engine.arrays import Layout, as_pixels, per_axis_integer
from .._engine.borders import as_border
from .._engine.memo import remembered
from .._engine.resample import Table, resample
from .._errors import Allowed
from .._operation import Typical, operation
from .._types import MAX_SIZE, ChannelAxis, Image, ImageLike, Out
from .resize import spatial_factors

FACTOR = Allowed(1, MAX_SIZE)


@operation(kind="geometric", since="0.1")
def downscale_local_mean(
    image: ImageLike,
    factors: Annotated[int | Sequence[int], FACTOR, Typical(1, 8)],
    *,
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Downscale an image by integer factors: each pixel is the mean of a block.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    factors : int or sequence of int
        Size of the blocks along all spatial axes, or one for each. That of the channels may be included and must be 1.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The downscaled image, with the dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    resize : With ``order="area"``, means of areas of any size, without padding.

    References
    ----------
    .. [1] K. Turkowski, "Filters for Common Resampling Tasks", in: Graphics Gems, 1990, pp. 147-165 (box filter).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.arange(15.0).reshape(3, 5)
    >>> opsin.transform.downscale_local_mean(image, (2, 3))
    array([[3.5, 4. ],
           [5.5, 4.5]])
    """
    pixels = as_pixels(image, channel_axis)
    tables = _tables(factors, pixels.layout)
    return resample(pixels, tables, border=as_border("constant", cval, pixels), out=out)


@remembered
def _tables(factors: int | Sequence[int], layout: Layout) -> tuple[Table | None, ...]:
    """Return the table of each spatial axis; None where the blocks are single pixels."""
    sizes = spatial_factors("factors", factors, layout, FACTOR, per_axis_integer)
    return tuple([blocks(length, size) for length, size in zip(layout.spatial_shape, sizes, strict=True)])


@lru_cache(maxsize=128)
def blocks(length: int, size: int) -> Table | None:
    """Return the table of the means of blocks; the last one may reach beyond the end."""
    if size == 1:
        return None
    count = -(-length // size)
    return Table(length, np.arange(count) * size, np.full((size, count), 1 / size))
