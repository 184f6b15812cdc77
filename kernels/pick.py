"""Picking rows and columns of a plane: resampling to the nearest pixel, which leaves every value as it is.

Blocks of rows are transposed, so that picking a column copies whole vectors. Long words of which less than half are
picked are copied one by one. Pixels are words of so many bytes, whatever their type.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import PIECE, plane
from building.schedules import GUARD, NEVER, SHIFT
from building.types import I32, TYPES

x, y, xo, xi, xb, yo, yi, yb = hl.vars("x y xo xi xb yo yi yb")

STRIP = 64
BLOCK = 8


@dataclass
class Inputs:
    image: hl.ImageParam
    rows: hl.ImageParam
    columns: hl.ImageParam


@dataclass
class Stages:
    lines: hl.Func
    transposed: hl.Func
    picked: hl.Func
    transposed_back: hl.Func
    output: hl.Func
    width: hl.Expr
    few: hl.Expr | None


def inputs(dtype: str) -> Inputs:
    """For each row and column of the result, up to a whole block, the row and column of the image."""
    tables = [hl.ImageParam(I32, 1, name) for name in ("rows", "columns")]
    for table in tables:
        table.dim(0).set_min(0)
    return Inputs(plane(dtype), *tables)


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """Rows first, then columns."""
    image = inputs.image
    width, height = image.dim(0).extent(), image.dim(1).extent()
    lines, transposed, picked, transposed_back, output = hl.funcs("lines transposed picked transposed_back output")
    row = hl.unsafe_promise_clamped(inputs.rows[y], 0, height - 1)
    column = hl.unsafe_promise_clamped(inputs.columns[x], 0, width - 1)
    lines[x, y] = image[x, row]
    transposed[x, y] = lines[x, y]
    picked[x, y] = transposed[column, y]
    transposed_back[x, y] = picked[x, y]
    value, few = transposed_back[x, y], None
    if TYPES[dtype].bytes() >= 4:
        few = inputs.columns.dim(0).extent() <= width // 2
        value = hl.select(few, image[column, row], value)
    output[x, y] = value
    output.output_buffer().dim(0).set_min(0)
    output.output_buffer().dim(1).set_min(0)
    return Stages(lines, transposed, picked, transposed_back, output, width, few)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Blocks of a few rows; both changes of order are transpositions in registers.

    Measured on AMD EPYC (Zen 5) with AVX2, one thread, from 512 x 512 to 204 x 204 words of 4 bytes: 30 us so, and 18
    one by one; with AVX-512 18 both.
    """
    output, transposed = stages.output, stages.transposed
    if stages.few is not None:
        direct = output.specialize(stages.few).split(y, yo, yi, STRIP, GUARD).split(x, xo, xi, 2 * BLOCK, SHIFT)
        direct.reorder(xi, xo, yi, yo).vectorize(xi).parallel(yo)
    output.split(y, yo, yi, STRIP, GUARD).split(yi, yi, yb, BLOCK, GUARD).split(x, xo, xi, BLOCK, SHIFT)
    output.reorder(xi, yb, xo, yi, yo).vectorize(xi).unroll(yb).parallel(yo)
    output.partition(yo, NEVER).partition(yi, NEVER)
    stages.picked.compute_at(output, xo).bound_extent(y, BLOCK).reorder_storage(y, x).vectorize(y).unroll(x)
    stages.transposed_back.compute_at(output, xo).bound_extent(y, BLOCK).vectorize(y).unroll(x)
    transposed.compute_at(output, yi).bound_extent(y, BLOCK).reorder_storage(y, x)
    transposed.split(x, xo, xi, hl.min(stages.width, PIECE), SHIFT).split(xi, xi, xb, BLOCK, SHIFT)
    transposed.reorder(xb, y, xi, xo).vectorize(xb).unroll(y)
    stages.lines.compute_at(transposed, xi).vectorize(x).unroll(y)
