"""The split of a histogram, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from opsin._engine.compiled import splits

from uncompiled import uncompiled

as_python = uncompiled("splits")


def variances(counts: np.ndarray, values: np.ndarray) -> list[float]:
    """Return the variance between the classes for each split, from its definition."""
    found = []
    for k in range(1, len(counts)):
        lower, upper = counts[:k].sum(), counts[k:].sum()
        means = (counts[:k] * values[:k]).sum() / lower, (counts[k:] * values[k:]).sum() / upper
        found.append(lower * upper * (means[0] - means[1]) ** 2)
    return found


@pytest.mark.parametrize("bins", [2, 3, 10, 256])
def test_the_variance_is_the_greatest(bins: int) -> None:
    rng = np.random.default_rng(bins)
    counts, values = rng.integers(1, 100, bins).astype(float), np.arange(bins, dtype=float)
    found = splits.best_split(counts, values)
    assert found == as_python.best_split(counts, values) == int(np.argmax(variances(counts, values)))


def test_of_equal_splits_the_first() -> None:
    for module in (splits, as_python):
        assert module.best_split(np.array([1.0, 0, 0, 1]), np.arange(4.0)) == 0


def test_values_that_are_too_far_apart() -> None:
    with np.errstate(all="ignore"):
        for module in (splits, as_python):
            assert module.best_split(np.ones(3), np.array([0, 1e308, np.inf])) == 0
