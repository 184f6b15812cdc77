"""Footprints against scikit-image's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.morphology
from scipy import ndimage

from opsin import Pipeline
from opsin.morphology import (
    ball,
    black_tophat,
    closing,
    diamond,
    dilation,
    disk,
    ellipse,
    erosion,
    footprint_neighbors,
    footprint_rectangle,
    morphological_gradient,
    octagon,
    octahedron,
    opening,
    star,
    white_tophat,
)
from opsin.morphology.footprints import FootprintSequence

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
        if size or other:
            assert_same(octagon(size, other), skimage.morphology.octagon(size, other))


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


ERODING = [erosion, dilation, opening, closing, white_tophat, black_tophat, morphological_gradient]
IMAGE = np.random.default_rng(0).integers(0, 255, (31, 27, 9)).astype(np.uint8)


def same_as_whole(sequence: FootprintSequence, whole: np.ndarray) -> None:
    """Check that a sequence of footprints gives what the whole one gives."""
    image = IMAGE[(slice(None),) * whole.ndim + (0,) * (3 - whole.ndim)]
    for function in ERODING:
        expected = function(image, whole, channel_axis=None)
        np.testing.assert_array_equal(function(image, sequence, channel_axis=None), expected)


@pytest.mark.parametrize("shape", [(3,), (1, 1), (3, 5), (4, 6), (2, 3), (7, 1), (9, 9), (5, 7, 3)], ids=str)
@pytest.mark.parametrize("decomposition", ["separable", "sequence"])
def test_rectangles_in_parts(shape: tuple[int, ...], decomposition: Any) -> None:
    sequence = footprint_rectangle(shape, decomposition=decomposition, dtype=bool)
    assert all(part.dtype == bool and times > 0 for part, times in sequence)
    same_as_whole(sequence, footprint_rectangle(shape))


@pytest.mark.parametrize("size", range(6))
def test_diamonds_and_octagons_in_parts(size: int) -> None:
    same_as_whole(diamond(size, decomposition="sequence"), diamond(size))
    same_as_whole(octahedron(size, decomposition="sequence"), octahedron(size))
    for other in range(0 if size else 1, 5):
        same_as_whole(octagon(size, other, decomposition="sequence"), octagon(size, other))


def test_sequences_equal_scikit_image() -> None:
    uneven = np.array([[1, 0, 0, 1, 0], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0]])
    sequence = ((uneven, 2), (np.ones((1, 3)), 3), (diamond(2), 1))
    image = IMAGE[..., 0]
    for name in ("erosion", "dilation", "opening", "closing", "white_tophat", "black_tophat"):
        turned = name in ("dilation", "closing", "black_tophat")
        theirs = tuple((part[::-1, ::-1] if turned else part, times) for part, times in sequence)
        expected = getattr(skimage.morphology, name)(image, theirs, mode="ignore")
        function = {one.__name__: one for one in ERODING}[name]
        np.testing.assert_array_equal(function(image, sequence), expected)
        np.testing.assert_array_equal(function(image, [[part.tolist(), times] for part, times in sequence]), expected)


def test_a_sequence_is_a_setting() -> None:
    pipeline = Pipeline(("morphology.erosion", {"footprint": octagon(3, 2, decomposition="sequence")}))
    expected = erosion(IMAGE[..., 0], octagon(3, 2))
    np.testing.assert_array_equal(pipeline(IMAGE[..., 0]), expected)
    assert eval(repr(pipeline), {"Pipeline": Pipeline, "np": np}) == pipeline


@pytest.mark.parametrize(
    ("sequence", "message"),
    [
        (((np.ones((3, 3)), 0),), "number of times of a footprint must be at least 1"),
        (((np.ones((3, 3, 3)), 1),), "footprint must have 2 axes"),
        (((np.zeros((3, 3)), 1),), "footprint must have at least one pixel"),
    ],
)
def test_wrong_sequences_are_named(sequence: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        erosion(IMAGE[..., 0], sequence)
    with pytest.raises(TypeError, match="number of times of a footprint must be an integer"):
        erosion(IMAGE[..., 0], ((np.ones((3, 3)), 1.5),))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="if structure or origin is given"):
        erosion(IMAGE[..., 0], diamond(2, decomposition="sequence"), origin=1)
    with pytest.raises(ValueError, match="decomposition must be"):
        diamond(2, decomposition="crosses")  # type: ignore[call-overload]


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


@pytest.mark.parametrize("maker", [ball, diamond, disk, octahedron, star])
def test_footprints_that_are_too_large_and_dtypes_without_numbers(maker: Any) -> None:
    for radius in (32768, 2**31, 2**70):
        with pytest.raises(ValueError, match=r"must be at least 0 and at most (32767|21845)|more memory than is free"):
            maker(radius)
    for dtype in ("x", (3,), {"r": 1}, "O", "M8[s]", "U3"):
        with pytest.raises(TypeError, match="dtype must be a dtype of numbers"):
            maker(2, dtype=dtype)
    with pytest.raises(ValueError, match="shape must be at least 1 and at most 65535"):
        footprint_rectangle((2**31, 2))
