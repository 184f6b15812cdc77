"""Pixels of lines, shapes and text, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.draw
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import opsin
from opsin import draw

places = st.integers(-12, 25)
reals = st.one_of(places.map(float), st.integers(-120, 250).map(lambda value: value / 10))
shapes = st.none() | st.tuples(st.integers(0, 20), st.integers(0, 20))


def pixels(coordinates: Any) -> set[tuple[int, ...]]:
    return set(zip(*(np.asarray(one).ravel().tolist() for one in coordinates), strict=True))


def check(found: Any, wanted: Any) -> None:
    assert all(one.dtype == np.int64 and one.ndim == 1 for one in found)
    assert pixels(found) == pixels(wanted)


@given(places, places, places, places)
def test_line(r0: int, c0: int, r1: int, c1: int) -> None:
    found, wanted = draw.line(r0, c0, r1, c1), skimage.draw.line(r0, c0, r1, c1)
    assert_array_equal(found, wanted)
    inside = {(r, c) for r, c in pixels(wanted) if 0 <= r < 9 and 0 <= c < 14}
    assert pixels(draw.line(r0, c0, r1, c1, shape=(9, 14, 3))) == inside


@given(reals, reals, reals, shapes)
def test_disk(r: float, c: float, radius: float, shape: Any) -> None:
    radius = abs(radius) + 0.1  # the peer divides by it
    check(draw.disk((r, c), radius, shape=shape), skimage.draw.disk((r, c), radius, shape=shape))


@given(reals, reals, reals, reals, st.floats(-4, 4), shapes)
def test_ellipse(r: float, c: float, height: float, width: float, rotation: float, shape: Any) -> None:
    height, width = abs(height) + 0.1, abs(width) + 0.1
    found = draw.ellipse(r, c, height, width, rotation=rotation, shape=shape)
    check(found, skimage.draw.ellipse(r, c, height, width, shape=shape, rotation=rotation))


@given(places, places, st.integers(0, 20), st.sampled_from(["bresenham", "andres"]), shapes)
def test_circle_perimeter(r: int, c: int, radius: int, method: Any, shape: Any) -> None:
    found = draw.circle_perimeter(r, c, radius, method=method, shape=shape)
    check(found, skimage.draw.circle_perimeter(r, c, radius, method, shape))


@given(places, places, st.integers(0, 20), st.integers(0, 20), shapes)
def test_ellipse_perimeter(r: int, c: int, height: int, width: int, shape: Any) -> None:
    found = draw.ellipse_perimeter(r, c, height, width, shape=shape)
    if height or width:  # the peer returns a pixel that may be beyond the shape
        check(found, skimage.draw.ellipse_perimeter(r, c, height, width, shape=shape))


@given(st.lists(st.tuples(reals, reals), min_size=1, max_size=12), shapes)
def test_polygon(corners: list[tuple[float, float]], shape: Any) -> None:
    r, c = np.array(corners).T
    check(draw.polygon(r, c, shape=shape), skimage.draw.polygon(r, c, shape))
    if shape is not None and min(shape) > 0:
        assert_array_equal(draw.polygon2mask(shape, corners), skimage.draw.polygon2mask(shape, corners))


@given(st.lists(st.tuples(places, places), min_size=3, max_size=9), shapes)
def test_polygon_perimeter(corners: list[tuple[int, int]], shape: Any) -> None:
    r, c = np.array(corners).T
    check(draw.polygon_perimeter(r, c, shape=shape), skimage.draw.polygon_perimeter(r, c, shape))


@given(st.tuples(places, places), st.tuples(places, places), shapes)
def test_rectangles(start: tuple[int, int], other: tuple[int, int], shape: Any) -> None:
    check(draw.rectangle(start, other, shape=shape), skimage.draw.rectangle(start, other, shape=shape))
    check(draw.rectangle(start, extent=other, shape=shape), skimage.draw.rectangle(start, extent=other, shape=shape))
    found = draw.rectangle_perimeter(start, other, shape=shape)
    check(found, skimage.draw.rectangle_perimeter(start, other, shape=shape))


def layouts(shape: tuple[int, ...], dtype: Any) -> list[np.ndarray]:
    rows, columns, *channels = shape
    wide = np.zeros((2 * rows, columns + 3, *channels), dtype)
    plain, turned = np.zeros(shape, dtype), np.zeros(shape, dtype, order="F")
    return [plain, turned, wide[::-2, 2:-1], wide[:rows, 3:], wide[:rows, -4::-1]]


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float32", "float64", "complex128"])
@pytest.mark.parametrize("channels", [(), (1,), (3,), (5,)])
def test_paint(dtype: str, channels: tuple[int, ...]) -> None:
    color = [1, 0, 1, 1, 0][: channels[0]] if channels else 1
    if dtype == "complex128":
        with pytest.raises(TypeError, match="out"):
            draw.disk((3, 3), 2, color=color, out=np.zeros((4, 4, *channels), dtype))
        return
    shapes: list[Any] = [
        lambda **target: draw.disk((6, 7.5), 5.5, **target),
        lambda **target: draw.disk((50, 60), 3, **target),
        lambda **target: draw.ellipse(4, 9, 5, 9.5, rotation=0.7, **target),
        lambda **target: draw.ellipse(4, 9, 0, 2, **target),
        lambda **target: draw.polygon([-3, 4, 20, 5], [2, 30, 6, 5], **target),
        lambda **target: draw.polygon([], [], **target),
        lambda **target: draw.rectangle((2, -3), (7, 9), **target),
    ]
    for shape in shapes:
        for image in layouts((12, 15, *channels), dtype):
            image[...] = 0
            wanted = np.zeros(image.shape, dtype)
            wanted[shape(shape=image.shape)] = color
            assert shape(color=color, out=image) is image
            assert_array_equal(image, wanted)
            image[...] = 0
            wanted[...] = 0
            wanted[shape(shape=(6, 9))] = color
            shape(color=color, out=image, shape=(6, 9))
            assert_array_equal(image, wanted)


def test_paint_a_box_of_three_axes() -> None:
    volume = np.zeros((3, 4, 5), np.uint8)
    draw.rectangle((1, 1, 1), extent=(9, 1, 2), color=7, out=volume)
    assert (volume == 7).sum() == 4
    for image in (np.zeros((0, 4)), np.zeros((4, 0, 3))):
        assert draw.disk((1, 1), 2, color=1, out=image) is image


@given(st.integers(0, 2**32 - 1))
def test_ellipses_hold_the_pixels_of_their_equation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    r, c = rng.choice([4, 4.5, rng.uniform(-5, 15), 1e4, 1e8, 0.1], 2)
    height, width = 10 ** rng.uniform(rng.choice([-12, 0]), rng.choice([1, 8]), 2)
    if rng.random() < 0.3:
        width = height = float(np.hypot(*rng.integers(0, 12, 2))) or 1.0
    rotation = rng.choice([0, np.pi / 2, np.pi / 4, rng.uniform(0, 3)])
    found = np.zeros((11, 13), bool)
    found[draw.ellipse(r, c, height, width, rotation=rotation, shape=found.shape)] = True
    sine, cosine = np.sin(rotation), np.cos(rotation)
    top = max(np.ceil(r - abs(height * cosine) - width * sine), 0)
    left = max(np.ceil(c - height * sine - abs(width * cosine)), 0)
    row, column = np.ogrid[: max(11 - int(top), 0), : max(13 - int(left), 0)]
    row, column = row - (r - top), column - (c - left)
    inside = ((row * cosine + column * sine) / height) ** 2 + ((row * sine - column * cosine) / width) ** 2 < 1
    wanted = np.zeros(found.shape, bool)
    wanted[int(top) :, int(left) :] = inside[: 11 - int(min(top, 11)), : 13 - int(min(left, 13))]
    assert_array_equal(found, wanted)


@given(st.integers(0, 2**32 - 1))
def test_polygons_hold_the_pixels_that_are_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 40)
    corners = rng.uniform(-4, 16, (count, 2))
    step = rng.choice([1, 0.5, 0.1, 1e-9])
    corners = np.round(corners / step) * step
    corners[rng.random(count) < rng.choice([0, 0.2])] *= 1e6
    places = np.argwhere(np.ones((11, 13), bool)).astype(float)
    inside = opsin.measure.points_in_poly(places[:, ::-1], corners[:, ::-1]).reshape(11, 13)
    assert_array_equal(draw.polygon2mask((11, 13), corners), inside)


@given(places, places, places, places, shapes)
def test_smooth_lines(r0: int, c0: int, r1: int, c1: int, shape: Any) -> None:
    rows, columns, covered = draw.line_aa(r0, c0, r1, c1, shape=shape)
    wanted = np.array(skimage.draw.line_aa(r0, c0, r1, c1))
    if shape is not None:
        wanted = wanted[:, ((wanted[:2] >= 0) & (wanted[:2] < np.reshape(shape, (2, 1)))).all(axis=0)]
    found = np.array([rows, columns, covered])
    np.testing.assert_allclose(found[:, np.lexsort(found)], wanted[:, np.lexsort(wanted)], atol=1e-14)


ahead = st.integers(0, 40)


@given(st.tuples(*[ahead] * 6), st.sampled_from([0.1, 0.3, 0.5, 0.8, 1, 1.7, 3]), shapes, st.integers(-50, 0))
def test_bezier_curves(points: Any, weight: float, shape: Any, shift: int) -> None:
    found = draw.bezier_curve(*points, weight, shape=shape)
    wanted = pixels(skimage.draw.bezier_curve(*points, weight, shape))
    # The peer leaves out half of a part that is flat.
    assert pixels(found) >= wanted if weight < 0.8 else pixels(found) == wanted
    assert len(pixels(found)) == len(found[0])
    moved = draw.bezier_curve(*[place + shift for place in points], weight)
    here = draw.bezier_curve(*points, weight)
    assert pixels(moved) == {(r + shift, c + shift) for r, c in pixels(here)}


def test_curves_of_any_weight_stay_in_the_hull_of_their_points() -> None:
    rng = np.random.default_rng(0)
    for size in (3, 40, 3000):
        for _ in range(100):
            points = rng.integers(-size, size + 1, (3, 2))
            weight = float(rng.choice([0, 1e-300, 1e-9, 0.2, 1 - 1e-12, 1 + 1e-15, 1 + 1e-6, 7, 1024]))
            found = np.array(draw.bezier_curve(*points.ravel().tolist(), weight))
            assert (found.min(axis=1) >= points.min(axis=0) - 1).all()
            assert (found.max(axis=1) <= points.max(axis=0) + 1).all()
            assert {tuple(points[0]), tuple(points[2])} <= pixels(found)


def test_curves_and_outlines_are_connected() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        image = np.zeros((90, 90), bool)
        points = rng.integers(0, 90, 6).tolist()
        image[draw.bezier_curve(*points, float(rng.choice([0, 0.05, 0.3, 1, 5])))] = True
        assert image[points[0], points[1]]
        assert image[points[4], points[5]]
        assert opsin.measure.label(image).max() == 1
        image[...] = False
        radii = rng.integers(1, 25, 2).tolist()
        image[draw.ellipse_perimeter(45, 45, *radii, orientation=rng.uniform(-4, 4))] = True
        assert opsin.measure.label(image).max() == 1


@given(st.integers(30, 40), ahead, st.integers(1, 20), st.integers(1, 20), st.floats(-3.1, 3.1), shapes)
def test_turned_ellipses(r: int, c: int, height: int, width: int, orientation: float, shape: Any) -> None:
    found = draw.ellipse_perimeter(r, c + 30, height, width, orientation=orientation, shape=shape)
    wanted = skimage.draw.ellipse_perimeter(r, c + 30, height, width, orientation=orientation, shape=shape)
    if orientation:
        assert pixels(found) >= pixels(wanted)
        assert len(pixels(found)) - len(pixels(wanted)) <= 2 * max(height, width)


@given(st.lists(st.tuples(places, places), min_size=3, max_size=5), st.tuples(st.integers(2, 20), st.integers(2, 20)))
def test_clipped_outlines(corners: list[tuple[int, int]], shape: tuple[int, int]) -> None:
    r, c = np.array(corners).T
    found = draw.polygon_perimeter(r, c, shape=shape, clip=True)
    inside = {(a, b) for a, b in pixels(draw.polygon_perimeter(r, c)) if 0 < a < shape[0] - 1 and 0 < b < shape[1] - 1}
    assert all(0 <= a < shape[0] and 0 <= b < shape[1] for a, b in pixels(found))
    if len({*r.tolist()}) == len(r) == 3:
        assert len(pixels(found)) > 0 or not inside


def test_clipped_rectangles() -> None:
    for start, end, shape in (((-5, 3), (6, 9), (8, 12)), ((2, 2), (30, 40), (9, 9)), ((-9, -9), (40, 40), (6, 7))):
        found = draw.rectangle_perimeter(start, end, shape=shape, clip=True)
        check(found, skimage.draw.rectangle_perimeter(start, end, shape=shape, clip=True))
    triangle = [-4, 10, 25], [5, 30, -8]
    found = draw.polygon_perimeter(*triangle, shape=(20, 22), clip=True)
    check(found, skimage.draw.polygon_perimeter(*triangle, shape=(20, 22), clip=True))
    assert len(draw.polygon_perimeter([-9, -5, -4], [1, 5, 2], shape=(5, 5), clip=True)[0]) == 0


@given(places, places, st.integers(0, 40), shapes)
def test_smooth_circles(r: int, c: int, radius: int, shape: Any) -> None:
    size = (20, 20) if shape is None else shape
    found, wanted = np.zeros(size), np.zeros(size)
    *coords, covered = draw.circle_perimeter_aa(r, c, radius, shape=shape)
    assert len(pixels(coords)) == len(covered)
    assert covered.min(initial=1) > 0
    draw.set_color(found, coords, 1, covered, out=found)
    *coords, covered = skimage.draw.circle_perimeter_aa(r, c, radius, shape=size)
    skimage.draw.set_color(wanted, coords, 1, covered)
    np.testing.assert_allclose(found, wanted, atol=1e-14)


def test_far_smooth_lines_take_no_memory() -> None:
    rows, columns, covered = draw.line_aa(-(2**29), -(2**29), 2**29, 2**29, shape=(5, 5))
    assert pixels((rows, columns)) >= {(k, k) for k in range(5)}
    assert covered[rows == columns].tolist() == [1] * 5


def test_boxes_of_three_axes() -> None:
    check(draw.rectangle((1, 2, 3), (2, 2, 5)), skimage.draw.rectangle((1, 2, 3), (2, 2, 5)))
    volume = np.zeros((3, 4, 5), bool)
    volume[draw.rectangle((1, 1, 1), extent=(9, 1, 2), shape=volume.shape)] = True
    assert volume.sum() == 4


@pytest.mark.parametrize("thickness", [2, 3, 4, 7])
def test_thick_lines_are_as_thick_as_asked(thickness: int) -> None:
    image = np.zeros((60, 60), bool)
    image[draw.line(30, 15, 30, 45, thickness=thickness)] = True
    assert (image[:, 20:40].sum(axis=0) == thickness).all()
    turned = np.zeros((60, 60), bool)
    turned[draw.line(15, 30, 45, 30, thickness=thickness)] = True
    assert_array_equal(turned, image.T)
    slow = np.zeros((60, 60), bool)
    middle = 0.5 * (thickness % 2 == 0)
    row, column = np.indices(slow.shape)
    for r, c in pixels(draw.line(5, 5, 40, 22)):
        slow |= (row - r - middle) ** 2 + (column - c - middle) ** 2 <= thickness**2 / 4
    found = np.zeros((60, 60), bool)
    found[draw.line(5, 5, 40, 22, thickness=thickness)] = True
    assert_array_equal(found, slow)


@given(places, places, places, places, st.integers(1, 9), st.tuples(st.integers(1, 20), st.integers(1, 20)))
def test_clipping_leaves_out_nothing_else(r: int, c: int, r1: int, c1: int, thickness: int, shape: Any) -> None:
    def kept(found: Any) -> set[tuple[int, ...]]:
        return {(a, b) for a, b in pixels(found) if 0 <= a < shape[0] and 0 <= b < shape[1]}

    for function, arguments in (
        (draw.line, (r, c, r1, c1)),
        (draw.circle_perimeter, (r, c, abs(r1))),
        (draw.ellipse_perimeter, (r, c, abs(r1), abs(c1))),
        (draw.rectangle_perimeter, ((r, c), (r1, c1))),
        (draw.polygon_perimeter, ([r, r1, 3], [c, c1, 9])),
    ):
        drawn: Any = function
        everything = drawn(*arguments, thickness=thickness)
        clipped = drawn(*arguments, thickness=thickness, shape=shape)
        assert pixels(clipped) == kept(everything)


def test_far_lines_take_no_memory() -> None:
    rows, columns = draw.line(-(2**29), -(2**29), 2**29, 2**29, shape=(5, 5))
    assert_array_equal(rows, columns)
    assert_array_equal(np.sort(rows), range(5))
    assert len(draw.disk((0, 0), 2**29, shape=(4, 5))[0]) == 20
    assert draw.polygon2mask((4, 5), [[-1e8, -1e8], [-1e8, 1e8], [1e8, 1e8], [1e8, -1e8]]).all()


def test_text() -> None:
    image = np.zeros((40, 200), np.uint8)
    rows, columns, alpha = draw.text((4, 3), "opsin", size=24, shape=image.shape)
    assert alpha.min() > 0
    assert alpha.max() == 1
    assert rows.min() >= 4
    assert 3 <= columns.min() <= 5
    assert 15 < rows.max() - rows.min() < 40
    larger = draw.text((4, 3), "opsin", size=48)
    assert np.ptp(larger[1]) > 1.7 * np.ptp(columns)
    two = draw.text((4, 3), "opsin\nopsin", size=24)
    assert np.ptp(two[0]) > 1.7 * np.ptp(rows)
    drawn = draw.set_color(image, (rows, columns), 200, alpha)
    assert drawn.max() == 200
    assert len(draw.text((0, 0), "")[0]) == len(draw.text((0, 0), " ")[0]) == 0
    draw.text((0, 0), "\ud800\0é漢\n\n")


def test_set_color() -> None:
    image = np.zeros((4, 5, 3), np.uint8)
    coords = draw.line(0, 0, 3, 3)
    found = draw.set_color(image, coords, (10, 20, 30))
    assert_array_equal(found[2, 2], [10, 20, 30])
    assert not image.any()
    half = draw.set_color(found, coords, (110, 20, 31), 0.5)
    assert_array_equal(half[0, 0], [60, 20, 31])
    same = draw.set_color(image, coords, 7, out=image)
    assert same is image
    assert_array_equal(image[3, 3], [7, 7, 7])
    first = draw.set_color(np.zeros((3, 4, 5)), coords, (1, 2, 3), channel_axis=0)
    assert_array_equal(first[:, 1, 1], [1, 2, 3])
    mask = draw.set_color(np.zeros((5, 5), bool), coords, True)
    assert mask.sum() == 4
    outside = draw.set_color(np.zeros((5, 5)), ([-1, 5, 2], [0, 0, 9]), 1)
    assert not outside.any()
    wide = draw.set_color(np.zeros((2, 2), np.uint64), ([0], [1]), 2**64 - 1)
    assert wide[0, 1] == 2**64 - 1


def test_colors_are_those_of_scikit_image() -> None:
    rng = np.random.default_rng(0)
    image = rng.random((20, 30, 3))
    rows, columns, alpha = skimage.draw.line_aa(1, 1, 18, 27)
    wanted = image.copy()
    skimage.draw.set_color(wanted, (rows, columns), (0.2, 0.5, 1), alpha)
    np.testing.assert_allclose(draw.set_color(image, (rows, columns), (0.2, 0.5, 1), alpha), wanted, rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: draw.line(0.5, 0, 1, 1), TypeError, "r0"),  # type: ignore[arg-type]
        (lambda: draw.line(0, 0, 2**40, 1), ValueError, "r1"),
        (lambda: draw.line(0, 0, 2**29, 1), ValueError, "pixels"),
        (lambda: draw.line(0, 0, 1, 1, thickness=0), ValueError, "thickness"),
        (lambda: draw.line(0, 0, 1, 1, shape=3), TypeError, "shape"),  # type: ignore[arg-type]
        (lambda: draw.line(0, 0, 1, 1, shape=(3,)), ValueError, "shape"),
        (lambda: draw.disk(3, 1), TypeError, "center"),  # type: ignore[arg-type]
        (lambda: draw.disk((3, np.nan), 1), ValueError, "center"),
        (lambda: draw.disk((0, 0), 1e6), ValueError, "radius"),
        (lambda: draw.ellipse(0, 0, -1, 1), ValueError, "r_radius"),
        (lambda: draw.circle_perimeter(0, 0, 2**30), ValueError, "radius"),
        (lambda: draw.circle_perimeter(0, 0, 3, method="x"), ValueError, "method"),  # type: ignore[arg-type]
        (lambda: draw.ellipse_perimeter(0, 0, 3, 2.5), TypeError, "c_radius"),  # type: ignore[arg-type]
        (lambda: draw.rectangle((0, 0)), ValueError, "end or extent"),
        (lambda: draw.rectangle((0, 0), (1, 2, 3)), ValueError, "end"),
        (lambda: draw.rectangle((0, 0), (1e5, 1e5)), ValueError, "pixels"),
        (lambda: draw.rectangle_perimeter((0,), (1,)), ValueError, "start"),
        (lambda: draw.polygon([0, 1], [0, 1, 2]), ValueError, "c must"),
        (lambda: draw.polygon([0, 1e12], [0, 1]), ValueError, "r must"),
        (lambda: draw.polygon(["a"], [1]), TypeError, "r must"),
        (lambda: draw.polygon([0, 0, 1e8], [0, 1e8, 0]), ValueError, "pixels"),
        (lambda: draw.polygon2mask((2, 3, 4), [[0, 1]]), ValueError, "image_shape"),
        (lambda: draw.polygon2mask((2, 3), [[0, 1, 2]]), ValueError, "polygon"),
        (lambda: draw.polygon2mask((10**6, 10**6), [[0, 1]]), ValueError, "image_shape"),
        (lambda: draw.disk((0, 0), 1, color=1), ValueError, "color needs out"),  # type: ignore[call-overload]
        (lambda: draw.disk((0, 0), 1, out=np.zeros((3, 3))), ValueError, "color"),  # type: ignore[call-overload]
        (lambda: draw.disk((0, 0), 1, color=1, out=[[0]]), TypeError, "out"),  # type: ignore[call-overload]
        (lambda: draw.disk((0, 0), 1, color=1, out=np.zeros(3)), ValueError, "out"),
        (lambda: draw.disk((0, 0), 1, color=1, out=np.zeros((3, 3), ">f4")), TypeError, "out"),
        (lambda: draw.disk((0, 0), 1, color=256, out=np.zeros((3, 3), np.uint8)), ValueError, "color"),
        (lambda: draw.disk((0, 0), 1, color=1e300, out=np.zeros((3, 3), np.float32)), ValueError, "color must fit"),
        (lambda: draw.ellipse(0, 0, 1, 1, color=(1, 2), out=np.zeros((3, 3, 3))), ValueError, "color"),
        (lambda: draw.bezier_curve(0, 0, 1, 1, 2, 0.5, 1), TypeError, "c2"),  # type: ignore[arg-type]
        (lambda: draw.bezier_curve(0, 0, 1, 1, 2, 2, -1), ValueError, "weight"),
        (lambda: draw.bezier_curve(0, 0, 1, 2**21, 2, 2, 1), ValueError, "c1"),
        (lambda: draw.ellipse_perimeter(0, 0, 1, 1, orientation=np.inf), ValueError, "orientation"),
        (lambda: draw.polygon_perimeter([0, 1], [0, 1], clip=True), ValueError, "shape"),
        (lambda: draw.polygon_perimeter([0, 1], [0, 1], shape=(2, 2), clip=2), TypeError, "clip"),  # type: ignore[arg-type]
        (lambda: draw.text((0, 0), 3), TypeError, "text"),  # type: ignore[arg-type]
        (lambda: draw.text((0, 0), "a", size=0), ValueError, "size"),
        (lambda: draw.text((0, 0), "a", font=3), TypeError, "font"),  # type: ignore[arg-type]
        (lambda: draw.text((0, 0), "a" * 70_000), ValueError, "text"),
        (lambda: draw.set_color(np.zeros((3, 3)), ([0],), 1), ValueError, "coords"),
        (lambda: draw.set_color(np.zeros((3, 3)), ([0.5], [1]), 1), TypeError, "coords"),
        (lambda: draw.set_color(np.zeros((3, 3)), ([0, 1], [1, 2, 3]), 1), ValueError, "coords"),
        (lambda: draw.set_color(np.zeros((3, 3), np.uint8), ([0], [1]), 256), ValueError, "color"),
        (lambda: draw.set_color(np.zeros((3, 3, 3)), ([0], [1]), (1, 2)), ValueError, "color"),
        (lambda: draw.set_color(np.zeros((3, 3)), ([0], [1]), 1, 2), ValueError, "alpha"),
        (lambda: draw.set_color(np.zeros((3, 3)), ([0], [1]), 1, [0.1, 0.2]), ValueError, "alpha"),
    ],
)
def test_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_missing_font_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r"font '/nowhere\.ttf' cannot be read"):
        draw.text((0, 0), "a", font="/nowhere.ttf")


def test_masks_become_polygons_and_masks_again() -> None:
    mask = opsin.filters.gaussian(np.random.default_rng(3).random((50, 60)), 2) > 0.5
    again = np.zeros(mask.shape, bool)
    for shape in opsin.measure.polygons(mask):
        for ring in shape.rings():
            again ^= draw.polygon2mask(mask.shape, ring)
    assert_array_equal(again, mask)
