"""The watershed against scikit-image, to the label."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import opsin
from opsin.segmentation import watershed

from equality import assert_same


@given(hnp.array_shapes(max_dims=3, max_side=14), st.data())
def test_equals_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    levels = data.draw(st.sampled_from([1, 3, 20, 255]))
    image = rng.integers(0, levels, shape).astype(data.draw(st.sampled_from(["uint8", "int16", "float32", "float64"])))
    markers = np.where(rng.random(shape) < 0.1, rng.integers(-3, 9, shape), 0).astype(np.int32)
    settings: dict[str, Any] = {
        "connectivity": data.draw(st.integers(1, len(shape))),
        "mask": data.draw(st.sampled_from([None, rng.random(shape) < 0.8])),
        "compactness": data.draw(st.sampled_from([0, 0, 0.1, 1.0, 100.0])),
        "watershed_line": data.draw(st.booleans()),
    }
    expected = skimage.segmentation.watershed(image, markers, **settings)
    assert_same(watershed(image, markers, channel_axis=None, **settings), expected.astype(np.int32))
    expected = skimage.segmentation.watershed(image, **settings)
    assert_same(watershed(image, channel_axis=None, **settings), expected.astype(np.int32))


@pytest.mark.parametrize("line", [False, True])
def test_large_images(line: bool) -> None:
    rng = np.random.default_rng(1)
    image = opsin.filters.gaussian(rng.random((300, 400)), 3)
    for pixels in (image, (image * 40).astype(np.uint8)):
        expected = skimage.segmentation.watershed(pixels, watershed_line=line)
        assert_same(watershed(pixels, watershed_line=line), expected.astype(np.int32))


@pytest.mark.parametrize("count", [1, 2, 7, 50, 400, 10000])
@pytest.mark.parametrize("shape", [(20, 30), (3, 60), (1, 9), (7, 8, 9), (40,)])
def test_grids_of_markers_equal_scikit_image(shape: tuple[int, ...], count: int) -> None:
    image = np.random.default_rng(2).random(shape)
    expected = skimage.segmentation.watershed(image, count, compactness=0.01)
    assert_same(watershed(image, count, compactness=0.01, channel_axis=None), expected.astype(np.int32))


def test_neighborhoods_of_any_shape() -> None:
    rng = np.random.default_rng(3)
    image, markers = (
        rng.integers(0, 9, (20, 30)),
        np.where(rng.random((20, 30)) < 0.05, rng.integers(1, 9, (20, 30)), 0),
    )
    for footprint in (np.ones((3, 3)), np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), rng.random((5, 5)) < 0.5):
        footprint = footprint.astype(bool)
        footprint[tuple(size // 2 for size in footprint.shape)] = True
        expected = skimage.segmentation.watershed(image, markers, connectivity=footprint)
        assert_same(watershed(image, markers, connectivity=footprint), expected.astype(np.int32))


def test_touching_disks() -> None:
    row, column = np.indices((60, 80))
    mask = ((row - 30) ** 2 + (column - 25) ** 2 < 400) | ((row - 30) ** 2 + (column - 52) ** 2 < 300)
    distances = opsin.morphology.distance_transform(mask)
    labels = watershed(-distances, opsin.measure.label(opsin.morphology.h_maxima(distances, 2)), mask=mask)
    assert set(np.unique(labels)) == {0, 1, 2}
    assert ((labels > 0) == mask).all()


def test_lines_among_many_markers() -> None:
    """A pixel of the line would bring its 26 neighbors as often as it came, and these theirs."""
    rng = np.random.default_rng(5)
    image = opsin.filters.gaussian(rng.integers(0, 200, (3, 14, 11)).astype(float), 1.5, channel_axis=None)
    markers = np.where(rng.random(image.shape) < 0.3, rng.integers(1, 9, image.shape), 0)
    for levels in (image.astype(np.int16), image):
        labels = watershed(levels, markers, connectivity=3, watershed_line=True, channel_axis=None)
        assert set(np.unique(labels)) <= set(range(9))


def test_nan_is_flooded_last() -> None:
    image = np.array([[0, np.nan, np.nan, np.nan, 9, 0]])
    assert watershed(image, np.array([[1, 0, 0, 0, 0, 2]])).tolist() == [[1, 1, 1, 2, 2, 2]]


def test_without_markers_and_empty() -> None:
    assert not watershed(np.ones((4, 5)), np.zeros((4, 5), int)).any()
    assert not watershed(np.ones((4, 5)), mask=np.zeros((4, 5), bool)).any()
    assert watershed(np.zeros((0, 5))).shape == (0, 5)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"markers": np.zeros((3, 3), int)}, ValueError, "markers must have the shape of the image"),
        ({"markers": np.zeros((4, 5))}, TypeError, "markers must be an array of bool or integers"),
        ({"markers": np.full((4, 5), 2**40)}, ValueError, "markers must be from"),
        ({"markers": 0}, ValueError, "markers must be at least 1"),
        ({"markers": 1.5}, TypeError, "markers must be an integer"),
        ({"connectivity": 3}, ValueError, "connectivity"),
        ({"connectivity": np.ones(3)}, ValueError, "connectivity must have 2 axes"),
        ({"compactness": -1}, ValueError, "compactness"),
        ({"watershed_line": 1}, TypeError, "watershed_line"),
        ({"mask": np.full((4, 5), 0.5)}, ValueError, "mask"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        watershed(np.zeros((4, 5)), **parameters)


def test_color_images_are_refused() -> None:
    with pytest.raises(ValueError, match="color image"):
        watershed(np.zeros((4, 5, 3)))
