"""Picking rows and columns of a plane: resampling to the nearest pixel, which leaves every value as it is.

Blocks of rows are transposed, so that picking a column copies whole vectors.
Pixels are words of so many bytes, whatever their type.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.resampling import PIECE, plane
from building.schedules import GUARD, NEVER, SHIFT
from building.types import I32

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
    lines[x, y] = image[x, hl.unsafe_promise_clamped(inputs.rows[y], 0, height - 1)]
    transposed[x, y] = lines[x, y]
    picked[x, y] = transposed[hl.unsafe_promise_clamped(inputs.columns[x], 0, width - 1), y]
    transposed_back[x, y] = picked[x, y]
    output[x, y] = transposed_back[x, y]
    output.output_buffer().dim(0).set_min(0)
    output.output_buffer().dim(1).set_min(0)
    return Stages(lines, transposed, picked, transposed_back, output, width)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Blocks of a few rows; both changes of order are transpositions in registers."""
    output, transposed = stages.output, stages.transposed
    output.split(y, yo, yi, STRIP, GUARD).split(yi, yi, yb, BLOCK, GUARD).split(x, xo, xi, BLOCK, SHIFT)
    output.reorder(xi, yb, xo, yi, yo).vectorize(xi).unroll(yb).parallel(yo)
    output.partition(yo, NEVER).partition(yi, NEVER)
    stages.picked.compute_at(output, xo).bound_extent(y, BLOCK).reorder_storage(y, x).vectorize(y).unroll(x)
    stages.transposed_back.compute_at(output, xo).bound_extent(y, BLOCK).vectorize(y).unroll(x)
    transposed.compute_at(output, yi).bound_extent(y, BLOCK).reorder_storage(y, x)
    transposed.split(x, xo, xi, hl.min(stages.width, PIECE), SHIFT).split(xi, xi, xb, BLOCK, SHIFT)
    transposed.reorder(xb, y, xi, xo).vectorize(xb).unroll(y)
    stages.lines.compute_at(transposed, xi).vectorize(x).unroll(y)
