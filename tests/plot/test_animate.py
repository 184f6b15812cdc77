"""Animations are read back by Pillow and PyAV, frame by frame."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import av
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

import opsin

ANIMATED = ["gif", "webp", "png", "apng"]
VIDEO = ["mp4", "webm"]


def noise(count: int = 4, shape: tuple[int, ...] = (30, 41, 3)) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8))


def moving_dot(count: int = 5) -> list[np.ndarray]:
    """Return frames of which small parts differ, and two that are equal."""
    frames = []
    for step in range(count):
        frame = np.full((20, 33, 3), (10, 60, 90), np.uint8)
        frame[3 + step : 6 + step, 2 * step : 2 * step + 5] = (250, 200, step)
        frames.append(frame)
    return [*frames, frames[-1]]


def read(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        frames = []
        for index in range(image.n_frames):
            image.seek(index)
            frames.append(np.asarray(image.convert("RGB")))
        return frames


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("suffix", ANIMATED)
def test_frames_of_few_colors_are_exact_in_every_format(suffix, tmp_path):
    path = tmp_path / f"dot.{suffix}"
    frames = moving_dot()
    opsin.animate(iter(frames), path)
    found = read(path)
    assert len(found) == len(frames)
    assert opsin.io.info(path).pages == len(frames)
    for one, expected in zip(found, frames, strict=True):
        assert np.array_equal(one, expected)


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_formats_without_loss(suffix, tmp_path):
    opsin.animate(noise(), tmp_path / f"noise.{suffix}")
    for one, expected in zip(read(tmp_path / f"noise.{suffix}"), noise(), strict=True):
        assert np.array_equal(one, expected)


def test_gif_comes_near_to_photographs(tmp_path):
    frames = [opsin.data.color_chart((90, 120)), opsin.data.color_chart((90, 120))[::-1]]
    opsin.animate(frames, tmp_path / "chart.gif")
    for one, expected in zip(read(tmp_path / "chart.gif"), frames, strict=True):
        assert np.abs(one.astype(int) - expected).mean() < 6


@settings(max_examples=40, deadline=None)
@given(
    frames=st.integers(1, 9).flatmap(
        lambda rows: st.integers(1, 9).flatmap(
            lambda columns: st.lists(arrays(np.uint8, (rows, columns, 3)), min_size=1, max_size=4)
        )
    ),
    suffix=st.sampled_from(["gif", "webp", "png"]),
)
def test_any_small_frames(frames, suffix, tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / f"a.{suffix}"
    opsin.animate(frames, path)
    found = read(path)
    assert len(found) == len(frames)
    for one, expected in zip(found, frames, strict=True):
        assert np.array_equal(one, expected)


@pytest.mark.parametrize("suffix", VIDEO)
@pytest.mark.parametrize("shape", [(30, 42), (31, 41)])
def test_video(suffix, shape, tmp_path):
    rows, columns = np.indices(shape)
    frames = [np.stack([rows * 6, columns * 5, rows * 0 + 40 * k], -1).astype(np.uint8) for k in range(5)]
    opsin.animate(frames, tmp_path / f"a.{suffix}", fps=25)
    found = decoded(tmp_path / f"a.{suffix}")
    assert len(found) == 5
    for one, expected in zip(found, frames, strict=True):
        assert np.abs(one[: shape[0], : shape[1]].astype(int) - expected).mean() < 12
    with av.open(str(tmp_path / f"a.{suffix}")) as container:
        assert container.streams.video[0].average_rate == 25


@pytest.mark.parametrize(("suffix", "fps", "total"), [("gif", 30, 330), ("webp", 30, 333), ("png", 30, 333.3)])
def test_rounded_times_do_not_add_up(suffix, fps, total, tmp_path):
    opsin.animate(noise(10), tmp_path / f"a.{suffix}", fps=fps)
    with Image.open(tmp_path / f"a.{suffix}") as image:
        times = []
        for index in range(10):
            image.seek(index)
            image.load()
            times.append(image.info["duration"])
    assert sum(times) == pytest.approx(total, abs=1)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_loops_or_not(suffix, tmp_path):
    for loop, expected in ((True, {0}), (False, {1, None})):
        opsin.animate(noise(2), tmp_path / f"a.{suffix}", loop=loop)
        with Image.open(tmp_path / f"a.{suffix}") as image:
            assert image.info.get("loop") in expected


@pytest.mark.parametrize("suffix", [*ANIMATED, *VIDEO])
def test_frames_are_not_kept(suffix, tmp_path):
    alive: list[weakref.ref] = []
    most = 0

    def frames():
        nonlocal most
        for frame in noise(12):
            own = frame.copy()
            alive.append(weakref.ref(own))
            yield own
            del own
            gc.collect()
            most = max(most, sum(ref() is not None for ref in alive))

    opsin.animate(frames(), tmp_path / f"a.{suffix}")
    assert most <= 2


def test_dtypes_have_the_colors_of_show(tmp_path):
    gray = np.arange(48).reshape(6, 8) * 5
    cases = {
        "uint8": (gray.astype(np.uint8), None, gray),
        "bool": (gray > 100, None, 255 * (gray > 100)),
        "float": (gray / 255, None, gray),
        "uint16": (gray.astype(np.uint16) * 16, (0, 4080), gray),
        "signed": (gray.astype(np.int16) - 100, (-100, 155), gray),
    }
    for name, (image, limits, expected) in cases.items():
        opsin.animate([image], tmp_path / f"{name}.png", limits=limits)
        assert np.array_equal(read(tmp_path / f"{name}.png")[0], np.stack([expected] * 3, -1)), name
    missing = np.where(gray == 50, np.nan, gray / 255)
    opsin.animate([missing], tmp_path / "nan.png")
    assert read(tmp_path / "nan.png")[0][gray == 50].tolist() == [[255, 0, 102]]
    labels = (gray // 50).astype(np.int32)
    opsin.animate([labels], tmp_path / "labels.gif")
    found = read(tmp_path / "labels.gif")[0]
    assert len(np.unique(found.reshape(-1, 3), axis=0)) == 5
    assert found[0, 0].tolist() == [0, 0, 0]
    half = np.full((4, 5, 4), (0, 0, 0, 128), np.uint8)
    opsin.animate([half], tmp_path / "alpha.png")
    assert read(tmp_path / "alpha.png")[0][0, 0].tolist() == [127] * 3


def test_titles_stand_over_the_frames(tmp_path):
    frames = noise(3, (60, 200))
    opsin.animate(frames, tmp_path / "a.png", titles=(f"frame {k}" for k in range(3)))
    found = read(tmp_path / "a.png")
    height = len(found[0]) - 60
    assert 10 < height < 60
    strips = [one[:height] for one in found]
    for strip, one, frame in zip(strips, found, frames, strict=True):
        assert np.array_equal(one[height:, :, 0], frame)
        assert strip[:, [0, -1]].min() == 255
        assert 0.01 < (strip < 128).mean() < 0.4
    assert not np.array_equal(strips[0], strips[1])
    opsin.animate(frames[:1], tmp_path / "b.png", titles=["a title that is very much longer than the frame is wide"])
    assert read(tmp_path / "b.png")[0][:height, [0, -1]].min() == 255


def test_figures(tmp_path):
    figure, axes = plt.subplots(figsize=(2, 1), dpi=50)
    (line,) = axes.plot([0, 1], [0, 1])

    def frames():
        for height in range(3):
            line.set_ydata([0, height])
            yield axes if height % 2 else figure

    opsin.animate(frames(), tmp_path / "a.gif")
    found = read(tmp_path / "a.gif")
    assert [one.shape for one in found] == [(50, 100, 3)] * 3
    assert not np.array_equal(found[0], found[2])


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
@pytest.mark.parametrize(
    ("frames", "options", "error", "message"),
    [
        ([], {}, ValueError, "at least one frame"),
        (5, {}, TypeError, "frames must be an iterable"),
        ([np.zeros((4, 5)), np.zeros((4, 6))], {}, ValueError, r"frame 1 has \(4, 6\), the first \(4, 5\)"),
        (
            [np.zeros((4, 5)), np.full((4, 5), 7.0)],
            {},
            ValueError,
            "frame 1 has float64 values from 7",
        ),
        ([np.zeros((4, 5), np.uint16)], {}, ValueError, "frame 0 has uint16 values"),
        (["text"], {}, TypeError, "frame 0 must be an array of numbers"),
        ([np.zeros((4, 5, 6, 7))], {}, ValueError, "frame 0 must be"),
        (noise(2), {"titles": ["one"]}, ValueError, "titles must have a text for each frame; got 1"),
        (noise(2), {"titles": ["one", "two", "three"]}, ValueError, "got 3 for 2 frames"),
        (noise(2), {"titles": "one"}, TypeError, "titles must be a sequence"),
        (noise(2), {"fps": 0}, ValueError, "fps must be"),
        (noise(2), {"fps": 1e9}, ValueError, "fps must be"),
        (noise(2), {"quality": 101}, ValueError, "quality"),
        (noise(2), {"progress": 2}, TypeError, "progress must be"),
    ],
)
def test_errors_leave_no_file(frames, options, error, message, suffix, tmp_path):
    with pytest.raises(error, match=message):
        opsin.animate(frames, tmp_path / f"a.{suffix}", **options)
    assert not list(tmp_path.iterdir())


def test_errors_of_files(tmp_path):
    for name, message in (("a.avi", "the suffix of path must be one of"), ("a", "the suffix of path")):
        with pytest.raises(ValueError, match=message):
            opsin.animate(noise(), tmp_path / name)
    with pytest.raises(FileNotFoundError):
        opsin.animate(noise(), tmp_path / "nowhere" / "a.gif")
    with pytest.raises(ValueError, match="at most 16383 pixels a side"):
        opsin.animate([np.zeros((1, 20000), np.uint8)], tmp_path / "a.webp")


def test_an_error_in_the_generator_keeps_the_old_file(tmp_path):
    def frames():
        yield from noise(2)
        raise RuntimeError("no more")

    for suffix in ("gif", "webp", "png", "mp4"):
        path = tmp_path / f"a.{suffix}"
        path.write_bytes(b"old")
        with pytest.raises(RuntimeError, match="no more"):
            opsin.animate(frames(), path)
        assert path.read_bytes() == b"old"


def test_progress_is_shown_on_standard_error(tmp_path, capsys):
    opsin.animate(iter(noise(2)), tmp_path / "a.gif", progress=True)
    shown = capsys.readouterr()
    assert not shown.out
    opsin.animate(noise(2), tmp_path / "a.gif")
    assert capsys.readouterr() == ("", "")
