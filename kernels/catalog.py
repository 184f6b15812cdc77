"""The one table of kernels: which file, for which dtypes, with which build parameters.

A row becomes one C symbol per instruction set, called by the row's name.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import halide as hl
import mix

COSTS: dict[str, float] = json.loads((Path(__file__).parent / "costs.json").read_text())
"""Nanoseconds for one element of the output on one thread, with the smallest window, by the names of the kernels.

``python benchmarks/kernel_costs.py`` measures them again; these are of AMD EPYC (Zen 5), AVX-512.
"""

DEFAULT_COST = 0.5
"""Is assumed where no cost was measured."""


@dataclass(frozen=True)
class Kernel:
    """One compiled function."""

    name: str
    module: str
    variant: dict[str, Any]

    @property
    def nanoseconds(self) -> float:
        """What one element of the output costs on one thread; 0 where the caller chooses the strips."""
        return 0.0 if self.module == "histogram" else COSTS.get(self.name, DEFAULT_COST)

    def pipeline(self, target: hl.Target | None) -> tuple[Any, Any]:
        """Return the inputs and the stages, scheduled for `target`, or as the bare algorithm."""
        module = importlib.import_module(self.module)
        inputs = module.inputs(**self.variant)
        stages = module.algorithm(inputs, **self.variant)
        if target is not None:
            module.schedule(stages, target)
        return inputs, stages


def arguments(inputs: Any) -> list[Any]:
    """Return the Halide parameters in `inputs`, a dataclass that may hold others and None, in call order."""
    return list(_leaves(inputs))


def _leaves(inputs: Any) -> Iterator[Any]:
    for field in dataclasses.fields(inputs):
        value = getattr(inputs, field.name)
        if dataclasses.is_dataclass(value):
            yield from _leaves(value)
        elif value is not None:
            yield value


def _correlate() -> Iterator[Kernel]:
    yield Kernel("correlate_u8", "correlate_fixed", {})
    for dtype in ("u16", "f32", "f64"):
        variant = {"dtype": dtype, "out": dtype, "symmetric": True}
        yield Kernel(f"correlate_{dtype}", "correlate", variant)
    for dtype in ("u8", "f32"):
        variant = {"dtype": dtype, "out": dtype, "symmetric": True, "sharpened": True}
        yield Kernel(f"sharpen_{dtype}", "correlate", variant)
    for dtype, out in (("u8", "f32"), ("u16", "f32"), ("f32", "f32"), ("f64", "f64")):
        variant = {"dtype": dtype, "out": out, "symmetric": False}
        yield Kernel(f"correlate_general_{dtype}", "correlate", variant)
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"correlate_axis_{dtype}", "correlate_axis", {"dtype": dtype})


def _minmax() -> Iterator[Kernel]:
    for word, greatest in (("minimum", False), ("maximum", True)):
        for dtype in ("u8", "u16", "f32", "f64"):
            variant = {"dtype": dtype, "greatest": greatest}
            yield Kernel(f"{word}_{dtype}", "minmax", variant)
            for name, size, square in (("cross", 3, False), ("three", 3, True), ("five", 5, True), ("seven", 7, True)):
                yield Kernel(f"{word}_{name}_{dtype}", "minmax_small", {**variant, "size": size, "square": square})
            yield Kernel(f"{word}_runs_{dtype}", "minmax_runs", variant)
            yield Kernel(f"{word}_axis_{dtype}", "minmax_axis", variant)


def _window() -> Iterator[Kernel]:
    for dtype, out in (("u8", "f32"), ("u16", "f32"), ("f32", "f32"), ("f64", "f64")):
        yield Kernel(f"window_{dtype}", "window", {"dtype": dtype, "out": out})
    for dtype in ("u8", "u16"):
        yield Kernel(f"window_rounded_{dtype}", "window", {"dtype": dtype, "out": dtype})


def _bilateral() -> Iterator[Kernel]:
    for word, channels in (("gray", 1), ("color", 3)):
        for dtype in ("u8", "f32"):
            yield Kernel(f"bilateral_{word}_{dtype}", "bilateral", {"dtype": dtype, "channels": channels})


def _luminance() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"luminance_{dtype}", "luminance", {"dtype": dtype})


def _curves() -> Iterator[Kernel]:
    for name in ("power", "logarithm", "exponential", "sigmoid"):
        yield Kernel(f"curve_{name}_f32", "curve", {"name": name})


def _difference() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"difference_{dtype}", "difference", {"dtype": dtype})


def _colors() -> Iterator[Kernel]:
    for dtype in ("f32", "f64"):
        for chain in mix.CHAINS:
            yield Kernel(f"mix_{chain}_{dtype}", "mix", {"dtype": dtype, "out": dtype, "chain": chain})
    for chain in ("matrix", "rgb_xyz", "rgb_lab", "rgb_luv", "rgb_stains"):
        yield Kernel(f"mix_{chain}_u8", "mix", {"dtype": "u8", "out": "f32", "chain": chain})
    for chain in ("matrix", "linear", "logit"):
        yield Kernel(f"mix_{chain}_rounded_u8", "mix", {"dtype": "u8", "out": "u8", "chain": chain})
    for word, forward in (("rgb_hsv", True), ("hsv_rgb", False)):
        for dtype, out in (("u8", "f32"), ("f32", "f32"), ("f64", "f64")):
            yield Kernel(f"{word}_{dtype}", "hsv", {"dtype": dtype, "out": out, "forward": forward})


def _gradient() -> Iterator[Kernel]:
    for component in ("magnitude", "rows", "columns"):
        for dtype in ("u8", "u16", "f32", "f64"):
            variant = {"dtype": dtype, "component": component}
            yield Kernel(f"gradient_{component}_{dtype}", "gradient", variant)
    yield Kernel("polar_f32", "polar", {"dtype": "f32"})


def _edges() -> Iterator[Kernel]:
    for dtype in ("u8", "f32", "f64"):
        yield Kernel(f"canny_{dtype}", "canny", {"dtype": dtype, "work": "f32" if dtype == "f32" else "f64"})
    for dtype in ("f32", "f64"):
        yield Kernel(f"corners_{dtype}", "corners", {"dtype": dtype})


def _histogram() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"histogram_{dtype}", "histogram", {"dtype": dtype})


def _box() -> Iterator[Kernel]:
    for dtype in ("u8", "f32"):
        yield Kernel(f"box_{dtype}", "box", {"dtype": dtype})
    yield Kernel("box_three_u8", "box_small", {"size": 3})
    yield Kernel("box_five_u8", "box_small", {"size": 5})


def _median() -> Iterator[Kernel]:
    for size in (3, 5, 7):
        for dtype in ("u8", "u16", "f32", "f64"):
            yield Kernel(f"median_{size}_{dtype}", "rank", {"dtype": dtype, "size": size})


def _turn() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "u32", "f64"):
        yield Kernel(f"reverse_{dtype}", "reverse", {"dtype": dtype})
        yield Kernel(f"transpose_{dtype}", "transpose", {"dtype": dtype, "channels": 1})
    yield Kernel("transpose_rgb_u8", "transpose", {"dtype": "u8", "channels": 3})


def _resample() -> Iterator[Kernel]:
    for module in ("shrink", "enlarge"):
        yield Kernel(f"{module}_fixed_u8", module, {"dtype": "u8", "fixed": True})
        for dtype in ("u8", "u16", "f32", "f64"):
            yield Kernel(f"{module}_{dtype}", module, {"dtype": dtype, "fixed": False})
    for dtype in ("u8", "u16", "f32"):
        yield Kernel(f"halve_{dtype}", "halve", {"dtype": dtype, "channels": 1})
    yield Kernel("halve_rgb_u8", "halve", {"dtype": "u8", "channels": 3})
    for dtype in ("u8", "f32"):
        yield Kernel(f"reduce_{dtype}", "reduce", {"dtype": dtype, "channels": 1})
        yield Kernel(f"expand_{dtype}", "expand", {"dtype": dtype})
    yield Kernel("reduce_rgb_u8", "reduce", {"dtype": "u8", "channels": 3})
    for dtype in ("u8", "u16", "u32", "f64"):
        yield Kernel(f"pick_{dtype}", "pick", {"dtype": dtype})
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"resample_axis_{dtype}", "resample_axis", {"dtype": dtype})


FAMILIES = (
    _correlate,
    _minmax,
    _window,
    _bilateral,
    _luminance,
    _curves,
    _difference,
    _colors,
    _gradient,
    _edges,
    _histogram,
    _box,
    _median,
    _turn,
    _resample,
)

KERNELS = {kernel.name: kernel for family in FAMILIES for kernel in family()}
