"""The least or the greatest value in a box around every pixel of a plane.

The columns are taken first, then the rows of what that gave. A box of any
size costs the logarithm of its size: the least of 2, 4, 8, ... neighbors
comes from the least of half as many, in place, and two of the last that
overlap make the box.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building import borders
from building.order import extreme, key, unkey
from building.schedules import GUARD, NEVER, ROUND_UP, overlapping_vectors, padded_rows, strips
from building.types import I32, U16, lanes

x, y, xo, xi, yo, yi, yb, j, strip = hl.vars("x y xo xi yo yi yb j strip")

STRIP = 128

BLOCK = 8
"""How many rows are computed together, so that what is stored is not loaded again at once."""


@dataclass
class Inputs:
    source: borders.Source
    size_x: hl.Param
    size_y: hl.Param
    start_x: hl.Param
    start_y: hl.Param
    doublings_x: hl.Param
    doublings_y: hl.Param
    channels: hl.Param


@dataclass
class Stages:
    padded: borders.Padded
    blocks: hl.Func
    columns: hl.Func
    rows: hl.Func
    output: hl.Func
    dtype: str
    down: hl.RDom
    across: hl.RDom


def inputs(dtype: str, greatest: bool) -> Inputs:
    """The image goes on for ``size // 2`` pixels; the box begins ``start`` pixels after the first of them.

    ``doublings`` is the number of doublings after the first pair: the greatest
    with 2 ** (doublings + 1) < size, or 0.
    """
    sizes = [hl.Param(U16, name) for name in ("size_x", "size_y", "start_x", "start_y")]
    doublings = [hl.Param(hl.UInt(8), name) for name in ("doublings_x", "doublings_y")]
    return Inputs(borders.source(dtype), *sizes, *doublings, hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str, greatest: bool) -> Stages:
    """Pairs, doublings in place, and the two that make the box; the columns strip by strip."""
    channels = hl.cast(I32, inputs.channels)
    size_x, size_y = hl.cast(I32, inputs.size_x), hl.cast(I32, inputs.size_y)
    doublings_x, doublings_y = hl.cast(I32, inputs.doublings_x), hl.cast(I32, inputs.doublings_y)
    radius_x, radius_y = size_x // 2, size_y // 2
    start_x, start_y = hl.cast(I32, inputs.start_x), hl.cast(I32, inputs.start_y)
    extended = borders.padded(
        inputs.source, dtype, radius_x, radius_y, channels, lambda value: key(value, dtype, greatest), constants=True
    )
    p, width = extended.func, inputs.source.width

    blocks, columns, rows, output = hl.funcs("blocks columns rows output")
    # The rows of a strip, of which a small image fills a part only, and the windows of the last of them.
    few = (inputs.source.rows.dim(0).extent() - 2 * radius_y + BLOCK - 1) // BLOCK * BLOCK
    filled = hl.min(STRIP, few)
    height = filled + size_y
    top = strip * STRIP + start_y - radius_y
    blocks[x, j, strip] = extreme(p[x, top + j], p[x, top + j + pair(size_y)], greatest)
    down = hl.RDom([(0, height), (0, doublings_y)], "down")
    below = hl.unsafe_promise_clamped(hl.min(down.x + (2 << down.y), height - 1), 0, height - 1)
    blocks[x, down.x, strip] = extreme(blocks[x, down.x, strip], blocks[x, below, strip], greatest)
    within = hl.unsafe_promise_clamped(y % STRIP, 0, filled - 1)
    columns[x, y] = extreme(
        blocks[x, within, y // STRIP],
        blocks[x, within + rest(size_y, doublings_y), y // STRIP],
        greatest,
    )

    rows[x, y] = extreme(columns[x, y], columns[x + pair(size_x) * channels, y], greatest)
    vector = lanes(dtype)
    left = -radius_x * channels
    vectors = (width + 2 * radius_x * channels + vector - 1) // vector
    across = hl.RDom([(0, vector), (0, vectors), (0, doublings_x)], "across")
    column = vector * across.y + across.x + left
    further = hl.unsafe_promise_clamped(
        hl.min(vector * across.y + channels * (2 << across.z), vector * vectors), 0, vector * vectors
    )
    rows[column, y] = extreme(rows[column, y], rows[further + across.x + left, y], greatest)
    first = x + (start_x - radius_x) * channels
    last = first + rest(size_x, doublings_x) * channels
    output[x, y] = unkey(extreme(rows[first, y], rows[last, y], greatest), dtype, greatest)

    inputs.source.set_shape(output, radius_y)
    return Stages(extended, blocks, columns, rows, output, dtype, down, across)


def pair(size: hl.Expr) -> hl.Expr:
    """Return how far the second of the first pair is from the first."""
    return hl.min(size - 1, 1)


def rest(size: hl.Expr, doublings: hl.Expr) -> hl.Expr:
    """Return how far apart the two stand that make the box."""
    return hl.cast(I32, hl.cast(U16, hl.max(size - (2 << doublings), 0)))


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of rows; the columns in blocks of two vectors, which stay in the nearest cache.

    A strip takes the rows that its windows reach beyond it once more. Measured on AMD EPYC (Zen 5), AVX-512, one
    thread, 512 x 512 uint8, strips of 64 and 128 rows, and OpenCV, in us: 11: 44, 43 (41); 31: 85, 70 (90); 101: 325,
    225 (299).
    """
    vector = lanes(stages.dtype)
    output, columns, blocks, rows = stages.output, stages.columns, stages.blocks, stages.rows
    strips(output, y, yo, yi, STRIP)
    output.split(yi, yi, yb, BLOCK, GUARD).partition(yb, NEVER)
    overlapping_vectors(output, stages.padded.width, vector)

    rows.compute_at(output, yi).vectorize(x, vector, ROUND_UP).align_storage(x, vector).bound_extent(y, BLOCK)
    update = rows.update().allow_race_conditions()
    update.reorder(stages.across.x, stages.across.y, y, stages.across.z).vectorize(stages.across.x)

    columns.compute_at(output, yo).align_storage(x, vector)
    columns.split(x, xo, xi, 2 * vector, ROUND_UP).reorder(xi, y, xo).vectorize(xi, vector)
    columns.partition(y, NEVER)
    blocks.compute_at(columns, xo).vectorize(x, vector, ROUND_UP).unroll(x)
    blocks.update().reorder(x, stages.down.x, stages.down.y).vectorize(x, vector, ROUND_UP).unroll(x)

    stages.padded.func.compute_at(output, yo)
    padded_rows(stages.padded)
