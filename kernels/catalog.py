"""The one table of kernels: which file, for which dtypes, with which build parameters.

A row becomes one C symbol per instruction set, called by the row's name.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import halide as hl

# Nanoseconds for one element of the output on one thread, with the smallest window: AMD EPYC (Zen 5), AVX-512.
# `python benchmarks/kernel_costs.py` measures them again. A histogram's caller chooses its strips.
NANOSECONDS = {
    "box": {"u8": 0.10, "f32": 0.20},
    "box_five": {"u8": 0.08},
    "box_three": {"u8": 0.06},
    "correlate": {"u8": 0.23, "u16": 0.39, "f32": 0.41, "f64": 0.74},
    "correlate_axis": {"u8": 0.97, "u16": 0.98, "f32": 0.98, "f64": 1.55},
    "correlate_general": {"u8": 0.25, "u16": 0.26, "f32": 0.29, "f64": 0.54},
    "enlarge": {"u8": 0.17, "u16": 0.17, "f32": 0.14, "f64": 0.43},
    "enlarge_fixed": {"u8": 0.13},
    "gradient_columns": {"u8": 0.13, "u16": 0.15, "f32": 0.17, "f64": 0.28},
    "gradient_magnitude": {"u8": 0.21, "u16": 0.21, "f32": 0.23, "f64": 0.46},
    "gradient_rows": {"u8": 0.17, "u16": 0.17, "f32": 0.18, "f64": 0.29},
    "halve": {"u8": 0.12, "u16": 0.20, "f32": 0.40},
    "halve_rgb": {"u8": 0.20},
    "luminance": {"u8": 0.12, "u16": 0.12, "f32": 0.17, "f64": 0.30},
    "maximum": {"u8": 0.12, "u16": 0.22, "f32": 0.32, "f64": 0.53},
    "maximum_axis": {"u8": 0.19, "u16": 0.37, "f32": 0.81, "f64": 1.59},
    "maximum_runs": {"u8": 0.15, "u16": 0.28, "f32": 0.54, "f64": 1.05},
    "maximum_cross": {"u8": 0.06, "u16": 0.10, "f32": 0.20, "f64": 0.40},
    "maximum_five": {"u8": 0.08, "u16": 0.14, "f32": 0.24, "f64": 0.48},
    "maximum_seven": {"u8": 0.10, "u16": 0.18, "f32": 0.29, "f64": 0.60},
    "maximum_three": {"u8": 0.06, "u16": 0.10, "f32": 0.18, "f64": 0.38},
    "median_3": {"u8": 0.09, "u16": 0.14, "f32": 0.28, "f64": 0.62},
    "median_5": {"u8": 0.32, "u16": 0.60, "f32": 1.46, "f64": 2.85},
    "median_7": {"u8": 1.07, "u16": 1.92, "f32": 3.34, "f64": 8.05},
    "minimum": {"u8": 0.12, "u16": 0.22, "f32": 0.32, "f64": 0.53},
    "minimum_axis": {"u8": 0.19, "u16": 0.37, "f32": 0.81, "f64": 1.59},
    "minimum_runs": {"u8": 0.15, "u16": 0.28, "f32": 0.54, "f64": 1.05},
    "minimum_cross": {"u8": 0.06, "u16": 0.10, "f32": 0.20, "f64": 0.40},
    "minimum_five": {"u8": 0.08, "u16": 0.14, "f32": 0.24, "f64": 0.48},
    "minimum_seven": {"u8": 0.10, "u16": 0.18, "f32": 0.29, "f64": 0.60},
    "minimum_three": {"u8": 0.06, "u16": 0.10, "f32": 0.18, "f64": 0.38},
    "pick": {"u8": 0.11, "u16": 0.12, "u32": 0.24, "f64": 0.58},
    "resample_axis": {"u8": 0.28, "u16": 0.35, "f32": 0.37, "f64": 0.85},
    "shrink": {"u8": 0.37, "u16": 0.37, "f32": 0.48, "f64": 1.04},
    "shrink_fixed": {"u8": 0.24},
}


@dataclass(frozen=True)
class Kernel:
    """One compiled function."""

    name: str
    module: str
    variant: dict[str, Any]

    @property
    def nanoseconds(self) -> float:
        """What one element of the output costs on one thread; 0 if it is unknown, then the work is always shared."""
        family, _, dtype = self.name.rpartition("_")
        return NANOSECONDS.get(family, {}).get(dtype, 0.0)

    def pipeline(self, target: hl.Target | None) -> tuple[Any, Any]:
        """Return the inputs and the stages, scheduled for `target`, or as the bare algorithm."""
        module = importlib.import_module(self.module)
        inputs = module.inputs(**self.variant)
        stages = module.algorithm(inputs, **self.variant)
        if target is not None:
            module.schedule(stages, target)
        return inputs, stages


def arguments(inputs: Any) -> list[Any]:
    """Return the Halide parameters in `inputs`, a dataclass that may hold others, in call order."""
    return list(_leaves(inputs))


def _leaves(inputs: Any) -> Iterator[Any]:
    for field in dataclasses.fields(inputs):
        value = getattr(inputs, field.name)
        if dataclasses.is_dataclass(value):
            yield from _leaves(value)
        else:
            yield value


def _correlate() -> Iterator[Kernel]:
    yield Kernel("correlate_u8", "correlate_fixed", {})
    for dtype in ("u16", "f32", "f64"):
        variant = {"dtype": dtype, "out": dtype, "symmetric": True}
        yield Kernel(f"correlate_{dtype}", "correlate", variant)
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


def _luminance() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"luminance_{dtype}", "luminance", {"dtype": dtype})


def _gradient() -> Iterator[Kernel]:
    for component in ("magnitude", "rows", "columns"):
        for dtype in ("u8", "u16", "f32", "f64"):
            variant = {"dtype": dtype, "component": component}
            yield Kernel(f"gradient_{component}_{dtype}", "gradient", variant)


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


def _resample() -> Iterator[Kernel]:
    for module in ("shrink", "enlarge"):
        yield Kernel(f"{module}_fixed_u8", module, {"dtype": "u8", "fixed": True})
        for dtype in ("u8", "u16", "f32", "f64"):
            yield Kernel(f"{module}_{dtype}", module, {"dtype": dtype, "fixed": False})
    for dtype in ("u8", "u16", "f32"):
        yield Kernel(f"halve_{dtype}", "halve", {"dtype": dtype, "channels": 1})
    yield Kernel("halve_rgb_u8", "halve", {"dtype": "u8", "channels": 3})
    for dtype in ("u8", "u16", "u32", "f64"):
        yield Kernel(f"pick_{dtype}", "pick", {"dtype": dtype})
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"resample_axis_{dtype}", "resample_axis", {"dtype": dtype})


FAMILIES = (
    _correlate,
    _minmax,
    _luminance,
    _gradient,
    _histogram,
    _box,
    _median,
    _resample,
)

KERNELS = {kernel.name: kernel for family in FAMILIES for kernel in family()}
