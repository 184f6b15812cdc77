"""Numbers as integers in the same order, in which NaN is one end of the scale.

Minima and maxima of integers do not depend on the order in which they are
taken, and NaN wins them all; those of floating-point numbers on a processor do
neither.
"""

from __future__ import annotations

import halide as hl

from .types import TYPES

KEYS = {"u8": hl.UInt(8), "u16": hl.UInt(16), "f32": hl.Int(32), "f64": hl.Int(64)}
INFINITY = {"f32": 0x7F800000, "f64": 0x7FF0000000000000}


def key(value: hl.Expr, dtype: str, greatest: bool) -> hl.Expr:
    """Return `value`, first rounded to `dtype`, as an integer; NaN is the greatest or the least of all."""
    kept = KEYS[dtype]
    value = hl.cast(TYPES[dtype], value)
    if dtype not in INFINITY:
        return value
    bits = hl.reinterpret(kept, value)
    magnitude = bits & kept.max()
    ordered = bits ^ ((bits >> (kept.bits() - 1)) & kept.max())
    last = kept.max() if greatest else kept.min()
    return hl.select(magnitude > hl.cast(kept, hl.i64(INFINITY[dtype])), last, ordered)


def unkey(value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the number whose key `value` is; both ends of the scale are NaN."""
    kept = KEYS[dtype]
    if dtype not in INFINITY:
        return value
    return hl.reinterpret(TYPES[dtype], value ^ ((value >> (kept.bits() - 1)) & kept.max()))


def extreme(a: hl.Expr, b: hl.Expr, greatest: bool) -> hl.Expr:
    """Return the greater or the lesser of two keys."""
    return hl.max(a, b) if greatest else hl.min(a, b)
