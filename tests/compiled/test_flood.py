"""Flooded regions, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import flood

from uncompiled import uncompiled

STEPS = np.array([[-1, -1, 1], [1, -1, 1]], np.intp)


@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8", "f4", "f8"])
def test_floods(dtype: str) -> None:
    as_python = uncompiled("flood")
    rng = np.random.default_rng(0)
    for shape in ((1, 1), (1, 40), (12, 23), (9, 64)):
        image = (rng.random(shape) < 0.2).astype(dtype) * 3
        image[0, 0] = 0
        lengths = np.array(shape[:1], np.intp)
        pattern = np.full(shape[1], 7, dtype)
        result, slow = image.copy(), image.copy()
        found, places, scratch = (np.full(shape, 9, np.uint8) for _ in range(3))
        flood.flood(image, (0, 0), 0, 1, False, lengths, STEPS, found, None, None)
        as_python.flood(image, (0, 0), 0, 1, False, lengths, STEPS, places, None, None)
        assert_array_equal(found, places)
        assert found.max() == 1
        flood.flood(image, (0, 0), 0, 1, False, lengths, STEPS, scratch, result, pattern)
        as_python.flood(image, (0, 0), 0, 1, False, lengths, STEPS, scratch, slow, pattern)
        assert_array_equal(result, slow)
        assert_array_equal(result, np.where(found, 7, image))
