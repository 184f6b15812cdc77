"""Boundaries, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.segmentation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from opsin.segmentation import find_boundaries, mark_boundaries

MODES = ("thick", "inner", "outer", "subpixel")


@given(hnp.array_shapes(max_dims=3, min_side=2, max_side=7), st.sampled_from(MODES), st.data())
def test_scikit_image(shape: tuple[int, ...], mode: Any, data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["u1", "i2", "i4"]))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 3))).astype(dtype)
    connectivity = data.draw(st.integers(1, labels.ndim))
    wanted = skimage.segmentation.find_boundaries(labels, connectivity, mode)
    assert_array_equal(find_boundaries(labels, connectivity, mode=mode), wanted)


def test_masks_and_huge_labels() -> None:
    labels = np.array([[2**62, 2**62 + 1], [2**62, 2**62 + 1]])
    assert find_boundaries(labels).all()
    mask = np.zeros((5, 5), bool)
    mask[1:4, 1:4] = True
    assert_array_equal(find_boundaries(mask, mode="inner").sum(), 8)
    assert not find_boundaries(np.zeros((1, 1), int)).any()
    assert find_boundaries(np.zeros((0, 3), int), mode="subpixel").shape == (0, 5)


@pytest.mark.parametrize("mode", ["thick", "inner", "outer"])
@pytest.mark.parametrize("outline", [None, (1, 0, 0.5)])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_marked_as_by_scikit_image(mode: Any, outline: Any, channels: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (9, 8), np.int32).repeat(3, axis=0).repeat(4, axis=1)
    image = rng.random((*labels.shape, *channels))
    wanted = skimage.segmentation.mark_boundaries(image, labels, (0.2, 1, 0), outline, mode)
    found = mark_boundaries(image, labels, (0.2, 1, 0), outline_color=outline, mode=mode)
    assert_allclose(found, wanted, rtol=1e-15)


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "u8", "f4", "f8"])
def test_color_and_dtype(dtype: str) -> None:
    image = np.zeros((4, 6), dtype)
    labels = np.zeros((4, 6), np.uint8)
    labels[:, 3:] = 1
    marked = mark_boundaries(image, labels, (1, 0.5, 0), mode="inner")
    assert marked.dtype == image.dtype
    assert marked.shape == (4, 6, 3)
    top = np.iinfo(dtype).max if np.dtype(dtype).kind in "iu" else 1
    assert marked[1, 3, 0] == top
    assert marked[1, 3, 2] == 0
    half = {"?": True, "u1": 128, "i2": 16384, "u8": 2**63, "f4": 0.5, "f8": 0.5}[dtype]
    assert marked[1, 3, 1] == half


def test_transparent_images_volumes_and_subpixels() -> None:
    labels = np.arange(20).reshape(4, 5) // 10
    rgba = np.zeros((4, 5, 4), np.uint8)
    assert_array_equal(mark_boundaries(rgba, labels, (0, 1, 0))[1, 0], [0, 255, 0, 255])
    volume = np.zeros((2, 4, 5), np.uint8)
    assert mark_boundaries(volume, np.stack([labels, labels])).shape == (2, 4, 5, 3)
    image = np.arange(20, dtype=np.uint8).reshape(4, 5) * 10
    marked = mark_boundaries(image, labels, mode="subpixel")
    assert marked.shape == (7, 9, 3)
    assert_array_equal(marked[::2, ::2, 0], image)
    assert_array_equal(marked[3, ::2], [[255, 255, 0]] * 5)
    assert marked[0, 1, 0] == 5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"label_img": np.zeros((3, 4), int)}, ValueError, "label_img must have the spatial shape"),
        ({"color": (1, 1)}, ValueError, "color"),
        ({"color": 3}, TypeError, "color"),
        ({"color": (1, 1, 2)}, ValueError, "color"),
        ({"outline_color": (1, 1, -1)}, ValueError, "outline_color"),
        ({"mode": "inside"}, ValueError, "mode"),
        ({"channel_axis": 2}, ValueError, "channel_axis"),
    ],
)
def test_errors(options: dict[str, Any], error: type[Exception], message: str) -> None:
    arguments = {"image": np.zeros((3, 3)), "label_img": np.zeros((3, 3), int)} | options
    with pytest.raises(error, match=message):
        mark_boundaries(**arguments)
