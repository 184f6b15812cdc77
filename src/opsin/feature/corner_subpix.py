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

BLOCK = 1 << 15
"""So many pixels of windows are processed at once; they stay in the cache."""


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
        Significance of the test that distinguishes corners of edges from dots.

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
    found = np.empty(whole.shape)
    step = max(1, BLOCK // (2 * reach + 3) ** 2)
    for first in range(0, len(whole), step):
        part = slice(first, first + step)
        windows = _windows(pixels.array, whole[part], reach + 1)
        with np.errstate(all="ignore"):
            found[part] = whole[part] + _refined(windows, reach, side * side - 2, level)
    return found


def _windows(image: NDArray[Any], corners: NDArray[np.intp], reach: int) -> NDArray[np.float64]:
    """Return the windows around pixels along the first two axes, with 0 beyond the border."""
    side = 2 * reach + 1
    windows = np.zeros((side, side, len(corners)))
    inside = np.all((corners >= reach) & (corners < np.array(image.shape) - reach), axis=1)
    if inside.any():
        row, column = (corners[inside] - reach).T
        whole = np.lib.stride_tricks.sliding_window_view(image, (side, side))[row, column]
        windows[:, :, inside] = whole.transpose(1, 2, 0)
    for k in np.flatnonzero(~inside).tolist():
        row, column = corners[k].tolist()
        part = image[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
        top, left = max(reach - row, 0), max(reach - column, 0)
        windows[top : top + part.shape[0], left : left + part.shape[1], k] = part
    return windows


def _refined(windows: NDArray[np.float64], reach: int, freedom: int, level: float) -> NDArray[np.float64]:
    """Return by how much corners are away from their pixels; windows are larger than the reach by 1."""
    from scipy.special import fdtri

    if freedom < 1:
        return np.full((windows.shape[2], 2), np.nan)
    across, down = windows[:, 2:] - windows[:, :-2], windows[2:] - windows[:-2]
    gx = (across[:-2] + 2 * across[1:-1] + across[2:]).reshape(-1, windows.shape[2])
    gy = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]).reshape(-1, windows.shape[2])
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].reshape(2, -1, 1).astype(np.float64)
    weights = np.concatenate([np.ones_like(x), y, x], axis=1).T
    (sxx, yxx, xxx), (sxy, yxy, xxy), (syy, yyy, xyy) = (weights @ product for product in (gx * gx, gx * gy, gy * gy))
    dot = _solved(sxx, -sxy, syy, yxx - xxy, xyy - yxy)
    edge = _solved(syy, sxy, sxx, yyy + xxy, xxx + yxy)

    def spread(place: NDArray[np.float64], along: NDArray[np.float64], beside: NDArray[np.float64]) -> Any:
        distances = along * (y - place[0]) + beside * (x - place[1])
        return np.einsum("ij,ij->j", distances, distances)

    var_dot, var_edge = spread(dot, gx, -gy), spread(edge, gy, gx)
    ratio = np.where((var_dot < np.spacing(1)) & (var_edge < np.spacing(1)), np.nan, var_edge / var_dot)
    is_edge, is_dot = ratio < fdtri(freedom, freedom, 1 - level), ratio > fdtri(freedom, freedom, level)
    return np.where(is_edge, edge, np.where(is_dot, dot, np.nan)).T


def _solved(
    a: NDArray[Any], b: NDArray[Any], c: NDArray[Any], first: NDArray[Any], second: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the solutions of symmetric systems of two equations, along the last axis; NaN where there is none."""
    determinant = a * c - b * b
    determinant[determinant == 0] = np.nan
    solution: NDArray[np.float64] = np.stack([c * first - b * second, a * second - b * first]) / determinant
    return solution
