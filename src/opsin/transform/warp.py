"""Warping by matrices, coordinates and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, as_pixels
from .._engine.borders import as_border
from .._engine.geometric import DEGREES, MAX_AXES, Mapping, geometric
from .._engine.interpolation import Order, order_name
from .._engine.memo import remembered
from .._errors import Allowed
from .._operation import Role, Typical, operation
from .._types import ChannelAxis, Image, ImageLike, Mode, Out
from .projective import ProjectiveTransform
from .resize import LENGTH, result_shape

AXES = Allowed(1, MAX_AXES)

MappingLike: TypeAlias = Annotated[
    ArrayLike | Callable[[NDArray[np.float64]], ArrayLike] | ProjectiveTransform, Role("mapping", "biuf")
]
"""From the pixels of the result to positions in the image: a transform, a matrix, coordinates, or a function."""


@operation(kind="geometric", dimensions=AXES, since="0.1")
def warp(
    image: ImageLike,
    inverse_map: MappingLike,
    *,
    output_shape: Annotated[int | Sequence[int] | None, LENGTH, Typical(1, 4096, "px")] = None,
    order: Order | None = None,
    mode: Mode = "constant",
    cval: float = 0.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> Image:
    """Warp an image: each pixel of the result is taken from the position that a map gives for it.

    The map goes from the result to the image, and is in this sense the inverse of the movement that is seen. To move
    the image by a transform, pass its inverse: ``warp(image, transform.inverse)``.

    Parameters
    ----------
    image : array_like
        Image of one to six spatial axes and any real dtype.
    inverse_map : transform, array_like or callable
        The map, for n spatial axes; all positions are in the order of the axes: (row, column).

        - A `ProjectiveTransform` or one of the other transforms.
        - An affine matrix of shape (n, n + 1), or a homogeneous one of shape (n + 1, n + 1).
        - Coordinates: an array with the shape of the result behind a first axis of length n.
        - A function that takes an array of positions in the result, shape (count, n), and returns as many positions in
          the image. It is called for parts of the result.
    output_shape : int or sequence of int, optional
        Size of the result along each spatial axis. By default that of the coordinates, or of the image.
    order : {0, 1, 3, 'nearest', 'linear', 'cubic'}, optional
        Interpolation: ``"nearest"`` (0), ``"linear"`` (1) or ``"cubic"`` (3, Catmull-Rom). By default nearest for bool
        and linear for all other dtypes.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'}
        How the image is extended beyond its border, with the names of scipy.ndimage.

        Pixels at the border are interpolated with the extension. Positions that are not finite get `cval` with every
        mode.
    cval : float
        Value beyond the border with ``mode="constant"``.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The warped image, with the dtype of `image`; integers are rounded to nearest and saturated.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    rotate : Rotate by an angle.
    resize : Resize, with antialiasing.
    AffineTransform : Matrices from scale, rotation, shear and translation.

    Notes
    -----
    Integers of 64 bits are interpolated in double precision, which is exact up to 2**53.

    References
    ----------
    .. [1] R. G. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on
       Acoustics, Speech, and Signal Processing 29 (6), 1981, pp. 1153-1160 (order 3, with a = -1/2).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[1, 2, 3], [4, 5, 6]])
    >>> opsin.transform.warp(image, [[1, 0, 0], [0, 1, 1]])
    array([[2, 3, 0],
           [5, 6, 0]])
    >>> opsin.transform.warp(image, lambda points: points[:, ::-1], output_shape=(3, 2))
    array([[1, 4],
           [2, 5],
           [3, 6]])
    """
    pixels = as_pixels(image, channel_axis, dimensions=AXES)
    mapping, own_shape = as_mapping("inverse_map", inverse_map, len(pixels.axes))
    shape = (own_shape or pixels.spatial_shape) if output_shape is None else result_shape(output_shape, pixels.layout)
    if own_shape not in (None, shape):
        raise ValueError(f"output_shape must be that of the coordinates, {own_shape}; got {output_shape!r}.")
    border = as_border(mode, cval, pixels)
    return geometric(pixels, mapping, shape, order=order_name(order, DEGREES, pixels.dtype), border=border, out=out)


def as_mapping(name: str, mapping: Any, axes: int) -> tuple[Mapping, tuple[int, ...] | None]:
    """Return a matrix, coordinates or a function for so many axes; and the shape of the result if they have one."""
    if type(mapping).__module__.startswith("skimage."):
        raise TypeError(
            f"{name} must count positions as (row, column); scikit-image's transforms count them as (x, y): "
            "opsin.transform.ProjectiveTransform.from_xy(transform)."
        )
    if isinstance(mapping, ProjectiveTransform):
        mapping = mapping.params
    if callable(mapping):
        return checked(name, mapping), None
    array = as_array(name, mapping)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a transform, an array of numbers or a function; got dtype {array.dtype}.")
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if array.ndim == axes + 1 and len(array) == axes:
        return array, array.shape[1:]
    if array.shape not in ((axes, axes + 1), (axes + 1, axes + 1)):
        raise ValueError(
            f"{name} must be a matrix of shape {(axes, axes + 1)} or {(axes + 1, axes + 1)}, or coordinates of {axes} "
            f"axes, for an image of {axes} spatial axes; got shape {array.shape}."
        )
    return _matrix(name, array.shape, array.astype(np.float64).tobytes()), None


@remembered
def _matrix(name: str, shape: tuple[int, int], values: bytes) -> NDArray[np.float64]:
    """Return a matrix by the bytes of its values, an affine one without its last row."""
    matrix = np.frombuffer(values, np.float64).reshape(shape)
    if not np.isfinite(matrix).all():
        raise ValueError(f"{name} must have finite values if it is a matrix.")
    if shape[1] > 2 and shape[0] == shape[1] and matrix[-1, -1] != 0 and not matrix[-1, :-1].any():
        scaled: NDArray[np.float64] = matrix[:-1] / matrix[-1, -1]
        return scaled
    return matrix


def checked(name: str, function: Callable[[NDArray[np.float64]], Any]) -> Callable[[NDArray[np.float64]], NDArray[Any]]:
    """Return a function of positions whose results are checked."""

    def mapped(points: NDArray[np.float64]) -> NDArray[Any]:
        found = as_array(name, function(points))
        if found.dtype.kind not in "iuf":
            raise TypeError(f"{name} must return an array of numbers; got dtype {found.dtype}.")
        if found.shape != points.shape:
            raise ValueError(f"{name} must return an array of the shape of its own, {points.shape}; got {found.shape}.")
        return found

    return mapped
