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
    job = module.prepare(pixels, 4)
    labels = np.full(700, -1)
    for _ in range(3):
        centers = rng.random((4, channels)).astype(dtype)
        distances = ((pixels[:, None] - centers.T[:, :, None]) ** 2).sum(axis=0)
        expected = distances.argmin(axis=0)
        changes, cost, sums = module.advance(job, centers)
        assert changes == (expected != labels).sum()
        labels = expected
        assert_array_equal(module.labels_of(job), labels)
        assert_allclose(cost, distances.min(axis=0).sum(dtype=np.float64), rtol=1e-5)
        assert_array_equal(sums[:, -1], np.bincount(labels, minlength=4))
        for number in range(4):
            assert_allclose(sums[number, :-1], pixels[:, labels == number].sum(axis=1, dtype=np.float64), rtol=1e-5)
