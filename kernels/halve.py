"""A plane of half the size, each pixel the mean of four: the most common of all reductions."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import SHIFT, strips
from building.types import TYPES, U16, constant, lanes

c, x, y, xo, xi, yo, yi = hl.vars("c x y xo xi yo yi")


@dataclass
class Inputs:
    image: hl.ImageParam


@dataclass
class Stages:
    channel: hl.Func | None
    bytes: hl.Func | None
    output: hl.Func
    dtype: str
    channels: int
    four: hl.RDom


def inputs(dtype: str, channels: int) -> Inputs:
    """An even number of rows and of pixels, of so many channels."""
    image = hl.ImageParam(TYPES[dtype], 2, "image")
    for dimension in (0, 1):
        image.dim(dimension).set_min(0)
    return Inputs(image)


def algorithm(inputs: Inputs, dtype: str, channels: int) -> Stages:
    """Sums of two by two pixels, of bytes as reductions: machines add neighbors of these in one operation."""
    image, width = inputs.image, inputs.image.dim(0).extent()
    output, four = hl.Func("output"), hl.RDom([(0, 2), (0, 2)], "four")
    channel = sums = None
    if channels > 1:
        channel = hl.Func("channel")
        channel[x, c, y] = image[channels * x + c, y]

    def pixel(column: hl.Expr, row: hl.Expr) -> hl.Expr:
        return image[column, row] if channel is None else channel[column, c, row]

    if dtype == "u8":
        sums = hl.Func("sums")
        sums[x, c, y] = hl.cast(U16, 0)
        sums[x, c, y] += hl.cast(U16, pixel(2 * x + four.x, 2 * y + four.y))
        mean = (sums[x, c, y] + 2) >> 2
    else:
        wide = TYPES["u32" if dtype == "u16" else dtype]
        pairs = [hl.cast(wide, pixel(2 * x + i, 2 * y)) + hl.cast(wide, pixel(2 * x + i, 2 * y + 1)) for i in (0, 1)]
        total = pairs[0] + pairs[1]
        mean = total * constant(0.25, wide) if dtype == "f32" else (total + 2) >> 2
    output[c, x, y] = hl.cast(TYPES[dtype], mean)
    result = output.output_buffer()
    result.dim(0).set_bounds(0, channels).set_stride(1)
    result.dim(1).set_bounds(0, width // (2 * channels)).set_stride(channels)
    result.dim(2).set_bounds(0, image.dim(1).extent() // 2)
    return Stages(channel, sums, output, dtype, channels, four)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 32 rows; the channels of a vector of pixels are stored together.

    Measured on AMD EPYC (Zen 5), one thread, 512 x 512 and 2048 x 2048, in us: uint8 3 and 57, with AVX2 3 and 73 (as
    sums of strided loads 5 and 73, with AVX2 10 and 142); RGB 45 and 610, with AVX2 45 and 740 (of rows that are added
    first and then taken apart 41 and 1720, with AVX2 65 and 1620).
    """
    vector = lanes(stages.dtype) // (1 if stages.channels == 1 else 2)
    output = stages.output
    strips(output, y, yo, yi, 32)
    output.bound(c, 0, stages.channels).split(x, xo, xi, vector, SHIFT)
    output.reorder(c, xi, xo, yi, yo).vectorize(xi).unroll(c)
    if stages.bytes is not None:
        sums = stages.bytes.compute_at(output, xo).bound(c, 0, stages.channels).vectorize(x).unroll(c)
        sums.update().reorder(stages.four.x, x, stages.four.y, c).atomic()
        sums.update().vectorize(stages.four.x).vectorize(x).unroll(stages.four.y).unroll(c)
    if stages.channel is not None:
        channel = stages.channel.compute_at(output, yi).bound(c, 0, stages.channels)
        channel.vectorize(x, vector, SHIFT).reorder(c, x, y).unroll(c)
