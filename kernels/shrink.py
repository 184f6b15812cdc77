"""Resampling of a plane to fewer rows: first along the columns, then along the rows.

Weights and places come as tables, so one kernel serves every interpolation,
scale and border. Interleaved channels are columns of their own, so it serves
any number of them too. The sums along the columns are kept with the rows of a
block as neighbours: then a vector along the rows of the block needs one start
and one weight for each tap, and no pixel has to be picked by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import Axis, axis, closed, opened, plane, weighted, work_type, zero
from building.schedules import GUARD, NEVER, SHIFT
from building.types import I32, TYPES

x, y, xo, xi, yo, yi, yb = hl.vars("x y xo xi yo yi yb")

STRIP = 32


@dataclass
class Inputs:
    image: hl.ImageParam
    down: Axis
    across: Axis
    channels: hl.Param


@dataclass
class Stages:
    column_sums: hl.Func
    columns: hl.Func
    row_sums: hl.Func
    rows: hl.Func
    output: hl.Func
    work: str
    taps_y: hl.RDom
    taps_x: hl.RDom


def inputs(dtype: str, fixed: bool) -> Inputs:
    work = work_type(dtype, fixed)
    return Inputs(plane(dtype), axis("down", work), axis("across", work), hl.Param(hl.UInt(8), "channels"))


def algorithm(inputs: Inputs, dtype: str, fixed: bool) -> Stages:
    """Both tables reach beyond the last output, to a whole block."""
    work = work_type(dtype, fixed)
    image, down, across = inputs.image, inputs.down, inputs.across
    channels = hl.cast(I32, inputs.channels)
    width, height = image.dim(0).extent(), image.dim(1).extent()
    j, i = hl.RDom([(0, down.taps)], "j"), hl.RDom([(0, across.taps)], "i")

    column_sums, columns, row_sums, rows, output = hl.funcs("column_sums columns row_sums rows output")
    row = hl.unsafe_promise_clamped(down.starts[y] + j, 0, height - 1)
    column_sums[x, y] = zero(work)
    column_sums[x, y] += weighted(opened(image[x, row], work), down.weights[y, j], work)
    columns[x, y] = column_sums[x, y]
    column = hl.unsafe_promise_clamped(across.starts[x] + i * channels, 0, width - 1)
    row_sums[x, y] = zero(work)
    row_sums[x, y] += weighted(columns[column, y], across.weights[x, i], work)
    rows[x, y] = row_sums[x, y]
    output[x, y] = closed(rows[x, y], dtype, work)
    output.output_buffer().dim(0).set_min(0)
    output.output_buffer().dim(1).set_min(0)
    return Stages(column_sums, columns, row_sums, rows, output, work, j, i)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Blocks of as many rows as a vector has lanes; both changes of order are transpositions in registers."""
    lanes = lanes_of(stages.work, target)
    output, rows, columns = stages.output, stages.rows, stages.columns
    output.split(y, yo, yi, STRIP, GUARD).split(yi, yi, yb, lanes, GUARD).split(x, xo, xi, lanes, SHIFT)
    output.reorder(xi, yb, xo, yi, yo).vectorize(xi).unroll(yb).parallel(yo)

    rows.compute_at(output, xo).reorder_storage(x, y).vectorize(y).unroll(x)
    stages.row_sums.compute_at(output, xo).reorder_storage(y, x).vectorize(y).unroll(x)
    stages.row_sums.update().reorder(y, x, stages.taps_x.x).vectorize(y).unroll(x)

    columns.compute_at(output, yi).reorder_storage(y, x).split(x, xo, xi, lanes, SHIFT)
    columns.reorder(xi, y, xo).vectorize(xi).unroll(y)
    stages.column_sums.compute_at(columns, xo).vectorize(x).unroll(y)
    stages.column_sums.update().reorder(x, y, stages.taps_y.x).vectorize(x).unroll(y)


def lanes_of(work: str, target: hl.Target) -> int:
    return {"i16": 16, "f32": 16, "f64": 8}[work]
