"""Images that reach beyond their border, in any of the five modes, chosen at run time.

The library passes two small tables of indices, made by ``opsin._engine.borders``:
for each row of the extended image the row of the image that stands there, and
for each column of the two margins the column that stands there; -1 stands for
the constant value. The extended image is written row by row into scratch
memory: a plain copy of the interior, then the margins. So the loops of a
filter never ask where the border is.

The table of rows determines how many rows the result has: its length without
the rows that the window reaches beyond the first and the last. A slice of the
table therefore gives a strip of the result, with the border of the whole
image, and the image may have any number of rows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import halide as hl

from .types import I32, TYPES, accumulator, lanes

x, y, z = hl.vars("x y z")

NARROW = 4
"""Rows narrower than a vector are copied in vectors of a quarter: the 16 bytes that every machine has."""

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

    @property
    def variables(self) -> tuple[hl.Var, ...]:
        """Those of the extended image."""
        return x, y

    def element(self, column: hl.Expr, row: hl.Expr, convert: Callable[[hl.Expr], hl.Expr]) -> hl.Expr:
        """Return the element at a column and a row of the image; the constant if the row is -1."""
        return hl.select(row < 0, convert(self.constant), convert(self.image[column, hl.max(row, 0)]))

    def set_shape(self, output: hl.Func, radius_y: hl.Expr | int) -> None:
        """Give `output`, whose windows reach `radius_y` rows up and down, the rows of the table and all columns."""
        result = output.output_buffer()
        result.dim(0).set_bounds(0, self.width)
        result.dim(1).set_bounds(0, self.rows.dim(0).extent() - 2 * radius_y)


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
class Stack(Source):
    """Planes of pixels; ``planes`` tells for each plane of a window which plane stands there, -1 for the constant."""

    planes: hl.ImageParam

    @property
    def variables(self) -> tuple[hl.Var, ...]:
        return x, y, z

    def element(self, column: hl.Expr, row: hl.Expr, convert: Callable[[hl.Expr], hl.Expr]) -> hl.Expr:
        plane = hl.unsafe_promise_clamped(self.planes[z], -1, self.image.dim(2).extent() - 1)
        inside = convert(self.image[column, hl.max(row, 0), hl.max(plane, 0)])
        return hl.select(hl.min(row, plane) < 0, convert(self.constant), inside)


def stack(dtype: str) -> Stack:
    """Return the parameters of a stack of planes of `dtype`, their columns any number of elements apart."""
    plane = source(dtype)
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    image.dim(0).set_stride(hl.Expr())
    for dimension in range(3):
        image.dim(dimension).set_min(0)
    planes = hl.ImageParam(I32, 1, "planes")
    planes.dim(0).set_min(0)
    return Stack(image, plane.rows, plane.margins, plane.constant, planes)


@dataclass
class Padded:
    """The extended image as a stage, and what its schedule needs to know."""

    func: hl.Func
    unit_stride: hl.Expr
    width: hl.Expr
    copies: list[Copy]
    fill: hl.RDom | None
    """The vectors of each margin of constants, which are written first, if such margins have a stage of their own."""


@dataclass
class Copy:
    """How rows whose width fulfills a condition are copied: in vectors, of which the last overlaps the one before."""

    lanes: int
    condition: hl.Expr
    body: hl.RDom
    tail: hl.RDom


def padded(
    source: Source,
    dtype: str,
    radius_x: hl.Expr,
    radius_y: hl.Expr,
    channels: hl.Expr | int = 1,
    convert: Callable[[hl.Expr], hl.Expr] | None = None,
    combine: Callable[[Rows], hl.Expr] | None = None,
    *,
    constants: bool = False,
) -> Padded:
    """Return the stage that holds `source`, `radius_x` pixels and `radius_y` rows further on every side.

    Columns are interleaved `channels` to a pixel. `convert` turns an element,
    or the constant, into the type that the filter works in; without it that is
    `dtype`. `combine` makes an element of those at its column, which it is
    given as a function of how many rows below they are. `constants` tells that
    margins are often of the constant and may be wide: then they are filled
    vector by vector, if the table of margins has no entry.
    """
    if convert is None:
        convert = functools.partial(hl.cast, TYPES[dtype])
    image, width = source.image, source.width
    vector = lanes(dtype)
    fill = convert(source.constant)
    beyond = fill if combine is None else combine(lambda below: fill)

    def pixel(column: hl.Expr) -> hl.Expr:
        if combine is None:
            return element(source, column, radius_y, convert)
        return combine(lambda below: element(source, column, radius_y, convert, below))

    func = hl.Func("padded")

    def margin(edge: hl.RDom, side: int) -> hl.Expr:
        # What the margin repeats is in the same row of scratch memory, converted and combined.
        position = hl.unsafe_promise_clamped(source.margins[edge.y, side], -1, width // channels - 1)
        column = hl.unsafe_promise_clamped(hl.max(position, 0) * channels + edge.x, 0, width - 1)
        return hl.select(position < 0, beyond, func[(column, *source.variables[1:])])

    func[source.variables] = hl.undef(beyond.type())
    copies = []
    others = source.variables[1:]
    fill_domain, gathered = None, radius_x
    if constants:
        # What is written beyond a margin is written again, or not read.
        gathered = hl.min(source.margins.dim(0).extent(), radius_x)
        vectors = (radius_x * channels + vector - 1) // vector
        fill_domain = hl.RDom([(0, vector), (0, hl.select(gathered < radius_x, vectors, 0))], "fill")
        for first in (-radius_x * channels, width):
            func[(first + fill_domain.x + vector * fill_domain.y, *others)] = beyond
    narrow = vector // NARROW
    for size, condition in ((vector, width >= vector), (narrow, (width < vector) & (width >= narrow))):
        body = hl.RDom([(0, size), (0, hl.select(condition, width // size, 0))], f"body{size}")
        tail = hl.RDom([(0, hl.select(condition, size, 0))], f"tail{size}")
        for column in (body.x + size * body.y, hl.max(width - size, 0) + tail.x):
            func[(column, *others)] = pixel(hl.unsafe_promise_clamped(column, 0, width - 1))
        copies.append(Copy(size, condition, body, tail))
    few = hl.RDom([(0, hl.select(width < narrow, width, 0))], "few")
    func[(few.x, *others)] = pixel(few.x)
    edge = hl.RDom([(0, channels), (0, gathered)], "edge")
    column = edge.x + channels * edge.y
    func[(column - radius_x * channels, *others)] = margin(edge, 0)
    func[(width + column, *others)] = margin(edge, 1)
    return Padded(func, image.dim(0).stride() == 1, width, copies, fill_domain)


def element(
    source: Source,
    column: hl.Expr,
    radius_y: hl.Expr | int,
    convert: Callable[[hl.Expr], hl.Expr],
    below: int = 0,
) -> hl.Expr:
    """Return the element of `source` at a column of the image and so many rows below ``y``, by the table of rows."""
    return source.element(column, source_row(source, y + radius_y + below), convert)


@dataclass
class Volume:
    """An array (outer, axis, inner) and how its axis goes on; the first three arguments of such kernels."""

    image: hl.ImageParam
    rows: hl.ImageParam
    constant: hl.Param

    def set_shape(self, output: hl.Func, reach: hl.Expr | int) -> None:
        """Give `output`, whose windows are `reach` rows longer than one, the rows of the table and all else."""
        result = output.output_buffer()
        for dimension in (0, 2):
            result.dim(dimension).set_bounds(0, self.image.dim(dimension).extent())
        result.dim(1).set_bounds(0, self.rows.dim(0).extent() - reach)


def volume(dtype: str) -> Volume:
    """Return the parameters of a volume of `dtype`."""
    image, rows = hl.ImageParam(TYPES[dtype], 3, "image"), hl.ImageParam(I32, 1, "rows")
    rows.dim(0).set_min(0)
    for dimension in range(3):
        image.dim(dimension).set_min(0)
    return Volume(image, rows, hl.Param(accumulator(dtype), "constant"))


def volume_element(
    volume: Volume, column: hl.Expr, position: hl.Expr, plane: hl.Expr, convert: Callable[[hl.Expr], hl.Expr]
) -> hl.Expr:
    """Return the element of `volume` at a column, at a position in the table of rows, and in a plane."""
    row = source_row(volume, position)
    return hl.select(row < 0, convert(volume.constant), convert(volume.image[column, hl.max(row, 0), plane]))


def source_row(source: Source | Volume, position: hl.Expr) -> hl.Expr:
    """Return the row of the image at a position in the table of rows, or -1."""
    entry = source.rows[hl.clamp(position, 0, source.rows.dim(0).extent() - 1)]
    return hl.unsafe_promise_clamped(entry, -1, source.image.dim(1).extent() - 1)
