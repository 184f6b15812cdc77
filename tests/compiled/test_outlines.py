"""Contours, rings and polygons, compiled and as plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import contours, polygon, rings

from uncompiled import uncompiled


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4", "f8"])
@pytest.mark.parametrize("high", [False, True])
def test_contours(dtype: str, high: bool) -> None:
    rng = np.random.default_rng(0)
    for shape in ((2, 2), (2, 9), (7, 2), (8, 9)):
        image = rng.integers(0, 4, shape).astype(dtype)
        mask = (rng.random(shape) < 0.9).astype(np.uint8)
        for level in (0.5, 2.0):
            for inside in (None, mask):
                found = contours.find(image, level, inside, high)
                slow = uncompiled("contours").find(image, level, inside, high)
                assert_array_equal(found[0], slow[0])
                assert_array_equal(found[1], slow[1])


def test_masks_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="mask"):
        contours.find(np.ones((3, 3)), 0.5, np.ones((3, 4), np.uint8), False)


def test_rings() -> None:
    as_python = uncompiled("rings")
    inside = np.zeros((6, 7), np.uint8)
    inside[1:5, 1:5] = 1
    inside[2, 2] = inside[3, 3] = 0
    firsts = np.array([[1, 1], [2, 2]])
    for diagonal in (0, 1):
        for values in ([1, 0], [1, 1]):
            chosen = np.array(values, np.uint8)
            places = firsts if values == [1, 0] else firsts[[0, 0]]
            found = rings.trace(inside, places, chosen, diagonal)
            slow = as_python.trace(inside, places, chosen, diagonal)
            assert_array_equal(found[0], slow[0])
            assert_array_equal(found[1], slow[1])


def test_first_pixels() -> None:
    labels = np.array([[0, 1, 0], [2, 1, 3], [2, 0, 3]], np.int32)
    for module in (rings, uncompiled("rings")):
        assert_array_equal(module.first_pixels(labels, 3), [[0, 1], [1, 0], [1, 2]])


def test_polygons() -> None:
    as_python = uncompiled("polygon")
    rng = np.random.default_rng(1)
    for count in (1, 2, 3, 12):
        corners = rng.integers(-2, 9, (count, 2)).astype(float)
        points = rng.integers(-2, 9, (20, 2)) / 2
        assert_array_equal(polygon.inside(points, corners), as_python.inside(points, corners))
        assert_array_equal(polygon.simplify(points, 1.5), as_python.simplify(points, 1.5))
        filled = np.zeros((8, 7), np.uint8)
        slow = filled.copy()
        polygon.fill(corners, (-1, 2), filled)
        as_python.fill(corners, (-1, 2), slow)
        assert_array_equal(filled, slow)
        pixels = np.argwhere(np.ones((8, 7))) + np.array([-1, 2])
        places = polygon.inside(np.ascontiguousarray(pixels[:, ::-1], float), corners[:, ::-1].copy())
        assert_array_equal(filled.reshape(-1), places)
