"""Colour to grey: a weighted sum of three channels, wherever in memory they stand.

Bytes are summed in 16-bit fixed point, which is twice as fast as in floating
point on AVX2: pixels are 8.8 bit fractions, weights 16-bit fractions of one.
The high half of each product rounds down, half a unit on the average; the
rounding constant gives that back. The sum before rounding is within 0.01 grey
levels of the exact one. The weights must not sum to more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import SHIFT, strips
from building.types import TYPES, U16, accumulator, high_product, lanes, saturated

x, y, yo, yi = hl.vars("x y yo yi")

CHANNELS = 3
FRACTION_BITS = 8


@dataclass
class Inputs:
    image: hl.ImageParam
    weights: hl.ImageParam


@dataclass
class Stages:
    grey: hl.Func
    output: hl.Func
    image: hl.ImageParam
    vector: int


def inputs(dtype: str) -> Inputs:
    """An image of (rows, columns, channels), its strides free, and the weight of each channel."""
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    image.dim(0).set_bounds(0, CHANNELS).set_stride(hl.Expr())
    image.dim(1).set_min(0)
    image.dim(2).set_min(0)
    weights = hl.ImageParam(U16 if dtype == "u8" else accumulator(dtype), 1, "weights")
    weights.dim(0).set_bounds(0, CHANNELS)
    return Inputs(image, weights)


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """Multiply, add, round."""
    image, weights = inputs.image, inputs.weights
    grey, output = hl.funcs("grey output")
    if dtype == "u8":
        parts = [high_product(hl.cast(U16, image[i, x, y]) << FRACTION_BITS, weights[i]) for i in range(CHANNELS)]
        grey[x, y] = parts[0] + parts[1] + parts[2] + (1 << (FRACTION_BITS - 1)) + 1
        output[x, y] = hl.cast(TYPES[dtype], grey[x, y] >> FRACTION_BITS)
    else:
        real = accumulator(dtype)
        parts = [weights[i] * hl.cast(real, image[i, x, y]) for i in range(CHANNELS)]
        grey[x, y] = parts[0] + parts[1] + parts[2]
        output[x, y] = saturated(grey[x, y], dtype)
    result = output.output_buffer()
    result.dim(0).set_bounds(0, image.dim(1).extent())
    result.dim(1).set_bounds(0, image.dim(2).extent())
    return Stages(grey, output, image, lanes(dtype))


def schedule(stages: Stages, target: hl.Target) -> None:
    """Whole vectors where the pixels are interleaved or the channels are planes; else one by one."""
    output, image, vector = stages.output, stages.image, stages.vector
    strips(output, y, yo, yi, 64)
    wide = image.dim(1).extent() >= vector
    interleaved = (image.dim(0).stride() == 1) & (image.dim(1).stride() == CHANNELS)
    planar = image.dim(1).stride() == 1
    output.specialize(wide & interleaved).vectorize(x, vector, SHIFT)
    output.specialize(wide & planar).vectorize(x, vector, SHIFT)
