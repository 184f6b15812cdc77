"""Contours of a level."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .._engine.arrays import COMPUTED_IN, as_pixels, converted
from .._engine.compiled import contours
from .._engine.labels import as_mask
from .._errors import Allowed, choice, number
from .._operation import operation
from .._types import Curves, ImageLike, MaskLike


@operation(kind="global", dimensions=Allowed(2, 2), since="0.1")
def find_contours(
    image: ImageLike,
    level: float | None = None,
    *,
    fully_connected: Literal["low", "high"] = "low",
    positive_orientation: Literal["low", "high"] = "low",
    mask: MaskLike | None = None,
) -> Curves:
    """Find the contours of a level in an image, by marching squares.

    The points of a contour are on the lines between the centers of neighboring pixels, interpolated linearly.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.

        It has exactly two axes.
    level : float, optional
        The level; pixels above it are on one side. By default the middle between the least and the greatest value.
    fully_connected : {'low', 'high'}
        Whether the pixels below or those above the level are connected where they meet at a corner only.
    positive_orientation : {'low', 'high'}
        Whether contours wind counterclockwise around low or around high values. Counterclockwise is as seen with rows
        counted downwards.
    mask : array_like of bool, optional
        Array of the shape of the image. Squares of four pixels of which one is False here are left out, as are those
        with NaN.

    Returns
    -------
    list of ndarray
        The contours, each an array of float64 and shape (n, 2) with the rows and columns of its points. The last point
        of a closed contour is its first; others end at the border, the mask or NaN.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] W. E. Lorensen and H. E. Cline, "Marching Cubes: A High Resolution 3D Surface Construction Algorithm",
       Computer Graphics (SIGGRAPH) 21 (4), 1987, pp. 163-169.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((3, 3))
    >>> image[1, 1] = 1
    >>> (contour,) = opsin.measure.find_contours(image, 0.5)
    >>> contour
    array([[1.5, 1. ],
           [1. , 0.5],
           [0.5, 1. ],
           [1. , 1.5],
           [1.5, 1. ]])
    """
    pixels = as_pixels(image)
    array = pixels.array
    if array.ndim != 2:
        raise ValueError(f"image must have two axes; got shape {array.shape}.")
    high = choice("fully_connected", fully_connected, ("low", "high")) == "high"
    reverse = choice("positive_orientation", positive_orientation, ("low", "high")) == "high"
    inside = None if mask is None else np.ascontiguousarray(as_mask("mask", mask, array.shape)).view(np.uint8)
    if level is not None:
        level = number("level", level)
    if min(array.shape) < 2:
        return []
    values = np.ascontiguousarray(converted(array, COMPUTED_IN["measure"][array.dtype]))
    if level is None:
        with np.errstate(invalid="ignore", over="ignore"):
            known = values[~np.isnan(values)] if values.dtype.kind == "f" and np.isnan(values.sum()) else values
            level = float(known.min() / 2.0 + known.max() / 2.0) if known.size else 0.0
    points, offsets = contours.find(values, level, inside, high)
    ends = offsets.tolist()
    found = list(map(points.__getitem__, map(slice, ends, ends[1:])))
    return [contour[::-1].copy() for contour in found] if reverse else found
