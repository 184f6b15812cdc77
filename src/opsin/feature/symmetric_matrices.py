"""A symmetric matrix for each pixel, of which the upper triangle is stored along a first axis."""

from __future__ import annotations

import itertools
import math
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._engine.arrays import Pixels, as_array
from .._engine.pointwise import evaluate
from .._errors import choice

Order: TypeAlias = Literal["rc", "xy"]
"""Whether the first axis or the last one comes first."""


def ordered(name: str, order: Order, pixels: Pixels) -> tuple[int, ...]:
    """Return the axes to work along in the order that the parameter `name` says."""
    choice(name, order, ("rc", "xy"))
    if order == "rc":
        return pixels.axes
    if len(pixels.axes) != 2:
        raise ValueError(f"{name} must be 'rc' for an image of {len(pixels.axes)} spatial axes; got 'xy'.")
    return pixels.axes[::-1]


def symmetric_eigenvalues(name: str, elements: ArrayLike) -> NDArray[Any]:
    """Return the eigenvalues of the matrices in the parameter `name`, in decreasing order along a first axis."""
    array = as_array(name, elements)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers; got dtype {array.dtype}.")
    count = len(array) if array.ndim else 0
    size = (math.isqrt(8 * count + 1) - 1) // 2
    if count == 0 or size * (size + 1) // 2 != count:
        raise ValueError(f"{name} must have 1, 3, 6, 10, ... elements along its first axis; got shape {array.shape}.")
    array = array.astype(np.float32 if array.dtype in (np.float16, np.float32) else np.float64, copy=False)
    if size == 1:
        return array.copy()
    if array.ndim == 1:
        return symmetric_eigenvalues(name, array[:, None])[:, 0]
    if size == 2:
        result = np.empty((2, *array.shape[1:]), array.dtype)
        for sign, values in zip((1, -1), result, strict=True):
            evaluate(lambda a, b, c: _eigenvalue(a, b, c, sign), list(array), dtype=array.dtype, out=values)  # noqa: B023
        return result
    matrices = np.empty((*array.shape[1:], size, size), array.dtype)
    for element, (row, column) in zip(array, itertools.combinations_with_replacement(range(size), 2), strict=True):
        matrices[..., row, column] = matrices[..., column, row] = element
    finite = np.isfinite(array).all(axis=0)
    matrices[~finite] = 0
    values = np.linalg.eigvalsh(matrices)[..., ::-1]
    values[~finite] = np.nan
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))


def _eigenvalue(first: NDArray[Any], beside: NDArray[Any], last: NDArray[Any], sign: int) -> NDArray[Any]:
    """Return the greater or the smaller eigenvalue of matrices of two rows."""
    half = (first - last) / 2
    value: NDArray[Any] = (first + last) / 2 + sign * np.sqrt(beside * beside + half * half)
    return value
