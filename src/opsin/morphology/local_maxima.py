"""Local maxima and minima, and those of a height."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, as_volume, integer_limits
from .._engine.borders import as_border
from .._engine.flooding import neighbors, reconstruct
from .._engine.footprints import as_footprint
from .._engine.labels import as_connectivity, border_labels, connected_components, overwrite
from .._engine.minmax import MORPHOLOGY_MODES, minmax
from .._engine.pointwise import evaluate
from .._errors import flag, number
from .._operation import Typical, operation
from .._types import POSITIVE, FootprintLike, ImageLike, Mask, NoChannels, Out

Height: TypeAlias = Annotated[float, POSITIVE, Typical(1, 100)]
"""The height of a maximum, or the depth of a minimum."""


@operation(kind="global", since="0.1")
def local_maxima(
    image: ImageLike,
    *,
    connectivity: int | None = None,
    allow_borders: bool = True,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Mask:
    """Find the local maxima: connected pixels of one value with no greater neighbor.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    allow_borders : bool
        Whether maxima may touch the border of the image.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True at the maxima. An image of one value has none.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is no maximum, and neither are values next to it.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import local_maxima
    >>> image = np.array([[0, 0, 0, 0, 3], [0, 2, 2, 0, 0], [0, 0, 0, 1, 0]])
    >>> local_maxima(image).astype(int)
    array([[0, 0, 0, 0, 1],
           [0, 1, 1, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    return _extrema(image, True, connectivity, allow_borders, channel_axis, out)


@operation(kind="global", since="0.1")
def local_minima(
    image: ImageLike,
    *,
    connectivity: int | None = None,
    allow_borders: bool = True,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Mask:
    """Find the local minima: connected pixels of one value with no lesser neighbor.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    connectivity : int, optional
        Largest number of axes along which a neighbor differs by one step: in two dimensions, 1 for the 4 neighbors
        that share an edge, and 2 for all 8. By default the number of axes.
    allow_borders : bool
        Whether minima may touch the border of the image.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True at the minima. An image of one value has none.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is no minimum, and neither are values next to it.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import local_minima
    >>> local_minima(np.array([5, 3, 3, 4, 1, 6])).astype(int)
    array([0, 1, 1, 0, 1, 0])
    """
    return _extrema(image, False, connectivity, allow_borders, channel_axis, out)


@operation(kind="global", since="0.1")
def h_maxima(
    image: ImageLike,
    h: Height,
    *,
    footprint: FootprintLike | None = None,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Mask:
    """Find the maxima of at least a height.

    From such a maximum every path to a higher pixel descends by at least `h`.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    h : float
        Least height, in units of the image.
    footprint : int, sequence of int or array_like, optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True at the maxima.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is no maximum, and no path crosses it.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd edition, Springer, 2003,
       chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import h_maxima
    >>> h_maxima(np.array([0, 4, 1, 2, 1, 9, 0]), 3).astype(int)
    array([0, 1, 0, 0, 0, 1, 0])
    """
    return _high(image, h, True, footprint, channel_axis, out)


@operation(kind="global", since="0.1")
def h_minima(
    image: ImageLike,
    h: Height,
    *,
    footprint: FootprintLike | None = None,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> Mask:
    """Find the minima of at least a depth.

    From such a minimum every path to a lower pixel ascends by at least `h`.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    h : float
        Least depth, in units of the image.
    footprint : int, sequence of int or array_like, optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result.

    Returns
    -------
    ndarray
        Array of bool with the shape of the image: True at the minima.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    NaN is no minimum, and no path crosses it.

    References
    ----------
    .. [1] P. Soille, "Morphological Image Analysis: Principles and Applications", 2nd edition, Springer, 2003,
       chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import h_minima
    >>> h_minima(np.array([9, 4, 9, 8, 9, 1, 9]), 3).astype(int)
    array([0, 1, 0, 0, 0, 1, 0])
    """
    return _high(image, h, False, footprint, channel_axis, out)


def _extrema(
    image: Any, greatest: bool, connectivity: Any, allow_borders: Any, channel_axis: Any, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Find the regions of one value that no pixel with a neighbor beyond that value touches."""
    pixels = as_volume(image, channel_axis)
    array = pixels.array
    reach = as_connectivity(connectivity, array.ndim)
    within = flag("allow_borders", allow_borders)
    if array.dtype == np.longdouble:
        array = array.astype(np.float64)
        pixels = pixels.like(array)
    if not array.size:
        return overwrite(np.zeros(array.shape, bool), np.zeros(array.shape, np.int32), np.zeros(1, bool), 1, out)
    window, border = neighbors(array.ndim, reach), as_border("ignore", 0.0, pixels, MORPHOLOGY_MODES)
    compare = np.greater_equal if greatest else np.less_equal
    mask = np.dtype(bool)
    result = Output(array.shape, mask, mask, out, array)
    reached = minmax(pixels, window, (greatest,), border=border)
    least = evaluate(lambda one, other: compare(one, other), [array, reached], dtype=mask)
    if least.all():
        result.array[...] = False
        return result.finish()
    # Pixels with no neighbor beyond them are in regions of one value. Such a region is no extremum if it goes on in a
    # pixel that has one.
    low, high = (-np.inf, np.inf) if array.dtype.kind == "f" else integer_limits(array.dtype)
    fill = array.dtype.type(low if greatest else high)
    others = evaluate(lambda chosen, pixel: np.where(chosen, fill, pixel), [least, array], dtype=array.dtype)
    touched = minmax(pixels.like(others), window, (greatest,), border=border)
    spoilt = evaluate(lambda one, two, three: one & (two == three), [least, touched, array], dtype=mask)
    numbers, count = connected_components("image", least, reach, 0)
    chosen = np.ones(count + 1, bool)
    chosen[0] = False
    chosen[numbers[spoilt]] = False
    if not within:
        chosen[border_labels(numbers)] = False
    result.array[...] = overwrite(np.zeros(array.shape, bool), numbers, chosen, 1, None)
    return result.finish()


def _high(
    image: Any, h: Any, greatest: bool, footprint: Any, channel_axis: Any, out: NDArray[Any] | None
) -> NDArray[Any]:
    """Compare an image with its reconstruction from values that are `h` lower, or higher."""
    array = as_volume(image, channel_axis).array
    height = number("h", h, POSITIVE)
    window = as_footprint(3 if footprint is None else footprint, array.ndim)
    output = Output(array.shape, np.dtype(bool), np.dtype(bool), out)
    output.array[...] = False
    if array.dtype.kind != "f" and not (array.dtype.kind in "iu" and array.itemsize < 8 and height.is_integer()):
        array = array.astype(np.float64)
    if array.dtype.kind in "iu":
        array, height = array.astype(np.int64), int(height)
    known = array[array == array]
    if not known.size or height > float(known.max()) - float(known.min()):
        return output.finish()
    with np.errstate(invalid="ignore", over="ignore"):
        # What rounding may take from a difference.
        slack = 2 * np.finfo(array.dtype).resolution * np.abs(array) if array.dtype.kind == "f" else 0
        far = array - height - slack if greatest else array + height + slack
        rest = reconstruct(far, array, window, greatest)
        output.array[...] = (array - rest if greatest else rest - array) >= height
    return output.finish()
