"""The table of regions, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import regions as compiled

from uncompiled import uncompiled

as_python = uncompiled("regions")


@pytest.mark.parametrize("shape", [(1, 1), (7,), (6, 9), (3, 4, 5)])
@pytest.mark.parametrize("channels", [0, 1, 3])
def test_plain_python_agrees_with_compiled(
    shape: tuple[int, ...], channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_python, "STRIP_PIXELS", 8)
    rng = np.random.default_rng(1)
    rows = (int(np.prod(shape[:-1])), shape[-1])
    for size, dtype in zip((1, 2, 4, 8), ("u1", "u2", "f4", "f8"), strict=True):
        labels = rng.integers(0, 4, rows).astype(f"u{size}")
        intensity = rng.integers(0, 250, (rows[0], rows[1] * channels)).astype(dtype) if channels else None
        assert compiled.largest_label(labels, 1) == as_python.largest_label(labels, 2) == labels.max()
        wanted = compiled.measure_regions(labels, shape, 3, intensity, channels, 1)
        for found, column in zip(
            as_python.measure_regions(labels, shape, 3, intensity, channels, 2), wanted, strict=True
        ):
            assert_array_equal(found, column)


def test_overwritten_regions() -> None:
    labels = np.array([0, 1, 1, 2, 0], np.int32)
    for size in (1, 2, 4, 8):
        for module in (compiled, as_python):
            pixels = np.array([5, 6, 7, 8, 9], f"u{size}")
            module.overwrite_regions(pixels, labels, np.array([0, 1, 0], np.uint8), 3, 1)
            assert_array_equal(pixels, [5, 3, 3, 8, 9])
