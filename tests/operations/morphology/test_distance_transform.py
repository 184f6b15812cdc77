"""Distances against scipy.ndimage and by comparing all pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from scipy.spatial.distance import cdist

import opsin
from opsin.morphology import distance_transform

from equality import assert_same

METRICS: list[Any] = ["euclidean", "taxicab", "chessboard"]


def slow(image: Any, metric: str, spacing: Any) -> Any:
    """Return the least of the distances from all pixels of the background."""
    names = {"euclidean": "euclidean", "taxicab": "cityblock", "chessboard": "chebyshev"}
    scale = np.broadcast_to(spacing, image.ndim)
    background = np.argwhere(image == 0) * scale
    if not len(background):
        return np.full(image.shape, np.inf)
    places = np.argwhere(np.ones(image.shape, bool)) * scale
    return cdist(places, background, names[metric]).min(axis=1).reshape(image.shape)


@given(hnp.array_shapes(max_dims=4, max_side=9), st.data())
def test_equals_the_definition(shape: tuple[int, ...], data: st.DataObject) -> None:
    image = np.random.default_rng(data.draw(st.integers(0, 99))).random(shape) < data.draw(
        st.sampled_from([0.5, 0.9, 0.99])
    )
    spacing: Any = data.draw(st.sampled_from([1.0, 0.25, 3.0]))
    for metric in METRICS:
        expected = slow(image, metric, spacing)
        assert_same(
            distance_transform(image.astype(float), metric=metric, spacing=spacing, channel_axis=None),
            expected,
            relative=1e-14,
        )
    spacing = tuple(data.draw(st.sampled_from([0.3, 1.0, 2.5])) for _ in shape)
    found = distance_transform(image.astype(float), spacing=spacing, channel_axis=None)
    assert_same(found, slow(image, "euclidean", spacing), relative=1e-14)


@pytest.mark.parametrize("share", [0.5, 0.99, 0.9999])
@pytest.mark.parametrize("shape", [(1000,), (300, 257), (1, 700), (700, 1), (30, 40, 50), (3, 200, 150)])
def test_equals_scipy(shape: tuple[int, ...], share: float) -> None:
    image = np.random.default_rng(1).random(shape) < share
    image.flat[image.size // 2] = False
    for spacing in (1.0, tuple(np.linspace(0.7, 1.9, len(shape)))):
        sampling = None if spacing == 1.0 else spacing
        expected, places = ndimage.distance_transform_edt(image, sampling=sampling, return_indices=True)
        found, indices = distance_transform(image, spacing=spacing, return_indices=True, channel_axis=None)
        assert_same(found, expected.astype(np.float32), relative=2e-7)
        assert_same(indices, places)
        assert_same(distance_transform(image, spacing=spacing, channel_axis=None), found, relative=2e-7)


@pytest.mark.parametrize("metric", ["taxicab", "chessboard"])
@pytest.mark.parametrize("shape", [(300,), (60, 77), (11, 12, 13)])
def test_steps_equal_scipy(shape: tuple[int, ...], metric: Any) -> None:
    for share in (0.5, 0.99):
        image = np.random.default_rng(2).random(shape) < share
        image.flat[3] = False
        expected = ndimage.distance_transform_cdt(image, metric).astype(np.float32)
        found, indices = distance_transform(image, metric=metric, return_indices=True, channel_axis=None)
        assert_same(found, expected)
        assert not image[tuple(indices)].any()


def test_large_images_are_computed_in_float64() -> None:
    image = np.ones((2, 9000), bool)
    image[0, 0] = False
    expected = np.hypot(*np.indices(image.shape)).astype(np.float32)
    assert_same(distance_transform(image), expected, relative=2e-7)


def test_without_background() -> None:
    for metric in METRICS:
        distances, indices = distance_transform(np.ones((3, 4)), metric=metric, return_indices=True)
        assert np.isinf(distances).all()
        assert (indices == -1).all()
    assert distance_transform(np.ones((0, 4))).shape == (0, 4)


def test_nan_is_an_object() -> None:
    assert distance_transform(np.array([[0, np.nan, 1, -1]])).tolist() == [[0, 1, 2, 3]]


@pytest.mark.parametrize("spacing", [1e-300, 1e300, (1e-300, 1e300), (1e300, 1e-300), (1.0, 1e-160)])
def test_extreme_spacings(spacing: Any) -> None:
    image = np.ones((5, 6))
    image[2, 3] = 0
    distances = distance_transform(image, spacing=spacing)
    assert not np.isnan(distances).any()
    assert distances[2, 3] == 0


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("bool", "float32"), ("uint8", "float32"), ("float32", "float32"), ("int32", "float64"), ("float64", "float64")],
)
def test_dtypes(dtype: str, expected: str) -> None:
    assert distance_transform(np.ones((3, 4), dtype)).dtype == expected


def test_matrices_of_the_tutorials() -> None:
    square = np.zeros((16, 16))
    square[4:-4, 4:-4] = 1
    assert_same(distance_transform(square), ndimage.distance_transform_bf(square))


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"metric": "manhattan"}, ValueError, "metric must be one of"),
        ({"metric": "taxicab", "spacing": (1, 2)}, ValueError, "spacing must be the same along all axes"),
        ({"spacing": 0}, ValueError, "spacing must be more than 0"),
        ({"spacing": (1, 2, 3)}, ValueError, "spacing must be one number or 2"),
        ({"return_indices": 1}, TypeError, "return_indices"),
        ({"channel_axis": 0}, ValueError, "channel_axis"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        distance_transform(np.zeros((4, 5), bool), **parameters)


def test_color_images_are_refused() -> None:
    with pytest.raises(ValueError, match="color image"):
        opsin.morphology.distance_transform(np.ones((5, 6, 3)))
    assert distance_transform(np.ones((5, 6, 3)), channel_axis=None).shape == (5, 6, 3)
