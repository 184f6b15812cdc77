"""The kernel of weighted windows equals SciPy's correlation, in any number of axes."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from opsin._engine import runtime

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
CODES = {"uint8": "u8", "uint16": "u16", "float32": "f32", "float64": "f64"}
CVAL = 3.0


def extended(length: int, radius: int, mode: str) -> NDArray[np.int32]:
    """Return the indices of an axis that goes on `radius` further at both ends, by extending the indices themselves."""
    pad = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap"}
    indices = np.arange(length, dtype=np.int32)
    if mode == "constant":
        return np.pad(indices, radius, constant_values=-1)
    return np.pad(indices, radius, mode=pad[mode])  # type: ignore[call-overload, no-any-return]


def correlated(
    image: NDArray[Any], weights: NDArray[np.float64], mode: str, *, channels: bool, rounded: bool
) -> NDArray[Any]:
    """Correlate the spatial axes of `image`, in two strips; channels are its last axis.

    `weights` have an axis for each spatial axis.
    """
    code = CODES[image.dtype.name]
    kernel = runtime.KERNELS[f"window_rounded_{code}" if rounded else f"window_{code}"]
    real = np.dtype(np.float64 if code == "f64" else np.float32)
    count = image.shape[-1] if channels else 1
    lengths = image.shape[:-1] if channels else image.shape
    if len(lengths) == 1:
        lengths, weights = (1, *lengths), weights[None]
    *leading, rows, columns = lengths
    radii = [size // 2 for size in weights.shape]
    stack = image.reshape(-1, rows, columns * count)
    output = np.empty(stack.shape, image.dtype if rounded else real)
    tables = [extended(length, radius, mode) for length, radius in zip(lengths, radii, strict=True)]
    margins = np.stack([tables[-1][: radii[-1]], tables[-1][radii[-1] + columns :]])
    taps = np.argwhere(weights != 0)
    window = weights.shape[:-2]
    flat = np.ravel_multi_index(tuple(taps[:, :-2].T), window) if window else np.zeros(len(taps), int)
    table = np.ascontiguousarray(np.column_stack([flat, taps[:, -2:] - radii[-2:]]), np.int32)
    for place, plane in zip(itertools.product(*map(range, leading)), output, strict=True):
        seen = []
        for offset in itertools.product(*map(range, window)):
            found = [int(t[p + o]) for t, p, o in zip(tables, place, offset, strict=False)]
            seen.append(-1 if min(found, default=0) < 0 else int(np.ravel_multi_index(found, leading)) if found else 0)
        for first, last in itertools.pairwise(sorted({0, rows // 3, rows})):
            kernel(
                stack, tables[-2][first : last + 2 * radii[-2]], margins, CVAL, np.array(seen, np.int32), table,
                weights[weights != 0].astype(real), radii[-1], radii[-2], count, plane[first:last],
            )  # fmt: skip
    return output.reshape(image.shape)


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["u8", "rounded_u8", "u16", "rounded_u16", "f32", "f64"])
def test_window_equals_scipy(name: str, mode: str, tier: str) -> None:
    rng = np.random.default_rng(5)
    dtype = next(np.dtype(dtype) for dtype, code in CODES.items() if code == name.split("_")[-1])
    before = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    try:
        for shape, sizes, channels in [
            ((40,), (5,), 0),
            ((1, 1), (1, 1), 0),
            ((7, 5), (3, 5), 0),
            ((41, 90), (3, 3), 0),
            ((70, 300), (9, 15), 0),
            ((20, 33), (5, 3), 3),
            ((37, 41), (3, 7), 300),
            ((5, 12, 70), (3, 3, 5), 0),
            ((5, 6, 7), (3, 5, 3), 4),
            ((3, 4, 9, 20), (3, 3, 3, 5), 0),
        ]:
            weights = rng.random(sizes) * (rng.random(sizes) > 0.3)
            weights[tuple(size // 2 for size in sizes)] = 1
            weights /= weights.sum()
            whole = (*shape, channels) if channels else shape
            image = (rng.random(whole) * (np.iinfo(dtype).max if dtype.kind == "u" else 1)).astype(dtype)
            window = weights[..., None] if channels else weights
            expected = ndimage.correlate(image.astype(np.float64), window, mode=mode, cval=CVAL)
            got = correlated(image, weights, mode, channels=bool(channels), rounded="rounded" in name)
            # The bound of the error of a sum of so many products.
            epsilon = np.finfo(np.float64 if dtype == np.float64 else np.float32).eps
            error = math.prod(sizes) * float(epsilon) * max(1.0, float(np.abs(expected).max()))
            assert np.abs(got - expected).max() <= error + (0.5 if "rounded" in name else 0)
    finally:
        runtime.set_simd_tier(before)
