"""The model of Rudin, Osher and Fatemi equals a direct transcription of the projection."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

import opsin

denoise = opsin.restoration.denoise_rof


def reference(image: NDArray[Any], u: NDArray[Any], weight: float, tolerance: float, step: float) -> NDArray[Any]:
    """Iterate with whole arrays."""
    field = [image] * image.ndim
    while True:
        before = u
        field = [p + step / weight * (np.roll(u, -1, axis) - u) for axis, p in enumerate(field)]
        length = np.maximum(1, np.sqrt(sum(p * p for p in field)))
        field = [p / length for p in field]
        u = image + weight * sum(p - np.roll(p, 1, axis) for axis, p in enumerate(field))
        if np.sqrt(np.mean((u - before) ** 2)) <= tolerance:
            return u


@pytest.mark.parametrize("shape", [(1,), (31,), (1, 9), (20, 27), (5, 6, 7)])
@pytest.mark.parametrize("settings", [(100, 0.1, 0.125), (20, 0.01, 0.2)])
def test_equals_the_reference(shape: tuple[int, ...], settings: tuple[float, float, float]) -> None:
    image = 255 * np.random.default_rng(0).random(shape)
    weight, tolerance, step = settings
    start = image[::-1].copy()
    for initial in (None, start):
        smooth, texture = denoise(
            image, initial, weight=weight, tolerance=tolerance, step=step, channel_axis=None, max_num_iter=10_000
        )
        expected = reference(image, image if initial is None else initial, *settings)
        assert_allclose(smooth, expected, rtol=0, atol=1e-9)
        assert_allclose(smooth + texture, image, rtol=0, atol=1e-12)


def test_the_image_continues_with_its_other_side() -> None:
    image = 255 * np.random.default_rng(1).random((40, 50))
    smooth, _ = denoise(image)
    moved, _ = denoise(np.roll(image, (7, 21), (0, 1)))
    assert_allclose(moved, np.roll(smooth, (7, 21), (0, 1)), atol=1e-9)


def test_integers_are_rounded_and_the_texture_is_signed() -> None:
    image = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    smooth, texture = denoise(image)
    assert smooth.dtype == np.uint8
    assert texture.dtype == np.float32
    assert (smooth + texture == image).all()
    assert texture.min() < 0


def test_an_initial_image_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="initial must have the shape"):
        denoise(np.zeros((3, 4)), np.zeros((4, 3)))
