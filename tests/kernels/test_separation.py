"""Algorithm and schedule stay apart in every kernel file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

KERNELS = Path(__file__).resolve().parents[2] / "kernels"
FILES = sorted(path for path in KERNELS.rglob("*.py") if path.name not in ("catalog.py", "compile.py"))
VERBS = {
    "align_storage", "allow_race_conditions", "compute_at", "compute_root", "compute_with", "fold_storage", "fuse",
    "gpu_tile", "parallel", "partition", "reorder", "reorder_storage", "specialize", "split", "store_at",
    "store_in", "store_root", "tile", "unroll", "unscheduled", "vectorize",
}  # fmt: skip


def crossings(source: str, *, schedules_only: bool = False) -> Iterator[str]:
    """Yield where `source` mixes the two: a verb of scheduling outside schedule(), a definition inside."""
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
        scheduling = function.name == "schedule" or schedules_only
        verbs = {
            node.func.attr
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        } & VERBS
        definitions = [
            target
            for node in ast.walk(function)
            if isinstance(node, (ast.Assign, ast.AugAssign))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Subscript)
        ]
        if scheduling and definitions:
            yield f"line {definitions[0].lineno}: {function.name}() defines a stage"
        if not scheduling and verbs:
            yield f"line {function.lineno}: {function.name}() schedules: {', '.join(sorted(verbs))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(KERNELS).as_posix())
def test_algorithm_and_schedule_are_apart(path: Path) -> None:
    assert list(crossings(path.read_text(), schedules_only=path.name == "schedules.py")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "def algorithm(f):\n    g[x] = f[x]\n    g.vectorize(x, 8)\n",
        "def schedule(s):\n    s.h[x] = s.g[x]\n",
    ],
)
def test_lint_finds_planted_faults(planted: str) -> None:
    assert len(list(crossings(planted))) == 1
