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
    return wrapped_offset(
        twos_complement(hl.reinterpret(KEYS[dtype], value)), -NANS[dtype] if greatest else NANS[dtype]
    )


def unkey(value: hl.Expr, dtype: str, greatest: bool) -> hl.Expr:
    """Return the number whose key `value` is."""
    if dtype not in NANS:
        return value
    bits = twos_complement(wrapped_offset(hl.cast(KEYS[dtype], value), NANS[dtype] if greatest else -NANS[dtype]))
    return hl.reinterpret(TYPES[dtype], bits)


def is_nan(greatest_key: hl.Expr, dtype: str) -> hl.Expr:
    """Return whether a key in whose order NaN is the greatest stands for NaN."""
    key_type = KEYS[dtype]
    return greatest_key > key_type.max() - hl.cast(key_type, hl.i64(2 * NANS[dtype]))


def twos_complement(bits: hl.Expr) -> hl.Expr:
    """Return the bits of a floating-point number as an integer in the same order, or the bits of such an integer.

    A floating-point number is a sign and a magnitude: the bits of a negative number grow with its magnitude.
    """
    word = bits.type()
    return bits ^ ((bits >> (word.bits() - 1)) & word.max())


def wrapped_offset(value: hl.Expr, offset: int) -> hl.Expr:
    """Return the sum of an integer and `offset`, where the least integer follows the greatest.

    NaN of one sign, which lie beyond infinity at one end of the order, join those of the other sign at the other end.
    """
    signed = value.type()
    unsigned = hl.UInt(signed.bits())
    return hl.reinterpret(signed, hl.reinterpret(unsigned, value) + hl.cast(unsigned, hl.i64(offset)))


def extreme(a: hl.Expr, b: hl.Expr, greatest: bool) -> hl.Expr:
    """Return the greater or the lesser of two keys."""
    return hl.max(a, b) if greatest else hl.min(a, b)
