"""Distances from the background, and the background that is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import for_this_machine
from .runtime import empty

distance = for_this_machine("distance")
steps = for_this_machine("steps")

METRICS: tuple[str, ...] = distance.METRICS

LEAST_WEIGHT = 1e-200
"""The least square of a spacing, as a part of the square of the largest one."""


def measure_distances(
    objects: NDArray[np.bool_], metric: str, spacing: Sequence[float], distances: NDArray[Any], *, indexed: bool = False
) -> NDArray[np.int64]:
    """Measure the distance of each pixel of the objects from the background.

    Parameters
    ----------
    objects : ndarray of bool
        Where there is an object.
    metric : str
        One of `METRICS`.
    spacing : sequence of float
        The distance of neighbors along each axis.
    distances : ndarray of float32 or float64
        Where the distances go, C-contiguous; infinite if there is no background.
    indexed : bool
        Whether the nearest background is wanted.

    Returns
    -------
    ndarray of int64
        The index in the flattened image of the nearest background of each pixel, -1 if there is none; of equally near
        ones the first along the last axis in which they differ. Empty if not wanted.
    """
    nearest = empty(objects.shape if indexed else (0,), np.dtype(np.int64))
    if not objects.size:
        return nearest
    largest = max(spacing)
    weights = [max((step / largest) ** 2, LEAST_WEIGHT) for step in spacing]
    pixels = np.ascontiguousarray(objects).view(np.uint8)
    plane = [length for length in objects.shape if length > 1] or [1]
    if metric != "euclidean" and not indexed and len(plane) <= 2 and max(plane) <= steps.LIMIT:
        rows = -1, plane[-1]
        steps.count_steps(pixels.reshape(rows), metric == "chessboard", distances.reshape(rows))
    else:
        distance.transform(
            pixels.reshape(-1), objects.shape, METRICS.index(metric), weights, distances.reshape(-1),
            nearest.reshape(-1) if indexed else None,
        )  # fmt: skip
    if largest != 1:
        distances *= largest
    return nearest
