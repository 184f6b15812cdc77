"""What the kernels of image pyramids share: planes that go on with rows of their own."""

from __future__ import annotations

from collections.abc import Callable

import halide as hl

from .borders import Source, source
from .types import TYPES


class Inside(Source):
    """A plane that goes on with rows of its own, not with a constant."""

    def element(self, column: hl.Expr, row: hl.Expr, convert: Callable[[hl.Expr], hl.Expr]) -> hl.Expr:
        return convert(self.image[column, hl.max(row, 0)])


def inside(dtype: str) -> Inside:
    """Return the parameters of such a plane, whose columns are neighbors in memory."""
    plane = source(dtype)
    plane.image.dim(0).set_stride(1)
    return Inside(plane.image, plane.rows, plane.margins, plane.constant)


def work_type(dtype: str) -> str:
    """Return the type in which pixels are weighted: bytes as 16-bit numbers with some bits of fraction."""
    return "u16" if dtype == "u8" else dtype


def to_working(value: hl.Expr, dtype: str) -> hl.Expr:
    """Return a pixel in that type, without the bits of fraction."""
    return hl.cast(TYPES[work_type(dtype)], hl.cast(TYPES[dtype], value))
