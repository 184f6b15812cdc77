"""RGB to hue, saturation and value, and back."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl
from mix import Stages, schedule, step

from building.channels import CHANNELS, image_of_channels, loaded, stored
from building.types import accumulator, constant

__all__ = ["algorithm", "inputs", "schedule"]

x, y = hl.vars("x y")


@dataclass
class Inputs:
    image: hl.ImageParam
    scale: hl.Param


def inputs(dtype: str, out: str, forward: bool) -> Inputs:
    """The factor makes values from 0 to 1 of those of the image."""
    return Inputs(image_of_channels(dtype), hl.Param(accumulator(dtype), "scale"))


def hue_saturation_value(red: hl.Expr, green: hl.Expr, blue: hl.Expr) -> list[hl.Expr]:
    """Return the three; the hue of gray is 0, and so is the saturation of black."""
    real = red.type()
    zero, one = constant(0, real), constant(1, real)
    value = hl.max(red, green, blue)
    chroma = value - hl.min(red, green, blue)
    gray = chroma == zero
    divisor = hl.select(gray, one, chroma)
    # Where two channels are equally bright, the later one decides. One division serves the three cases.
    is_blue, is_green = blue == value, green == value
    difference = hl.select(is_blue, red - green, hl.select(is_green, blue - red, green - blue))
    offset = hl.select(is_blue, constant(4, real), hl.select(is_green, constant(2, real), zero))
    turn = (offset + difference / divisor) * constant(1 / 6, real)
    hue = hl.select(gray, zero, hl.select(turn < zero, turn + one, turn))
    dark = value == zero
    return [hue, hl.select(dark, zero, chroma / hl.select(dark, one, value)), value]


def red_green_blue(hue: hl.Expr, saturation: hl.Expr, value: hl.Expr) -> list[hl.Expr]:
    """Return the three: each falls from `value` by the chroma, where the hue is far from its own."""
    real = hue.type()
    zero, one, two = constant(0, real), constant(1, real), constant(2, real)
    sixths = (hue - hl.floor(hue)) * constant(6, real)
    shares = (
        two - hl.abs(sixths - constant(3, real)),
        hl.abs(sixths - two) - one,
        hl.abs(sixths - constant(4, real)) - one,
    )
    return [value - value * saturation * hl.clamp(share, zero, one) for share in shares]


def algorithm(inputs: Inputs, dtype: str, out: str, forward: bool) -> Stages:
    """Convert each pixel; a pixel with a channel that is not finite has none that is a number."""
    image, real = inputs.image, accumulator(dtype)
    channels, column = loaded(image, inputs.scale, dtype)
    values = [hl.Expr(channels[x, channel, y]) for channel in range(CHANNELS)]
    found = hue_saturation_value(*values) if forward else red_green_blue(*values)
    if dtype != "u8":
        nothing = hl.strict_float((values[0] + values[1] + values[2]) * constant(0, real))
        found = [hl.strict_float(value + nothing) for value in found]
    mixed = step("mixed", found)
    return Stages(channels, column, [mixed], stored(mixed, image, out), image, "f64" if dtype == "f64" else "f32")
