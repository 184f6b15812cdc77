"""Skeletons and thinned masks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output
from .._engine.labels import as_label_image
from .._engine.thinning import thin_by_lee, thin_plane
from .._errors import Allowed, choice, integer
from .._operation import Typical, operation
from .._types import PLANE, Mask, ObjectsLike, Out

ITERATIONS = Allowed(1)


@operation(kind="global", dimensions=Allowed(2, 3), since="0.1")
def skeletonize(image: ObjectsLike, *, method: Literal["zhang", "lee"] | None = None, out: Out = None) -> Mask:
    """Reduce the objects of a mask to lines one pixel wide.

    The lines are as connected as the objects are, and near the middle of them.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two or three axes; the background is 0 or False.
    method : {'zhang', 'lee'}, optional
        Zhang and Suen's algorithm, for two axes, or that of Lee, Kashyap and Chu, for two or three. By default the
        former for two axes and the latter for three.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the image itself.

    Returns
    -------
    ndarray
        The skeleton, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. Y. Zhang and C. Y. Suen, "A Fast Parallel Algorithm for Thinning Digital Patterns", Communications of the
       ACM 27 (3), 1984, pp. 236-239.
    .. [2] T.-C. Lee, R. L. Kashyap and C.-N. Chu, "Building Skeleton Models via 3-D Medial Surface/Axis Thinning
       Algorithms", CVGIP: Graphical Models and Image Processing 56 (6), 1994, pp. 462-478.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import skeletonize
    >>> image = np.zeros((5, 9), int)
    >>> image[1:4, 1:8] = 1
    >>> skeletonize(image).astype(int)
    array([[0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 1, 0, 0],
           [0, 1, 1, 1, 1, 1, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0]])
    """
    mask = _as_objects(image, (2, 3))
    name = method if method is None else choice("method", method, ("zhang", "lee"))
    if name == "zhang" and mask.ndim == 3:
        raise ValueError("method must be 'lee' or None for an image of three axes; got 'zhang'.")
    lee = name == "lee" or mask.ndim == 3
    return _delivered(thin_by_lee(mask) if lee else thin_plane(mask, "zhang", np.iinfo(np.int32).max), out)


@operation(kind="global", dimensions=PLANE, since="0.1")
def thin(
    image: ObjectsLike, max_num_iter: Annotated[int, ITERATIONS, Typical(1, 50)] | None = None, *, out: Out = None
) -> Mask:
    """Remove pixels from the outlines of objects, without breaking them apart.

    After enough iterations the objects are lines one pixel wide.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two axes; the background is 0 or False.
    max_num_iter : int, optional
        How often a layer of pixels is removed. By default until nothing changes.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

        It may be the image itself.

    Returns
    -------
    ndarray
        The thinned mask, an array of bool.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] Z. Guo and R. W. Hall, "Parallel Thinning with Two-Subiteration Algorithms", Communications of the ACM 32
       (3), 1989, pp. 359-373.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import thin
    >>> image = np.zeros((5, 9), int)
    >>> image[1:4, 1:8] = 1
    >>> thin(image).astype(int)
    array([[0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 1, 1, 1, 1, 1, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 0]])
    """
    mask = _as_objects(image, (2,))
    limit = np.iinfo(np.int32).max if max_num_iter is None else integer("max_num_iter", max_num_iter, ITERATIONS)
    return _delivered(thin_plane(mask, "guo", limit), out)


def _as_objects(image: Any, axes: tuple[int, ...]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.not_equal(as_label_image("image", image), 0)
    if mask.ndim not in axes:
        raise ValueError(f"image must have {' or '.join(map(str, axes))} axes; got shape {mask.shape}.")
    return mask


def _delivered(result: NDArray[np.bool_], out: NDArray[Any] | None) -> NDArray[np.bool_]:
    if out is None:
        return result
    output = Output(result.shape, result.dtype, result.dtype, out)
    output.array[...] = result
    return output.finish()
