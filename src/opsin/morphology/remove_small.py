"""Removal of small objects and small holes."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from .._engine.labels import as_connectivity, as_label_image, connected_components, overwrite, region_sizes
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import Mask, ObjectsLike, Out, SameLabels

MAX_SIZE = Allowed(0)

MaxSize = Annotated[int, MAX_SIZE, Typical(0, 1000, "px")]
"""The number of pixels up to which an object is small."""


@operation(kind="global", since="0.1")
def remove_small_objects(
    labels: ObjectsLike, max_size: MaxSize = 64, *, connectivity: int = 1, out: Out = None
) -> SameLabels:
    """Remove the objects of at most so many pixels.

    Parameters
    ----------
    labels : array_like
        Image of bool or integers, of any number of axes: the objects of a mask are its connected components; those of
        an image of labels are the pixels of one label, connected or not.
    max_size : int
        Number of pixels of the largest objects that are removed.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. It matters for masks only.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

        It may be the image itself.

    Returns
    -------
    ndarray
        The image with 0 in place of the small objects, with the same dtype. Labels keep their numbers.

    Raises
    ------
    TypeError
        If `labels` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a label is negative.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[1, 1, 0, 2], [1, 0, 0, 0], [0, 0, 3, 3]])
    >>> opsin.morphology.remove_small_objects(labels, 2)
    array([[1, 1, 0, 0],
           [1, 0, 0, 0],
           [0, 0, 0, 0]])
    """
    image = as_label_image("labels", labels)
    largest = integer("max_size", max_size, MAX_SIZE)
    reach = as_connectivity(integer("connectivity", connectivity), image.ndim)
    objects = connected_components("labels", image, reach, 0)[0] if image.dtype == np.bool_ else image
    numbers, sizes = region_sizes("labels", objects)
    return overwrite(image, numbers, _small(sizes, largest), 0, out)


@operation(kind="global", since="0.1")
def remove_small_holes(mask: ObjectsLike, max_size: MaxSize = 64, *, connectivity: int = 1, out: Out = None) -> Mask:
    """Fill the holes of at most so many pixels.

    A hole is a connected component of the background, also if it touches the border of the image.

    Parameters
    ----------
    mask : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    max_size : int
        Number of pixels of the largest holes that are filled.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the mask itself.

    Returns
    -------
    ndarray
        The mask without the small holes, an array of bool.

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
    >>> mask = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [1, 1, 1, 0]], bool)
    >>> opsin.morphology.remove_small_holes(mask, 1).astype(int)
    array([[1, 1, 1, 1],
           [1, 1, 1, 0],
           [1, 1, 1, 0]])
    """
    image = as_label_image("mask", mask) != 0
    largest = integer("max_size", max_size, MAX_SIZE)
    reach = as_connectivity(integer("connectivity", connectivity), image.ndim)
    numbers, sizes = region_sizes("mask", connected_components("mask", image, reach, 1)[0])
    return overwrite(image, numbers, _small(sizes, largest), 1, out)


def _small(sizes: NDArray[np.int64], largest: int) -> NDArray[np.bool_]:
    """Return which regions have at most so many pixels; the first is the background, which is none."""
    small: NDArray[np.bool_] = sizes <= largest
    small[0] = False
    return small
