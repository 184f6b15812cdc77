"""Contours, rings and polygons, compiled and as plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from opsin._engine.compiled import conics, contours, polygon, rings, spans

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
        found = polygon.spans(corners, (-1, 2), (8, 7))
        assert_array_equal(found, as_python.spans(corners, (-1, 2), (8, 7)))
        pixels = np.argwhere(np.ones((8, 7))) + np.array([-1, 2])
        places = polygon.inside(np.ascontiguousarray(pixels[:, ::-1], float), corners[:, ::-1].copy())
        inside = pixels[places != 0]
        assert_array_equal(np.stack(spans.coordinates(found, (-1, 2)), axis=1), inside)


def test_arcs() -> None:
    as_python = uncompiled("conics")
    for errors, changes, mixed in (((-50.0, 90.0), (30.0, 8.0), -20.0), ((5.0, 0.0), (1.0, 1.0), 9.0)):
        found = conics.arc((0, 0), (9, 12), errors, changes, mixed)
        slow = as_python.arc((0, 0), (9, 12), errors, changes, mixed)
        assert_array_equal(found[0], slow[0])
        assert_array_equal(found[1], slow[1])
        assert found[2:] == slow[2:]


def test_spans() -> None:
    as_python = uncompiled("spans")
    turned = math.sin(0.4), math.cos(0.4)
    for radii, rotation in (
        ((5.0, 5.0), (0.0, 1.0)),
        ((3.3, 7.5), turned),
        ((1e-3, 9.0), turned),
        ((2.0, 1e9), turned),
    ):
        found = spans.ellipse((6.0, 7.25), radii, rotation, (12, 14))
        assert_array_equal(found, as_python.ellipse((6.0, 7.25), radii, rotation, (12, 14)))
        for one, other in zip(spans.coordinates(found, (3, -4)), as_python.coordinates(found, (3, -4)), strict=True):
            assert_array_equal(one, other)
        image, slow = np.zeros((2, 12, 14, 3), np.uint16)
        pattern = np.tile(np.array([1, 2, 3], np.uint16), (14, 1))
        spans.fill(found, (0, 0), image, *image.strides[:2], pattern)
        as_python.fill(found, (0, 0), slow, *slow.strides[:2], pattern)
        assert_array_equal(image, slow)
        wanted = np.zeros((12, 14), np.uint16)
        wanted[spans.coordinates(found, (0, 0))] = 2
        assert_array_equal(image[..., 1], wanted)
