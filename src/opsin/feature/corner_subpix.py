"""The positions of corners between the pixels."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels
from .._errors import Allowed, integer, number
from .._operation import Typical, operation
from .._types import PLANE, ImageLike, Points, PointsLike

WINDOW = Allowed(1, 1001)
ALPHA = Allowed(above=0, below=1)


@operation(kind="global", dimensions=PLANE, since="0.1")
def corner_subpix(
    image: ImageLike,
    corners: PointsLike,
    window_size: Annotated[int, WINDOW, Typical(3, 31, "px")] = 11,
    *,
    alpha: Annotated[float, ALPHA, Typical(0.9, 0.999)] = 0.99,
) -> Points:
    """Find the positions of corners between the pixels.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    corners : array_like
        Coordinates of corners, shape (corners, 2): row and column.
    window_size : int
        Side of the window around a corner, in pixels; of an even side, one pixel less.
    alpha : float
        Significance of the test that tells corners of edges from dots.

    Returns
    -------
    ndarray of float64
        Coordinates of the corners, shape (corners, 2); NaN where the window is flat or no corner is found.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

        Also if a corner is outside of the image.

    Notes
    -----
    Where edges meet, the gradients are perpendicular to the lines to the corner; around a dot they are parallel to the
    lines to its center. Both are least squares problems, and an F-test decides which one fits. Pixels beyond the border
    are 0.

    References
    ----------
    .. [1] W. Foerstner and E. Guelch, "A Fast Operator for Detection and Precise Location of Distinct Points, Corners
       and Centres of Circular Features", ISPRS Intercommission Workshop, 1987, pp. 281-305.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = np.zeros((10, 10))
    >>> image[:5, :5] = image[5:, 5:] = 1
    >>> opsin.feature.corner_subpix(image, [[4, 5]], 7)
    array([[4.5, 4.5]])
    """
    pixels = as_pixels(image, dimensions=PLANE)
    side = integer("window_size", window_size, WINDOW)
    reach = (side - 1) // 2
    level = number("alpha", alpha, ALPHA)
    places = as_array("corners", corners)
    if places.dtype.kind not in "iuf":
        raise TypeError(f"corners must be an array of real numbers; got dtype {places.dtype}.")
    if places.size == 0:
        return np.empty((0, 2))
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"corners must have the shape (corners, 2); got {places.shape}.")
    if not (np.all(places >= 0) and np.all(places < np.array(pixels.shape))):
        raise ValueError(f"corners must be in the image, of shape {pixels.shape}.")
    whole = places.astype(np.intp)
    wide = np.pad(pixels.array.astype(np.float64), reach + 1)
    found = np.empty(whole.shape)
    step = max(1, (1 << 20) // (2 * reach + 3) ** 2)
    for first in range(0, len(whole), step):
        part = slice(first, first + step)
        with np.errstate(all="ignore"):
            found[part] = whole[part] + _refined(wide, whole[part], reach, side * side - 2, level)
    return found


def _refined(
    wide: NDArray[np.float64], corners: NDArray[np.intp], reach: int, freedom: int, level: float
) -> NDArray[np.float64]:
    """Return by how much corners are away from their pixels; the frame of the image is wider than the reach by 1."""
    from scipy.special import fdtri

    offsets = np.arange(2 * reach + 3)
    p = wide[corners[:, :1, None] + offsets[:, None], corners[:, 1:, None] + offsets]
    across, down = p[:, :, 2:] - p[:, :, :-2], p[:, 2:] - p[:, :-2]
    gx = across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:]
    gy = down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]
    x = np.arange(-reach, reach + 1.0)
    y = x[:, None]
    xx, xy, yy = gx * gx, gx * gy, gy * gy

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        summed: NDArray[np.float64] = values.sum(axis=(1, 2))
        return summed

    sxx, sxy, syy = total(xx), total(xy), total(yy)
    dot = _solved(sxx, -sxy, syy, total(xx * y) - total(xy * x), total(yy * x) - total(xy * y))
    edge = _solved(syy, sxy, sxx, total(yy * y) + total(xy * x), total(xx * x) + total(xy * y))

    def spread(place: NDArray[np.float64], sign: int) -> NDArray[np.float64]:
        ry, rx = y - place[:, :1, None], x - place[:, 1:, None]
        along, beside = (xx, yy) if sign < 0 else (yy, xx)
        return total(along * ry * ry + sign * 2 * xy * rx * ry + beside * rx * rx)

    var_dot, var_edge = spread(dot, -1), spread(edge, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((var_dot < np.spacing(1)) & (var_edge < np.spacing(1)), np.nan, var_edge / var_dot)
    if freedom < 1:
        return np.full(corners.shape, np.nan)
    is_edge, is_dot = ratio < fdtri(freedom, freedom, 1 - level), ratio > fdtri(freedom, freedom, level)
    return np.where(is_edge[:, None], edge, np.where(is_dot[:, None], dot, np.nan))


def _solved(
    a: NDArray[Any], b: NDArray[Any], c: NDArray[Any], first: NDArray[Any], second: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the solutions of symmetric systems of two equations; NaN where there is none."""
    determinant = a * c - b * b
    with np.errstate(divide="ignore", invalid="ignore"):
        solution: NDArray[np.float64] = (
            np.stack([c * first - b * second, a * second - b * first], axis=-1) / determinant[:, None]
        )
    solution[determinant == 0] = np.nan
    return solution
