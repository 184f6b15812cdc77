"""Blocks and profiles, against scikit-image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from opsin.measure import block_reduce, profile_line


@given(hnp.array_shapes(max_dims=3, max_side=9), st.integers(1, 5), st.sampled_from(["sum", "mean", "max", "median"]))
def test_blocks_of_scikit_image(shape: tuple[int, ...], size: int, name: str) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    func = getattr(np, name)
    wanted = skimage.measure.block_reduce(image, size, func, 7)
    found = block_reduce(image, size, func=func, cval=7, channel_axis=None)
    assert found.dtype == wanted.dtype
    assert_array_equal(found, wanted)


def test_blocks_of_color() -> None:
    rgb = np.random.default_rng(1).random((6, 9, 3))
    found = block_reduce(rgb, (2, 3), func=np.mean, func_kwargs={"dtype": np.float32})
    assert found.dtype == np.float32
    assert_array_equal(found, skimage.measure.block_reduce(rgb, (2, 3, 1), np.mean, func_kwargs={"dtype": np.float32}))
    assert block_reduce(rgb, 2, channel_axis=0).shape == (6, 5, 2)
    assert block_reduce(np.zeros((0, 5)), 2, func=np.max).shape == (0, 3)


points = st.tuples(st.integers(-30, 200), st.integers(-30, 200)).map(lambda pair: (pair[0] / 10, pair[1] / 10))


@given(points, points, st.integers(1, 4), st.sampled_from(["reflect", "mirror", "nearest", "wrap"]))
def test_profiles_of_scikit_image(src: Any, dst: Any, width: int, mode: Any) -> None:
    image = np.random.default_rng(2).random((17, 19, 3))
    if mode == "wrap":  # the peer's wrap leaves out a pixel
        src, dst = np.clip(src, 0, 12), np.clip(dst, 0, 12)
    if width > 1:
        mode = "reflect"
    for array in (image, image[..., 0]):
        wanted = skimage.measure.profile_line(array, src, dst, width, order=1, mode=mode)
        found = profile_line(array, src, dst, linewidth=width, mode=mode)
        assert_allclose(found, wanted, atol=1e-12)
        wanted = skimage.measure.profile_line(array, src, dst, width, order=1, mode=mode, reduce_func=None)
        assert_allclose(profile_line(array, src, dst, linewidth=width, mode=mode, reduce_func=None), wanted, atol=1e-12)


def test_profiles_of_integers_and_masks() -> None:
    image = np.array([[0, 10], [20, 30]], np.uint8)
    assert_allclose(profile_line(image, (0, 0), (0, 1)), [0, 10])
    assert_allclose(profile_line(image, (0, 0.25), (1, 0.25)), [2.5, 22.5])
    assert profile_line(image > 5, (0, 0), (0, 1)).dtype == np.float32
    assert_array_equal(profile_line(image, (0, 1), (0, 1)), [10])
    assert profile_line(image, (0, 0), (1, 1), reduce_func=np.max).shape == (3,)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: block_reduce(np.ones((3, 3)), 0), ValueError, "block_size"),
        (lambda: block_reduce(np.ones((3, 3)), func=3), TypeError, "func"),  # type: ignore[arg-type]
        (lambda: block_reduce(np.ones((3, 3)), func=np.cumsum), TypeError, "func"),
        (lambda: block_reduce(np.ones((3, 3)), func=lambda x, axis: x), ValueError, "func"),
        (lambda: block_reduce(np.ones((3, 3)), func_kwargs={"wobble": 1}), TypeError, "func_kwargs"),
        (lambda: block_reduce(np.ones((3, 3), np.uint8), cval=300), ValueError, "cval"),
        (lambda: profile_line(np.ones((3, 3)), (0, 0), (1e9, 0)), ValueError, "src, dst"),
        (lambda: profile_line(np.ones((3, 3)), (0,), (1, 0)), ValueError, "src"),
        (lambda: profile_line(np.ones((3, 3)), (0, 0), (1, np.nan)), ValueError, "dst"),
        (lambda: profile_line(np.ones((3, 3)), (0, 0), (1, 1), linewidth=0), ValueError, "linewidth"),
        (lambda: profile_line(np.ones((3, 3)), (0, 0), (1, 1), reduce_func=len), TypeError, "reduce_func"),
        (lambda: profile_line(np.ones((3, 3, 5)), (0, 0), (1, 1)), ValueError, "image must have 2 spatial axes"),
    ],
)
def test_errors(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("size", [1, 3, (2, 5), (70, 3)])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float64"])
def test_extremes_of_blocks(size: int | tuple[int, int], dtype: str) -> None:
    image = np.random.default_rng(0).integers(0, 2 if dtype == "bool" else 99, (75, 14)).astype(dtype)
    if dtype == "float64":
        image[5, 5] = np.nan
    for func in (np.max, np.min):
        found = block_reduce(image, size, func=func)
        expected = block_reduce(image, size, func=lambda parts, axis, func=func: func(parts, axis=axis))
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


def test_blocks_that_do_not_fit_into_the_memory_are_refused() -> None:
    with pytest.raises(ValueError, match="the result of shape"):
        block_reduce(np.zeros((5, 6, 2), np.uint16), 65535)
