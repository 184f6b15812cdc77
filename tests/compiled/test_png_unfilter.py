"""Rows of PNG, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import png_unfilter as compiled

from uncompiled import uncompiled

as_python = uncompiled("png_unfilter")


@pytest.mark.parametrize(("rows", "width", "step"), [(1, 1, 1), (5, 1, 1), (7, 12, 3), (40, 10, 1)])
def test_plain_python_agrees_with_compiled(rows: int, width: int, step: int) -> None:
    rng = np.random.default_rng(1)
    stream = rng.integers(0, 256, (rows, width + 1)).astype(np.uint8)
    stream[:, 0] = rng.integers(0, 5, rows)
    for bad in (None, rows // 2):
        if bad is not None:
            stream[bad, 0] = 5
        results = [np.zeros(rows * width, np.uint8) for _ in range(2)]
        codes = [
            module.unfilter(memoryview(stream.tobytes()), result.data, width, step)
            for module, result in zip((compiled, as_python), results, strict=True)
        ]
        assert codes == [-1 if bad is None else 5] * 2
        assert_array_equal(*results)
