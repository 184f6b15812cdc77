"""Pipelines as text: what they mean, and what is said of mistakes."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

import opsin
from opsin._pipeline import OWN_STEPS
from opsin.cli.pipeline import PipelineError, footprints, parse, try_out

from equality import assert_same

IMAGE = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)


def outcome(text: str, image: np.ndarray = IMAGE) -> object:
    pipeline = parse(text)
    try_out(pipeline)
    return pipeline(image)


def test_steps_follow_each_other() -> None:
    expected = opsin.filters.sobel(opsin.filters.gaussian(IMAGE, 2))
    assert_same(outcome("gaussian sigma=2 | sobel"), expected)
    assert_same(outcome("  filters.gaussian 2|sobel "), expected)


def test_the_text_becomes_a_pipeline() -> None:
    assert parse("gaussian 2 | > threshold_otsu") == opsin.Pipeline(
        ("filters.gaussian", {"sigma": 2}), ("compare", {"sign": ">", "level": opsin.Pipeline("threshold_otsu")})
    )


def test_values_are_python_words_or_footprints() -> None:
    assert_same(outcome("gaussian sigma=(1,3) order=0"), opsin.filters.gaussian(IMAGE, (1, 3)))
    assert_same(outcome("gaussian 1,3"), opsin.filters.gaussian(IMAGE, (1, 3)))
    assert_same(outcome("gaussian mode=wrap"), opsin.filters.gaussian(IMAGE, mode="wrap"))
    assert_same(outcome("gaussian mode='wrap'"), opsin.filters.gaussian(IMAGE, mode="wrap"))
    assert_same(outcome("gaussian channel_axis=none"), opsin.filters.gaussian(IMAGE, channel_axis=None))
    assert_same(outcome("erosion disk(3)"), opsin.morphology.erosion(IMAGE, opsin.morphology.disk(3)))
    assert_same(outcome("erosion(opsin.morphology.disk(3))"), opsin.morphology.erosion(IMAGE, opsin.morphology.disk(3)))
    assert_same(outcome("erosion footprint_rectangle((3, 5))"), opsin.morphology.erosion(IMAGE, (3, 5)))
    assert_same(outcome("erosion footprint=(3,5)"), opsin.morphology.erosion(IMAGE, (3, 5)))
    assert_same(outcome("erosion ( 3, 5 )"), opsin.morphology.erosion(IMAGE, (3, 5)))
    assert_same(outcome("gaussian sigma = 2"), opsin.filters.gaussian(IMAGE, 2))


def test_footprints_are_found_by_themselves() -> None:
    assert {"ball", "diamond", "disk", "footprint_rectangle"} <= set(footprints())
    assert not {operation.short_name for operation in opsin.operations().values()} & set(footprints())


@pytest.mark.parametrize(
    "text",
    [
        'gaussian(3, mode="wrap")',
        "gaussian(3,mode='wrap')",
        "gaussian(sigma=3, mode=wrap,)",
        "gaussian( 3 , mode = 'wrap' )",
        "gaussian 3, mode=wrap",
        "gaussian 3,mode=wrap",
        "gaussian sigma=3 , mode='wrap'",
        "opsin.filters.gaussian(image, 3, mode='wrap')",
        "filters.gaussian(image, sigma=3, mode='wrap')",
    ],
)
def test_the_call_of_python_means_the_same(text: str) -> None:
    assert parse(text) == opsin.Pipeline(("gaussian", {"sigma": 3, "mode": "wrap"}))


def test_several_values_without_names() -> None:
    expected = opsin.Pipeline(("difference_of_gaussians", {"low_sigma": 1, "high_sigma": 4}))
    for text in ("difference_of_gaussians 1 4", "difference_of_gaussians(1, 4)", "difference_of_gaussians 1, 4"):
        assert parse(text) == expected


@pytest.mark.parametrize("words", ["label,area", "('label', 'area')", "label,area,"])
def test_several_words_are_one_value(words: str) -> None:
    assert list(outcome(f"label | regionprops_table properties={words}")) == ["label", "area"]


def test_one_word_is_a_sequence_where_one_is_needed() -> None:
    assert list(outcome("label | regionprops_table properties=area")) == ["area"]
    assert list(outcome("label | regionprops_table(properties='area')")) == ["area"]


def test_operations_on_color_take_images_of_every_kind() -> None:
    color = np.random.default_rng(1).integers(0, 256, (9, 3, 4), dtype=np.uint8)
    gray = opsin.color.rgb2gray(color[..., :3])
    assert_same(outcome("rgb2gray", color), gray)
    assert_same(outcome("rgb2gray", color[..., :3]), gray)
    assert_same(outcome("rgb2gray", color[..., :2]), color[..., 0])
    assert_same(outcome("rgb2gray", color[:, :, 0]), color[:, :, 0])
    assert_same(outcome("rgb2gray", IMAGE[None]), IMAGE[None])
    assert_same(outcome("rgb2gray channel_axis=1", color), opsin.color.rgb2gray(color, channel_axis=1))
    for dtype in (np.uint16, np.float32, np.float64):
        image = np.random.default_rng(2).random((20, 30)) * (60000 if dtype == np.uint16 else 1)
        assert_same(outcome("rgb2gray", image.astype(dtype)), image.astype(dtype), relative=1e-6)


def test_every_operation_on_color_is_preceded_by_as_rgb() -> None:
    for operation in opsin.operations().values():
        role = operation.image.role
        if role is not None and role.channels == 3 and not any(s.required for s in operation.settings.values()):
            files = [f"{name}=a.png" for name, array in operation.arrays.items() if array.required]
            text = " ".join([operation.short_name, *files])
            assert [step.name for step in parse(text).steps] == ["as_rgb", operation.name]


def test_comparisons() -> None:
    assert_same(outcome("> 120"), IMAGE > 120)
    assert_same(outcome("image>120"), IMAGE > 120)
    assert_same(outcome("<=7.5"), IMAGE <= 7.5)
    assert_same(outcome("== 7"), IMAGE == 7)
    assert_same(outcome("!= 7"), IMAGE != 7)
    assert_same(outcome("> threshold_otsu"), opsin.filters.threshold_otsu(IMAGE) < IMAGE)
    assert_same(outcome("> threshold_otsu()"), opsin.filters.threshold_otsu(IMAGE) < IMAGE)


def test_sizes() -> None:
    assert outcome("resize 50%").shape == (20, 25)
    assert outcome("resize(50%, order=0)").shape == (20, 25)
    assert outcome("resize 100x").shape == (80, 100)
    assert outcome("resize x100").shape == (100, 125)
    assert outcome("resize output_shape=30x20").shape == (20, 30)
    assert outcome("resize (20, 30)").shape == (20, 30)
    assert outcome("resize((20, 30))").shape == (20, 30)
    with pytest.raises(PipelineError, match=r"32x \(the width\), x32 \(the height\), 32x32 .* or a percentage"):
        parse("resize 32")
    with pytest.raises(PipelineError, match="output_shape must be"):
        parse("resize 0x32")


def test_a_bar_in_quotes_or_brackets_separates_nothing() -> None:
    with pytest.raises(PipelineError, match=r"mode must be one of .*; got 'a\|b'"):
        parse("gaussian mode='a|b'")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gausian", r"there is no operation 'gausian'\. Did you mean 'gaussian'\?"),
        ("gaussian sgima=2", r"filters\.gaussian has no parameter 'sgima'\. Did you mean 'sigma'\?"),
        ("gaussian 2 3", r"write '3' as name=value, or sigma=\(2, 3\)"),
        ("gaussian sigma=2 wrap", "write 'wrap' as name=value"),
        ("rotate 2 3", "write '3' as name=value; several"),
        ("gaussian 2 > 3", r"put \| before '>'"),
        ("gaussian sigma=1 sigma=2", "sigma is given twice"),
        ("gaussian sigma=", "sigma= has no value"),
        ("gaussian |", "a step of the pipeline is empty"),
        ("", "a step of the pipeline is empty"),
        ("gaussian 'x", "a quote or a bracket is open"),
        ("gaussian 2)", r"the bracket '\)' closes none"),
        ("gaussian (2]", r"the bracket '\]' closes none"),
        ("gaussian(2,,)", "nothing between two commas"),
        ("resize (3, 4", "a quote or a bracket is open"),
        ("gaussian mode=wrapp", r"filters\.gaussian: mode must be one of .* Did you mean 'wrap'\?"),
        ("gaussian mode=edge", "is 'nearest' here"),
        ("erosion disk(x)", r"morphology\.erosion: radius must be an integer; got 'x'"),
        ("erosion disk(-2)", "radius must be at least 0"),
        (">", "'>' needs a number or an operation to compare with"),
        ("> > 5", "has two signs"),
        (">" * 5000, "has two signs"),
        ("> gaussian", "'gaussian' gives no single number"),
        ("> histogram", "'histogram' gives no single number"),
        ("> nan", "level must be finite"),
        ("> -inf", "level must be finite"),
        ("threshold_otsu | gaussian", "'gaussian' needs an image, but 'threshold_otsu' gives none"),
        ("label return_num=true | sobel", "'sobel' needs an image, but 'label return_num=True' gives 2 results"),
        ("resize", "resize needs output_shape="),
        ("> otsu", "there is no operation 'otsu'"),
        ("gaussian image=3", "has no parameter 'image'"),
        ("regionprops_table extra_properties=3", "has no parameter 'extra_properties'"),
        ("sigma=3", "there is no operation 'sigma'|names a parameter but no operation"),
        ("(gaussian)", "a step begins with the name of an operation"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        outcome(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gaussian sigma=-1", "sigma must be at least 0"),
        ("gaussian sigma=(1,-2)", "sigma must be at least 0"),
        ("gaussian sigma=1e400", "sigma must be at least 0"),
        ("gaussian sigma=__import__", "sigma must be float .*; got '__import__'"),
        ("gaussian sigma=(1,2,3,4,5,6,7,8)", "sigma must be one number"),
        ("gaussian order=1.5", "order must be int"),
        ("median 0", "footprint must be at least 1"),
        ("sobel axis=9", "axis must be at least"),
        ("rotate abc", "angle must be float"),
        ("rescale 0", "scale must be more than 0"),
        ("rescale -2", "scale must be more than 0"),
        ("label connectivity=17", "connectivity must be at least 1"),
        ("rgb2gray weights=(1,2)", "weights must be 3 numbers"),
        ("histogram nbins=0", "nbins must be at least 1"),
        ("clip", "low or high must be given"),
        ("clip 5 2", "low must be at most high"),
        ("scale 5 5", "low must be less than high"),
        ("scale dtype=int8", "dtype must be one of"),
    ],
)
def test_wrong_values_are_found_without_an_image(text: str, words: str) -> None:
    with pytest.raises(PipelineError, match=words):
        try_out(parse(text))


@pytest.mark.parametrize("name", opsin.operations())
def test_no_operation_is_refused_with_its_defaults(name: str) -> None:
    operation = opsin.operations()[name]
    others = [item for item in operation.parameters.values() if item.role and item.required]
    if len(others) == 1 and not any(setting.required for setting in operation.settings.values()):
        try_out(parse(operation.short_name))


# fmt: off
PIECES = [
    "sigma", "=", "(", ")", "[", "]", "{", "}", ",", "|", ">", "<", "!", "'", '"', "%", "x", "1", "2", "-1", "0.5",
    "1e9", "1e400", "None", "true", "disk(", "disk(2)", "ball(1)", "mode", "wrap", "channel_axis", "order", "\\",
    "\x00", "é", "🎉", "__import__", "0x", "image", "opsin.", "filters.", "clip", "scale", "compare", "as_rgb",
    "50%", "10x", "x10", "low=", "high=", "*", "#", ";", "b'a'", "1j", "...", "nan", "inf", "\ud800", "9" * 30,
    "(1,2)", "[[0,1],[1,0]]", "area,label", "(0.5,2)", "('wrap','nearest')",
]
# fmt: on


def test_random_text_gives_a_pipeline_or_one_line() -> None:
    generator = random.Random(0)
    names = [operation.short_name for operation in [*opsin.operations().values(), *OWN_STEPS.values()]]
    understood = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3000):
            words = [generator.choice([*names, *PIECES]) for _ in range(generator.randint(1, 7))]
            text = generator.choice(["", "gaussian ", "> ", "resize ", "label|"])
            text += "".join(word + generator.choice(["", " ", "\n"]) for word in words)
            understood += is_understood(text)
    assert 0 < understood < 1000


def test_random_parameters_give_a_pipeline_or_one_line() -> None:
    generator = random.Random(1)
    known = [*opsin.operations().values(), *OWN_STEPS.values()]
    understood = 0
    for _ in range(3000):
        operation = generator.choice(known)
        given = [
            generator.choice(["", f"{name}="]) + generator.choice(PIECES)
            for name in generator.choices([*operation.settings, "sigma"], k=generator.randint(0, 3))
        ]
        form = generator.choice(["{} {}", "{}({})", "> {} {}"])
        understood += is_understood(form.format(operation.short_name, generator.choice([" ", ", ", ","]).join(given)))
    assert 100 < understood < 3000


def is_understood(text: str) -> bool:
    """Return whether the text is a pipeline; if it is none, the message must be one short line."""
    try:
        pipeline = parse(text)
        try_out(pipeline)
    except PipelineError as error:
        message = str(error)
        assert message
        assert "\n" not in message
        assert len(message) < 600
        return False
    assert hash(pipeline) == hash(parse(text))
    return True
