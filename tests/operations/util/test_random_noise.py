"""random_noise against scikit-image, and by what is known of its distributions."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from skimage import util

from opsin.util import random_noise

MODES = ["gaussian", "localvar", "poisson", "salt", "pepper", "s&p", "speckle"]
IMAGE = np.random.default_rng(0).random((60, 47))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("clip", [True, False])
def test_numbers_are_those_of_scikit_image(mode: str, clip: bool) -> None:
    for image in (IMAGE, 2 * IMAGE - 1):
        ours = random_noise(image, mode, rng=3, clip=clip)
        assert_array_equal(ours, util.random_noise(image, mode, rng=3, clip=clip))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_integers_are_those_numbers_rounded(mode: str, dtype: str) -> None:
    image = (IMAGE * 255).astype(dtype)
    found = random_noise(image, mode, rng=3, data_range=255)
    assert found.dtype == dtype
    # Poisson noise depends on the number of different values, which is the same.
    assert np.abs(found - 255 * util.random_noise(image / 255, mode, rng=3)).max() <= 0.5 + 1e-9


def test_one_seed_gives_one_picture_for_every_dtype() -> None:
    image = (IMAGE * 255).astype(np.uint8)
    expected = random_noise(image, rng=5) / 255
    assert np.abs(random_noise(image.astype(np.uint16) * 257, rng=5) / 65535 - expected).max() < 1 / 255
    assert np.abs(random_noise(image / 255, rng=5) - expected).max() < 1 / 255
    assert np.abs(random_noise((image / 255).astype(np.float32), rng=5) - expected).max() < 1 / 255


def test_parameters() -> None:
    gray = np.full((400, 500), 0.5)
    noisy = random_noise(gray, mean=0.1, var=0.0025, rng=0)
    assert noisy.mean() == pytest.approx(0.6, abs=1e-3)
    assert noisy.std() == pytest.approx(0.05, abs=1e-3)
    spotted = random_noise(gray, "s&p", amount=0.2, salt_vs_pepper=0.25, rng=0)
    assert (spotted == 1).mean() == pytest.approx(0.05, abs=3e-3)
    assert (spotted == 0).mean() == pytest.approx(0.15, abs=3e-3)
    assert_array_equal(random_noise(gray, "salt", amount=1, rng=0), 1)
    assert_array_equal(random_noise(gray, "pepper", amount=0, rng=0), gray)
    steps = np.broadcast_to([1e-6, 0.01], (400, 250, 2)).reshape(400, 500)
    local = random_noise(gray, "localvar", local_vars=steps, rng=0)
    assert local[:, ::2].std() < 2e-3
    assert local[:, 1::2].std() == pytest.approx(0.1, abs=2e-3)
    times = random_noise(gray * [[0.2]], "speckle", var=0.01, rng=0)
    assert times.std() == pytest.approx(0.01, abs=1e-3)


def test_masks_stay_masks() -> None:
    mask = np.zeros((300, 300), bool)
    noisy = random_noise(mask, "salt", amount=0.1, rng=0)
    assert noisy.dtype == bool
    assert noisy.mean() == pytest.approx(0.1, abs=5e-3)


def test_generators() -> None:
    assert_array_equal(random_noise(IMAGE, rng=np.random.default_rng(1)), random_noise(IMAGE, rng=1))
    assert (random_noise(IMAGE) != random_noise(IMAGE)).any()
    generator = np.random.default_rng(1)
    assert (random_noise(IMAGE, rng=generator) != random_noise(IMAGE, rng=generator)).any()


def test_pieces_do_not_show() -> None:
    image = np.random.default_rng(0).random((700, 900))
    for mode in MODES:
        assert_array_equal(random_noise(image, mode, rng=3), util.random_noise(image, mode, rng=3))


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"mode": "salt & pepper"}, ValueError, "mode"),
        ({"var": -1}, ValueError, "var"),
        ({"amount": 2, "mode": "salt"}, ValueError, "amount"),
        ({"amount": 0.5}, ValueError, "amount is for mode 'salt', 'pepper', 's&p'"),
        ({"var": 0.5, "mode": "poisson"}, ValueError, "var is for mode"),
        ({"local_vars": IMAGE}, ValueError, "local_vars is for mode"),
        ({"local_vars": IMAGE[1:], "mode": "localvar"}, ValueError, "local_vars must have the shape"),
        ({"local_vars": -IMAGE, "mode": "localvar"}, ValueError, "local_vars must have positive"),
        ({"rng": 0.5}, TypeError, "rng"),
        ({"rng": -1}, ValueError, "rng"),
        ({"rng": "seed"}, TypeError, "rng"),
        ({"clip": 1}, TypeError, "clip"),
        ({"data_range": 0}, ValueError, "data_range"),
        ({"data_range": 1e-30, "mode": "poisson"}, ValueError, "data_range"),
    ],
)
def test_errors(settings: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        random_noise(IMAGE, **settings)


def test_not_a_number() -> None:
    image = IMAGE.copy()
    image[3, 4] = np.nan
    for mode in ("gaussian", "speckle", "localvar"):
        assert_array_equal(np.isnan(random_noise(image, mode, rng=0)), np.isnan(image))
    with pytest.raises(ValueError, match="image"):
        random_noise(image, "poisson", rng=0)
    for mode in MODES:
        assert random_noise(np.zeros((0, 5)), mode).shape == (0, 5)
    assert_allclose(random_noise(IMAGE, var=0, rng=0), IMAGE)
