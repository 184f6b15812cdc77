"""The least or the greatest value in a small box around every pixel of a plane.

No more than a few rows are held at a time, in a ring, so that all of them stay
in the nearest cache; every pixel of the box is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Source, padded, source
from building.order import extreme, key, unkey
from building.schedules import ROUND_UP, SHIFT, padded_rows, strips
from building.types import I32, lanes

x, y, xo, xi, yo, yi = hl.vars("x y xo xi yo yi")

MOST_ROWS = 16
STRIP = 128


@dataclass
class Inputs:
    source: Source
    size_x: hl.Param
    size_y: hl.Param
    start_x: hl.Param
    start_y: hl.Param
    channels: hl.Param


@dataclass
class Stages:
    padded: Padded
    columns: hl.Func
    column: hl.Func
    row: hl.Func
    output: hl.Func
    dtype: str
    wide: hl.Expr
    down: hl.RDom
    across: hl.RDom


def inputs(dtype: str, greatest: bool) -> Inputs:
    """The image goes on for ``size // 2`` pixels; the box begins ``start`` pixels after the first of them."""
    names = ("size_x", "size_y", "start_x", "start_y", "channels")
    return Inputs(source(dtype), *(hl.Param(hl.UInt(8), name) for name in names))


def algorithm(inputs: Inputs, dtype: str, greatest: bool) -> Stages:
    """Along the columns into a row of scratch, then along that row."""
    channels = hl.cast(I32, inputs.channels)
    size_x, size_y = hl.cast(I32, inputs.size_x), hl.clamp(hl.cast(I32, inputs.size_y), 1, MOST_ROWS - 1)
    radius_x, radius_y = size_x // 2, size_y // 2
    extended = padded(
        inputs.source, dtype, radius_x, radius_y, channels, lambda value: key(value, dtype, greatest)
    )
    p, width = extended.func, inputs.source.width

    columns, column, row, output = hl.funcs("columns column row output")
    top = y + hl.cast(I32, inputs.start_y) - radius_y
    left = x + (hl.cast(I32, inputs.start_x) - radius_x) * channels
    down, across = hl.RDom([(1, size_y - 1)], "down"), hl.RDom([(1, size_x - 1)], "across")
    column[x, y] = p[x, top]
    column[x, y] = extreme(column[x, y], p[x, top + down], greatest)
    columns[x, y] = column[x, y]
    row[x, y] = columns[left, y]
    row[x, y] = extreme(row[x, y], columns[left + across * channels, y], greatest)
    output[x, y] = unkey(row[x, y], dtype)

    result = output.output_buffer()
    result.dim(0).set_bounds(0, width)
    result.dim(1).set_bounds(0, inputs.source.image.dim(1).extent())
    return Stages(extended, columns, column, row, output, dtype, width >= lanes(dtype), down, across)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of rows; four vectors at a time stay in registers."""
    vector = lanes(stages.dtype)
    output, columns = stages.output, stages.columns
    strips(output, y, yo, yi, STRIP)
    output.specialize(stages.wide).vectorize(x, vector, SHIFT)
    columns.compute_at(output, yi).align_storage(x, vector)
    columns.split(x, xo, xi, 4 * vector, ROUND_UP).vectorize(xi, vector).unroll(xi)
    stages.column.compute_at(columns, xo).vectorize(x, vector).unroll(x)
    stages.column.update().reorder(x, y, stages.down.x).vectorize(x, vector).unroll(x)
    padded_func = stages.padded.func
    padded_func.store_at(output, yo).compute_at(output, yi).fold_storage(y, MOST_ROWS)
    padded_rows(stages.padded)
