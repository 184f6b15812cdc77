"""Whatever the edges of the bins are, every value is counted once, and no index is out of bounds."""

from __future__ import annotations

import numpy as np
import pytest

from opsin._engine import runtime

GUARD = 0xDEADBEEF


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "edges",
    [
        [np.nan] * 5,
        [np.inf] * 5,
        [-np.inf, 0, 0, 0, np.inf],
        [-3e38, -1, 0, 1, 3e38],
        [0.0] * 5,
        [5, 4, 3, 2, 1],
        [0, 1e-45, 2e-45, 3e-45, 4e-45],
    ],
)
def test_any_edges_count_every_value_once(edges: list[float], dtype: type, tier: str) -> None:
    info = np.finfo(dtype)
    values = [np.nan, np.inf, -np.inf, 0, -0.0, 1, 0.5, info.max, -info.max, info.tiny, info.smallest_subnormal]
    image = np.array(values * 50, dtype).reshape(1, 10, -1)
    limits = np.array([*edges, edges[-1]], dtype)
    counts = np.full(len(edges) + 2, GUARD, np.uint32)
    before = runtime.simd_tier()
    runtime.set_simd_tier(tier)
    try:
        runtime.KERNELS[f"histogram_f{8 * image.itemsize}"](image, limits, counts[1:-1])
    finally:
        runtime.set_simd_tier(before)
    assert counts[1:-1].sum() == image.size
    assert counts[0] == counts[-1] == GUARD


@pytest.mark.parametrize("width", [1e-38, 1e-44, 3.0, 1e38])
def test_bins_of_any_width_are_those_of_numpy(width: float) -> None:
    image = np.random.default_rng(0).random((1, 7, 100)).astype(np.float32) * np.float32(width)
    edges = np.linspace(0, np.float32(width), 5, dtype=np.float32)
    counts = np.empty(5, np.uint32)
    runtime.KERNELS["histogram_f32"](image, np.append(edges, edges[-1]), counts)
    np.testing.assert_array_equal(counts[:-1], np.histogram(image, edges)[0])
