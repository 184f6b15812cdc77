"""Labels without gaps."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, check_size
from .._engine.labels import as_labels, dense_labels
from .._engine.runtime import empty
from .._errors import Allowed, integer
from .._operation import Result, operation
from .._types import Labels, LabelsLike

OFFSET = Allowed(1, 2**31 - 1)


class LabelMap:
    """A map from labels to labels: ``map[label]``, also of an array of labels.

    Labels that are not known are 0. Only the labels that occur take memory.

    Attributes
    ----------
    in_values, out_values : ndarray
        The labels that are known, in rising order, and what they are mapped to.
    """

    __slots__ = ("in_values", "out_values")

    def __init__(self, in_values: NDArray[Any], out_values: NDArray[Any]) -> None:
        self.in_values, self.out_values = in_values, out_values

    def __getitem__(self, labels: ArrayLike) -> Any:
        array = as_array("labels", labels)
        if array.dtype.kind not in "iu":
            raise TypeError(f"labels must be integers; got {labels!r}.")
        place = np.searchsorted(self.in_values, array).clip(0, len(self.in_values) - 1)
        return np.where(self.in_values[place] == array, self.out_values[place], 0)[()]

    def __len__(self) -> int:
        return int(self.in_values[-1]) + 1

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        check_size((len(self),), self.in_values.dtype)
        return np.asarray(self[np.arange(len(self))], dtype)

    def __repr__(self) -> str:
        return f"<map of {len(self.in_values)} labels>"


@operation(kind="global", since="0.1")
def relabel_sequential(
    label_field: LabelsLike, offset: Annotated[int, OFFSET] = 1
) -> tuple[Labels, Annotated[LabelMap, Result("values")], Annotated[LabelMap, Result("values")]]:
    """Number the labels of an image without gaps.

    The labels keep their order, and the background stays 0.

    Parameters
    ----------
    label_field : array_like
        Image of integers, of any number of axes: 0 for the background, and positive integers for regions.
    offset : int
        The new number of the smallest label.

    Returns
    -------
    relabeled : ndarray
        int32 array with the shape of the image and labels from `offset` on.
    forward_map : LabelMap
        ``forward_map[label]`` is the new number of a label.
    inverse_map : LabelMap
        ``inverse_map[number]`` is the label that had been numbered.

    Raises
    ------
    TypeError
        If `label_field` is not an array of integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if there are negative labels, or the largest number would not fit into int32.

    References
    ----------
    .. [1] R. M. Haralick and L. G. Shapiro, "Computer and Robot Vision", vol. 1, Addison-Wesley, 1992, chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[0, 5, 5], [0, 0, 900], [17, 0, 900]])
    >>> relabeled, forward_map, inverse_map = opsin.segmentation.relabel_sequential(labels)
    >>> relabeled
    array([[0, 1, 1],
           [0, 0, 3],
           [2, 0, 3]], dtype=int32)
    >>> int(forward_map[900]), int(inverse_map[3])
    (3, 900)
    """
    return renumbered("label_field", label_field, integer("offset", offset, OFFSET))


def renumbered(name: str, labels: LabelsLike, offset: int) -> tuple[Labels, LabelMap, LabelMap]:
    """Return the labels of the parameter `name` numbered from `offset`, and the maps to the new and to the old ones."""
    image = as_labels(name, labels)
    rows, _, numbers = dense_labels(name, image)
    present = np.zeros(len(numbers), bool)
    present[rows] = True
    present[0] = False
    count = np.count_nonzero(present)
    if offset + count - 1 > OFFSET.high:  # type: ignore[operator]  # it has a high end
        raise ValueError(f"offset must leave room for {count} labels in int32; got {offset}.")
    table = np.zeros(len(numbers), np.int32)
    table[present] = new = np.arange(offset, offset + count, dtype=np.int32)
    relabeled = empty(image.shape, np.dtype(np.int32))
    if image.size:
        np.take(table, rows, out=relabeled.reshape(rows.shape), mode="clip")
    old = np.append(0, numbers[present])
    new = np.append(np.int32(0), new)
    return relabeled, LabelMap(old, new), LabelMap(new, old)
