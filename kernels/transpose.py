"""Planes whose rows become columns: quarter turns, of views that are flipped.

Tiles as wide as a cache line are collected in scratch memory, so that every line of the result is written once. Pixels
are words of so many bytes, whatever their type, or three of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import GUARD, NEVER, SHIFT
from building.transposing import exchanged, interleaved, side
from building.transposing import schedule as in_registers
from building.types import TYPES, lanes

c, x, y, xo, xi, xb, yo, yi, yb = hl.vars("c x y xo xi xb yo yi yb")

TILE = 16
"""How many columns of the image a tile is made from; planes are at least so wide."""


@dataclass
class Inputs:
    image: hl.ImageParam


@dataclass
class Stages:
    lines: hl.Func
    interleaved: list[hl.Func]
    tile: hl.Func
    output: hl.Func
    dtype: str
    channels: int


def inputs(dtype: str, channels: int) -> Inputs:
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    image.dim(0).set_bounds(0, channels).set_stride(1)
    image.dim(1).set_min(0).set_stride(channels)
    image.dim(2).set_min(0)
    return Inputs(image)


def algorithm(inputs: Inputs, dtype: str, channels: int) -> Stages:
    image, block = inputs.image, side(dtype)
    width, height = image.dim(1).extent(), image.dim(2).extent()
    lines, tile, output = hl.funcs("lines tile output")
    lines[x, y, c] = image[c, x, hl.min(y, height - 1)]
    stages = interleaved(lines, block, c)
    tile[x, y, c] = exchanged(stages, block, y, x, c)
    output[c, x, y] = tile[x, y, c]
    result = output.output_buffer()
    result.dim(0).set_bounds(0, channels).set_stride(1)
    result.dim(1).set_bounds(0, height).set_stride(channels)
    result.dim(2).set_bounds(0, width)
    return Stages(lines, stages, tile, output, dtype, channels)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of the columns of the result, tile by tile.

    Measured on AMD EPYC (Zen 5), one thread, 512 x 512, beside OpenCV, in us: uint8 12, float32 38, RGB 66 (OpenCV 17,
    138, 67), with AVX2 12, 42, 69 (18, 105, 77). Blocks that are written at once take 285 us for float32, whose rows
    share few sets of the cache there.
    """
    block, line = side(stages.dtype), lanes(stages.dtype) // (1 if stages.channels == 1 else 2)
    output, tile = stages.output.bound(c, 0, stages.channels), stages.tile
    output.split(x, xo, xi, line, GUARD).split(y, yo, yi, TILE, SHIFT).reorder(c, xi, yi, yo, xo).parallel(xo)
    output.partition(xo, NEVER).vectorize(xi, line // 2, GUARD).unroll(xi).unroll(c)
    tile.compute_at(output, yo).bound_extent(x, line).bound_extent(y, TILE).bound(c, 0, stages.channels)
    tile.split(y, yi, yb, block).split(x, xi, xb, block).reorder(xb, yb, c, yi, xi).vectorize(xb).unroll(yb)
    lines = stages.lines.compute_at(tile, yi).bound_extent(x, block).bound_extent(y, block).vectorize(x)
    lines.bound(c, 0, stages.channels).reorder(c, x, y).unroll(c)
    if stages.channels == 1:
        lines.unroll(y)
    in_registers(stages.interleaved, block, tile, c)
    for rows in stages.interleaved:
        rows.bound_extent(c, 1)
