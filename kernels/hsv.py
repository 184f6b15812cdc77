"""RGB to hue, saturation and value, and back."""

from __future__ import annotations

from dataclasses import dataclass

import halide as hl
from mix import Stages, at_pixel, loaded, schedule, step

from building.channels import image_of_channels, stored
from building.types import accumulator, constant

__all__ = ["algorithm", "inputs", "schedule"]

LEAST = {32: 2.0**-149, 64: 2.0**-1074}
"""The least positive number, by its bits."""


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
    zero, one, least = constant(0, real), constant(1, real), constant(LEAST[real.bits()], real)
    value = hl.max(red, green, blue)
    chroma = value - hl.min(red, green, blue)
    # One division serves the three cases. Gray is the first of them, in which its difference is 0.
    is_red, is_green = red == value, green == value
    difference = hl.select(is_red, green - blue, hl.select(is_green, blue - red, red - green))
    offset = hl.select(is_red, zero, hl.select(is_green, constant(2, real), constant(4, real)))
    turn = (offset + difference / hl.max(chroma, least)) * constant(1 / 6, real)
    dark = value == zero
    saturation = hl.select(dark, zero, chroma / hl.select(dark, one, value))
    return [hl.select(turn < zero, turn + one, turn), saturation, value]


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
    # Hue and saturation are ratios, which need no scale.
    channels = loaded(image, None if forward else inputs.scale, real)
    values = at_pixel(channels)
    if forward:
        hue, saturation, value = hue_saturation_value(*values)
        found = [hue, saturation, inputs.scale * value]
    else:
        found = red_green_blue(*values)
    if dtype != "u8":
        nothing = hl.strict_float((values[0] + values[1] + values[2]) * constant(0, real))
        found = [hl.strict_float(value + nothing) for value in found]
    mixed = step("mixed", found)
    return Stages([channels, mixed], stored(mixed, image, out), image, "f64" if dtype == "f64" else "f32")
