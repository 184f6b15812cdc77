"""Large images: the visible part first, the whole in a thread that newer changes stop."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import opsin
from opsin._operation import OPERATIONS
from opsin._pipeline import OWN_STEPS, as_step, fits, why_no_step
from opsin.plot import parts
from opsin.plot.chain import Chain, Stage
from opsin.plot.live import Live

RNG = np.random.default_rng(0)
GRAY = RNG.integers(0, 256, (300, 260), np.uint8)
COLOR = RNG.integers(0, 256, (300, 260, 3), np.uint8)
GIVEN = {
    "matrix": np.eye(3),
    "weights": np.outer([1.0, 2, 1], [1, 0, -1]),
    "block_size": 9,
    "percentile": 30,
    "patch_distance": 3,
    "sign": ">",
    "level": 100,
    "dtype": "float32",
    "low": 50,
}
LOCAL = [
    one.name
    for one in [*opsin.operations().values(), *OWN_STEPS.values()]
    if one.kind in ("point", "window") and one.gives_image and not why_no_step(one)
    if not any(array.required for array in one.arrays.values())
]


@pytest.fixture
def always(monkeypatch):
    """Every image is computed in parts."""
    monkeypatch.setattr(parts, "LARGE", 0)
    monkeypatch.setattr(parts, "SLOW", 0)
    monkeypatch.setattr(parts, "STRIPS", 5)


def step_of(name, **values):
    operation = OPERATIONS.get(name) or OWN_STEPS[name.partition(".")[2]]
    known = {key: value for key, value in GIVEN.items() if key in operation.settings}
    known = {
        key: value
        for key, value in known.items()
        if operation.settings[key].required or key in ("patch_distance", "low")
    }
    return as_step((name if name in OPERATIONS else operation.short_name, {**known, **values}))


def check(step, image):
    try:
        expected = step(image)
    except (TypeError, ValueError):
        return 0
    count = 0
    part = parts.part_of([step], image, (90, 70, 160, 140))
    if part is not None:
        found, (top, left, bottom, right) = part
        assert (top, left, bottom, right) == (90, 70, 160, 140)
        assert found.shape == expected.shape
        np.testing.assert_array_equal(found[90:160, 70:140], expected[90:160, 70:140])
        count += 1
    told = []
    found = parts.in_strips(step, image, lambda share, image, rows: told.append((share, rows)))
    if found is not None:
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype
        assert told == [(end / 300, end) for end in (60, 120, 180, 240, 300)]
        count += 1
    return count


@pytest.mark.parametrize("name", LOCAL)
def test_parts_and_strips_are_those_of_the_whole(always, name):
    step = step_of(name)
    counts = [check(step, image) for image in (GRAY, COLOR, COLOR / np.float32(255), np.dstack([COLOR, GRAY]))]
    assert sum(counts) > 0
    for values in ({"mode": "constant"}, {"footprint": (3, 7)}, {"sigma": (1.0, 4.0)}, {"channel_axis": -1}):
        settings = step.operation.settings
        if all(key in settings and fits(settings[key].annotation, value) for key, value in values.items()):
            check(step_of(name, **values), COLOR)


@pytest.mark.parametrize(
    "step",
    [
        ("gaussian", {"mode": "wrap"}),
        ("gaussian", {"mode": ("wrap", "reflect")}),
        ("gaussian", {"channel_axis": 0}),
        ("compare", {"sign": ">", "level": opsin.Pipeline("threshold_otsu")}),
        "scale",
        "threshold_otsu",
        "label",
        ("gaussian", {"sigma": 90}),
    ],
)
def test_what_needs_the_whole_is_not_computed_in_parts(always, step):
    step = as_step(step)
    assert parts.part_of([step], GRAY, (90, 70, 160, 140)) is None
    assert parts.in_strips(step, GRAY, lambda *_: None) is None


def stages(image, *steps):
    return [(Stage.of(step.operation, image), dict(step.values), True) for step in map(as_step, steps)]


def test_the_visible_part_first_and_the_whole_after(always):
    live = Live(Chain(COLOR))
    steps = stages(COLOR, "rgb2gray", ("median", {"footprint": 5}), "sobel")
    expected = opsin.filters.sobel(opsin.filters.median(opsin.color.rgb2gray(COLOR), 5))
    part = live.outcome(steps, (100, 100, 140, 150))
    assert part.known == (100, 100, 140, 150)
    assert part.progress == 0
    np.testing.assert_array_equal(part.image[100:140, 100:150], expected[100:140, 100:150])
    whole = live.outcome(steps, None, None)
    assert whole.progress is None
    np.testing.assert_array_equal(whole.image, expected)
    assert live.outcome(steps, (100, 100, 140, 150)) is whole
    # Only the last step is computed anew, of the results that are kept.
    part = live.outcome(stages(COLOR, "rgb2gray", ("median", {"footprint": 5}), "laplace"), (0, 0, 30, 30))
    np.testing.assert_array_equal(part.image[:30, :30], opsin.filters.laplace(whole_of(COLOR))[:30, :30])


def whole_of(image):
    return opsin.filters.median(opsin.color.rgb2gray(image), 5)


def test_a_newer_change_stops_what_is_computed():
    image = RNG.random((3000, 3000), np.float32)
    live = Live(Chain(image))
    before = threading.active_count()
    for count in range(5):
        slow = live.outcome(stages(image, ("denoise_nl_means", {"h": 0.1 + count / 100})), None, 0.05)
        assert slow.progress is not None
    quick = stages(image, ("gaussian", {"sigma": 1}))
    end = time.monotonic() + 60
    while (outcome := live.outcome(quick)).progress is not None:
        assert time.monotonic() < end
    np.testing.assert_array_equal(outcome.image, opsin.filters.gaussian(image, 1))
    assert threading.active_count() <= before + opsin.get_num_threads()


def test_iterations_tell_how_far_they_are():
    image = RNG.random((1200, 1200), np.float32)
    live = Live(Chain(image))
    steps = stages(image, "invert", ("denoise_tv_chambolle", {"max_num_iter": 5000, "eps": 0.0}))
    shares = [live.outcome(steps, None, 0.1).progress for _ in range(8)]
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] < 1
    live.stop(wait=True)
    assert live.outcome(steps, None, 0).progress is not None
    live.stop(wait=True)


def test_functions_of_the_caller_run_in_the_thread_that_asks():
    seen = []

    def function(image):
        seen.append(threading.get_ident())
        return image

    opsin.explore(function, GRAY).receive({"draw": {"view": [0, 0, 9, 9], "size": [9, 9]}})
    assert seen == [threading.get_ident()]


def test_the_page_is_told_of_a_part_and_then_of_the_whole(always):
    explorer = opsin.explore("sobel", GRAY)
    draw = {"view": [100, 100, 140, 150], "size": [40, 50]}
    told, _ = explorer.receive({"draw": draw, "at": [120, 120]})
    assert told["unfinished"] == 0
    assert told["picture"]["view"] == [100, 100, 140, 150]
    assert float(told["value"]) == pytest.approx(float(explorer.result[120, 120]), rel=1e-5)
    whole, _ = explorer.receive({"draw": draw, "rest": True})
    assert "unfinished" not in whole
    assert whole["histogram"]
    # The next part is shown with the display range of the whole.
    again, _ = explorer.receive({"values": [{"axis": 0}], "draw": draw})
    assert again["unfinished"] == 0
    assert "histogram" not in again
    far, _ = explorer.receive({"values": [{"axis": 1}], "draw": draw, "at": [5, 5]})
    assert "value" not in far
