"""Resampling of a plane to more rows: first along the rows, then along the columns.

The mirror image of ``shrink``: each strip of the result first resamples along
the rows the few rows of the image that it is made from, several rows to a
vector, and then adds up whole rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import (
    BLOCK,
    COMMON_TAPS,
    LEAST_WIDTH,
    Axis,
    axis,
    from_first,
    from_working,
    plane,
    to_working,
    weighted,
    work_type,
)
from building.schedules import GUARD, NEVER, ROUND_UP, SHIFT, tap_sums
from building.types import I32, U16, lanes

x, y, strip, xo, xi, yo, yi = hl.vars("x y strip xo xi yo yi")

STRIP = 64


@dataclass
class Inputs:
    image: hl.ImageParam
    firsts: hl.ImageParam
    reach: hl.Param
    down: Axis
    across: Axis
    channels: hl.Param


@dataclass
class Stages:
    lines: hl.Func
    transposed: hl.Func
    row_sums: hl.Func
    transposed_back: hl.Func
    rows: hl.Func
    column_sums: hl.Func
    output: hl.Func
    work: str
    taps_y: tuple[hl.RVar, hl.Expr]
    taps_x: tuple[hl.RVar, hl.Expr]


def inputs(dtype: str, fixed: bool) -> Inputs:
    """``firsts`` are the first row that each strip is made from, and how many rows one is made from at the most."""
    work = work_type(dtype, fixed)
    firsts = hl.ImageParam(I32, 1, "firsts")
    firsts.dim(0).set_min(0)
    return Inputs(
        plane(dtype),
        firsts,
        hl.Param(hl.UInt(16), "reach"),
        axis("down", work),
        axis("across", work),
        hl.Param(U16, "channels"),
    )


def algorithm(inputs: Inputs, dtype: str, fixed: bool) -> Stages:
    """Starts along the columns count from the first row of the strip."""
    work = work_type(dtype, fixed)
    image, down, across = inputs.image, inputs.down, inputs.across
    channels = hl.cast(I32, inputs.channels)
    width, height = image.dim(0).extent(), image.dim(1).extent()
    j, i = down.taps("j"), across.taps("i")

    reach = hl.cast(I32, hl.cast(hl.UInt(16), inputs.reach))
    lines, transposed, row_sums, transposed_back, rows, column_sums, output = hl.funcs(
        "lines transposed row_sums transposed_back rows column_sums output"
    )
    source = hl.unsafe_promise_clamped(hl.min(inputs.firsts[strip] + y, height - 1), 0, height - 1)
    lines[x, y, strip] = to_working(image[x, source], work)
    transposed[x, y, strip] = lines[x, y, strip]

    def in_row(tap: hl.Expr) -> hl.Expr:
        column = hl.unsafe_promise_clamped(across.starts[x] + tap * channels, 0, width - 1)
        return transposed[column, y, strip]

    def in_column(tap: hl.Expr) -> hl.Expr:
        row = hl.unsafe_promise_clamped(down.starts[y] + tap, 0, reach - 1)
        return rows[x, row, y // STRIP]

    row_sums[x, y, strip], difference = from_first(in_row, i.x, dtype, work)
    row_sums[x, y, strip] += weighted(difference, across.weights[x, i], work)
    transposed_back[x, y, strip] = row_sums[x, y, strip]
    rows[x, y, strip] = transposed_back[x, y, strip]
    column_sums[x, y], difference = from_first(in_column, j.x, dtype, work)
    column_sums[x, y] += weighted(difference, down.weights[y, j], work)
    output[x, y] = from_working(column_sums[x, y], dtype, work)
    output.output_buffer().dim(0).set_min(0)
    output.output_buffer().dim(1).set_min(0)
    return Stages(
        lines,
        transposed,
        row_sums,
        transposed_back,
        rows,
        column_sums,
        output,
        work,
        (j.x, down.count),
        (i.x, across.count),
    )


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 64 rows; the rows of a strip stay in the cache until they are added up."""
    block, vector = BLOCK[stages.work], lanes(stages.work)
    output, rows, transposed = stages.output, stages.rows, stages.transposed
    output.split(y, yo, yi, STRIP, GUARD).split(x, xo, xi, LEAST_WIDTH, SHIFT).reorder(xi, xo, yi, yo)
    output.vectorize(xi, LEAST_WIDTH if stages.work == "i16" else vector).unroll(xi).parallel(yo)
    output.partition(yo, NEVER).partition(yi, NEVER)
    tap_sums(stages.column_sums.compute_at(output, xo), *stages.taps_y, x, y, vector, COMMON_TAPS)

    rows.compute_at(output, yo).split(y, yo, yi, block, ROUND_UP).split(x, xo, xi, block, SHIFT)
    rows.reorder(xi, yi, xo, yo).vectorize(xi).unroll(yi)
    stages.transposed_back.compute_at(rows, xo).bound_extent(y, block).vectorize(y).unroll(x)
    stages.row_sums.compute_at(rows, xo).reorder_storage(y, x, strip)
    tap_sums(stages.row_sums, *stages.taps_x, y, x, block, COMMON_TAPS)
    transposed.compute_at(rows, yo).reorder_storage(y, x, strip).bound_extent(y, block)
    transposed.split(x, xo, xi, block, SHIFT).reorder(xi, y, xo).vectorize(xi).unroll(y)
    stages.lines.compute_at(transposed, xo).vectorize(x).unroll(y)
