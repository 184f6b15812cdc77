"""K-means: against SciPy, and what defines it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.cluster.vq import kmeans2

import opsin

kmeans = opsin.segmentation.kmeans


def blobs(count: int, shape: tuple[int, int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return a color image of so many groups, and the group of each pixel, from the darkest."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, count, shape)
    colors = 40 * np.arange(1, count + 1)[:, None] + rng.normal(0, 3, (count, 3))
    return colors[truth] + rng.normal(0, 3, (*shape, 3)), truth


@pytest.mark.parametrize("shape", [(30, 40), (300, 400)])
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8", "uint16"])
def test_groups_are_found_in_the_order_of_brightness(dtype: str, shape: tuple[int, int]) -> None:
    image, truth = blobs(4, shape)
    labels, centers = kmeans(image.astype(dtype), 4, rng=0)
    assert_array_equal(labels, truth)
    for group, center in enumerate(centers):
        assert_allclose(center, image[truth == group].mean(axis=0), atol=1)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 30), st.integers(1, 30), st.integers(0, 99))
def test_pixels_are_with_the_nearest_center(clusters: int, rows: int, columns: int, seed: int) -> None:
    image = np.random.default_rng(seed).random((rows, columns, 3))
    labels, centers = kmeans(image, clusters, rng=seed)
    assert labels.shape == (rows, columns)
    assert labels.dtype == np.int32
    assert centers.shape == (clusters, 3)
    distances = ((image[..., None, :] - centers) ** 2).sum(axis=-1)
    assert_allclose(np.take_along_axis(distances, labels[..., None], -1)[..., 0], distances.min(axis=-1), atol=1e-12)
    assert (np.diff(centers.sum(axis=1)) >= 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_cost_is_not_higher_than_scipys(seed: int) -> None:
    image = np.random.default_rng(seed).random((200, 300, 3)).astype(np.float32)
    labels, centers = kmeans(image, 5, rng=seed)
    flat = image.reshape(-1, 3)
    peer_centers, peer_labels = kmeans2(flat, 5, iter=100, minit="++", rng=seed)
    cost = ((image - centers[labels]) ** 2).sum()
    assert cost < 1.02 * ((flat - peer_centers[peer_labels]) ** 2).sum()


def test_is_repeatable() -> None:
    image, _ = blobs(6, (200, 300))
    for rng in (3, np.random.default_rng(3)):
        first = kmeans(image, 9, rng=3)
        again = kmeans(image, 9, rng=rng)
        assert_array_equal(first[0], again[0])
        assert_array_equal(first[1], again[1])


def test_fewer_colors_than_clusters() -> None:
    labels, centers = kmeans(np.array([[5, 5], [9, 9]], np.uint8), 7, rng=0)
    assert_array_equal(centers[labels], [[5, 5], [9, 9]])


def test_more_channels_than_a_color_has() -> None:
    image = np.random.default_rng(0).random((9, 20, 30))
    labels, centers = kmeans(image, 2, rng=0, channel_axis=0)
    assert labels.shape == (20, 30)
    assert centers.shape == (2, 9)


@pytest.mark.parametrize(("image", "message"), [(np.zeros((0, 3)), "pixels"), (np.array([1, np.nan]), "finite")])
def test_images_without_clusters_are_refused(image: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=f"image must have {message}"):
        kmeans(image, 2)


@pytest.mark.parametrize("scale", [1e-40, 1e-25, 1e10, 1e30])
def test_the_scale_of_floats_does_not_matter(scale: float) -> None:
    image = np.random.default_rng(0).random((30, 40)).astype(np.float32)
    labels, centers = kmeans(image, 3, rng=0)
    scaled, found = kmeans(image * np.float32(scale), 3, rng=0)
    assert np.mean(scaled == labels) > 0.99
    np.testing.assert_allclose(found / scale, centers, rtol=1e-3)
