"""Responses of corners: from the structure tensor of planes, which is never stored as a whole.

Sobel's derivatives, their three products, two weighted sums along the axes, and a function of the three sums. Products
beyond the border are 0. Arguments after the border: the weights along rows and columns, which function, its parameter,
the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl

from building.borders import Padded, Source, padded, source, source_row
from building.schedules import GUARD, NEVER, ROUND_UP, padded_rows
from building.types import I32, U16, accumulator, constant, lanes, table_radius

x, y, xo, xi, xb, yo, yi, yb = hl.vars("x y xo xi xb yo yi yb")

METHODS = ("k", "eps", "eigenvalue")
"""The functions, by their numbers: Harris', Noble's, and Shi and Tomasi's."""

BLOCK = 4
"""Rows and vectors whose sums are kept in registers."""


@dataclass
class Inputs:
    source: Source
    row_weights: hl.ImageParam
    column_weights: hl.ImageParam
    method: hl.Param
    parameter: hl.Param
    channels: hl.Param


@dataclass
class Stages:
    padded: Padded
    products: hl.Func
    column_sums: hl.Func
    columns: hl.Func
    row_sums: hl.Func
    response: hl.Func
    output: hl.Func
    methods: list[hl.Expr]
    taps_y: hl.RDom
    taps_x: hl.RDom
    work: str


def inputs(dtype: str) -> Inputs:
    """Odd numbers of symmetric weights, indexed from 0; the middle one belongs to the pixel itself."""
    real = accumulator(dtype)
    weights = [hl.ImageParam(real, 1, name) for name in ("row_weights", "column_weights")]
    for table in weights:
        table.dim(0).set_min(0)
    return Inputs(
        source(dtype), *weights, hl.Param(U16, "method"), hl.Param(real, "parameter"), hl.Param(U16, "channels")
    )


def algorithm(inputs: Inputs, dtype: str) -> Stages:
    """Take differences first, so that they are exactly 0 where the image is flat."""
    real = accumulator(dtype)
    channels = hl.cast(I32, inputs.channels)
    across_weights, down_weights = inputs.row_weights, inputs.column_weights
    radius_x, radius_y = table_radius(across_weights), table_radius(down_weights)
    extended = padded(inputs.source, dtype, hl.Expr(1), radius_y + 1, channels, lambda value: hl.cast(real, value))
    p = extended.func

    across, down, products = hl.funcs("across down products")
    column_sums, columns, row_sums, response, output = hl.funcs("column_sums columns row_sums response output")
    zero, two = constant(0, real), constant(2, real)
    across[x, y] = p[x + channels, y] - p[x - channels, y]
    down[x, y] = p[x, y + 1] - p[x, y - 1]
    column = two * across[x, y] + (across[x, y - 1] + across[x, y + 1])
    row = two * down[x, y] + (down[x - channels, y] + down[x + channels, y])
    inside = (x >= 0) & (x < inputs.source.width) & (source_row(inputs.source, y + radius_y + 1) >= 0)
    column, row = hl.select(inside, column, zero), hl.select(inside, row, zero)
    products[x, y] = hl.Tuple([row * row, row * column, column * column])

    i, j = hl.RDom([(0, radius_x)], "i"), hl.RDom([(0, radius_y)], "j")

    def weighted(weight: hl.Expr, terms: list[list[hl.Expr]], start: list[hl.Expr] | None = None) -> hl.Tuple:
        """Return the sums of the elements of `terms` times a weight, added to those of `start`."""
        sums = [weight * sum(each[1:], each[0]) for each in zip(*terms, strict=True)]
        return hl.Tuple(sums if start is None else [a + b for a, b in zip(start, sums, strict=True)])

    def elements(func: hl.Func, column: hl.Expr, row: hl.Expr) -> list[hl.Expr]:
        return [func[column, row][k] for k in range(3)]

    # Pairs of taps, so that a mirrored image has the mirrored response.
    column_sums[x, y] = weighted(down_weights[radius_y], [elements(products, x, y)])
    pair = [elements(products, x, y + (j - radius_y)), elements(products, x, y + (radius_y - j))]
    column_sums[x, y] = weighted(down_weights[j], pair, elements(column_sums, x, y))
    columns[x, y] = column_sums[x, y]
    row_sums[x, y] = weighted(across_weights[radius_x], [elements(columns, x, y)])
    pair = [elements(columns, x + step * channels, y) for step in (i - radius_x, radius_x - i)]
    row_sums[x, y] = weighted(across_weights[i], pair, elements(row_sums, x, y))

    rr, rc, cc = (row_sums[x, y][k] for k in range(3))
    trace, determinant, difference = rr + cc, rr * cc - rc * rc, rr - cc
    smaller = (trace - hl.sqrt(difference * difference + constant(4, real) * (rc * rc))) * constant(0.5, real)
    methods = [inputs.method == number for number in range(len(METHODS))]
    response[x, y] = hl.select(
        methods[0],
        determinant - inputs.parameter * (trace * trace),
        methods[1],
        two * determinant / (trace + inputs.parameter),
        smaller,
    )
    output[x, y] = response[x, y]
    inputs.source.set_shape(output, radius_y + 1)
    work = "f64" if dtype == "f64" else "f32"
    return Stages(extended, products, column_sums, columns, row_sums, response, output, methods, j, i, work)


def schedule(stages: Stages, target: hl.Target) -> None:
    """Tiles of 64 rows by 16 vectors, whose products are kept; blocks of sums in registers."""
    vector = lanes(stages.work)
    output, columns, products = stages.output, stages.columns, stages.products
    output.split(y, yo, yi, 64, GUARD).split(yi, yi, yb, BLOCK, GUARD)
    output.split(x, xo, xi, 16 * vector, GUARD).split(xi, xi, xb, BLOCK * vector, GUARD)
    output.reorder(xb, xi, yb, yi, xo, yo).vectorize(xb, vector).unroll(xb).parallel(yo)
    for variable in (yo, xo, yi):
        output.partition(variable, NEVER)

    # Within the response, so that the sums are not compiled anew for each of its functions.
    response = stages.response.compute_at(output, xi).bound_extent(x, BLOCK * vector).vectorize(x, vector).unroll(x)
    for method in stages.methods:
        response.specialize(method)
    row_sums = stages.row_sums.compute_at(output, xi).bound_extent(x, BLOCK * vector)
    row_sums.vectorize(x, vector).unroll(x)
    row_sums.update().reorder(x, y, stages.taps_x.x).vectorize(x, vector).unroll(x)

    columns.compute_at(output, yi).split(x, xo, xi, vector, ROUND_UP).split(y, yo, yi, BLOCK, ROUND_UP)
    columns.reorder(xi, yi, xo, yo).vectorize(xi, vector).unroll(yi).align_storage(x, vector)
    column_sums = stages.column_sums.compute_at(columns, xo).vectorize(x, vector).unroll(y)
    column_sums.update().reorder(x, y, stages.taps_y.x).vectorize(x, vector).unroll(y)

    products.compute_at(output, xo).vectorize(x, vector, ROUND_UP).align_storage(x, vector)
    stages.padded.func.compute_at(output, yo)
    padded_rows(stages.padded)
