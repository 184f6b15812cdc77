"""A tour of opsin: count the coins on a photograph, in Python and on the command line.

Writes a report with a picture of every step, and fails if an answer is not
the right one. ``make tour`` runs it.
"""

from __future__ import annotations

import base64
import html
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

import opsin

mpl.use("Agg")
from matplotlib import pyplot as plt

FOLDER = Path("tour")
REPORT = FOLDER / "report.html"

OTSU = 107
COINS = 24
SMALLEST = 100
"""Square pixels: what is no larger is no coin."""


class Tour:
    """The steps that were taken, with their times, words and pictures."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str, float, Path | None]] = []

    def step(self, code: str, run: Callable[[], Any], say: Callable[[Any], str]) -> Any:
        """Take a step: time it, print it, keep it; an image becomes a picture."""
        start = time.perf_counter()
        result = run()
        taken = 1000 * (time.perf_counter() - start)
        words = say(result)
        print(f"  {taken:7.2f} ms  {code:58}  {words}")
        picture = None
        if isinstance(result, np.ndarray) and result.ndim >= 2:
            picture = FOLDER / f"step-{len(self.steps) + 1}.png"
            show(result, picture)
        self.steps.append((code, words, taken, picture))
        return result


def show(image: NDArray[Any], path: Path) -> None:
    """Write a picture of `image` as opsin.show shows it."""
    axes = opsin.show(image)
    axes.figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(axes.figure)


def must(right: bool, words: str) -> str:
    """Return `words`, or stop the tour if the answer is wrong."""
    if not right:
        raise SystemExit(f"wrong answer: {words}")
    return words


def photograph() -> Path:
    """Return the coins photograph, which scikit-image carries."""
    package = find_spec("skimage")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "data" / "coins.png"


def annotate(image: NDArray[Any], table: dict[str, NDArray[Any]], path: Path) -> None:
    """Write the photograph with a numbered box around each coin."""
    figure, axes = plt.subplots(figsize=(9, 7), layout="constrained")
    axes.imshow(image, cmap="gray", vmin=0, vmax=255)
    boxes = np.stack([table[f"bbox-{side}"] for side in range(4)], axis=1)
    for number, (top, left, bottom, right) in enumerate(boxes, start=1):
        box = plt.Rectangle(
            (left - 0.5, top - 0.5), right - left, bottom - top, fill=False, edgecolor="#ffb000", linewidth=1.6
        )
        axes.add_patch(box)
        axes.text(
            (left + right) / 2,
            (top + bottom) / 2,
            str(number),
            color="white",
            fontsize=12,
            fontweight="bold",
            ha="center",
            va="center",
            bbox={"boxstyle": "circle,pad=0.25", "facecolor": "#1b3a5c", "edgecolor": "none", "alpha": 0.85},
        )
    axes.set_title(f"{len(boxes)} coins")
    axes.set_axis_off()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def command_line(source: Path) -> list[tuple[str, str]]:
    """Do the same on the command line; return the commands and what they said."""
    steps = "> 120 | closing footprint=5 | clear_border | label connectivity=2"
    commands = [
        ["opsin", "info", str(source)],
        ["opsin", "apply", "threshold_otsu", str(source)],
        ["opsin", "apply", steps, str(source), "-o", str(FOLDER / "labels.png")],
        ["opsin", "ops", "closing"],
    ]
    said = []
    for command in commands:
        shown = shlex.join(command).replace(str(source), source.name)
        found = subprocess.run(
            [sys.executable, "-m", "opsin.cli", *command[1:]], capture_output=True, text=True, check=False
        )
        if found.returncode:
            raise SystemExit(f"{shown} failed: {found.stderr}")
        output = found.stdout.replace(str(source), source.name).strip()
        print(f"  $ {shown}")
        for line in output.splitlines()[:4]:
            print(f"      {line}")
        said.append((shown, output))
    must(said[1][1] == str(OTSU), f"opsin apply threshold_otsu gives {said[1][1]}")
    labels = opsin.io.imread(FOLDER / "labels.png")
    areas = np.bincount(labels.ravel())[1:]
    must(int(np.sum(areas > SMALLEST)) == COINS, "the command line finds as many coins as Python does")
    return said


def write_report(tour: Tour, commands: list[tuple[str, str]], annotated: Path) -> None:
    """Write one page that holds everything, pictures included."""

    def inline(path: Path) -> str:
        return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"

    cards = "".join(
        f"<figure><figcaption><code>{html.escape(code)}</code><span>{html.escape(words)}</span>"
        f"<small>{taken:.2f} ms</small></figcaption>"
        + (f'<img src="{inline(picture)}" alt="{html.escape(code)}">' if picture else "")
        + "</figure>"
        for code, words, taken, picture in tour.steps
    )
    lines = "".join(
        f"<pre><b>$ {html.escape(command)}</b>\n{html.escape(output)}</pre>" for command, output in commands
    )
    total = sum(taken for _, _, taken, _ in tour.steps[1:])
    REPORT.write_text(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>opsin: {COINS} coins</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1d2733; background: #f5f6f8; margin: 0 auto; max-width: 72rem;
  padding: 2rem 1rem; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; align-items: start; }}
figure {{ background: white; border-radius: .5rem; margin: 0; overflow: hidden; box-shadow: 0 1px 3px #0002; }}
figcaption {{ display: flex; flex-wrap: wrap; gap: .2rem 1rem; justify-content: space-between; padding: .7rem 1rem; }}
figcaption code {{ flex-basis: 100%; font-size: .8rem; font-weight: 600; overflow-wrap: anywhere; }}
figcaption small {{ color: #5b6b7c; }}
img {{ display: block; width: 100%; }}
pre {{ background: #1d2733; color: #e7ecf1; border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto;
  font-size: .85rem; }}
</style>
<h1>{COINS} coins on a photograph</h1>
<p>opsin {opsin.__version__}, {opsin.get_num_threads()} threads. All steps after reading the file took {total:.1f} ms.
The first call of an operation includes importing and waking what it needs.</p>
<figure><img src="{inline(annotated)}" alt="the photograph with a numbered box around each coin"></figure>
<h2>In Python</h2>
<main>{cards}</main>
<p>{COINS} of the regions are larger than {SMALLEST} pixels: these are the coins. The rest is dust.</p>
<h2>On the command line</h2>
{lines}
</html>
"""
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    source = photograph()
    tour = Tour()
    print(f"opsin {opsin.__version__}, {opsin.get_num_threads()} threads\n\nIn Python:")
    image = tour.step(
        'image = opsin.io.imread("coins.png")',
        lambda: opsin.io.imread(source),
        lambda found: f"{found.shape[0]} x {found.shape[1]} {found.dtype}",
    )
    tour.step(
        "opsin.filters.threshold_otsu(image)",
        lambda: opsin.filters.threshold_otsu(image),
        lambda found: must(found == OTSU, f"Otsu's threshold is {found}"),
    )
    mask = tour.step("mask = image > 120", lambda: image > 120, lambda found: f"{found.mean():.0%} is bright")
    closed = tour.step(
        "closed = opsin.morphology.closing(mask, 5)",
        lambda: opsin.morphology.closing(mask, 5),
        lambda found: f"{np.sum(found & ~mask)} pixels filled",
    )
    cleared = tour.step(
        "cleared = opsin.segmentation.clear_border(closed)",
        lambda: opsin.segmentation.clear_border(closed),
        lambda found: f"{np.sum(closed & ~found)} pixels touched the border",
    )
    labels = tour.step(
        "labels = opsin.measure.label(cleared, connectivity=2)",
        lambda: opsin.measure.label(cleared, connectivity=2),
        lambda found: f"{found.max()} regions",
    )
    table = tour.step(
        "table = opsin.measure.regionprops_table(labels, image)",
        lambda: opsin.measure.regionprops_table(labels, image, properties=("label", "area", "bbox", "centroid")),
        lambda found: f"{len(found['label'])} rows",
    )
    large = table["area"] > SMALLEST
    table = {name: column[large] for name, column in table.items()}
    words = must(len(table["label"]) == COINS, f"{len(table['label'])} coins are larger than {SMALLEST} pixels")
    print(f"  {words}\n\nOn the command line:")
    annotated = FOLDER / "coins.png"
    annotate(image, table, annotated)
    commands = command_line(source)
    write_report(tour, commands, annotated)
    print(f"\nThe coins, numbered: {annotated}\nThe report: {REPORT.resolve()}")


if __name__ == "__main__":
    main()
