"""The boxes of the regions of an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._engine.labels import as_label_image
from .._engine.reduce import Regions
from .._errors import integer

MAX_LABEL = 1 << 24
"""A list for larger labels would mostly hold None, unless there are as many pixels."""


def find_objects(label_image: ArrayLike, max_label: int = 0) -> list[tuple[slice, ...] | None]:
    """Return the bounding box of each region of a label image, as slices.

    Parameters
    ----------
    label_image : array_like
        Image of integers, of any number of axes, or of bool, which is one region with the label 1. Pixels that are 0
        or negative belong to no region.
    max_label : int
        The largest label to search for; 0: the largest in the image.

    Returns
    -------
    list of tuple of slice
        The box of label ``k`` is at index ``k - 1``, so that ``image[find_objects(labels)[1]]`` shows label 2. It is
        None if no pixel has the label.

    Raises
    ------
    TypeError
        If `label_image` is not an array of bool or integers, or `max_label` is not an integer.
    ValueError
        If `max_label` is negative, or the list would have more than 2**24 elements and more than the image has pixels;
        `opsin.segmentation.relabel_sequential` makes labels smaller.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> labels = np.array([[1, 1, 0], [1, 0, 3], [0, 3, 3]])
    >>> boxes = opsin.measure.find_objects(labels)
    >>> boxes[2]
    (slice(1, 3, None), slice(1, 3, None))
    >>> labels[boxes[2]]
    array([[0, 3],
           [3, 3]])
    >>> boxes[1] is None
    True
    """
    image = as_label_image("label_image", label_image)
    max_label = integer("max_label", max_label, low=0)
    if image.dtype == np.bool_:
        image = image.view(np.uint8)
    elif image.dtype.kind == "i" and image.min(initial=0) < 0:
        image = np.maximum(image, 0)
    regions = Regions("label_image", image)
    boxes = regions.measure({"bbox"})["bbox"].T.tolist()
    labels = regions.labels.tolist()
    length = max_label or (labels[-1] if labels else 0)
    if length > max(MAX_LABEL, image.size):
        name = "max_label" if max_label else "label_image"
        raise ValueError(
            f"{name} must give labels of at most {max(MAX_LABEL, image.size)}; got {length}. "
            "opsin.segmentation.relabel_sequential makes labels smaller."
        )
    found: list[tuple[slice, ...] | None] = [None] * length
    axes = image.ndim
    for label, box in zip(labels, boxes, strict=True):
        if label <= length:
            found[label - 1] = tuple(slice(box[k], box[axes + k]) for k in range(axes))
    return found
