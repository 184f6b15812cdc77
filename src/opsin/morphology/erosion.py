"""Erosion, dilation, and what is made of the two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, copied
from .._engine.borders import as_border
from .._engine.footprints import as_structure
from .._engine.labels import as_mask
from .._engine.minmax import MORPHOLOGY_MODES, minmax, until_stable
from .._errors import integer
from .._operation import Between, operation
from .._types import NATIVE_DTYPES, Border, ChannelAxis, Footprint, Image

MorphologyBorder: TypeAlias = Literal["ignore"] | Border | Literal["max", "min"]
"""What lies beyond the border: nothing, one of the five, or the extremes of the dtype."""

MAX_ITERATIONS = 65535


def footprint_radius(footprint: Footprint | None = None, iterations: int = 1, **_: Any) -> int | tuple[int, ...]:
    """Return how many pixels an erosion reaches along each axis."""
    if footprint is None:
        return iterations
    sizes = np.shape(footprint) if np.ndim(footprint) > 1 else np.asarray(footprint)
    return tuple(iterations * (int(size) // 2) for size in np.atleast_1d(sizes))


def twice_the_radius(footprint: Footprint | None = None, iterations: int = 1, **_: Any) -> int | tuple[int, ...]:
    """Return how many pixels an opening or a closing reaches along each axis."""
    return footprint_radius(footprint, 2 * iterations)


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=footprint_radius, since="0.1")
def erosion(
    image: ArrayLike,
    footprint: Footprint | None = None,
    *,
    iterations: Annotated[int, Between(1, 100)] = 1,
    structure: ArrayLike | None = None,
    origin: int | Sequence[int] = 0,
    mask: ArrayLike | None = None,
    mode: MorphologyBorder | Sequence[MorphologyBorder] = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Replace each pixel by the least value in the footprint around it.

    Bright regions shrink, dark regions grow.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int or array_like, optional
        What stands around each pixel: a size for all spatial axes, a size for each, or an array that is non-zero
        inside. The pixel itself is at index ``size // 2`` of each axis. By default the pixel and its neighbours along
        the axes: a cross.
    iterations : int
        How often to erode; 0: until nothing changes.
    structure : array_like, optional
        The heights of a non-flat structuring element, of the footprint's shape: they are subtracted from the pixels
        in an erosion, and added in a dilation. Without a footprint the element is the whole array.
    origin : int or sequence of int
        Displacement of the footprint, one for all axes or one for each, as in scipy.ndimage.
    mask : array_like of bool, optional
        Array of the image's shape. Pixels outside of the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'}
        What lies beyond the border: nothing that counts, a border in scipy.ndimage's words, or the greatest or the
        least value of the image's dtype.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are eroded one by one. ``"auto"``: the last axis of a 3-D image if it
        is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to work along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The eroded image: the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the footprint does not fit the image's spatial axes.

    Notes
    -----
    The time a box takes grows with the logarithm of its size. NaN in the footprint makes the result NaN.

    References
    ----------
    .. [1] J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    .. [2] E. R. Urbach, M. H. F. Wilkinson, "Efficient 2-D Grayscale Morphological Transformations with Arbitrary Flat
       Structuring Elements", IEEE Transactions on Image Processing 17 (1), 2008, pp. 1-8.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import erosion
    >>> image = np.array([[0, 0, 0, 0, 0], [0, 7, 8, 9, 0], [0, 7, 8, 9, 0], [0, 7, 8, 9, 0], [0, 0, 0, 0, 0]])
    >>> erosion(image, 3)
    array([[0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0],
           [0, 0, 7, 0, 0],
           [0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    return _erode_dilate(
        image, footprint, (False,), iterations, structure, origin, mask, mode, cval, channel_axis, axes, out
    )


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=footprint_radius, since="0.1")
def dilation(
    image: ArrayLike,
    footprint: Footprint | None = None,
    *,
    iterations: Annotated[int, Between(1, 100)] = 1,
    structure: ArrayLike | None = None,
    origin: int | Sequence[int] = 0,
    mask: ArrayLike | None = None,
    mode: MorphologyBorder | Sequence[MorphologyBorder] = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Replace each pixel by the greatest value in the mirrored footprint around it.

    Bright regions grow, dark regions shrink: each pixel of the image spreads over the footprint that stands on it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int or array_like, optional
        What stands around each pixel: a size for all spatial axes, a size for each, or an array that is non-zero
        inside. The pixel itself is at index ``size // 2`` of each axis. By default the pixel and its neighbours along
        the axes: a cross.
    iterations : int
        How often to dilate; 0: until nothing changes.
    structure : array_like, optional
        The heights of a non-flat structuring element, of the footprint's shape: they are subtracted from the pixels
        in an erosion, and added in a dilation. Without a footprint the element is the whole array.
    origin : int or sequence of int
        Displacement of the footprint, one for all axes or one for each, as in scipy.ndimage.
    mask : array_like of bool, optional
        Array of the image's shape. Pixels outside of the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'}
        What lies beyond the border: nothing that counts, a border in scipy.ndimage's words, or the greatest or the
        least value of the image's dtype.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are dilated one by one. ``"auto"``: the last axis of a 3-D image if it
        is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to work along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The dilated image: the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the footprint does not fit the image's spatial axes.

    Notes
    -----
    The footprint is mirrored, as in the definition and in scipy.ndimage, so that an opening is never brighter than the
    image and a closing never darker. That matters only for footprints that are not their own mirror image.

    The time a box takes grows with the logarithm of its size. NaN in the footprint makes the result NaN.

    References
    ----------
    .. [1] J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    .. [2] E. R. Urbach, M. H. F. Wilkinson, "Efficient 2-D Grayscale Morphological Transformations with Arbitrary Flat
       Structuring Elements", IEEE Transactions on Image Processing 17 (1), 2008, pp. 1-8.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import dilation
    >>> image = np.array([[0, 0, 0, 0], [0, 0, 9, 0], [0, 0, 0, 0]])
    >>> dilation(image)
    array([[0, 0, 9, 0],
           [0, 9, 9, 9],
           [0, 0, 9, 0]])
    >>> dilation(image, [[1, 1, 0]])
    array([[0, 0, 0, 0],
           [0, 9, 9, 0],
           [0, 0, 0, 0]])
    """
    return _erode_dilate(
        image, footprint, (True,), iterations, structure, origin, mask, mode, cval, channel_axis, axes, out
    )


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=twice_the_radius, since="0.1")
def opening(
    image: ArrayLike,
    footprint: Footprint | None = None,
    *,
    iterations: Annotated[int, Between(1, 100)] = 1,
    structure: ArrayLike | None = None,
    origin: int | Sequence[int] = 0,
    mask: ArrayLike | None = None,
    mode: MorphologyBorder | Sequence[MorphologyBorder] = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Remove what is bright and smaller than the footprint: an erosion, then a dilation.

    What is left of the image is where the footprint fits in; with ``mode="ignore"`` no pixel becomes brighter, and to
    open again changes nothing.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int or array_like, optional
        What stands around each pixel: a size for all spatial axes, a size for each, or an array that is non-zero
        inside. The pixel itself is at index ``size // 2`` of each axis. By default the pixel and its neighbours along
        the axes: a cross.
    iterations : int
        How often to erode, and then to dilate; 0: until nothing changes.
    structure : array_like, optional
        The heights of a non-flat structuring element, of the footprint's shape: they are subtracted from the pixels
        in an erosion, and added in a dilation. Without a footprint the element is the whole array.
    origin : int or sequence of int
        Displacement of the footprint, one for all axes or one for each, as in scipy.ndimage.
    mask : array_like of bool, optional
        Array of the image's shape. Pixels outside of the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'}
        What lies beyond the border: nothing that counts, a border in scipy.ndimage's words, or the greatest or the
        least value of the image's dtype.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are opened one by one. ``"auto"``: the last axis of a 3-D image if it
        is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to work along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The opened image: the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the footprint does not fit the image's spatial axes.

    Notes
    -----
    The time a box takes grows with the logarithm of its size. NaN in the footprint makes the result NaN.

    References
    ----------
    .. [1] J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import opening
    >>> image = np.array([[9, 9, 0, 9], [9, 9, 0, 0], [0, 0, 0, 0]])
    >>> opening(image, 2)
    array([[9, 9, 0, 0],
           [9, 9, 0, 0],
           [0, 0, 0, 0]])
    """
    return _erode_dilate(
        image, footprint, (False, True), iterations, structure, origin, mask, mode, cval, channel_axis, axes, out
    )


@operation(kind="stencil", dtypes=NATIVE_DTYPES, halo=twice_the_radius, since="0.1")
def closing(
    image: ArrayLike,
    footprint: Footprint | None = None,
    *,
    iterations: Annotated[int, Between(1, 100)] = 1,
    structure: ArrayLike | None = None,
    origin: int | Sequence[int] = 0,
    mask: ArrayLike | None = None,
    mode: MorphologyBorder | Sequence[MorphologyBorder] = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: int | Sequence[int] | None = None,
    out: NDArray[Any] | None = None,
) -> Image:
    """Fill what is dark and smaller than the footprint: a dilation, then an erosion.

    With ``mode="ignore"`` no pixel becomes darker, and to close again changes nothing.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int or array_like, optional
        What stands around each pixel: a size for all spatial axes, a size for each, or an array that is non-zero
        inside. The pixel itself is at index ``size // 2`` of each axis. By default the pixel and its neighbours along
        the axes: a cross.
    iterations : int
        How often to dilate, and then to erode; 0: until nothing changes.
    structure : array_like, optional
        The heights of a non-flat structuring element, of the footprint's shape: they are subtracted from the pixels
        in an erosion, and added in a dilation. Without a footprint the element is the whole array.
    origin : int or sequence of int
        Displacement of the footprint, one for all axes or one for each, as in scipy.ndimage.
    mask : array_like of bool, optional
        Array of the image's shape. Pixels outside of the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'}
        What lies beyond the border: nothing that counts, a border in scipy.ndimage's words, or the greatest or the
        least value of the image's dtype.
    cval : float
        The value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        The axis that holds the channels, which are closed one by one. ``"auto"``: the last axis of a 3-D image if it
        is 3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        The spatial axes to work along; the channels do not count. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the image's shape and dtype.

    Returns
    -------
    ndarray
        The closed image: the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If the image is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range, or the footprint does not fit the image's spatial axes.

    Notes
    -----
    The time a box takes grows with the logarithm of its size. NaN in the footprint makes the result NaN.

    References
    ----------
    .. [1] J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import closing
    >>> image = np.array([[9, 9, 9, 9], [9, 0, 9, 0], [9, 9, 9, 0]])
    >>> closing(image, 2)
    array([[9, 9, 9, 9],
           [9, 9, 9, 0],
           [9, 9, 9, 0]])
    """
    return _erode_dilate(
        image, footprint, (True, False), iterations, structure, origin, mask, mode, cval, channel_axis, axes, out
    )


def _erode_dilate(
    image: Any,
    footprint: Any,
    maxima: tuple[bool, ...],
    iterations: Any,
    structure: Any,
    origin: Any,
    mask: Any,
    mode: Any,
    cval: Any,
    channel_axis: Any,
    axes: Any,
    out: Any,
) -> NDArray[Any]:
    """Run each step of `maxima` `iterations` times, dilations where it is True and erosions where it is False."""
    pixels = as_pixels(image, channel_axis, axes)
    element = as_structure(footprint, structure, len(pixels.axes), origin)
    count = integer("iterations", iterations, low=0, high=MAX_ITERATIONS)
    border = as_border(mode, cval, pixels, MORPHOLOGY_MODES)
    chosen = None if mask is None else as_mask("mask", mask, pixels.shape)
    if count:
        steps = tuple([step for step in maxima for _ in range(count)])
        return minmax(pixels, element, steps, border=border, mask=chosen, out=out)
    for step in maxima:
        pixels = until_stable(pixels, element, step, border=border, mask=chosen)
    return copied(pixels, out)
