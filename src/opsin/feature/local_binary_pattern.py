"""Local binary patterns."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels
from .._engine.compiled.patterns import local_patterns
from .._errors import Allowed, choice, integer, number
from .._operation import Typical, operation
from .._types import PLANE, ImageLike, PatternImage

COUNT = Allowed(1, 24)
RADIUS = Allowed(0, 1000)

Method = Literal["default", "ror", "uniform", "nri_uniform", "var"]


@operation(kind="global", dimensions=PLANE, since="0.1")
def local_binary_pattern(
    image: ImageLike,
    P: Annotated[int, COUNT, Typical(4, 24)],
    R: Annotated[float, RADIUS, Typical(1, 5, "px")],
    *,
    method: Method = "default",
) -> PatternImage:
    """Compute local binary patterns: which points on a circle around a pixel are at least as bright as it.

    Parameters
    ----------
    image : array_like
        Image of two spatial axes and any real dtype.
    P : int
        How many points the circle has, at equal angles.
    R : float
        Radius of the circle in pixels. Points between pixels are interpolated; beyond the border is 0.
    method : {'default', 'ror', 'uniform', 'nri_uniform', 'var'}
        What is made of the bits, of which the first is to the right of the pixel and the next are counter-clockwise:

        - ``"default"``: the binary number, which depends on the rotation of the image;
        - ``"ror"``: the least of the numbers that rotations of the bits give;
        - ``"uniform"``: the number of bits that are set, if they are consecutive, and ``P + 1`` otherwise;
        - ``"nri_uniform"``: a number for each pattern of consecutive bits, and ``P * (P - 1) + 2`` for all others;
        - ``"var"``: the variance of the points, in place of a pattern.

    Returns
    -------
    ndarray of float64
        The patterns, with the shape of `image`. Those of pixels that are not numbers have no meaning.

    Raises
    ------
    TypeError
        If `image` is not an array of real numbers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] T. Ojala, M. Pietikainen and T. Maenpaa, "Multiresolution Gray-Scale and Rotation Invariant Texture
       Classification with Local Binary Patterns", IEEE Transactions on Pattern Analysis and Machine Intelligence 24
       (7), 2002, pp. 971-987.
    .. [2] T. Ahonen, A. Hadid and M. Pietikainen, "Face Recognition with Local Binary Patterns", European Conference on
       Computer Vision, 2004, pp. 469-481 (the uniform patterns that are not invariant to rotations).

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> edge = np.array([[0, 0, 9], [0, 0, 9], [0, 0, 9]])
    >>> opsin.feature.local_binary_pattern(edge, 4, 1)[1]
    array([15., 15., 10.])
    """
    pixels = as_pixels(image, dimensions=PLANE)
    count, radius = integer("P", P, COUNT), number("R", R, RADIUS)
    words = ("default", "ror", "uniform", "nri_uniform", "var")
    code = words.index(choice("method", method, words))
    if not pixels.array.size:
        return np.zeros(pixels.shape)
    angles = 2 * math.pi * np.arange(count) / count
    down, across = np.round(-radius * np.sin(angles), 5), np.round(radius * np.cos(angles), 5)
    found: NDArray[np.float64] = local_patterns(
        np.ascontiguousarray(pixels.array, np.float64), code, *_positions(pixels.shape, down, across)
    )
    return found


def _positions(
    shape: tuple[int, ...], down: NDArray[np.float64], across: NDArray[np.float64]
) -> tuple[NDArray[Any], ...]:
    """Return for each row and point, and each column and point, where it is: the pixels beside it, and its fraction."""
    tables: list[NDArray[Any]] = []
    for length, shift in zip(shape, (down, across), strict=True):
        place = np.arange(length)[:, None] + shift
        first, last = np.floor(place), np.ceil(place)
        tables += [first.astype(np.intp), last.astype(np.intp), place - first]
    return tuple(np.ascontiguousarray(table) for table in tables)
