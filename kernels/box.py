"""The mean of a small box around each pixel: its rows are added up, then its columns.

The sums of bytes fit 16 bits, in which they are exact, as is their division:
by a multiplication and a shift that the caller has found to give the right
quotient for every sum of such a box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import halide as hl

from building.borders import Padded, Source, padded, source
from building.schedules import GUARD, NEVER, ROUND_UP, padded_rows
from building.types import F32, I32, U16, high_product, lanes

x, y, xo, xi, yo, yi, xb, yb = hl.vars("x y xo xi yo yi xb yb")


@dataclass
class Inputs:
    source: Source
    rows: hl.Param
    columns: hl.Param
    channels: hl.Param


@dataclass
class ByteInputs(Inputs):
    half: hl.Param
    factor: hl.Param
    shift: hl.Param


@dataclass
class Stages:
    padded: Padded
    column_sums: hl.Func
    columns: hl.Func
    row_sums: hl.Func
    output: hl.Func
    work: str
    taps_y: hl.RDom
    taps_x: hl.RDom


def inputs(dtype: str) -> Any:
    """The size of the box; for bytes, half its area, and what to multiply and shift the sums by."""
    sizes = [hl.Param(U16, name) for name in ("box_rows", "box_columns")]
    channels = hl.Param(U16, "channels")
    if dtype == "u8":
        division = (hl.Param(U16, name) for name in ("half", "factor", "shift"))
        return ByteInputs(source(dtype), *sizes, channels, *division)
    return Inputs(source(dtype), *sizes, channels)


def algorithm(inputs: Any, dtype: str) -> Stages:
    """Sum along the columns into a row of scratch, then along that row; divide."""
    work = U16 if dtype == "u8" else F32
    channels = hl.cast(I32, inputs.channels)
    rows, columns_of_box = hl.cast(I32, inputs.rows), hl.cast(I32, inputs.columns)
    extended = padded(
        inputs.source,
        dtype,
        columns_of_box // 2,
        rows // 2,
        channels,
        lambda value: hl.cast(work, hl.cast(hl.UInt(8), value)) if dtype == "u8" else hl.cast(work, value),
    )
    p = extended.func

    column_sums, columns, row_sums, output = hl.funcs("column_sums columns row_sums output")
    i, j = hl.RDom([(0, columns_of_box)], "i"), hl.RDom([(0, rows)], "j")
    column_sums[x, y] = hl.cast(work, 0)
    column_sums[x, y] += p[x, y + j - rows // 2]
    columns[x, y] = column_sums[x, y]
    row_sums[x, y] = hl.cast(work, 0)
    row_sums[x, y] += columns[x + (i - columns_of_box // 2) * channels, y]
    if dtype == "u8":
        quotient = high_product(row_sums[x, y] + inputs.half, inputs.factor) >> inputs.shift
        output[x, y] = hl.cast(hl.UInt(8), quotient)
    else:
        output[x, y] = row_sums[x, y] / hl.cast(work, rows * columns_of_box)

    inputs.source.set_shape(output, rows // 2)
    return Stages(extended, column_sums, columns, row_sums, output, "u16" if dtype == "u8" else "f32", j, i)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 64 rows; blocks of four rows keep their sums in registers."""
    vector = lanes(stages.work)
    output, columns = stages.output, stages.columns
    output.split(y, yo, yi, 64, GUARD).split(yi, yi, yb, 4, GUARD)
    output.split(x, xi, xb, 8 * vector, GUARD).reorder(xb, xi, yb, yi, yo)
    output.vectorize(xb, vector).unroll(xb).parallel(yo)
    output.partition(yo, NEVER).partition(yi, NEVER)

    row_sums = stages.row_sums.compute_at(output, xi).vectorize(x, vector).unroll(x)
    row_sums.update().reorder(x, y, stages.taps_x.x).vectorize(x, vector).unroll(x)

    columns.compute_at(output, yi).split(x, xo, xi, 4 * vector, ROUND_UP).split(y, yo, yi, 4, ROUND_UP)
    columns.reorder(xi, yi, xo, yo).vectorize(xi, vector).unroll(xi).unroll(yi).align_storage(x, vector)
    column_sums = stages.column_sums.compute_at(columns, xo).vectorize(x, vector).unroll(x).unroll(y)
    column_sums.update().reorder(x, y, stages.taps_y.x).vectorize(x, vector).unroll(x).unroll(y)

    stages.padded.func.compute_at(output, yo)
    padded_rows(stages.padded)
