"""What is drawn over an image is read back from the figure, as objects and as pixels."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.colors import to_rgb

import opsin
from opsin.plot.overlay import _border_pixels, _outlines

BLACK = np.zeros((40, 60), np.uint8)
LABELS = np.zeros((40, 60), np.int32)
LABELS[5:15, 10:30] = 1
LABELS[20:35, 30:50] = 7


@dataclass
class Shape:
    """A polygon."""

    outer: np.ndarray
    inners: list[Any] = field(default_factory=list)


def square(low: float, high: float) -> np.ndarray:
    return np.array([[low, low], [low, high], [high, high], [high, low], [low, low]], float)


def color_at(axes, row: float, column: float) -> np.ndarray:
    """Return the color that is painted at a place of the image."""
    axes.figure.canvas.draw()
    x, y = axes.transData.transform((column, row))
    pixels = np.asarray(axes.figure.canvas.buffer_rgba())
    return pixels[pixels.shape[0] - 1 - int(y), int(x), :3] / 255


def test_labels_are_filled_each_in_its_color():
    axes = opsin.overlay(BLACK, LABELS, alpha=1, line_width=0)
    first, other, nothing = (color_at(axes, *place) for place in ((10, 20), (28, 40), (2, 2)))
    assert np.abs(nothing).max() < 0.01
    assert first.max() > 0.4
    assert np.abs(first - other).max() > 0.2
    assert not axes.collections


def test_the_default_keeps_the_image_visible():
    image = np.full((40, 60), 100, np.uint8)
    image[10, 10:20] = 255
    axes = opsin.overlay(image, LABELS)
    assert color_at(axes, 10, 15).sum() > color_at(axes, 12, 15).sum() + 0.5
    assert np.allclose(color_at(axes, 2, 2), 100 / 255, atol=0.01)


def test_outlines_alone():
    axes = opsin.overlay(BLACK, LABELS, fill=False, color="red", line_width=3)
    assert np.abs(color_at(axes, 10, 20)).max() < 0.01
    assert np.allclose(color_at(axes, 10, 9.5), to_rgb("red"), atol=0.05)
    segments = axes.collections[0].get_segments()
    assert len(segments) == 8
    assert sum(np.abs(one[1] - one[0]).sum() for one in segments) == 2 * (10 + 20) + 2 * (15 + 20)


@given(arrays(np.int8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(-1, 3)))
def test_outlines_lie_between_all_pixels_that_differ(labels):
    numbers = opsin.plot.pixels.color_numbers(labels)
    segments, owners = _outlines(numbers)
    expected = sum(int((np.diff(numbers.astype(int), axis=axis) != 0).sum()) for axis in (0, 1))
    assert sum(np.abs(one[1] - one[0]).sum() for one in segments) == expected
    assert (owners > 0).all()
    assert len(owners) == len(segments)
    assert _border_pixels(numbers).any() == bool(expected)


def test_very_many_pieces_of_outlines_are_pixels(monkeypatch):
    monkeypatch.setattr(sys.modules["opsin.plot.overlay"], "_MAX_PIECES", 3)
    axes = opsin.overlay(BLACK, LABELS, fill=False)
    assert not axes.collections
    assert color_at(axes, 5, 15).max() > 0.4
    assert color_at(axes, 10, 20).max() < 0.01


def test_mask():
    axes = opsin.overlay(BLACK, LABELS > 0, fill="orange", alpha=1)
    assert np.allclose(color_at(axes, 10, 20), to_rgb("orange"), atol=0.01)
    assert np.allclose(color_at(axes, 28, 40), to_rgb("orange"), atol=0.01)


def test_numbers_stand_at_the_centroids():
    axes = opsin.overlay(BLACK, LABELS, numbers=True)
    assert {text.get_text(): text.xy for text in axes.texts} == {"1": (19.5, 9.5), "7": (39.5, 27)}


@pytest.mark.parametrize(
    "box",
    [
        (5, 10, 15, 30),
        np.array([5, 10, 15, 30]),
        np.s_[5:15, 10:30],
        {"r": 5, "c": 10, "height": 10, "width": 20},
    ],
)
def test_boxes_of_every_form_enclose_their_pixels(box):
    axes = opsin.overlay(BLACK, boxes=[box], color="lime", numbers=True)
    (patch,) = axes.patches
    assert patch.get_bbox().extents.tolist() == [9.5, 4.5, 29.5, 14.5]
    assert np.allclose(color_at(axes, 4.5, 20), to_rgb("lime"), atol=0.05)
    assert axes.texts[0].get_text() == "0"


def test_boxes_of_the_table_of_regions():
    table = opsin.measure.regionprops_table(LABELS)
    boxes = np.stack([table[f"bbox-{side}"] for side in range(4)], axis=1)
    axes = opsin.overlay(BLACK, boxes=boxes)
    assert [patch.get_bbox().extents.tolist() for patch in axes.patches] == [
        [9.5, 4.5, 29.5, 14.5],
        [29.5, 19.5, 49.5, 34.5],
    ]


def test_points_are_row_and_column():
    axes = opsin.overlay(BLACK, points=[[10, 40], [30.5, 5]], color="red")
    assert axes.collections[0].get_offsets().tolist() == [[40, 10], [5, 30.5]]
    assert np.allclose(color_at(axes, 10, 40), to_rgb("red"), atol=0.05)
    assert opsin.overlay(BLACK, points=[]).collections[:] == []


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("ground", [0, 255])
def test_holes_of_polygons_show_the_ground_and_islands_do_not(turned, ground):
    step = slice(None, None, -1 if turned else 1)
    island = Shape(square(15, 25)[step])
    ring = Shape(square(5, 35), [Shape(square(10, 30)[step], [island])])
    axes = opsin.overlay(np.full((40, 60), ground, np.uint8), polygons=[ring], fill="orange")
    for place, filled in (((7, 20), True), ((12, 20), False), ((20, 20), True), ((20, 50), False)):
        expected = to_rgb("orange") if filled else (ground / 255,) * 3
        assert np.allclose(color_at(axes, *place), expected, atol=0.01)
    assert len(axes.patches) == 1


def test_polygons_are_outlined_by_default_and_contours_remain_open():
    closed, open_ = square(5, 30), np.array([[5.0, 40.0], [20.0, 50.0], [35.0, 40.0]])
    axes = opsin.overlay(BLACK, polygons=[closed, open_, np.zeros((0, 2))], color="cyan")
    assert [len(patch.get_path().vertices) for patch in axes.patches] == [6, 3]
    assert color_at(axes, 15, 15).max() < 0.01
    assert color_at(axes, 20, 40).max() < 0.01


def test_polygons_filled_in_colors_of_their_own():
    axes = opsin.overlay(BLACK, polygons=[square(2, 10), square(20, 30)], fill=True)
    faces = [patch.get_facecolor() for patch in axes.patches]
    assert faces[0] != faces[1]
    axes = opsin.overlay(BLACK, polygons=[square(2, 10), square(20, 30), square(31, 35)], fill=["red", "blue"])
    assert [patch.get_facecolor()[:3] for patch in axes.patches] == [to_rgb(one) for one in ("red", "blue", "red")]


def test_contours():
    ramp = np.tile(np.arange(60.0), (40, 1)) / 59
    axes = opsin.overlay(ramp, levels=[0.5, 0.25, 7.0], line_width=4, color="red")
    assert np.allclose(color_at(axes, 20, 29.5), to_rgb("red"), atol=0.1)
    assert np.allclose(color_at(axes, 20, 14.75), to_rgb("red"), atol=0.1)
    assert opsin.overlay(ramp, levels=9).collections[:] == []


def test_what_lies_outside_does_not_move_the_image():
    axes = opsin.overlay(BLACK, points=[[500, 500]], boxes=[(-50, -50, 10, 10)], polygons=[square(30, 300)])
    assert axes.get_xlim() == (-0.5, 59.5)
    assert axes.get_ylim() == (39.5, -0.5)


def test_axes_of_the_caller_and_unchanged_inputs():
    figure, axes = plt.subplots()
    image, labels = np.array(BLACK), np.array(LABELS)
    for array in (image, labels):
        array.flags.writeable = False
    assert opsin.overlay(image, labels, axes=axes, title="here") is axes
    assert plt.get_fignums() == [figure.number]
    assert axes.get_title() == "here"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": LABELS[:5]}, ValueError, r"labels must have the rows and columns of the image, \(40, 60\)"),
        ({"labels": BLACK / 2}, TypeError, "labels must be integers or bool; got float64"),
        ({"boxes": [(1, 2, 3)]}, ValueError, "a box must be two slices"),
        ({"boxes": [(5, 5, 1, 9)]}, ValueError, "bottom >= top"),
        ({"boxes": [{"r": 1, "c": 2}]}, ValueError, "height, width is missing"),
        ({"boxes": [np.s_[1:, 2:3]]}, ValueError, "must have ends"),
        ({"boxes": [(1, 2, np.nan, 4)]}, ValueError, "box must be finite"),
        ({"points": [1, 2, 3]}, ValueError, r"points must be an \(n, 2\) array of rows and columns"),
        ({"points": [["a", "b"]]}, TypeError, "points must be an"),
        ({"polygons": [[1, 2, 3]]}, ValueError, "a polygon must be"),
        ({"polygons": [square(1, 5)], "fill": "oranje"}, ValueError, "fill must be a color .* got 'oranje'"),
        ({"color": "reed"}, ValueError, "color must be a color"),
        ({"alpha": 2}, ValueError, "alpha must be"),
        ({"line_width": -1}, ValueError, "line_width must be"),
        ({"numbers": 1}, TypeError, "numbers must be True or False"),
        ({"levels": "high"}, TypeError, "levels must be a number"),
        ({"cmap": 5}, TypeError, "cmap must be a color map"),
    ],
)
def test_errors(options, error, message):
    with pytest.raises(error, match=message):
        opsin.overlay(BLACK, **options)
    assert not plt.get_fignums()


def test_contours_need_a_gray_image():
    with pytest.raises(ValueError, match="image must be gray"):
        opsin.overlay(np.zeros((4, 5, 3)), levels=1)
