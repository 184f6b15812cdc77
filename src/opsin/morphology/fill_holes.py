"""Holes in objects."""

from __future__ import annotations

import numpy as np

from .._engine.labels import as_connectivity, as_label_image, border_labels, connected_components, overwrite
from .._errors import integer
from .._operation import operation
from .._types import Mask, ObjectsLike, Out


@operation(kind="global", since="0.1")
def fill_holes(mask: ObjectsLike, *, connectivity: int = 1, out: Out = None) -> Mask:
    """Fill the holes of a mask: the background that is not connected to the border of the image.

    Parameters
    ----------
    mask : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    connectivity : int
        Largest number of axes along which a neighbor in the background differs by one step: in two dimensions, 1 for
        the 4 neighbors that share an edge, and 2 for all 8, which makes fewer holes.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the mask itself.

    Returns
    -------
    ndarray
        The mask without holes, an array of bool.

    Raises
    ------
    TypeError
        If `mask` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> mask = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0]], bool)
    >>> opsin.morphology.fill_holes(mask).astype(int)
    array([[1, 1, 1, 0],
           [1, 1, 1, 0],
           [1, 1, 1, 0]])
    """
    image = as_label_image("mask", mask) != 0
    reach = as_connectivity(integer("connectivity", connectivity), image.ndim)
    numbers, count = connected_components("mask", image, reach, 1)
    holes = np.ones(count + 1, bool)
    holes[0] = False
    holes[border_labels(numbers)] = False
    return overwrite(image, numbers, holes, 1, out)
