"""Moments, against scikit-image and the properties of regions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.measure
from numpy.testing import assert_allclose, assert_array_equal

import opsin
from opsin import measure

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float32", "float64"])
@pytest.mark.parametrize(
    "shape", [(7,), (1, 1), (20, 31), (600, 700), (6, 8, 9), (3, 4, 5, 6), (70, 6, 9), (100, 3), (2500, 2000)], ids=str
)
def test_images_equal_scikit_image(shape: tuple[int, ...], dtype: str) -> None:
    image = (RNG.random(shape) * 200 - (dtype == "int16") * 20).astype(dtype)
    image.flat[0] = 1
    wide = image.astype(np.float64)
    spacing = tuple(np.linspace(0.5, 2, len(shape)))
    settings: dict[str, Any] = {"spacing": spacing}
    for order in (0, 1, 3, 4):
        expected = skimage.measure.moments(wide, order, **settings)
        assert_allclose(measure.moments(image, order, channel_axis=None, **settings), expected, rtol=1e-11)
    center = tuple(length / 3 for length in shape)
    found = measure.moments_central(image, center, channel_axis=None, **settings)
    expected = skimage.measure.moments_central(wide, center, **settings)
    assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(expected).max())
    place = measure.centroid(image, channel_axis=None, **settings)
    assert_allclose(place, skimage.measure.centroid(wide, **settings), rtol=1e-11)
    about = measure.moments_central(image, channel_axis=None, **settings)
    assert_array_equal(about, measure.moments_central(image, place, channel_axis=None, **settings))
    nu = measure.moments_normalized(about, **settings)
    assert_allclose(nu, skimage.measure.moments_normalized(about, spacing=spacing), rtol=1e-11)
    if len(shape) > 1:
        tensor = measure.inertia_tensor(image, channel_axis=None, **settings)
        expected = skimage.measure.inertia_tensor(wide, **settings)
        assert_allclose(tensor, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())
        values = measure.inertia_tensor_eigvals(image, channel_axis=None, **settings)
        assert_allclose(values, np.linalg.eigvalsh(tensor)[::-1].clip(0))
    if len(shape) == 2 and shape[0] > 1:
        assert_allclose(measure.moments_hu(nu), skimage.measure.moments_hu(nu), rtol=1e-9, atol=1e-15)


def test_regions_have_the_moments_of_their_images() -> None:
    mask = opsin.draw.polygon2mask((40, 50), [(3, 4), (30, 10), (25, 44)])
    region = measure.regionprops(mask.astype(int))[1]
    assert_allclose(measure.moments_central(mask), region.moments_central, atol=1e-7)
    assert_allclose(measure.centroid(mask), region.centroid)
    assert_allclose(measure.inertia_tensor(mask), region.inertia_tensor)
    assert_allclose(measure.inertia_tensor_eigvals(mask), region.inertia_tensor_eigvals)
    hu = measure.moments_hu(measure.moments_normalized(measure.moments_central(mask)))
    assert_allclose(hu, region.moments_hu, rtol=1e-6, atol=1e-16)


@pytest.mark.parametrize("axes", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [1, 50, 9000])
def test_points_equal_scikit_image(axes: int, count: int) -> None:
    points = RNG.random((count, axes)) * 10
    for order in (0, 1, 3):
        expected = skimage.measure.moments_coords(points, order)
        assert_allclose(measure.moments_coords(points, order), expected, rtol=1e-11)
        found = measure.moments_coords_central(points, (3.0,) * axes, order)
        expected = skimage.measure.moments_coords_central(points, (3.0,) * axes, order)
        assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    mask = RNG.random((9,) * axes) > 0.5
    found = measure.moments_coords_central(np.nonzero(mask))
    assert_allclose(found, measure.moments_central(mask, channel_axis=None), atol=1e-8 * 9.0**9)


def test_no_values_have_no_center() -> None:
    assert_array_equal(measure.moments(np.zeros((0, 4)), 1), np.zeros((2, 2)))
    assert np.isnan(measure.centroid(np.zeros((3, 4)))).all()
    assert np.isnan(measure.moments_central(np.zeros((3, 4)))).any()
    assert np.isnan(measure.inertia_tensor_eigvals(np.zeros((3, 4)))).all()
    assert np.isnan(measure.moments(np.array([[1.0, np.nan]]))).all()
    assert_array_equal(measure.moments_coords(np.zeros((0, 2)), 1), np.zeros((2, 2)))
    assert_array_equal(measure.moments_coords_central(np.zeros((0, 2)), order=1), np.zeros((2, 2)))


def test_infinite_values_reach_the_sums_that_they_are_part_of() -> None:
    image = np.ones((80, 90))
    image[3, 5] = np.inf
    assert_array_equal(measure.moments(image), np.full((4, 4), np.inf))


def test_errors_name_what_came() -> None:
    with pytest.raises(ValueError, match="channel_axis"):
        measure.moments(np.zeros((4, 5, 3)))
    with pytest.raises(ValueError, match="at most 1048576 moments"):
        measure.moments(np.zeros((2,) * 8), 9)
    with pytest.raises(ValueError, match="center must be one number or 2"):
        measure.moments_central(np.zeros((4, 5)), (1, 2, 3))
    with pytest.raises(ValueError, match="mu must have the powers from 0 to 3"):
        measure.moments_normalized(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="nu must be a matrix"):
        measure.moments_hu(np.zeros((3, 3)))
    with pytest.raises(TypeError, match="mu must be an array of real numbers"):
        measure.moments_normalized(["a"])
    with pytest.raises(ValueError, match="coords must have the shape"):
        measure.moments_coords(np.zeros(3))
    with pytest.raises(TypeError, match="coords must be"):
        measure.moments_coords(np.zeros((3, 2), complex))
