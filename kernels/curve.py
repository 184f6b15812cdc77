"""A function of each element in single precision: powers, logarithms, their inverse, and sigmoids.

All are made of the logarithm and the power of two, which are polynomials.
Powers of two are taken in double precision, so that large exponents lose
nothing; the largest error of a power is 0.6, of a logarithm 3, of the others 2
units in the last place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import halide as hl

from building.schedules import GUARD, NEVER, SHIFT
from building.types import F32, F64, I32, U32, constant, lanes

x, xo, xi = hl.vars("x xo xi")

LOGARITHM = (
    *(1.4426950216293335, -0.7213473320007324, 0.48089852929115295, -0.36069655418395996, 0.28855255246162415),
    *(-0.23960812389850616, 0.20485764741897583, -0.19138838350772858, 0.18476033210754395, -0.10749789327383041),
)
"""log2(1 + r) is r times this polynomial, but for 5e-9 of itself, from sqrt(0.5) - 1 to sqrt(2) - 1."""

LOGARITHM_REST = 1.9259629911293902e-08
"""What the first coefficient lacks in single precision."""

LOGARITHM_DOUBLE = (
    *(1.4426950408708794, -0.7213475209631551, 0.4808983601762459, -0.36067365531593976, 0.28853739437873965),
    *(-0.2404543369641106, 0.20617283226751484, -0.18027102577135462, 0.15878356832526427, -0.14349039375077938),
    *(0.14495052999585484, -0.1414478821131718, 0.07553790399099401),
)
"""The same but for 2e-11 of itself."""

POWER = (
    *(0.6931471880262288, 0.24022650760568126, 0.055503571142190775),
    *(0.009618082557277844, 0.0013390863364671239, 0.00015453162945122594),
)
"""2 ** f - 1 is f times this polynomial, but for 1.3e-8 of itself, from -0.5 to 0.5."""

ROOT_HALF = 0x3F3504F3
MANTISSA = 23
BIAS = 127
INFINITE = 0x7F800000
SIGN = -(1 << 31)
LEAST_NORMAL = 1.1754943508222875e-38
LARGEST = 1000.0
"""Two to this power is infinite in single precision, whatever the factor, and to minus this power 0."""


@dataclass
class Inputs:
    image: hl.ImageParam
    factor: hl.Param


@dataclass
class Shaped:
    """With a number that shapes the curve: the exponent of a power, or the middle of a sigmoid."""

    image: hl.ImageParam
    shape: hl.Param
    factor: hl.Param


@dataclass
class Stages:
    output: hl.Func
    width: hl.Expr


def inputs(name: str) -> Inputs | Shaped:
    """Any number of elements, and the factor of the result, or of the exponent of 2 in a sigmoid."""
    image = hl.ImageParam(F32, 1, "image")
    image.dim(0).set_min(0)
    if name in ("power", "sigmoid"):
        return Shaped(image, hl.Param(F64, "shape"), hl.Param(F64, "factor"))
    return Inputs(image, hl.Param(F64, "factor"))


def polynomial(coefficients: Sequence[float], at: hl.Expr) -> hl.Expr:
    """Return a polynomial as pairs of its terms, pairs of these, and so on: few operations wait for others."""
    terms = [constant(coefficient, at.type()) for coefficient in coefficients]
    while len(terms) > 1:
        pairs = [low + at * high for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        at = at * at
    return terms[0]


def fused(name: str, value: hl.Expr) -> hl.Expr:
    """Return a value whose products and sums may be one operation, even inside of what is strict."""
    func = hl.Func(name)
    func[x] = value
    return hl.Expr(func[x])


def exponent_of(value: hl.Expr) -> hl.Expr:
    """Return the power of two that a normal number has to be divided by to be between the roots of 0.5 and 2."""
    return (hl.reinterpret(I32, value) - ROOT_HALF) >> MANTISSA


def parts(exponent: hl.Expr) -> tuple[hl.Expr, hl.Expr]:
    """Return 2 to the power of the nearest integer, and 2 to the power of the rest, less 1."""
    limited = hl.clamp(exponent, constant(-LARGEST, F64), constant(LARGEST, F64))
    nearest = hl.round(limited)
    whole = hl.reinterpret(F64, (hl.cast(hl.Int(64), hl.cast(I32, nearest)) + hl.i64(1023)) << hl.i64(52))
    rest = limited - nearest
    return whole, rest * polynomial(POWER, rest)


def power(inputs: Shaped, size: hl.Expr) -> hl.Expr:
    """Return powers."""
    small = size < constant(LEAST_NORMAL, F32)
    normal = hl.select(small, size * constant(1 << MANTISSA + 1, F32), size)
    exponent = exponent_of(normal)
    mantissa = hl.reinterpret(F32, hl.reinterpret(I32, normal) - (exponent << MANTISSA))
    rest = hl.cast(F64, mantissa) - constant(1, F64)
    exponent -= hl.select(small, MANTISSA + 1, 0)
    logarithm = hl.cast(F64, exponent) + rest * polynomial(LOGARITHM_DOUBLE, rest)
    whole, part = parts(inputs.shape * logarithm)
    found = hl.cast(F32, inputs.factor * (whole + whole * part))
    of_ends = hl.select(inputs.shape == 0, hl.cast(F32, inputs.factor), size * hl.cast(F32, inputs.factor))
    bits = hl.reinterpret(I32, size)
    return hl.select((bits == 0) | (bits == INFINITE), of_ends, found)


def logarithm(inputs: Inputs, size: hl.Expr) -> hl.Expr:
    """Return logarithms of 1 and more."""
    one = constant(1, F32)
    exponent = (hl.reinterpret(U32, size + one) - hl.u32(ROOT_HALF)) >> hl.u32(MANTISSA)
    # Four times the divisor's inverse, which is normal for the largest numbers, too.
    scale = hl.reinterpret(F32, (hl.u32(BIAS + 2) - exponent) << hl.u32(MANTISSA))
    quarter = constant(0.25, F32)
    # Where the exponent is 0, the rest is the number itself.
    rest = fused("rest", hl.strict_float(size * scale * quarter + (scale * quarter - one)))
    low = fused("low", rest * polynomial((LOGARITHM_REST, *LOGARITHM[1:]), rest))
    product = hl.strict_float(rest * constant(LOGARITHM[0], F32))
    found = hl.strict_float(hl.cast(F32, hl.cast(I32, exponent)) + (product + low)) * hl.cast(F32, inputs.factor)
    return hl.select(hl.reinterpret(I32, size) == INFINITE, size * hl.cast(F32, inputs.factor), found)


def exponential(inputs: Inputs, size: hl.Expr) -> hl.Expr:
    """Return powers of two, less 1."""
    whole, part = parts(hl.cast(F64, size))
    part = fused("part", part)
    return hl.cast(F32, hl.strict_float(whole * part + (whole - constant(1, F64))) * inputs.factor)


def sigmoid(inputs: Shaped, value: hl.Expr) -> hl.Expr:
    """Return sigmoids; those that are no normal numbers are 0."""
    whole, part = parts(inputs.factor * (inputs.shape - hl.cast(F64, value)))
    divisor = fused("divisor", hl.cast(F32, constant(1, F64) + (whole + whole * part)))
    return hl.strict_float(constant(1, F32) / divisor)


def algorithm(inputs: Inputs | Shaped, name: str) -> Stages:
    """Negative values become what their absolute values do, but for sigmoids; NaN stays."""
    image = inputs.image
    bits = hl.reinterpret(I32, image[x])
    size_bits = bits & ~SIGN
    if name == "sigmoid":
        # The largest number instead of infinity, which is no number if it is multiplied by 0.
        found = sigmoid(inputs, hl.reinterpret(F32, hl.min(size_bits, INFINITE - 1) | (bits & SIGN)))
    else:
        function = {"power": power, "logarithm": logarithm, "exponential": exponential}[name]
        of_size = function(inputs, hl.reinterpret(F32, size_bits))
        found = hl.reinterpret(F32, hl.reinterpret(I32, of_size) | (bits & SIGN))
    output = hl.Func("output")
    output[x] = hl.select(size_bits > INFINITE, image[x], found)
    output.output_buffer().dim(0).set_bounds(0, image.dim(0).extent())
    return Stages(output, image.dim(0).extent())


def schedule(stages: Stages, target: hl.Target) -> None:
    """Strips of 8192 elements.

    One thread of AMD EPYC (Zen 5), 512 x 512, powers, logarithms, their inverse and sigmoids, in us: 270, 66, 140, 140
    with AVX-512, 440, 120, 230, 220 with AVX2. NumPy's powers alone take 270 with AVX-512.
    """
    output, vector = stages.output, lanes("f32")
    few = (stages.width >= vector) & (stages.width <= 8192)
    output.specialize(few).vectorize(x, vector, SHIFT)  # a strip has as many steps as it needs
    wide = output.specialize(stages.width >= vector).split(x, x, xi, vector, SHIFT).vectorize(xi)
    wide.split(x, xo, x, 8192 // vector, GUARD).parallel(xo).partition(xo, NEVER).partition(x, NEVER)
