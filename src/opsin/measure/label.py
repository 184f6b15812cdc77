"""Connected components."""

from __future__ import annotations

from typing import Literal, overload

from .._engine.arrays import refuse_color
from .._engine.labels import as_label_image, connected_components
from .._errors import flag, integer
from .._operation import operation
from .._types import Count, Labels, NoChannels, ObjectsLike


@overload
def label(
    label_image: ObjectsLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: Literal[False] = False,
    channel_axis: NoChannels = "auto",
) -> Labels: ...


@overload
def label(
    label_image: ObjectsLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: Literal[True],
    channel_axis: NoChannels = "auto",
) -> tuple[Labels, Count]: ...


@operation(kind="global", since="0.1")
def label(
    label_image: ObjectsLike,
    *,
    connectivity: int | None = None,
    background: int = 0,
    return_num: bool = False,
    channel_axis: NoChannels = "auto",
) -> Labels | tuple[Labels, Count]:
    """Label the connected components of an image.

    Two neighboring pixels are connected if they have the same value, and that value is not the background.

    Parameters
    ----------
    label_image : array_like
        Image of bool or integers, of any number of axes. An image of floats must be thresholded first, as in
        ``label(image > 0.5)``.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    background : int
        Value of the pixels that belong to no component.
    return_num : bool
        Whether to return the number of components, too.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.

    Returns
    -------
    labels : ndarray
        int32 array with the shape of the image: 0 for the background, and 1, 2, ... for the components, in the raster
        order of their first pixels.
    num : int
        The number of components; only with ``return_num=True``.

    Raises
    ------
    TypeError
        If `label_image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if the image is a color image, or has more than 10 axes longer than 1, an axis of 2**31 pixels or 2**31
        runs of equal pixels.

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
    image = as_label_image("label_image", label_image)
    refuse_color("label_image", image, channel_axis)
    reach = image.ndim if connectivity is None else integer("connectivity", connectivity, low=1, high=image.ndim)
    background, return_num = integer("background", background), flag("return_num", return_num)
    labels, count = connected_components("label_image", image, reach, background)
    return (labels, count) if return_num else labels
