"""What the filters with windows share: axes=, origin=, a mode for each axis; against scipy.ndimage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

import opsin

from equality import assert_same

MODES = ["reflect", "mirror", "nearest", "constant", "wrap"]
IMAGE = np.random.default_rng(3).random((7, 13, 10))


def pixels(dtype: str) -> np.ndarray:
    return (IMAGE * 250).astype(dtype) if dtype == "uint8" else IMAGE.astype(dtype)


@pytest.mark.parametrize("axes", [0, -1, (0, 1), (0, 2), (1, 2), (0, -1)], ids=str)
def test_filters_work_along_chosen_axes(axes: Any) -> None:
    several = (axes,) if isinstance(axes, int) else axes
    positive = tuple(sorted(axis % 3 for axis in several))
    assert_same(
        opsin.filters.gaussian(IMAGE, 1.5, mode="mirror", axes=axes, channel_axis=None),
        ndimage.gaussian_filter(IMAGE, 1.5, mode="mirror", axes=positive),
        relative=1e-12,
    )
    assert_same(
        opsin.filters.uniform(IMAGE, 5, axes=axes, channel_axis=None),
        ndimage.uniform_filter(IMAGE, 5, axes=positive),
        relative=1e-12,
    )
    assert_same(
        opsin.filters.median(IMAGE, 3, mode="reflect", axes=axes, channel_axis=None),
        ndimage.median_filter(IMAGE, 3, axes=positive),
    )
    for ours, theirs in ((opsin.morphology.erosion, ndimage.minimum_filter), (opsin.morphology.dilation, np.max)):
        if theirs is np.max:
            theirs = ndimage.maximum_filter
        got = ours(IMAGE, 3, mode="reflect", axes=axes, channel_axis=None)
        assert_same(got, theirs(IMAGE, 3, axes=positive))


def test_axes_count_spatial_axes_only() -> None:
    image = IMAGE[..., :3]
    expected = ndimage.gaussian_filter(image, 2, mode="nearest", axes=(1,))
    assert_same(opsin.filters.gaussian(image, 2, axes=-1), expected, relative=1e-12)
    with pytest.raises(ValueError, match="axes must be at least -2 and at most 1; got 2"):
        opsin.filters.gaussian(image, 2, axes=2)
    with pytest.raises(ValueError, match="each once"):
        opsin.filters.gaussian(image, 2, axes=(0, 0))


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("sizes", "origin"), [((3, 5), (1, -2)), ((4, 4), (1, -2)), ((4, 3), 0), ((5, 1), (2, 0)), ((1, 2), (0, -1))]
)
def test_origin_moves_the_window(sizes: tuple[int, int], origin: Any, mode: str, dtype: str) -> None:
    image = pixels(dtype)[0]
    options = {"mode": mode, "cval": 7, "origin": origin}
    assert_same(
        opsin.filters.median(image, sizes, **options),
        ndimage.rank_filter(image, sizes[0] * sizes[1] // 2, sizes, **options),
    )
    expected = ndimage.uniform_filter(image.astype(float), sizes, **options)
    got = opsin.filters.uniform(image, sizes, **options)
    assert_same(got, np.floor(expected + 0.5 + 1e-9).astype(dtype) if dtype == "uint8" else expected, relative=1e-12)
    footprint = np.ones(sizes, bool)
    footprint[0, 0] = False
    for shape in (np.ones(sizes, bool), footprint):
        structure = np.zeros(sizes)
        # SciPy mirrors the structure of a dilation together with its origin.
        assert_same(
            opsin.morphology.erosion(image, shape, **options),
            ndimage.grey_erosion(image, footprint=shape, structure=structure, **options).astype(dtype),
        )
        assert_same(
            opsin.morphology.dilation(image, shape, **options),
            ndimage.grey_dilation(image, footprint=shape, structure=structure, **options).astype(dtype),
        )


def test_origin_must_be_inside_the_window() -> None:
    with pytest.raises(ValueError, match="origin must be at least -1 and at most 1; got 2"):
        opsin.filters.median(IMAGE[0], 3, origin=2)
    with pytest.raises(TypeError, match="origin must be an integer"):
        opsin.filters.uniform(IMAGE[0], 3, origin=0.5)


@pytest.mark.parametrize("modes", [("wrap", "mirror"), ("constant", "reflect"), ("nearest", "constant")], ids=str)
def test_each_axis_may_have_a_mode_of_its_own(modes: tuple[str, str]) -> None:
    image = IMAGE[0]
    assert_same(
        opsin.filters.gaussian(image, 2, mode=modes, cval=0.5),
        ndimage.gaussian_filter(image, 2, mode=modes, cval=0.5),
        relative=1e-12,
    )
    assert_same(
        opsin.filters.uniform(image, 4, mode=modes, cval=0.5),
        ndimage.uniform_filter(image, 4, mode=modes, cval=0.5),
        relative=1e-12,
    )
    with pytest.raises(ValueError, match="mode must be one word or 2"):
        opsin.filters.gaussian(image, 2, mode=("wrap",))


@pytest.mark.parametrize("word", ["edge", "symmetric", "reflect_101"])
def test_words_of_other_libraries_are_translated(word: str) -> None:
    with pytest.raises(ValueError, match=rf"mode must be one of .*'{word}'.* here"):
        opsin.filters.gaussian(IMAGE[0], 2, mode=word)


def test_float_results_of_integers() -> None:
    image = pixels("uint8")[0]
    out = np.empty(image.shape)
    assert opsin.filters.gaussian(image, 1.5, out=out) is out
    assert_same(out, ndimage.gaussian_filter(image.astype(float), 1.5, mode="nearest"), relative=1e-6)
    means = np.empty(image.shape, np.float32)
    opsin.filters.uniform(image, 3, out=means)
    assert_same(means, ndimage.uniform_filter(image.astype(np.float32), 3), relative=1e-5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (61, 70, 3), (150,)], ids=str)
def test_large_gaussians_agree_with_their_windows(shape: tuple[int, ...], dtype: str, mode: str) -> None:
    image = np.random.default_rng(1).random(shape)
    image = (image * 255).astype(dtype) if dtype == "uint8" else image.astype(dtype)
    axes = tuple(range(min(image.ndim, 2)))
    expected = ndimage.gaussian_filter(image.astype(float), 30.5, mode=mode, cval=0.25, axes=axes)
    cval = 0 if dtype == "uint8" else 0.25
    if dtype == "uint8":
        expected = ndimage.gaussian_filter(image.astype(float), 30.5, mode=mode, axes=axes)
    got = opsin.filters.gaussian(image, 30.5, mode=mode, cval=cval)
    np.testing.assert_allclose(got, expected, rtol=0, atol=0.51 if dtype == "uint8" else 1e-4)
    mixed = opsin.filters.gaussian(image.astype(np.float64), [30.5, 1.5][: len(axes)], mode=mode, cval=cval)
    expected = ndimage.gaussian_filter(image.astype(float), [30.5, 1.5][: len(axes)], mode=mode, cval=cval, axes=axes)
    np.testing.assert_allclose(mixed, expected, rtol=0, atol=1e-4 * max(1.0, float(image.max())))


def test_large_gaussians_keep_constants() -> None:
    image = np.full((90, 80, 3), 201, np.uint8)
    assert_same(opsin.filters.gaussian(image, 33), image)


@pytest.mark.parametrize("radius", [0, 2, (1, 5), 40])
def test_gaussians_take_a_radius(radius: Any) -> None:
    image = IMAGE[0]
    assert_same(
        opsin.filters.gaussian(image, 25, mode="reflect", radius=radius),
        ndimage.gaussian_filter(image, 25, radius=radius),
        relative=1e-12,
    )
    with pytest.raises(ValueError, match="radius must be at least 0"):
        opsin.filters.gaussian(image, 2, radius=-1)


@pytest.mark.parametrize("shape", [(0,), (0, 4), (3, 0), (4, 3, 0), (0, 5, 6), (2, 0, 3, 4)], ids=str)
def test_images_without_pixels(shape: tuple[int, ...]) -> None:
    image = np.zeros(shape)
    for name in ("gaussian", "uniform", "sobel", "laplace", "gaussian_laplace", "minimum", "median", "unsharp_mask"):
        assert getattr(opsin.filters, name)(image, channel_axis=None).shape == shape
    for size in (3, 40):
        weights = np.random.default_rng(0).random((size,) * min(len(shape), 2) + (1,) * max(len(shape) - 2, 0))
        assert opsin.filters.correlate(image, weights, channel_axis=None).shape == shape
