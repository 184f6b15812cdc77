"""Write the page of timings, and the short table of the README, from the results of the race."""

from __future__ import annotations

import collections
import json
import math
from pathlib import Path
from string import Template
from typing import Any

from race import RESULTS, disagreeing, fastest_peer, ratio

TEMPLATE = Path(__file__).with_name("report.md.in")

SHORT = (
    "color.rgb2gray",
    "color.rgb2lab",
    "exposure.equalize_adapthist",
    "exposure.histogram",
    "feature.canny",
    "filters.correlate",
    "filters.gaussian",
    "filters.median",
    "filters.sobel",
    "filters.uniform",
    "measure.label",
    "measure.regionprops_table",
    "morphology.distance_transform",
    "morphology.erosion",
    "restoration.denoise_bilateral",
    "restoration.denoise_tv_chambolle",
    "segmentation.kmeans",
    "segmentation.watershed",
    "transform.resize",
    "transform.rotate",
)
"""The operations in the table of the README."""

MODELS = ("2048 uint8", "2048 RGB uint8", "512 uint8", "512 RGB uint8")
"""The images of its rows; the first that the race has."""


def load() -> dict[str, Any]:
    """Return the results of the last race."""
    found: dict[str, Any] = json.loads(RESULTS.read_text())
    return found


def write(page: Path) -> None:
    """Write the whole report."""
    page.write_text(text(load()))


def text(results: dict[str, Any]) -> str:
    """Return the whole report, the rows of each machine by themselves."""
    blocks = []
    for key, machine in results["machines"].items():
        rows = [row for row in results["rows"] if row["machine"] == key]
        lost = sorted((row for row in rows if ratio(row) < 1), key=ratio)
        versions = ", ".join(f"{name} {version}" for name, version in sorted(machine["versions"].items()))
        losing = "".join(
            f"- {row['operation']}, {row['image']}, {row['case']}, {_threads(row)}, {row['simd']}: "
            f"{1 / ratio(row):.2f}x behind {fastest_peer(row)}\n"
            for row in lost
        )
        blocks.append(
            f"## {machine['processor']}\n\n"
            f"- {machine['system']}\n"
            f"- Versions: {versions}\n"
            f"- Copying moves {machine['rates']['bytes'] / 1e9:.1f} GB/s; a matrix product makes "
            f"{machine['rates']['multiply_adds'] / 1e9:.0f} billion multiply-adds a second\n"
            f"- opsin is ahead in {len(rows) - len(lost)} of {len(rows)} rows; the geometric mean of its time "
            f"over that of the fastest peer is {mean_ratio(rows):.2f}\n\n"
            f"{totals(rows)}\n"
            f"### Behind\n\n{losing or 'None.'}\n\n"
            + "\n".join(table(operation, rows) for operation in sorted({row["operation"] for row in rows}))
        )
    return Template(TEMPLATE.read_text()).substitute(machines="\n".join(blocks))


def mean_ratio(rows: list[dict[str, Any]]) -> float:
    """Return the geometric mean of opsin's time over that of the fastest peer."""
    return math.exp(-sum(math.log(ratio(row)) for row in rows) / max(len(rows), 1))


def totals(rows: list[dict[str, Any]]) -> str:
    """Return the table of the rows won, by the size of the image, the threads and the instruction set."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["image"].partition(" ")[0], row["threads"], row["simd"]), []).append(row)
    lines = ["| image | threads | kernels | rows | ahead | mean of the times |", "|---|--:|---|--:|--:|--:|"]
    for (image, threads, simd), own in groups.items():
        won = sum(ratio(row) >= 1 for row in own)
        lines.append(f"| {image} | {threads} | {simd} | {len(own)} | {won} | {mean_ratio(own):.2f} |")
    return "\n".join(lines) + "\n"


def table(operation: str, rows: list[dict[str, Any]]) -> str:
    """Return the table of one operation."""
    lines = [
        f"### {operation}",
        "",
        "| image | case | threads | kernels | opsin min (median) | fastest peer min (median) "
        "| ratio | limit | others |",
        "|---|---|--:|---|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        if row["operation"] != operation:
            continue
        best, times = fastest_peer(row), row["times"]
        others = ", ".join(f"{name} {value['min']:.3g}" for name, value in times.items() if name not in ("opsin", best))
        notes = "".join(f"; {name} differs by {row['differences'][name]:.3g}" for name in disagreeing(row))
        gain = ratio(row)
        shown = f"{gain:.2f}" if gain >= 1 else f"**{gain:.2f}**"
        lines.append(
            f"| {row['image']} | {row['case']} | {row['threads']} | {row['simd']} | {_pair(times['opsin'])} | "
            f"{best} {_pair(times[best])} | {shown} | {row['limit']:.3g} | {others}{notes} |"
        )
    return "\n".join(lines) + "\n"


def short_table(results: dict[str, Any]) -> str:
    """Return the README's table: for each operation the slowest and the fastest ratio, and one row in full."""
    lines = ["| operation | opsin | fastest peer | times faster | over all rows |", "|---|--:|--:|--:|--:|"]
    # The machine with the most rows.
    count = collections.Counter(row["machine"] for row in results["rows"])
    every = [row for row in results["rows"] if row["machine"] == count.most_common(1)[0][0]]
    rows = [row for row in every if row["threads"] == max(row["threads"] for row in every)]
    for operation in SHORT:
        own = [row for row in rows if row["operation"] == operation]
        if not own:
            continue
        shown = next(
            (
                row
                for model in ("2048 uint8", "2048 RGB uint8", "512 uint8", "512 RGB uint8")
                for row in own
                if row["image"] == model
            ),
            own[0],
        )
        best = fastest_peer(shown)
        ratios = [ratio(row) for row in own]
        lines.append(
            f"| `{operation}`, {shown['case']}, {shown['image']} | {shown['times']['opsin']['min']:.2f} ms | "
            f"{best} {shown['times'][best]['min']:.2f} ms | {ratio(shown):.1f} | "
            f"{min(ratios):.1f} to {max(ratios):.1f} |"
        )
    won = sum(ratio(row) >= 1 for row in every)
    lines += [
        "",
        f"Over all operations, opsin is ahead in {won} of {len(every)} rows, with one thread and two.",
    ]
    return "\n".join(lines) + "\n"


def _pair(times: dict[str, float]) -> str:
    return f"{times['min']:.3f} ({times['median']:.3f})"


def _threads(row: dict[str, Any]) -> str:
    return f"{row['threads']} thread{'s' if row['threads'] > 1 else ''}"
