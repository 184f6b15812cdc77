"""Harris' response of corners."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from .._engine.arrays import as_pixels
from .._errors import Allowed, choice, number
from .._operation import Typical, operation
from .._types import PLANE, POSITIVE, ChannelAxis, FloatImage, ImageLike, Out, Sigma
from .structure_tensor import structure_tensor_halo, tensor_response

SENSITIVITY = Allowed(0, 1)


@operation(kind="window", halo=structure_tensor_halo, dimensions=PLANE, since="0.1")
def corner_harris(
    image: ImageLike,
    *,
    method: Literal["k", "eps"] = "k",
    k: Annotated[float, SENSITIVITY, Typical(0, 0.2)] = 0.05,
    eps: Annotated[float, POSITIVE, Typical(1e-9, 1e-3)] = 1e-6,
    sigma: Sigma = 1.0,
    channel_axis: ChannelAxis = "auto",
    out: Out = None,
) -> FloatImage:
    """Compute the Harris response, which is large at corners, negative at edges and near 0 in flat regions.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    method : {'k', 'eps'}
        How the response follows from the determinant and the trace of the structure tensor A: ``"k"`` is
        ``det(A) - k * trace(A)**2``, Harris and Stephens' formula; ``"eps"`` is ``2 * det(A) / (trace(A) + eps)``,
        Noble's, which has no parameter to tune.
    k : float
        How strongly edges are suppressed with ``method="k"``.
    eps : float
        What keeps the denominator from 0 with ``method="eps"``.
    sigma : float or sequence of float
        Standard deviation in pixels of the Gaussian that weights the window, one for both axes or one for each.
    channel_axis : int, None or 'auto'
        Axis of the channels; each channel is processed independently. ``"auto"``: the last axis of a 3-D image if it is
        3 or 4 long. ``None``: every axis is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    ndarray
        The response, with the shape of `image`, in the fourth power of its units (the second with ``method="eps"``):
        float32, or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    opsin.feature.corner_peaks : The corners as coordinates.

    Notes
    -----
    The structure tensor holds the products of the derivatives along rows and columns, by the Sobel operator (1, 2, 1)
    times (-1, 0, 1), weighted by a Gaussian. Pixels beyond the border are 0.

    References
    ----------
    .. [1] C. Harris and M. Stephens, "A Combined Corner and Edge Detector", Alvey Vision Conference, 1988,
       pp. 147-151.
    .. [2] A. Noble, "Descriptions of Image Surfaces", PhD thesis, University of Oxford, 1989.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((10, 10))
    >>> square[2:8, 2:8] = 1
    >>> response = opsin.feature.corner_harris(square)
    >>> opsin.feature.corner_peaks(response)
    array([[2, 2],
           [2, 7],
           [7, 2],
           [7, 7]])
    """
    choice("method", method, ("k", "eps"))
    weight = number("k", k, SENSITIVITY)
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    least = max(number("eps", eps, POSITIVE), float(np.finfo(pixels.float_dtype).tiny))
    return tensor_response(pixels, sigma, method, weight if method == "k" else least, out=out)
