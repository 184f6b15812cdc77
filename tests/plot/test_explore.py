"""Controls without a page: what they are for each operation, and what `Explorer` does with their values."""

from __future__ import annotations

import json

import numpy as np
import pytest

import opsin
from opsin.plot.chain import Chain, Stage
from opsin.plot.controls import declared, described

DISKS = opsin.data.disks()
TONE = opsin.audio.tone(440, 0.2)


def everything(explorer, **more):
    """Return the reply to a page that wants to see all."""
    return explorer.receive({"draw": {"view": [0, 0, 10**9, 10**9], "size": [10**9, 10**9]}, **more})


@pytest.mark.parametrize("name", opsin.operations())
def test_every_operation_has_controls_from_its_declaration(name):
    operation = opsin.operations()[name]
    controls = declared(operation)
    assert [one.name for one in controls] == list(operation.settings)
    for control in controls:
        told = control.as_json()
        assert json.loads(json.dumps(told, allow_nan=False)) == told
        parameter = operation.settings[control.name]
        if not parameter.required:
            assert control.value is parameter.default or control.value == parameter.default
        if control.kind == "slider":
            assert control.low < control.high
            assert control.step > 0
            assert control.value is None or control.low <= control.value <= control.high
        if control.kind == "choice":
            assert control.value in control.choices or (control.value is None and control.optional)


def test_kinds_of_controls():
    kinds = {one.name: one for one in declared(opsin.operations()["filters.gaussian"])}
    assert (kinds["sigma"].kind, kinds["sigma"].low, kinds["sigma"].high, kinds["sigma"].step) == ("slider", 0, 20, 0.1)
    assert kinds["sigma"].unit == "px"
    assert kinds["mode"].kind == "choice"
    assert "wrap" in kinds["mode"].choices
    assert kinds["radius"].optional
    assert kinds["radius"].value is None
    assert kinds["order"].whole


@pytest.mark.parametrize(
    ("what", "default", "kind", "value"),
    [
        ((10, 240), None, "slider", 125),
        ((10, 240), 30, "slider", 30),
        ((10, 240), 300, "slider", 125),
        ((2.5, 102, 1.25), None, "slider", 52.5),
        ((0.0, 1.0), None, "slider", 0.5),
        (["a", "b"], None, "choice", "a"),
        (["a", "b"], "b", "choice", "b"),
        (True, None, "flag", True),
        (3, None, "number", 3),
        ("word", None, "text", "word"),
    ],
)
def test_controls_that_a_caller_describes(what, default, kind, value):
    control = described("x", what, default)
    assert (control.kind, control.value, type(control.value)) == (kind, value, type(value))


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ((5, 1), ValueError, "x must be .low, high. with low < high"),
        ((1, 2, 3, 4), ValueError, "x must be .low, high. or"),
        ((1, 2, 5), ValueError, "x must be more than 0 and at most 1"),
        (("a", "b"), TypeError, "x must be a number"),
        ([], ValueError, "at least one choice"),
        (None, TypeError, "x must be .*got None"),
        ((0, np.inf), ValueError, "x must be finite"),
    ],
)
def test_errors_of_described_controls(what, error, message):
    with pytest.raises(error, match=message):
        opsin.explore(lambda image, x: image, DISKS, x=what)


def test_a_function_with_sliders():
    edges = opsin.filters.sobel(DISKS)
    sketch = opsin.explore(lambda edges, x: edges < x, edges, x=(2.5, 102, 1.25))
    assert sketch.set(x=25) is sketch
    assert np.array_equal(sketch.result, edges < 25)
    assert sketch.values == {"x": 25}
    for wrong, error in ((1, ValueError), (200, ValueError), ("a", TypeError), (np.nan, ValueError)):
        with pytest.raises(error, match="x must be"):
            sketch.set(x=wrong)
    assert sketch.values == {"x": 25}
    with pytest.raises(ValueError, match=r"there is no control 'y'\. There are: x\."):
        sketch.set(y=3)
    with pytest.raises(TypeError, match="function of your own"):
        _ = sketch.pipeline


def test_an_operation_by_name_or_as_a_function():
    for what in ("gaussian", "filters.gaussian", opsin.filters.gaussian):
        explorer = opsin.explore(what, DISKS, sigma=2)
        assert np.array_equal(explorer.set(sigma=3, mode="wrap").result, opsin.filters.gaussian(DISKS, 3, mode="wrap"))
        assert explorer.pipeline == opsin.Pipeline(("gaussian", {"sigma": 3, "mode": "wrap"}))
    with pytest.raises(ValueError, match="mode must be one of"):
        explorer.set(mode="wrapped")
    with pytest.raises(ValueError, match="sigma must be at least 0"):
        explorer.set(sigma=-1)
    assert explorer.values["sigma"] == 3
    with pytest.raises(ValueError, match="Did you mean 'sigma'"):
        opsin.explore("gaussian", DISKS, sigmas=3)


def test_a_pipeline():
    pipeline = opsin.Pipeline(
        ("gaussian", {"sigma": 2}), ("gaussian", {"sigma": 1}), ("compare", {"sign": ">", "level": 120})
    )
    explorer = opsin.explore(pipeline, DISKS)
    assert explorer.pipeline == pipeline
    assert np.array_equal(explorer.result, pipeline(DISKS))
    explorer.set(sigma_2=4, level=100)
    expected = opsin.filters.gaussian(opsin.filters.gaussian(DISKS, 2), 4) > 100
    assert np.array_equal(explorer.result, expected)
    assert explorer.pipeline(DISKS).sum() == expected.sum()


def test_pipelines_within_a_pipeline_are_kept():
    pipeline = opsin.Pipeline(("compare", {"sign": ">", "level": opsin.Pipeline("threshold_otsu")}))
    explorer = opsin.explore(pipeline, DISKS)
    assert np.array_equal(explorer.result, opsin.filters.threshold_otsu(DISKS) < DISKS)
    assert [one["name"] for one in explorer.start["steps"][0]["controls"]] == ["sign"]
    assert not everything(explorer)[0]["errors"]


def test_a_sound():
    explorer = opsin.explore(opsin.audio.highpass, TONE, cutoff=(100, 5000, 100))
    assert explorer.set(cutoff=2500).result == opsin.audio.highpass(TONE, 2500)
    told, (wav,) = explorer.receive({})
    assert told["sound"]["rate"] == 16000
    assert wav.startswith(b"RIFF")
    assert len(told["sound"]["envelope"][0]) == 800
    pair = opsin.explore(opsin.audio.lowpass, (TONE.samples, 16000), cutoff=(100, 5000))
    assert pair.result.frames == TONE.frames
    assert opsin.explore(lambda sound: sound[:0], TONE).receive({})[0]["sound"]["duration"] == 0


def test_what_did_not_change_is_not_computed_again():
    calls = []

    def slow(image, t):
        calls.append(t)
        return image > t

    explorer = opsin.explore(slow, DISKS, t=(0, 255))
    for _ in range(3):
        assert explorer.set(t=100).result is explorer.result
    everything(explorer, at=[3, 4])
    assert calls == [100]


def test_steps_before_a_change_are_kept_and_a_step_that_fails_is_left_out():
    calls = []

    def counted(image):
        calls.append("first")
        return image

    def failing(image, t):
        if t > 5:
            raise ValueError("t is too much")
        return image + np.uint8(t)

    first = Stage("first", (), function=counted)
    second = Stage("second", (described("t", (0, 10)),), function=failing)
    chain = Chain(np.zeros((2, 2), np.uint8))
    assert chain.run([(first, {}, True), (second, {"t": 3}, True)]).result.max() == 3
    outcome = chain.run([(first, {}, True), (second, {"t": 7}, True), (second, {"t": 1}, True)])
    assert outcome.result.max() == 1
    assert outcome.errors == {1: "t is too much"}
    assert chain.run([(first, {}, True), (second, {"t": 3}, False)]).result.max() == 0
    assert calls == ["first"]


def test_a_page_is_told_of_wrong_values_and_the_rest_goes_on():
    explorer = opsin.explore("gaussian", DISKS)
    told, parts = everything(explorer, values=[{"sigma": -3}])
    assert told["errors"] == {"0": "filters.gaussian: sigma must be at least 0 and at most 8191; got -3 (int)."}
    assert len(parts[0]) == DISKS.size
    told, _ = everything(explorer, values=[{"sigma": 4, "radius": None, "axes": "(0, 1)", "mode": "wrap"}])
    assert not told["errors"]
    assert explorer.values["axes"] == (0, 1)
    assert np.array_equal(explorer.result, opsin.filters.gaussian(DISKS, 4, mode="wrap"))


@pytest.mark.parametrize(
    "dtype", [bool, np.uint8, np.uint16, np.int16, np.int32, np.float16, np.float32, np.float64, complex]
)
@pytest.mark.parametrize("shape", [(1, 1), (7, 9), (7, 9, 3), (7, 9, 4), (5, 7, 9), (2, 5, 7, 9), (5, 7, 9, 3)])
def test_a_picture_of_any_image(dtype, shape):
    image = (np.random.default_rng(0).random(shape) * 100).astype(dtype)
    told, parts = everything(opsin.explore(lambda image: image, image), at=[0, 0])
    json.dumps(told)
    picture = told["picture"]
    assert len(parts[0]) == picture["rows"] * picture["columns"] * picture["channels"]
    assert [picture["rows"], picture["columns"]] == told["size"]
    assert told["at"] == [0, 0]


def test_pixels_and_values_are_those_of_the_image():
    told, parts = everything(opsin.explore("median", DISKS, footprint=1), at=[12, 34])
    assert parts[0] == DISKS.tobytes()
    assert told["value"] == str(DISKS[12, 34])
    assert sum(told["histogram"]["counts"][0]) == DISKS.size
    explorer = opsin.explore(lambda image: image, DISKS)
    told, parts = explorer.receive({"draw": {"view": [10, 20, 20, 40], "size": [100, 100]}})
    assert parts[0] == DISKS[10:20, 20:40].tobytes()
    assert told["picture"]["view"] == [10, 20, 20, 40]
    told, parts = explorer.receive({"draw": {"view": [0, 0, 320, 440], "size": [80, 110]}})
    assert parts[0] == DISKS[::4, ::4].tobytes()


@pytest.mark.parametrize(
    "draw",
    [
        {"view": [-50, -50, 10**12, 10**12], "size": [0, -3]},
        {"view": [500, 500, 400, 400], "size": [10, 10]},
    ],
)
def test_absurd_views_are_cut_to_the_image(draw):
    told, parts = opsin.explore("median", DISKS).receive({"draw": draw, "at": [10**9, -5], "plane": 7})
    assert len(parts[0]) >= 1
    assert "value" not in told


def test_results_that_are_no_image():
    labels = opsin.measure.label(DISKS > 120)
    told, parts = everything(opsin.explore("regionprops_table", labels))
    assert told["table"]["columns"][0] == "label"
    assert told["table"]["count"] == labels.max()
    assert len(parts[0]) == 3 * DISKS.size
    assert everything(opsin.explore("threshold_otsu", DISKS))[0]["text"] == "threshold_otsu: 99"
    assert "text" in everything(opsin.explore(lambda image: {"a": object()}, DISKS))[0]
    assert "text" in everything(opsin.explore(lambda image: None, DISKS))[0]
    assert everything(opsin.explore("label", DISKS > 120))[0]["note"] == f"{labels.max()} labels"


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("gausian", ValueError, "Did you mean 'gaussian'"),
        (5, TypeError, "what must be an operation"),
        ([1], TypeError, "what must be an operation"),
    ],
)
def test_errors(what, error, message):
    with pytest.raises(error, match=message):
        opsin.explore(what, DISKS)


def test_errors_of_the_function_come_through():
    explorer = opsin.explore(lambda image: 1 / 0, DISKS)
    with pytest.raises(ZeroDivisionError):
        _ = explorer.result
    told, _ = everything(explorer)
    assert told["errors"] == {"0": "ZeroDivisionError: division by zero"}


def test_a_notebook_gets_a_widget_and_a_picture_for_exports():
    explorer = opsin.explore("gaussian", DISKS)
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["image/png"].startswith(b"\x89PNG")
    assert data["text/plain"] == repr(explorer)
    assert explorer._display_() is explorer._display_()
    sound, _ = opsin.explore(opsin.audio.lowpass, TONE, cutoff=(100, 5000))._repr_mimebundle_()
    assert "image/png" not in sound


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    from opsin._page import notebook

    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    notebook._widget_class.cache_clear()
    shown = opsin.explore("gaussian", DISKS)._repr_mimebundle_()
    assert "pip install 'opsin[notebook]'" in shown["text/plain"]
    notebook._widget_class.cache_clear()


def test_the_widget_answers_and_is_told_of_set():
    explorer = opsin.explore("gaussian", DISKS)
    page = explorer._display_()
    sent = []
    page.send = lambda content, buffers=None: sent.append((content, buffers))
    page._handle_custom_msg({"id": 7, "message": {"values": [{"sigma": 2}], "at": [1, 1]}}, [])
    assert sent[0][0]["id"] == 7
    assert sent[0][0]["reply"]["value"] == str(opsin.filters.gaussian(DISKS, 2)[1, 1])
    explorer.set(sigma=5)
    assert sent[1][0]["changed"][0]["sigma"] == 5
    page._handle_custom_msg({"id": 8, "message": {"draw": "nonsense"}}, [])
    assert "failure" in sent[2][0]["reply"]


def test_the_piano():
    keys = opsin.audio.piano("C5", "C6")
    assert list(keys.notes) == opsin.audio.scale("C5", "C6")
    assert sum("#" in name for name in keys.notes) == 5
    assert keys.notes["A5"] == pytest.approx(880)
    assert "application/vnd.jupyter.widget-view+json" in keys._repr_mimebundle_()[0]
    assert len(opsin.audio.piano().notes) == 13
    with pytest.raises(ValueError, match="H5"):
        opsin.audio.piano("H5")
    with pytest.raises(ValueError, match="last must not be below first"):
        opsin.audio.piano("C6", "C5")


def test_planes_of_images_of_many_axes():
    image = np.arange(2 * 3 * 4 * 5 * 6).reshape(2, 3, 4, 5, 6)
    explorer = opsin.explore(lambda image: image, image)
    told, _ = everything(explorer)
    assert (told["planes"], told["plane"]) == (24, 12)
    for plane, index in ((0, (0, 0, 0)), (7, (0, 1, 3)), (23, (1, 2, 3)), (99, (1, 2, 3))):
        told, _ = everything(explorer, plane=plane, at=[2, 3])
        assert told["value"] == str(image[(*index, 2, 3)])
        assert told["plane"] == min(plane, 23)
    told, _ = everything(opsin.explore(lambda image: image, np.zeros((7, 5, 6, 3), np.uint8)))
    assert (told["planes"], told["plane"]) == (7, 3)
    assert everything(opsin.explore(lambda image: image, np.zeros((5, 6, 3), np.uint8)))[0]["planes"] == 0


def test_operations_that_take_a_second_image():
    reference = opsin.data.cells()
    expected = opsin.exposure.match_histograms(DISKS, reference)
    for explorer in (
        opsin.explore("match_histograms", DISKS, reference),
        opsin.explore("match_histograms", DISKS, reference=reference),
        opsin.explore(opsin.Pipeline(("match_histograms", {"reference": reference})), DISKS),
    ):
        assert np.array_equal(explorer.result, expected)
        assert np.array_equal(explorer.pipeline(DISKS), expected)
        assert not everything(explorer)[0]["errors"]
    masked = opsin.explore("sobel", DISKS, mask=DISKS > 100).set(axis=0)
    assert np.array_equal(masked.result, opsin.filters.sobel(DISKS, mask=DISKS > 100, axis=0))
    with pytest.raises(ValueError, match="also needs reference"):
        opsin.explore("match_histograms", DISKS)
