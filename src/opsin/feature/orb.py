"""ORB: oriented corners at several scales, and binary descriptors that turn with them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import as_array, as_data_range, as_pixels
from .._engine.compiled import for_this_machine
from .._engine.runtime import empty
from .._engine.separable import Weights
from .._errors import Allowed, integer, number
from .._types import PLANE, ImageLike, PointsLike
from ..filters.gaussian import gaussian, gaussian_filter
from ..transform.resize import resize
from .brief import as_points, far_from_border
from .corner_fast import COUNT, THRESHOLD
from .corner_harris import SENSITIVITY
from .structure_tensor import TRUNCATE

DOWNSCALE = Allowed(above=1, high=16)
SCALES = Allowed(1, 64)
KEYPOINTS = Allowed(1)

RADIUS = 15
"""The radius of the disk whose center of mass gives the orientation of a corner."""

BORDER = 20
"""The distance from the border within which the tests of a descriptor stay, at any angle."""

SIGMA = 1.0
"""Of the window of the Harris response."""

BITS = 256


class ORB:
    """Oriented FAST and Rotated BRIEF: corners at several scales, with their orientations and binary descriptors.

    Parameters
    ----------
    n_keypoints : int
        Greatest number of corners; those with the greatest Harris response are taken.
    downscale : float
        Ratio of the size of one scale to the next.
    n_scales : int
        Greatest number of scales.
    fast_n : int
        How many consecutive pixels of a circle must be brighter or darker, as in `opsin.feature.corner_fast`.
    fast_threshold : float
        By how much they must be, as a fraction of the range of the data.
    harris_k : float
        Sensitivity of the Harris response, as in `opsin.feature.corner_harris`.

    Attributes
    ----------
    keypoints : ndarray of float64
        Coordinates of the corners in the image, shape (corners, 2): row and column.
    scales : ndarray of float64
        By how much the image was reduced where each corner was found.
    orientations : ndarray of float64
        Direction from each corner to the center of mass around it, in radians.
    responses : ndarray
        Harris response of each corner, for an image with a range of 1.
    descriptors : ndarray of bool
        Descriptors, shape (corners, 256), for `opsin.feature.match_descriptors`.
    mask : ndarray of bool
        Which of the corners have one; with `extract` those that are far enough from the border.

    Raises
    ------
    TypeError
        If a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range.

    Notes
    -----
    The 256 tests are drawn at random from a normal distribution, always the same ones; those of OpenCV and scikit-image
    were selected by training, so that descriptors cannot be compared with theirs.

    References
    ----------
    .. [1] E. Rublee, V. Rabaud, K. Konolige and G. Bradski, "ORB: An Efficient Alternative to SIFT or SURF",
       International Conference on Computer Vision, 2011, pp. 2564-2571.

    Examples
    --------
    >>> import opsin
    >>> image = opsin.data.page()
    >>> first, second = opsin.feature.ORB(), opsin.feature.ORB()
    >>> first.detect_and_extract(image)
    >>> second.detect_and_extract(opsin.transform.rotate(image, 20, mode="nearest"))
    >>> matches = opsin.feature.match_descriptors(first.descriptors, second.descriptors)
    >>> matches.shape[1]
    2
    """

    keypoints: NDArray[np.float64]
    scales: NDArray[np.float64]
    orientations: NDArray[np.float64]
    responses: NDArray[Any]
    descriptors: NDArray[np.bool_]
    mask: NDArray[np.bool_]

    def __init__(
        self,
        n_keypoints: Annotated[int, KEYPOINTS] = 500,
        *,
        downscale: Annotated[float, DOWNSCALE] = 1.2,
        n_scales: Annotated[int, SCALES] = 8,
        fast_n: Annotated[int, COUNT] = 9,
        fast_threshold: Annotated[float, THRESHOLD] = 0.08,
        harris_k: Annotated[float, SENSITIVITY] = 0.04,
    ) -> None:
        self._count = integer("n_keypoints", n_keypoints, KEYPOINTS)
        self._downscale = number("downscale", downscale, DOWNSCALE)
        self._scales = integer("n_scales", n_scales, SCALES)
        self._n = integer("fast_n", fast_n, COUNT)
        self._threshold = number("fast_threshold", fast_threshold, THRESHOLD)
        self._k = number("harris_k", harris_k, SENSITIVITY)

    def detect(self, image: ImageLike) -> None:
        """Find the corners of an image.

        Sets `keypoints`, `scales`, `orientations` and `responses`, and leaves `descriptors`.

        Parameters
        ----------
        image : array_like
            Image of two axes and any real dtype.

        Raises
        ------
        TypeError
            If `image` is not an array of real numbers.
        ValueError
            If `image` does not have two axes.
        """
        self._detect(self._levels(image))

    def extract(self, image: ImageLike, keypoints: PointsLike, scales: ArrayLike, orientations: ArrayLike) -> None:
        """Describe corners of an image.

        Sets `descriptors`, and `mask`, which tells the corners that have one.

        Parameters
        ----------
        image : array_like
            Image of two axes and any real dtype.
        keypoints : array_like
            Coordinates of the corners, shape (corners, 2): row and column.
        scales : array_like
            By how much the image is reduced for each corner, at least 1. The nearest scale is taken.
        orientations : array_like
            Direction of each corner in radians.

        Raises
        ------
        TypeError
            If `image`, or another parameter, is not an array of real numbers.
        ValueError
            If the shape of an array does not fit, or a scale is less than 1.
        """
        levels = self._levels(image)
        points = as_points("keypoints", keypoints)
        sizes = as_column("scales", scales, len(points))
        angles = as_column("orientations", orientations, len(points))
        if not (sizes >= 1 - 1e-6).all() or not np.isfinite(sizes).all():
            raise ValueError(f"scales must be finite and at least 1; got {sizes.min()}.")
        octaves = np.rint(np.log(sizes) / math.log(self._downscale)).astype(np.intp)
        points = points / self._downscale ** octaves.astype(np.float64)[:, None]
        self.mask = np.isfinite(angles) & (octaves < len(levels))
        for octave, level in enumerate(levels):
            chosen = octaves == octave
            self.mask[chosen] &= far_from_border(level.shape, points[chosen], BORDER)
        kept = self.mask
        whole = np.rint(points[kept]).astype(np.int64)
        self.descriptors = self._described(levels, whole, octaves[kept], angles[kept])

    def detect_and_extract(self, image: ImageLike) -> None:
        """Find the corners of an image, and describe them.

        Parameters
        ----------
        image : array_like
            Image of two axes and any real dtype.

        Raises
        ------
        TypeError
            If `image` is not an array of real numbers.
        ValueError
            If `image` does not have two axes.
        """
        levels = self._levels(image)
        points, octaves = self._detect(levels)
        self.mask = np.ones(len(points), bool)
        self.descriptors = self._described(levels, points, octaves, self.orientations)

    def _levels(self, image: ImageLike) -> list[NDArray[Any]]:
        """Return the scales of an image, with a range of 1."""
        pixels = as_pixels(image, dimensions=PLANE)
        dtype = pixels.float_dtype
        level = pixels.array.astype(dtype)
        level *= dtype.type(1 / as_data_range(None, pixels.dtype))
        return _pyramid(level, self._scales, self._downscale)

    def _detect(self, levels: list[NDArray[Any]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find the corners, and return their pixels and the numbers of their scales."""
        found = [self._corners(level) for level in levels]
        octaves = np.repeat(np.arange(len(levels)), [len(points) for points, _ in found])
        points = np.concatenate([points for points, _ in found])
        responses = np.concatenate([values for _, values in found])
        best = _greatest(responses, self._count)
        points, octaves, self.responses = points[best], octaves[best], responses[best]
        self.scales = self._downscale ** octaves.astype(np.float64)
        self.keypoints = points * self.scales[:, None]
        self.orientations = np.empty(len(points))
        compiled = for_this_machine("keypoints")
        for octave, level in enumerate(levels):
            chosen = octaves == octave
            moments = compiled.directions(level, points[chosen], _disk())
            self.orientations[chosen] = np.arctan2(moments[:, 0], moments[:, 1])
        return points, octaves

    def _described(
        self,
        levels: list[NDArray[Any]],
        points: NDArray[np.intp],
        octaves: NDArray[np.intp],
        angles: NDArray[np.float64],
    ) -> NDArray[np.bool_]:
        """Return the descriptors of pixels of the scales of an image."""
        descriptors = np.empty((len(points), BITS), bool)
        compiled = for_this_machine("keypoints")
        for octave, level in enumerate(levels):
            chosen = octaves == octave
            sines, cosines = np.sin(angles[chosen]), np.cos(angles[chosen])
            descriptors[chosen] = compiled.compare(level, points[chosen], sines, cosines, _tests()).view(bool)
        return descriptors

    def _corners(self, level: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the corners of one scale that can be described, and their Harris responses."""
        compiled = for_this_machine("keypoints")
        margin = min(self._threshold, float(np.finfo(level.dtype).max))
        response = empty(level.shape, level.dtype)
        # A peak at the border depends on its neighbors, and among equal ones on theirs.
        for_this_machine("fast").fast_response(level, response, self._n, margin, BORDER - 3)
        points = compiled.find_peaks(response, BORDER)
        return points, compiled.harris(level, points, _window(), self._k).astype(level.dtype)


def as_column(name: str, value: Any, count: int) -> NDArray[np.float64]:
    """Return a number for each of `count` corners."""
    array = as_array(name, value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    if array.shape != (count,):
        raise ValueError(f"{name} must have one number for each of {count} keypoints; got shape {array.shape}.")
    return array.astype(np.float64)


def _greatest(values: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Return the indices of at most so many values, the greatest first, equal ones in their order."""
    kept = np.arange(len(values))
    if len(values) > count:
        # NaN is the last, and not greater than itself.
        kept = np.flatnonzero(~(-values > np.partition(-values, count - 1)[count - 1]))
    order: NDArray[np.intp] = kept[np.argsort(-values[kept], kind="stable")[:count]]
    return order


def _pyramid(level: NDArray[Any], count: int, downscale: float) -> list[NDArray[Any]]:
    """Return an image and its reductions, as long as these can hold a corner."""
    levels = [level]
    while len(levels) < count:
        shape = tuple(math.ceil(length / downscale) for length in level.shape)
        if min(shape) < 2 * BORDER or shape == level.shape:
            break
        smooth = gaussian(level, 2 * downscale / 6, mode="reflect", channel_axis=None)
        level = resize(smooth, shape, order=1, anti_aliasing=False, channel_axis=None)
        levels.append(level)
    return levels


@lru_cache(maxsize=1)
def _window() -> NDArray[np.float64]:
    """Return the weights of the window of the Harris response along each axis."""
    weights = gaussian_filter(SIGMA, 0, TRUNCATE)
    assert isinstance(weights, Weights)
    return weights.values


@lru_cache(maxsize=1)
def _disk() -> NDArray[np.float64]:
    """Return which pixels around a point are in the disk; the last column is beyond it."""
    row, column = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 2]
    return np.where(row * row + column * column <= (RADIUS + 0.5) ** 2, 1.0, 0.0)


@lru_cache(maxsize=1)
def _tests() -> NDArray[np.float64]:
    """Return the rows and the columns of the first pixels and then of the second; none is farther away than 13."""
    # The stream of RandomState never changes, so that descriptors may be stored.
    drawn = np.random.RandomState(2011).standard_normal((4 * BITS, 2, 2)) * 31 / 5
    rounded = np.round(drawn)
    distances = np.sqrt((rounded**2).sum(axis=2)).max(axis=1)
    kept = rounded[(distances <= 13) & np.any(rounded[:, 0] != rounded[:, 1], axis=1)][:BITS]
    return np.ascontiguousarray(kept.transpose(2, 1, 0).reshape(2, -1))
