"""Planes whose rows become columns: quarter turns, of views that are flipped.

Square blocks of 16 bytes a side are transposed in registers: rows are interleaved with those half a block below, twice
as long rows with those a quarter of a block below, and so on, until the pixels of a column are neighbors. Tiles as wide
as a cache line are collected in scratch memory, so that every line of the result is written once. Pixels are words of
so many bytes, whatever their type, or three of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.schedules import GUARD, NEVER, SHIFT
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


def side(dtype: str) -> int:
    """Return how many rows and columns a block has."""
    return 16 // TYPES[dtype].bytes()


def algorithm(inputs: Inputs, dtype: str, channels: int) -> Stages:
    """The bits of the number of a row in its block become those of the column, one with each stage."""
    image, block = inputs.image, side(dtype)
    width, height = image.dim(1).extent(), image.dim(2).extent()
    lines, tile, output = hl.funcs("lines tile output")
    lines[x, c, y] = image[c, x, hl.min(y, height - 1)]
    last, half, interleaved = lines, block // 2, []
    while half:
        rows = hl.Func(f"interleaved_{half}")
        row = y // half * (2 * half) + y % half
        rows[x, c, y] = hl.select(x % 2 == 0, last[x // 2, c, row], last[x // 2, c, row + half])
        interleaved.append(rows)
        last, half = rows, half // 2
    tile[x, c, y] = last[block * y + x % block, c, x // block]
    output[c, x, y] = tile[x, c, y]
    result = output.output_buffer()
    result.dim(0).set_bounds(0, channels).set_stride(1)
    result.dim(1).set_bounds(0, height).set_stride(channels)
    result.dim(2).set_bounds(0, width)
    return Stages(lines, interleaved, tile, output, dtype, channels)


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
    half, length = block // 2, 2 * block
    for rows in stages.interleaved:
        rows.compute_at(tile, c).bound_extent(x, length).bound_extent(y, half).bound_extent(c, 1)
        rows.vectorize(x, 2 * block).unroll(x).unroll(y)
        half, length = half // 2, 2 * length
