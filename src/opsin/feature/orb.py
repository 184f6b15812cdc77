"""ORB: oriented corners at several scales, and binary descriptors that turn with them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_data_range, as_pixels
from .._errors import Allowed, integer, number
from .._types import PLANE, ImageLike
from ..filters.gaussian import gaussian
from ..transform.resize import resize
from .brief import CHUNK, far_from_border
from .corner_fast import COUNT, THRESHOLD, corner_fast
from .corner_harris import SENSITIVITY, corner_harris
from .corner_peaks import corner_peaks

DOWNSCALE = Allowed(above=1, high=16)
SCALES = Allowed(1, 64)
KEYPOINTS = Allowed(1)

RADIUS = 15
"""The radius of the disk whose center of mass gives the orientation of a corner."""

BORDER = 20
"""The distance from the border within which the tests of a descriptor stay, at any angle."""

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
        pixels = as_pixels(image, dimensions=PLANE)
        dtype = pixels.float_dtype
        level = pixels.array.astype(dtype)
        level *= dtype.type(1 / as_data_range(None, pixels.dtype))
        levels = _pyramid(level, self._scales, self._downscale)
        found = [self._corners(level) for level in levels]
        octaves = np.repeat(np.arange(len(levels)), [len(points) for points, _ in found])
        points = np.concatenate([points for points, _ in found])
        responses = np.concatenate([values for _, values in found])
        best = np.argsort(-responses, kind="stable")[: self._count]
        points, octaves, self.responses = points[best], octaves[best], responses[best]
        self.scales = self._downscale ** octaves.astype(np.float64)
        self.keypoints = points * self.scales[:, None]
        self.orientations = np.empty(len(points))
        self.descriptors = np.empty((len(points), BITS), bool)
        for octave, level in enumerate(levels):
            chosen = octaves == octave
            self.orientations[chosen] = _orientations(level, points[chosen])
            self.descriptors[chosen] = _described(level, points[chosen], self.orientations[chosen])

    def _corners(self, level: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return the corners of one scale that can be described, and their Harris responses."""
        response = corner_fast(level, self._n, self._threshold, channel_axis=None)
        points = corner_peaks(response)
        points = points[far_from_border(level.shape, points, BORDER)]
        harris = corner_harris(level, k=self._k, channel_axis=None)
        return points, harris[points[:, 0], points[:, 1]]


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
def _disk() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and the columns of the pixels of a disk."""
    row, column = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 1]
    inside = row * row + column * column <= (RADIUS + 0.5) ** 2
    return row[inside], column[inside]


@lru_cache(maxsize=1)
def _tests() -> NDArray[np.float64]:
    """Return the offsets of the two pixels of each test, shape (256, 2, 2); none is farther away than 13 pixels."""
    # The stream of RandomState never changes, so that descriptors may be stored.
    drawn = np.random.RandomState(2011).standard_normal((4 * BITS, 2, 2)) * 31 / 5
    rounded = np.round(drawn)
    distances = np.sqrt((rounded**2).sum(axis=2)).max(axis=1)
    kept: NDArray[np.float64] = rounded[(distances <= 13) & np.any(rounded[:, 0] != rounded[:, 1], axis=1)][:BITS]
    return kept


def _orientations(level: NDArray[Any], points: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the direction from each point to the center of mass of the disk around it."""
    rows, columns = _disk()
    angles = np.empty(len(points))
    step = max(1, CHUNK // len(rows))
    for first in range(0, len(points), step):
        part = points[first : first + step]
        values = level[part[:, :1] + rows, part[:, 1:] + columns].astype(np.float64)
        angles[first : first + step] = np.arctan2(values @ rows, values @ columns)
    return angles


def _described(level: NDArray[Any], points: NDArray[np.intp], angles: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each point and test, turned by its angle, whether the first pixel is darker than the second."""
    tests = _tests()
    found = np.empty((len(points), len(tests)), bool)
    step = max(1, CHUNK // len(tests))
    for first in range(0, len(points), step):
        part = slice(first, first + step)
        sine, cosine = np.sin(angles[part])[:, None, None], np.cos(angles[part])[:, None, None]
        down = np.round(sine * tests[..., 1] + cosine * tests[..., 0]).astype(np.intp)
        across = np.round(cosine * tests[..., 1] - sine * tests[..., 0]).astype(np.intp)
        values = level[points[part, :1, None] + down, points[part, 1:, None] + across]
        found[part] = values[..., 0] < values[..., 1]
    return found
