"""Colors, or other values, for labels."""

from __future__ import annotations

import numpy as np

from .._engine.arrays import as_array
from .._engine.labels import as_label_image
from .._engine.pointwise import look_up
from .._engine.runtime import empty
from .._operation import operation
from .._types import ObjectsLike, PaletteLike, Recast


@operation(kind="point", since="0.1")
def apply_palette(labels: ObjectsLike, palette: PaletteLike) -> Recast:
    """Replace each label by its color, or by any other entry of a table.

    Parameters
    ----------
    labels : array_like
        Image of bool or integers, of any number of axes: label n becomes ``palette[n]``.
    palette : array_like
        The entries, of any dtype: numbers, of shape (entries,), or colors, of shape (entries, channels).

    Returns
    -------
    ndarray
        The entries of all pixels, of the dtype of `palette`: of the shape of `labels`, and for colors with the axis of
        the channels after it.

    Raises
    ------
    TypeError
        If `labels` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a label is negative, or has no entry.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[0, 1], [2, 1]])
    >>> opsin.color.apply_palette(labels, np.array([[0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8))
    array([[[  0,   0,   0],
            [255,   0,   0]],
    <BLANKLINE>
           [[  0,   0, 255],
            [255,   0,   0]]], dtype=uint8)
    """
    image = as_label_image("labels", labels)
    table = as_array("palette", palette)
    if table.dtype.kind not in "biufc":
        raise TypeError(f"palette must be an array of numbers; got dtype {table.dtype}.")
    if table.ndim == 0 or not table.size:
        raise ValueError(f"palette must have at least one entry; got shape {table.shape}.")
    if image.size:
        low, high = int(image.min()), int(image.max())
        if low < 0 or high >= len(table):
            raise ValueError(f"palette must have an entry for each label, {low} to {high}; it has {len(table)}.")
    table = table.astype(table.dtype.newbyteorder("="), copy=False)
    result = empty((*image.shape, *table.shape[1:]), table.dtype)
    look_up(image, np.ascontiguousarray(table), result)
    return result
