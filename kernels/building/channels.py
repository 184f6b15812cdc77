"""Images of three channels, for any strides."""

from __future__ import annotations

import halide as hl

from .types import TYPES, saturated

c, x, y = hl.vars("c x y")

CHANNELS = 3


def image_of_channels(dtype: str) -> hl.ImageParam:
    """Return an image of (rows, columns, channels), its strides free."""
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    image.dim(0).set_bounds(0, CHANNELS).set_stride(hl.Expr())
    image.dim(1).set_min(0).set_stride(hl.Expr())
    image.dim(2).set_min(0)
    return image


def stored(mixed: hl.Func, image: hl.ImageParam, dtype: str) -> hl.Func:
    """Return the channels of `mixed`, a tuple for each pixel, as an image of `dtype` of any strides."""
    output = hl.Func("output")
    output[c, x, y] = hl.mux(c, [saturated(mixed[x, y][channel], dtype) for channel in range(CHANNELS)])
    result = output.output_buffer()
    result.dim(0).set_bounds(0, CHANNELS).set_stride(hl.Expr())
    result.dim(1).set_bounds(0, image.dim(1).extent()).set_stride(hl.Expr())
    result.dim(2).set_bounds(0, image.dim(2).extent())
    return output
