"""The least or the greatest value in a stretch of the middle axis of a volume (outer, axis, inner).

So it serves any axis of any array but the last. A stretch of any length costs
the logarithm of its length, as in ``minmax``.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl
from minmax import pair, rest

from building.borders import Volume, volume, volume_element
from building.order import extreme, key, unkey
from building.schedules import GUARD, NEVER, SHIFT
from building.types import I32, U16, lanes

x, y, z, xo, xi, yo, yi, j, strip, task = hl.vars("x y z xo xi yo yi j strip task")

STRIP = 64
TILE_VECTORS = 2


@dataclass
class Inputs:
    volume: Volume
    size: hl.Param
    start: hl.Param
    doublings: hl.Param


@dataclass
class Stages:
    blocks: hl.Func
    output: hl.Func
    dtype: str
    broad: hl.Expr
    along: hl.RDom


def inputs(dtype: str, greatest: bool) -> Inputs:
    """The axis goes on for ``size // 2`` rows; the stretch begins ``start`` rows after the first of them."""
    lengths = hl.Param(U16, "size"), hl.Param(U16, "start"), hl.Param(hl.UInt(8), "doublings")
    return Inputs(volume(dtype), *lengths)


def algorithm(inputs: Inputs, dtype: str, greatest: bool) -> Stages:
    """Pairs, doublings in place, and the two that make the stretch, strip by strip."""
    size, doublings = hl.cast(I32, inputs.size), hl.cast(I32, inputs.doublings)
    start, width = hl.cast(I32, inputs.start), inputs.volume.image.dim(0).extent()

    def value(position: hl.Expr) -> hl.Expr:
        return volume_element(inputs.volume, x, position + start, z, lambda number: key(number, dtype, greatest))

    blocks, output = hl.funcs("blocks output")
    height = STRIP + size
    first = strip * STRIP + j
    blocks[x, j, strip, z] = extreme(value(first), value(first + pair(size)), greatest)
    along = hl.RDom([(0, height), (0, doublings)], "along")
    below = hl.unsafe_promise_clamped(hl.min(along.x + (2 << along.y), height - 1), 0, height - 1)
    blocks[x, along.x, strip, z] = extreme(blocks[x, along.x, strip, z], blocks[x, below, strip, z], greatest)
    output[x, y, z] = unkey(
        extreme(
            blocks[x, y % STRIP, y // STRIP, z],
            blocks[x, y % STRIP + rest(size, doublings), y // STRIP, z],
            greatest,
        ),
        dtype,
        greatest,
    )
    inputs.volume.set_shape(output, 2 * (size // 2))
    return Stages(blocks, output, dtype, width >= TILE_VECTORS * lanes(dtype), along)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Tiles of one strip by two vectors, which stay in the nearest cache."""
    vector = lanes(stages.dtype)
    output, blocks = stages.output, stages.blocks
    output.split(y, yo, yi, STRIP, GUARD).fuse(yo, z, task).parallel(task)
    for variable in (task, yi):
        output.partition(variable, NEVER)
    blocks.compute_at(output, xo)
    broad = output.specialize(stages.broad).split(x, xo, xi, TILE_VECTORS * vector, SHIFT)
    broad.reorder(xi, yi, xo, task).vectorize(xi, vector)
    output.split(x, xo, xi, TILE_VECTORS * vector, GUARD).reorder(xi, yi, xo, task)
    blocks.specialize(stages.broad).vectorize(x, vector)
    along = blocks.update().reorder(x, stages.along.x, stages.along.y)
    along.specialize(stages.broad).vectorize(x, vector)
