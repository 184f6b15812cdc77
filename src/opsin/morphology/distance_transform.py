"""Distances from the background."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import Output, as_volume, per_axis
from .._engine.distances import METRICS, measure_distances
from .._errors import choice, flag
from .._operation import operation
from .._types import POSITIVE, FloatImage, ImageLike, NoChannels, Out, Spacing, Values

Metric = Literal["euclidean", "taxicab", "chessboard"]


@overload
def distance_transform(
    image: ImageLike,
    *,
    metric: Metric = "euclidean",
    spacing: Spacing = 1.0,
    return_indices: Literal[False] = False,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> FloatImage: ...


@overload
def distance_transform(
    image: ImageLike,
    *,
    metric: Metric = "euclidean",
    spacing: Spacing = 1.0,
    return_indices: Literal[True],
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> tuple[FloatImage, Values]: ...


@operation(kind="global", since="0.1")
def distance_transform(
    image: ImageLike,
    *,
    metric: Metric = "euclidean",
    spacing: Spacing = 1.0,
    return_indices: bool = False,
    channel_axis: NoChannels = "auto",
    out: Out = None,
) -> FloatImage | tuple[FloatImage, Values]:
    """Measure the distance of each pixel from the nearest pixel that is zero.

    The distances are exact.

    Parameters
    ----------
    image : array_like
        Image of any number of spatial axes and any real dtype.

        Pixels that are zero or False are the background, all others (NaN too) are objects.
    metric : {'euclidean', 'taxicab', 'chessboard'}
        What a distance is: the length of the straight line, the number of steps along the axes, or the number of
        steps if diagonal steps count as one.
    spacing : float or sequence of float
        Distance of neighboring pixels, one for all axes or one for each. With the taxicab and the chessboard metric it
        is the same along all axes.
    return_indices : bool
        Whether to return the position of the nearest background of each pixel, too.
    channel_axis : {'auto', None}
        ``"auto"``: a 3-D image whose last axis is 3 or 4 long is a color image, which is refused. ``None``: every axis
        is spatial.
    out : ndarray, optional
        Array for the result, of the shape and dtype of the result; float64 takes float32, too.

    Returns
    -------
    distances : ndarray
        Distances in units of `spacing`, float32 for bool, 8- and 16-bit integers and float32, float64 for other
        dtypes; 0 in the background, and infinite everywhere if no pixel is background.
    indices : ndarray
        int32 array of shape ``(axes, *image.shape)`` with the coordinates of the nearest background, -1 if there is
        none; only with ``return_indices=True``. Of several at the same distance it is the one with the least
        coordinate along the last axis, then along the axis before.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] A. Meijster, J. B. T. M. Roerdink and W. H. Hesselink, "A General Algorithm for Computing Distance
       Transforms in Linear Time", Mathematical Morphology and its Applications to Image and Signal Processing, 2000,
       pp. 331-340.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1]], bool)
    >>> opsin.morphology.distance_transform(image, metric="taxicab")
    array([[0., 0., 0., 0., 0.],
           [0., 1., 1., 1., 1.],
           [0., 1., 2., 2., 2.],
           [0., 1., 2., 3., 3.]], dtype=float32)
    >>> distances, indices = opsin.morphology.distance_transform(image, return_indices=True)
    >>> indices[:, 3, 2]
    array([3, 0], dtype=int32)
    """
    pixels = as_volume(image, channel_axis)
    metric = choice("metric", metric, METRICS)  # type: ignore[assignment]
    steps = per_axis("spacing", spacing, len(pixels.shape), POSITIVE)
    if metric != "euclidean" and len(set(steps)) > 1:
        raise ValueError(f"spacing must be the same along all axes with metric={metric!r}; got {steps}.")
    indexed = flag("return_indices", return_indices)
    objects = pixels.array if pixels.dtype == np.bool_ else pixels.array != 0
    output = Output(pixels.shape, pixels.float_dtype, pixels.float_dtype, out, pixels.array)
    nearest = measure_distances(objects, metric, steps, output.array, indexed=indexed)
    distances = output.finish()
    return (distances, coordinates(nearest)) if indexed else distances


def coordinates(nearest: NDArray[np.int64]) -> NDArray[Any]:
    """Return the coordinates of indices into the flattened image of the same shape; -1 stays -1."""
    found = np.empty((nearest.ndim, *nearest.shape), np.int32)
    rest = nearest
    for axis in range(nearest.ndim - 1, -1, -1):
        rest, found[axis] = np.divmod(rest, nearest.shape[axis])
    found[:, nearest < 0] = -1
    return found
