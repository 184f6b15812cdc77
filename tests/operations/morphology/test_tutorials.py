"""Binary and gray morphology of the tutorials, to the digit."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal
from scipy import ndimage

from opsin.morphology import closing, dilation, erosion, footprint_neighbors, footprint_rectangle, opening


def block() -> np.ndarray:
    image = np.zeros((7, 7), int)
    image[1:6, 2:5] = 1
    return image


def corner() -> np.ndarray:
    image = np.zeros((5, 5), int)
    image[1:4, 1:4] = 1
    image[4, 4] = 1
    return image


def test_structuring_element() -> None:
    element = footprint_neighbors(2, 1)
    assert element.tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    assert_array_equal(element, ndimage.generate_binary_structure(2, 1))


def test_erosion() -> None:
    assert erosion(block()).tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]
    assert_array_equal(erosion(block()), ndimage.binary_erosion(block()))
    # Objects smaller than the structuring element disappear.
    assert erosion(block(), np.ones((5, 5))).tolist() == np.zeros((7, 7), int).tolist()


def test_dilation() -> None:
    point = np.zeros((5, 5))
    point[2, 2] = 1
    assert dilation(point).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert_array_equal(dilation(point), ndimage.binary_dilation(point))


def test_opening() -> None:
    assert opening(corner(), np.ones((3, 3))).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 1, 1, 1, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 0, 0, 0],
    ]
    assert opening(corner()).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    for structure in (np.ones((3, 3)), None):
        assert_array_equal(opening(corner(), structure), ndimage.binary_opening(corner(), structure))


def test_opening_and_closing_of_noise() -> None:
    rng = np.random.default_rng(0)
    square = np.zeros((32, 32))
    square[10:-10, 10:-10] = 1
    for row, column in (32 * rng.random((20, 2))).astype(int):
        square[row, column] = 1
    opened = opening(square)
    assert_array_equal(opened, ndimage.binary_opening(square))
    assert_array_equal(closing(opened), ndimage.binary_closing(opened))


def test_opening_with_a_rectangle_twice() -> None:
    image = np.random.default_rng(1).random((60, 70)) < 0.97
    expected = ndimage.binary_opening(image, np.ones((9, 5)), iterations=2)
    # Beyond the border scipy.ndimage erodes from False.
    assert_array_equal(opening(image, (9, 5), iterations=2, mode="constant", cval=0), expected)
    assert opening(image, footprint_rectangle((9, 5)), iterations=2).dtype == bool


def test_gray_dilation_with_a_size_and_a_structure() -> None:
    rng = np.random.default_rng(2)
    image = np.zeros((64, 64))
    rows, columns = (63 * rng.random((2, 8))).astype(int)
    image[rows, columns] = np.arange(8)
    expected = ndimage.grey_dilation(image, size=(5, 5), structure=np.ones((5, 5)))
    assert_array_equal(dilation(image, structure=np.ones((5, 5)), mode="reflect"), expected)
    assert dilation(image, structure=np.ones((5, 5))).min() == 1  # flat, but one higher
