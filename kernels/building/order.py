"""Numbers as integers in the same order, in which NaN is one end of the scale.

Minima and maxima of integers do not depend on the order in which they are
taken, and NaN wins them all; those of floating-point numbers on a processor do
neither.
"""

from __future__ import annotations

import halide as hl

from .types import TYPES

KEYS = {"u8": hl.UInt(8), "u16": hl.UInt(16), "f32": hl.Int(32), "f64": hl.Int(64)}
NANS = {"f32": (1 << 23) - 1, "f64": (1 << 52) - 1}
"""How many of the numbers of either sign are NaN."""


def key(value: hl.Expr, dtype: str, greatest: bool) -> hl.Expr:
    """Return `value`, first rounded to `dtype`, as an integer; NaN is the greatest or the least of all."""
    value = hl.cast(TYPES[dtype], value)
    if dtype not in NANS:
        return value
    return turned(mirrored(hl.reinterpret(KEYS[dtype], value)), -NANS[dtype] if greatest else NANS[dtype])


def unkey(value: hl.Expr, dtype: str, greatest: bool) -> hl.Expr:
    """Return the number whose key `value` is."""
    if dtype not in NANS:
        return value
    bits = mirrored(turned(hl.cast(KEYS[dtype], value), NANS[dtype] if greatest else -NANS[dtype]))
    return hl.reinterpret(TYPES[dtype], bits)


def is_nan(greatest_key: hl.Expr, dtype: str) -> hl.Expr:
    """Return whether a key in whose order NaN is the greatest stands for NaN."""
    kept = KEYS[dtype]
    return greatest_key > kept.max() - hl.cast(kept, hl.i64(2 * NANS[dtype]))


def mirrored(bits: hl.Expr) -> hl.Expr:
    """Return the bits of a floating-point number in the order of integers, or of such an integer as they were.

    Those of negative numbers grow with the magnitude.
    """
    kept = bits.type()
    return bits ^ ((bits >> (kept.bits() - 1)) & kept.max())


def turned(value: hl.Expr, steps: int) -> hl.Expr:
    """Return an integer so many steps on, where the least follows the greatest.

    So the NaN of one sign, beyond infinity at one end of the order, join those of the other sign at the other end.
    """
    kept = value.type()
    wrapping = hl.UInt(kept.bits())
    return hl.reinterpret(kept, hl.reinterpret(wrapping, value) + hl.cast(wrapping, hl.i64(steps)))


def extreme(a: hl.Expr, b: hl.Expr, greatest: bool) -> hl.Expr:
    """Return the greater or the lesser of two keys."""
    return hl.max(a, b) if greatest else hl.min(a, b)
