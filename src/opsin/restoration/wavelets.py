"""Orthogonal wavelets, and the transform of an image by them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .._engine.borders import indices

Wavelet: TypeAlias = Literal["haar", "db1", "db2", "db3", "db4", "db5", "db6", "db7", "db8", "db9", "db10"]
"""The wavelets of Haar and Daubechies, by the number of their vanishing moments."""

WAVELETS: tuple[str, ...] = get_args(Wavelet)


@lru_cache(maxsize=32)
def filters(wavelet: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the low-pass and the high-pass filter of the synthesis.

    The low-pass filter has as many zeros at -1 as the wavelet has vanishing moments; its other zeros are those of
    Daubechies' polynomial inside the unit circle.
    """
    moments = 1 if wavelet == "haar" else int(wavelet[2:])
    polynomial = np.polynomial.Polynomial([math.comb(moments - 1 + k, k) for k in range(moments)])
    zeros: list[complex] = []
    for root in polynomial.roots():
        pair = np.polynomial.Polynomial([1, 4 * complex(root) - 2, 1]).roots()
        zeros.append(complex(pair[np.argmin(np.abs(pair))]))
    low: NDArray[np.float64] = np.poly([-1.0] * moments + zeros).real.astype(np.float64)
    low *= math.sqrt(2) / low.sum()
    high: NDArray[np.float64] = low[::-1] * (-1.0) ** np.arange(len(low))
    return low, high


def most_levels(shape: tuple[int, ...], wavelet: str) -> int:
    """Return how often an image can be halved along each axis until the filter is longer than it."""
    length = len(filters(wavelet)[0])
    side = min(shape)
    return int(math.log2(side / (length - 1))) if side >= length else 0


def decompose(image: NDArray[Any], wavelet: str) -> dict[str, NDArray[Any]]:
    """Return the halves of an image by the letters of its axes: ``a`` for the approximation, ``d`` for the details."""
    parts = {"": image}
    for axis in range(image.ndim):
        parts = {
            name + letter: _halved(part, wavelet, letter == "d", axis)
            for name, part in parts.items()
            for letter in "ad"
        }
    return parts


def recompose(parts: dict[str, NDArray[Any]], wavelet: str) -> NDArray[Any]:
    """Return the image that `decompose` took apart; one pixel longer along axes of odd length."""
    axes = len(next(iter(parts)))
    for axis in reversed(range(axes)):
        names = {name[:axis] for name in parts}
        parts = {name: _doubled(parts[name + "a"], parts[name + "d"], wavelet, axis) for name in names}
    return parts[""]


def _halved(array: NDArray[Any], wavelet: str, details: bool, axis: int) -> NDArray[Any]:
    weights = filters(wavelet)[details][::-1]
    length = array.shape[axis]
    places = 2 * np.arange((length + len(weights) - 1) // 2) + 1
    total = None
    for shift, weight in enumerate(weights):
        term = np.take(array, indices(places - shift, length, "reflect"), axis=axis) * array.dtype.type(weight)
        total = term if total is None else total + term
    return total  # type: ignore[return-value]


def _doubled(low: NDArray[Any], high: NDArray[Any], wavelet: str, axis: int) -> NDArray[Any]:
    low, high = np.moveaxis(low, axis, -1), np.moveaxis(high, axis, -1)
    pair = filters(wavelet)
    taps = len(pair[0])
    count = low.shape[-1] - taps // 2 + 1
    result = np.zeros((*low.shape[:-1], 2 * count), low.dtype)
    for shift in range(taps // 2):
        part = slice(taps // 2 - 1 - shift, taps // 2 - 1 - shift + count)
        for parity in (0, 1):
            for half, weights in ((low, pair[0]), (high, pair[1])):
                result[..., parity::2] += half[..., part] * low.dtype.type(weights[2 * shift + parity])
    return np.moveaxis(result, -1, axis)
