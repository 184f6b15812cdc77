"""Vectors of two components as their length and their angle."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import overlapping_vectors, strips
from building.types import accumulator, constant, lanes

x, y, yo, yi = hl.vars("x y yo yi")

ARCTANGENT = (
    *(-0.33333284, 0.19998266, -0.14261933, 0.10942031, -0.08377316, 0.05755210),
    *(-0.03080459, 0.01072694, -0.00175393),
)
"""The arctangent of t from 0 to 1 is t + t**3 times this polynomial in t**2, but for 2.4e-9 of itself."""

HALF_TURNS = {1: (1.57079637, -4.37113883e-08), 2: (3.14159274, -8.74227766e-08)}
"""Pi / 2 and pi in single precision, and what is missing."""


@dataclass
class Inputs:
    down: hl.ImageParam
    across: hl.ImageParam
    scale: hl.Param


@dataclass
class Stages:
    output: hl.Func
    width: hl.Expr
    work: str


def inputs(dtype: str) -> Inputs:
    """The components along the columns and along the rows, and what the length is multiplied by."""
    real = accumulator(dtype)
    images = [hl.ImageParam(real, 2, name) for name in ("down", "across")]
    for image in images:
        for dimension in (0, 1):
            image.dim(dimension).set_min(0)
    return Inputs(*images, hl.Param(real, "scale"))


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """The angle of no vector is 0; the largest error of an angle is 2 units in the last place."""
    real = accumulator(dtype)
    zero, one = constant(0, real), constant(1, real)
    down, across = inputs.down[x, y], inputs.across[x, y]
    length = inputs.scale * hl.sqrt(down * down + across * across)

    steep, flat = hl.abs(down), hl.abs(across)
    is_steep = hl.strict_float(steep > flat)
    ratio = hl.strict_float(hl.select(is_steep, flat, steep) / hl.select(is_steep, steep, flat))
    # Neither zeros nor infinities have a ratio.
    t = hl.strict_float(hl.select(steep == flat, hl.select(steep == zero, zero, one), ratio))
    square = t * t
    series = constant(ARCTANGENT[-1], real)
    for coefficient in reversed(ARCTANGENT[:-1]):
        series = series * square + constant(coefficient, real)
    angle = t + t * square * series
    high, low = (constant(value, real) for value in HALF_TURNS[1])
    angle = hl.strict_float(hl.select(is_steep, (high - angle) + low, angle))
    high, low = (constant(value, real) for value in HALF_TURNS[2])
    angle = hl.strict_float(hl.select(across < zero, (high - angle) + low, angle))
    angle = hl.strict_float(hl.select(down < zero, -angle, angle))

    output = hl.Func("output")
    output[x, y] = hl.Tuple([length, angle])
    for dimension in (0, 1):
        output.output_buffers()[0].dim(dimension).set_bounds(0, inputs.down.dim(dimension).extent())
    return Stages(output, inputs.down.dim(0).extent(), dtype)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 32 rows."""
    strips(stages.output, y, yo, yi, 32)
    overlapping_vectors(stages.output, stages.width, lanes(stages.work))
