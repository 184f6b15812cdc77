"""Resampling along the middle axis of a volume (outer, axis, inner): any axis of any array but the last."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import Axis, axis, from_first, to_working, work_type
from building.schedules import GUARD, NEVER
from building.types import TYPES, lanes

x, y, z, xo, xi, xb, yo, yi, task = hl.vars("x y z xo xi xb yo yi task")


@dataclass
class Inputs:
    image: hl.ImageParam
    table: Axis


@dataclass
class Stages:
    sums: hl.Func
    output: hl.Func
    work: str
    taps: hl.RDom


def inputs(dtype: str) -> Inputs:
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    for dimension in range(3):
        image.dim(dimension).set_min(0)
    return Inputs(image, axis("along", work_type(dtype, fixed=False)))


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """The result is floating point: it is rounded once, when every axis is done."""
    work = work_type(dtype, fixed=False)
    image, table = inputs.image, inputs.table
    i = table.taps("i")
    sums, output = hl.funcs("sums output")
    column = hl.likely(hl.clamp(x, 0, image.dim(0).extent() - 1))

    def along_axis(tap: hl.Expr) -> hl.Expr:
        row = hl.unsafe_promise_clamped(table.starts[y] + tap, 0, image.dim(1).extent() - 1)
        return to_working(image[column, row, z], work)

    sums[x, y, z], difference = from_first(along_axis, i.x, dtype, work)
    sums[x, y, z] += table.weights[y, i] * difference
    output[x, y, z] = sums[x, y, z]
    result = output.output_buffer()
    result.dim(0).set_bounds(0, image.dim(0).extent())
    result.dim(1).set_min(0)
    result.dim(2).set_bounds(0, image.dim(2).extent())
    return Stages(sums, output, work, i)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Four vectors of a row at a time, whose sums stay in registers."""
    vector = lanes(stages.work)
    output = stages.output
    output.split(y, yo, yi, 16, GUARD).split(x, xo, xb, 4 * vector, GUARD).reorder(xb, xo, yi, yo, z)
    output.vectorize(xb, vector, GUARD).fuse(yo, z, task).parallel(task)
    for variable in (yi, task):
        output.partition(variable, NEVER)
    stages.sums.compute_at(output, xo).vectorize(x, vector).unroll(x)
    stages.sums.update().reorder(x, y, stages.taps.x).vectorize(x, vector).unroll(x)
