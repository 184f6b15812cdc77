"""Corners and hulls of regions, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage as ndi
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from opsin._engine.compiled import corners, hulls

from uncompiled import uncompiled


def boxes_of(labels: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    numbers = np.setdiff1d(labels, 0).astype(np.int32)
    found = filter(None, ndi.find_objects(labels))
    boxes = [[rows.start, columns.start, rows.stop, columns.stop] for rows, columns in found]
    return np.array(boxes).reshape(-1, 4), numbers


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 7, 9), (3, 4, 5), (1, 20, 3)])
def test_corners(shape: tuple[int, ...]) -> None:
    labels = np.random.default_rng(0).integers(0, 4, shape, np.int32)
    weights = np.random.default_rng(1).integers(-3, 4, (16 if shape[0] == 1 else 256, 3))
    weights[-1] = 0
    found = corners.count_corners(labels, weights, 4)
    assert_array_equal(found, uncompiled("corners").count_corners(labels, weights, 4))
    slow = np.zeros((4, 3), np.int64)
    wide = np.pad(labels, 1) if shape[0] > 1 else np.pad(labels, ((0, 0), (1, 1), (1, 1)))
    for place in np.ndindex(*(size - (size > 1) for size in wide.shape)):
        part = wide[tuple(slice(at, at + 2) for at in place)]
        for label in np.setdiff1d(part, 0):
            bits = (part == label)[::-1, ::-1, ::-1].reshape(-1)
            slow[label] += weights[sum(int(bit) << k for k, bit in enumerate(bits))]
    assert_array_equal(found, slow)
    if shape[0] == 1:
        for diagonals in (False, True):
            steps = corners.count_steps(labels, 4, diagonals)
            assert_array_equal(steps, uncompiled("corners").count_steps(labels, 4, diagonals))


def test_labels_beyond_the_table_are_refused() -> None:
    with pytest.raises(ValueError, match="below the size"):
        corners.count_steps(np.full((1, 2, 2), 4, np.int32), 4, False)


@pytest.mark.parametrize("shape", [(1, 1), (9, 8), (1, 9), (9, 1), (12, 30)])
def test_hulls(shape: tuple[int, ...]) -> None:
    labels = np.random.default_rng(2).choice([0, 0, 0, 1, 2, 3], shape).astype(np.int32)
    labels.flat[0] = 1
    boxes, numbers = boxes_of(labels)
    as_python: Any = uncompiled("hulls")
    for spacing in ((1.0, 1.0), (0.5, 2.0)):
        found = hulls.convex_areas(labels, boxes, numbers, spacing, True)
        slow = as_python.convex_areas(labels, boxes, numbers, spacing, True)
        assert_array_equal(found[0], slow[0])
        assert_array_equal(found[1], slow[1])
    assert_array_equal(hulls.filled_areas(labels, boxes, numbers), as_python.filled_areas(labels, boxes, numbers))
    for (top, left, bottom, right), number, area in zip(boxes, numbers, found[0], strict=True):
        mask = labels[top:bottom, left:right] == number
        assert hulls.convex_image(mask.astype(np.int32)).sum() == area
        filled = hulls.filled_areas(labels, np.array([[top, left, bottom, right]]), np.array([number]))
        assert filled == ndi.binary_fill_holes(mask, np.ones((3, 3))).sum()


def test_boxes_beyond_the_image_are_refused() -> None:
    labels = np.ones((3, 3), np.int32)
    with pytest.raises(ValueError, match="within the image"):
        hulls.convex_areas(labels, np.array([[0, 0, 4, 3]]), np.ones(1, np.int32), (1.0, 1.0), False)
