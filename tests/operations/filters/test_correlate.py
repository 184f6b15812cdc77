"""Correlation and convolution against sums written out, scipy.ndimage and OpenCV."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

import opsin
from opsin._engine import window
from opsin._engine.borders import indices

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
correlate, convolve = opsin.filters.correlate, opsin.filters.convolve
RNG = np.random.default_rng(0)


def reference(
    image: np.ndarray, weights: np.ndarray, origin: list[int], modes: list[str], axes: list[int], *, mirrored: bool
) -> np.ndarray:
    """Return the sums over the windows of an image that is extended by the table of indices, with the constant 1."""
    extended = image.astype(np.float64)
    for number, axis in enumerate(sorted(axes)):
        size, place = weights.shape[number], axes.index(axis)
        before = size // 2 + origin[place]
        before = size - 1 - before if mirrored else before
        table = indices(np.arange(-before, image.shape[axis] + size - 1 - before), image.shape[axis], modes[place])
        extended = np.take(extended, np.maximum(table, 0), axis)
        extended[(slice(None),) * axis + (table < 0,)] = 1
    others = tuple(axis for axis in range(image.ndim) if axis not in axes)
    weights = np.expand_dims(np.flip(weights) if mirrored else weights, others)
    return (sliding_window_view(extended, weights.shape) * weights).sum(axis=tuple(range(-image.ndim, 0)))


@st.composite
def calls(draw: Any) -> dict[str, Any]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.lists(st.integers(1, 14), min_size=1, max_size=3))
    axes = draw(st.permutations(range(len(shape))))[: draw(st.integers(1, len(shape)))]
    sizes = draw(st.lists(st.integers(1, 9), min_size=len(axes), max_size=len(axes)))
    kind = draw(st.sampled_from(["any", "sparse", "product", "mean of a product", "mean", "sum"]))
    weights = rng.standard_normal(sizes)
    if kind == "sparse":
        weights *= rng.random(sizes) > 0.7
    elif "product" in kind:
        weights = np.ones(())
        for size in sizes:
            weights = np.multiply.outer(weights, rng.random(size) + 0.1)
    elif kind in ("mean", "sum"):
        weights = np.ones(sizes)
    if "mean" in kind:
        weights /= weights.sum()
    lengths = [sizes[sorted(axes).index(axis)] for axis in axes]
    dtype = draw(st.sampled_from(["uint8", "uint16", "int16", "float32", "float64"]))
    return {
        "image": (rng.random(shape) * 200).astype(dtype),
        "weights": weights,
        "mode": draw(st.lists(st.sampled_from(MODES), min_size=len(axes), max_size=len(axes))),
        "origin": [draw(st.integers(-(size // 2), (size - 1) // 2)) for size in lengths],
        "axes": axes,
    }


@pytest.mark.parametrize("path", ["chosen", "taps", "separable", "fourier"])
@given(call=calls(), mirrored=st.booleans())
def test_any_window_is_the_sum_written_out(path: str, call: dict[str, Any], mirrored: bool) -> None:
    image, weights = call["image"], call["weights"]
    expected = reference(image, weights, call["origin"], call["mode"], call["axes"], mirrored=mirrored)
    with pytest.MonkeyPatch.context() as patch:
        if path == "taps":
            patch.setattr(window, "SEPARABLE_COST", np.inf)
        elif path == "separable":
            patch.setattr(window, "SEPARABLE_COST", -np.inf)
        elif path == "fourier":
            patch.setattr(window, "SEPARABLE_COST", np.inf)
            patch.setattr(window, "TAP_COST", dict.fromkeys(window.TAP_COST, np.inf))
        got = (convolve if mirrored else correlate)(
            image, weights, mode=call["mode"], cval=1, origin=call["origin"], axes=call["axes"], channel_axis=None
        )
    scale = max(1.0, float(np.abs(weights).sum())) * 200
    if got.dtype.kind == "f":
        assert np.abs(got - expected).max() <= (1e-13 if got.dtype == np.float64 else 2e-6) * scale
    else:
        assert got.dtype == image.dtype
        # Products of two filters are blurred in fixed point.
        assert np.abs(got - expected).max() <= (1.0 if got.dtype == np.uint8 else 0.5 + 1e-4)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (9, 9), (50, 50), (75, 75)], ids=str)
def test_windows_of_the_tutorials_on_color(size: tuple[int, int], mode: Any) -> None:
    rgb = RNG.integers(0, 256, (60, 71, 3), dtype=np.uint8)
    box = np.ones(size) / np.prod(size)
    bell = np.multiply.outer(*(scipy.signal.windows.gaussian(length, length / 5) for length in size))
    noise = RNG.random(size)
    for weights in (box, bell / bell.sum(), noise / noise.sum()):
        got = correlate(rgb, weights, mode=mode)
        assert got.dtype == np.uint8
        expected = scipy.ndimage.correlate(rgb.astype(float), weights[..., None], mode=mode)
        assert np.abs(got - expected).max() <= 0.75
    edges = np.outer([1, 2, 1], [-1, 0, 1])
    expected = scipy.ndimage.convolve(rgb.astype(np.float32), edges[..., None], mode=mode)
    assert_same(convolve(rgb, edges, mode=mode), expected, relative=1e-6)


def test_means_have_the_dtype_of_the_image_and_sums_are_floats() -> None:
    image = np.full((4, 5), 200, np.uint8)
    assert correlate(image, np.ones((3, 3)) / 9).dtype == np.uint8
    assert correlate(image, (np.ones((3, 3)) / 9).astype(np.float32)).dtype == np.uint8
    assert_same(correlate(image, np.ones((3, 3), int)), np.full((4, 5), 1800, np.float32))
    assert_same(correlate(image, [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]), np.full((4, 5), 200, np.float32))
    assert correlate(image.astype(np.int32), [[-1, 0, 1]]).dtype == np.float64
    out = np.empty((4, 5))
    assert correlate(image, np.ones((3, 3)) / 9, out=out) is out
    assert_same(correlate(image, np.zeros((3, 3))), np.zeros((4, 5), np.float32))
    flags = RNG.random((20, 30)) > 0.5
    expected = scipy.ndimage.correlate(flags.astype(float), np.full((3, 3), 1 / 9)) >= 0.5
    assert_same(correlate(flags, np.full((3, 3), 1 / 9)), expected)


@pytest.mark.parametrize("size", [3, 8, 31, 64])
def test_convolution_is_scipys(size: int) -> None:
    image = RNG.random((70, 81))
    weights = RNG.standard_normal((size, size + 1))
    expected = scipy.signal.convolve2d(image, weights, mode="same", boundary="symm")
    # Even windows are centered one pixel later there.
    origin = [-((length + 1) % 2) for length in weights.shape]
    assert_same(convolve(image, weights, origin=origin), expected, relative=1e-12)


def test_equals_opencv() -> None:
    image = RNG.integers(0, 256, (90, 101), dtype=np.uint8)
    weights = RNG.standard_normal((7, 5))
    expected = cv2.filter2D(image, cv2.CV_32F, weights, borderType=cv2.BORDER_REFLECT_101)
    assert_same(correlate(image, weights, mode="mirror"), expected, relative=1e-5)


@pytest.mark.parametrize("weights", [RNG.random((3, 3)), np.ones((8, 8)), RNG.random((50, 40))], ids=["3", "box", "50"])
def test_nan_and_infinity_stay_in_their_windows(weights: np.ndarray) -> None:
    image = RNG.random((120, 130))
    image[60, 50], image[5, 5] = np.nan, np.inf
    for mode, cval in (("reflect", 0), ("constant", 0.5), ("constant", np.nan)):
        got = correlate(image, weights, mode=mode, cval=cval)
        expected = scipy.ndimage.correlate(image, weights, mode=mode, cval=cval)
        finite = np.isfinite(expected)
        np.testing.assert_array_equal(np.isfinite(got), finite)
        np.testing.assert_allclose(got[finite], expected[finite], rtol=1e-10)


def test_weights_of_zero_hide_nan() -> None:
    image = np.ones((9, 9))
    image[4, 4] = np.nan
    got = correlate(image, np.outer([1, 2, 1], [-1, 0, 1]))
    np.testing.assert_array_equal(np.argwhere(np.isnan(got))[:, 1] == 4, np.zeros(6, bool))


@pytest.mark.parametrize("channel_axis", [0, 1, 2, 3])
def test_volumes_with_channels(channel_axis: int) -> None:
    image = RNG.random((6, 9, 10, 2))
    for weights in (RNG.standard_normal((3, 4, 5)), RNG.standard_normal((14, 13, 12))):
        expected = scipy.ndimage.correlate(image, weights[..., None], mode="wrap")
        got = correlate(np.moveaxis(image, -1, channel_axis), weights, mode="wrap", channel_axis=channel_axis)
        assert_same(np.moveaxis(got, channel_axis, -1), expected, relative=1e-11)


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        (np.ones(3), ValueError, "weights must have 2 axes, one for each spatial axis of the image; got shape"),
        (np.ones((0, 3)), ValueError, "weights must have between 1 and 65535 pixels along each axis"),
        ([[np.nan]], ValueError, "weights must be finite"),
        ([["a"]], TypeError, "weights must be an array of real numbers; got dtype"),
        (np.ones((2, 2), complex), TypeError, "weights must be an array of real numbers; got dtype complex128"),
        ([[1], [1, 2]], ValueError, "weights must be an array or nested sequences of one length"),
    ],
    ids=str,
)
def test_wrong_weights_are_named(weights: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        correlate(np.zeros((5, 6), np.uint8), weights)
    with pytest.raises(ValueError, match="origin must be at least -1 and at most 1; got 2"):
        correlate(np.zeros((5, 6)), np.ones((3, 3)), origin=2)
