"""The examples of the gallery run, and give what they say."""

from __future__ import annotations

import io
import runpy
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import scipy.signal
import skimage.feature
import skimage.filters

import opsin

mpl.use("agg")
from matplotlib import pyplot as plt

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {}


def of(name: str) -> Callable[[Callable[[dict[str, Any]], None]], Callable[[dict[str, Any]], None]]:
    """Register what checks the names that an example defines."""

    def register(check: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        CHECKS[name] = check
        return check

    return register


@pytest.mark.parametrize("example", sorted(path.stem for path in EXAMPLES.glob("plot_*.py")))
def test_example(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [example])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "More than 20 figures", RuntimeWarning)
        names = runpy.run_path(str(EXAMPLES / f"{example}.py"))
    plt.close("all")
    if example in CHECKS:
        CHECKS[example](names)


def test_tour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / "tour.py"), run_name="__main__")
    assert "24 coins, as expected." in capsys.readouterr().out
    report = (tmp_path / "tour" / "report.html").read_text()
    assert "From 107: 21 coins" in report
    assert "data:image/png" in report


@of("plot_exposure")
def _(names: dict[str, Any]) -> None:
    image, stretched, equalized = names["image"], names["stretched"], names["equalized"]
    assert stretched.dtype == equalized.dtype == names["vivid"].dtype == np.uint8
    assert names["vivid"].shape == names["coffee"].shape
    assert np.abs(stretched - np.clip((image - 100.0) * 255 / 140, 0, 255)).max() <= 0.5
    entropy = opsin.measure.shannon_entropy
    assert entropy(equalized) > entropy(image) + 0.5
    assert entropy(stretched) < entropy(image)
    assert np.abs(opsin.exposure.equalize_adapthist(image / 255) * 255 - equalized).max() <= 1


@of("plot_sketch")
def _(names: dict[str, Any]) -> None:
    edges, part, noisy, clean = names["edges"], names["part"], names["noisy"], names["clean"]
    assert np.mean((edges < 25) != (skimage.filters.sobel(names["gray"]) < 25 / 255)) < 1e-4
    assert np.array_equal(names["sketch"].result, edges < 25)
    assert noisy.dtype == clean.dtype == np.uint8
    assert clean.shape == part.shape
    psnr = opsin.metrics.peak_signal_noise_ratio
    assert psnr(part, clean) > psnr(part, noisy) + 5


@of("plot_coins")
def _(names: dict[str, Any]) -> None:
    labels, regions = names["labels"], names["regions"]
    assert names["otsu"] == 107
    assert labels.dtype == np.int32
    assert len(regions) == labels.max() == 24
    assert all(regions[n].area > 100 for n in regions)
    top, left, bottom, right = regions[1].bbox
    assert (labels[top:bottom, left:right] == 1).sum() == regions[1].area


@of("plot_corners")
def _(names: dict[str, Any]) -> None:
    gray, peaks = names["gray"], names["peaks"]
    response = skimage.feature.corner_harris(gray)
    peer = skimage.feature.corner_peaks(response, min_distance=20, threshold_rel=0.02)
    assert peaks.shape == (13, 2)
    assert len({*map(tuple, peaks)} & {*map(tuple, peer)}) >= 12
    assert names["image"][names["box"]].shape == (284, 190, 3)
    for flipped in (gray[::-1], gray[:, ::-1]):
        response = opsin.feature.corner_harris(flipped)
        assert len(opsin.feature.corner_peaks(response, min_distance=20, threshold_rel=0.02)) == 13


@of("plot_faces")
def _(names: dict[str, Any]) -> None:
    image, face, private, flat = names["image"], names["face"], names["private"], names["flat"]
    found, segments = names["found"], names["segments"]
    assert any(abs(f["r"] - 71) + abs(f["c"] - 177) < 12 and abs(f["width"] - 85) < 12 for f in found)
    inside = np.s_[face["r"] : face["r"] + face["height"], face["c"] : face["c"] + face["width"]]
    changed = (private != image).any(axis=-1)
    assert private.dtype == flat.dtype == np.uint8
    assert changed[inside].mean() > 0.9
    assert changed.sum() == changed[inside].sum()
    assert np.array_equal(private[inside], opsin.filters.gaussian(image[inside], 8))
    assert np.ptp(flat[segments == segments[100, 220]], axis=0).max() == 0


@of("plot_telephone")
def _(names: dict[str, Any]) -> None:
    sentence = names["sentence"]
    for kind, cutoff, got in (("low", 500, names["low"]), ("high", 1000, names["high"])):
        b, a = scipy.signal.butter(4, cutoff / (sentence.rate / 2), kind)
        assert np.abs(got.samples - scipy.signal.filtfilt(b, a, sentence.samples)).max() < 1e-6
    assert names["slider"].result == opsin.audio.highpass(sentence, 2500)
    again = opsin.audio.read(io.BytesIO(Path("muffled.mp3").read_bytes()))
    assert again.rate == sentence.rate
    assert again.frames == sentence.frames


@of("plot_melody")
def _(names: dict[str, Any]) -> None:
    assert np.allclose([opsin.audio.note(name) for name in names["names"]], 440 * 2 ** (np.arange(3, 16) / 12))
    for name in names["names"]:
        sound = opsin.audio.tone(name, 0.5, 16000)
        spectrum = np.abs(np.fft.rfft(sound.samples * np.hanning(sound.frames), 2**18))
        assert abs(np.argmax(spectrum) * sound.rate / 2**18 - opsin.audio.note(name)) < 0.5
        assert abs(sound.samples[0]) < 1e-3
        assert abs(sound.samples[-1]) < 1e-2


@of("plot_color_rotation")
def _(names: dict[str, Any]) -> None:
    image, turned = names["image"], names["turned"]
    assert np.array_equal(turned(image, 0), image)
    assert np.array_equal(turned(image, 1.3)[..., 0], image[..., 0])
    quarter = turned(image, np.pi / 2)
    assert np.array_equal(quarter[..., 1], image[..., 2])
    assert np.array_equal(quarter[..., 2], 255 - image[..., 1])
    assert opsin.io.info("rotation.gif").pages == 20
    assert opsin.io.imread("rotation.gif", page=19).shape[-1] == 3


@of("plot_histogram_classes")
def _(names: dict[str, Any]) -> None:
    table, labels, truth = names["table"], names["labels"], names["truth"]
    assert np.abs(table["mean"] - [0, 1]).max() < 0.02
    assert np.abs(table["std"] - 0.2).max() < 0.01
    assert abs(table["weight"][1] - truth.mean()) < 0.01
    assert np.array_equal(labels == 1, names["image"] > names["threshold"])
    assert np.mean(names["cleaned"] != truth) < 0.005 < np.mean((labels == 1) != truth)


@of("plot_kmeans")
def _(names: dict[str, Any]) -> None:
    image, labels, centers = names["image"], names["labels"], names["centers"]
    assert names["flat"].shape == image.shape
    assert len(np.unique(labels)) == 3
    assert np.all(np.diff(centers.sum(axis=1)) > 0)
    nearest = ((image[..., None, :] - centers) ** 2).sum(axis=-1).argmin(axis=-1)
    assert np.mean(nearest != labels) < 1e-3
    assert ((image - centers[labels]) ** 2).sum() / labels.size < 843
    assert np.array_equal(opsin.segmentation.kmeans(image, 3, rng=0)[0], labels)


@of("plot_polygons")
def _(names: dict[str, Any]) -> None:
    assert abs(sum(map(names["area"], names["shapes"])) / names["mask"].sum() - 1) < 0.05
    assert names["depth"] == 6
    assert Path("cat.svg").read_text().lstrip().startswith("<?xml")


@of("plot_rof")
def _(names: dict[str, Any]) -> None:
    image, texture, noisy, rms = names["image"], names["texture"], names["noisy"], names["rms"]
    assert np.allclose(image + texture, noisy)
    assert rms(image) < 7
    assert rms(names["blurred"]) > 15
    assert 29 < texture.std() < 31
    moved, _ = opsin.restoration.denoise_rof(np.roll(noisy, 99, axis=1), weight=100)
    assert np.allclose(moved, np.roll(image, 99, axis=1))
    assert Path("synth_rof.pdf").read_bytes().startswith(b"%PDF")


@of("plot_discs")
def _(names: dict[str, Any]) -> None:
    table, mask, large = names["table"], names["mask"], names["large"]
    assert opsin.measure.label(mask).max() == 1
    middles = np.stack([table["centroid-0"], table["centroid-1"]], axis=1)
    assert all(np.hypot(*(middles - center).T).min() < 1 for center in names["discs"])
    assert table["area"].sum() == mask.sum()
    assert large.dtype == np.int32
    assert large.max() == 2
