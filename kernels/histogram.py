"""How many pixels fall into each bin.

Adjacent pixels often have the same value, and incrementing a counter that was
just written waits for the write. So adjacent pixels are counted in different
tables, which are added up at the end. Integers are counted at their value.
The bin of a float is estimated and then corrected by the edges of the bins, so
that every value falls into the bin whose edges enclose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import halide as hl

from building.schedules import GUARD, ROUND_UP
from building.types import I32, TYPES, U32, constant

i, table, strip, x, y = hl.vars("i table strip x y")

BINS = {"u8": 256, "u16": 65536}

UNROLLED = 8
"""How many adjacent pixels one iteration counts."""

NARROW = {"f32": (2.0**-100, 2.0**100), "f64": (2.0**-900, 2.0**900)}
"""Ranges below the first number are magnified by the second."""

# More tables spread the writes over more cache lines; fewer make adjacent pixels of one value wait. AMD EPYC (Zen 5),
# one thread, 512 x 512 uint8, with 1, 2, 4, 8 tables: noise 55, 55, 61, 68 us (OpenCV 62); one value 67, 53, 49,
# 60 us (70); smooth 128, 90, 70, 65 us (122).
TABLES = {"u8": 2, "u16": 2, "f32": 8, "f64": 8}


@dataclass
class Inputs:
    image: hl.ImageParam


@dataclass
class FloatInputs:
    image: hl.ImageParam
    edges: hl.ImageParam


@dataclass
class Stages:
    guess: hl.Func
    counts: hl.Func
    sums: hl.Func
    total: hl.Func
    output: hl.Func
    image: hl.ImageParam
    body: hl.RDom
    each: hl.RDom
    every: hl.RDom
    dtype: str


def inputs(dtype: str) -> Any:
    """The image is (strips, rows, columns); threads share the strips.

    For floats, ``edges`` are the edges of the bins and one number more; one
    bin more counts what lies outside. The edges are finite and increase.
    """
    image = hl.ImageParam(TYPES[dtype], 3, "image")
    image.dim(0).set_min(0).set_stride(hl.Expr())
    image.dim(1).set_min(0)
    image.dim(2).set_min(0)
    if dtype in BINS:
        return Inputs(image)
    real = TYPES[dtype]
    edges = hl.ImageParam(real, 1, "edges")
    edges.dim(0).set_min(0)
    return FloatInputs(image, edges)


def near_bin(inputs: Any, value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the bin of `value`; for floats it may be the one beside it."""
    if dtype in BINS:
        return hl.cast(I32, value)
    outside = inputs.edges.dim(0).extent() - 2
    low, high = inputs.edges[0], inputs.edges[outside]
    real = value.type()
    # Compiled arithmetic assumes that no value is NaN or infinite, so it must not see any: only the bits tell.
    finite = (bits_of(value) << 1) < (bits_of(constant(float("inf"), real)) << 1)
    number = hl.reinterpret(real, hl.select(finite, bits_of(value), bits_of(low)))
    within = finite & (number >= low) & (number <= high)
    number = hl.select(within, number, low)
    # Magnified, since the number of bins per unit of a narrow range can exceed the largest float.
    narrow, magnified = NARROW[dtype]
    factor = hl.select(high - low < constant(narrow, real), constant(magnified, real), constant(1, real))
    bins_per_unit = hl.cast(real, outside) / ((high - low) * factor)
    position = hl.strict_float((number - low) * factor * bins_per_unit)
    # Whatever the edges are, the index is one of a bin: unsigned, one minimum bounds it on both sides.
    index = hl.min(hl.reinterpret(U32, hl.cast(I32, position)), hl.cast(U32, outside - 1))
    return hl.select(within, hl.reinterpret(I32, index), outside)


def bits_of(number: hl.Expr) -> hl.Expr:
    """Return the bits of a floating-point number as an unsigned integer."""
    return hl.reinterpret(hl.UInt(number.type().bits()), number)


def right_bin(inputs: Any, near: hl.Expr, value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the bin of `value`, which is `near` or beside it."""
    if dtype in BINS:
        return hl.unsafe_promise_clamped(near, 0, BINS[dtype] - 1)
    outside = inputs.edges.dim(0).extent() - 2
    near = hl.unsafe_promise_clamped(near, 0, outside)
    above = hl.cast(I32, value >= inputs.edges[near + 1])
    below = hl.cast(I32, value < inputs.edges[near])
    corrected = hl.min(hl.reinterpret(U32, near + above - below), hl.cast(U32, outside - 1))
    found = hl.select(near == outside, outside, hl.reinterpret(I32, corrected))
    return hl.unsafe_promise_clamped(found, 0, outside)


def algorithm(inputs: Any, dtype: str) -> Stages:
    """Count in several tables for each strip; add the tables up."""
    image = inputs.image
    width, rows, strips = (image.dim(axis).extent() for axis in range(3))
    tables = TABLES[dtype]
    guess, counts, sums, total, output = hl.funcs("guess counts sums total output")
    body = hl.RDom([(0, UNROLLED), (0, width // UNROLLED), (0, rows)], "body")
    tail = hl.RDom([(0, width % UNROLLED), (0, rows)], "tail")
    column, last = body.x + UNROLLED * body.y, width - width % UNROLLED + tail.x

    guess[x, y, strip] = near_bin(inputs, image[x, y, strip], dtype)
    body_bin = right_bin(inputs, guess[column, body.z, strip], image[column, body.z, strip], dtype)
    last_value = image[last, tail.y, strip]
    tail_bin = right_bin(inputs, near_bin(inputs, last_value, dtype), last_value, dtype)

    one = hl.cast(U32, 1)
    counts[i, table, strip] = hl.cast(U32, 0)
    counts[body_bin, body.x % tables, strip] += one
    counts[tail_bin, 0, strip] += one
    each, every = hl.RDom([(0, tables)], "each"), hl.RDom([(0, strips)], "every")
    sums[i, strip] = hl.cast(U32, 0)
    sums[i, strip] += counts[i, each, strip]
    total[i] = hl.cast(U32, 0)
    total[i] += sums[i, every]
    output[i] = total[i]

    result = output.output_buffer()
    result.dim(0).set_bounds(0, BINS[dtype] if dtype in BINS else inputs.edges.dim(0).extent() - 1)
    return Stages(guess, counts, sums, total, output, image, body, each, every, dtype)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Each thread counts one strip in tables of its own."""
    counts, sums, output, body = stages.counts, stages.sums, stages.output, stages.body
    vector = 16
    sums.compute_root().parallel(strip).vectorize(i, vector, ROUND_UP)
    sums.update().reorder(i, stages.each.x, strip).parallel(strip).vectorize(i, vector, ROUND_UP)
    counts.compute_at(sums, strip).bound(table, 0, TABLES[stages.dtype]).vectorize(i, vector, ROUND_UP)
    count = counts.update(0).unroll(body.x)
    count.specialize(stages.image.dim(0).stride() == 1)
    counts.update(1).unscheduled()
    if stages.dtype not in BINS:
        stages.guess.compute_at(counts, body.y).vectorize(x, UNROLLED)
    total = stages.total.compute_root().vectorize(i, vector, ROUND_UP)
    total.update().reorder(i, stages.every.x).vectorize(i, vector, ROUND_UP)
    # Masked sums in place would take the caller's memory for aligned.
    output.vectorize(i, vector, GUARD)
