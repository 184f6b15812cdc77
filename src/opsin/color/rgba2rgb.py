"""Transparent images on a background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from numpy.typing import NDArray

from .._engine.arrays import data_range, is_several, with_channels
from .._engine.pointwise import of_channels
from .._errors import Allowed, number
from .._operation import Typical, operation
from .._types import Image, RGBALike

SHARE = Allowed(0, 1)


@operation(kind="point", since="0.1")
def rgba2rgb(
    image: RGBALike,
    *,
    background: Annotated[Sequence[float], SHARE, Typical(0, 1)] = (1, 1, 1),
    channel_axis: int = -1,
) -> Image:
    """Put an image with transparency on a background of one color.

    Parameters
    ----------
    image : array_like
        RGBA image of any number of spatial axes and any real dtype, with an axis of four channels. The fourth is the
        opacity, from 0 to the largest value of an integer dtype, or to 1.
    background : sequence of float
        Red, green and blue of the background, from 0 to 1.
    channel_axis : int
        Axis of the channels.

    Returns
    -------
    ndarray
        The image with three channels, of the dtype of `image`; integers are rounded to nearest.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the channel axis does not have length 4.

    References
    ----------
    .. [1] T. Porter and T. Duff, "Compositing Digital Images", SIGGRAPH Computer Graphics 18 (3), 1984, pp. 253-259.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[[255, 0, 0, 255], [255, 0, 0, 51]]], np.uint8)
    >>> opsin.color.rgba2rgb(image)
    array([[[255,   0,   0],
            [255, 204, 204]]], dtype=uint8)
    """
    pixels, axis = with_channels(image, channel_axis, 4)
    if not is_several(background):
        raise TypeError(f"background must be a sequence of 3 numbers; got {background!r}.")
    if len(background) != 3:
        raise ValueError(f"background must be 3 numbers, one for each channel; got {len(background)}.")
    unit = data_range(pixels.dtype)
    real = pixels.float_dtype
    behind = [real.type(number("background", share, SHARE) * unit) for share in background]

    def blended(
        red: NDArray[Any], green: NDArray[Any], blue: NDArray[Any], opacity: NDArray[Any]
    ) -> list[NDArray[Any]]:
        share = opacity / real.type(unit)
        return [back + (color - back) * share for back, color in zip(behind, (red, green, blue), strict=True)]

    return of_channels(blended, [pixels.array], axis, computed=real, dtype=pixels.dtype)
