"""The one comparison that tests use: shape, dtype and values."""

from __future__ import annotations

from typing import Any

import numpy as np


def assert_same(got: Any, expected: Any, *, relative: float = 0.0, levels: int = 0) -> None:
    """Assert that two results are the same.

    Floats may differ by `relative` of the largest expected value, integers by
    `levels`; NaN equals NaN. Tuples, lists and tables are compared part by part.
    """
    if isinstance(expected, tuple | list):
        assert type(got) is type(expected)
        for one, other in zip(got, expected, strict=True):
            assert_same(one, other, relative=relative, levels=levels)
        return
    if isinstance(expected, dict):
        assert list(got) == list(expected)
        for key in expected:
            assert_same(got[key], expected[key], relative=relative, levels=levels)
        return
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    if expected.dtype.kind == "f" and expected.size:
        scale = max(1.0, float(np.max(np.abs(expected), initial=0, where=~np.isnan(expected))))
        np.testing.assert_allclose(got, expected, rtol=0, atol=scale * relative, equal_nan=True)
    elif levels and expected.dtype.kind in "iu" and expected.size:
        larger, smaller = np.maximum(got, expected), np.minimum(got, expected)
        # Integers beyond 53 bits are computed in float64.
        allowed = np.maximum(levels, (np.abs(expected.astype(np.float64)) * 2.0**-50).astype(np.float64))
        assert np.all((larger - smaller) <= allowed)
    else:
        np.testing.assert_array_equal(got, expected)
