"""Thresholds against scikit-image and slow references."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import skimage.data
import skimage.filters
from hypothesis import assume, given
from hypothesis import strategies as st

import opsin

from equality import assert_same

filters = opsin.filters
RULES = ["isodata", "li", "mean", "minimum", "otsu", "triangle", "yen"]


def converted(image: np.ndarray, dtype: str) -> np.ndarray:
    if dtype.startswith("float"):
        return (skimage.filters.gaussian(image, 1.5)).astype(dtype)
    return image if dtype == "uint8" else (image.astype(dtype) * 7 - (100 if dtype == "int16" else 0)).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "float32", "float64"])
@pytest.mark.parametrize("name", ["camera", "coins", "page", "moon"])
@pytest.mark.parametrize("rule", RULES)
def test_photographs_have_scikit_images_thresholds(rule: str, name: str, dtype: str) -> None:
    image = converted(getattr(skimage.data, name)(), dtype)
    ours, theirs = (getattr(module, f"threshold_{rule}") for module in (filters, skimage.filters))
    try:
        expected = theirs(image)
    except RuntimeError:
        with pytest.raises(ValueError, match="maxima"):
            ours(image)
    else:
        assert ours(image) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize("rule", ["isodata", "minimum", "otsu", "triangle", "yen"])
def test_a_histogram_gives_the_threshold_of_its_image(rule: str) -> None:
    image, threshold = skimage.data.coins(), getattr(filters, f"threshold_{rule}")
    expected = threshold(image)
    assert type(expected) is int
    assert threshold(hist=opsin.exposure.histogram(image)) == expected
    assert threshold(hist=np.bincount(image.ravel(), minlength=300)) == expected
    with pytest.raises(TypeError, match=f"threshold_{rule} takes an image or hist"):
        threshold()


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint64", "float16", "float32", "float64"])
@pytest.mark.parametrize("rule", RULES)
def test_one_value_is_the_threshold(rule: str, dtype: str) -> None:
    threshold = getattr(filters, f"threshold_{rule}")
    assert threshold(np.full((4, 5), 1, dtype)) == 1
    with pytest.raises(ValueError, match="at least one finite pixel"):
        threshold(np.zeros((0, 4), dtype))


@pytest.mark.parametrize("rule", ["isodata", "li", "mean", "otsu", "triangle", "yen"])
def test_pixels_that_are_not_finite_are_left_out(rule: str) -> None:
    threshold = getattr(filters, f"threshold_{rule}")
    values = np.random.default_rng(0).random(500) ** 2
    assert threshold(np.concatenate([values, [np.nan, np.inf, -np.inf]])) == pytest.approx(threshold(values), rel=1e-12)


@pytest.mark.parametrize("rule", ["isodata", "li", "otsu", "triangle", "yen"])
@given(values=st.lists(st.integers(0, 40), min_size=2, max_size=50), offset=st.sampled_from([0, -70, 2**40]))
def test_an_offset_moves_the_threshold(rule: str, values: list[int], offset: int) -> None:
    threshold = getattr(filters, f"threshold_{rule}")
    image = np.array(values)
    assert threshold(image + offset) == pytest.approx(threshold(image) + offset, rel=1e-9)


@given(values=st.lists(st.integers(0, 255), min_size=3, max_size=40))
def test_li_has_no_lower_cross_entropy_near(values: list[int]) -> None:
    image = np.array(values, np.uint8)
    assume(len(np.unique(image)) > 2)
    assert filters.threshold_li(image) == pytest.approx(float(skimage.filters.threshold_li(image)), rel=1e-6)
    floats = image / 7
    expected = float(skimage.filters.threshold_li(floats))
    assert filters.threshold_li(floats) == pytest.approx(expected, rel=1e-6)
    guess = (floats.min() + floats.max()) / 2
    expected = float(skimage.filters.threshold_li(floats, initial_guess=guess, tolerance=0.1))
    assert filters.threshold_li(floats, initial_guess=guess, tolerance=0.1) == pytest.approx(expected, rel=1e-6)


def test_li_takes_guesses_within_the_image() -> None:
    image = skimage.data.coins()
    for guess in (30, 100.5, 200):
        expected = float(skimage.filters.threshold_li(image, initial_guess=guess))
        assert filters.threshold_li(image, initial_guess=guess) == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ValueError, match="initial_guess must be more than 1 and less than 252; got 300"):
        filters.threshold_li(image, initial_guess=300)


def test_isodata_returns_all() -> None:
    image = skimage.data.camera()
    expected = skimage.filters.threshold_isodata(image, return_all=True)
    np.testing.assert_array_equal(filters.threshold_isodata(image, return_all=True), expected)


def test_otsu_of_each_channel() -> None:
    rgb = skimage.data.astronaut()
    expected = [filters.threshold_otsu(rgb[..., channel]) for channel in range(3)]
    assert filters.threshold_otsu(rgb, channel_axis=-1).tolist() == expected
    assert filters.threshold_otsu(rgb, channel_axis="auto").tolist() == expected
    assert filters.threshold_otsu(np.moveaxis(rgb, -1, 0), channel_axis=0).tolist() == expected
    assert isinstance(filters.threshold_otsu(rgb), int)
    together = (rgb > filters.threshold_otsu(rgb, channel_axis=-1)).all(axis=-1)
    assert 0.1 < together.mean() < 0.6


def test_minimum_errors() -> None:
    with pytest.raises(ValueError, match="max_num_iter must be more"):
        filters.threshold_minimum(skimage.data.camera(), max_num_iter=2)
    with pytest.raises(ValueError, match="two maxima"):
        filters.threshold_minimum(hist=[1, 2, 3, 2, 1])


def variance_within(values: np.ndarray, thresholds: Any) -> float:
    classes = np.digitize(values, thresholds, right=True)
    return sum(float(np.sum((values[classes == k] - values[classes == k].mean()) ** 2)) for k in np.unique(classes))


@given(values=st.lists(st.integers(0, 30), min_size=6, max_size=60), classes=st.integers(2, 4))
def test_no_other_thresholds_separate_better(values: list[int], classes: int) -> None:
    image = np.array(values, np.uint8)
    levels = np.unique(image)
    assume(len(levels) >= classes)
    found = filters.threshold_multiotsu(image, classes)
    assert len(found) == classes - 1
    best = min(variance_within(image.astype(float), one) for one in itertools.combinations(levels[:-1], classes - 1))
    assert variance_within(image.astype(float), found) <= best * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("name", ["camera", "coins", "moon"])
def test_several_classes_are_scikit_images(name: str) -> None:
    image = getattr(skimage.data, name)()
    for classes in (2, 3):
        expected = skimage.filters.threshold_multiotsu(image, classes)
        np.testing.assert_array_equal(filters.threshold_multiotsu(image, classes), expected)
    floats = skimage.filters.gaussian(image, 2)
    expected = skimage.filters.threshold_multiotsu(floats, 3, nbins=64)
    np.testing.assert_allclose(filters.threshold_multiotsu(floats, 3, nbins=64), expected)


def test_many_levels_and_classes() -> None:
    image = (np.random.default_rng(0).random((100, 100)) ** 2 * 65535).astype(np.uint16)
    found = filters.threshold_multiotsu(image, 9)
    assert len(found) == 8
    assert (np.diff(found) > 0).all()
    with pytest.raises(ValueError, match="classes must be at most 2, the number of bins"):
        filters.threshold_multiotsu(np.array([1, 2, 2]), 3)


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "constant", "wrap"])
@pytest.mark.parametrize("method", ["gaussian", "mean", "median"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_local_thresholds_are_scikit_images(dtype: str, method: Any, mode: Any) -> None:
    image = converted(skimage.data.page()[:70, :81], dtype)
    for size in (3, 15, (5, 9)):
        expected = skimage.filters.threshold_local(image.astype(float), size, method, offset=0.5, mode=mode, cval=1)
        got = filters.threshold_local(image, size, method=method, offset=0.5, mode=mode, cval=1)
        assert_same(got, expected.astype(got.dtype), relative=2e-6)
    expected = skimage.filters.threshold_local(image.astype(float), 5, param=2.5)
    got = filters.threshold_local(image, 5, param=2.5)
    assert_same(got, expected.astype(got.dtype), relative=2e-6)


@pytest.mark.parametrize("shape", [(60, 71), (12, 13, 14)], ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
def test_niblack_and_sauvola_are_scikit_images(dtype: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    image = rng.random(shape) if dtype == "float64" else rng.integers(0, 250, shape).astype(dtype)
    for size in (3, 7, (5, 9, 3)[: len(shape)]):
        for name, settings in (("niblack", {"k": 0.4}), ("sauvola", {"k": 0.3}), ("sauvola", {"r": 50.0})):
            ours, theirs = (getattr(module, f"threshold_{name}") for module in (filters, skimage.filters))
            expected = theirs(image, size, **settings)
            got = ours(image, size, channel_axis=None, **settings)
            assert_same(got, expected.astype(got.dtype), relative=1e-6 if got.dtype == np.float32 else 1e-11)


def test_flat_images_have_no_deviation() -> None:
    image = np.full((40, 50), 201.3)
    np.testing.assert_allclose(filters.threshold_niblack(image, 15, k=5), 201.3, rtol=1e-6)


def test_all_thresholds_in_one_figure() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = filters.try_all_threshold(skimage.data.coins(), figsize=(6, 4))
    titles = [one.get_title().split() for one in axes]
    assert [title[0] for title in titles] == ["image", *RULES]
    assert titles[5] == ["otsu", "107"]
    assert figure.get_size_inches().tolist() == [6, 4]
    _, axes = filters.try_all_threshold(np.repeat([1, 2, 3, 4, 5], [1, 2, 3, 2, 1]).reshape(3, 3))
    assert axes[4].get_title() == "minimum finds none"
    pyplot.close("all")
    with pytest.raises(ValueError, match="image must have two axes"):
        filters.try_all_threshold(np.zeros((3, 4, 3)))
    with pytest.raises(ValueError, match="at least one finite pixel"):
        filters.try_all_threshold(np.zeros((0, 4)))
