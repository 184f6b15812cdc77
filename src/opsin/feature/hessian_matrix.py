"""The Hessian matrix: the second derivatives of an image."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_pixels, new_array, per_axis
from .._engine.borders import as_border
from .._engine.separable import separable
from .._errors import flag
from .._operation import operation
from .._types import ChannelAxis, ImageLike, Modes, Values
from ..filters.gaussian import MAX_RADIUS, gaussian_filter
from ..filters.laplace import BLUR, BlurSigma
from .symmetric_matrices import Order, ordered, symmetric_eigenvalues

TRUNCATE = 4.0

DERIVATIVE_TRUNCATE = 8.0

NARROW_TRUNCATE = 100.0
"""Of Gaussians of at most one pixel, whose sampled derivatives fall off slowly; as in scikit-image."""


@operation(kind="global", since="0.1")
def hessian_matrix(
    image: ImageLike,
    sigma: BlurSigma = 1.0,
    *,
    mode: Modes = "constant",
    cval: float = 0.0,
    order: Order = "rc",
    use_gaussian_derivatives: bool = True,
    channel_axis: ChannelAxis = "auto",
) -> Values:
    """Compute the Hessian matrix: the second derivatives along each two axes of an image blurred with a Gaussian.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.
    sigma : float or sequence of float
        Standard deviation of the Gaussian in pixels, one for all spatial axes or one for each; more
        than 0.
    mode : {'reflect', 'mirror', 'nearest', 'constant', 'wrap'} or sequence of these
        How the image is extended beyond its border, with the names of scipy.ndimage; one mode for all spatial axes or
        one for each.
    cval : float
        Value beyond the border with ``mode="constant"``.
    order : {'rc', 'xy'}
        ``"rc"``: the first axis comes first. ``"xy"``: the last one, for images of two spatial axes.
    use_gaussian_derivatives : bool
        Whether the derivatives are correlations with the derivatives of Gaussians. ``False``: they are differences of
        the pixels two apart in the blurred image, and of neighbors at the border; the image has at least 2 pixels
        along each axis.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.

    Returns
    -------
    ndarray
        The upper triangle of the symmetric matrix of each pixel, row by row: element (0, 0), (0, 1), ... and so on,
        along a first axis before those of `image`. In the units of `image`: float32, or float64 for images of float64
        and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    hessian_matrix_eigvals : The eigenvalues of the matrices.
    blob_doh : Blobs, from the determinants of the matrices.

    Notes
    -----
    Two first derivatives follow each other, each with a Gaussian of ``sigma / sqrt(2)``.

    References
    ----------
    .. [1] T. Lindeberg, "Feature Detection with Automatic Scale Selection", International Journal of Computer Vision
       30 (2), 1998, pp. 79-116.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((5, 5))
    >>> square[2, 2] = 4
    >>> rr, rc, cc = opsin.feature.hessian_matrix(square, 0.1, use_gaussian_derivatives=False)
    >>> rc
    array([[ 0.,  0.,  0.,  0.,  0.],
           [ 0.,  1.,  0., -1.,  0.],
           [ 0.,  0.,  0.,  0.,  0.],
           [ 0., -1.,  0.,  1.,  0.],
           [ 0.,  0.,  0.,  0.,  0.]])
    """
    pixels = as_pixels(image, channel_axis)
    count = len(pixels.axes)
    sigmas = per_axis("sigma", sigma, count, BLUR)
    axes, border = ordered("order", order, pixels), as_border(mode, cval, pixels)
    by_gaussians = flag("use_gaussian_derivatives", use_gaussian_derivatives)
    if not by_gaussians and pixels.array.size and min(pixels.spatial_shape) < 2:
        raise ValueError(f"image must have at least 2 pixels along each axis for differences; got {pixels.shape}.")

    twice = [value * math.sqrt(0.5) for value in sigmas]
    truncate = min(DERIVATIVE_TRUNCATE if min(sigmas) > 1 else NARROW_TRUNCATE, MAX_RADIUS / max(twice))

    def derivative(array: NDArray[Any], along: int) -> NDArray[Any]:
        filters = [
            gaussian_filter(value, int(axis == along), truncate) for axis, value in zip(pixels.axes, twice, strict=True)
        ]
        return separable(pixels.like(array), filters, border=border, result="float")

    if by_gaussians:
        first = [derivative(pixels.array, axis) for axis in axes]
    else:
        filters = [gaussian_filter(value, 0, TRUNCATE) for value in sigmas]
        blurred = separable(pixels, filters, border=border, result="float")
        first = [_differences(blurred, axis) for axis in axes]
    pairs = list(itertools.combinations_with_replacement(range(count), 2))
    result = new_array((len(pairs), *pixels.shape), pixels.float_dtype)
    for (one, other), element in zip(pairs, result, strict=True):
        element[...] = derivative(first[one], axes[other]) if by_gaussians else _differences(first[one], axes[other])
    return result


def hessian_matrix_eigvals(H_elems: ArrayLike) -> NDArray[Any]:
    """Return the eigenvalues of Hessian matrices, in decreasing order.

    Parameters
    ----------
    H_elems : array_like
        What `hessian_matrix` returns.

    Returns
    -------
    ndarray
        The greatest eigenvalue of each pixel, then the next one, along a first axis.

    Raises
    ------
    TypeError
        If `H_elems` is not an array of real numbers.
    ValueError
        If the length of its first axis is none of 1, 3, 6, 10, ...

    See Also
    --------
    hessian_matrix : The matrices.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((5, 5))
    >>> square[2, 2] = 4
    >>> matrix = opsin.feature.hessian_matrix(square, 0.1, use_gaussian_derivatives=False)
    >>> opsin.feature.hessian_matrix_eigvals(matrix)[0]
    array([[ 0.,  0.,  2.,  0.,  0.],
           [ 0.,  1.,  0.,  1.,  0.],
           [ 2.,  0., -2.,  0.,  2.],
           [ 0.,  1.,  0.,  1.,  0.],
           [ 0.,  0.,  2.,  0.,  0.]])
    """
    return symmetric_eigenvalues("H_elems", H_elems)


def _differences(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """Return half the difference of the pixels before and after each; at the border that of neighbors."""
    if not array.size:
        return array
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(np.gradient(array, axis=axis))
