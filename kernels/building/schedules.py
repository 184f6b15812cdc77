"""Schedules that many kernels share."""

from __future__ import annotations

import halide as hl

from .borders import Padded, x
from .types import lanes

GUARD = hl.TailStrategy.GuardWithIf
ROUND_UP = hl.TailStrategy.RoundUp
SHIFT = hl.TailStrategy.ShiftInwards
NEVER = hl.Partition.Never
ALWAYS = hl.Partition.Always


def padded_rows(padded: Padded, unrolled: hl.Var | None = None) -> None:
    """Copy the interior in whole vectors where its elements are neighbors; the margins are few.

    If the rows are `unrolled`, which must be a constant number, a vector of every row is copied before the next one.
    """
    vector = lanes(padded.dtype)
    func = padded.func.align_storage(x, vector)
    body, tail = func.update(0), func.update(1)
    if unrolled is not None:
        body.reorder(padded.body.x, unrolled, padded.body.y).unroll(unrolled)
        tail.reorder(padded.tail.x, unrolled).unroll(unrolled)
    body.allow_race_conditions().specialize(padded.unit_stride).vectorize(padded.body.x)
    tail.allow_race_conditions().specialize(padded.unit_stride & padded.wide).vectorize(padded.tail.x, vector)
    func.update(2).unscheduled()
    func.update(3).unscheduled()


def strips(output: hl.Func, y: hl.Var, outer: hl.Var, inner: hl.Var, rows: int) -> None:
    """Hand out `output` to the threads in strips of so many rows."""
    output.split(y, outer, inner, rows, GUARD).parallel(outer)
    output.partition(outer, NEVER).partition(inner, NEVER)


def tap_sums(
    sums: hl.Func, taps: hl.RVar, count: hl.Expr, along: hl.Var, across: hl.Var, vector: int, common: tuple[int, ...]
) -> None:
    """Keep weighted sums in registers, vectors `along` and several `across`; `common` numbers of taps need no loop."""
    sums.vectorize(along, vector).unroll(along).unroll(across)
    update = sums.update()
    for number in common:
        branch = update.specialize(count == number).reorder(along, taps, across).vectorize(along, vector)
        branch.unroll(along).unroll(taps).unroll(across)
    update.reorder(along, across, taps).vectorize(along, vector).unroll(along).unroll(across)
