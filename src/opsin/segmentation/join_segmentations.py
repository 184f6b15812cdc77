"""The common refinement of two segmentations."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from .._engine.labels import as_labels
from .._errors import flag
from .._operation import Result, Role, operation
from .._types import Labels, LabelsLike
from .relabel_sequential import LabelMap, renumbered

Map = Annotated[LabelMap, Result("values")]


@operation(kind="global", since="0.1")
def join_segmentations(
    s1: LabelsLike, s2: Annotated[ArrayLike, Role("reference", "iu")], *, return_mapping: bool = False
) -> Labels | tuple[Labels, Map, Map]:
    """Divide an image into regions that are in one region of each of two segmentations.

    Parameters
    ----------
    s1 : array_like
        Image of integers, of any number of axes: 0 for the background, and positive integers for regions.
    s2 : array_like
        Another one, of the same shape.
    return_mapping : bool
        Whether to return also from which regions of both segmentations each region comes.

    Returns
    -------
    joined : ndarray of int32
        Labels from 1, in the order of the labels of `s1` and then of `s2`; 0 where both are 0.
    map_to_s1, map_to_s2 : LabelMap
        ``map_to_s1[label]`` is the label in `s1` of a region of the result, only with ``return_mapping=True``.

    Raises
    ------
    TypeError
        If `s1` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there are negative labels, or the shapes differ.

    References
    ----------
    .. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992, chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> rows = np.array([[1, 1, 1, 1], [2, 2, 2, 2]])
    >>> columns = np.array([[0, 0, 7, 7], [0, 0, 7, 7]])
    >>> opsin.segmentation.join_segmentations(rows, columns)
    array([[1, 1, 2, 2],
           [3, 3, 4, 4]], dtype=int32)
    """
    first, second = as_labels("s1", s1), as_labels("s2", s2)
    both = flag("return_mapping", return_mapping)
    if first.shape != second.shape:
        raise ValueError(f"s2 must have the shape of s1, {first.shape}; got {second.shape}.")
    one, _, to_first = renumbered("s1", first, 1)
    other, _, to_second = renumbered("s2", second, 1)
    # Numbers from 0 without gaps, so that pairs fit into 64 bits.
    factor = int(other.max(initial=0)) + 1
    joined, _, to_pairs = renumbered("s1", one.astype(np.int64) * factor + other, 1)
    if not both:
        return joined
    parts = np.divmod(to_pairs.out_values, factor)
    maps = [LabelMap(to_pairs.in_values, to[part]) for to, part in zip((to_first, to_second), parts, strict=True)]
    return joined, maps[0], maps[1]
