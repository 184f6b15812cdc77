"""The least or the greatest of a pixel and its four or eight neighbours.

The smallest footprints are the most used, and there every load counts: the
rows of the image are read where they are, and only what stands beside a pixel
is written to scratch.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building import borders
from building.order import KEYS, extreme, key, unkey
from building.schedules import SHIFT, padded_rows, strips
from building.types import I32, U16, lanes

x, y, yo, yi = hl.vars("x y yo yi")

STRIP = 128


@dataclass
class Inputs:
    source: borders.Source
    corners: hl.Param
    channels: hl.Param


@dataclass
class Stages:
    beside: borders.Padded
    output: hl.Func
    dtype: str


def inputs(dtype: str, greatest: bool) -> Inputs:
    """``corners`` is 1 for a square and 0 for a cross; the columns of the image are neighbours in memory."""
    source = borders.source(dtype)
    source.image.dim(0).set_stride(1)
    return Inputs(source, hl.Param(hl.UInt(8), "corners"), hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str, greatest: bool) -> Stages:
    """What counts beside a pixel is three rows of a square, and one of a cross."""
    source, channels = inputs.source, hl.cast(I32, inputs.channels)
    kept = KEYS[dtype]
    first, last = (kept.min(), kept.max()) if greatest else (kept.max(), kept.min())
    bound = hl.select(inputs.corners != 0, last, first)

    def keyed(value: hl.Expr) -> hl.Expr:
        return key(value, dtype, greatest)

    def column(at: borders.Rows) -> hl.Expr:
        above_and_below = extreme(at(-1), at(1), greatest)
        return extreme(at(0), extreme(above_and_below, bound, not greatest), greatest)

    beside = borders.padded(source, dtype, hl.cast(I32, hl.cast(hl.UInt(8), 1)), 1, channels, keyed, column)
    output = hl.Func("output")
    above, here, below = (borders.element(source, x, 1, keyed, rows) for rows in (-1, 0, 1))
    sides = extreme(beside.func[x - channels, y], beside.func[x + channels, y], greatest)
    middle = extreme(extreme(above, below, greatest), here, greatest)
    output[x, y] = unkey(extreme(sides, middle, greatest), dtype, greatest)
    source.set_shape(output, 1)
    return Stages(beside, output, dtype)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of rows; one row of scratch."""
    output = stages.output
    strips(output, y, yo, yi, STRIP)
    output.specialize(stages.beside.wide).vectorize(x, lanes(stages.dtype), SHIFT)
    stages.beside.func.compute_at(output, yi)
    padded_rows(stages.beside)
