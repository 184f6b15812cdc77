"""Every stage of every kernel is vectorized, save the few elements that are named here."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from operator import or_

import halide as hl
import pytest

import compile as compiler
from catalog import KERNELS, Kernel

# Definitions that touch few elements, by the stage and the loop that only they have; bins are counted one by one.
SCALAR = {("padded", "few"), ("padded", "edge"), ("beside", "edge"), ("counts", "body"), ("counts", "tail")}

LINE = re.compile(r"( *)(?:(\w+) (\S+?)(?: in \[.*\])?:|(\w+)\(\.\.\.\) = \.\.\.)$")


def definitions(loop_nest: str) -> Iterator[tuple[str, frozenset[str], bool]]:
    """Yield for each definition in the text of a loop nest its stage, its loops, and whether one is vectorized."""
    open_lines: list[tuple[int, str, str]] = []
    for line in loop_nest.splitlines():
        found = LINE.match(line)
        if found is None:
            continue  # Halide's warnings
        indent, kind, name, stage = len(found[1]), found[2], found[3], found[4]
        open_lines = [entry for entry in open_lines if entry[0] < indent]
        if stage is None:
            open_lines.append((indent, kind, name.split(".")[0]))
            continue
        start = max(number for number, entry in enumerate(open_lines) if entry[1:] == ("produce", stage))
        loops = open_lines[start + 1 :]
        own = frozenset(name for _, kind, name in loops if kind not in ("produce", "consume", "store"))
        yield stage, own, any(kind == "vectorized" for _, kind, _ in loops)


def unvectorized(kernel: Kernel, capfd: pytest.CaptureFixture[str]) -> set[tuple[str, frozenset[str]]]:
    """Return the stages and loops of the definitions that a branch of the schedule should vectorize, and does not.

    The branches of a definition follow each other, for the widest rows first. Only the last may have no vectors: it is
    for rows that are narrower than one, or whose elements are apart.
    """
    target = hl.Target(compiler.target_of(compiler.tiers("portable")[-1], asan=False))
    _, stages = kernel.pipeline(target)
    capfd.readouterr()
    stages.output.print_loop_nest()
    found: dict[tuple[str, frozenset[str]], list[bool]] = {}
    for stage, loops, vectorized in definitions(capfd.readouterr().err):
        found.setdefault((stage, loops), []).append(vectorized)
    # In a branch for rows of one pixel, the loop along the row is gone.
    found = {(stage, loops): branches for (stage, loops), branches in found.items() if loops - {"y"}}
    assert found
    return {
        (stage, loops)
        for (stage, loops), branches in found.items()
        if not (branches[0] and all(map(or_, branches, branches[1:])))
        and not any((stage, loop) in SCALAR for loop in loops)
    }


@pytest.mark.parametrize("name", KERNELS)
def test_every_stage_is_vectorized(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert unvectorized(KERNELS[name], capfd) == set()


@pytest.mark.parametrize("name", ["correlate_f32", "gradient_magnitude_u8", "median_3_u8", "minimum_u8"])
def test_rows_that_are_not_copied_in_vectors_are_found(
    name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = KERNELS[name]
    monkeypatch.setattr(importlib.import_module(kernel.module), "padded_rows", lambda padded: None)
    assert {stage for stage, _ in unvectorized(kernel, capfd)} == {"padded"}


@pytest.mark.parametrize("name", ["gradient_magnitude_u8", "box_three_u8", "minimum_u8"])
def test_vectors_that_wide_rows_lack_are_found(
    name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def narrow_vectors(output: hl.Func, width: hl.Expr, vector: int) -> None:
        output.specialize(width >= vector)
        output.specialize(width >= vector // 4).vectorize(hl.Var("x"), vector // 4)

    kernel = KERNELS[name]
    monkeypatch.setattr(importlib.import_module(kernel.module), "overlapping_vectors", narrow_vectors)
    assert {stage for stage, _ in unvectorized(kernel, capfd)} == {"output"}
