"""Candidates for the edges of a smoothed plane: the pixels whose gradient is the greatest along its direction.

The gradient is Sobel's. Its magnitude is compared with those one step along it and one step against it, which are
interpolated between two neighbors. The result is 0 where there is no edge, 1 from the low threshold and 2 from the
high one. Arguments after the border: the thresholds, the channels. The padded plane is 2 pixels wider on every side.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Source, padded, source
from building.schedules import overlapping_vectors, padded_rows, strips
from building.types import I32, TYPES, U16, accumulator, constant, lanes

x, y, yo, yi = hl.vars("x y yo yi")


@dataclass
class Inputs:
    source: Source
    thresholds: hl.ImageParam
    channels: hl.Param


@dataclass
class Stages:
    padded: Padded
    rows: hl.Func
    columns: hl.Func
    magnitude: hl.Func
    output: hl.Func
    work: str


def inputs(dtype: str) -> Inputs:
    """The thresholds are in units of the magnitude."""
    thresholds = hl.ImageParam(accumulator(dtype), 1, "thresholds")
    thresholds.dim(0).set_bounds(0, 2)
    return Inputs(source(dtype), thresholds, hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """Every operation is rounded, so that equal neighbors stay equal."""
    real = accumulator(dtype)
    channels = hl.cast(I32, inputs.channels)
    extended = padded(inputs.source, dtype, hl.Expr(2), hl.Expr(2), channels, lambda value: hl.cast(real, value))
    p = extended.func

    across, down, rows, columns, magnitude, output = hl.funcs("across down rows columns magnitude output")
    across[x, y] = p[x + channels, y] - p[x - channels, y]
    down[x, y] = p[x, y + 1] - p[x, y - 1]
    two = constant(2, real)
    rows[x, y] = hl.strict_float(two * down[x, y] + (down[x - channels, y] + down[x + channels, y]))
    columns[x, y] = hl.strict_float(two * across[x, y] + (across[x, y - 1] + across[x, y + 1]))
    magnitude[x, y] = hl.strict_float(hl.sqrt(rows[x, y] * rows[x, y] + columns[x, y] * columns[x, y]))

    row, column, here = hl.Expr(rows[x, y]), hl.Expr(columns[x, y]), hl.Expr(magnitude[x, y])
    steep, flat = hl.abs(row), hl.abs(column)
    zero, one = constant(0, real), constant(1, real)
    same = (row > zero) == (column > zero)
    vertical = hl.select(same, steep > flat, steep >= flat)
    weight = hl.strict_float(hl.min(steep, flat) / hl.max(steep, flat))

    def beside(sign: int) -> hl.Expr:
        """Return the magnitude one step along the gradient, or against it."""

        def at(column: int, row: int) -> hl.Expr:
            return hl.Expr(magnitude[x + column * channels, y + row])

        straight = hl.select(vertical, hl.select(same, at(0, sign), at(0, -sign)), at(sign, 0))
        diagonal = hl.select(same, at(sign, sign), at(sign, -sign))
        return hl.strict_float(diagonal * weight + straight * (one - weight))

    # Comparisons are strict, too, so that those with NaN are false.
    greatest = hl.strict_float(
        (beside(1) <= here) & (beside(-1) <= here) & (here >= inputs.thresholds[0]) & (here > zero)
    )
    strong = hl.strict_float(here >= inputs.thresholds[1])
    found = hl.select(greatest, hl.select(strong, hl.u8(2), hl.u8(1)), hl.u8(0))
    output[x, y] = hl.cast(TYPES["u8"], found)

    inputs.source.set_shape(output, 2)
    return Stages(extended, rows, columns, magnitude, output, "f64" if dtype == "f64" else "f32")


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 32 rows; the magnitudes and the components of the gradient are kept for four rows."""
    vector = lanes(stages.work)
    output = stages.output
    strips(output, y, yo, yi, 32)
    overlapping_vectors(output, stages.padded.width, vector)
    for stage in (stages.rows, stages.columns, stages.magnitude):
        stage.store_at(output, yo).compute_at(output, yi).fold_storage(y, 4)
        stage.vectorize(x, vector, hl.TailStrategy.RoundUp).align_storage(x, vector)
    stages.padded.func.store_at(output, yo).compute_at(output, yi).fold_storage(y, 8)
    padded_rows(stages.padded)
