"""The mean of a square of 3 or 5 pixels of uint8 around each pixel.

As the extremes of small squares: blocks of rows are computed together, whose
columns share the rows of the image. The sums fit 16 bits, in which they and
their division are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Rows, Source, padded, source
from building.schedules import GUARD, NEVER, overlapping_vectors, padded_rows, strips
from building.types import I32, U16, lanes

x, y, yo, yi, yb = hl.vars("x y yo yi yb")

STRIP = 128

BLOCK = 8
"""How many rows are computed together."""


@dataclass
class Inputs:
    source: Source
    channels: hl.Param


@dataclass
class Stages:
    padded: Padded
    output: hl.Func


def inputs(size: int) -> Inputs:
    """The image, whose columns are neighbors in memory, and the number of its interleaved channels."""
    image = source("u8")
    image.image.dim(0).set_stride(1)
    return Inputs(image, hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, size: int) -> Stages:
    """Sum along the columns into a row of scratch memory, then along that row; divide, rounding to nearest."""
    channels, radius = hl.cast(I32, inputs.channels), size // 2

    def column(at: Rows) -> hl.Expr:
        return total([at(i) for i in range(-radius, radius + 1)])

    # Through an unsigned type, so that bounds inference knows that the radius is not negative.
    reach = hl.cast(I32, hl.cast(hl.UInt(8), radius))
    extended = padded(
        inputs.source, "u8", reach, radius, channels, lambda value: hl.cast(U16, hl.cast(hl.UInt(8), value)), column
    )
    sums = total([extended.func[x + i * channels, y] for i in range(-radius, radius + 1)])
    area = size * size
    output = hl.Func("output")
    output[x, y] = hl.cast(hl.UInt(8), (sums + area // 2) // area)
    inputs.source.set_shape(output, radius)
    return Stages(extended, output)


def total(values: list[hl.Expr]) -> hl.Expr:
    """Return the sum of `values`, in pairs, which the rows of a block share."""
    pairs = [first + second for first, second in zip(values[::2], values[1::2], strict=False)]
    return values[0] if len(values) == 1 else total(pairs + values[2 * len(pairs) :])


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of blocks of rows; the columns of a block are computed vector by vector, and its rows one after the other.

    Measured on AMD EPYC (Zen 5), one thread, 512 x 512, interleaved with OpenCV, in us: 3: 16, 5: 26 (OpenCV 27, 32),
    with AVX2 22, 35 (36, 43). `box`, whose size is a parameter, takes 28 and 39, with AVX2 47 and 67.
    """
    output = stages.output
    strips(output, y, yo, yi, STRIP)
    output.split(yi, yi, yb, BLOCK, GUARD).partition(yb, NEVER)
    overlapping_vectors(output, stages.padded.width, lanes("u8"))
    stages.padded.func.compute_at(output, yi).bound_extent(y, BLOCK)
    padded_rows(stages.padded, unrolled=y)
