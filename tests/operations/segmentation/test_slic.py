"""Superpixels: scikit-image's before they are connected, and what holds for them afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import ndimage
from skimage.segmentation import slic as peer

import opsin

slic = opsin.segmentation.slic


def scene(shape: tuple[int, ...]) -> np.ndarray:
    """Return smooth noise from 0 to 1."""
    image = ndimage.gaussian_filter(np.random.default_rng(0).random(shape), 2)
    return (image - image.min()) / np.ptp(image)


@pytest.mark.parametrize("shape", [(60, 80), (100, 7), (12, 20, 30)])
@pytest.mark.parametrize(
    "settings",
    [
        {"n_segments": 30, "compactness": 0.1},
        {"n_segments": 7, "compactness": 1, "max_num_iter": 3},
        {"n_segments": 50, "compactness": 0.05, "sigma": 1},
        {"n_segments": 30, "compactness": 0.02, "slic_zero": True},
        {"n_segments": 10_000_000, "compactness": 0.1},
    ],
)
def test_equals_scikit_image(shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    if settings["n_segments"] > 10_000 and len(shape) > 2:
        pytest.skip("many")
    image = scene(shape)
    found = slic(image, channel_axis=None, enforce_connectivity=False, **settings)
    expected = peer(image, channel_axis=None, enforce_connectivity=False, **settings)
    assert (found != expected).mean() < 0.005  # where a pixel is as far from two centers, rounding decides


def test_color_equals_scikit_image() -> None:
    image = np.stack([scene((60, 80)), scene((80, 60)).T, scene((60, 80)) ** 2], axis=-1)
    for convert, compactness in ((None, 10), (True, 3), (False, 0.1)):
        settings: dict[str, Any] = {"n_segments": 40, "convert2lab": convert, "enforce_connectivity": False}
        settings["compactness"] = compactness
        for zero in (False, True):
            settings["slic_zero"] = zero
            assert (slic(image, **settings) != peer(image, **settings)).mean() < 0.005


def test_regions_of_their_own_compactness() -> None:
    image = scene((60, 80))
    image[:, 40:] += np.random.default_rng(1).normal(0, 0.3, (60, 40))
    settings: dict[str, Any] = {"n_segments": 48, "compactness": 0.02, "enforce_connectivity": False}

    def perimeter(**changes: Any) -> int:
        labels = slic(image, **settings, **changes)[:, 40:]
        return int((np.diff(labels, axis=0) != 0).sum() + (np.diff(labels, axis=1) != 0).sum())

    assert perimeter(slic_zero=True) < 0.8 * perimeter()
    mask = np.ones(image.shape, bool)
    mask[:20] = False
    labels = slic(image, slic_zero=True, mask=mask, **settings)
    assert_array_equal(labels > 0, mask)


@pytest.mark.parametrize("shape", [(90, 110), (14, 20, 30)])
def test_connected_regions_of_a_size(shape: tuple[int, ...]) -> None:
    image = scene(shape)
    labels = slic(image, 40, compactness=0.05, channel_axis=None)
    assert labels.dtype == np.int32
    sizes = np.bincount(labels.reshape(-1))
    assert sizes[0] == 0
    assert (sizes[1:] > 0).all()
    centers = slic(image, 40, compactness=0.05, channel_axis=None, enforce_connectivity=False).max()
    assert sizes[1:].min() >= int(0.5 * image.size / centers)
    for number in range(1, len(sizes)):
        assert ndimage.label(labels == number)[1] == 1


@pytest.mark.parametrize("channels", [False, True])
@pytest.mark.parametrize("segments", [1, 12, 300, 100_000])
def test_masked_regions_equal_scikit_image(segments: int, channels: bool) -> None:
    gray = scene((60, 80))
    image = np.stack([gray, scene((80, 60)).T, gray**2], axis=-1) if channels else gray
    mask = np.zeros(image.shape[:2], bool)
    mask[10:50, 5:60] = True
    mask[20:30, 30:40] = False
    settings: dict[str, Any] = {"mask": mask, "compactness": 10 if channels else 0.1, "sigma": 0.7}
    settings["channel_axis"] = -1 if channels else None
    for connected in (False, True):
        for first in (0, 1):
            settings |= {"enforce_connectivity": connected, "start_label": first}
            found, expected = slic(image, segments, **settings), peer(image, segments, **settings)
            if segments == 1:
                assert_array_equal(found == first, mask)  # the steps of one center are 0, and its weights infinite
            else:
                assert (found != expected).mean() < 0.005


def test_many_centers_inside_a_mask() -> None:
    image = scene((180, 160))
    mask = np.ones(image.shape, bool)
    mask[:, :20] = False
    labels = slic(image, 6000, compactness=0.1, mask=mask, channel_axis=None)
    assert_array_equal(labels > 0, mask)
    assert labels.max() > 4500


@pytest.mark.parametrize("segments", [7, 40])
def test_connected_regions_equal_scikit_image(segments: int) -> None:
    image = scene((120, 130))
    image[:2, :3] = 1 - image[:2, :3]  # a small region is the first one
    settings: dict[str, Any] = {"compactness": 0.02, "channel_axis": None}
    assert (slic(image, segments, **settings) != peer(image, segments, **settings)).mean() < 0.005


def test_start_label_is_checked() -> None:
    with pytest.raises(ValueError, match="start_label"):
        slic(np.zeros((4, 4)), start_label=2)  # type: ignore[arg-type]


def test_a_mask() -> None:
    image = scene((60, 80))
    mask = np.zeros(image.shape, bool)
    mask[10:50, 5:40] = True
    labels = slic(image, 12, compactness=0.1, mask=mask)
    assert_array_equal(labels > 0, mask)
    assert 6 <= labels.max() <= 14
    assert_array_equal(slic(image, 12, mask=np.zeros(image.shape, bool)), 0)
    image[0, 0] = np.nan
    assert_array_equal(slic(image, 12, compactness=0.1, mask=mask), labels)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_unit_does_not_matter(dtype: str) -> None:
    image = np.rint(scene((60, 80)) * 255)
    factor = 100 if dtype == "uint16" else 1
    found = slic((image * factor).astype(dtype), 30, compactness=0.1)
    assert (found != slic(image, 30, compactness=0.1)).mean() < 0.02


@pytest.mark.parametrize("image", [np.array([[1.0, np.nan]]), np.array([[np.inf, 1.0]])])
def test_values_that_are_not_finite_are_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="image must have finite values"):
        slic(image)


def test_convert2lab_needs_three_channels() -> None:
    with pytest.raises(ValueError, match="convert2lab needs"):
        slic(np.zeros((4, 4)), convert2lab=True)
