"""Wiener-Hunt deconvolution is scikit-image's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
import skimage.restoration
from numpy.testing import assert_allclose

import opsin

restore = opsin.restoration.wiener


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((40,), (5,)),
        ((30, 41), (5, 5)),
        ((31, 40), (4, 7)),
        ((30, 41), (1, 2)),
        ((9, 10, 11), (3, 4, 5)),
        ((8, 9), (8, 9)),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_equals_scikit_image(shape: tuple[int, ...], size: tuple[int, ...], own: bool) -> None:
    rng = np.random.default_rng(0)
    image, psf = rng.random(shape), rng.random(size) + 0.1
    psf /= psf.sum()
    # Symmetric: of a transfer function scikit-image takes the real part.
    reg = rng.random((3,) * len(shape)) if own else None
    reg = reg + np.flip(reg) if own else None
    expected = skimage.restoration.wiener(image, psf, 0.1, reg=reg, clip=False)
    for dtype, tolerance in ((np.float64, 1e-10), (np.float32, 2e-4)):
        found = restore(image.astype(dtype), psf, 0.1, reg=reg, channel_axis=None)
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_a_photograph_becomes_sharper() -> None:
    image = skimage.data.astronaut()
    psf = np.full((5, 5), 1 / 25)
    blurred = opsin.filters.convolve(image, psf, mode="wrap")
    sharp = restore(blurred, psf, 1e-3)
    assert sharp.dtype == np.uint8
    error, before = (np.abs(one - image.astype(float)).mean() for one in (sharp, blurred))
    assert error < 0.6 * before
    assert_allclose(sharp, restore(blurred / 255, psf, 1e-3).clip(0, 1) * 255, atol=1)
    first = restore(np.moveaxis(blurred, -1, 0), psf, 1e-3, channel_axis=0)
    assert_allclose(first, np.moveaxis(sharp, -1, 0), atol=1)


def test_short_axes() -> None:
    image = np.random.default_rng(0).random((1, 2, 40))
    assert np.isfinite(restore(image, np.ones((1, 1, 3)) / 3, 0.1)).all()
    assert_allclose(restore(image, [[[1]]], 1e-12), image)
    # Beyond the border the image is repeated, and so is a point spread function that is larger.
    wide = np.ones((1, 1, 80)) / 80
    assert_allclose(restore(image, wide, 0.1), restore(image, np.ones((1, 1, 40)) / 40, 0.1), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"psf": np.ones(3)}, ValueError, "psf must have 2 axes"),
        ({"psf": np.ones((3, 3)), "reg": np.ones(3)}, ValueError, "reg must have 2 axes"),
        ({"psf": np.ones((3, 3)), "balance": 0}, ValueError, "balance"),
        ({"psf": np.ones((3, 3)), "balance": "1"}, TypeError, "balance"),
    ],
)
def test_wrong_parameters_are_named(arguments: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        restore(np.ones((9, 9)), **{"balance": 1.0, **arguments})
