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
        ("gaussian 'x", "No closing quotation"),
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
        outcome("threshold_otsu | gaussian")
    with pytest.raises(PipelineError, match="gives no single number"):
        outcome("> gaussian")


def test_wrong_values_are_the_operation_s_own_errors() -> None:
    with pytest.raises(ValueError, match="sigma must be at least 0"):
        outcome("gaussian sigma=-1")
    with pytest.raises(TypeError, match="sigma must be a number; got '__import__"):
        outcome("gaussian sigma=__import__")
