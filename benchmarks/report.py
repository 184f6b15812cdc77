"""Write the page of timings, and the short table of the README, from the results of the race."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

from race import RESULTS, disagreeing, fastest_peer, ratio

TEMPLATE = Path(__file__).with_name("report.md.in")


def load() -> dict[str, Any]:
    """Return the results of the last race."""
    found: dict[str, Any] = json.loads(RESULTS.read_text())
    return found


def write(page: Path) -> None:
    """Write the whole report."""
    page.write_text(text(load()))


def text(results: dict[str, Any]) -> str:
    """Return the whole report."""
    machine, rows = results["machine"], results["rows"]
    lost = sorted((row for row in rows if ratio(row) < 1), key=ratio)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(machine["versions"].items()))
    losing = "".join(
        f"- {row['operation']}, {row['image']}, {row['case']}, {_threads(row)}: {1 / ratio(row):.2f}x behind "
        f"{fastest_peer(row)}\n"
        for row in lost
    )
    return Template(TEMPLATE.read_text()).substitute(
        processor=machine["processor"],
        simd=machine["simd"],
        system=machine["system"],
        versions=versions,
        copy_rate=f"{results['rates']['bytes'] / 1e9:.1f}",
        multiply_rate=f"{results['rates']['multiply_adds'] / 1e9:.0f}",
        rows=len(rows),
        won=len(rows) - len(lost),
        behind=losing or "None.\n",
        tables="\n".join(table(operation, rows) for operation in sorted({row["operation"] for row in rows})),
    )


def table(operation: str, rows: list[dict[str, Any]]) -> str:
    """Return the table of one operation."""
    lines = [
        f"## {operation}",
        "",
        "| image | case | threads | opsin min (median) | fastest peer min (median) | ratio | limit | others |",
        "|---|---|--:|--:|--:|--:|--:|---|",
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
            f"| {row['image']} | {row['case']} | {row['threads']} | {_pair(times['opsin'])} | "
            f"{best} {_pair(times[best])} | {shown} | {row['limit']:.3g} | {others}{notes} |"
        )
    return "\n".join(lines) + "\n"


def short_table(results: dict[str, Any]) -> str:
    """Return the README's table: for each operation the slowest and the fastest ratio, and one row in full."""
    lines = ["| operation | opsin | fastest peer | times faster | over all rows |", "|---|--:|--:|--:|--:|"]
    rows = [row for row in results["rows"] if row["threads"] == max(row["threads"] for row in results["rows"])]
    for operation in sorted({row["operation"] for row in rows}):
        own = [row for row in rows if row["operation"] == operation]
        shown = next(
            (row for model in ("2048 uint8", "2048 RGB uint8") for row in own if row["image"] == model),
            own[0],
        )
        best = fastest_peer(shown)
        ratios = [ratio(row) for row in own]
        lines.append(
            f"| `{operation}`, {shown['case']}, {shown['image']} | {shown['times']['opsin']['min']:.2f} ms | "
            f"{best} {shown['times'][best]['min']:.2f} ms | {ratio(shown):.1f} | "
            f"{min(ratios):.1f} to {max(ratios):.1f} |"
        )
    won = sum(ratio(row) >= 1 for row in results["rows"])
    lines += ["", f"Ahead of the fastest peer in {won} of {len(results['rows'])} rows, with one thread and with two."]
    return "\n".join(lines) + "\n"


def _pair(times: dict[str, float]) -> str:
    return f"{times['min']:.3f} ({times['median']:.3f})"


def _threads(row: dict[str, Any]) -> str:
    return f"{row['threads']} thread{'s' if row['threads'] > 1 else ''}"
