"""Metrics, against scikit-image and OpenCV, and what must hold for them."""

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

import opsin
from opsin import metrics

CAMERA = skimage.data.camera()[100:300, 100:333]
NOISY = np.clip(CAMERA + np.random.default_rng(0).normal(0, 20, CAMERA.shape), 0, 255).astype(np.uint8)
ASTRONAUT = skimage.data.astronaut()[:90, :80]
MOVED = np.roll(ASTRONAUT, 2, axis=1)

PAIRS = {
    "uint8": (CAMERA, NOISY),
    "float64": (CAMERA / 255, NOISY / 255),
    "color": (ASTRONAUT, MOVED),
    "uint16": (CAMERA.astype(np.uint16) * 257, NOISY.astype(np.uint16) * 257),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_errors_are_scikit_images(pair):
    expected = skimage.metrics.mean_squared_error(*pair)
    assert metrics.mean_squared_error(*pair) == pytest.approx(expected, rel=1e-12)
    assert metrics.root_mean_squared_error(*pair) == pytest.approx(expected**0.5, rel=1e-12)
    for word in ("euclidean", "min-max", "mean"):
        found = metrics.normalized_root_mse(*pair, normalization=word)
        assert found == pytest.approx(skimage.metrics.normalized_root_mse(*pair, normalization=word), rel=1e-6)
    peak = skimage.metrics.peak_signal_noise_ratio(*pair)
    assert metrics.peak_signal_noise_ratio(*pair) == pytest.approx(peak, rel=1e-12)


def test_peaks_are_opencvs():
    assert metrics.peak_signal_noise_ratio(CAMERA, NOISY) == pytest.approx(cv2.PSNR(CAMERA, NOISY), rel=1e-10)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"win_size": 11},
        {"gaussian_weights": True, "use_sample_covariance": False},
        {"gaussian_weights": True, "sigma": 2.5, "K1": 0.02, "K2": 0.01},
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_similarities_are_scikit_images(pair, settings):
    axis = -1 if pair[0].ndim == 3 else None
    span = 1.0 if pair[0].dtype.kind == "f" else np.iinfo(pair[0].dtype).max
    expected, image = skimage.metrics.structural_similarity(
        *pair, data_range=span, channel_axis=axis, full=True, **settings
    )
    assert metrics.structural_similarity(*pair, **settings) == pytest.approx(expected, rel=1e-9)
    found, map_ = metrics.structural_similarity(*pair, full=True, **settings)
    assert found == pytest.approx(expected, rel=1e-9)
    np.testing.assert_allclose(map_, image, atol=1e-6)


def test_equal_images():
    for image in (CAMERA, CAMERA / 255, ASTRONAUT, np.zeros((9, 9)), np.ones((1, 1)), np.ones((2, 50))):
        assert metrics.mean_squared_error(image, image) == 0
        assert metrics.peak_signal_noise_ratio(image, image) == np.inf
        assert metrics.structural_similarity(image, image) == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    dtypes=st.tuples(*[st.sampled_from(["bool", "uint8", "int16", "uint64", "float16", "float64"])] * 2),
)
def test_any_shapes_and_dtypes(shape, dtypes):
    rng = np.random.default_rng(0)
    first, second = (rng.integers(0, 2, shape).astype(dtype) for dtype in dtypes)
    expected = np.mean((first.astype(float) - second.astype(float)) ** 2)
    assert metrics.mean_squared_error(first, second) == pytest.approx(expected, rel=1e-12)
    assert metrics.mean_squared_error(first[::-1], second[::-1]) == pytest.approx(expected, rel=1e-12)
    assert -1 - 1e-9 <= metrics.structural_similarity(first, second, data_range=1) <= 1 + 1e-9


def test_nan_and_zero():
    holes = CAMERA / 255
    holes[3, 4] = np.nan
    for name in ("mean_squared_error", "normalized_root_mse", "peak_signal_noise_ratio", "structural_similarity"):
        assert np.isnan(getattr(metrics, name)(holes, CAMERA / 255))
    assert metrics.normalized_root_mse(np.zeros(3), np.ones(3)) == np.inf


def test_errors_name_what_came():
    with pytest.raises(ValueError, match=r"image1 must have the shape of image0, \(200, 233\); got \(90, 80, 3\)"):
        metrics.mean_squared_error(CAMERA, ASTRONAUT)
    with pytest.raises(ValueError, match="image0 must have at least one pixel"):
        metrics.mean_squared_error(CAMERA[:0], CAMERA[:0])
    with pytest.raises(ValueError, match="win_size must be odd"):
        metrics.structural_similarity(CAMERA, NOISY, win_size=8)
    with pytest.raises(ValueError, match="normalization must be one of"):
        metrics.normalized_root_mse(CAMERA, NOISY, normalization="max")
    with pytest.raises(ValueError, match="data_range must be more than 0"):
        metrics.peak_signal_noise_ratio(CAMERA, NOISY, data_range=0)


@pytest.mark.parametrize("settings", [{}, {"gaussian_weights": True, "sigma": 1.0}])
@pytest.mark.parametrize("pair", [PAIRS["float64"], PAIRS["color"]], ids=["float64", "color"])
def test_gradients_are_scikit_images(pair, settings):
    axis, span = (-1, 255) if pair[0].ndim == 3 else (None, 1.0)
    expected = skimage.metrics.structural_similarity(
        *pair, data_range=span, channel_axis=axis, full=True, gradient=True, **settings
    )
    found = metrics.structural_similarity(*pair, full=True, gradient=True, **settings)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)
    assert len(metrics.structural_similarity(*pair, gradient=True, **settings)) == 2


def test_gradient_points_to_more_similar_images():
    first, second = CAMERA[:40, :50] / 255, NOISY[:40, :50] / 255
    before, gradient = metrics.structural_similarity(first, second, gradient=True)
    step = 1e-3 / np.abs(gradient).max()
    assert metrics.structural_similarity(first, second + step * gradient) > before


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(3, 80), st.integers(3, 150)),
    dtype=st.sampled_from(["bool", "uint8", "uint16", "int16", "float32", "float64"]),
    size=st.sampled_from([1, 3, 7, 13, 33]),
    weighted=st.booleans(),
)
def test_planes_are_summed_in_one_pass_as_in_several(shape, dtype, size, weighted):
    rng = np.random.default_rng(0)
    first, second = (rng.integers(0, 2 if dtype == "bool" else 100, shape).astype(dtype) for _ in range(2))
    size = min(size, *((length - 1) // 2 * 2 + 1 for length in shape))
    options = {"win_size": size, "data_range": 100, "use_sample_covariance": False}
    options |= {"gaussian_weights": weighted, "sigma": (size // 2) / 3.5} if weighted and size > 1 else {}
    found, image = metrics.structural_similarity(first, second, full=True, **options)
    _, _, by_other_means = metrics.structural_similarity(first, second, full=True, gradient=True, **options)
    np.testing.assert_allclose(image, by_other_means, atol=1e-9)
    assert metrics.structural_similarity(first, second, **options) == found
    edge = size // 2
    inside = image[edge : shape[0] - edge, edge : shape[1] - edge]
    assert found == pytest.approx(inside.mean(), abs=1e-12)


def test_layouts_change_no_bit():
    for function in (metrics.mean_squared_error, metrics.normalized_root_mse, metrics.structural_similarity):
        first, second = CAMERA / 255, NOISY / 255
        expected = function(first, second)
        assert function(np.asfortranarray(first), second) == expected
        assert function(np.repeat(first, 2, axis=1)[:, ::2], second) == expected


def test_threads_change_no_bit():
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 700, 900), np.float32)
    found = []
    for count in (1, 2, 3):
        with opsin.threads(count):
            found.append(
                (
                    metrics.mean_squared_error(first, second),
                    metrics.normalized_root_mse(first, second, normalization="mean"),
                    metrics.structural_similarity(first, second),
                )
            )
    assert found[0] == found[1] == found[2]
