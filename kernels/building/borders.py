"""Images that reach beyond their border, in any of the five modes, chosen at run time.

The library passes two small tables of indices, made by ``opsin._borders``: for
each row of the extended image the row that stands there, and for each column
of the two margins the column that stands there; -1 stands for the constant
value. The extended image is written row by row into scratch memory: a plain
copy of the interior, then the margins. So the loops of a filter never ask
where the border is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import halide as hl

from .types import I32, TYPES, accumulator, lanes

x, y = hl.vars("x y")

Rows: TypeAlias = Callable[[int], hl.Expr]
"""From how many rows below to the element that stands there."""


@dataclass
class Source:
    """A plane of pixels and how it goes on beyond its border; the first four arguments of such kernels."""

    image: hl.ImageParam
    rows: hl.ImageParam
    margins: hl.ImageParam
    constant: hl.Param

    @property
    def width(self) -> hl.Expr:
        return self.image.dim(0).extent()


def source(dtype: str) -> Source:
    """Return the parameters of a plane of `dtype`, its columns any number of elements apart."""
    image = hl.ImageParam(TYPES[dtype], 2, "image")
    image.dim(0).set_min(0).set_stride(hl.Expr())
    image.dim(1).set_min(0)
    rows = hl.ImageParam(I32, 1, "rows")
    rows.dim(0).set_min(0)
    margins = hl.ImageParam(I32, 2, "margins")
    for dimension in (0, 1):
        margins.dim(dimension).set_min(0)
    return Source(image, rows, margins, hl.Param(accumulator(dtype), "constant"))


@dataclass
class Padded:
    """The extended image as a stage, and what its schedule needs to know."""

    func: hl.Func
    unit_stride: hl.Expr
    wide: hl.Expr
    body: hl.RDom
    tail: hl.RDom
    dtype: str


def padded(
    source: Source,
    dtype: str,
    radius_x: hl.Expr,
    radius_y: hl.Expr,
    channels: hl.Expr | int = 1,
    convert: Callable[[hl.Expr], hl.Expr] | None = None,
    combine: Callable[[Rows], hl.Expr] | None = None,
) -> Padded:
    """Return the stage that holds `source`, `radius_x` pixels and `radius_y` rows further on every side.

    Columns are interleaved `channels` to a pixel. `convert` turns an element,
    or the constant, into the type that the filter works in; without it that is
    `dtype`. `combine` makes an element of those at its column, which it is
    given as a function of how many rows below they are; constants must make
    the constant.
    """
    if convert is None:
        convert = functools.partial(hl.cast, TYPES[dtype])
    image, width = source.image, source.width
    vector = lanes(dtype)
    beyond = convert(source.constant)

    def pixel(column: hl.Expr) -> hl.Expr:
        if combine is None:
            return element(source, column, radius_y, convert)
        return combine(lambda below: element(source, column, radius_y, convert, below))

    def margin(offset: hl.Expr, side: int) -> hl.Expr:
        place = hl.unsafe_promise_clamped(source.margins[offset // channels, side], -1, width // channels - 1)
        column = hl.unsafe_promise_clamped(place * channels + offset % channels, -channels, width - 1)
        return hl.select(place < 0, beyond, pixel(hl.max(column, 0)))

    # The last vector overlaps the one before it, so that every width needs only whole vectors.
    body = hl.RDom([(0, vector), (0, width // vector)], "body")
    rest = hl.min(width, vector)
    tail = hl.RDom([(0, rest)], "tail")
    edge = hl.RDom([(0, radius_x * channels)], "edge")

    func = hl.Func("padded")
    func[x, y] = hl.undef(beyond.type())
    func[body.x + vector * body.y, y] = pixel(body.x + vector * body.y)
    func[width - rest + tail, y] = pixel(width - rest + tail)
    func[edge - radius_x * channels, y] = margin(edge.x, 0)
    func[width + edge, y] = margin(edge.x, 1)
    unit_stride = image.dim(0).stride() == 1
    return Padded(func, unit_stride, width >= vector, body, tail, dtype)


def element(
    source: Source,
    column: hl.Expr,
    radius_y: hl.Expr | int,
    convert: Callable[[hl.Expr], hl.Expr],
    below: int = 0,
) -> hl.Expr:
    """Return the element of `source` at a column of the image and so many rows below ``y``, by the table of rows."""
    place = hl.clamp(y + radius_y + below, 0, source.rows.dim(0).extent() - 1)
    row = hl.unsafe_promise_clamped(source.rows[place], -1, source.image.dim(1).extent() - 1)
    return hl.select(row < 0, convert(source.constant), convert(source.image[column, hl.max(row, 0)]))
