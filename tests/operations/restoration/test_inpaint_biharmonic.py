"""Inpainting equals scikit-image's, and a dense solution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage
from skimage.restoration import inpaint_biharmonic as peer

import opsin

inpaint = opsin.restoration.inpaint_biharmonic


@pytest.mark.parametrize("shape", [(30,), (20, 31), (8, 9, 10)])
def test_equals_scikit_image(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    image, mask = rng.random(shape), rng.random(shape) < 0.3
    assert_allclose(inpaint(image, mask, channel_axis=None), peer(image, mask), rtol=0, atol=1e-9)


def test_holes_at_the_border_and_channels() -> None:
    rng = np.random.default_rng(0)
    image = ndimage.gaussian_filter(rng.random((60, 70, 3)), (3, 3, 0))
    mask = np.zeros((60, 70), bool)
    mask[:8, :5] = mask[20:40, 30:50] = mask[59, 10:30] = True
    assert_allclose(inpaint(image, mask), peer(image, mask, channel_axis=-1), rtol=0, atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_the_biharmonic_equation_holds(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    image, mask = rng.random((rows, columns)), rng.random((rows, columns)) < 0.5
    mask.flat[rng.integers(mask.size)] = False
    unit = np.eye(mask.size).reshape(-1, rows, columns)
    operator = np.stack([ndimage.laplace(ndimage.laplace(one)).reshape(-1) for one in unit], axis=1)
    missing = mask.reshape(-1)
    expected = image.reshape(-1).copy()
    expected[missing] = np.linalg.solve(
        operator[np.ix_(missing, missing)], -operator[np.ix_(missing, ~missing)] @ expected[~missing]
    )
    expected[missing] = expected[missing].clip(expected[~missing].min(), expected[~missing].max())
    assert_allclose(inpaint(image, mask).reshape(-1), expected, atol=1e-7)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int64", "float32", "bool"])
def test_known_pixels_stay_as_they_are(dtype: str) -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 2**62 if dtype == "int64" else 200, (20, 20)).astype(dtype)
    mask = rng.random((20, 20)) < 0.2
    found = inpaint(image, mask)
    assert found.dtype == dtype
    assert_array_equal(found[~mask], image[~mask])


def test_pixels_that_are_not_a_number_are_missing_by_default() -> None:
    ramp = np.add.outer(np.arange(20.0), np.arange(30.0))
    damaged = ramp.copy()
    damaged[5:9, 7:12] = np.nan
    assert_allclose(inpaint(damaged), ramp, atol=1e-9)
    color = np.stack([ramp, damaged, ramp], axis=-1)
    assert_allclose(inpaint(color), np.stack([ramp] * 3, axis=-1), atol=1e-9)


def test_a_mask_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="mask must leave"):
        inpaint(np.zeros((3, 3)), np.ones((3, 3), bool))
    with pytest.raises(ValueError, match="mask must have the shape"):
        inpaint(np.zeros((3, 3, 3)), np.zeros((3, 3, 3), bool))
