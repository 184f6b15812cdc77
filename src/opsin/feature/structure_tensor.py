"""The structure tensor: the smoothed products of the derivatives of an image."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Pixels, as_pixels, new_array, per_axis
from .._engine.borders import Border, as_border
from .._engine.corners import Response, can_respond, corner_response
from .._engine.pointwise import evaluate
from .._engine.separable import separable
from .._engine.window import gradient
from .._operation import operation
from .._types import SIGMA, ChannelAxis, ImageLike, Modes, Out, Sigma, Values
from ..filters.gaussian import gaussian_filter, gaussian_halo
from .symmetric_matrices import Order, ordered, symmetric_eigenvalues

TRUNCATE = 4.0

SMOOTHING = (1.0, 2.0)
"""The weights of Sobel's operator, which are not normalized here: a ramp of slope 1 has the derivative 8."""


def structure_tensor_halo(count: int, /, *, sigma: float | Sequence[float], **_: Any) -> tuple[int, ...]:
    """Return how many pixels the derivatives and the Gaussian reach along each axis."""
    return tuple(reach + 1 for reach in gaussian_halo(count, sigma=sigma, truncate=TRUNCATE, axes=None))


@operation(kind="global", since="0.1")
def structure_tensor(
    image: ImageLike,
    sigma: Sigma = 1.0,
    *,
    mode: Modes = "constant",
    cval: float = 0.0,
    order: Order = "rc",
    channel_axis: ChannelAxis = "auto",
) -> Values:
    """Compute the structure tensor: the products of the derivatives along each two axes, summed in a window.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation in pixels of the Gaussian that weights the window, one for all spatial axes or one for each.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    order : {'rc', 'xy'}
        ``"rc"``: the first axis comes first. ``"xy"``: the last one, for images of two spatial axes.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        The upper triangle of the symmetric matrix of each pixel, row by row: element (0, 0), (0, 1), ... and so on,
        along a first axis before those of `image`. In the squared units of `image`: float32, or float64 for images of
        float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    structure_tensor_eigenvalues : The eigenvalues of the matrices.
    corner_harris, corner_shi_tomasi : Functions of the matrices, without storing them.

    Notes
    -----
    The derivatives are those of the Sobel operator (1, 2, 1) times (-1, 0, 1), which is not normalized. Their products
    are extended as the image is.

    References
    ----------
    .. [1] J. Bigun and G. H. Granlund, "Optimal Orientation Detection of Linear Symmetry", First International
       Conference on Computer Vision, 1987, pp. 433-438.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((5, 5))
    >>> square[2, 2] = 1
    >>> rr, rc, cc = opsin.feature.structure_tensor(square, 0.1)
    >>> cc
    array([[0., 0., 0., 0., 0.],
           [0., 1., 0., 1., 0.],
           [0., 4., 0., 4., 0.],
           [0., 1., 0., 1., 0.],
           [0., 0., 0., 0., 0.]])
    """
    pixels = as_pixels(image, channel_axis)
    axes = ordered("order", order, pixels)
    return _elements(pixels, sigma, as_border(mode, cval, pixels), axes)


def structure_tensor_eigenvalues(A_elems: ArrayLike) -> NDArray[Any]:
    """Return the eigenvalues of structure tensors, in decreasing order.

    Parameters
    ----------
    A_elems : array_like
        What `structure_tensor` returns.

    Returns
    -------
    ndarray
        The greatest eigenvalue of each pixel, then the next one, along a first axis.

    Raises
    ------
    TypeError
        If `A_elems` is not an array of real numbers.
    ValueError
        If the length of its first axis is none of 1, 3, 6, 10, ...

    See Also
    --------
    structure_tensor : The matrices.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((5, 5))
    >>> square[2, 2] = 1
    >>> tensor = opsin.feature.structure_tensor(square, 0.1)
    >>> opsin.feature.structure_tensor_eigenvalues(tensor)[0]
    array([[0., 0., 0., 0., 0.],
           [0., 2., 4., 2., 0.],
           [0., 4., 0., 4., 0.],
           [0., 2., 4., 2., 0.],
           [0., 0., 0., 0., 0.]])
    """
    return symmetric_eigenvalues("A_elems", A_elems)


def _elements(pixels: Pixels, sigma: float | Sequence[float], border: Border, axes: tuple[int, ...]) -> NDArray[Any]:
    """Return the elements of the structure tensor of the derivatives along `axes`, in their order."""
    filters = [gaussian_filter(value, 0, TRUNCATE) for value in per_axis("sigma", sigma, len(pixels.axes), SIGMA)]
    dtype = pixels.float_dtype
    derivatives = [gradient(pixels, (axis,), SMOOTHING, border=border) for axis in axes]
    pairs = list(itertools.combinations_with_replacement(derivatives, 2))
    result = new_array((len(pairs), *pixels.shape), dtype)
    for (first, second), element in zip(pairs, result, strict=True):
        product = pixels.like(evaluate(np.multiply, [first, second], dtype=dtype))
        separable(product, filters, border=border, result="float", out=element)
    return result


def tensor_response(
    pixels: Pixels,
    sigma: float | Sequence[float],
    method: Response,
    parameter: float,
    *,
    out: Out = None,
) -> NDArray[Any]:
    """Return a function of the structure tensor of planes: `method` of `corner_response`, with its parameter."""
    filters = [gaussian_filter(value, 0, TRUNCATE) for value in per_axis("sigma", sigma, 2, SIGMA)]
    if can_respond(filters):
        return corner_response(pixels, filters, method, parameter, out=out)

    def response(rr: NDArray[np.floating], rc: NDArray[np.floating], cc: NDArray[np.floating]) -> NDArray[np.floating]:
        trace, determinant, difference = rr + cc, rr * cc - rc * rc, rr - cc
        if method == "k":
            return determinant - parameter * trace * trace
        if method == "eps":
            return 2 * determinant / (trace + parameter)
        smaller: NDArray[np.floating] = (trace - np.sqrt(difference * difference + 4 * rc * rc)) / 2
        return smaller

    elements = _elements(pixels, sigma, as_border("constant", 0, pixels), pixels.axes)
    return evaluate(response, list(elements), dtype=pixels.float_dtype, out=out)
