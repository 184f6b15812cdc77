"""Transposition in registers, for kernels that exchange rows and columns.

In square blocks rows are interleaved with those half a block below, twice as long rows with those a quarter of a block
below, and so on: the bits of the number of a row become those of the column, one with each stage. Compilers that are
left to store vectors as columns take up to twice as long.
"""

from __future__ import annotations

import halide as hl

from .types import TYPES

x, y = hl.vars("x y")


def side(dtype: str) -> int:
    """Return how many rows and columns a block has: rows are 16 bytes, which all machines interleave at once."""
    return 16 // TYPES[dtype].bytes()


def interleaved(source: hl.Func, block: int, *others: hl.Var) -> list[hl.Func]:
    """Return the stages; `source` and they are indexed by the column, the row and `others`."""
    stages, last, half = [], source, block // 2
    while half:
        rows = hl.Func(f"interleaved_{half}")
        row = y // half * (2 * half) + y % half
        rows[x, y, *others] = hl.select(x % 2 == 0, last[x // 2, row, *others], last[x // 2, row + half, *others])
        stages.append(rows)
        last, half = rows, half // 2
    return stages


def exchanged(stages: list[hl.Func], block: int, column: hl.Expr, row: hl.Expr, *others: hl.Var) -> hl.Expr:
    """Return an element of the source from the last stage, in which the rows of a block are next to each other."""
    return stages[-1][block * column + row % block, row // block, *others]


def schedule(stages: list[hl.Func], block: int, consumer: hl.Func, loop: hl.Var) -> None:
    """Compute the stages of one block in each iteration of a loop."""
    half, length = block // 2, 2 * block
    for rows in stages:
        rows.compute_at(consumer, loop).bound_extent(x, length).bound_extent(y, half)
        rows.vectorize(x, 2 * block).unroll(x).unroll(y)
        half, length = half // 2, 2 * length
