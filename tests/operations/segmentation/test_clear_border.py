"""Removing objects at the border, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.segmentation import clear_border


def check(result: NDArray[Any], wanted: NDArray[Any]) -> None:
    assert result.dtype == wanted.dtype
    assert_array_equal(result, wanted)


@given(hnp.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=12), st.data())
def test_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["?", "u1", "i1", "u2", "i4", "u8"]))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.sampled_from([0, 0, 0, 1, 2]))).astype(dtype)
    size = data.draw(st.integers(0, min(shape) - 1))
    bgval = data.draw(st.integers(0, 1))
    wanted = skimage.segmentation.clear_border(labels, buffer_size=size, bgval=bgval)
    check(clear_border(labels, buffer_size=size, bgval=bgval), wanted)
    mask = data.draw(hnp.arrays(np.bool_, shape))
    wanted = skimage.segmentation.clear_border(labels, mask=mask, bgval=bgval)
    check(clear_border(labels, mask=mask, bgval=bgval), wanted)


def test_large_image_on_any_number_of_threads() -> None:
    image = np.random.default_rng(1).random((700, 600)) < 0.3
    wanted = skimage.segmentation.clear_border(image)
    for count in (1, 3):
        with opsin.threads(count):
            check(clear_border(image), wanted)


def test_out() -> None:
    image = np.random.default_rng(2).integers(0, 3, (20, 30))
    wanted = clear_border(image)
    out = np.full(image.shape, 9)
    assert clear_border(image, out=out) is out
    check(out, wanted)
    clear_border(image, out=image[:])
    check(image, wanted)


def test_any_layout_in_memory() -> None:
    base = (np.random.default_rng(3).random((30, 40, 3)) < 0.3) * np.int16(5)
    base.flags.writeable = False
    for view in [base[..., 0], base[::-1, ::-2, 1], base[..., 2].T]:
        check(clear_border(view), clear_border(view.copy()))
        check(clear_border(view, mask=(view == view)[::-1]), view)


def test_negative_values() -> None:
    image = np.array([[0, 0, 0], [0, -5, 0], [-5, 0, 0]], np.int8)
    check(clear_border(image, bgval=-128), np.full((3, 3), -128, np.int8))
    image[2, 0] = 0
    check(clear_border(image), image)


def test_one_and_four_axes_and_empty() -> None:
    check(clear_border([1, 0, 1, 0, 1]), np.array([0, 0, 1, 0, 0]))
    image = np.zeros((3, 3, 3, 3), bool)
    image[1, 1, 1, 1] = True
    check(clear_border(image), image)
    check(clear_border(np.zeros((0, 4), bool)), np.zeros((0, 4), bool))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": np.ones((3, 3))}, TypeError, "labels"),
        ({"buffer_size": 3}, ValueError, "buffer_size"),
        ({"buffer_size": -1}, ValueError, "buffer_size"),
        ({"bgval": 256}, ValueError, "bgval"),
        ({"bgval": 0.5}, TypeError, "bgval"),
        ({"mask": np.ones((3, 4), bool)}, ValueError, "mask"),
        ({"mask": np.full((3, 5), 2.0)}, ValueError, "mask"),
        ({"out": np.ones((3, 5))}, TypeError, "out"),
        ({"out": np.ones((3, 4), np.uint8)}, ValueError, "out"),
    ],
)
def test_errors(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        clear_border(**{"labels": np.ones((3, 5), np.uint8), **options})
