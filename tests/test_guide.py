"""What the README and the guide show: it runs, says what it says there, and names only what there is."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import cv2
import matplotlib as mpl
import numpy as np
import pytest
import scipy.ndimage

import opsin
from opsin.cli.pipeline import parse
from opsin.measure.regionprops_table import Property

import pictures

mpl.use("agg")
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "docs" / "index.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
PORTING = ROOT / "docs" / "guide" / "porting.md"
MISSING = ROOT / "docs" / "guide" / "missing.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)

GREY = np.pad(np.full((60, 100), 200, np.uint8), 10, constant_values=50)
GREY += np.random.default_rng(0).integers(0, 20, GREY.shape, np.uint8)
RGB = np.stack([GREY, GREY // 2, GREY // 3], axis=-1)
MASK = GREY > 100
SOUND = opsin.audio.tone(440, 0.1)


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the blocks of code of a page."""
    return [text for language, text in BLOCK.findall(page.read_text()) if language in languages]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder that holds the files the guide speaks of; nothing is heard."""
    monkeypatch.chdir(tmp_path)
    for name in ("coins.png", "cells.png"):
        opsin.io.imsave(name, GREY)
    for name in ("image.png", "photo.jpg", "photograph.jpg"):
        opsin.io.imsave(name, RGB)
    opsin.io.imsave("stack.tif", np.stack([GREY, GREY]))
    opsin.audio.write("a.flac", SOUND)
    monkeypatch.setattr(opsin.audio, "play", lambda sound: None)
    yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_types_gives_what_it_shows(page: Path, folder: Path) -> None:
    text = "\n\n".join(block for block in blocks(page, "python", "pycon") if ">>>" in block)
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_programs_of_a_page_run(page: Path, folder: Path) -> None:
    # A reader pastes one block after the other.
    names = {"opsin": opsin, "io": opsin.io, "image": GREY, "labels": MASK.astype(np.int32)}
    for text in blocks(page, "python"):
        if ">>>" not in text:
            exec(compile(text, str(page), "exec"), names)


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "index.md"], ids=["README.md", "index.md"])
def test_the_first_programs_need_no_file_and_no_extra(page: Path, tmp_path: Path) -> None:
    extras = ["av", "imagecodecs", "matplotlib", "miniaudio", "skimage"]
    refuse = f"import sys\nsys.modules.update(dict.fromkeys({extras}))\n"
    program = refuse + "\n".join(blocks(page, "python"))
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "26 cells" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_names_in_a_page_exist(page: Path) -> None:
    missing = []
    for name in re.findall(r"`opsin\.([a-z_.]+[a-z_])", page.read_text()):
        try:
            reduce(getattr, name.split("."), opsin)
        except AttributeError:
            missing.append(name)
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_pipelines_of_a_page_are_understood(page: Path) -> None:
    for text in re.findall(r'opsin apply "([^"]+)"', page.read_text()):
        assert parse(text)


def everything(module: ModuleType) -> dict[str, Any]:
    return {name: getattr(module, name) for name in dir(module)}


NAMES = {
    "opsin": everything(opsin),
    "scikit-image": {
        name: importlib.import_module(f"skimage.{name}")
        for name in (
            *("color", "draw", "exposure", "feature", "filters", "io", "measure", "metrics", "morphology"),
            *("restoration", "segmentation", "transform", "util"),
        )
    },
    "scipy.ndimage": everything(scipy.ndimage),
    "OpenCV": everything(cv2),
}


def calls() -> list[tuple[str, str]]:
    """Return each call of the porting tables, after the library that it is of."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", PORTING.read_text(), re.M):
        head, _, *rows = ([cell.strip("` ") for cell in line[1:-1].split("|")] for line in table.splitlines())
        found += [pair for row in rows for pair in zip(head, row, strict=True) if pair[0] in NAMES and pair[1]]
    return found


@pytest.mark.parametrize(("library", "call"), calls())
def test_every_call_of_the_porting_tables_runs(library: str, call: str, folder: Path) -> None:
    examples = {"np": np, "image": GREY, "rgb": RGB, "mask": MASK, "labels": MASK.astype(np.int32), "sound": SOUND}
    examples["weights"] = np.array([[1.0, 2.0, -1.0], [0.0, 3.0, 1.0]])
    eval(call, NAMES[library] | examples)


def test_the_porting_tables_have_every_operation() -> None:
    shown = {call.partition("(")[0] for library, call in calls() if library == "opsin"}
    assert set(opsin.operations()) <= shown


def test_what_is_called_missing_is_missing() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", MISSING.read_text(), re.M)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(listed) > 10
    present = {operation.short_name for operation in opsin.operations().values()}
    assert not listed & present, "remove these from docs/guide/missing.md"
    assert not listed & set(get_args(Property)), "remove these from docs/guide/missing.md"


def test_the_peers_of_what_is_missing_exist() -> None:
    peers = set(re.findall(r"`((?:skimage|scipy|cv2)\.[\w.]+)`", MISSING.read_text()))
    assert len(peers) > 10
    for name in peers:
        package, _, rest = name.partition(".")
        found = importlib.import_module(package)
        for part in rest.split("."):
            # Subpackages are attributes once they are imported.
            with contextlib.suppress(ImportError):
                importlib.import_module(f"{found.__name__}.{part}")
            found = getattr(found, part)


@pytest.mark.parametrize("name", [*pictures.SHOWN, *pictures.ALONE])
def test_the_pictures_of_the_reference_can_be_drawn(name: str, tmp_path: Path) -> None:
    assert callable(reduce(getattr, name.split("."), opsin))
    shown = pictures.picture(name)
    assert shown is not None
    pictures.draw(shown, name, tmp_path / "picture.png")
    assert opsin.io.imread(tmp_path / "picture.png").std() > 10


def test_operations_without_an_entry_have_a_picture_of_their_defaults() -> None:
    known = opsin.operations()
    assert pictures.by_default(known["filters.median"]) == pictures.Picture(
        pictures.HEAD, "opsin.filters.median(image)"
    )
    assert pictures.by_default(known["color.rgb2gray"]) == pictures.Picture(
        pictures.FACE, "opsin.color.rgb2gray(image)"
    )
    assert pictures.by_default(known["transform.rotate"]) is None
    assert pictures.by_default(known["exposure.histogram"]) is None
