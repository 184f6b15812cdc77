"""The gradient of mathematical morphology."""

from __future__ import annotations

from .._engine.pointwise import difference
from .._operation import operation
from .._types import Axes, ChannelAxis, Image, ImageLike, Origin, Out, StructureLike, StructuringLike
from .erosion import MorphologyModes, dilation, erosion, erosion_halo


@operation(kind="window", halo=erosion_halo, since="0.1")
def morphological_gradient(
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
    """Measure how much an image varies within the footprint: its dilation minus its erosion.

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
        The differences, with the shape and dtype of `image`; those of integers saturate. Of a mask, the pixels on both
        sides of its outline.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    Notes
    -----
    The dilation is that of the mirrored footprint. A window that contains NaN gives NaN.

    References
    ----------
    .. [1] J.-F. Rivest, P. Soille and S. Beucher, "Morphological Gradients", Journal of Electronic Imaging 2 (4), 1993,
       pp. 326-336.

    Examples
    --------
    >>> import numpy as np
    >>> from opsin.morphology import morphological_gradient
    >>> morphological_gradient(np.array([[0, 0, 0, 9, 9, 9]], np.uint8), (1, 3))
    array([[0, 0, 9, 9, 0, 0]], dtype=uint8)
    """
    dilated, eroded = (
        function(
            image,
            footprint,
            structure=structure,
            origin=origin,
            mode=mode,
            cval=cval,
            channel_axis=channel_axis,
            axes=axes,
        )
        for function in (dilation, erosion)
    )
    return difference(dilated, eroded, out=dilated if out is None else out)
