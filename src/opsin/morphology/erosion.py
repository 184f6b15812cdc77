"""Erosion, dilation, opening and closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from numpy.typing import NDArray

from .._engine.arrays import as_pixels, copied, over_axes
from .._engine.borders import as_border
from .._engine.footprints import as_structure, reach
from .._engine.labels import as_mask
from .._engine.minmax import MORPHOLOGY_MODES, minmax, until_stable
from .._errors import Allowed, integer
from .._operation import Typical, operation
from .._types import Axes, ChannelAxis, Image, ImageLike, MaskLike, Mode, Origin, Out, StructureLike, StructuringLike

MorphologyMode: TypeAlias = Literal["ignore"] | Mode | Literal["max", "min"]
"""How an image is extended beyond its border: not at all, in one of the five ways, or by an extreme of its dtype."""

MorphologyModes: TypeAlias = MorphologyMode | Sequence[MorphologyMode]
"""One for all spatial axes, or one for each."""

MAX_ITERATIONS = 65535


ITERATIONS = Allowed(0, MAX_ITERATIONS)

Iterations: TypeAlias = Annotated[int, ITERATIONS, Typical(1, 10)]
"""How often an operation is repeated; 0: until nothing changes."""


def erosion_halo(
    count: int,
    /,
    *,
    footprint: StructuringLike | None,
    structure: StructureLike | None,
    origin: Origin,
    iterations: int = 1,
    axes: Axes,
    **_: Any,
) -> tuple[int, ...]:
    """Return how many pixels an erosion or a dilation reaches along each axis."""
    if iterations == 0:
        raise ValueError("iterations must be more than 0 for a halo: until nothing changes, pixels reach any distance.")
    return over_axes(
        count,
        axes,
        lambda chosen: [iterations * pixels for pixels in reach(as_structure(footprint, structure, chosen, origin))],
    )


def opening_halo(
    count: int,
    /,
    *,
    footprint: StructuringLike | None,
    structure: StructureLike | None,
    iterations: int = 1,
    axes: Axes,
    **_: Any,
) -> tuple[int, ...]:
    """Return how many pixels an opening or a closing reaches along each axis: the extent of the footprint."""
    if iterations == 0:
        raise ValueError("iterations must be more than 0 for a halo: until nothing changes, pixels reach any distance.")
    return over_axes(
        count,
        axes,
        lambda chosen: [
            iterations * sum(extents)
            for extents in zip(*(one.extent for one in as_structure(footprint, structure, chosen, 0)), strict=True)
        ],
    )


@operation(kind="window", halo=erosion_halo, since="0.1")
def erosion(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    iterations: Iterations = 1,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mask: MaskLike | None = None,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the least value in the footprint around it.

    Bright regions shrink and dark regions grow.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    iterations : int
        Number of times that each step, erosion or dilation, is repeated; 0: until nothing changes.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
    mask : array_like of bool, optional
        Array with the shape of the image. Pixels outside the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'} or sequence of these
        How the image is extended beyond its border: not at all, with the modes of scipy.ndimage, or by the greatest or
        the least value of its dtype; one mode for all spatial axes or one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The eroded image, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The time for a box grows with the logarithm of its size. A window that contains NaN gives NaN.

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


@operation(kind="window", halo=erosion_halo, since="0.1")
def dilation(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    iterations: Iterations = 1,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mask: MaskLike | None = None,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Replace each pixel by the greatest value in the mirrored footprint around it.

    Bright regions grow and dark regions shrink: each pixel spreads over the footprint placed at it.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    iterations : int
        Number of times that each step, erosion or dilation, is repeated; 0: until nothing changes.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
    mask : array_like of bool, optional
        Array with the shape of the image. Pixels outside the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'} or sequence of these
        How the image is extended beyond its border: not at all, with the modes of scipy.ndimage, or by the greatest or
        the least value of its dtype; one mode for all spatial axes or one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The dilated image, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The footprint is mirrored, as in the definition and in scipy.ndimage, so that an opening is never brighter than the
    image and a closing never darker. This makes no difference for symmetric footprints.

    The time for a box grows with the logarithm of its size. A window that contains NaN gives NaN.

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


@operation(kind="window", halo=opening_halo, since="0.1")
def opening(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    iterations: Iterations = 1,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mask: MaskLike | None = None,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Remove bright details smaller than the footprint: an erosion followed by a dilation.

    With ``mode="ignore"`` no pixel becomes brighter, and a second opening changes nothing.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    iterations : int
        Number of times that each step, erosion or dilation, is repeated; 0: until nothing changes.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
    mask : array_like of bool, optional
        Array with the shape of the image. Pixels outside the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'} or sequence of these
        How the image is extended beyond its border: not at all, with the modes of scipy.ndimage, or by the greatest or
        the least value of its dtype; one mode for all spatial axes or one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The opened image, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The time for a box grows with the logarithm of its size. A window that contains NaN gives NaN.

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


@operation(kind="window", halo=opening_halo, since="0.1")
def closing(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    iterations: Iterations = 1,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mask: MaskLike | None = None,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Remove dark details smaller than the footprint: a dilation followed by an erosion.

    With ``mode="ignore"`` no pixel becomes darker, and a second closing changes nothing.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    iterations : int
        Number of times that each step, erosion or dilation, is repeated; 0: until nothing changes.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
    mask : array_like of bool, optional
        Array with the shape of the image. Pixels outside the mask keep their value in each iteration.
    mode : {'ignore', 'reflect', 'mirror', 'nearest', 'constant', 'wrap', 'max', 'min'} or sequence of these
        How the image is extended beyond its border: not at all, with the modes of scipy.ndimage, or by the greatest or
        the least value of its dtype; one mode for all spatial axes or one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    axes : int, sequence of int or None
        Spatial axes to work along; the axis of the channels is not counted. ``None``: all of them.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The closed image, with the shape and dtype of `image`.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The time for a box grows with the logarithm of its size. A window that contains NaN gives NaN.

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
    elements = as_structure(footprint, structure, pixels.axes, origin)
    count = integer("iterations", iterations, ITERATIONS)
    border = as_border(mode, cval, pixels, MORPHOLOGY_MODES)
    chosen = None if mask is None else as_mask("mask", mask, pixels.shape)
    if count:
        steps = maxima if count == 1 else tuple([step for step in maxima for _ in range(count)])
        return minmax(pixels, elements, steps, border=border, mask=chosen, out=out)
    for step in maxima:
        pixels = until_stable(pixels, elements, step, border=border, mask=chosen)
    return copied(pixels, out)
