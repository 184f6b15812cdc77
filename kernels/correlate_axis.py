"""Correlation along the middle axis of a volume (outer, axis, inner): any axis of any array but the last."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import GUARD, NEVER
from building.types import I32, TYPES, accumulator, constant, lanes, table_radius

x, y, z, xo, xi, yo, yi, xb, yb, task = hl.vars("x y z xo xi yo yi xb yb task")


@dataclass
class Inputs:
    image: hl.ImageParam
    rows: hl.ImageParam
    constant: hl.Param
    weights: hl.ImageParam


@dataclass
class Stages:
    extended: hl.Func
    sums: hl.Func
    output: hl.Func
    work: str
    taps: hl.RDom


def inputs(dtype: str) -> Inputs:
    """``rows`` tells for each row of the extended axis which row stands there, -1 for the constant."""
    real = accumulator(dtype)
    found = Inputs(
        hl.ImageParam(TYPES[dtype], 3, "image"),
        hl.ImageParam(I32, 1, "rows"),
        hl.Param(real, "constant"),
        hl.ImageParam(real, 1, "weights"),
    )
    found.rows.dim(0).set_min(0)
    found.weights.dim(0).set_min(0)
    for dimension in range(3):
        found.image.dim(dimension).set_min(0)
    return found


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """Every output is the weighted sum of the rows before, at and after it."""
    real = accumulator(dtype)
    image, rows = inputs.image, inputs.rows
    radius = table_radius(inputs.weights)
    row = hl.unsafe_promise_clamped(
        rows[hl.clamp(y + radius, 0, rows.dim(0).extent() - 1)], -1, image.dim(1).extent() - 1
    )
    column = hl.likely(hl.clamp(x, 0, image.dim(0).extent() - 1))
    extended, sums, output = hl.funcs("extended sums output")
    extended[x, y, z] = hl.select(row < 0, inputs.constant, hl.cast(real, image[column, hl.max(row, 0), z]))
    i = hl.RDom([(0, 2 * radius + 1)], "i")
    sums[x, y, z] = constant(0, real)
    sums[x, y, z] += inputs.weights[i] * extended[x, y + i - radius, z]
    output[x, y, z] = sums[x, y, z]
    result = output.output_buffer()
    for dimension in range(3):
        result.dim(dimension).set_bounds(0, image.dim(dimension).extent())
    return Stages(extended, sums, output, "f64" if dtype == "f64" else "f32", i)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Tiles of 64 rows by 256 columns, in blocks of four rows and four vectors that stay in registers."""
    vector = lanes(stages.work)
    output = stages.output
    output.split(y, yo, yi, 64, GUARD).split(x, xo, xi, 256, GUARD)
    output.split(xi, xi, xb, 4 * vector, GUARD).split(yi, yi, yb, 4, GUARD)
    output.reorder(xb, yb, xi, yi, xo, yo, z).vectorize(xb, vector, GUARD).fuse(yo, z, task).parallel(task)
    for variable in (xo, task, yi, xi, yb):
        output.partition(variable, NEVER)
    sums = stages.sums.compute_at(output, xi).vectorize(x, vector).unroll(x).unroll(y)
    sums.update().reorder(x, y, stages.taps.x).vectorize(x, vector).unroll(x).unroll(y)
