"""Color spaces: a function of each channel, a matrix of the three, and so on in turn.

Most color spaces are such a chain. sRGB becomes CIELAB by the exponent of the
display, a matrix, a cube root, and another matrix; the stains of a microscope
section are a logarithm and a matrix. The matrices are parameters, so that white
points, stains and rotations of one kind share a kernel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import halide as hl

from building.channels import CHANNELS, image_of_channels, stored
from building.schedules import NEVER, SHIFT, strips
from building.types import I32, accumulator, constant

c, x, y, yo, yi = hl.vars("c x y yo yi")

CHAINS: dict[str, tuple[str | None, str | None, str | None]] = {
    "matrix": (None, None, None),
    "rgb_xyz": ("linear", None, None),
    "xyz_rgb": (None, None, "companded"),
    "rgb_lab": ("linear", "root", None),
    "lab_rgb": (None, "cube", "companded"),
    "xyz_lab": (None, "root", None),
    "lab_xyz": (None, "cube", None),
    "rgb_luv": ("linear", "luv", None),
    "luv_rgb": (None, "luminous", "companded"),
    "rgb_stains": ("density", None, "positive"),
    "stains_rgb": (None, None, "transmitted"),
    "linear": ("linear", None, "companded"),
    "logit": ("logit", None, "sigmoid"),
}
"""What is done before the first matrix, between the two, and after the last one; with no middle there is one matrix."""

DARKEST = 1e-6
"""Less light counts as so much, so that its density is finite."""

MARGIN = 1 / 255
"""Values from 0 to 1 become probabilities by this margin on both sides: one level of 8 bits."""


@dataclass
class Inputs:
    image: hl.ImageParam
    scale: hl.Param | None
    unscale: hl.Param | None
    first: hl.ImageParam
    second: hl.ImageParam | None


@dataclass
class Stages:
    steps: list[hl.Func]
    output: hl.Func
    image: hl.ImageParam
    work: str


def inputs(dtype: str, out: str, chain: str) -> Inputs:
    """Factors that make values from 0 to 1 of those of the image, and those of the result; a row for each channel.

    A row of a matrix has four numbers: the weights of the three channels, and what is added. A matrix alone includes
    the factors.
    """
    real = accumulator(dtype)
    before, middle, after = CHAINS[chain]
    alone = not (before or middle or after)
    scale, unscale = (None if alone else hl.Param(real, name) for name in ("scale", "unscale"))
    first, second = (hl.ImageParam(real, 2, name) for name in ("first", "second"))
    for matrix in (first, second):
        matrix.dim(0).set_bounds(0, CHANNELS + 1).set_stride(1)
        matrix.dim(1).set_bounds(0, CHANNELS).set_stride(CHANNELS + 1)
    return Inputs(image_of_channels(dtype), scale, unscale, first, second if middle else None)


def product(matrix: hl.ImageParam, values: list[hl.Expr]) -> list[hl.Expr]:
    """Return the three weighted sums."""
    return [
        matrix[0, row] * values[0] + matrix[1, row] * values[1] + matrix[2, row] * values[2] + matrix[3, row]
        for row in range(CHANNELS)
    ]


ROOT_BITS = {3: 1419911714.0, 5: 1277930609.0}
"""What a third and a fifth of the bits of a number are subtracted from, so that the largest error is 3 %."""


def inverse_root(value: hl.Expr, degree: int) -> hl.Expr:
    """Return 1 / root of a positive number of single precision, to its last bits.

    The bits of a number are nearly its logarithm. The series for the inverse root of 1 - r corrects what they give.
    """
    real = value.type()
    bits = constant(ROOT_BITS[degree], real) - hl.cast(real, hl.reinterpret(I32, value)) * constant(1 / degree, real)
    y = hl.reinterpret(real, hl.cast(I32, bits))
    n = degree
    series = [1 / n, (1 + n) / (2 * n**2), (1 + n) * (1 + 2 * n) / (6 * n**3)]
    for terms in (3, 2):
        square = y * y
        r = constant(1, real) - value * (square * y if n == 3 else square * square * y)
        correction = constant(0, real)
        for coefficient in reversed(series[:terms]):
            correction = (correction + constant(coefficient, real)) * r
        y = y + y * correction
    return y


def cube_root(value: hl.Expr) -> hl.Expr:
    """Return the cube root of a positive number."""
    if value.type().bits() == 64:
        return hl.pow(value, constant(1 / 3, value.type()))
    y = inverse_root(value, 3)
    return value * y * y


def decoded(value: hl.Expr) -> hl.Expr:
    """Return the power 2.4 of a positive number."""
    if value.type().bits() == 64:
        return hl.pow(value, constant(2.4, value.type()))
    part = value * inverse_root(value, 5)
    return part * part * part


def encoded(value: hl.Expr) -> hl.Expr:
    """Return the power 1 / 2.4 of a positive number."""
    if value.type().bits() == 64:
        return hl.pow(value, constant(1 / 2.4, value.type()))
    root = cube_root(value)
    return root * hl.sqrt(hl.sqrt(root))


def applied(name: str | None, values: list[hl.Expr]) -> list[hl.Expr]:
    """Return what the function `name` makes of each channel."""
    if name is None:
        return values
    real = values[0].type()

    def of(value: float) -> hl.Expr:
        return constant(value, real)

    zero, one = of(0), of(1)
    if name == "luv":
        # From Y relative to white, 4 X, and X + 15 Y + 3 Z to L, L u', and L v' but for a factor.
        y, x, total = values
        lightness = hl.select(y > of(0.008856), of(116) * cube_root(hl.max(y, of(0.008))) - of(16), of(903.3) * y)
        share = lightness / (total + of(1e-7 if real.bits() == 32 else 1e-16))
        return [lightness, share * x, share * y]
    if name == "luminous":
        # From L, L u', and L v' to Y u' / v', Y, and Y / v'.
        lightness, u, v = values
        root = (lightness + of(16)) * of(1 / 116)
        y = hl.select(lightness > of(7.999625), root * root * root, lightness * of(1 / 903.3))
        share = y / hl.select(v == zero, one, v)
        return [share * u, y, share * lightness]
    found = []
    for channel, v in enumerate(values):
        if name == "linear":
            bright = decoded((hl.max(v, of(0.04)) + of(0.055)) / of(1.055))
            found.append(hl.select(v > of(0.04045), bright, v / of(12.92)))
        elif name == "companded":
            bright = of(1.055) * encoded(hl.max(v, of(0.003))) - of(0.055)
            found.append(hl.clamp(hl.select(v > of(0.0031308), bright, v * of(12.92)), zero, one))
        elif name == "root":
            found.append(hl.select(v > of(0.008856), cube_root(hl.max(v, of(0.008))), of(7.787) * v + of(16 / 116)))
        elif name == "cube":
            # Blue that no light has is the least there is.
            v = hl.max(v, zero) if channel == 2 else v
            found.append(hl.select(v > of(0.2068966), v * v * v, (v - of(16 / 116)) / of(7.787)))
        elif name == "density":
            found.append(hl.log(hl.max(v, of(DARKEST))) * of(1 / math.log(DARKEST)))
        elif name == "transmitted":
            found.append(hl.clamp(hl.exp(v * of(math.log(DARKEST))), zero, one))
        elif name == "positive":
            found.append(hl.max(v, zero))
        elif name == "logit":
            p = hl.clamp(v, zero, one) + of(MARGIN)
            found.append(hl.log(p / (of(1 + 2 * MARGIN) - p)))
        elif name == "sigmoid":
            found.append(hl.clamp(of(1 + 2 * MARGIN) / (one + hl.exp(-v)) - of(MARGIN), zero, one))
    return found


def algorithm(inputs: Inputs, dtype: str, out: str, chain: str) -> Stages:
    """Apply the chain to each pixel; a pixel with a channel that is not finite has none that is a number."""
    image, real = inputs.image, accumulator(dtype)
    before, middle, after = CHAINS[chain]
    steps = [loaded(image, inputs.scale, real)]
    values = at_pixel(steps[-1])
    # Functions are stages, since Halide writes an expression anew wherever it is used.
    nothing = hl.strict_float((values[0] + values[1] + values[2]) * constant(0, real))
    if before:
        steps.append(step("lit", [*applied(before, values), nothing]))
        values, nothing = at_pixel(steps[-1]), hl.Expr(steps[-1][x, y][CHANNELS])
    values = product(inputs.first, values)
    if inputs.second is not None:
        steps.append(step("between", applied(middle, values)))
        values = product(inputs.second, at_pixel(steps[-1]))
    if after:
        steps.append(step("summed", values))
        values = applied(after, at_pixel(steps[-1]))
    if inputs.unscale is None:  # computed where it is written
        return Stages(steps, stored(step("mixed", values), image, out), image, "f64" if dtype == "f64" else "f32")
    if dtype != "u8":
        values = [hl.strict_float(value + nothing) for value in values]
    steps.append(step("mixed", [inputs.unscale * value for value in values]))
    return Stages(steps, stored(steps[-1], image, out), image, "f64" if dtype == "f64" else "f32")


def loaded(image: hl.ImageParam, scale: hl.Param | None, real: hl.Type) -> hl.Func:
    """Return the stage of an image's channels, times `scale` if there is one."""
    channels = [hl.cast(real, image[channel, x, y]) for channel in range(CHANNELS)]
    return step("loaded", channels if scale is None else [scale * channel for channel in channels])


def step(name: str, values: list[hl.Expr]) -> hl.Func:
    """Return a stage of several values for each pixel."""
    func = hl.Func(name)
    func[x, y] = hl.Tuple(values)
    return func


def at_pixel(func: hl.Func) -> list[hl.Expr]:
    """Return the channels of a stage at a pixel."""
    return [hl.Expr(func[x, y][channel]) for channel in range(CHANNELS)]


def schedule(stages: Stages, target: hl.Target) -> None:
    """Two vectors of pixels at a time, all steps of which stay in registers or the first-level cache.

    A row at a time would be read first and written then, and memory would wait. Measured on AMD EPYC (Zen 5), one
    thread, float32, beside OpenCV, in us: RGB to hue 512 x 512 107 (174) and 1080 x 1920 1300 (1480), with AVX2 224
    (169) and 1910 (1460); by rows 196 and 3100.
    """
    output, image = stages.output, stages.image
    vector = 2 * target.natural_vector_size(accumulator(stages.work))
    strips(output, y, yo, yi, 16)
    output.bound(c, 0, CHANNELS).reorder(c, x).unroll(c).partition(x, NEVER)
    interleaved, planar = layouts(output.output_buffer())
    wide = image.dim(1).extent() >= vector
    for condition in (interleaved, planar):
        output.specialize(wide & condition).vectorize(x, vector, SHIFT)
    in_vectors = wide & (interleaved | planar)
    for func in stages.steps:
        func.compute_at(output, x)
    for condition in layouts(image):
        stages.steps[0].specialize(in_vectors & condition).vectorize(x, vector, SHIFT)
    for func in stages.steps[1:]:
        func.specialize(in_vectors).vectorize(x, vector, SHIFT)


def layouts(buffer: hl.ImageParam | hl.OutputImageParam) -> tuple[hl.Expr, hl.Expr]:
    """Return the conditions that the channels of a buffer are interleaved, and that they are planes."""
    return (buffer.dim(0).stride() == 1) & (buffer.dim(1).stride() == CHANNELS), buffer.dim(1).stride() == 1
