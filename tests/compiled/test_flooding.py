"""Reconstruction and watershed, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine import flooding
from opsin._engine.compiled import reconstruction as compiled_reconstruction
from opsin._engine.compiled import watershed as compiled_watershed

from uncompiled import uncompiled


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_reconstruction(dtype: type) -> None:
    module = uncompiled("reconstruction")
    rng = np.random.default_rng(1)
    for shape in ((1, 1), (7, 9), (12, 5)):
        wide = np.zeros((2, shape[0] + 2, shape[1] + 2), dtype)
        limits = rng.integers(0, 9, shape)
        wide[0, 1:-1, 1:-1], wide[1, 1:-1, 1:-1] = np.where(rng.random(shape) < 0.8, 0, limits), limits
        columns = shape[1] + 2
        for steps in ([-columns, -1, 1, columns], [-columns - 1, 1], [columns, columns + 1]):
            found = []
            for one in (compiled_reconstruction, module):
                values = wide[0].reshape(-1).copy()
                one.reconstruct(values, wide[1].reshape(-1).copy(), np.array(steps), columns + 1)
                found.append(values)
            assert_array_equal(*found)


@pytest.mark.parametrize("compactness", [0.0, 0.5])
@pytest.mark.parametrize("line", [False, True])
def test_watershed(compactness: float, line: bool) -> None:
    module = uncompiled("watershed")
    rng = np.random.default_rng(1)
    for shape in ((1, 1), (7, 9), (12, 5)):
        columns = shape[1] + 2
        dtype = np.uint64 if compactness else np.uint32
        image, allowed = np.zeros((shape[0] + 2, columns), dtype), np.zeros((shape[0] + 2, columns), np.uint8)
        labels = np.zeros(image.shape, np.int32)
        values = rng.integers(0, 5, shape)
        image[1:-1, 1:-1] = values.astype(np.float64).view(np.uint64) | 1 << 63 if compactness else values
        allowed[1:-1, 1:-1] = rng.random(shape) < 0.9
        labels[1:-1, 1:-1] = rng.integers(1, 5, shape) * (rng.random(shape) < 0.2) * allowed[1:-1, 1:-1]
        steps, strides = np.array([-columns, -1, 1, columns]), np.array([columns, 1])
        found = []
        for one in (compiled_watershed, module):
            result = labels.reshape(-1).copy()
            with np.errstate(over="ignore"):
                one.flood(image.reshape(-1), result, allowed.reshape(-1).copy(), steps, strides, compactness, line)
            found.append(result)
        assert_array_equal(*found)


@pytest.mark.parametrize("line", [False, True])
def test_items_of_the_watershed_of_more_than_64_bits(line: bool) -> None:
    rng = np.random.default_rng(1)
    columns = 42
    image, states = rng.integers(0, 5, (30, columns), np.uint32), np.zeros((30, columns), np.uint8)
    states[1:-1, 1:-1] = 1
    labels = np.where(rng.random(image.shape) < 0.1, rng.integers(1, 9, image.shape), 0).astype(np.int32) * states
    found = []
    for one in (compiled_watershed, uncompiled("watershed")):
        for margin in (1, 1 << 20):
            wide = [np.append(array, np.zeros(margin, array.dtype)) for array in (image, labels, states)]
            wide[0][-1] = 1 << (20 if margin > 1 else 1)
            one.flood(*wide, np.array([-columns, -1, 1, columns]), np.array([columns, 1]), 0.0, line)
            found.append(wide[1][: image.size])
    for result in found[1:]:
        assert_array_equal(result, found[0])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_openings_by_area(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    images = [rng.integers(0, 9, shape).astype(dtype) for shape in ((1, 1), (7, 9), (3, 4, 5))]
    expected = [flooding.open_by_area(image, 5, 1, True) for image in images]
    monkeypatch.setattr(flooding, "area_opening", uncompiled("area_opening"))
    for image, result in zip(images, expected, strict=True):
        assert_array_equal(flooding.open_by_area(image, 5, 1, True), result)
