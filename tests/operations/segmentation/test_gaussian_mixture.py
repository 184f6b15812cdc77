"""Mixtures of Gaussians: against OpenCV, expectation and maximization of the pixels, and what defines them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import opsin

gaussian_mixture = opsin.segmentation.gaussian_mixture


def density(table: dict[str, np.ndarray], places: np.ndarray) -> np.ndarray:
    """Return each Gaussian times its weight."""
    mean, deviation = table["mean"][:, None], table["std"][:, None]
    return table["weight"][:, None] / deviation * np.exp(-(((places - mean) / deviation) ** 2) / 2)


def step(table: dict[str, np.ndarray], pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Expectation and maximization, with every pixel by itself."""
    parts = density(table, pixels)
    parts /= parts.sum(axis=0)
    weight = parts.sum(axis=1)
    mean = parts @ pixels / weight
    deviation = np.sqrt((parts * (pixels - mean[:, None]) ** 2).sum(axis=1) / weight)
    return {"weight": weight / pixels.size, "mean": mean, "std": deviation}


@pytest.mark.parametrize("components", [1, 2, 3])
@pytest.mark.parametrize("name", ["camera", "coins"])
def test_photographs_have_a_maximum_of_the_likelihood(name: str, components: int) -> None:
    image = getattr(skimage.data, name)()
    _, table = gaussian_mixture(image, components, tol=0)
    better = step(table, image.ravel().astype(float))
    for column, values in better.items():
        assert_allclose(table[column], values, rtol=1e-4)


def test_equals_opencv() -> None:
    image = skimage.data.coins()[::4, ::4]
    model = cv2.ml.EM_create()
    model.setClustersNumber(2)
    model.setTermCriteria((cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 1000, 1e-9))
    model.trainEM(image.reshape(-1, 1).astype(np.float64))
    means = model.getMeans().ravel()
    order = np.argsort(means)
    _, table = gaussian_mixture(image)
    assert_allclose(table["mean"], means[order], rtol=5e-3)
    assert_allclose(table["weight"], model.getWeights().ravel()[order], rtol=5e-3)
    assert_allclose(table["std"], np.sqrt(np.ravel(model.getCovs()))[order], rtol=5e-3)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int64", "float32", "float64"])
@pytest.mark.parametrize("shape", [(40000,), (200, 200), (20, 50, 40)], ids=str)
def test_classes_are_found_in_any_number_of_axes(shape: tuple[int, ...], dtype: str) -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(shape) < 0.3
    image = np.where(truth, rng.normal(160, 15, shape), rng.normal(60, 8, shape)).clip(0, 255)
    offset = 2**60 if dtype == "int64" else 0
    labels, table = gaussian_mixture(image.astype(dtype) + np.asarray(offset, dtype), channel_axis=None)
    assert labels.shape == shape
    assert labels.dtype == np.int32
    assert np.mean(labels != truth) < 2e-4
    assert_allclose(table["weight"], [0.7, 0.3], atol=0.01)
    assert_allclose(table["mean"] - offset, [60, 160], atol=256 if offset else 1)
    assert_allclose(table["std"], [8, 15], rtol=0.03)


@given(st.integers(1, 4), st.integers(0, 999), st.sampled_from(["uint8", "float32", "bool"]))
def test_thresholds_are_where_gaussians_are_equal(components: int, seed: int, dtype: str) -> None:
    rng = np.random.default_rng(seed)
    image = (rng.random((rng.integers(1, 30), rng.integers(1, 30))) ** 2 * rng.integers(1, 200)).astype(dtype)
    assume(len(opsin.exposure.histogram(image)[0].nonzero()[0]) >= components)
    labels, table = gaussian_mixture(image, components)
    assert_allclose(table["weight"].sum(), 1)
    assert (np.diff(table["mean"]) >= 0).all()
    assert (np.diff(table["threshold"]) >= 0).all()
    assert (table["std"] > 0).all()
    assert table["threshold"][-1] == np.inf
    assert_array_equal(labels, np.searchsorted(table["threshold"], image))
    for k, place in enumerate(table["threshold"][:-1]):
        if table["mean"][k] < place < table["mean"][k + 1]:
            both = density(table, np.array([place]))[k : k + 2]
            assert_allclose(both[0], both[1], rtol=1e-6)


def test_masks_and_nan() -> None:
    image = skimage.data.coins()
    mask = np.zeros(image.shape, bool)
    mask[50:200, 20:300] = True
    labels, table = gaussian_mixture(image, mask=mask)
    alone, expected = gaussian_mixture(image[50:200, 20:300])
    for name, column in table.items():
        assert_array_equal(column, expected[name])
    assert_array_equal(labels[50:200, 20:300], alone)
    assert (labels[~mask] == -1).all()
    floats = np.where(mask, image / 255, np.nan)
    labels, table = gaussian_mixture(floats)
    assert_array_equal(labels == -1, ~mask)
    assert_allclose(table["mean"], expected["mean"] / 255, rtol=5e-3)


def test_is_repeatable() -> None:
    image = np.random.default_rng(0).random((50, 60))
    first, second = gaussian_mixture(image, 4), gaussian_mixture(image, 4)
    assert_array_equal(first[0], second[0])
    for name, column in first[1].items():
        assert_array_equal(column, second[1][name])


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"n_components": 0}, ValueError, "n_components must be at least 1"),
        ({"n_components": 2.0}, TypeError, "n_components must be an integer"),
        ({"n_components": 3}, ValueError, "n_components must be at most 2, the number of bins"),
        ({"tol": -1}, ValueError, "tol"),
        ({"max_num_iter": 0}, ValueError, "max_num_iter"),
        ({"nbins": 0}, ValueError, "nbins"),
        ({"mask": np.ones((2, 2), bool)}, ValueError, "mask must have the shape"),
        ({"mask": np.zeros((4, 5), bool)}, ValueError, "at least one finite pixel"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        gaussian_mixture(np.eye(4, 5), **parameters)
