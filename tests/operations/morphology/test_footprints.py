"""Footprints against scikit-image's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from scipy import ndimage

from opsin.morphology import (
    ball,
    diamond,
    disk,
    ellipse,
    footprint_neighbors,
    footprint_rectangle,
    octagon,
    octahedron,
    star,
)

from equality import assert_same


@pytest.mark.parametrize("radius", range(12))
def test_equals_scikit_image(radius: int) -> None:
    assert_same(disk(radius), skimage.morphology.disk(radius))
    assert_same(diamond(radius), skimage.morphology.diamond(radius))
    assert_same(disk(radius, strict_radius=False), skimage.morphology.disk(radius, strict_radius=False))


@pytest.mark.parametrize("radius", range(6))
def test_balls_equal_scikit_image(radius: int) -> None:
    assert_same(ball(radius), skimage.morphology.ball(radius))
    assert_same(ball(radius, strict_radius=False), skimage.morphology.ball(radius, strict_radius=False))


@pytest.mark.parametrize("size", range(8))
def test_other_shapes_equal_scikit_image(size: int) -> None:
    assert_same(star(size), skimage.morphology.star(size))
    assert_same(octahedron(size), skimage.morphology.octahedron(size))
    for other in range(8):
        assert_same(ellipse(size, other), skimage.morphology.ellipse(size, other))
        assert_same(octagon(size + 1, other), skimage.morphology.octagon(size + 1, other))


@pytest.mark.parametrize("axes", [1, 2, 3, 4])
def test_neighbors_equal_scipy(axes: int) -> None:
    for connectivity in range(1, axes + 1):
        expected = ndimage.generate_binary_structure(axes, connectivity)
        assert_same(footprint_neighbors(axes, connectivity, dtype=bool), expected)
    with pytest.raises(ValueError, match="connectivity"):
        footprint_neighbors(axes, axes + 1)
    with pytest.raises(ValueError, match="axes"):
        footprint_neighbors(0)


def test_rectangles_equal_scikit_image() -> None:
    for shape in ((3,), (2, 5), (1, 4, 3)):
        assert_same(footprint_rectangle(shape), skimage.morphology.footprint_rectangle(shape))


@pytest.mark.parametrize("maker", [disk, ball, diamond])
def test_dtype_is_as_asked(maker: Any) -> None:
    assert maker(2, dtype=bool).dtype == bool
    assert maker(2, dtype=np.float32).dtype == np.float32
    assert footprint_rectangle((2, 2), dtype=bool).dtype == bool


@pytest.mark.parametrize("maker", [disk, ball, diamond])
def test_wrong_radius_is_named(maker: Any) -> None:
    with pytest.raises(ValueError, match="radius must be at least 0"):
        maker(-1)
    with pytest.raises(TypeError, match="radius must be an integer"):
        maker(1.5)


def test_wrong_shape_is_named() -> None:
    with pytest.raises(TypeError, match="shape must be a sequence"):
        footprint_rectangle(3)  # type: ignore[arg-type]  # what a caller might do
    with pytest.raises(ValueError, match="shape must be at least 1"):
        footprint_rectangle((3, 0))
