"""The FAST test, peaks, descriptions of points and the nearest bit strings, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.compiled import for_this_machine, hamming
from opsin.feature import corner_harris, corner_peaks
from opsin.feature.brief import far_from_border

from uncompiled import uncompiled

fast, keypoints = for_this_machine("fast"), for_this_machine("keypoints")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("count", [1, 5, 8, 12, 16])
@pytest.mark.parametrize("margin", [0, 2, 250])
def test_fast(dtype: Any, count: int, margin: float) -> None:
    image = np.random.default_rng(0).choice([0, 1, 3, 252, 255], (11, 13)).astype(dtype)
    image[3:8, 4:9] = 255
    found, slow = (np.full(image.shape, -1, np.float64 if dtype == np.float64 else np.float32) for _ in range(2))
    fast.fast_response(image, found, count, margin)
    uncompiled("fast").fast_response(image, slow, count, margin)
    assert_array_equal(found, slow)


def test_fast_inside_a_border() -> None:
    image = np.random.default_rng(0).choice([0, 1, 3, 252, 255], (20, 150)).astype(np.uint8)
    found, whole = np.empty(image.shape, np.float32), np.empty(image.shape, np.float32)
    fast.fast_response(image, whole, 3, 2)
    for module in (fast, uncompiled("fast")):
        module.fast_response(image, found, 3, 2, 5)
        inside = (slice(5, -5), slice(5, -5))
        assert_array_equal(found[inside], whole[inside])
        assert np.count_nonzero(found) == np.count_nonzero(whole[inside]) > 0
        module.fast_response(image, found, 3, 2, 10)
        assert not found.any()
        with pytest.raises(ValueError, match="border must be"):
            module.fast_response(image, found, 3, 2, 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_peaks_are_corner_peaks(dtype: Any) -> None:
    response = np.random.default_rng(0).choice(5, (60, 70), p=[0.8, 0.05, 0.05, 0.05, 0.05]).astype(dtype)
    found = keypoints.find_peaks(response, 3)
    expected = corner_peaks(response)
    expected = expected[far_from_border(response.shape, expected, 3)]
    assert_array_equal(found, expected[np.lexsort(expected.T[::-1])])
    assert_array_equal(found, uncompiled("keypoints").find_peaks(response, 3))
    assert keypoints.find_peaks(np.ones((2, 9), dtype), 1).shape == (0, 2)
    with pytest.raises(ValueError, match="at least 1"):
        keypoints.find_peaks(response, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_descriptions(dtype: Any) -> None:
    level = np.random.default_rng(0).random((45, 50)).astype(dtype)
    points = np.array([[16, 15], [28, 30], [20, 33]])
    weights = np.exp(-(np.arange(-4.0, 5.0) ** 2) / 2)
    weights /= weights.sum()
    inside = np.random.default_rng(1).integers(0, 2, (31, 32)).astype(float)
    angles = np.array([0.3, -2.0, 1.0])
    tests = np.random.default_rng(2).integers(-8, 9, (2, 20)).astype(float)
    as_python = uncompiled("keypoints")
    responses = keypoints.harris(level, points, weights, 0.05)
    assert_allclose(
        responses, corner_harris(level, k=0.05)[tuple(points.T)], rtol=1e-3 if dtype == np.float32 else 1e-9
    )
    assert_allclose(responses, as_python.harris(level, points, weights, 0.05), rtol=1e-6)
    moments = keypoints.directions(level, points, inside)
    assert_allclose(moments, as_python.directions(level, points, inside), rtol=1e-6)
    row, column = points[1]
    part = inside * level[row - 15 : row + 16, column - 15 : column + 17]
    assert_allclose(
        moments[1], [np.arange(-15, 16) @ part.sum(axis=1), part.sum(axis=0) @ np.arange(-15, 17)], rtol=1e-6
    )
    bits = keypoints.compare(level, points, np.sin(angles), np.cos(angles), tests)
    assert_array_equal(bits, as_python.compare(level, points, np.sin(angles), np.cos(angles), tests))


def test_points_at_the_border_are_refused() -> None:
    level, nothing, one = np.zeros((40, 40)), np.zeros(1), np.ones(1)
    tests = np.array([[0.0, 9.0], [0.0, 0.0]])
    for point in ([31, 20], [20, 40], [-1, 20]):
        with pytest.raises(ValueError, match="far enough"):
            keypoints.compare(level, np.array([point]), nothing, one, tests)
    for point in ([14, 20], [20, 24]):
        with pytest.raises(ValueError, match="far enough"):
            keypoints.directions(level, np.array([point]), np.zeros((31, 32)))
    with pytest.raises(ValueError, match="far enough"):
        keypoints.harris(level, np.array([[28, 20]]), np.zeros(9), 0.05)


@pytest.mark.parametrize(("first", "second", "words"), [(1, 1, 1), (7, 5, 2), (40, 500, 1), (600, 70, 4)])
def test_nearest_strings(first: int, second: int, words: int) -> None:
    rng = np.random.default_rng(0)
    sets = [rng.integers(0, 4, (count, words)).astype(np.uint64) for count in (first, second)]
    found = hamming.nearest(*sets)
    differences = np.bitwise_count(sets[0][:, None] ^ sets[1]).sum(axis=2)
    assert_array_equal(found[0], differences.argmin(axis=1))
    assert_array_equal(found[1], differences.min(axis=1))
    if second > 1:
        assert_array_equal(found[2], np.sort(differences, axis=1)[:, 1])
    assert_array_equal(found[3], differences.argmin(axis=0))
    if first < 100:
        for one, other in zip(found, uncompiled("hamming").nearest(*sets), strict=True):
            assert_array_equal(one, other)
