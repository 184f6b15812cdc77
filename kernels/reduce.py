"""A plane of half the size, each pixel from the eight by eight around it: a level of a Gaussian pyramid.

The weights are symmetric, so that pixels are added in pairs. A row of the result is summed along the columns into a row
of scratch memory, and then along that row. Bytes are 16-bit numbers with 7 bits of fraction, as in ``correlate_fixed``.
Floats are weighted by their difference from those in the middle, so that equal pixels keep exactly their value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Rows, padded
from building.levels import Inside, inside, to_working, work_type
from building.schedules import GUARD, NEVER, SHIFT, padded_rows, strips
from building.types import I32, TYPES, U16, constant, high_product, lanes

c, x, y, yo, yi, yb = hl.vars("c x y yo yi yb")

STRIP = 64
BLOCK = 4
"""How many rows of the result are computed together, whose columns share the rows of the image."""

FRACTION_BITS = 7

STEP = 2
"""How many rows and columns of the image there are from one of the result to the next."""

REACH = 3
"""How many pixels the window reaches back from an even pixel, and forward from the odd one that follows."""


@dataclass
class Inputs:
    source: Inside
    weights: hl.ImageParam


@dataclass
class Stages:
    padded: Padded
    channel: hl.Func | None
    output: hl.Func
    work: str
    channels: int


def inputs(dtype: str, channels: int) -> Inputs:
    """An even number of rows and of pixels, of so many channels; the first four of the eight weights of both axes."""
    weights = hl.ImageParam(U16 if dtype == "u8" else TYPES[dtype], 1, "weights")
    weights.dim(0).set_bounds(0, REACH + 1)
    return Inputs(inside(dtype), weights)


def algorithm(inputs: Inputs, dtype: str, channels: int) -> Stages:
    """Sum along the columns into a row of scratch, take its channels apart, and sum along the row."""
    source, weights = inputs.source, inputs.weights
    work = work_type(dtype)
    # Through an unsigned type, so that bounds inference knows that the radius is not negative.
    reach = hl.cast(I32, hl.cast(hl.UInt(8), REACH))

    def column(at: Rows) -> hl.Expr:
        return weighted(lambda step: at((STEP - 1) * y + step), weights, FRACTION_BITS)

    # Vectors of bytes would be twice as many numbers as machines with AVX2 have registers for: 1.7 times as long there.
    extended = padded(source, work, reach, REACH, channels, functools.partial(to_working, dtype=dtype), column)
    output = hl.Func("output")
    channel = None
    if channels > 1:
        channel = hl.Func("channel")
        channel[x, c, y] = extended.func[channels * x + c, y]

    def pixel(step: int) -> hl.Expr:
        return extended.func[STEP * x + step, y] if channel is None else channel[STEP * x + step, c, y]

    sums = weighted(pixel, weights, 0)
    if dtype == "u8":
        sums = hl.cast(hl.UInt(8), (sums + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS)
    output[c, x, y] = sums
    result = output.output_buffer()
    result.dim(0).set_bounds(0, channels).set_stride(1)
    result.dim(1).set_bounds(0, source.width // (STEP * channels)).set_stride(channels)
    result.dim(2).set_bounds(0, (source.rows.dim(0).extent() - 2 * REACH) // STEP)
    return Stages(extended, channel, output, work, channels)


def weighted(pixel: Callable[[int], hl.Expr], weights: hl.ImageParam, shift: int) -> hl.Expr:
    """Return the weighted sum of eight pixels, the fourth of which is the one of number 0.

    Sums of bytes are shifted to the left first. Each of the four products is rounded down, by half a unit on the
    average; the bias gives that back.
    """
    pairs = [pixel(k - REACH) + pixel(REACH + 1 - k) for k in range(REACH + 1)]
    if weights.type() == U16:
        return sum([high_product(pair << shift, weights[k]) for k, pair in enumerate(pairs)], hl.cast(U16, 2))
    middle = pairs.pop()
    value = middle * constant(0.5, weights.type())
    for k, pair in enumerate(pairs):
        value += weights[k] * (pair - middle)
    return value


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of blocks of rows; the columns of a block are computed vector by vector, and its rows one after the other.

    Measured on AMD EPYC (Zen 5), one thread, 512 x 512, beside OpenCV's window of five, in us: uint8 12, float32 30,
    RGB 60 (OpenCV 50, 51, 163), with AVX2 26, 45, 124 (48, 51, 165); `shrink` takes 49, 72, 144, with AVX2 71, 142,
    258.
    """
    vector = lanes(stages.work)
    output = stages.output
    strips(output, y, yo, yi, STRIP)
    output.split(yi, yi, yb, BLOCK, GUARD).partition(yb, NEVER)
    output.bound(c, 0, stages.channels).reorder(c, x, yb, yi, yo).vectorize(x, vector, SHIFT).unroll(c)
    stages.padded.func.compute_at(output, yi).bound_extent(y, BLOCK)
    padded_rows(stages.padded, unrolled=y)
    if stages.channel is not None:
        channel = stages.channel.compute_at(output, yb).bound(c, 0, stages.channels)
        channel.vectorize(x, vector, SHIFT).reorder(c, x, y).unroll(c)
