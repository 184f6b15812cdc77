"""A kernel's algorithm without its schedule: the oracle that every kernel brings along."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import halide as hl
import numpy as np

from catalog import KERNELS, arguments


def stage_functions(stages: Any) -> list[hl.Func]:
    """Return the stages before the output, first to last."""
    found: list[hl.Func] = []
    for field in dataclasses.fields(stages):
        value = getattr(stages, field.name)
        if field.name == "output":
            continue
        if dataclasses.is_dataclass(value):
            found += stage_functions(value)
        elif isinstance(value, hl.Func):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += [item for item in value if isinstance(item, hl.Func)]
    return found


@cache
def plain_pipeline(name: str) -> tuple[Any, Any]:
    """Return the inputs and the output of a kernel: each stage in turn, whole, in plain loops."""
    inputs, stages = KERNELS[name].pipeline(None)
    for func in stage_functions(stages):
        func.compute_root()
    return inputs, stages.output


def plain_result(name: str, values: list[Any], outputs: list[np.ndarray]) -> list[np.ndarray]:
    """Return what the unscheduled kernel makes of the arguments of a recorded call."""
    inputs, output = plain_pipeline(name)
    for parameter, value in zip(arguments(inputs), values, strict=False):
        if isinstance(parameter, hl.ImageParam):
            parameter.set(hl.Buffer(value.view(np.uint8) if value.dtype == bool else value))
        else:
            parameter.set(value)
    found = [np.empty(kept.shape, kept.dtype) for kept in outputs]
    buffers = [hl.Buffer(array) for array in found]
    if len(buffers) == 1:
        output.realize(buffers[0])
    else:
        output.realize(buffers)
    return found
