"""Images side by side, planes and channels, matches, and the files of figures."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import opsin

GRAY = np.arange(200, dtype=np.uint8).reshape(10, 20)


def limits(axes) -> list[tuple[float, float]]:
    return [one.images[0].get_clim() for one in axes]


def bars(axes) -> int:
    return len(axes[0].figure.axes) - len(axes)


def test_images_of_one_dtype_share_their_range():
    low, high = np.linspace(-1, 2, 200).reshape(10, 20), np.linspace(0, 5, 200).reshape(10, 20)
    axes = opsin.compare(low, high, titles=("low", "high"))
    assert limits(axes) == [(-1, 5), (-1, 5)]
    assert bars(axes) == 1
    assert [one.get_title() for one in axes] == ["low", "high"]


def test_images_that_need_no_bar_get_none():
    labels = (GRAY // 50).astype(np.int32)
    axes = opsin.compare(GRAY, GRAY > 9, GRAY / 255, np.dstack([GRAY] * 3), labels)
    assert bars(axes) == 0
    assert limits(axes)[:3] == [(0, 255), (0, 1), (0, 1)]


def test_given_limits_are_those_of_all():
    axes = opsin.compare(GRAY, GRAY.astype(float), limits=(10, 20))
    assert limits(axes) == [(10, 20)] * 2
    assert bars(axes) == 1
    assert bars(opsin.compare(GRAY, GRAY.astype(float))) == 1


def test_images_of_one_shape_are_zoomed_together():
    first, second = opsin.compare(GRAY, GRAY > 9)
    first.set_xlim(3, 5)
    assert second.get_xlim() == (3, 5)
    first, second = opsin.compare(GRAY, GRAY[:5])
    first.set_xlim(3, 5)
    assert second.get_xlim() != (3, 5)


def test_columns():
    axes = opsin.compare(*[GRAY] * 5, columns=2)
    tops = [round(one.get_position().y1, 3) for one in axes]
    assert len(set(tops)) == 3


def test_axes_of_the_caller():
    figure, own = plt.subplots(2, 1)
    assert opsin.compare(GRAY, GRAY, axes=own) == list(own)
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize(
    ("images", "options", "error", "message"),
    [
        ([], {}, ValueError, "at least one image"),
        ([GRAY, GRAY], {"titles": ("a",)}, ValueError, "a text for each of the 2 images; got 1"),
        ([GRAY, GRAY], {"titles": "ab"}, TypeError, "a text for each of the 2 images; got 'ab'"),
        ([GRAY, 5], {}, ValueError, r"got \(\)"),
        ([GRAY], {"columns": 0}, ValueError, "columns must be at least 1"),
        ([GRAY], {"axes": [3]}, TypeError, "axes must be Axes"),
        ([GRAY], {"limits": (3, 2)}, ValueError, "must rise"),
    ],
)
def test_errors_of_compare(images, options, error, message):
    with pytest.raises(error, match=message):
        opsin.compare(*images, **options)
    assert not plt.get_fignums()


def test_channels_side_by_side():
    image = np.stack([GRAY, GRAY // 2, GRAY // 4], axis=-1)
    axes = opsin.show(image, channels=True)
    assert [one.get_title() for one in axes] == ["red", "green", "blue"]
    assert all(np.array_equal(one.images[0].get_array(), image[..., c]) for c, one in enumerate(axes))
    assert limits(opsin.show(image.astype(float) - 1, "photo", channels=True)) == [(-1, 198)] * 3
    with pytest.raises(ValueError, match="must have channels"):
        opsin.show(GRAY, channels=True)


def test_slices_of_a_volume():
    volume = np.random.default_rng(0).normal(size=(9, 10, 12))
    axes = opsin.show(volume, "beads", slices=3)
    assert [one.get_title() for one in axes] == ["beads, plane 1", "beads, plane 4", "beads, plane 7"]
    assert limits(axes) == [(volume[[1, 4, 7]].min(), volume[[1, 4, 7]].max())] * 3
    assert bars(axes) == 1
    assert len(opsin.show(volume, slices=100)) == 9
    axes = opsin.show(volume, slices=[0, -1])
    assert np.array_equal(axes[1].images[0].get_array(), volume[8])
    color = opsin.show(np.zeros((5, 6, 7, 3), np.uint8), slices=2)
    assert color[0].images[0].get_array().shape == (6, 7, 3)
    labels = opsin.show(np.ones((5, 6, 7), np.int32), slices=2)
    assert bars(labels) == 0


@pytest.mark.parametrize(
    ("image", "options", "error", "message"),
    [
        (GRAY, {"slices": 3}, ValueError, "must be a volume"),
        (np.zeros((4, 5, 6)), {"slices": 0}, ValueError, "slices must be at least 1"),
        (np.zeros((4, 5, 6)), {"slices": [4]}, ValueError, "slices must be at least -4 and at most 3"),
        (np.zeros((4, 5, 6)), {"slices": []}, ValueError, "at least one plane"),
        (np.zeros((4, 5, 6)), {"slices": "3"}, TypeError, "slices must be an integer"),
        (np.zeros((4, 5, 6)), {"slices": 2, "hist": True}, ValueError, "exclude each other"),
        ([[["a"]]], {"slices": 2}, TypeError, "array of numbers"),
    ],
)
def test_errors_of_slices(image, options, error, message):
    with pytest.raises(error, match=message):
        opsin.show(image, **options)
    assert not plt.get_fignums()


def test_colors_of_labels_for_integers_of_any_dtype():
    values = {}
    for dtype in (np.uint8, np.int64, np.uint64, np.int32, bool):
        axes = opsin.show((GRAY % 2).astype(dtype), cmap="labels")
        values[dtype] = np.asarray(axes.images[0].get_array())
    assert all(np.array_equal(one, GRAY % 2) for one in values.values())
    with pytest.raises(ValueError, match="integers for cmap='labels'"):
        opsin.show(GRAY / 2, cmap="labels")


def test_color_maps_may_be_objects():
    axes = opsin.show(GRAY, cmap=plt.cm.magma)
    assert axes.images[0].get_cmap().name == "magma"


def test_histogram_into_axes_of_the_caller():
    _, own = plt.subplots(1, 2)
    assert opsin.show(GRAY, hist=True, axes=own) is own[0]
    assert own[1].get_ylabel() == "pixels"


def test_matches_join_the_points():
    other = GRAY[:5].T.copy()
    axes = opsin.show_matches(GRAY, other, [[1, 2], [3, 4], [5, 6]], [[7, 1], [8, 2]], [[0, 1], [2, 0]], color="red")
    segments = axes.collections[0].get_segments()
    assert [one.tolist() for one in segments] == [[[2, 1], [22, 8]], [[6, 5], [21, 7]]]
    assert axes.images[0].get_array().shape == (20, 25, 3)
    assert np.array_equal(axes.images[0].get_array()[:10, :20, 0], GRAY)
    assert np.array_equal(axes.images[0].get_array()[:20, 20:, 0], other)
    assert len(opsin.show_matches(GRAY, other, [], []).collections[0].get_segments()) == 0


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (([[1, 2]], [[1, 2], [3, 4]]), "must have one length if matches is not given; got 1 and 2"),
        (([[1, 2]], [[1, 2]], [[0, 1]]), "indices into the 1 points of second_points"),
        (([[1, 2]], [[1, 2]], [[-1, 0]]), "indices into the 1 points of first_points"),
        (([[1, 2]], [[1, 2]], [0.5]), "an .m, 2. array of integers"),
        (([1, 2], [[1, 2]]), "first_points must be an"),
    ],
)
def test_errors_of_matches(points, message):
    with pytest.raises(ValueError, match=message):
        opsin.show_matches(GRAY, GRAY, *points)
    assert not plt.get_fignums()


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_figures_are_saved_the_same_each_time(suffix, start, tmp_path):
    for name, what in {
        "axes": lambda axes: axes,
        "several": lambda axes: [axes],
        "figure": lambda axes: axes.figure,
    }.items():
        axes = opsin.overlay(GRAY, boxes=[(1, 2, 5, 9)], title="box")
        opsin.save_figure(what(axes), tmp_path / f"{name}.{suffix}")
    contents = {path.read_bytes() for path in tmp_path.iterdir()}
    assert len(contents) == 1
    assert contents.pop().startswith(start)


def test_resolution_and_ground(tmp_path):
    axes = opsin.show(GRAY, "ramp")
    width, height = axes.figure.get_size_inches()
    for dpi in (50, 100):
        opsin.save_figure(axes, tmp_path / "a.png", dpi=dpi, transparent=True)
        found = opsin.io.imread(tmp_path / "a.png")
        assert found.shape == (int(height * dpi), int(width * dpi), 4)
        assert found[0, 0, 3] == 0


@pytest.mark.parametrize(
    ("what", "name", "options", "error", "message"),
    [
        (None, "a.bmp3", {}, ValueError, "the suffix of path must be one of .*'svg'.*got 'bmp3'"),
        (None, "a", {}, ValueError, "the suffix of path"),
        (None, "a.png", {"dpi": 0}, ValueError, "dpi must be"),
        (None, "nowhere/a.png", {}, FileNotFoundError, "no folder"),
        ("text", "a.png", {}, TypeError, "axes must be Axes of matplotlib"),
        ([], "a.png", {}, TypeError, "axes must be Axes of matplotlib"),
    ],
)
def test_errors_of_saving(what, name, options, error, message, tmp_path: Path):
    with pytest.raises(error, match=message):
        opsin.save_figure(opsin.show(GRAY) if what is None else what, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_global_style_is_unchanged(tmp_path):
    before = dict(plt.rcParams)
    opsin.save_figure(opsin.overlay(GRAY, GRAY > 9, numbers=True), tmp_path / "a.svg")
    opsin.compare(GRAY, GRAY)
    assert dict(plt.rcParams) == before
