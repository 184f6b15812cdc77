"""The length of the outlines in a mask, and how its objects and their holes are connected."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .._engine.arrays import as_pixels, pieces
from .._engine.labels import as_label_image
from .._engine.reduce import count_integers
from .._errors import Allowed, integer
from .._operation import operation
from .._types import PLANE, Number, ObjectsLike
from .region_properties import Measures, crofton_weights, euler_weights, lengths_of_borders

PLANE_OR_VOLUME = Allowed(2, 3)

PIECE_ELEMENTS = 1 << 18
"""Patterns are made of about so many corners at once, which stay in the cache."""


@operation(kind="global", dimensions=PLANE, since="0.1")
def perimeter(image: ObjectsLike, neighborhood: Literal[4, 8] = 4) -> Number:
    """Measure the length of all outlines in a mask, along the middles of the pixels of the border.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two axes; the background is 0 or False.
    neighborhood : {4, 8}
        Which neighbors of a pixel are in the background if the pixel is in the border: those that share an edge, or
        all of them.

    Returns
    -------
    float
        The length, in pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] K. Benkrid and D. Crookes, "Design and FPGA Implementation of a Perimeter Estimator", The Queen's University
       of Belfast, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.perimeter(np.ones((4, 6), bool))
    16.0
    """
    mask = _mask(image, PLANE)
    diagonals = _one_of("neighborhood", neighborhood, (4, 8)) == 8
    measures = Measures(mask.view(np.uint8), None, 1.0)
    measures.prepare(["perimeter"])
    return float(lengths_of_borders(measures, diagonals).sum())


@operation(kind="global", dimensions=PLANE, since="0.1")
def perimeter_crofton(image: ObjectsLike, directions: Literal[2, 4] = 4) -> Number:
    """Measure the length of all outlines in a mask by the lines that cross them.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two axes; the background is 0 or False.
    directions : {2, 4}
        Directions of the lines: along the rows and the columns, or along the diagonals, too.

    Returns
    -------
    float
        The length, in pixels.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] S. Rivollier, "Analyse d'image geometrique et morphometrique par diagrammes de forme et voisinages
       adaptatifs generaux", Ecole Nationale Superieure des Mines de Saint-Etienne, 2010, appendix A.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.perimeter_crofton(np.ones((4, 6), bool), 2)
    15.707963267948966
    """
    counts = _corner_counts(_mask(image, PLANE))
    if _one_of("directions", directions, (2, 4)) == 4:
        weights, lengths = crofton_weights()
        return float(counts @ weights @ lengths)
    patterns = np.arange(16)
    # The pixel after a corner is in the mask, and that before it along the row, or in the row before, is not.
    entered = (patterns & 3 == 1).astype(np.int64) + (patterns & 5 == 1)
    return float(counts @ entered) * math.pi / 2


@operation(kind="global", dimensions=PLANE_OR_VOLUME, since="0.1")
def euler_number(image: ObjectsLike, connectivity: int | None = None) -> Number:
    """Count the objects in a mask less their holes; in a volume also the cavities, which are added.

    Parameters
    ----------
    image : array_like
        Image of bool or integers, of two or three axes; the background is 0 or False.
    connectivity : int, optional
        Largest number of axes along which connected neighbors differ by one step: 1, or all axes, which is the default.

    Returns
    -------
    int
        The Euler number.

    Raises
    ------
    TypeError
        If `image` is not an array of bool or integers, or a parameter is of a wrong type.
    ValueError
        If a parameter is outside its range or does not fit the image.

    References
    ----------
    .. [1] J. Ohser and F. Muecklich, "Statistical Analysis of Microstructures in Materials Science", Wiley, 2000.

    Examples
    --------
    >>> import numpy as np
    >>> import opsin
    >>> opsin.measure.euler_number(np.array([[1, 1, 1, 0, 1], [1, 0, 1, 0, 1], [1, 1, 1, 0, 1]]))
    1
    """
    mask = _mask(image, PLANE_OR_VOLUME)
    chosen = mask.ndim if connectivity is None else _one_of("connectivity", connectivity, (1, mask.ndim))
    return int((_corner_counts(mask) @ euler_weights(mask.ndim, chosen == 1)).sum()) >> mask.ndim


def _mask(image: ObjectsLike, dimensions: Allowed) -> NDArray[np.bool_]:
    """Return a mask of a number of axes that is allowed."""
    mask = as_label_image("image", image) != 0
    if mask.ndim not in dimensions:
        words = "2" if dimensions is PLANE else "2 or 3"
        raise ValueError(f"image must have {words} axes; got shape {mask.shape}.")
    return np.ascontiguousarray(mask)


def _one_of(name: str, value: int, allowed: tuple[int, ...]) -> int:
    """Return an integer that is one of two."""
    found = integer(name, value)
    if found not in allowed:
        raise ValueError(f"{name} must be {' or '.join(map(str, allowed))}; got {found}.")
    return found


def _corner_counts(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how often each pattern of pixels around a corner occurs, with the bits of ``corners.count_corners``."""
    axes = mask.ndim
    around = np.zeros([length + 2 for length in mask.shape], np.uint8)
    around[(slice(1, -1),) * axes] = mask
    counts = np.zeros(2**2**axes, np.int64)
    for piece in pieces(around[1:], PIECE_ELEMENTS):
        part = around[piece.start : piece.stop + 1]
        patterns = np.zeros([length - 1 for length in part.shape], np.uint8)
        for index in range(2**axes):
            before = [index >> (axes - 1 - axis) & 1 for axis in range(axes)]
            pixels = part[tuple(slice(None, -1) if one else slice(1, None) for one in before)]
            patterns |= pixels << np.uint8(index)
        counts += count_integers(as_pixels(patterns), (0, len(counts) - 1))[0]
    return counts
