"""Minimum, maximum and percentile of windows against scipy.ndimage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

import opsin

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
filters = opsin.filters


@st.composite
def calls(draw: Any) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.lists(st.integers(1, 20), min_size=2, max_size=3))
    image = (rng.random(shape) * 250).astype(draw(st.sampled_from(["uint8", "int16", "uint16", "float32", "float64"])))
    sizes = draw(st.lists(st.integers(1, 6), min_size=len(shape), max_size=len(shape)))
    window = rng.random(sizes) < draw(st.sampled_from([0.5, 2.0]))
    window.flat[rng.integers(window.size)] = True
    origin = [draw(st.integers(-(size // 2), (size - 1) // 2)) for size in sizes]
    return image, window, {"mode": draw(st.sampled_from(MODES)), "cval": 7, "origin": origin}


@given(call=calls())
def test_extremes_are_scipys(call: Any) -> None:
    image, window, settings = call
    for ours, theirs in (
        (filters.minimum, scipy.ndimage.minimum_filter),
        (filters.maximum, scipy.ndimage.maximum_filter),
    ):
        expected = theirs(image, footprint=window, **settings)
        assert_same(ours(image, window, channel_axis=None, **settings), expected)


@given(call=calls(), percentile=st.sampled_from([0, 1, 10, 25, 50, 62.5, 75, 99, 100]))
def test_percentiles_are_scipys(call: Any, percentile: float) -> None:
    image, window, settings = call
    expected = scipy.ndimage.percentile_filter(image, percentile, footprint=window, **settings)
    assert_same(filters.percentile(image, percentile, window, channel_axis=None, **settings), expected)


@pytest.mark.parametrize("size", [3, 4, 21])
def test_sizes_and_defaults(size: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (50, 61, 3), dtype=np.uint8)
    window = (size, size, 1)
    assert_same(filters.minimum(image, size), scipy.ndimage.minimum_filter(image, window))
    assert_same(filters.maximum(image, size), scipy.ndimage.maximum_filter(image, window))
    for percentile in (5, 30, 90):
        expected = scipy.ndimage.percentile_filter(image, percentile, window)
        assert_same(filters.percentile(image, percentile, size), expected)
    assert_same(filters.percentile(image, 50), filters.median(image, 3, mode="reflect"))


def test_nan_gives_nan() -> None:
    image = np.random.default_rng(0).random((20, 30))
    image[5, 6] = np.nan
    near = scipy.ndimage.binary_dilation(np.isnan(image), np.ones((3, 3)))
    for got in (filters.minimum(image), filters.maximum(image), filters.percentile(image, 30)):
        np.testing.assert_array_equal(np.isnan(got), near)


@pytest.mark.parametrize("percentile", [-1, 100.5, np.nan])
def test_percentiles_are_from_0_to_100(percentile: float) -> None:
    with pytest.raises(ValueError, match="percentile must be at least 0 and at most 100"):
        filters.percentile(np.zeros((3, 4)), percentile)


@pytest.mark.parametrize("mode", MODES)
def test_boxes_much_longer_than_the_image(mode: str) -> None:
    image = np.random.default_rng(0).random((3, 11))
    for sizes in ((40, 50), (41, 4), (2, 99)):
        for origin in (0, [-(size // 2) for size in sizes], [(size - 1) // 2 for size in sizes]):
            settings: Any = {"mode": mode, "cval": 0.5, "origin": origin}
            expected = scipy.ndimage.minimum_filter(image, sizes, **settings)
            assert_same(filters.minimum(image, sizes, **settings), expected)
            expected = scipy.ndimage.maximum_filter(image, sizes, **settings)
            assert_same(filters.maximum(image, sizes, **settings), expected)
    assert_same(filters.maximum(image, 65535, mode=mode, cval=0.5), np.full_like(image, image.max()))
