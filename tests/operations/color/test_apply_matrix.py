"""Matrices of channels, against NumPy, in three spaces."""

import numpy as np
import pytest
import skimage.data

from opsin.color import apply_matrix

import samples


def turned(image, angle):
    c, s = np.cos(angle), np.sin(angle)
    return apply_matrix(image, [[1, 0, 0], [0, c, s], [0, -s, c]], space="logit")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int32", "float32", "float64"])
def test_sums_are_numpys(dtype):
    image = samples.image("color.apply_matrix", (37, 70), dtype)
    matrix = np.random.default_rng(0).normal(size=(3, 4)) * [0.5, 0.5, 0.5, 3]
    expected = image.astype(np.float64) @ matrix[:, :3].T + matrix[:, 3]
    found = apply_matrix(image, matrix)
    assert found.dtype == image.dtype
    if image.dtype.kind == "f":
        np.testing.assert_allclose(found, expected, atol=1e-5 if dtype == "float32" else 1e-12)
    else:
        limits = np.iinfo(dtype)
        np.testing.assert_allclose(found, np.clip(expected, limits.min, limits.max), atol=0.51)


def test_a_turn_in_logits():
    image = skimage.data.rocket()
    np.testing.assert_array_equal(turned(image, 0), image)
    np.testing.assert_array_equal(turned(image, 1.3)[..., 0], image[..., 0])
    quarter = turned(image, np.pi / 2)
    np.testing.assert_array_equal(quarter[..., 1], image[..., 2])
    np.testing.assert_array_equal(quarter[..., 2], 255 - image[..., 1])
    angle = 0.7
    c, s = np.cos(angle), np.sin(angle)
    logits = -np.log(257 / (1.0 + image) - 1) @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]]).T
    expected = (257 / (1 + np.exp(-logits)) - 1).clip(0, 255)
    assert np.abs(turned(image, angle) - expected).max() < 0.502


def test_logits_are_the_same_for_every_dtype():
    image = samples.image("color.apply_matrix", (40, 50), "uint8")
    expected = turned(image, 0.7)
    floats = image / 255
    for other, unit in ((image.astype(np.uint16) * 257, 257), (floats, 1 / 255), (floats.astype("f4"), 1 / 255)):
        assert np.abs(turned(other, 0.7) / unit - expected).max() < 0.51


def test_linear_light():
    image = samples.image("color.apply_matrix", (40, 50), "uint8")
    np.testing.assert_array_equal(apply_matrix(image, np.eye(3), space="linear"), image)
    half = apply_matrix(np.ones((1, 1, 3)), np.eye(3) / 2, space="linear")
    np.testing.assert_allclose(half, 0.735356983, atol=1e-9)


def test_the_matrix_is_checked():
    image = np.zeros((4, 5, 3), np.uint8)
    with pytest.raises(ValueError, match=r"matrix must have three rows of three or four numbers; got shape \(2, 2\)"):
        apply_matrix(image, np.eye(2))
    with pytest.raises(ValueError, match="matrix must have finite numbers"):
        apply_matrix(image, [[np.nan, 0, 0], [0, 1, 0], [0, 0, 1]])
    with pytest.raises(ValueError, match="space must be one of 'linear', 'logit'"):
        apply_matrix(image, np.eye(3), space="log")
