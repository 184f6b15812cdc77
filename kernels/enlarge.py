"""Resampling of a plane to more rows: first along the rows, then along the columns.

The mirror image of ``shrink``: each strip of the result first resamples along
the rows the few rows of the image that it is made from, several rows to a
vector, and then adds up whole rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import BLOCK, LEAST_WIDTH, Axis, axis, closed, opened, plane, weighted, work_type, zero
from building.schedules import GUARD, NEVER, ROUND_UP, SHIFT
from building.types import I32, lanes

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
    turned: hl.Func
    row_sums: hl.Func
    rows: hl.Func
    column_sums: hl.Func
    output: hl.Func
    work: str
    taps_y: hl.RDom
    taps_x: hl.RDom


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
        hl.Param(hl.UInt(8), "channels"),
    )


def algorithm(inputs: Inputs, dtype: str, fixed: bool) -> Stages:
    """Starts along the columns count from the first row of the strip."""
    work = work_type(dtype, fixed)
    image, down, across = inputs.image, inputs.down, inputs.across
    channels = hl.cast(I32, inputs.channels)
    width, height = image.dim(0).extent(), image.dim(1).extent()
    j, i = hl.RDom([(0, down.taps)], "j"), hl.RDom([(0, across.taps)], "i")

    reach = hl.cast(I32, hl.cast(hl.UInt(16), inputs.reach))
    turned, row_sums, rows, column_sums, output = hl.funcs("turned row_sums rows column_sums output")
    source = hl.unsafe_promise_clamped(hl.min(inputs.firsts[strip] + y, height - 1), 0, height - 1)
    turned[x, y, strip] = opened(image[x, source], work)
    column = hl.unsafe_promise_clamped(across.starts[x] + i * channels, 0, width - 1)
    row_sums[x, y, strip] = zero(work)
    row_sums[x, y, strip] += weighted(turned[column, y, strip], across.weights[x, i], work)
    rows[x, y, strip] = row_sums[x, y, strip]
    row = hl.unsafe_promise_clamped(down.starts[y] + j, 0, reach - 1)
    column_sums[x, y] = zero(work)
    column_sums[x, y] += weighted(rows[x, row, y // STRIP], down.weights[y, j], work)
    output[x, y] = closed(column_sums[x, y], dtype, work)
    output.output_buffer().dim(0).set_min(0)
    output.output_buffer().dim(1).set_min(0)
    return Stages(turned, row_sums, rows, column_sums, output, work, j, i)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 64 rows; the rows of a strip stay in the cache until they are added up."""
    block, vector = BLOCK[stages.work], lanes(stages.work)
    output, rows, turned = stages.output, stages.rows, stages.turned
    output.split(y, yo, yi, STRIP, GUARD).split(x, xo, xi, LEAST_WIDTH, SHIFT).reorder(xi, xo, yi, yo)
    output.vectorize(xi, LEAST_WIDTH if stages.work == "i16" else vector).unroll(xi).parallel(yo)
    output.partition(yo, NEVER).partition(yi, NEVER)
    stages.column_sums.compute_at(output, xo).vectorize(x, vector).unroll(x)
    stages.column_sums.update().reorder(x, y, stages.taps_y.x).vectorize(x, vector).unroll(x)

    rows.compute_at(output, yo).split(y, yo, yi, block, ROUND_UP).split(x, xo, xi, block, SHIFT)
    rows.reorder(yi, xi, xo, yo).vectorize(yi).unroll(xi)
    stages.row_sums.compute_at(rows, xo).reorder_storage(y, x, strip).vectorize(y).unroll(x)
    stages.row_sums.update().reorder(y, x, stages.taps_x.x).vectorize(y).unroll(x)

    turned.compute_at(rows, yo).reorder_storage(y, x, strip).bound_extent(y, block)
    turned.split(x, xo, xi, block, SHIFT).reorder(xi, y, xo).vectorize(xi).unroll(y)
