"""Shi and Tomasi's response of corners."""

from __future__ import annotations

from .._engine.arrays import as_pixels
from .._operation import operation
from .._types import PLANE, ChannelAxis, FloatImage, ImageLike, Out, Sigma
from .structure_tensor import structure_tensor_halo, tensor_response


@operation(kind="window", halo=structure_tensor_halo, dimensions=PLANE, since="0.1")
def corner_shi_tomasi(
    image: ImageLike, sigma: Sigma = 1.0, *, channel_axis: ChannelAxis = "auto", out: Out = None
) -> FloatImage:
    """Compute the Shi-Tomasi response, which is large at corners and near 0 elsewhere.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
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
        The smaller eigenvalue of the structure tensor, with the shape of `image` and the square of its units: float32,
        or float64 for images of float64 and of integers of more than 16 bits.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    See Also
    --------
    opsin.feature.corner_harris : The response without a square root; its notes describe the structure tensor.
    opsin.feature.corner_peaks : The corners as coordinates.

    References
    ----------
    .. [1] J. Shi and C. Tomasi, "Good Features to Track", IEEE Conference on Computer Vision and Pattern Recognition,
       1994, pp. 593-600.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> square = np.zeros((10, 10))
    >>> square[2:8, 2:8] = 1
    >>> response = opsin.feature.corner_shi_tomasi(square)
    >>> opsin.feature.corner_peaks(response)
    array([[2, 2],
           [2, 7],
           [7, 2],
           [7, 7]])
    """
    pixels = as_pixels(image, channel_axis, dimensions=PLANE)
    return tensor_response(pixels, sigma, "eigenvalue", 0.0, out=out)
