"""Color to gray: a weighted sum of three channels, for any strides.

uint8 is summed in 16-bit fixed point, which is twice as fast as in floating
point on AVX2: pixels are 8.8 bit fractions, weights 16-bit fractions of one.
The high half of each product is rounded down, by half a unit on average; the
rounding constant compensates for that. The sum before rounding is within 0.01
gray levels of the exact one. The weights must not sum to more than one.
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
    gray: hl.Func
    output: hl.Func
    image: hl.ImageParam
    dtype: str


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
    gray, output = hl.funcs("gray output")
    if dtype == "u8":
        parts = [high_product(hl.cast(U16, image[i, x, y]) << FRACTION_BITS, weights[i]) for i in range(CHANNELS)]
        gray[x, y] = parts[0] + parts[1] + parts[2] + (1 << (FRACTION_BITS - 1)) + 1
        output[x, y] = hl.cast(TYPES[dtype], gray[x, y] >> FRACTION_BITS)
    else:
        real = accumulator(dtype)
        parts = [weights[i] * hl.cast(real, image[i, x, y]) for i in range(CHANNELS)]
        gray[x, y] = parts[0] + parts[1] + parts[2]
        output[x, y] = saturated(gray[x, y], dtype)
    result = output.output_buffer()
    result.dim(0).set_bounds(0, image.dim(1).extent())
    result.dim(1).set_bounds(0, image.dim(2).extent())
    return Stages(gray, output, image, dtype)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Whole vectors where the pixels are interleaved or the channels are planes; else element by element.

    Measured on AMD EPYC (Zen 5), one thread, interleaved with OpenCV, time relative to it at 512 x 512 and 2048 x 2048:
    uint8 0.6 and 0.6 with AVX-512, 0.8 and 0.8 with AVX2; float32 1.0 and 1.0 with both, which is the bandwidth of the
    cache or memory; uint16 0.5 and 0.8 with AVX-512, 1.1 and 1.1 with AVX2.
    """
    output, image = stages.output, stages.image
    # The channels of 16-bit elements are separated quickest in vectors of the machine's own width: on AVX2 67 us
    # instead of 103 at 512 x 512.
    real = accumulator(stages.dtype)
    vector = lanes(stages.dtype) if stages.dtype == "u8" else target.natural_vector_size(real)
    strips(output, y, yo, yi, 64)
    wide = image.dim(1).extent() >= vector
    interleaved = (image.dim(0).stride() == 1) & (image.dim(1).stride() == CHANNELS)
    planar = image.dim(1).stride() == 1
    output.specialize(wide & interleaved).vectorize(x, vector, SHIFT)
    output.specialize(wide & planar).vectorize(x, vector, SHIFT)
