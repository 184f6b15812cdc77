"""Thresholding with two thresholds, against scikit-image and a slow reference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st

import opsin

from equality import assert_same

hysteresis = opsin.filters.apply_hysteresis_threshold
DTYPES = ["bool", "uint8", "int8", "uint16", "int64", "float32", "float64"]


@given(
    shape=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    dtype=st.sampled_from(DTYPES),
    low=st.floats(-5, 130),
    high=st.floats(-5, 260),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_image_is_scikit_images(shape: list[int], dtype: str, low: float, high: float, seed: int) -> None:
    image = (np.random.default_rng(seed).random(shape) * (1.5 if dtype == "bool" else 127)).astype(dtype)
    assert_same(
        hysteresis(image, low, high, channel_axis=None), skimage.filters.apply_hysteresis_threshold(image, low, high)
    )


@pytest.mark.parametrize("connectivity", [1, 2, 3])
def test_connectivity(connectivity: int) -> None:
    image = np.random.default_rng(0).random((9, 10, 11))
    weak, strong = image > 0.6, image > 0.98
    structure = scipy.ndimage.generate_binary_structure(3, connectivity)
    expected = scipy.ndimage.binary_propagation(strong, structure, mask=weak)
    assert_same(hysteresis(image, 0.6, 0.98, connectivity=connectivity), expected)
    with pytest.raises(ValueError, match="connectivity must be at least 1 and at most 3; got 4"):
        hysteresis(image, 0.6, 0.98, connectivity=4)


def test_a_threshold_for_each_pixel() -> None:
    rng = np.random.default_rng(1)
    image, low = rng.random((30, 41)), rng.random((30, 41)) * 0.6
    assert_same(hysteresis(image, low, 0.9), skimage.filters.apply_hysteresis_threshold(image, low, 0.9))
    high = np.linspace(0.5, 1, 41)
    assert_same(hysteresis(image, 0.4, high), skimage.filters.apply_hysteresis_threshold(image, 0.4, high))
    with pytest.raises(ValueError, match="low must be a number or have the shape of the image"):
        hysteresis(image, low[:5], 0.9)


def test_channels_are_independent() -> None:
    image = np.random.default_rng(0).random((20, 30, 3))
    expected = np.stack([hysteresis(image[..., k], 0.5, 0.9) for k in range(3)], axis=-1)
    assert_same(hysteresis(image, 0.5, 0.9), expected)
    assert_same(hysteresis(np.moveaxis(image, -1, 0), 0.5, 0.9, channel_axis=0), np.moveaxis(expected, -1, 0))


@pytest.mark.parametrize(("low", "high"), [("1", 2), (1, None), (np.nan, 1), (1, 1j)])
def test_wrong_thresholds_are_named(low: Any, high: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^(low|high) must be"):
        hysteresis(np.zeros((3, 4)), low, high)
