"""Histograms, against numpy.histogram and scikit-image."""

import cv2
import numpy as np
import pytest
import skimage.data
import skimage.exposure
from hypothesis import given
from hypothesis import strategies as st

import opsin
from opsin.exposure import histogram

import samples
from equality import assert_same


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16"])
@pytest.mark.parametrize("source_range", ["image", "dtype"])
def test_integers_have_a_bin_for_each_value(dtype, source_range):
    image = samples.image("exposure.histogram", (40, 57), dtype) // 3
    assert_same(
        histogram(image, source_range=source_range), skimage.exposure.histogram(image, source_range=source_range)
    )


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
def test_wide_integers_have_a_bin_for_each_value(dtype):
    image = samples.image("exposure.histogram", (40, 57), dtype) % 5000 + np.array(7).astype(dtype)
    assert_same(histogram(image), skimage.exposure.histogram(image.astype(np.int64)))
    values = np.array([2**63 + 3, 2**63 + 5, 2**63 + 3], np.uint64)
    counts, centers = histogram(values)
    assert counts.tolist() == [2, 0, 1]
    assert centers.tolist() == [2**63 + 3, 2**63 + 4, 2**63 + 5]
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max])
    assert histogram(ends, 4)[0].tolist() == [1, 0, 0, 1]


def test_integers_that_span_too_many_values_share_bins():
    image = np.array([0, 5, 2**20, 2**21], np.int32)
    counts, centers = histogram(image, 4)
    assert counts.tolist() == [2, 0, 1, 1]
    assert centers.tolist() == [2**18, 3 * 2**18, 5 * 2**18, 7 * 2**18]


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32"])
def test_source_ranges_of_too_many_values_have_shared_bins(dtype):
    image = samples.image("exposure.histogram", (40, 57), dtype) // 3
    counts, centers = histogram(image, 10, source_range=(-1e12, 1e12))
    expected, edges = np.histogram(image, 10, range=(-1e12, 1e12))
    assert_same((counts, centers), (expected, (edges[1:] + edges[:-1]) / 2))


def test_flags_are_counted():
    image = samples.image("exposure.histogram", (40, 57), "bool")
    counts, centers = histogram(image)
    assert counts.tolist() == [np.sum(~image), np.sum(image)]
    assert centers.tolist() == [0, 1]


@pytest.mark.filterwarnings("ignore:This might be a color image")
@given(
    shape=st.lists(st.integers(1, 60), min_size=1, max_size=3),
    dtype=st.sampled_from(["float32", "float64"]),
    nbins=st.integers(1, 300),
    scale=st.sampled_from([1.0, 1e-3, 1e6, 0.1]),
    offset=st.sampled_from([0.0, 1.0, -3.7]),
    levels=st.sampled_from([3, 10, 100, 100000]),
)
def test_floats_fall_into_numpys_bins(shape, dtype, nbins, scale, offset, levels):
    image = samples.image("exposure.histogram", tuple(shape), dtype)
    # Few levels put many values on the very edges of bins.
    image = (np.rint(image * levels) / levels * scale + offset).astype(dtype)
    try:
        expected, edges = np.histogram(image, nbins)
    except ValueError:
        with pytest.raises(ValueError, match="nbins must be less"):
            histogram(image, nbins)
        return
    counts, centers = histogram(image, nbins)
    np.testing.assert_array_equal(counts, expected)
    assert_same(centers, (edges[:-1] + edges[1:]) / 2, relative=1e-6)
    assert_same(histogram(image, nbins), skimage.exposure.histogram(image, nbins), relative=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_on_every_instruction_set(dtype):
    image = np.round(samples.image("exposure.histogram", (300, 257), dtype), 3)
    before = opsin._engine.runtime.simd_tier()
    for limits in ((0.0, 1.0), (0.1, 0.9), (-1.0, 0.5)):
        expected = np.histogram(image, 100, limits)[0]
        try:
            for tier in opsin._engine.runtime.simd_tiers():
                opsin._engine.runtime.set_simd_tier(tier)
                np.testing.assert_array_equal(histogram(image, 100, source_range=limits)[0], expected)
        finally:
            opsin._engine.runtime.set_simd_tier(before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nan_and_infinity_are_in_no_bin(dtype):
    image = np.linspace(0, 1, 1000).astype(dtype)
    expected = np.histogram(image, 10)[0]
    strange = np.concatenate([image, [np.nan, np.inf, -np.inf] * 40]).astype(dtype)
    np.testing.assert_array_equal(histogram(strange, 10)[0], expected)
    with_nan = np.concatenate([image, [np.nan] * 40]).astype(dtype)
    np.testing.assert_array_equal(histogram(with_nan, 10, source_range=(0, 1))[0], expected)
    counts, centers = histogram(np.full(5, np.nan, dtype), 4)
    assert counts.tolist() == [0, 0, 0, 0]
    assert centers.tolist() == [0.125, 0.375, 0.625, 0.875]


def test_float_ranges():
    image = np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0], np.float32)
    assert histogram(image, 2, source_range="dtype")[0].tolist() == [1, 3]
    assert histogram(image, 2, source_range=(0, 3))[0].tolist() == [3, 1]
    assert_same(histogram(np.full(7, 3.0), 4), skimage.exposure.histogram(np.full(7, 3.0), 4))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32"])
def test_integer_ranges(dtype):
    image = np.array([0, 3, 3, 5, 100], dtype)
    counts, values = histogram(image, source_range=(2, 6))
    assert counts.tolist() == [0, 2, 0, 1, 0]
    assert values.tolist() == [2, 3, 4, 5, 6]
    counts, values = histogram(image, source_range=(-3, 0.5))
    assert counts.tolist() == [0, 0, 0, 1]
    assert values.tolist() == [-3, -2, -1, 0]
    counts, values = histogram(np.minimum(image, 9), source_range=(250, 260))
    assert counts.tolist() == [0] * 11
    assert histogram(image, source_range=(7.2, 7.8))[0].shape == (0,)


def test_channels_share_bins():
    image = skimage.data.astronaut()
    assert_same(histogram(image, channel_axis=-1), skimage.exposure.histogram(image, channel_axis=-1))
    planes = (image / 255).transpose(2, 0, 1)
    expected = skimage.exposure.histogram(planes, 50, channel_axis=0)
    assert_same(histogram(planes, 50, channel_axis=0), expected, relative=1e-15)


def test_photograph_is_opencvs_histogram():
    image = skimage.data.camera()
    expected = cv2.calcHist([image], [0], None, [256], [0, 256]).astype(np.int64).ravel()
    assert_same(histogram(image, source_range="dtype")[0], expected)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_strides_and_strips(dtype):
    image = samples.image("exposure.histogram", (401, 302), dtype)
    for view in (image, image.T, image[::-1, ::2], image[3:, 5:], image[:, 7], image.reshape(-1, 2, 151)):
        expected = histogram(view.copy(), 64, source_range="dtype")
        assert_same(histogram(view, 64, source_range="dtype"), expected)
        assert expected[0].sum() == view.size


def test_normalized_counts_sum_to_one():
    image = skimage.data.astronaut()
    counts, _ = histogram(image, normalize=True, channel_axis=-1)
    np.testing.assert_allclose(counts.sum(axis=1), 1)
    assert_same(histogram(image[..., 0], normalize=True), skimage.exposure.histogram(image[..., 0], normalize=True))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_empty(dtype):
    counts, centers = histogram(np.zeros((0, 4), dtype), 5, normalize=True)
    assert counts.tolist() == [0.0] * (5 if dtype == "float32" else 0)
    assert counts.shape == centers.shape


def test_errors():
    image = np.zeros((4, 5))
    with pytest.raises(ValueError, match="nbins must be at least 1"):
        histogram(image, 0)
    with pytest.raises(ValueError, match="Did you mean 'image'"):
        histogram(image, source_range="images")
    with pytest.raises(ValueError, match="or two numbers"):
        histogram(image, source_range=(0, 1, 2))
    with pytest.raises(ValueError, match="the lower one first"):
        histogram(image, source_range=(1, 0))
    with pytest.raises(ValueError, match="source_range must be finite"):
        histogram(image, source_range=(0, np.nan))
    with pytest.raises(TypeError, match="normalize must be True or False"):
        histogram(image, normalize=1)
    with pytest.raises(ValueError, match="narrower than the largest float32"):
        histogram(np.array([-3e38, 3e38], np.float32))
    for dtype in (np.uint8, np.int64, np.float64):
        with pytest.raises(ValueError, match="image must have at least one channel along its axis 1"):
            histogram(np.zeros((5, 0), dtype), channel_axis=1)
    with pytest.raises(ValueError, match="nbins must be less, or source_range wider: float32 has fewer than 256 from"):
        histogram(np.array([1, 1 + 2e-7], np.float32))
