"""Union-find over runs, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from opsin._engine.compiled import union_find as compiled
from opsin._engine.labels import _preceding_rows as preceding_rows

from uncompiled import uncompiled

as_python = uncompiled("union_find")


def labels_by(module: Any, image: NDArray[Any], connectivity: int, threads: int) -> tuple[int, NDArray[np.int32]]:
    labels = np.full(image.shape, -1, np.int32)
    rows = image.reshape(-1, image.shape[-1])
    neighbours = preceding_rows(image.ndim, connectivity)
    count = module.label_rows(rows, 0, False, image.shape[:-1], neighbours, labels.reshape(rows.shape), threads)
    return count, labels


@pytest.mark.parametrize("values", [2, 3])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (6, 7), (5, 70), (3, 4, 5), (2, 3, 3, 4)])
def test_plain_python_agrees_with_compiled(shape: tuple[int, ...], values: int) -> None:
    rng = np.random.default_rng(1)
    for dtype in (np.uint8, np.uint16, np.uint32, np.uint64):
        image = rng.integers(0, values, shape, dtype)
        for connectivity in range(1, image.ndim + 1):
            count, labels = labels_by(compiled, image, connectivity, 1)
            slow_count, slow_labels = labels_by(as_python, image, connectivity, 1)
            assert count == slow_count
            np.testing.assert_array_equal(labels, slow_labels)


def test_plain_python_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_python, "STRIP_PIXELS", 16)
    rng = np.random.default_rng(2)
    for shape in [(8, 9), (5, 4, 6)]:
        image = rng.integers(0, 3, shape, np.uint8)
        for connectivity in range(1, image.ndim + 1):
            count, labels = labels_by(compiled, image, connectivity, 1)
            strips_count, strips_labels = labels_by(as_python, image, connectivity, 2)
            assert count == strips_count
            np.testing.assert_array_equal(labels, strips_labels)
