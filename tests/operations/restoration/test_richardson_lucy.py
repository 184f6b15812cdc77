"""Richardson-Lucy deconvolution is scikit-image's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.data
import skimage.restoration
from numpy.testing import assert_allclose
from scipy.signal import convolve

import opsin

restore = opsin.restoration.richardson_lucy


def spread(shape: tuple[int, ...]) -> np.ndarray:
    """Return a point spread function that is not symmetric."""
    weights = np.random.default_rng(1).random(shape) + 0.1
    return weights / weights.sum()


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((40,), (5,)),
        ((30, 41), (5, 5)),
        ((30, 41), (4, 7)),
        ((30, 41), (1, 2)),
        ((64, 70), (21, 22)),
        ((9, 10, 11), (3, 4, 5)),
    ],
)
@pytest.mark.parametrize("epsilon", [None, 0.3])
def test_equals_scikit_image(shape: tuple[int, ...], size: tuple[int, ...], epsilon: float | None) -> None:
    image = np.random.default_rng(0).random(shape)
    psf = spread(size)
    blurred = convolve(image, psf, mode="same")
    expected = skimage.restoration.richardson_lucy(blurred, psf, 10, clip=False, filter_epsilon=epsilon)
    for dtype, tolerance in ((np.float64, 1e-8), (np.float32, 2e-4)):
        found = restore(blurred.astype(dtype), psf, 10, filter_epsilon=epsilon, channel_axis=None)
        assert found.dtype == dtype
        assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_a_photograph_becomes_sharper() -> None:
    image = skimage.data.astronaut()
    psf = np.outer(*[np.hanning(9)[1:-1]] * 2)
    psf /= psf.sum()
    blurred = opsin.filters.convolve(image, psf)
    sharp = restore(blurred, psf, 20)
    assert sharp.dtype == np.uint8
    assert sharp.shape == image.shape
    inside = (slice(8, -8), slice(8, -8))
    error, before = (np.abs(one[inside] - image[inside].astype(float)).mean() for one in (sharp, blurred))
    assert error < 0.8 * before
    assert_allclose(sharp, (restore(blurred / 255, psf, 20) * 255).clip(0, 255), atol=1)
    assert_allclose(
        restore(np.moveaxis(blurred, -1, 0), psf, 3, channel_axis=0),
        np.moveaxis(restore(blurred, psf, 3), -1, 0),
        atol=1,
    )


def test_the_unit_does_not_matter() -> None:
    image, psf = np.random.default_rng(0).random((30, 40)), spread((3, 5))
    assert_allclose(restore(1000 * image, psf, 8), 1000 * restore(image, psf, 8), rtol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"psf": np.ones(3)}, ValueError, "psf must have 2 axes"),
        ({"psf": np.ones((0, 3))}, ValueError, "psf must have between 1 and"),
        ({"psf": np.full((3, 3), np.nan)}, ValueError, "psf must be finite"),
        ({"psf": "a"}, TypeError, "psf must be"),
        ({"psf": np.ones((3, 3)), "num_iter": 0}, ValueError, "num_iter"),
        ({"psf": np.ones((3, 3)), "filter_epsilon": -1}, ValueError, "filter_epsilon"),
    ],
)
def test_wrong_parameters_are_named(arguments: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        restore(np.ones((9, 9)), **arguments)
