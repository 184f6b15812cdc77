"""The median of square windows by merging sorted columns.

Each column of the window is sorted once and shared by all windows that hold
it. Two neighboring columns are merged, then two such pairs, and so on; only
the ranks that can still be the median are kept. The merging networks are
plain lists of minima and maxima: what nothing reads is never computed, so
they need no pruning by hand.

Floats are compared as integers in the same order, of which NaN is the greatest:
a window whose greatest number is NaN gives NaN.

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
from building.order import KEYS, NANS, is_nan, key, unkey
from building.schedules import GUARD, NEVER, ROUND_UP, SHIFT, padded_rows, strips
from building.types import I32, U16

x, y, yo, yi, yb = hl.vars("x y yo yi yb")


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


def inputs(dtype: str, size: int) -> Inputs:
    """The image and the number of its interleaved channels."""
    return Inputs(source(dtype), hl.Param(U16, "channels"))


def algorithm(inputs: Inputs, dtype: str, size: int) -> Stages:
    """Sort the columns, merge neighbors into pairs and fours, and take the middle of what the window holds."""
    convert = functools.partial(key, dtype=dtype, greatest=True)
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
    if dtype in NANS:
        tops = [columns[x + d * channels, y][size - 1] for d in range(-radius, radius + 1)]
        top = functools.reduce(hl.max, tops)
        found = hl.select(is_nan(top, dtype), top, found)
    median[x, y] = unkey(found, dtype, True)
    output[x, y] = median[x, y]

    inputs.source.set_shape(output, radius)
    merged = [func for func, _, _ in stages.values()][1:]
    return Stages(extended, columns, merged, median, output, dtype, size)


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
    for low, high in zip(odd, even[1:], strict=False):
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
    """Strips of 64 rows, row by row: the rows in flight, and what is sorted of them, stay in the first cache.

    Three pixels are quicker sorted again than kept; their rows are in blocks of 4, which are padded together. Networks
    want registers: vectors of twice the machine's width were slower, and twice the code. A row that is narrower than a
    vector is computed as one, of which a part is stored: a median 3 of 64 x 12 bytes takes 1.0 us, and 7 if its pixels
    are computed one by one (AMD EPYC, Zen 5, AVX-512).
    """
    vector = target.natural_vector_size(KEYS[stages.dtype])
    output = stages.output
    strips(output, y, yo, yi, 64)
    if stages.size == 3:
        output.split(yi, yi, yb, 4, GUARD).partition(yb, NEVER)
    output.specialize(stages.padded.width >= vector).vectorize(x, vector, SHIFT)
    output.vectorize(x, vector, hl.TailStrategy.PredicateStores)

    held = [stages.median, stages.columns, *stages.merged[:-1]] if stages.size > 3 else []
    for func in held:
        func.hoist_storage(output, yo).compute_at(output, yi)
        func.vectorize(x, vector, ROUND_UP).align_storage(x, vector)
    stages.padded.func.store_at(output, yo).compute_at(output, yi).fold_storage(y, 8)
    padded_rows(stages.padded)
