"""Points with a least distance, compiled and as plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from opsin._engine.compiled import spacing as compiled

from uncompiled import uncompiled


def by_definition(points: Any, distance: int, p: float, closed: bool) -> list[int]:
    kept: list[int] = []
    for k, point in enumerate(points):
        steps = np.abs(points[kept] - point).astype(float)
        lengths = steps.max(axis=1) if p == math.inf else (steps**p).sum(axis=1)
        limit = distance if p == math.inf else distance**p
        if not kept or (lengths.min() > limit if closed else lengths.min() >= limit):
            kept.append(k)
    return kept


@pytest.mark.parametrize("module", [compiled, uncompiled("spacing")], ids=["compiled", "plain Python"])
@pytest.mark.parametrize("shape", [(60,), (13, 17), (5, 6, 7)], ids=str)
@pytest.mark.parametrize("p", [1, 2, 3, math.inf])
def test_definition(module: Any, shape: tuple[int, ...], p: float) -> None:
    rng = np.random.default_rng(0)
    points = np.stack([rng.integers(0, length, 80) for length in shape], axis=1).astype(np.intp)
    for distance in (1, 2, 5):
        for closed in (False, True):
            found = np.flatnonzero(module.spaced(points, shape, distance, p, closed, len(points)))
            assert found.tolist() == by_definition(points, distance, p, closed)
    assert module.spaced(points, shape, 2, p, False, 3).sum() == 3
