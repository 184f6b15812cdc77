"""BRIEF: descriptors of binary tests between pixels around a point."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_array, as_pixels
from .._engine.borders import as_border
from .._engine.compiled import for_this_machine
from .._engine.randomness import as_generator
from .._engine.separable import separable
from .._errors import Allowed, choice, integer, number
from .._types import PLANE, SIGMA, ImageLike, PointsLike
from ..filters.gaussian import gaussian_filter

SIZE = Allowed(1, 65536)
PATCH = Allowed(5, 4095)


class BRIEF:
    """Binary Robust Independent Elementary Features: descriptors of points that are compared bit by bit.

    Each bit says which of two pixels near the point is brighter, in the smoothed image.

    Parameters
    ----------
    descriptor_size : int
        How many bits a descriptor has.
    patch_size : int
        Side of the square around a point that holds the pixels.
    mode : {'normal', 'uniform'}
        How the pixels are distributed in the square: most of them near the point, or everywhere alike.
    sigma : float
        Standard deviation in pixels of the Gaussian that smooths the image.
    rng : int, numpy.random.Generator or None
        Seed of the places of the pixels, or a generator. Descriptors can be compared if the seed is the same.

    Attributes
    ----------
    descriptors : ndarray of bool
        Descriptors of the last image, shape (points, descriptor_size).
    mask : ndarray of bool
        Which of the points have one: those far enough from the border.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    References
    ----------
    .. [1] M. Calonder, V. Lepetit, C. Strecha and P. Fua, "BRIEF: Binary Robust Independent Elementary Features",
       European Conference on Computer Vision, 2010, pp. 778-792.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> image = opsin.data.cells()
    >>> points = opsin.feature.corner_peaks(opsin.feature.corner_harris(image), 10)
    >>> extractor = opsin.feature.BRIEF()
    >>> extractor.extract(image, points)
    >>> extractor.descriptors.shape[1], extractor.descriptors.dtype
    (256, dtype('bool'))
    """

    descriptors: NDArray[np.bool_]
    mask: NDArray[np.bool_]

    def __init__(
        self,
        descriptor_size: Annotated[int, SIZE] = 256,
        *,
        patch_size: Annotated[int, PATCH] = 49,
        mode: Literal["normal", "uniform"] = "normal",
        sigma: Annotated[float, SIGMA] = 1.0,
        rng: int | np.random.Generator | None = 1,
    ) -> None:
        size, patch = integer("descriptor_size", descriptor_size, SIZE), integer("patch_size", patch_size, PATCH)
        choice("mode", mode, ("normal", "uniform"))
        self._sigma = number("sigma", sigma, SIGMA)
        self._reach = patch // 2
        pairs = _drawn(size, patch, mode, as_generator(rng))
        self._tests = np.ascontiguousarray(np.concatenate(pairs).T, np.float64)

    def extract(self, image: ImageLike, keypoints: PointsLike) -> None:
        """Describe points of an image.

        Parameters
        ----------
        image : array_like
            Image of two axes and any real dtype.
        keypoints : array_like
            Coordinates of the points, shape (points, 2): row and column.

        Raises
        ------
        TypeError
            If `image` or `keypoints` is not an array of real numbers.
        ValueError
            If they do not have two axes.
        """
        smoothed = _smoothed(image, self._sigma)
        points = as_points("keypoints", keypoints)
        low, high = self._tests.min(axis=1, initial=0), self._tests.max(axis=1, initial=0)
        self.mask = far_from_border(smoothed.shape, points, self._reach) & _within(smoothed.shape, points, low, high)
        whole = points[self.mask].astype(np.int64)
        still, ahead = np.zeros(len(whole)), np.ones(len(whole))
        self.descriptors = for_this_machine("keypoints").compare(smoothed, whole, still, ahead, self._tests).view(bool)


def _within(
    shape: tuple[int, ...], points: NDArray[Any], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which points are in an image together with all pixels between two offsets; fractions are left out."""
    whole = np.trunc(points)
    inside: NDArray[np.bool_] = np.all((whole + low >= 0) & (whole + high < np.array(shape)), axis=1)
    return inside


def as_points(name: str, value: Any) -> NDArray[Any]:
    """Return coordinates of shape (points, 2)."""
    array = as_array(name, value)
    if array.size == 0:
        return np.empty((0, 2))
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name} must have the shape (points, 2); got {array.shape}.")
    return array


def far_from_border(shape: tuple[int, ...], points: NDArray[Any], distance: int) -> NDArray[np.bool_]:
    """Return which points are at least so far from the border; those that are not finite are not."""
    last = np.array(shape) - distance + 1
    inside: NDArray[np.bool_] = np.all((points > distance - 1) & (points < last), axis=1)
    return inside


def _smoothed(image: ImageLike, sigma: float) -> NDArray[Any]:
    pixels = as_pixels(image, dimensions=PLANE)
    weights = gaussian_filter(sigma, 0, 4.0)
    return separable(pixels, (weights, weights), border=as_border("reflect", 0, pixels), result="float")


def _drawn(size: int, patch: int, mode: str, rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the offsets of the first and of the second pixel of each test."""
    if mode == "uniform":
        offsets = rng.integers(-(patch - 2) // 2, patch // 2 + 1, (2 * size, 2))
        return offsets[:size].astype(np.intp), offsets[size:].astype(np.intp)
    drawn = np.trunc(patch / 5.0 * rng.standard_normal(size * 8))
    drawn = drawn[(drawn < patch // 2) & (drawn > -(patch - 2) // 2)].astype(np.intp)
    while len(drawn) < 4 * size:
        more = np.trunc(patch / 5.0 * rng.standard_normal(size * 8))
        drawn = np.append(drawn, more[(more < patch // 2) & (more > -(patch - 2) // 2)].astype(np.intp))
    return drawn[: 2 * size].reshape(size, 2), drawn[2 * size : 4 * size].reshape(size, 2)
