"""The least or the greatest value in a square of 3, 5 or 7 pixels around every pixel, or of its four neighbors.

The smallest footprints are used most, and there every load counts. Blocks of
rows are computed together: their columns share the rows of the image, which
are read where they are, and only the extremes of the columns are written to
scratch memory.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import halide as hl

from building import borders
from building.order import extreme, key, unkey
from building.schedules import GUARD, NEVER, overlapping_vectors, padded_rows, strips
from building.types import I32, U16, lanes

x, y, yo, yi, yb = hl.vars("x y yo yi yb")

STRIP = 128

BLOCK = 8
"""How many rows are computed together."""


@dataclass
class Inputs:
    source: borders.Source
    channels: hl.Param


@dataclass
class Stages:
    padded: borders.Padded
    output: hl.Func
    dtype: str
    rows: int


def inputs(dtype: str, greatest: bool, size: int, square: bool) -> Inputs:
    """The image, whose columns are neighbors in memory, and the number of its interleaved channels."""
    source = borders.source(dtype)
    source.image.dim(0).set_stride(1)
    return Inputs(source, hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str, greatest: bool, size: int, square: bool) -> Stages:
    """The columns of a square first, then the rows of what they gave; a cross is taken from its pixels."""
    source, channels, radius = inputs.source, hl.cast(I32, inputs.channels), size // 2
    combine = functools.partial(extreme, greatest=greatest)

    def keyed(value: hl.Expr) -> hl.Expr:
        return key(value, dtype, greatest)

    def column(at: borders.Rows) -> hl.Expr:
        return stretch(at, -radius, size, greatest)

    # Through an unsigned type, so that bounds inference knows that the radius is not negative.
    reach = hl.cast(I32, hl.cast(hl.UInt(8), radius))
    extended = borders.padded(source, dtype, reach, radius, channels, keyed, column if square else None)
    p = extended.func
    if square:
        values = [p[x + i * channels, y] for i in range(-radius, radius + 1)]
    else:
        values = [p[x, y], p[x - channels, y], p[x + channels, y], p[x, y - 1], p[x, y + 1]]
    output = hl.Func("output")
    output[x, y] = unkey(functools.reduce(combine, values), dtype, greatest)
    source.set_shape(output, radius)
    return Stages(extended, output, dtype, BLOCK if square else BLOCK + 2)


def stretch(at: borders.Rows, first: int, size: int, greatest: bool) -> hl.Expr:
    """Return the extreme of `size` rows, of two halves that overlap, so that the rows of a block share most of them."""
    if size == 1:
        return at(first)
    half = 1 << ((size - 1).bit_length() - 1)
    return extreme(stretch(at, first, half, greatest), stretch(at, first + size - half, half, greatest), greatest)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of blocks of rows; the columns of a block are computed vector by vector, and its rows one after the other.

    Measured on AMD EPYC (Zen 5), one thread, 512 x 512, interleaved with OpenCV, in us:
    cross 20, 3: 14, 5: 21, 7: 31 (OpenCV 19, 20, 25, 30), with AVX2 18, 14, 22, 33 (19, 20, 24, 31); float32: 49, 44,
    61, 80 (57, 55, 74, 93), with AVX2 65, 56, 90, 117 (59, 59, 74, 99), where keys take twice as many operations.
    """
    output = stages.output
    strips(output, y, yo, yi, STRIP)
    output.split(yi, yi, yb, BLOCK, GUARD).partition(yb, NEVER)
    overlapping_vectors(output, stages.padded.width, lanes(stages.dtype))
    stages.padded.func.compute_at(output, yi).bound_extent(y, stages.rows)
    padded_rows(stages.padded, unrolled=y)
