"""Convex hulls of masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output
from .._engine.compiled.hulls import convex_image
from .._engine.iterate import iterations
from .._engine.labels import as_connectivity, as_label_image, connected_components
from .._operation import operation
from .._types import Mask, ObjectsLike, Out
from ..measure.find_objects import find_objects


@operation(kind="global", since="0.1")
def convex_hull_image(image: ObjectsLike, *, out: Out = None) -> Mask:
    """Fill the convex hull of all objects of a mask.

    The hull is that of the middles of the faces of the pixels (in two dimensions, of their edges). A pixel is in it if
    its middle is, also on the border of the hull.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the image itself.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True inside the hull.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The hull is exact in up to two dimensions. In more, the distance of a pixel from the faces of the hull is compared
    with 1e-10.

    References
    ----------
    .. [1] A. M. Andrew, "Another Efficient Algorithm for Convex Hulls in Two Dimensions", Information Processing
       Letters 9 (5), 1979, pp. 216-219.
    .. [2] C. B. Barber, D. P. Dobkin and H. Huhdanpaa, "The Quickhull Algorithm for Convex Hulls", ACM Transactions on
       Mathematical Software 22 (4), 1996, pp. 469-483.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import convex_hull_image
    >>> image = np.array([[0, 0, 1, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0, 0, 1]], bool)
    >>> convex_hull_image(image).astype(int)
    array([[0, 0, 1, 0, 0],
           [0, 1, 1, 1, 0],
           [1, 1, 1, 1, 1]])
    """
    mask = as_label_image("image", image) != 0
    output = Output(mask.shape, mask.dtype, mask.dtype, out)
    output.array[...] = False
    box = _bounding_box(mask)
    if box is not None:
        output.array[box] = _hull(mask[box])
    return output.finish()


@operation(kind="global", since="0.1")
def convex_hull_object(image: ObjectsLike, *, connectivity: int | None = None, out: Out = None) -> Mask:
    """Fill the convex hull of each object of a mask.

    The objects are connected components. Hulls may overlap.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of any number of axes; the background is 0 or False.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the image itself.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True inside a hull.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    convex_hull_image : One hull of all objects.

    References
    ----------
    .. [1] A. M. Andrew, "Another Efficient Algorithm for Convex Hulls in Two Dimensions", Information Processing
       Letters 9 (5), 1979, pp. 216-219.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import convex_hull_object
    >>> image = np.array([[1, 0, 0, 0, 1, 1], [1, 0, 0, 0, 0, 1], [1, 1, 1, 0, 0, 0]], bool)
    >>> convex_hull_object(image).astype(int)
    array([[1, 0, 0, 0, 1, 1],
           [1, 1, 0, 0, 0, 1],
           [1, 1, 1, 0, 0, 0]])
    """
    mask = as_label_image("image", image) != 0
    labels, count = connected_components("image", mask, as_connectivity(connectivity, mask.ndim), 0)
    output = Output(mask.shape, mask.dtype, mask.dtype, out)
    output.array[...] = False
    boxes = find_objects(labels)
    for number in iterations(count):
        box = boxes[number]
        output.array[box] |= _hull(labels[box] == number + 1)
    return output.finish()


def _hull(mask: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the convex hull of a mask that has an object at each side."""
    rows = mask if mask.ndim > 1 else mask[np.newaxis]
    if rows.ndim == 2:
        return convex_image(np.ascontiguousarray(rows, np.int32)).reshape(mask.shape)  # type: ignore[no-any-return]
    return _hull_of_volume(rows)


def _bounding_box(mask: NDArray[np.bool_]) -> tuple[slice, ...] | None:
    """Return the smallest box that holds all objects; None if there is none."""
    found = []
    for axis in range(mask.ndim):
        places = np.flatnonzero(mask.any(axis=tuple(other for other in range(mask.ndim) if other != axis)))
        if not places.size:
            return None
        found.append(slice(int(places[0]), int(places[-1]) + 1))
    return tuple(found)


def _hull_of_volume(mask: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the pixels of a mask of three or more axes that are on the inner side of all faces of its hull."""
    from scipy.spatial import ConvexHull

    axes = mask.ndim
    # Only the first and the last pixel of a line can be a corner.
    lines = np.argwhere(mask.any(axis=-1))
    last = mask.shape[-1] - 1
    ends = [mask.argmax(axis=-1), last - mask[..., ::-1].argmax(axis=-1)]
    corners = np.concatenate([np.column_stack([lines, end[tuple(lines.T)]]) for end in ends]).astype(np.float64)
    steps = np.concatenate([np.eye(axes), -np.eye(axes)]) / 2
    points = np.unique((corners[:, np.newaxis] + steps).reshape(-1, axes), axis=0)
    inside = np.ones(mask.shape, bool)
    grid = np.ogrid[tuple(slice(length) for length in mask.shape)]
    for *normal, offset in ConvexHull(points).equations:
        inside &= sum(weight * place for weight, place in zip(normal, grid, strict=True)) + offset < 1e-10
    return inside
