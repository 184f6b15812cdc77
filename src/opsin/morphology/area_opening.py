"""Openings and closings by area."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, as_volume
from .._engine.flooding import open_by_area
from .._engine.labels import as_connectivity
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import Image, ImageLike, NoChannels, Out

THRESHOLD = Allowed(0)

AreaThreshold = Annotated[int, THRESHOLD, Typical(1, 1000, "px")]
"""The number of pixels of a region that stays."""


@operation(kind="global", since="0.1")
def area_opening(
    image: ImageLike,
    area_threshold: AreaThreshold = 64,
    *,
    connectivity: int = 1,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Image:
    """Lower the bright regions of few pixels, whatever their shape.

    A bright region is a connected component of the pixels that are at least as bright as some value. Those of fewer
    pixels than `area_threshold` are lowered to the value at which they are large enough. The edges of others do not
    change.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    area_threshold : int
        Number of pixels of the smallest regions that stay.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image without small bright regions, with the same dtype.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    remove_small_objects : The same for masks and labels.

    Notes
    -----
    NaN stays, and belongs to no region.

    References
    ----------
    .. [1] L. Vincent, "Morphological Area Openings and Closings for Grey-scale Images", Shape in Picture, Springer,
       1994, pp. 197-208.
    .. [2] A. Meijster and M. H. F. Wilkinson, "A Comparison of Algorithms for Connected Set Openings and Closings",
       IEEE Transactions on Pattern Analysis and Machine Intelligence 24 (4), 2002, pp. 484-494.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import area_opening
    >>> image = np.array([[0, 0, 0, 0, 5], [0, 3, 4, 0, 0], [0, 3, 3, 0, 0]])
    >>> area_opening(image, 3)
    array([[0, 0, 0, 0, 0],
           [0, 3, 3, 0, 0],
           [0, 3, 3, 0, 0]])
    """
    return _without_small(image, area_threshold, True, connectivity, channel_axis, out)


@operation(kind="global", since="0.1")
def area_closing(
    image: ImageLike,
    area_threshold: AreaThreshold = 64,
    *,
    connectivity: int = 1,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Image:
    """Raise the dark regions of few pixels, whatever their shape.

    A dark region is a connected component of the pixels that are at most as bright as some value. Those of fewer
    pixels than `area_threshold` are raised to the value at which they are large enough. The edges of others do not
    change.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    area_threshold : int
        Number of pixels of the smallest regions that stay.
    connectivity : int
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The image without small dark regions, with the same dtype.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    remove_small_holes : The same for masks.

    Notes
    -----
    NaN stays, and belongs to no region.

    References
    ----------
    .. [1] L. Vincent, "Morphological Area Openings and Closings for Grey-scale Images", Shape in Picture, Springer,
       1994, pp. 197-208.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import area_closing
    >>> area_closing(np.array([[9, 9, 9, 9], [9, 2, 5, 9], [9, 9, 9, 9]]), 2)
    array([[9, 9, 9, 9],
           [9, 5, 5, 9],
           [9, 9, 9, 9]])
    """
    return _without_small(image, area_threshold, False, connectivity, channel_axis, out)


def _without_small(
    image: Any, area_threshold: Any, bright: bool, connectivity: Any, channel_axis: Any, out: NDArray[Any] | None
) -> NDArray[Any]:
    array = as_volume(image, channel_axis).array
    least = integer("area_threshold", area_threshold, THRESHOLD)
    reach = as_connectivity(integer("connectivity", connectivity), array.ndim)
    output = Output(array.shape, array.dtype, array.dtype, out)
    output.array[...] = open_by_area(array, least, reach, bright) if array.size else np.empty(array.shape, array.dtype)
    return output.finish()
