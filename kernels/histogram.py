"""How many pixels fall into each bin.

Neighbouring pixels often have the same value, and adding to the counter that
was just written would wait for the write. So neighbours count into tables of
their own, which are added up at the end. Integers count at their value;
floats at a first guess that the edges of its bin then correct, so that every
value falls into the very bin whose edges enclose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import halide as hl

from building.schedules import GUARD, ROUND_UP
from building.types import I32, TYPES, U32, constant

i, lane, strip, x, y = hl.vars("i lane strip x y")

BINS = {"u8": 256, "u16": 65536}
TABLES = {"u8": 4, "u16": 2, "f32": 8, "f64": 8}


@dataclass
class Inputs:
    image: hl.ImageParam


@dataclass
class FloatInputs:
    image: hl.ImageParam
    bins_per_unit: hl.Param
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
    bin more takes what lies outside.
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
    return FloatInputs(image, hl.Param(real, "bins_per_unit"), edges)


def near_bin(inputs: Any, value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the bin of `value`; for floats it may be the one beside it."""
    if dtype in BINS:
        return hl.cast(I32, value)
    outside = inputs.edges.dim(0).extent() - 2
    low, high = inputs.edges[0], inputs.edges[outside]
    # Compiled arithmetic takes it that no value is NaN or infinite, so it may see none: only their bits tell.
    bits = hl.reinterpret(hl.UInt(value.type().bits()), value)
    infinity = hl.reinterpret(bits.type(), constant(float("inf"), value.type()))
    finite = (bits << 1) < (infinity << 1)
    number = hl.reinterpret(value.type(), hl.select(finite, bits, hl.reinterpret(bits.type(), low)))
    within = finite & (number >= low) & (number <= high)
    scaled = (hl.clamp(number, low, high) - low) * inputs.bins_per_unit
    return hl.select(within, hl.min(hl.cast(I32, scaled), outside - 1), outside)


def right_bin(inputs: Any, near: hl.Expr, value: hl.Expr, dtype: str) -> hl.Expr:
    """Return the bin of `value`, which is `near` or beside it."""
    if dtype in BINS:
        return hl.unsafe_promise_clamped(near, 0, BINS[dtype] - 1)
    outside = inputs.edges.dim(0).extent() - 2
    near = hl.unsafe_promise_clamped(near, 0, outside)
    above = hl.cast(I32, value >= inputs.edges[near + 1])
    below = hl.cast(I32, value < inputs.edges[near])
    found = hl.select(near == outside, outside, hl.min(near + above - below, outside - 1))
    return hl.unsafe_promise_clamped(found, 0, outside)


def algorithm(inputs: Any, dtype: str) -> Stages:
    """Count in several tables for each strip; add the tables up."""
    image = inputs.image
    width, rows, strips = (image.dim(axis).extent() for axis in range(3))
    tables = TABLES[dtype]
    guess, counts, sums, total, output = hl.funcs("guess counts sums total output")
    body = hl.RDom([(0, width // tables), (0, rows)], "body")
    tail = hl.RDom([(0, width % tables), (0, rows)], "tail")
    column, first = body.x * tables + lane, width - width % tables

    guess[x, y, strip] = near_bin(inputs, image[x, y, strip], dtype)
    body_bin = right_bin(inputs, guess[column, body.y, strip], image[column, body.y, strip], dtype)
    last_value = image[first + tail.x, tail.y, strip]
    tail_bin = right_bin(inputs, near_bin(inputs, last_value, dtype), last_value, dtype)

    one = hl.cast(U32, 1)
    counts[i, lane, strip] = hl.cast(U32, 0)
    counts[body_bin, lane, strip] += one
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
    """A strip to a thread, whose tables are its own; neighbours unrolled."""
    counts, sums, output, body = stages.counts, stages.sums, stages.output, stages.body
    vector = 16
    sums.compute_root().parallel(strip).vectorize(i, vector, ROUND_UP)
    sums.update().reorder(i, stages.each.x, strip).parallel(strip).vectorize(i, vector, ROUND_UP)
    counts.compute_at(sums, strip).bound(lane, 0, TABLES[stages.dtype]).vectorize(i, vector, ROUND_UP)
    count = counts.update(0).reorder(lane, body.x, body.y).unroll(lane)
    count.specialize(stages.image.dim(0).stride() == 1)
    counts.update(1).unscheduled()
    if stages.dtype not in BINS:
        stages.guess.compute_at(counts, body.x).vectorize(x, TABLES[stages.dtype], ROUND_UP)
    total = stages.total.compute_root().vectorize(i, vector, ROUND_UP)
    total.update().reorder(i, stages.every.x).vectorize(i, vector, ROUND_UP)
    # Masked sums in place would take the caller's memory for aligned.
    output.vectorize(i, vector, GUARD)
