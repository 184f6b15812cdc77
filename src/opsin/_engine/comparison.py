"""The framework of two images: sums over both, and the similarity of their windows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import BOOL, FLOAT32, FLOAT64, LARGE_ELEMENTS, UINT8, Pixels, converted, new_array, pieces, planes
from .compiled import for_this_machine

MAX_RADIUS = 16
"""Windows of a larger radius are summed by other means."""

_COMPARED_IN = (UINT8, np.dtype(np.uint16), FLOAT32, FLOAT64)


@lru_cache
def _dtype_of_both(first: np.dtype[Any], second: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype that two images are compared in, which holds both, or float64."""
    first, second = (UINT8 if dtype == BOOL else dtype for dtype in (first, second))
    return first if first == second and first in _COMPARED_IN else FLOAT64


def sums_of_both(first: NDArray[Any], second: NDArray[Any], *, with_first: bool = False) -> tuple[float, float, float]:
    """Return the sum of the squared differences of two arrays of one shape, and of the first's squares and values.

    They are summed in an order that depends on the shape only, so that the memory layout changes no bit.

    Parameters
    ----------
    first, second : ndarray
        Arrays of one shape, which are not empty.
    with_first : bool
        Whether the sums of the first array are wanted; otherwise these are 0.
    """
    computed = _dtype_of_both(first.dtype, second.dtype)
    compiled = for_this_machine("differences").sums_of_both
    if first.size <= LARGE_ELEMENTS:
        return compiled(_flat(first, computed), _flat(second, computed), with_first)  # type: ignore[no-any-return]
    found = [
        compiled(_flat(first[piece], computed), _flat(second[piece], computed), with_first) for piece in pieces(first)
    ]
    squares, own, values = map(sum, zip(*found, strict=True))
    return squares, own, values


def _flat(array: NDArray[Any], computed: np.dtype[Any]) -> NDArray[Any]:
    """Return the elements of an array in another dtype."""
    return np.ascontiguousarray(converted(array, computed)).reshape(-1)


def similarity_of_windows(
    pixels: Pixels,
    other: NDArray[Any],
    weights: NDArray[np.float64],
    *,
    unit: float,
    factor: float,
    constants: tuple[float, float],
    full: bool,
) -> tuple[float, NDArray[np.float64] | None]:
    """Return the mean structural similarity of the windows inside of the planes of two images, and those of all.

    Parameters
    ----------
    pixels : Pixels
        An image of two spatial axes, each at least as long as the window.
    other : ndarray
        Another image of its shape.
    weights : ndarray
        The weights of the window along an axis: an odd number, symmetric, at most 2 * MAX_RADIUS + 1.
    unit : float
        The range of the values.
    factor : float
        The factor of variances and covariances.
    constants : tuple of two float
        What is added to products of means and to variances, in the square of `unit`.
    full : bool
        Whether the similarities of all windows are wanted; planes are mirrored at their borders for those.
    """
    computed = _dtype_of_both(pixels.dtype, other.dtype)
    compare_windows = for_this_machine("similarity").compare_windows
    image = new_array(pixels.shape, FLOAT64) if full else None
    axis, radius = pixels.channel_axis, len(weights) // 2
    sums = []
    targets = [None] * pixels.channels if image is None else planes(image, axis)
    for one, two, target in zip(planes(pixels.array, axis), planes(other, axis), targets, strict=True):
        plane = None if target is None or target.flags.c_contiguous else new_array(one.shape, FLOAT64)
        sums.append(
            compare_windows(
                *(np.ascontiguousarray(converted(part, computed)) for part in (one, two)),
                np.ascontiguousarray(weights[: radius + 1], FLOAT64),
                1 / unit,
                factor,
                *constants,
                target if plane is None else plane,
            )
        )
        if target is not None and plane is not None:
            target[...] = plane
    count = np.prod([length - 2 * radius for length in pixels.spatial_shape]) * pixels.channels
    return float(np.concatenate(sums).sum() / count), image
