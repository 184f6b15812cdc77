"""Top-hats: what an opening or a closing removes."""

from __future__ import annotations

from .._engine.arrays import as_pixels
from .._engine.pointwise import difference
from .._operation import operation
from .._types import Axes, ChannelAxis, Image, ImageLike, Origin, Out, StructureLike, StructuringLike
from .erosion import MorphologyModes, closing, opening, opening_halo


@operation(kind="window", halo=opening_halo, since="0.1")
def white_tophat(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Keep the bright details smaller than the footprint: the image minus its opening.

    This removes a background of slowly changing brightness.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
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
        The bright details, with the shape and dtype of `image`: 0 where the opening is not darker than the image, as
        it may be with other borders than ``"ignore"``. Of a mask, the pixels that the opening removes.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Differences of floats may be negative with other borders than ``"ignore"``; those of integers saturate. A window
    that contains NaN gives NaN.

    References
    ----------
    .. [1] F. Meyer, "Iterative Image Transformations for an Automatic Screening of Cervical Smears", Journal of
       Histochemistry and Cytochemistry 27 (1), 1979, pp. 128-135.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import white_tophat
    >>> white_tophat(np.array([[1, 2, 9, 4, 5, 6, 6]], np.uint8), (1, 3))
    array([[0, 0, 5, 0, 0, 0, 0]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    opened = opening(
        image, footprint, structure=structure, origin=origin, mode=mode, cval=cval, channel_axis=channel_axis, axes=axes
    )
    return difference(pixels.array, opened, out=opened if out is None else out)


@operation(kind="window", halo=opening_halo, since="0.1")
def black_tophat(
    image: ImageLike,
    footprint: StructuringLike | None = None,
    *,
    structure: StructureLike | None = None,
    origin: Origin = 0,
    mode: MorphologyModes = "ignore",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    axes: Axes = None,
    out: Out = None,
) -> Image:
    """Keep the dark details smaller than the footprint: the closing of the image minus the image.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    footprint : int, sequence of int, array_like or sequence of (array_like, int), optional
        Structuring element: a size for all spatial axes, a size for each, or an array that is non-zero inside. Its
        origin is at index ``size // 2`` of each axis. By default a cross: the pixel and its neighbors along the axes. A
        sequence of pairs of an array and a number: each array is applied so many times, one after the other.
    structure : array_like, optional
        Heights of a non-flat structuring element, with the shape of the footprint: they are subtracted in an erosion
        and added in a dilation. Without a footprint, the structuring element is the whole array.
    origin : int or sequence of int
        Displacement of the window, one for all spatial axes or one for each, as in scipy.ndimage: positive values move
        the window to the front.
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
        The dark details, as positive values, with the shape and dtype of `image`. Of a mask, the pixels that the
        closing adds.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    Differences of floats may be negative with other borders than ``"ignore"``; those of integers saturate. A window
    that contains NaN gives NaN.

    References
    ----------
    .. [1] F. Meyer, "Iterative Image Transformations for an Automatic Screening of Cervical Smears", Journal of
       Histochemistry and Cytochemistry 27 (1), 1979, pp. 128-135.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import black_tophat
    >>> black_tophat(np.array([[7, 6, 1, 4, 3, 2, 2]], np.uint8), (1, 3))
    array([[0, 0, 3, 0, 0, 0, 0]], dtype=uint8)
    """
    pixels = as_pixels(image, channel_axis, axes)
    closed = closing(
        image, footprint, structure=structure, origin=origin, mode=mode, cval=cval, channel_axis=channel_axis, axes=axes
    )
    return difference(closed, pixels.array, out=closed if out is None else out)
