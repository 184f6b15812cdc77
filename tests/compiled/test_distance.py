"""Distance transforms, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.distances import distance as compiled

from uncompiled import uncompiled

as_python = uncompiled("distance")


@pytest.mark.parametrize("shape", [(1,), (9,), (1, 9), (9, 1), (6, 70), (120, 3), (3, 4, 5), (2, 3, 2, 3)])
@pytest.mark.parametrize("share", [0.5, 0.98])
@pytest.mark.parametrize("metric", range(3))
def test_plain_python_agrees_with_compiled(shape: tuple[int, ...], share: float, metric: int) -> None:
    objects = (np.random.default_rng(1).random(shape) < share).astype(np.uint8).reshape(-1)
    objects[0] = 0
    for weights in ([1.0] * len(shape), [0.25 + axis for axis in range(len(shape))]):
        if metric and weights[0] != 1:
            continue
        for dtype in (np.float32, np.float64):
            for indexed in (False, True):
                found = []
                for module in (compiled, as_python):
                    roots = np.full(objects.shape, -1, dtype)
                    nearest = np.full(objects.shape, -2) if indexed else None
                    module.transform(objects, shape, metric, weights, roots, nearest)
                    found.append((roots, nearest))
                (roots, nearest), (slow_roots, slow_nearest) = found
                assert_array_equal(roots, slow_roots.astype(dtype))
                if nearest is not None:
                    assert_array_equal(nearest, slow_nearest)
