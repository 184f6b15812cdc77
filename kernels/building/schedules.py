"""Schedules that many kernels share."""

from __future__ import annotations

import halide as hl

from .borders import NARROW, Padded, x

GUARD = hl.TailStrategy.GuardWithIf
ROUND_UP = hl.TailStrategy.RoundUp
SHIFT = hl.TailStrategy.ShiftInwards
NEVER = hl.Partition.Never
ALWAYS = hl.Partition.Always


def padded_rows(padded: Padded, unrolled: hl.Var | None = None) -> None:
    """Copy the interior in whole vectors where its elements are neighbors; the margins are few.

    If the rows are `unrolled`, which must be a constant number, a vector of each row is copied before the next vector.
    Narrow rows have vectors of a quarter: a median 3 of 32 x 32 bytes takes 1.0 us, and 6.5 without (AMD EPYC, Zen 5,
    AVX-512).
    """
    func = padded.func.align_storage(x, padded.copies[0].lanes)
    first = 0
    if padded.fill is not None:
        first = 2
        for number in range(first):
            func.update(number).allow_race_conditions().vectorize(padded.fill.x)
    for number, copy in enumerate(padded.copies):
        body, tail = func.update(first + 2 * number), func.update(first + 2 * number + 1)
        if unrolled is not None:
            body.reorder(copy.body.x, unrolled, copy.body.y).unroll(unrolled)
            tail.reorder(copy.tail.x, unrolled).unroll(unrolled)
        body.allow_race_conditions().specialize(padded.unit_stride).vectorize(copy.body.x)
        tail.allow_race_conditions().specialize(padded.unit_stride & copy.condition).vectorize(copy.tail.x, copy.lanes)
    for number in range(first + 2 * len(padded.copies), func.num_update_definitions()):
        func.update(number).unscheduled()


def overlapping_vectors(output: hl.Func, width: hl.Expr, vector: int) -> None:
    """Compute rows in vectors, of which the last overlaps the one before; narrow rows in vectors of a quarter."""
    for size in (vector, vector // NARROW):
        if size > 1:
            output.specialize(width >= size).vectorize(x, size, SHIFT)


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
