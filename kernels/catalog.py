"""The one table of kernels: which file, for which dtypes, with which build parameters.

A row becomes one C symbol per instruction set, called by the row's name.
``serial_below`` is the number of output elements under which handing strips
to other threads costs more than it saves; it was measured on two threads.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import halide as hl


@dataclass(frozen=True)
class Kernel:
    """One compiled function."""

    name: str
    module: str
    variant: dict[str, Any]
    serial_below: int

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
    yield Kernel("correlate_u8", "correlate_fixed", {}, 20_000)
    for dtype in ("u16", "f32", "f64"):
        variant = {"dtype": dtype, "out": dtype, "symmetric": True}
        yield Kernel(f"correlate_{dtype}", "correlate", variant, 20_000)
    for dtype, out in (("u8", "f32"), ("u16", "f32"), ("f32", "f32"), ("f64", "f64")):
        variant = {"dtype": dtype, "out": out, "symmetric": False}
        yield Kernel(f"correlate_general_{dtype}", "correlate", variant, 20_000)
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"correlate_axis_{dtype}", "correlate_axis", {"dtype": dtype}, 20_000)


def _minmax() -> Iterator[Kernel]:
    for word, greatest in (("minimum", False), ("maximum", True)):
        for dtype in ("u8", "u16", "f32", "f64"):
            variant = {"dtype": dtype, "greatest": greatest}
            yield Kernel(f"{word}_{dtype}", "minmax", variant, 60_000)
            # On images of bytes these take about as long as a sleeping thread needs to wake up.
            serial_below = 400_000 if dtype == "u8" else 200_000
            yield Kernel(f"{word}_three_{dtype}", "minmax_three", variant, serial_below)
            yield Kernel(f"{word}_runs_{dtype}", "minmax_runs", variant, 60_000)
            yield Kernel(f"{word}_axis_{dtype}", "minmax_axis", variant, 60_000)


def _luminance() -> Iterator[Kernel]:
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"luminance_{dtype}", "luminance", {"dtype": dtype}, 60_000)


def _gradient() -> Iterator[Kernel]:
    for component in ("magnitude", "rows", "columns"):
        for dtype in ("u8", "u16", "f32", "f64"):
            variant = {"dtype": dtype, "component": component}
            yield Kernel(f"gradient_{component}_{dtype}", "gradient", variant, 20_000)


def _histogram() -> Iterator[Kernel]:
    # The caller chooses the number of strips.
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"histogram_{dtype}", "histogram", {"dtype": dtype}, 0)


def _box() -> Iterator[Kernel]:
    for dtype in ("u8", "f32"):
        yield Kernel(f"box_{dtype}", "box", {"dtype": dtype}, 20_000)


def _median() -> Iterator[Kernel]:
    for size in (3, 5, 7):
        for dtype in ("u8", "u16", "f32", "f64"):
            yield Kernel(f"median_{size}_{dtype}", "rank", {"dtype": dtype, "size": size}, 20_000)


def _resample() -> Iterator[Kernel]:
    for module in ("shrink", "enlarge"):
        yield Kernel(f"{module}_fixed_u8", module, {"dtype": "u8", "fixed": True}, 20_000)
        for dtype in ("u8", "u16", "f32", "f64"):
            yield Kernel(f"{module}_{dtype}", module, {"dtype": dtype, "fixed": False}, 20_000)
    for dtype in ("u8", "u16", "u32", "f64"):
        yield Kernel(f"pick_{dtype}", "pick", {"dtype": dtype}, 20_000)
    for dtype in ("u8", "u16", "f32", "f64"):
        yield Kernel(f"resample_axis_{dtype}", "resample_axis", {"dtype": dtype}, 20_000)


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
