"""warp and warp_polar against scikit-image, SciPy and OpenCV."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage
from skimage import data, transform

from opsin.transform import AffineTransform, ProjectiveTransform, rotate, warp, warp_polar

RNG = np.random.default_rng(0)
NUMPY_PAD = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}
TILTED = np.array([[1.1, 0.2, 3], [-0.1, 0.9, 2], [1e-3, 2e-3, 1]])


@pytest.mark.parametrize("mode", NUMPY_PAD)
@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("matrix", [TILTED, np.vstack([TILTED[:2], [0, 0, 1]])], ids=["projective", "affine"])
def test_numbers_are_those_of_scikit_image(matrix: np.ndarray, order: int, mode: str) -> None:
    image = RNG.random((37, 52))
    ours = ProjectiveTransform(matrix)
    for shape in (None, (60, 41)):
        theirs = transform.warp(
            image, ours.to_xy(), output_shape=shape, order=order, mode=NUMPY_PAD[mode], cval=0.3, clip=False
        )
        for given_map in (ours, matrix):
            found = warp(image, given_map, output_shape=shape, order=order, mode=mode, cval=0.3)
            assert_allclose(found, theirs, atol=1e-10)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest"])
def test_coordinates_are_those_of_scipy(mode: str) -> None:
    image = RNG.random((20, 30))
    places = RNG.uniform(-25, 50, (2, 17, 23))
    theirs = ndimage.map_coordinates(image, places, order=1, mode=mode)
    assert_allclose(warp(image, places, mode=mode), theirs, atol=1e-12)
    assert_allclose(warp(image, places.astype(np.float32), mode=mode), theirs, atol=1e-4)
    volume = RNG.random((6, 7, 8))
    places = RNG.uniform(-3, 9, (3, 5, 4, 6))
    theirs = ndimage.map_coordinates(volume, places, order=1, mode=mode)
    assert_allclose(warp(volume, places, mode=mode, channel_axis=None), theirs, atol=1e-12)


def test_functions_get_rows_and_columns() -> None:
    image = RNG.random((20, 30))
    found = warp(image, lambda points: points + np.array([3, -2]), mode="nearest")
    assert_allclose(found, ndimage.shift(image, (-3, 2), order=1, mode="nearest"), atol=1e-12)
    assert_array_equal(warp(image, lambda points: points[:, ::-1], output_shape=(30, 20)), image.T)
    tall = RNG.random((3000, 200))  # several parts
    assert_allclose(warp(tall, lambda points: points + 0.5), warp(tall, [[1, 0, 0.5], [0, 1, 0.5]]), atol=1e-12)


def test_volumes_and_matrices() -> None:
    volume = RNG.random((9, 10, 11))
    matrix = np.eye(4)
    matrix[:3] += RNG.uniform(-0.1, 0.1, (3, 4))
    theirs = ndimage.affine_transform(volume, matrix, order=1, mode="mirror")
    assert_allclose(warp(volume, matrix, mode="mirror"), theirs, atol=1e-12)
    assert_allclose(warp(volume, matrix[:3], mode="mirror"), theirs, atol=1e-12)
    tilted = matrix.copy()
    tilted[3, :3] = 1e-2
    expected = warp(volume, ProjectiveTransform(tilted).__call__, mode="mirror")
    assert_allclose(warp(volume, tilted, mode="mirror"), expected, atol=1e-12)
    line = RNG.random(30)
    assert_allclose(warp(line, [[2, 1], [0, 1]], output_shape=14), line[1:29:2], atol=1e-12)
    assert_allclose(warp(line[:2], [[1, -0.25], [0, 1]], mode="nearest"), [line[0], 0.25 * line[0] + 0.75 * line[1]])
    assert_allclose(warp(line, [[3.0, 5.5]]), [line[3], line[5:7].mean()], atol=1e-12)


def test_homogeneous_matrices_may_have_any_scale() -> None:
    image = RNG.random((20, 30))
    for scale in (2, -0.5):
        assert_allclose(warp(image, scale * TILTED), warp(image, TILTED), atol=1e-10)
    matrix = [[1, 0.1, 2], [0, 1, 3], [0, 0, 1]]
    assert_allclose(warp(image, 4 * np.array(matrix)), warp(image, matrix), atol=1e-12)


def test_the_inverse_moves_the_image() -> None:
    image = np.zeros((20, 20), np.uint8)
    image[5, 7] = 200
    moved = warp(image, AffineTransform(translation=(3, 4)).inverse)
    assert moved[8, 11] == 200
    assert moved.sum() == 200


@pytest.mark.parametrize("flags", [0, 1])
def test_bytes_are_those_of_opencv(flags: int) -> None:
    image = data.astronaut()[:200, :220]
    tilted = ProjectiveTransform(TILTED).to_xy()
    theirs = cv2.warpPerspective(image, tilted, (220, 200), flags=flags | cv2.WARP_INVERSE_MAP)
    off = np.abs(warp(image, TILTED, order=flags).astype(int) - theirs)
    assert (off > 1 + 9 * (1 - flags)).mean() < 0.01


def test_colors_and_channel_axes() -> None:
    image = RNG.integers(0, 256, (30, 41, 3), np.uint8)
    alone = np.stack([warp(image[..., channel], TILTED) for channel in range(3)], axis=-1)
    assert_array_equal(warp(image, TILTED), alone)
    assert_array_equal(warp(np.moveaxis(image, 2, 0), TILTED, channel_axis=0), np.moveaxis(alone, 2, 0))
    assert_array_equal(warp(image, TILTED, output_shape=(30, 41, 3)), alone)


def test_positions_that_are_not_finite_get_the_constant() -> None:
    image = np.ones((4, 5), np.uint8)
    places = np.zeros((2, 1, 3))
    places[0, 0] = np.nan, np.inf, 1
    assert_array_equal(warp(image, places, mode="reflect", cval=7), [[7, 7, 1]])


def test_identity_and_empty_results() -> None:
    image = RNG.integers(0, 256, (30, 41), np.uint8)
    assert_array_equal(warp(image, np.eye(3)), image)
    assert warp(image, np.eye(3), output_shape=(0, 5)).shape == (0, 5)
    assert_array_equal(warp(np.zeros((0, 5)), np.eye(3), output_shape=(2, 2), cval=3), np.full((2, 2), 3))


@settings(deadline=None, max_examples=50)
@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    matrix=st.lists(st.floats(-1e3, 1e3), min_size=9, max_size=9),
    order=st.sampled_from([0, 1, 3]),
    mode=st.sampled_from(list(NUMPY_PAD)),
)
def test_any_matrix_stays_within_the_image(shape: tuple[int, int], matrix: list[float], order: int, mode: str) -> None:
    result = warp(np.full(shape, 9, np.uint8), np.reshape(matrix, (3, 3)), order=order, mode=mode, cval=9)
    assert_array_equal(result, 9)


@pytest.mark.parametrize(
    ("mapping", "error", "words"),
    [
        (np.eye(4), ValueError, "inverse_map must be a matrix of shape (2, 3) or (3, 3)"),
        (np.full((3, 3), np.nan), ValueError, "inverse_map must have finite values"),
        (np.eye(3) * 1j, TypeError, "inverse_map"),
        ("rotate", TypeError, "inverse_map"),
        (None, TypeError, "inverse_map"),
        (lambda points: points[:-1], ValueError, "inverse_map must return"),
        (lambda points: None, TypeError, "inverse_map must return"),
        (transform.AffineTransform(), TypeError, "from_xy"),
        (AffineTransform(dimensionality=3), ValueError, "inverse_map"),
    ],
)
def test_maps_that_do_not_fit(mapping: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        warp(np.zeros((4, 5)), mapping)


def test_output_shape_is_that_of_the_coordinates() -> None:
    with pytest.raises(ValueError, match="output_shape"):
        warp(np.zeros((4, 5)), np.zeros((2, 3, 3)), output_shape=(3, 4))


def test_results_that_do_not_fit_into_memory() -> None:
    for shape in ((10**8, 10**5), 2**31 - 1):
        with pytest.raises(ValueError, match="more memory than is free"):
            warp(np.zeros((4, 5), np.uint8), np.eye(3), output_shape=shape)


# Polar coordinates.


@pytest.mark.parametrize("scaling", ["linear", "log"])
@pytest.mark.parametrize("settings", [{}, {"radius": 20}, {"output_shape": (50, 80)}, {"center": (7.5, 30)}], ids=str)
def test_polar_numbers_are_those_of_scikit_image(settings: dict, scaling: str) -> None:
    for shape in ((37, 52), (40, 40)):
        image = RNG.random(shape)
        theirs = transform.warp_polar(image, scaling=scaling, **settings)
        assert_allclose(warp_polar(image, scaling=scaling, **settings), theirs, atol=1e-12)
    color = RNG.random((30, 40, 3))
    theirs = transform.warp_polar(color, scaling=scaling, channel_axis=-1, **settings)
    assert_allclose(warp_polar(color, scaling=scaling, **settings), theirs, atol=1e-12)


def test_polar_bytes_are_those_of_opencv() -> None:
    image = data.camera()
    theirs = cv2.warpPolar(image, (256, 360), (255.5, 255.5), 256, cv2.INTER_LINEAR)
    ours = warp_polar(image, radius=256, output_shape=(360, 256))
    assert np.mean(np.abs(ours.astype(int) - theirs) > 3) < 0.01


def test_a_rotation_is_a_displacement_of_rows() -> None:
    image = ndimage.gaussian_filter(RNG.random((101, 101)), 2)
    turned = warp_polar(rotate(image, 30), radius=40)
    assert_allclose(turned, np.roll(warp_polar(image, radius=40), -30, axis=0), atol=1e-2)


def test_polar_planes_of_a_volume() -> None:
    volume = RNG.random((3, 20, 25, 2))
    found = warp_polar(volume, channel_axis=3)
    assert_allclose(found[1, ..., 0], warp_polar(volume[1, ..., 0]), atol=1e-12)


def test_polar_errors() -> None:
    image = np.zeros((10, 12))
    with pytest.raises(ValueError, match="radius"):
        warp_polar(image, radius=1, scaling="log")
    with pytest.raises(ValueError, match="center"):
        warp_polar(image, (1, 2, 3))
    with pytest.raises(ValueError, match="scaling"):
        warp_polar(image, scaling="cubic")
    with pytest.raises(ValueError, match="spatial axes"):
        warp_polar(np.zeros(10))
    assert warp_polar(np.zeros((0, 0))).shape == (360, 0)


def test_images_of_too_many_axes_are_refused() -> None:
    with pytest.raises(ValueError, match="image must have at most 6 spatial axes"):
        warp(np.zeros((1,) * 8), lambda points: points)
