"""The least or the greatest value in a footprint of any shape around every pixel of a plane.

A footprint is a list of horizontal runs. The least of 1, 2, 4, ... neighbors
along the rows is kept for each level; a run is the least of two of its level,
which overlap. So the work grows with the height of the footprint, not with its
area.

After Urbach and Wilkinson, "Efficient 2-D Grayscale Morphological
Transformations with Arbitrary Flat Structuring Elements", IEEE Transactions on
Image Processing 17 (1), 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building import borders
from building.order import KEYS, extreme, key, unkey
from building.schedules import GUARD, NEVER, ROUND_UP, padded_rows, strips
from building.types import I32, U16, lanes

x, y, xo, xi, yo, yi, level, tile = hl.vars("x y xo xi yo yi level tile")

STRIP = 64
TILE_VECTORS = 8
BLOCK_VECTORS = 4
MAX_LEVELS = 16


@dataclass
class Inputs:
    source: borders.Source
    runs: hl.ImageParam
    levels: hl.Param
    radius_x: hl.Param
    radius_y: hl.Param
    channels: hl.Param


@dataclass
class Stages:
    padded: borders.Padded
    neighbors: hl.Func
    extremes: hl.Func
    least: hl.Func
    output: hl.Func
    dtype: str
    pixels: hl.RDom
    pairs: hl.RDom
    run: hl.RDom


def inputs(dtype: str, greatest: bool) -> Inputs:
    """Each of ``runs`` is its row, where its first and its second stretch begin, and their level."""
    runs = hl.ImageParam(I32, 2, "runs")
    for dimension in (0, 1):
        runs.dim(dimension).set_min(0)
    levels = hl.Param(hl.UInt(8), "levels")
    radii = [hl.Param(U16, name) for name in ("radius_x", "radius_y")]
    return Inputs(borders.source(dtype), runs, levels, *radii, hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str, greatest: bool) -> Stages:
    """The neighbors of each level, tile by tile, and of these the runs."""
    channels, levels = hl.cast(I32, inputs.channels), hl.clamp(hl.cast(I32, inputs.levels), 1, MAX_LEVELS)
    radius_x, radius_y = hl.cast(I32, inputs.radius_x), hl.cast(I32, inputs.radius_y)
    extended = borders.padded(
        inputs.source, dtype, radius_x, radius_y, channels, lambda value: key(value, dtype, greatest), constants=True
    )
    p, width = extended.func, inputs.source.width

    neighbors, extremes, least, output = hl.funcs("neighbors extremes least output")
    vector = lanes(dtype)
    breadth = TILE_VECTORS * vector
    left = radius_x * channels
    vectors = (hl.min(breadth, width) + 2 * left + vector - 1) // vector
    pixels = hl.RDom([(0, vector), (0, vectors)], "pixels")
    pairs = hl.RDom([(0, vector), (0, vectors), (1, levels - 1)], "pairs")
    kept = KEYS[dtype]
    neighbors[x, y, level, tile] = hl.undef(kept)
    column = vector * pixels.y + pixels.x
    neighbors[column, y, 0, tile] = p[tile * breadth + column - left, y]
    column = vector * pairs.y + pairs.x
    apart = hl.unsafe_promise_clamped(
        hl.min(vector * pairs.y + ((1 << (pairs.z - 1)) * channels), vector * vectors), 0, vector * vectors
    )
    neighbors[column, y, pairs.z, tile] = extreme(
        neighbors[column, y, pairs.z - 1, tile], neighbors[apart + pairs.x, y, pairs.z - 1, tile], greatest
    )

    run = hl.RDom([(0, inputs.runs.dim(1).extent())], "run")
    row = y + hl.unsafe_promise_clamped(inputs.runs[0, run], -radius_y, radius_y)
    first, second = (
        x % breadth + left + hl.unsafe_promise_clamped(inputs.runs[field, run], -radius_x, radius_x) * channels
        for field in (1, 2)
    )
    kind = hl.unsafe_promise_clamped(inputs.runs[3, run], 0, levels - 1)
    extremes[x, y] = kept.min() if greatest else kept.max()
    extremes[x, y] = extreme(
        extremes[x, y],
        extreme(neighbors[first, row, kind, x // breadth], neighbors[second, row, kind, x // breadth], greatest),
        greatest,
    )
    least[x, y] = extremes[x, y]
    output[x, y] = unkey(least[x, y], dtype, greatest)

    inputs.source.set_shape(output, radius_y)
    return Stages(extended, neighbors, extremes, least, output, dtype, pixels, pairs, run)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Tiles of one strip, whose levels stay in the second cache; four vectors at a time stay in registers."""
    vector = lanes(stages.dtype)
    output, extremes, neighbors = stages.output, stages.extremes, stages.neighbors
    strips(output, y, yo, yi, STRIP)
    output.split(x, xo, x, TILE_VECTORS * vector, GUARD).reorder(x, yi, xo, yo).vectorize(x, vector, GUARD)
    output.partition(xo, NEVER).partition(x, NEVER)
    least = stages.least.compute_at(output, yi).split(x, xi, x, BLOCK_VECTORS * vector, ROUND_UP)
    least.vectorize(x, vector).unroll(x)
    extremes.compute_at(least, xi).vectorize(x, vector).unroll(x)
    extremes.update().reorder(x, y, stages.run.x).vectorize(x, vector).unroll(x)
    neighbors.compute_at(output, xo).reorder_storage(x, level, y, tile)
    neighbors.update(0).allow_race_conditions().vectorize(stages.pixels.x)
    neighbors.update(1).reorder(stages.pairs.x, stages.pairs.y, stages.pairs.z, y)
    neighbors.update(1).allow_race_conditions().vectorize(stages.pairs.x)
    stages.padded.func.compute_at(output, yo)
    padded_rows(stages.padded)
