"""Connected components."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.compiled import union_find
from .._engine.threads import get_num_threads
from .._errors import flag, integer
from .._operation import operation
from .._types import INTEGER_DTYPES

MOST_AXES = 10

_UNSIGNED: dict[int, np.dtype[Any]] = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


@overload
def label(
    label_image: ArrayLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: Literal[False] = False,
) -> NDArray[np.int32]: ...


@overload
def label(
    label_image: ArrayLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: Literal[True],
) -> tuple[NDArray[np.int32], int]: ...


@operation(kind="label", dtypes=("bool", *INTEGER_DTYPES), returns="labels", since="0.1")
def label(
    label_image: ArrayLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: bool = False,
) -> NDArray[np.int32] | tuple[NDArray[np.int32], int]:
    """Number the connected components of an image.

    Two neighbouring pixels are connected if they have the same value, and that value is not the background.

    Parameters
    ----------
    label_image : array_like
        Image of bool or integers, of any number of axes. Of an image of floats, compare it first, as in
        ``label(image > 0.5)``.
    connectivity : int, optional
        Along how many axes at once a neighbour may be one step away: in two dimensions, 1 for the 4
        neighbours that share an edge, and 2 for all 8. By default all axes, so every pixel that touches is a
        neighbour.
    background : int
        The value of the pixels that belong to no component.
    return_num : bool
        Whether to return the number of components too.

    Returns
    -------
    labels : ndarray
        int32 array of the image's shape: 0 for the background, and 1, 2, ... for the components in the order
        in which their first pixels come, row by row.
    num : int
        The number of components; only with ``return_num=True``.

    Raises
    ------
    TypeError
        If the image is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If `connectivity` is not from 1 to the number of axes, or the image has more than 10 axes longer than
        1, an axis of 2**31 pixels or 2**31 runs of equal pixels.

    References
    ----------
    .. [1] L. He, Y. Chao and K. Suzuki, "A Run-Based Two-Scan Labeling Algorithm", IEEE Transactions on Image
       Processing 17 (5), 2008, pp. 749-756.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0], [1, 1, 0]])
    >>> opsin.measure.label(image)
    array([[1, 0, 1],
           [0, 1, 0],
           [0, 0, 0],
           [2, 2, 0]], dtype=int32)
    >>> opsin.measure.label(image, connectivity=1)
    array([[1, 0, 2],
           [0, 3, 0],
           [0, 0, 0],
           [4, 4, 0]], dtype=int32)
    """
    # 1. What comes in.
    image = as_label_image("label_image", label_image)
    reach = image.ndim if connectivity is None else integer("connectivity", connectivity, low=1, high=image.ndim)
    background = integer("background", background)
    return_num = flag("return_num", return_num)
    # 2. What to compute.
    shape = tuple(length for length in image.shape if length != 1) or (1,)
    if len(shape) > MOST_AXES:
        raise ValueError(f"label_image must have at most {MOST_AXES} axes longer than 1; got shape {image.shape}.")
    if max(shape) > union_find.MOST_RUNS:
        raise ValueError(f"label_image must have less than 2**31 pixels along an axis; got shape {image.shape}.")
    rows, background, one_value = as_rows(image, shape, background)
    neighbours = preceding_rows(len(shape), reach)
    # 3. Run.
    labels = np.empty(image.shape, np.int32)
    count = 0
    if labels.size:
        count = union_find.label_rows(
            rows,
            background,
            one_value,
            shape[:-1],
            neighbours,
            labels.reshape(rows.shape),
            get_num_threads(),
        )
    if count < 0:
        raise ValueError(f"label_image must have less than 2**31 runs of equal pixels; got shape {image.shape}.")
    # 4. What goes out.
    return (labels, count) if return_num else labels


def as_label_image(name: str, image: ArrayLike) -> NDArray[Any]:
    """Return `image` as an array of bool or integers in the machine's byte order."""
    array = image if type(image) is np.ndarray else np.asarray(image)
    if array.dtype.kind not in "biu":
        raise TypeError(f"{name} must be an array of bool or integers; got dtype {array.dtype}.")
    if array.ndim == 0:
        raise ValueError(f"{name} must have at least one axis; got a single number.")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def as_rows(image: NDArray[Any], shape: tuple[int, ...], background: int) -> tuple[NDArray[Any], int, bool]:
    """Return the pixels as rows, the background among them, and whether there is at most one other value."""
    limits = (0, 1) if image.dtype == np.bool_ else (np.iinfo(image.dtype).min, np.iinfo(image.dtype).max)
    present = limits[0] <= background <= limits[1]
    one_value = image.dtype == np.bool_ and present
    if image.dtype == np.bool_:
        image = image.view(np.uint8)
    if not present:
        # No pixel is background: a wider type has room for a value that none has, and failing that, ranks do.
        wider = np.result_type(image.dtype, np.min_scalar_type(background))
        if wider.kind in "iu":
            image = image.astype(wider)
        else:
            image, background = np.unique(image, return_inverse=True)[1].reshape(image.shape) + 1, 0
    rows = unsigned(image.reshape(math.prod(shape[:-1]), shape[-1]))
    return rows, background % 2 ** (8 * rows.itemsize), one_value


def unsigned(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows of integers as the irregular code takes them: unsigned and C-contiguous."""
    return np.ascontiguousarray(rows).view(_UNSIGNED[rows.itemsize])


@lru_cache(maxsize=64)
def preceding_rows(axes: int, connectivity: int) -> NDArray[np.int32]:
    """Return the steps to the rows that precede a row and touch it, each with the reach along the row.

    The rows run along the last of `axes` axes. A step takes one of -1, 0 and 1 along each of the others; its
    reach is 1 if a step along the row as well is still within the connectivity.
    """
    origin = (0,) * (axes - 1)
    found = [
        (*steps, int(distance < connectivity))
        for steps in itertools.product((-1, 0, 1), repeat=axes - 1)
        if steps < origin and (distance := sum(map(abs, steps))) <= connectivity
    ]
    neighbours = np.array(found, np.int32).reshape(-1, axes)
    neighbours.flags.writeable = False
    return neighbours
