"""Growing labels against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from opsin.segmentation import expand_labels

from equality import assert_same


@given(hnp.array_shapes(max_dims=4, max_side=12), st.data())
def test_equals_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["uint8", "int16", "int64", "uint64"]))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    labels = (rng.integers(1, 9, shape) * (rng.random(shape) < 0.1)).astype(dtype)
    labels.flat[0] = 1
    distance = data.draw(st.sampled_from([0, 1, 1.4142135623730951, 2, 2.23606797749979, 5, 100]))
    spacing = data.draw(st.just(1) | st.tuples(*(st.sampled_from([0.5, 1, 1.7]) for _ in shape)))
    expected = skimage.segmentation.expand_labels(labels, distance, spacing)
    assert_same(expand_labels(labels, distance, spacing=spacing), expected)


def test_without_labels() -> None:
    assert not expand_labels(np.zeros((4, 5), int), 10).any()
    assert expand_labels(np.zeros((0, 5), int)).shape == (0, 5)


def test_out() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[5, 5], labels[10, 20] = 1, 2
    expected = expand_labels(labels, 6)
    assert expand_labels(labels, 6, out=labels) is labels
    assert_same(labels, expected)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"labels": np.zeros((3, 3), bool)}, TypeError, "labels must be an array of integers"),
        ({"distance": -1}, ValueError, "distance must be at least 0"),
        ({"distance": np.nan}, ValueError, "distance"),
        ({"spacing": (1, 1, 1)}, ValueError, "spacing"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        expand_labels(**{"labels": np.zeros((3, 3), int), **parameters})
