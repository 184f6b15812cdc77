"""Pipelines as text: what they mean, and what they say of mistakes."""

from __future__ import annotations

import numpy as np
import pytest

import opsin
from opsin.cli.pipeline import PipelineError, parse, run

from equality import assert_same

IMAGE = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)


def outcome(text: str, image: np.ndarray = IMAGE) -> object:
    return run(parse(text), image)


def test_steps_follow_each_other() -> None:
    expected = opsin.filters.sobel(opsin.filters.gaussian(IMAGE, 2))
    assert_same(outcome("gaussian sigma=2 | sobel"), expected)
    assert_same(outcome("  filters.gaussian 2|sobel "), expected)


def test_values_are_python_words_or_footprints() -> None:
    assert_same(outcome("gaussian sigma=(1,3) order=0"), opsin.filters.gaussian(IMAGE, (1, 3)))
    assert_same(outcome("gaussian mode=wrap"), opsin.filters.gaussian(IMAGE, mode="wrap"))
    assert_same(outcome("gaussian mode='wrap'"), opsin.filters.gaussian(IMAGE, mode="wrap"))
    assert_same(outcome("gaussian channel_axis=none"), opsin.filters.gaussian(IMAGE, channel_axis=None))
    assert_same(outcome("erosion disk(3)"), opsin.morphology.erosion(IMAGE, opsin.morphology.disk(3)))
    assert_same(outcome("erosion footprint=(3,5)"), opsin.morphology.erosion(IMAGE, (3, 5)))
    assert_same(outcome("erosion ( 3, 5 )"), opsin.morphology.erosion(IMAGE, (3, 5)))
    assert_same(outcome("gaussian sigma = 2"), opsin.filters.gaussian(IMAGE, 2))


@pytest.mark.parametrize("words", ["label,area", "('label', 'area')", "label,area,"])
def test_several_words_are_one_value(words: str) -> None:
    assert list(outcome(f"label | regionprops_table properties={words}")) == ["label", "area"]


def test_rgb2gray_takes_pictures_of_every_kind() -> None:
    colour = np.random.default_rng(1).integers(0, 256, (9, 3, 4), dtype=np.uint8)
    grey = opsin.color.rgb2gray(colour[..., :3])
    assert_same(outcome("rgb2gray", colour), grey)
    assert_same(outcome("rgb2gray", colour[..., :3]), grey)
    assert_same(outcome("rgb2gray", colour[..., :2]), colour[..., 0])
    assert_same(outcome("rgb2gray", colour[:, :, 0]), colour[:, :, 0])
    assert_same(outcome("rgb2gray", IMAGE[None]), IMAGE[None])
    assert_same(outcome("rgb2gray channel_axis=1", colour), opsin.color.rgb2gray(colour, channel_axis=1))


def test_comparisons() -> None:
    assert_same(outcome("> 120"), IMAGE > 120)
    assert_same(outcome("<=7.5"), IMAGE <= 7.5)
    assert_same(outcome("> threshold_otsu"), opsin.filters.threshold_otsu(IMAGE) < IMAGE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gausian", r"there is no operation 'gausian'\. Did you mean 'gaussian'\?"),
        ("gaussian sgima=2", r"filters\.gaussian has no parameter 'sgima'\. Did you mean 'sigma'\?"),
        ("gaussian 2 3", "write '3' as name=value"),
        ("gaussian sigma=1 sigma=2", "sigma is given twice"),
        ("gaussian |", "a step of the pipeline is empty"),
        ("", "a step of the pipeline is empty"),
        ("gaussian 'x", "a quote or a bracket is open"),
        ("resize (3, 4", "a quote or a bracket is open"),
        ("gaussian mode=wrapp", r"filters\.gaussian: mode must be one of .* Did you mean 'wrap'\?"),
        ("erosion disk(x)", r"morphology\.erosion: radius must be an integer; got 'x'"),
        (">", "'>' needs a number or an operation to compare with"),
        ("threshold_otsu | gaussian", "'gaussian' needs an image, but 'threshold_otsu' gives none"),
        ("resize", "resize needs output_shape="),
        ("> otsu", "there is no operation 'otsu'"),
        ("gaussian image=3", "has no parameter 'image'"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        parse(text)


def test_a_number_ends_the_pipeline() -> None:
    with pytest.raises(PipelineError, match="needs an image, but the step before it gives"):
        outcome("label return_num=true | gaussian")
    with pytest.raises(PipelineError, match="gives no single number"):
        outcome("> gaussian")


def test_wrong_values_are_the_operation_s_own_errors() -> None:
    with pytest.raises(ValueError, match="sigma must be at least 0"):
        outcome("gaussian sigma=-1")
    with pytest.raises(TypeError, match="sigma must be a number; got '__import__"):
        outcome("gaussian sigma=__import__")
