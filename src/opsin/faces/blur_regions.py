"""Blurring parts of an image, such as faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Pixels, as_pixels, copied
from .._errors import integer
from .._types import ImageLike, Out, Sigma
from ..filters.gaussian import gaussian

SIDES = ("r", "c", "width", "height")


def blur_regions(
    image: ImageLike, boxes: Sequence[Mapping[str, int]], sigma: Sigma = 8.0, *, out: Out = None
) -> NDArray[Any]:
    """Blur boxes of an image, and leave the rest as it is.

    The blur of a box depends on nothing but the box: no color comes from its surroundings, and none goes there.

    Parameters
    ----------
    image : array_like
        Gray image of two axes, or color image with a last axis of three or four channels, of any real dtype.
    boxes : list of dict
        Boxes with their first row ``"r"`` and column ``"c"``, ``"width"`` and ``"height"`` in pixels, as
        `opsin.faces.detect_faces` returns them. Parts outside of the image are ignored.
    sigma : float or sequence of float
        Standard deviation of the Gaussian in pixels, one for both axes or one for each.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; it may be the image itself.

    Returns
    -------
    ndarray
        The image with blurred boxes, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    A face that is blurred by much less than a fourth of its width can still be recognized.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.eye(6, dtype=np.uint8) * 200
    >>> opsin.faces.blur_regions(image, [{"r": 0, "c": 0, "width": 3, "height": 3}], sigma=10)[:4, :4]
    array([[ 67,  67,  67,   0],
           [ 67,  67,  67,   0],
           [ 67,  67,  67,   0],
           [  0,   0,   0, 200]], dtype=uint8)
    """
    pixels = as_pixels(image, "auto")
    if len(pixels.spatial_axes) != 2:
        raise ValueError(f"image must be gray, of two axes, or in color; got shape {pixels.shape}.")
    if not isinstance(boxes, (list, tuple)):
        raise TypeError(f"boxes must be a list of dicts; got {type(boxes).__name__}.")
    places = [_place(box, pixels) for box in boxes]
    blurred = [gaussian(pixels.array[place], sigma, channel_axis=pixels.channel_axis) for place in places]
    result = copied(pixels, out)
    for place, part in zip(places, blurred, strict=True):
        result[place] = part
    return result


def _place(box: Any, pixels: Pixels) -> tuple[slice, slice]:
    """Return the part of the image that a box covers."""
    if not isinstance(box, Mapping):
        raise TypeError(f"boxes must be dicts with {', '.join(SIDES)}; got {type(box).__name__}.")
    missing = [side for side in SIDES if side not in box]
    if missing:
        raise ValueError(f"boxes must have {', '.join(SIDES)}; one has no {missing[0]!r}.")
    r, c = (integer(f"boxes[{side!r}]", box[side]) for side in ("r", "c"))
    width, height = (integer(f"boxes[{side!r}]", box[side], low=0) for side in ("width", "height"))
    rows, columns = pixels.spatial_shape
    return tuple(
        slice(int(np.clip(first, 0, length)), min(max(first + size, 0), length))
        for first, size, length in ((r, height, rows), (c, width, columns))
    )  # type: ignore[return-value]
