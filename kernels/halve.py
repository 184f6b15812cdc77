"""A plane of half the size, each pixel the mean of four: the most common of all reductions."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import SHIFT, strips
from building.types import TYPES, constant, lanes

c, x, y, xo, xi, yo, yi = hl.vars("c x y xo xi yo yi")


@dataclass
class Inputs:
    image: hl.ImageParam


@dataclass
class Stages:
    pairs: hl.Func
    output: hl.Func
    dtype: str
    channels: int


def inputs(dtype: str, channels: int) -> Inputs:
    """An even number of rows and of pixels, of so many channels."""
    image = hl.ImageParam(TYPES[dtype], 2, "image")
    for dimension in (0, 1):
        image.dim(dimension).set_min(0)
    return Inputs(image)


def algorithm(inputs: Inputs, dtype: str, channels: int) -> Stages:
    """Sums of two rows, and of two pixels of those."""
    wide = {"u8": "u16", "u16": "u32", "f32": "f32"}[dtype]
    image, width = inputs.image, inputs.image.dim(0).extent()
    pairs, output = hl.funcs("pairs output")
    pairs[x, y] = hl.cast(TYPES[wide], image[x, 2 * y]) + hl.cast(TYPES[wide], image[x, 2 * y + 1])
    first = 2 * channels * x + c
    four = pairs[first, y] + pairs[first + channels, y]
    mean = four * constant(0.25, TYPES[wide]) if dtype == "f32" else (four + 2) >> 2
    output[c, x, y] = hl.cast(TYPES[dtype], mean)
    result = output.output_buffer()
    result.dim(0).set_bounds(0, channels).set_stride(1)
    result.dim(1).set_bounds(0, width // (2 * channels)).set_stride(channels)
    result.dim(2).set_bounds(0, image.dim(1).extent() // 2)
    return Stages(pairs, output, dtype, channels)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 32 rows; the channels of a vector of pixels are stored together."""
    vector = lanes(stages.dtype) // (1 if stages.channels == 1 else 2)
    output = stages.output
    strips(output, y, yo, yi, 32)
    output.bound(c, 0, stages.channels).split(x, xo, xi, vector, SHIFT)
    output.reorder(c, xi, xo, yi, yo).vectorize(xi).unroll(c)
    if stages.channels > 1:
        # A row of sums once, where the channels of each need six strided loads; by itself a pixel needs four.
        stages.pairs.compute_at(output, yi).vectorize(x, 2 * vector, SHIFT)
