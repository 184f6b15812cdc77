"""The median of square windows by merging sorted columns.

Each column of the window is sorted once and shared by all windows that hold
it. Two neighbouring columns are merged, then two such pairs, and so on; only
the ranks that can still be the median are kept. The merging networks are
plain lists of minima and maxima: what nothing reads is never computed, so
they need no pruning by hand.

Floats are compared as integers of the same order, above which stands NaN: a
window whose largest number is NaN gives NaN.

References
----------
.. [1] K. E. Batcher, "Sorting networks and their applications", AFIPS Spring Joint Computer Conference 32, 1968,
   pp. 307-314.
.. [2] A. Adams, "Fast median filters using separable sorting networks", ACM Transactions on Graphics 40 (4), 2021.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Source, padded, source
from building.schedules import ROUND_UP, SHIFT, padded_rows, strips
from building.types import I32, TYPES, lanes

x, y, xo, xi, yo, yi = hl.vars("x y xo xi yo yi")


@dataclass
class Inputs:
    source: Source
    channels: hl.Param


@dataclass
class Stages:
    padded: Padded
    columns: hl.Func
    merged: list[hl.Func]
    median: hl.Func
    output: hl.Func
    dtype: str
    size: int
    width: hl.Expr


def inputs(dtype: str, size: int) -> Inputs:
    """The image and the number of its interleaved channels."""
    return Inputs(source(dtype), hl.Param(hl.UInt(8), "channels"))


def algorithm(inputs: Inputs, dtype: str, size: int) -> Stages:
    """Sort the columns, merge neighbours into pairs and fours, and take the middle of what the window holds."""
    real = dtype in ("f32", "f64")
    convert = functools.partial(ordered, dtype=dtype) if real else None
    channels = hl.cast(I32, inputs.channels)
    radius, middle = size // 2, size * size // 2
    extended = padded(inputs.source, dtype, hl.Expr(radius), hl.Expr(radius), channels, convert)
    p = extended.func

    columns = hl.Func("columns")
    columns[x, y] = hl.Tuple(sort([p[x, y + i] for i in range(-radius, radius + 1)]))

    # `stages[width]` holds the sorted pixels of `width` columns, without the lowest ones, `dropped` of them.
    stages = {1: (columns, 0, size)}
    width = 1
    while 2 * width <= size:
        func, dropped, count = stages[width]
        halves = [[func[x + d * channels, y][i] for i in range(count)] for d in (0, width)]
        all_pixels = merge(*halves)
        lowest = max(2 * dropped, 2 * width * size - 1 - middle)
        highest = min(2 * dropped + len(all_pixels) - 1, middle)
        both = hl.Func(f"columns{2 * width}")
        both[x, y] = hl.Tuple(all_pixels[lowest - 2 * dropped : highest + 1 - 2 * dropped])
        width *= 2
        stages[width] = (both, lowest, highest - lowest + 1)

    # The window is made of the largest power of two and smaller ones; the small ones are merged first.
    parts, left, missing = [], -radius, 0
    for width in sorted(stages, reverse=True):
        if (size - (left + radius)) >= width:
            func, dropped, count = stages[width]
            parts.append([func[x + left * channels, y][i] for i in range(count)])
            missing += dropped
            left += width
    rest = parts[-1]
    for part in parts[-2:0:-1]:
        rest = merge(rest, part)
    found = ranked(parts[0], rest, middle - missing)

    median, output = hl.funcs("median output")
    if real:
        tops = [columns[x + d * channels, y][size - 1] for d in range(-radius, radius + 1)]
        highest = functools.reduce(hl.max, tops)
        median[x, y] = unordered(hl.select(highest > key(dtype).infinity, key(dtype).nan, found), dtype)
    else:
        median[x, y] = found
    output[x, y] = median[x, y]

    result = output.output_buffer()
    result.dim(0).set_bounds(0, inputs.source.width)
    result.dim(1).set_bounds(0, inputs.source.image.dim(1).extent())
    merged = [func for func, _, _ in stages.values()][1:]
    return Stages(extended, columns, merged, median, output, dtype, size, inputs.source.width)


@dataclass
class Key:
    """The integers that stand for floats: their type, and the places of infinity and of NaN."""

    type: hl.Type
    magnitude: hl.Expr
    infinity: hl.Expr
    nan: hl.Expr


def key(dtype: str) -> Key:
    """Return the keys of `dtype`; NaN is the greatest of all."""
    if dtype == "f32":
        type, exponent = hl.Int(32), 0x7F800000
    else:
        type, exponent = hl.Int(64), 0x7FF0000000000000
    greatest = 2 ** (type.bits() - 1) - 1
    return Key(type, hl.cast(type, hl.i64(greatest)), hl.cast(type, hl.i64(exponent)), hl.cast(type, hl.i64(greatest)))


def ordered(value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the key of a float: integers compare as the numbers do, and every NaN is the greatest."""
    about = key(dtype)
    bits = hl.reinterpret(about.type, hl.cast(TYPES[dtype], value))
    signed = bits ^ ((bits >> (about.type.bits() - 1)) & about.magnitude)
    # Negative NaNs would be below minus infinity.
    return hl.select(signed < ~about.infinity, about.nan, signed)


def unordered(bits: hl.Expr, dtype: str) -> hl.Expr:
    """Return the float of a key."""
    about = key(dtype)
    return hl.reinterpret(TYPES[dtype], bits ^ ((bits >> (about.type.bits() - 1)) & about.magnitude))


def sort(values: list[hl.Expr]) -> list[hl.Expr]:
    """Return `values` in order, by Batcher's odd-even merge sort."""
    if len(values) == 1:
        return values
    half = len(values) // 2
    return merge(sort(values[:half]), sort(values[half:]))


def merge(a: list[hl.Expr], b: list[hl.Expr]) -> list[hl.Expr]:
    """Return two sorted lists as one, by Batcher's odd-even merge."""
    if not a or not b:
        return a + b
    if len(a) == len(b) == 1:
        return [hl.min(a[0], b[0]), hl.max(a[0], b[0])]
    even = merge(a[0::2], b[0::2])
    odd = merge(a[1::2], b[1::2])
    result = [even[0]]
    for low, high in zip(odd, even[1:]):
        result += [hl.min(low, high), hl.max(low, high)]
    paired = min(len(odd), len(even) - 1)
    return result + odd[paired:] + even[1 + paired :]


def ranked(a: list[hl.Expr], b: list[hl.Expr], rank: int) -> hl.Expr:
    """Return the number of `rank`, from 0, in the union of two sorted lists.

    It is the least number that is not below some i of `a` and rank + 1 - i of `b`.
    """
    found = None
    for i in range(max(0, rank + 1 - len(b)), min(len(a), rank + 1) + 1):
        j = rank + 1 - i
        if i == 0:
            greatest = b[j - 1]
        elif j == 0:
            greatest = a[i - 1]
        else:
            greatest = hl.max(a[i - 1], b[j - 1])
        found = greatest if found is None else hl.min(found, greatest)
    return found


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 64 rows, row by row: the rows in flight, and what is sorted of them, stay in the first cache."""
    vector = lanes(stages.dtype)
    output = stages.output
    strips(output, y, yo, yi, 64)
    output.specialize(stages.width >= vector).vectorize(x, vector, SHIFT)

    stages.median.compute_at(output, yi).vectorize(x, vector, ROUND_UP).align_storage(x, vector)
    if stages.size > 3:
        stages.columns.compute_at(output, yi).vectorize(x, vector, ROUND_UP).align_storage(x, vector)
    for func in stages.merged[:-1]:
        func.compute_at(output, yi).vectorize(x, vector, ROUND_UP).align_storage(x, vector)

    rows_in_flight = 1 << stages.size.bit_length() if stages.size & (stages.size - 1) else stages.size
    stages.padded.func.store_at(output, yo).compute_at(output, yi).fold_storage(y, rows_in_flight)
    padded_rows(stages.padded)
