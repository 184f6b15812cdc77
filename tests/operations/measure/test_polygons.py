"""Nested polygons of masks: areas, nesting, and exports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.ndimage as ndi
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.measure import Polygon, points_in_poly, polygon_area, polygons, polygons_to_path, polygons_to_svg

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))


def counted(shapes: list[Polygon], depth: int = 0) -> dict[int, int]:
    """Return how many polygons there are at each depth."""
    found = {depth: len(shapes)} if shapes else {}
    for shape in shapes:
        for level, count in counted(shape.inners, depth + 1).items():
            found[level] = found.get(level, 0) + count
    return found


@given(masks, st.sampled_from([1, 2]))
def test_areas_are_those_of_the_pixels(mask: NDArray[np.bool_], connectivity: int) -> None:
    shapes = polygons(mask, connectivity=connectivity)
    assert sum(shape.area for shape in shapes) == mask.sum()
    for shape in shapes:
        for ring in shape.rings():
            assert_array_equal(ring[0], ring[-1])
            assert polygon_area(ring) > 0


@given(masks, st.sampled_from([1, 2]))
def test_as_many_objects_and_holes_as_components(mask: NDArray[np.bool_], connectivity: int) -> None:
    def components(image: NDArray[np.bool_], reach: int) -> int:
        return int(ndi.label(image, ndi.generate_binary_structure(2, reach))[1])

    counts = counted(polygons(mask, connectivity=connectivity))
    assert sum(count for depth, count in counts.items() if depth % 2 == 0) == components(mask, connectivity)
    holes = components(np.pad(~mask, 1, constant_values=True), 3 - connectivity) - 1
    assert sum(count for depth, count in counts.items() if depth % 2) == holes


@given(masks)
def test_pixels_inside_of_an_odd_number_of_rings_are_those_of_the_mask(mask: NDArray[np.bool_]) -> None:
    pixels = np.argwhere(np.ones_like(mask))
    inside = np.zeros(len(pixels), int)
    for shape in polygons(mask):
        for ring in shape.rings():
            inside += points_in_poly(pixels, ring)
    assert_array_equal(inside.reshape(mask.shape) % 2 == 1, mask)


def test_inner_rings_are_inside() -> None:
    mask = opsin.filters.gaussian(np.random.default_rng(0).random((120, 130)), 1.5) > 0.5
    waiting = polygons(mask)
    met = 0
    while waiting:
        shape = waiting.pop()
        for inner in shape.inners:
            assert points_in_poly(inner.outer, shape.outer).all()
            met += 1
        waiting += shape.inners
    assert met > 10


def test_rings_deep_inside_each_other() -> None:
    side = 2400
    away = np.abs(np.arange(side) - (side - 1) / 2)
    mask = np.maximum(away[:, None], away).astype(int) % 2 == 1
    (shape,) = shapes = polygons(mask)
    depth = 0
    while shape.inners:
        (shape,) = shape.inners
        depth += 1
    assert depth == side // 2 - 1
    assert shapes[0].area == mask.sum()
    assert len(repr(shapes[0])) < 100
    assert len(polygons_to_path(shapes).vertices) == 5 * (depth + 1)


def test_tolerance_leaves_out_corners_and_keeps_small_objects() -> None:
    mask = np.hypot(*(np.indices((60, 60)) - 30)) < 25
    mask[0, 0] = True
    speck, disk = polygons(mask, tolerance=1)
    assert speck.area == 1
    assert len(disk.outer) < len(polygons(mask)[1].outer) / 3
    assert abs(disk.area / mask.sum() - 1) < 0.05


def test_holes_wind_the_other_way_round() -> None:
    mask = np.ones((7, 7), bool)
    mask[2:5, 2:5] = False
    (shape,) = polygons(mask)

    def signed(ring: NDArray[np.float64]) -> float:
        return float(np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]) / 2)

    assert signed(shape.outer) == -signed(shape.inners[0].outer) / 9 * 49


def test_integers_empty_and_full_masks() -> None:
    assert polygons(np.zeros((3, 4), int)) == polygons(np.zeros((0, 4), bool)) == []
    (shape,) = polygons(np.full((3, 4), 7, np.uint8))
    assert shape.area == 12
    assert polygons(np.eye(4, dtype=bool), connectivity=1)[3].area == 1
    assert len(polygons(np.eye(4, dtype=bool))) == 1


def test_path_contains_the_pixels_of_the_mask() -> None:
    mask = np.random.default_rng(1).random((12, 15)) < 0.6
    path = polygons_to_path(polygons(mask))
    # matplotlib fills where the winding number is not 0.
    figure = Figure(figsize=(15, 12), dpi=10)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.add_patch(PathPatch(path, facecolor="black", linewidth=0, antialiased=False))
    axes.set(xlim=(-0.5, 14.5), ylim=(11.5, -0.5))
    axes.axis("off")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[5::10, 5::10, 0] < 128
    assert_array_equal(drawn, mask)
    assert len(polygons_to_path([]).vertices) == 0


def test_svg(tmp_path: Path) -> None:
    mask = np.zeros((6, 8), bool)
    mask[1:5, 1:7] = True
    mask[2:4, 2:5] = False
    file = tmp_path / "a.svg"
    polygons_to_svg(file, polygons(mask), shape=mask.shape, fill=["#ff8000"], background="b&w", stroke="red")
    text = file.read_text()
    assert 'viewBox="-.5 -.5 8 6" width="8" height="6"' in text
    assert 'fill="b&amp;w"' in text
    assert 'd="M.5 .5V4.5H6.5V.5ZM1.5 1.5H4.5V3.5H1.5Z"' in text
    polygons_to_svg(file, [])
    assert "<path" not in file.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_svg_has_the_points(tmp_path: Path) -> None:
    mask = opsin.filters.gaussian(np.random.default_rng(2).random((40, 50)), 1.5) > 0.5
    shapes = polygons(mask, tolerance=0.7)
    polygons_to_svg(tmp_path / "a.svg", shapes)
    paths = re.findall(r'd="([^"]+)"', (tmp_path / "a.svg").read_text())
    assert len(paths) == len(shapes)
    for shape, path in zip(shapes, paths, strict=True):
        column = row = 0.0
        points = []
        for command, text in re.findall(r"([MLHV])([^MLHVZ]+)", path):
            numbers = [float(one) for one in re.findall(r"-?\d*\.?\d+", text)]
            if command in "ML":
                column, row = numbers
            elif command == "H":
                (column,) = numbers
            else:
                (row,) = numbers
            points.append((row, column))
        assert_array_equal(points, np.concatenate([ring[:-1] for ring in shape.rings()]))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: polygons(np.ones((3, 3))), TypeError, "mask"),
        (lambda: polygons(np.ones((3, 3, 3), bool)), ValueError, "mask must have two axes"),
        (lambda: polygons(np.ones((3, 3), bool), tolerance=-1), ValueError, "tolerance"),
        (lambda: polygons(np.ones((3, 3), bool), connectivity=3), ValueError, "connectivity"),
        (lambda: polygons_to_path([np.ones((3, 2))]), TypeError, "shapes"),  # type: ignore[list-item]
        (lambda: polygons_to_svg("a.svg", [], shape=(0, 1)), ValueError, "shape"),
        (lambda: polygons_to_svg("a.svg", [], fill=3), TypeError, "fill"),  # type: ignore[arg-type]
        (lambda: polygons_to_svg("a.svg", [], fill=["red"]), ValueError, "fill"),
        (lambda: polygons_to_svg("a.svg", [], stroke=1), TypeError, "stroke"),  # type: ignore[arg-type]
        (lambda: polygons_to_svg("/nowhere/a.svg", []), FileNotFoundError, "folder"),
    ],
)
def test_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "outer", [None, [[0, 0]], np.zeros(3), np.zeros((2, 3)), np.zeros((0, 2)), np.array([["a"] * 2])]
)
def test_outlines_that_are_none(outer: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="outer must"):
        opsin.measure.Polygon(outer)
    with pytest.raises(TypeError, match="inners must be a list of polygons"):
        opsin.measure.Polygon(np.zeros((3, 2)), [outer])
