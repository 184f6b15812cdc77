"""Union-find over runs, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray
from scipy import ndimage

from opsin._engine.compiled import union_find as compiled
from opsin._engine.labels import _preceding_rows as preceding_rows

from uncompiled import uncompiled

as_python = uncompiled("union_find")


def labels_by(module: Any, image: NDArray[Any], connectivity: int) -> tuple[int, NDArray[np.int32]]:
    labels = np.full(image.shape, -1, np.int32)
    rows = image.reshape(-1, image.shape[-1])
    neighbors = preceding_rows(image.ndim, connectivity)
    count = module.label_rows(rows, 0, False, image.shape[:-1], neighbors, labels.reshape(rows.shape))
    return count, labels


@pytest.mark.parametrize("values", [2, 3])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (6, 7), (5, 70), (8, 9), (3, 4, 5), (5, 4, 6), (2, 3, 3, 4)])
def test_plain_python_agrees_with_compiled(shape: tuple[int, ...], values: int) -> None:
    # The compiled module takes images of this size as one strip, plain Python takes several.
    rng = np.random.default_rng(1)
    for dtype in (np.uint8, np.uint16, np.uint32, np.uint64):
        image = rng.integers(0, values, shape, dtype)
        for connectivity in range(1, image.ndim + 1):
            count, labels = labels_by(compiled, image, connectivity)
            slow_count, slow_labels = labels_by(as_python, image, connectivity)
            assert count == slow_count
            assert_array_equal(labels, slow_labels)


@pytest.mark.parametrize("shape", [(600, 500), (30, 100, 90)])
@pytest.mark.parametrize("values", [2, 4])
def test_strips_agree_with_scipy(shape: tuple[int, ...], values: int) -> None:
    image = np.random.default_rng(2).integers(0, values, shape, np.uint8)
    for connectivity in range(1, image.ndim + 1):
        structure = ndimage.generate_binary_structure(image.ndim, connectivity)
        count, labels = labels_by(compiled, image, connectivity)
        assert count == sum(ndimage.label(image == value, structure)[1] for value in range(1, values))
        assert_array_equal(labels == 0, image == 0)
        if values == 2:
            assert_array_equal(labels, ndimage.label(image, structure)[0])


def test_too_many_axes() -> None:
    pixels, neighbors, labels = np.ones((1, 1), np.uint8), np.empty((0, 12), np.int32), np.empty((1, 1), np.int32)
    with pytest.raises(ValueError, match="at most 10 axes"):
        compiled.label_rows(pixels, 0, False, (1,) * 11, neighbors, labels)
