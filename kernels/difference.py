"""The difference of two arrays, element by element; those of integers saturate."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import GUARD, NEVER
from building.types import TYPES, lanes

x, xo, xi = hl.vars("x xo xi")

STRIP_BYTES = 1 << 15


@dataclass
class Inputs:
    first: hl.ImageParam
    second: hl.ImageParam


@dataclass
class Stages:
    output: hl.Func
    length: hl.Expr
    dtype: str


def inputs(dtype: str) -> Inputs:
    images = [hl.ImageParam(TYPES[dtype], 1, name) for name in ("first", "second")]
    for image in images:
        image.dim(0).set_min(0)
    return Inputs(*images)


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    first, second = inputs.first[x], inputs.second[x]
    output = hl.Func("output")
    output[x] = first - second if dtype in ("f32", "f64") else first - hl.min(first, second)
    length = inputs.first.dim(0).extent()
    output.output_buffer().dim(0).set_bounds(0, length)
    return Stages(output, length, dtype)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips whose vectors do not overlap, since the result may be one of the arrays.

    A single strip has no more vectors than it needs: 64 bytes take 0.3 us instead of 1.3.
    """
    vector, strip = lanes(stages.dtype), STRIP_BYTES // TYPES[stages.dtype].bytes()
    stages.output.specialize(stages.length <= strip).vectorize(x, vector, GUARD)
    output = stages.output.split(x, xo, x, strip, GUARD).parallel(xo)
    output.vectorize(x, vector, GUARD).partition(xo, NEVER)
