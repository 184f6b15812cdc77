"""Random walks equal scikit-image's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage
from skimage.segmentation import random_walker as peer

import opsin

walk = opsin.segmentation.random_walker


def scene(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return a noisy image and markers at its darkest and brightest pixels."""
    rng = np.random.default_rng(0)
    image = ndimage.gaussian_filter(rng.random(shape), 3)
    image = (image - image.min()) / np.ptp(image)
    markers = np.zeros(shape, int)
    markers[image < 0.2], markers[image > 0.8] = 1, 2
    return image, markers


@pytest.mark.parametrize("shape", [(40, 50), (12, 14, 16)])
@pytest.mark.parametrize("settings", [{"tol": 1e-6}, {"beta": 900, "tol": 1e-6}, {"mode": "bf"}])
def test_equals_scikit_image(shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    image, markers = scene(shape)
    assert_array_equal(walk(image, markers, channel_axis=None, **settings), peer(image, markers, **settings))
    found = walk(image, markers, channel_axis=None, return_full_prob=True, **settings)
    assert_allclose(found, peer(image, markers, return_full_prob=True, **settings), atol=1e-4)
    assert_allclose(found.sum(axis=0), 1, atol=1e-4)


@pytest.mark.parametrize("shape", [(9,), (80, 90), (16, 17, 18)])
@pytest.mark.parametrize("beta", [0, 130, 1000])
def test_multigrid_equals_the_direct_solution(shape: tuple[int, ...], beta: float) -> None:
    image, markers = scene(shape)
    settings: dict[str, Any] = {"beta": beta, "channel_axis": None, "return_full_prob": True}
    expected = walk(image, markers, mode="bf", **settings)
    assert_allclose(walk(image, markers, mode="cg_mg", tol=1e-7, **settings), expected, atol=1e-3)


@pytest.mark.parametrize("beta", [130, 1000, 10000])
@pytest.mark.parametrize("shape", [(110, 120), (22, 24, 26)])
@pytest.mark.parametrize("dense", [False, True])
def test_weak_connections(shape: tuple[int, ...], beta: float, dense: bool) -> None:
    """Where connections differ by ten orders of magnitude, few iterations give the probabilities to the tolerance."""
    rng = np.random.default_rng(1)
    image, markers = rng.random(shape), np.zeros(shape, int)
    image[10:] = ndimage.gaussian_filter(image[10:], 1) * 3 - 1
    if dense:
        markers[image < 0.1], markers[image > 0.9] = 1, 2
    else:
        markers.reshape(-1)[rng.choice(image.size, 5, replace=False)] = np.arange(1, 6)
    settings: dict[str, Any] = {"beta": beta, "channel_axis": None}
    expected = walk(image, markers, mode="bf", return_full_prob=True, **settings)
    numbers: list[int] = []
    with opsin.progress(lambda number, _: numbers.append(number)):
        found = walk(image, markers, mode="cg_mg", return_full_prob=True, **settings)
    assert_allclose(found, expected, atol=5e-3)
    assert max(numbers) < 40
    assert (walk(image, markers, mode="cg_mg", **settings) == 1 + expected.argmax(axis=0)).mean() > 0.995


def test_long_signals_are_solved_exactly() -> None:
    signal, markers = np.random.default_rng(0).random(40000), np.zeros(40000, int)
    markers[[3, 20000, 39995]] = 1, 2, 3
    found, expected = (walk(signal, markers, beta=10000, mode=mode, return_full_prob=True) for mode in (None, "bf"))
    assert_array_equal(found, expected)


def test_large_planes_need_few_iterations() -> None:
    image, markers = scene((600, 700))
    numbers: list[int] = []
    with opsin.progress(lambda number, _: numbers.append(number)):
        walk(image, markers)
    assert len(numbers) < 40


def test_color_and_spacing() -> None:
    image = np.stack([scene((30, 40))[0], scene((40, 30))[0].T, np.zeros((30, 40))], axis=-1)
    markers = np.zeros((30, 40), int)
    markers[2], markers[15, 10:30], markers[27] = 1, 2, 3
    expected = peer(image, markers, channel_axis=-1, spacing=(1, 2.5), tol=1e-7)
    assert_array_equal(walk(image, markers, spacing=(1, 2.5), tol=1e-7), expected)
    names = np.array([0, 4, 7, 2**31 - 1])
    assert_array_equal(walk(image, names[markers], spacing=(1, 2.5), tol=1e-7), names[expected])


def test_pixels_that_no_walker_reaches() -> None:
    image, markers = scene((30, 30))
    markers[:, 15] = -1
    markers[:, 16:] = 0
    labels = walk(image, markers)
    assert_array_equal(labels[:, 15:], -1)
    assert set(np.unique(labels[:, :15])) == {1, 2}


def test_one_picture_in_every_dtype() -> None:
    image, markers = scene((40, 50))
    assert (walk(np.rint(image * 255).astype(np.uint8), markers) == walk(image, markers)).mean() > 0.99


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((3, 4), int), "positive marker"),
        (np.ones((4, 3), int), "spatial shape"),
        (np.full((3, 4), 2**40), "positive marker"),
    ],
)
def test_markers_that_do_not_fit_are_refused(labels: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=f"labels must have .*{message}"):
        walk(np.zeros((3, 4)), labels)
    with pytest.raises(ValueError, match="image must have finite"):
        walk(np.array([1.0, np.nan]), np.array([1, 0]))
