"""Removing what touches the border."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import check_out
from .._engine.compiled import regions
from .._engine.threads import get_num_threads
from .._errors import integer
from .._operation import Between, operation
from .._types import INTEGER_DTYPES
from ..measure.label import as_label_image, label, unsigned


@operation(kind="label", dtypes=("bool", *INTEGER_DTYPES), returns="input", since="0.1")
def clear_border(
    labels: ArrayLike,
    *,
    buffer_size: Annotated[int, Between(0, 100, "px")] = 0,
    bgval: int = 0,
    mask: NDArray[np.bool_] | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Remove the objects that touch the border of an image.

    An object is a connected component: pixels of one value other than 0, where pixels that meet at a corner
    are connected too.

    Parameters
    ----------
    labels : array_like
        Image of bool or of integers, of any number of axes: objects, or labels of objects.
    buffer_size : int
        How many pixels wide the border is beyond the outermost.
    bgval : int
        What the pixels of the removed objects become. The background counts as one of them where it touches
        the border: then all 0 pixels become `bgval`.
    mask : ndarray of bool, optional
        Image of the same shape. If it is given, the border is where it is False, and `buffer_size` is
        ignored.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype; it may be the image.

    Returns
    -------
    ndarray
        The image without the objects at the border, in the same dtype.

    Raises
    ------
    TypeError
        If the image is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If the border is wider than the image, the mask is of another shape, or `bgval` does not fit the
        dtype.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd ed., Springer, 2004,
       section 6.3.5 (removal of the objects that touch the border).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[0, 0, 0, 0, 1], [0, 1, 1, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
    >>> opsin.segmentation.clear_border(image)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    # 1. What comes in.
    image = as_label_image("labels", labels)
    shape, dtype = image.shape, image.dtype
    limits = (0, 1) if dtype == np.bool_ else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    bgval = integer(
        "bgval", int(bgval) if isinstance(bgval, (bool, np.bool_)) else bgval, low=limits[0], high=limits[1]
    )
    if mask is None:
        buffer_size = integer("buffer_size", buffer_size, low=0, high=max(min(shape) - 1, 0))
    else:
        mask = check_mask(mask, shape)
    if out is not None:
        check_out(out, shape, dtype)
    # 2. What to compute.
    numbers, count = label(image, return_num=True)
    touched = np.zeros(count + 1, np.uint8)
    for part in [numbers[~mask]] if mask is not None else borders(numbers, buffer_size + 1):
        touched[part] = 1
    # 3. Run.
    result = image.copy(order="C")
    if image.size:
        flat = unsigned(result.view(np.uint8) if dtype == np.bool_ else result).reshape(-1)
        value = bgval % 2 ** (8 * dtype.itemsize)
        regions.overwrite_regions(flat, numbers.reshape(-1), touched, value, get_num_threads())
    # 4. What goes out.
    if out is None:
        return result
    out[...] = result
    return out


def borders(image: NDArray[Any], width: int) -> list[NDArray[Any]]:
    """Return the parts of an image that are nearer than `width` to its border."""
    parts = []
    for axis in range(image.ndim):
        moved = np.moveaxis(image, axis, 0)
        parts += [moved[:width], moved[-width:]]
    return parts


def check_mask(mask: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return `mask` if it is an array of bool of `shape`."""
    array = np.asarray(mask)
    if array.dtype != np.bool_:
        raise TypeError(f"mask must be an array of bool; got dtype {array.dtype}.")
    if array.shape != shape:
        raise ValueError(f"mask must have the shape of the image, {shape}; got {array.shape}.")
    return array
