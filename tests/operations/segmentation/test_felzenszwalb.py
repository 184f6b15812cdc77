"""Felzenszwalb's regions equal scikit-image's, and those of a slow program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import felzenszwalb as peer

import opsin

felzenszwalb = opsin.segmentation.felzenszwalb


def scene(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return ndimage.gaussian_filter(np.random.default_rng(0).random(shape), 1)


def in_order(labels: NDArray[Any]) -> NDArray[Any]:
    """Number labels from 1 in the order in which rows meet them."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].reshape(labels.shape) + 1


@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3)])
@pytest.mark.parametrize(
    "settings",
    [{}, {"scale": 30}, {"scale": 100, "sigma": 1.5, "min_size": 60}, {"scale": 5, "sigma": 0, "min_size": 1}],
)
def test_equals_scikit_image(shape: tuple[int, ...], settings: dict[str, Any]) -> None:
    image = scene(shape)
    expected = in_order(peer(image, channel_axis=-1 if len(shape) > 2 else None, **settings))
    assert_array_equal(felzenszwalb(image, **settings), expected)


def slow(image: NDArray[np.float64], scale: float, min_size: int) -> NDArray[Any]:
    """Join sets of pixels in any number of axes."""
    places = [tuple(place) for place in np.ndindex(image.shape)]
    edges = sorted(
        (abs(image[a] - image[b]), i, j)
        for i, a in enumerate(places)
        for j, b in enumerate(places[:i])
        if max(abs(p - q) for p, q in zip(a, b, strict=True)) == 1
    )
    region = {i: {i} for i in range(len(places))}
    inside = dict.fromkeys(range(len(places)), 0.0)
    for weight, i, j in edges:
        one, other = region[i], region[j]
        if one is other:
            continue
        if all(weight < inside[min(part)] + scale / 255 / len(part) for part in (one, other)):
            joined = one | other
            inside[min(joined)] = weight
            region.update(dict.fromkeys(joined, joined))
    for _, i, j in edges:
        if region[i] is not region[j] and min(len(region[i]), len(region[j])) < min_size:
            joined = region[i] | region[j]
            region.update(dict.fromkeys(joined, joined))
    return in_order(np.array([min(region[i]) for i in range(len(places))]).reshape(image.shape))


@pytest.mark.parametrize("shape", [(30,), (1, 1), (7, 9), (4, 5, 6)])
@pytest.mark.parametrize(("scale", "min_size"), [(0, 1), (20, 1), (100, 4)])
def test_equals_a_slow_program(shape: tuple[int, ...], scale: float, min_size: int) -> None:
    image = np.random.default_rng(0).random(shape)
    found = felzenszwalb(image, scale, sigma=0, min_size=min_size, channel_axis=None)
    assert found.dtype == np.int32
    assert_array_equal(found, slow(image, scale, min_size))


def test_one_picture_in_every_dtype() -> None:
    image = (scene((40, 50)) * 255).astype(np.uint8)
    assert_array_equal(felzenszwalb(image, 50), felzenszwalb(image / 255, 50))


def test_no_region_is_small() -> None:
    sizes = np.bincount(felzenszwalb(scene((60, 60)), 1, min_size=37).reshape(-1))[1:]
    assert sizes.min() >= 37


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="image must have finite values"):
        felzenszwalb(np.array([[1.0, np.nan]]))
