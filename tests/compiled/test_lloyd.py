"""Lloyd's iteration, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled


@pytest.mark.parametrize("name", ["compiled", "plain Python"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 3])
def test_pixels_are_assigned_and_summed(channels: int, dtype: Any, name: str) -> None:
    module = for_this_machine("lloyd") if name == "compiled" else uncompiled("lloyd")
    rng = np.random.default_rng(0)
    pixels = rng.random((channels, 700)).astype(dtype)
    job = module.prepare(pixels)
    centers = rng.random((4, channels)).astype(dtype)
    module.begin(job, centers)
    labels = np.full(700, -1)
    for _ in range(3):
        distances = ((pixels[:, None] - centers.T[:, :, None]) ** 2).sum(axis=0)
        before, labels = labels, distances.argmin(axis=0)
        means = [pixels[:, labels == number].mean(axis=1, dtype=np.float64) for number in range(4)]
        moves, cost = module.advance(job, 0.0)
        assert moves == (labels != before).any()
        assert_array_equal(module.labels_of(job), labels)
        assert_allclose(cost, distances.min(axis=0).sum(dtype=np.float64), rtol=1e-5)
        assert_allclose(centers, means, rtol=1e-5)
    distances = ((pixels[:, None] - centers.T[:, :, None]) ** 2).sum(axis=0)
    kept = centers.copy()
    assert not module.advance(job, 2.0)[0]
    assert_array_equal(centers, kept)


@pytest.mark.parametrize("name", ["compiled", "plain Python"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_centers_are_drawn_by_their_distances(dtype: Any, name: str) -> None:
    module = for_this_machine("lloyd") if name == "compiled" else uncompiled("lloyd")
    pixels = np.random.default_rng(0).random((3, 50)).astype(dtype)
    job = module.prepare(pixels)
    module.start(job)
    nearest = np.full(50, np.inf)
    for center, number in ((3, 0.2), (7, 0.9), (11, 0.0), (12, 0.9999)):
        nearest = np.minimum(nearest, ((pixels - pixels[:, center, None]) ** 2).sum(axis=0))
        total = np.cumsum(nearest)
        expected = np.searchsorted(total, number * total[-1], side="right")
        assert module.draw_center(job, center, number) == expected
