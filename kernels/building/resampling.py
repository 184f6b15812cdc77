"""What the two resampling kernels share: their tables, and the arithmetic of bytes and of floating point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import halide as hl

from .types import I32, TYPES, accumulator, constant, saturated

FRACTION_BITS = 7
"""Bytes are held as 16-bit numbers with so many bits of fraction. Each multiplication by a weight, which has 14 bits
of fraction, takes one away; what remains is room for the overshoot of cubic and Lanczos kernels."""

BLOCK = {"i16": 16, "f32": 8, "f64": 8}
"""How many rows are kept as neighbours: a vector for AVX2. More gain little, and cost more to transpose."""

COMMON_TAPS = (2, 4)
"""How many pixels linear and cubic interpolation weigh; these have code of their own."""

LEAST_WIDTH = 64
"""Planes are at least so many columns wide; the library widens others."""

PIECE = 256
"""Rows are transposed in pieces: long enough for the cache to foresee them, and short enough to stay in it."""

I16 = hl.Int(16)


@dataclass
class Axis:
    """For each output along an axis the first input, and the weights of that and of those that follow."""

    starts: hl.ImageParam
    weights: hl.ImageParam

    @property
    def count(self) -> hl.Expr:
        """How many inputs an output is made from."""
        return self.weights.dim(1).extent()

    def taps(self, name: str) -> hl.RDom:
        """Return the numbers of those inputs; the promise tells bounds inference that there are some."""
        return hl.RDom([(0, hl.unsafe_promise_clamped(self.count, 1, 1 << 24))], name)


def axis(name: str, work: str) -> Axis:
    """Return the tables of one axis: weights are indexed by the output, then by the tap."""
    starts = hl.ImageParam(I32, 1, f"{name}_starts")
    starts.dim(0).set_min(0)
    weights = hl.ImageParam(TYPES[work], 2, f"{name}_weights")
    for dimension in (0, 1):
        weights.dim(dimension).set_min(0)
    return Axis(starts, weights)


def plane(dtype: str) -> hl.ImageParam:
    """Return the parameter of a plane of `dtype` whose columns are neighbours."""
    image = hl.ImageParam(TYPES[dtype], 2, "image")
    for dimension in (0, 1):
        image.dim(dimension).set_min(0)
    return image


def work_type(dtype: str, fixed: bool) -> str:
    """Return the type in which pixels of `dtype` are weighted."""
    return "i16" if fixed else ("f64" if accumulator(dtype) == TYPES["f64"] else "f32")


def to_working(value: hl.Expr, work: str) -> hl.Expr:
    """Return a pixel in the working type."""
    if work == "i16":
        return hl.cast(I16, hl.cast(hl.UInt(16), value) << FRACTION_BITS)
    return hl.cast(TYPES[work], value)


def weighted(value: hl.Expr, weight: hl.Expr, work: str) -> hl.Expr:
    """Return `value` times `weight`, rounded to the nearest where that is fixed point."""
    if work == "i16":
        return hl.rounding_mul_shift_right(value, weight, hl.cast(hl.UInt(16), 15))
    return value * weight


def from_first(value: Callable[[hl.Expr], hl.Expr], tap: hl.Expr, dtype: str, work: str) -> tuple[hl.Expr, hl.Expr]:
    """Return what a weighted sum starts with, and what is weighted of a tap, whose pixel is `value` of its number.

    Floating-point pixels are weighted by their difference from the first one, so that equal pixels give exactly their
    value, whatever the weights are rounded to. It costs a subtraction, and for linear interpolation nothing. The
    weights must sum to one, but for rounding. Integers are rounded in the end, or have weights that sum to one exactly.
    """
    if dtype not in ("f32", "f64"):
        return zero(work), value(tap)
    first = value(hl.Expr(0))
    return first, value(tap) - first


def zero(work: str) -> hl.Expr:
    return hl.cast(I16, 0) if work == "i16" else constant(0, TYPES[work])


def from_working(value: hl.Expr, dtype: str, work: str) -> hl.Expr:
    """Return a sum that was weighted twice as a pixel, rounded to nearest and saturated."""
    if work == "i16":
        bits = FRACTION_BITS - 2
        return hl.cast(TYPES[dtype], hl.clamp((value + (1 << (bits - 1))) >> bits, 0, 255))
    return saturated(value, dtype)
