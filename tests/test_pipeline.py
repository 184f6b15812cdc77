"""opsin.Pipeline: operations as one value."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import opsin
from opsin import Pipeline
from opsin._operation import Operation
from opsin._pipeline import OWN_STEPS, SHAPE, as_rgb, clip, compare, fits, relative_shape, scale

from equality import assert_same

IMAGE = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)


def every_operation() -> list[Operation]:
    return [*opsin.operations().values(), *OWN_STEPS.values()]


def test_a_pipeline_is_its_operations_in_sequence() -> None:
    expected = opsin.filters.sobel(opsin.filters.gaussian(IMAGE, 2))
    for first in ("gaussian", "filters.gaussian", opsin.filters.gaussian):
        assert_same(Pipeline((first, {"sigma": 2}), opsin.filters.sobel)(IMAGE), expected)
    assert_same(Pipeline("sobel")(IMAGE.tolist()), opsin.filters.sobel(IMAGE.tolist()))


def test_equal_pipelines_are_equal_and_hashable() -> None:
    def made(sigma: float = 2) -> Pipeline:
        return Pipeline(
            ("closing", {"footprint": opsin.morphology.disk(2)}),
            ("gaussian", {"mode": ["wrap", "nearest"], "sigma": sigma}),
        )

    assert made() == made() == Pipeline(*made().steps)
    assert hash(made()) == hash(made())
    assert made() != made(3)
    assert len({made(), made(), made(3)}) == 2


def test_the_order_of_parameters_is_that_of_the_operation() -> None:
    one = Pipeline(("gaussian", {"mode": "wrap", "sigma": 2}))
    assert one == Pipeline(("gaussian", {"sigma": 2, "mode": "wrap"}))
    assert repr(one) == "Pipeline(('filters.gaussian', {'sigma': 2, 'mode': 'wrap'}))"


@pytest.mark.parametrize(
    "pipeline",
    [
        Pipeline("as_rgb", "rgb2gray", ("gaussian", {"sigma": (1, 2.5), "channel_axis": None}), "threshold_otsu"),
        Pipeline(("compare", {"sign": ">", "level": Pipeline("threshold_otsu")}), ("closing", {"footprint": 3})),
        Pipeline(("closing", {"footprint": opsin.morphology.disk(1)}), ("scale", {"low": 0.0, "dtype": "uint16"})),
        Pipeline(("resize", {"output_shape": "50%"})),
    ],
)
def test_the_representation_is_the_code_and_pickle_keeps_it(pipeline: Pipeline) -> None:
    assert eval(repr(pipeline), {"Pipeline": Pipeline, "np": np}) == pipeline
    assert pickle.loads(pickle.dumps(pipeline)) == pipeline


def test_changing_the_arguments_later_changes_nothing() -> None:
    footprint = opsin.morphology.disk(2)
    sigma = [1, 2]
    pipeline = Pipeline(("erosion", {"footprint": footprint}), ("gaussian", {"sigma": sigma}))
    expected = pipeline(IMAGE)
    footprint[:] = 1
    sigma[0] = 9
    assert_same(pipeline(IMAGE), expected)
    with pytest.raises(AttributeError):
        pipeline.steps = ()  # type: ignore[misc]


def test_pipelines_as_values_see_the_image_of_their_step() -> None:
    pipeline = Pipeline("median", ("compare", {"sign": ">=", "level": Pipeline("threshold_otsu")}))
    blurred = opsin.filters.median(IMAGE)
    assert_same(pipeline(IMAGE), blurred >= opsin.filters.threshold_otsu(blurred))
    with pytest.raises(ValueError, match=r"level must be a single number; histogram returns several\."):
        Pipeline(("compare", {"sign": ">", "level": Pipeline("histogram")}))(IMAGE)


@pytest.mark.parametrize(
    ("steps", "error", "words"),
    [
        ((), ValueError, "at least one step"),
        (("gausian",), ValueError, "no operation 'gausian'. Did you mean 'gaussian'"),
        ((np.sum,), TypeError, "must be an operation of opsin or its name"),
        ((3,), TypeError, "must be an operation of opsin or its name; got 3"),
        ((("gaussian", 3),), TypeError, "must be a dict; got 3"),
        ((("gaussian", {"sgima": 3}),), ValueError, "no parameter 'sgima'. Did you mean 'sigma'"),
        ((("gaussian", {"image": 3}),), ValueError, "no parameter 'image'"),
        ((("gaussian", {"out": None}),), ValueError, "no parameter 'out'"),
        ((("gaussian", {"sigma": -1}),), ValueError, "sigma must be at least 0"),
        ((("gaussian", {"sigma": (1, -1)}),), ValueError, "sigma must be at least 0"),
        ((("gaussian", {"sigma": float("nan")}),), ValueError, "sigma must be at least 0"),
        ((("gaussian", {"sigma": True}),), TypeError, "sigma must be float"),
        ((("gaussian", {"mode": "wrapp"}),), ValueError, "Did you mean 'wrap'"),
        ((("gaussian", {"mode": "symmetric"}),), ValueError, "is 'reflect' here"),
        ((("gaussian", {"channel_axis": "x"}),), TypeError, "channel_axis must be int"),
        (("resize",), ValueError, "resize needs output_shape="),
        ((("resize", {"output_shape": "50"}),), ValueError, "'640x480'"),
        (("threshold_otsu", "gaussian"), ValueError, "'gaussian' needs an image, but 'threshold_otsu' gives none"),
        ((("compare", {"sign": "=", "level": 1}),), ValueError, "sign must be one of"),
    ],
)
def test_mistakes_are_found_when_it_is_made(steps: tuple, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Pipeline(*steps)


def test_several_results_end_a_pipeline() -> None:
    pipeline = Pipeline(("label", {"return_num": True}), "gaussian")
    with pytest.raises(TypeError, match="'gaussian' needs an image, but 'label return_num=True' gives a tuple"):
        pipeline(IMAGE)


@pytest.mark.parametrize("operation", every_operation(), ids=lambda operation: operation.name)
def test_defaults_are_of_the_declared_types(operation: Operation) -> None:
    for setting in operation.settings.values():
        if not setting.required:
            assert fits(setting.annotation, setting.default), (setting.name, setting.default)


@pytest.mark.parametrize(
    ("text", "shape", "expected"),
    [
        ("50%", (40, 60), (20, 30)),
        ("150%", (3, 40, 60), (3, 60, 90)),
        ("0.1%", (40, 60), (1, 1)),
        ("30x", (40, 60), (20, 30)),
        ("x20", (40, 60), (20, 30)),
        ("7x", (3, 1000), (1, 7)),
        ("640x480", (7, 40, 60), (7, 480, 640)),
    ],
)
def test_shapes_that_depend_on_the_image(text: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert relative_shape(text, shape) == expected
    image = np.zeros(shape, np.uint8)
    assert Pipeline(("resize", {SHAPE: text}))(image).shape == expected


def test_shapes_leave_out_the_channels() -> None:
    half = Pipeline(("resize", {SHAPE: "50%"}))
    assert half(np.zeros((40, 60, 3), np.uint8)).shape == (20, 30, 3)
    assert half(np.zeros((40, 60, 4), np.uint8)).shape == (20, 30, 4)
    first = Pipeline(("resize", {SHAPE: "x20", "channel_axis": 0}))
    assert first(np.zeros((3, 40, 60), np.uint8)).shape == (3, 20, 30)


@pytest.mark.parametrize("text", ["", "x", "%", "0x5", "5x0", "0%", "0.0%", ".%", "-5x", "5 x", "5x5x5", "1e3%", "²x"])
def test_shapes_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="output_shape must be"):
        relative_shape(text, (4, 6))


@given(
    hnp.arrays(st.sampled_from([np.uint8, np.int16, np.float32, np.float64, np.bool_]), hnp.array_shapes(max_dims=3))
)
def test_scale_uses_the_full_range(image: np.ndarray) -> None:
    if image.dtype.kind == "f" and not np.isfinite(image).all():
        with pytest.raises(ValueError, match="finite"):
            scale(image)
        return
    for dtype, top in (("uint8", 255), ("uint16", 65535)):
        got = scale(image, dtype=dtype)  # type: ignore[arg-type]
        assert got.dtype == dtype
        assert got.shape == image.shape
        exact = image.astype(np.longdouble)
        spread = exact.max() - exact.min()
        expected = np.zeros(image.shape) if spread == 0 else (exact - exact.min()) * top / spread
        assert np.abs(got - expected).max() <= 0.51


def test_scale_with_limits() -> None:
    image = np.array([[-5.0, 0.0, 0.5, 1.0, 7.0]])
    assert scale(image, 0, 1).tolist() == [[0, 0, 128, 255, 255]]
    assert scale(np.array([[0.0, 1e300, -1e300]])).tolist() == [[128, 255, 0]]
    assert scale(np.array([[1.0, 1.0]])).tolist() == [[0, 0]]
    assert scale(np.zeros((0, 3))).shape == (0, 3)
    for low, high in ((1, 1), (2, 1)):
        with pytest.raises(ValueError, match="low must be less than high"):
            scale(image, low, high)


def test_clip_keeps_the_dtype() -> None:
    image = np.array([[0, 100, 255]], np.uint8)
    assert_same(clip(image, 9.5, 200.5), np.array([[10, 100, 200]], np.uint8))
    assert_same(clip(image, -5), image)
    assert_same(clip(image, high=1000), image)
    assert_same(clip(image, 300, 400), np.full((1, 3), 255, np.uint8))
    floats = np.array([[np.nan, -np.inf, 3]], np.float32)
    assert_same(clip(floats, 0, 1e300), np.array([[np.nan, 0, 3]], np.float32))
    with pytest.raises(ValueError, match="low must be at most high"):
        clip(image, 3, 2)
    with pytest.raises(ValueError, match="low or high must be given"):
        clip(image)
    with pytest.raises(TypeError, match="got bool"):
        clip(image > 3, 0)


def test_comparisons() -> None:
    for sign, expected in (
        (">", IMAGE > 120),
        (">=", IMAGE >= 120),
        ("<", IMAGE < 120),
        ("<=", IMAGE <= 120),
        ("==", IMAGE == 120),
        ("!=", IMAGE != 120),
    ):
        assert_same(compare(IMAGE, sign, 120), expected)


def test_as_rgb() -> None:
    color = np.random.default_rng(1).integers(0, 256, (9, 8, 4), dtype=np.uint8)
    assert_same(as_rgb(color), color[..., :3])
    assert_same(as_rgb(color[..., :3]), color[..., :3])
    assert_same(as_rgb(color[..., :2]), np.stack([color[..., 0]] * 3, axis=-1))
    assert_same(as_rgb(IMAGE), np.stack([IMAGE] * 3, axis=-1))


def test_further_arrays_are_arrays_or_files(tmp_path) -> None:
    reference = np.random.default_rng(1).integers(0, 99, (20, 30), dtype=np.uint8)
    expected = opsin.exposure.match_histograms(IMAGE, reference)
    opsin.io.imsave(tmp_path / "reference.png", reference)
    by_file = Pipeline(("match_histograms", {"reference": str(tmp_path / "reference.png")}))
    assert_same(by_file(IMAGE), expected)
    assert_same(Pipeline(("match_histograms", {"reference": reference}))(IMAGE), expected)
    for pipeline in (by_file, Pipeline(("match_histograms", {"reference": reference}))):
        pipeline.save(tmp_path / "a.toml")
        assert Pipeline.load(tmp_path / "a.toml") == pipeline
        assert eval(repr(pipeline), {"Pipeline": Pipeline, "np": np}) == pipeline
        hash(pipeline)
    assert Pipeline(("match_histograms", {"reference": tmp_path / "reference.png"})) == by_file
    # The file is read again when it changes.
    opsin.io.imsave(tmp_path / "reference.png", reference[:, :29] // 2)
    assert_same(by_file(IMAGE), opsin.exposure.match_histograms(IMAGE, reference[:, :29] // 2))


def test_the_file_of_a_mask_is_compared_with_0(tmp_path) -> None:
    mask = np.zeros(IMAGE.shape, np.uint8)
    mask[10:20, 10:30] = 255
    opsin.io.imsave(tmp_path / "mask.png", mask)
    found = Pipeline(("sobel", {"mask": str(tmp_path / "mask.png")}))(IMAGE)
    assert_same(found, opsin.filters.sobel(IMAGE, mask=mask > 0))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ValueError, "match_histograms needs reference="),
        ({"reference": None}, TypeError, "reference must be an array or the path of a file; got None"),
        ({"reference": 3}, TypeError, "reference must be an array or the path of a file; got 3"),
        ({"reference": ""}, ValueError, "an empty text"),
        ({"reference": np.array(["a"])}, TypeError, "array of numbers"),
        ({"out": np.zeros(3)}, ValueError, "has no parameter 'out'"),
    ],
)
def test_what_is_no_array(given, error, message) -> None:
    with pytest.raises(error, match=message):
        Pipeline(("match_histograms", given))


def test_a_file_that_does_not_exist_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.png"):
        Pipeline(("match_histograms", {"reference": "nowhere.png"}))(IMAGE)
