"""Steps on parts of a large image: the visible part before the whole, and the whole in strips."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._engine.runtime import poll
from .._pipeline import Array, Pipeline, Step

Box: TypeAlias = tuple[int, int, int, int]
"""The first row and column of a part, and those after its last ones."""

LARGE = 2_000_000
"""Images of more pixels are computed in parts."""

STRIPS = 24
SLOW = 1.0
"""Seconds; what takes less is not worth strips, which compute the rows between them twice."""


def part_of(steps: Sequence[Step], image: Any, view: Sequence[int]) -> tuple[NDArray[Any], Box] | None:
    """Return the result of steps in the part of an image that is seen; None if it is not quicker than the whole.

    The result has the shape of the whole, and is undefined beyond the part.
    """
    if not steps or not _is_large(image):
        return None
    rows, columns = image.shape[:2]
    top, left = max(0, min(view[0], rows - 1)), max(0, min(view[1], columns - 1))
    bottom, right = max(top + 1, min(view[2], rows)), max(left + 1, min(view[3], columns))
    reaches = [_reach(step, image.ndim) for step in steps]
    down, across = 0, 0
    for reach in reaches:
        if reach is None:
            return None
        down, across = down + reach[0], across + reach[1]
    start = max(top - down, 0), max(left - across, 0)
    found = image[start[0] : bottom + down, start[1] : right + across]
    shape = found.shape[:2]
    if 2 * shape[0] * shape[1] > rows * columns:
        return None
    for step in steps:
        try:
            found = step(found)
        except Exception:  # the same will be found out of the whole
            return None
        if not isinstance(found, np.ndarray) or found.shape[:2] != shape:
            return None
    whole = np.empty((rows, columns, *found.shape[2:]), found.dtype)  # no memory is taken before it is written
    inner = found[top - start[0] : bottom - start[0], left - start[1] : right - start[1]]
    whole[top:bottom, left:right] = inner
    return whole, (top, left, bottom, right)


def in_strips(step: Step, image: Any, report: Callable[[float, NDArray[Any], int], object]) -> NDArray[Any] | None:
    """Return the result of a step, computed strip by strip; None if it cannot be, or would not take long.

    ``report(share, result, rows)`` is called after each strip, with the rows of the result that are there.
    """
    if not _is_large(image) or (reach := _reach(step, image.ndim)) is None:
        return None
    rows, down = len(image), reach[0]
    height = -(-rows // STRIPS)
    if 2 * down > height:
        return None
    whole: NDArray[Any] | None = None
    begun = time.perf_counter()
    for start in range(0, rows, height):
        poll()
        first, end = max(start - down, 0), min(start + height, rows)
        piece = image[first : end + down]
        try:
            found = step(piece)
        except Exception:  # the whole gives the same error in its own words
            return None
        if not isinstance(found, np.ndarray) or found.shape[:2] != piece.shape[:2]:
            return None
        if whole is None:
            if (time.perf_counter() - begun) * rows / height < SLOW:
                return None
            whole = np.empty((rows, *found.shape[1:]), found.dtype)
        whole[start:end] = found[start - first : end - first]
        report(end / rows, whole, end)
    return whole


def _is_large(image: Any) -> bool:
    """Return whether an image is a large plane, gray or in color."""
    if not isinstance(image, np.ndarray) or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))):
        return False
    return bool(image.shape[0] * image.shape[1] > LARGE)


def _reach(step: Step, ndim: int) -> tuple[int, int] | None:
    """Return how many rows and columns around a part of an image a step needs for it; None if it may need all."""
    operation, values = step.operation, dict(step.values)
    if operation.kind not in ("point", "window") or not operation.gives_image:
        return None
    if step.takes_arrays or any(isinstance(value, Pipeline) for value in values.values()):
        return None
    if "wrap" in np.atleast_1d(values.get("mode", "")):
        return None
    if operation.kind == "point":
        return 0, 0
    setting = operation.settings.get("channel_axis")
    axis = values.get("channel_axis", setting.default if setting else None)
    if axis not in ("auto", None, -1, 2):
        return None
    given = {name: value.array() if isinstance(value, Array) else value for name, value in values.items()}
    try:
        reach = operation.reach(ndim if axis is None else 2, **given)
    except (TypeError, ValueError, IndexError):
        return None
    return (reach[0], reach[1]) if len(reach) >= 2 else None
