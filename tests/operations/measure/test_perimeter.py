"""Lengths of outlines, Euler numbers and blur, against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.measure
from numpy.testing import assert_allclose
from scipy import ndimage

import opsin
from opsin import measure

RNG = np.random.default_rng(5)


def masks(axes: int) -> list[np.ndarray]:
    """Return masks of noise, of blobs, and without objects or background."""
    shape = (23, 31, 12)[:axes]
    noise = RNG.random(shape)
    blobs = ndimage.gaussian_filter(noise, 1.5)
    return [noise > 0.2, noise > 0.5, noise > 0.8, blobs > blobs.mean(), np.zeros(shape, bool), np.ones(shape, bool)]


@pytest.mark.parametrize("number", range(6))
def test_lengths_equal_scikit_image(number: int) -> None:
    mask = masks(2)[number]
    for neighborhood in (4, 8):
        expected = skimage.measure.perimeter(mask, neighborhood)
        assert measure.perimeter(mask, neighborhood) == pytest.approx(expected, rel=1e-12)
        assert measure.perimeter(mask.astype(np.uint16) * 300, neighborhood) == pytest.approx(expected, rel=1e-12)
    for directions in (2, 4):
        expected = skimage.measure.perimeter_crofton(mask, directions)
        assert measure.perimeter_crofton(mask, directions) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("number", range(6))
def test_euler_numbers_equal_scikit_image(axes: int, number: int) -> None:
    mask = masks(axes)[number]
    assert measure.euler_number(mask) == skimage.measure.euler_number(mask)
    for connectivity in (1, axes):
        assert measure.euler_number(mask, connectivity) == skimage.measure.euler_number(mask, connectivity)


def test_objects_less_holes() -> None:
    mask = masks(2)[1]
    whole = ndimage.label(mask, np.ones((3, 3)))[1]
    holes = ndimage.label(np.pad(~mask, 1, constant_values=True))[1] - 1
    assert measure.euler_number(mask) == whole - holes
    assert measure.euler_number(mask, 1) == (
        ndimage.label(mask)[1] - ndimage.label(np.pad(~mask, 1, constant_values=True), np.ones((3, 3)))[1] + 1
    )


def test_shapes_without_pixels() -> None:
    for shape in ((0, 3), (1, 1), (0, 0)):
        for value in (0, 1):
            mask = np.full(shape, value, bool)
            count = int(mask.sum())
            assert measure.euler_number(mask) == count
            assert measure.perimeter(mask) == 0
            crofton = skimage.measure.perimeter_crofton(np.pad(mask, 1))
            assert measure.perimeter_crofton(mask) == pytest.approx(crofton)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: measure.perimeter(np.zeros((2, 2, 2), bool)), "image must have 2 axes"),
        (lambda: measure.euler_number(np.zeros(3, bool)), "image must have 2 or 3 axes"),
        (lambda: measure.perimeter(np.zeros((2, 2), bool), 6), "neighborhood must be 4 or 8; got 6"),
        (lambda: measure.perimeter_crofton(np.zeros((2, 2), bool), 3), "directions must be 2 or 4; got 3"),
        (lambda: measure.euler_number(np.zeros((2, 2, 2), bool), 2), "connectivity must be 1 or 3; got 2"),
        (lambda: measure.blur_effect(np.zeros((9, 9)), 0), "h_size must be at least 1"),
    ],
)
def test_errors_name_what_came(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(40, 50), (12, 14, 15), (30, 40, 3), (60,)], ids=str)
@pytest.mark.parametrize("size", [1, 4, 11])
def test_blur_equals_scikit_image(shape: tuple[int, ...], dtype: str, size: int) -> None:
    image = ndimage.gaussian_filter(RNG.random(shape), 1) * (200 if dtype.startswith("u") else 1)
    image = image.astype(dtype)
    colored = shape[-1] == 3
    expected = skimage.measure.blur_effect(image.astype(np.float64), size, channel_axis=-1 if colored else None)
    found = measure.blur_effect(image, size, channel_axis=-1 if colored else None)
    assert_allclose(found, expected, rtol=1e-4 if dtype != "float64" else 1e-9, atol=1e-6)


def test_blur_grows() -> None:
    image = RNG.random((50, 60))
    found = [measure.blur_effect(opsin.filters.gaussian(image, sigma)) for sigma in (0, 1, 2, 4)]
    assert found == sorted(found)
    assert measure.blur_effect(np.full((9, 9), 7)) == 1
    assert 0 < measure.blur_effect(image[:1, :3]) <= 1
    image[20, 20] = np.nan
    assert np.isnan(measure.blur_effect(image))
