"""The normalized cut: touching disks, and a dense solution."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import opsin

spectral = opsin.segmentation.spectral


def test_touching_disks_are_separated() -> None:
    row, column = np.indices((100, 100))
    disks = {(28, 24): 16, (40, 50): 14, (67, 58): 15, (24, 70): 14}
    image = sum(((row - r) ** 2 + (column - c) ** 2 < radius**2).astype(float) for (r, c), radius in disks.items())
    mask = image > 0
    image += 1 + 0.2 * np.random.default_rng(0).standard_normal(image.shape)
    for seed in range(3):
        labels = spectral(image, 4, mask=mask, rng=seed)
        assert labels.dtype == np.int32
        assert_array_equal(labels > 0, mask)
        for (r, c), radius in disks.items():
            inside = (row - r) ** 2 + (column - c) ** 2 < (radius - 3) ** 2
            assert len(np.unique(labels[inside])) == 1
        assert labels.max() == 4


def test_labels_are_in_the_order_of_their_first_pixels() -> None:
    image = np.zeros((30, 31))
    image[:, 10:20] = 5
    image[:, 20:] = 1
    labels = spectral(image, 3, beta=5, rng=0)
    assert_array_equal(labels, np.broadcast_to(np.repeat([1, 2, 3], [10, 10, 11]), image.shape))


def test_small_and_large_graphs_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    module = importlib.import_module("opsin.segmentation.spectral")
    image = np.random.default_rng(0).random((12, 13)) + (np.arange(13) > 6) * 5
    dense = spectral(image, 2, rng=0)
    monkeypatch.setattr(module, "DENSE", 0)
    assert_array_equal(spectral(image, 2, rng=0), dense)


def test_parts_that_are_not_connected() -> None:
    mask = np.ones((20, 20), bool)
    mask[:, 9:11] = False
    labels = spectral(np.zeros((20, 20)), 2, mask=mask, rng=0)
    assert_array_equal(labels[:, :9], 1)
    assert_array_equal(labels[:, 11:], 2)
    assert_array_equal(labels[:, 9:11], 0)


def test_fewer_pixels_than_segments() -> None:
    assert spectral(np.zeros((1, 2)), 5, rng=0).max() == 2
    assert_array_equal(spectral(np.zeros((2, 2)), 3, mask=np.zeros((2, 2), bool)), 0)


def test_values_outside_the_mask_do_not_matter() -> None:
    image = np.ones((9, 9))
    mask = np.ones((9, 9), bool)
    mask[4, 4], image[4, 4] = False, np.nan
    assert spectral(image, 2, mask=mask, rng=0).max() == 2
    with pytest.raises(ValueError, match="image must have finite values"):
        spectral(image, 2, rng=0)
