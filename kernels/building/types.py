"""Element types, and the conversions between them."""

from __future__ import annotations

import halide as hl

TYPES = {
    "u8": hl.UInt(8),
    "u16": hl.UInt(16),
    "u32": hl.UInt(32),
    "i16": hl.Int(16),
    "i32": hl.Int(32),
    "f32": hl.Float(32),
    "f64": hl.Float(64),
}

I32 = hl.Int(32)
U16 = hl.UInt(16)
U32 = hl.UInt(32)
F32 = hl.Float(32)
F64 = hl.Float(64)

VECTOR_BYTES = 64
"""Every schedule is written for the widest vectors; narrower machines run each as two or four."""


def lanes(dtype: str) -> int:
    """Return how many elements of `dtype` one vector holds."""
    return VECTOR_BYTES // TYPES[dtype].bytes()


def accumulator(dtype: str) -> hl.Type:
    """Return the floating-point type in which sums of `dtype` are kept."""
    return F64 if dtype == "f64" else F32


def constant(value: float, dtype: hl.Type) -> hl.Expr:
    """Return a constant of exactly `dtype`; plain Python floats would be doubles."""
    return hl.cast(dtype, hl.f64(value)) if dtype == F64 else hl.cast(dtype, hl.f32(value))


def saturated(value: hl.Expr, dtype: str) -> hl.Expr:
    """Return `value` as `dtype`: rounded to nearest and saturated where that is an integer type."""
    value = hl.Expr(value)
    if dtype in ("f32", "f64"):
        return hl.cast(TYPES[dtype], value)
    top = constant(2 ** TYPES[dtype].bits() - 1, value.type())
    rounded = hl.clamp(value + constant(0.5, value.type()), constant(0, value.type()), top)
    return hl.cast(TYPES[dtype], hl.cast(I32, rounded))


def high_product(a: hl.Expr, b: hl.Expr) -> hl.Expr:
    """Return the upper 16 bits of the product of two 16-bit numbers."""
    return hl.cast(U16, (hl.cast(U32, a) * hl.cast(U32, b)) >> 16)


def table_radius(weights: hl.ImageParam) -> hl.Expr:
    """Return the radius of a table of 2 * radius + 1 weights.

    It passes through an unsigned type so that bounds inference knows that it is not negative.
    """
    return hl.cast(I32, hl.cast(U16, weights.dim(0).extent() // 2))
