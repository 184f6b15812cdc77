"""What the library asks of the kernels: the calls that operations make, kept with their results.

So a kernel needs no examples of its own: the operations give them, with tables
and borders as they are in use.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from opsin._engine import geometric, planes, pointwise, reduce, resample, runtime, window

FRAMEWORKS = (geometric, planes, pointwise, reduce, resample, window)
"""The modules that run kernels."""


@dataclass
class Call:
    """One call of a kernel: its arguments as they were before, and its outputs as they were after."""

    kernel: str
    tier: str
    arguments: list[Any]
    outputs: list[np.ndarray]


def run_and_record(calls: list[Call], seen: set[Any], bound: Any, *arrays: np.ndarray) -> None:
    """Run a bound kernel for each index of its loops; keep calls that differ from those seen in more than pixels."""
    kernel, given = bound.of_kernel, iter(arrays)
    arguments = [next(given) if argument is None else argument for argument in bound.bound_arguments]
    missing = [index for index, argument in enumerate(bound.bound_arguments) if argument is None]
    loops = {index: arguments[index].shape[: arguments[index].ndim - kernel.dimensions[index]] for index in missing}
    shape = np.broadcast_shapes(*loops.values())
    for position in np.ndindex(*shape):
        chosen = list(arguments)
        for index in missing:
            own = np.broadcast_to(arguments[index], shape + arguments[index].shape[len(loops[index]) :])
            chosen[index] = arguments[index][position] if loops[index] == shape else own[position]
        alike = [
            (item.shape, item.strides) if index in loops else item.tobytes() if isinstance(item, np.ndarray) else item
            for index, item in enumerate(chosen)
        ]
        key = (kernel.name, runtime.simd_tier(), *alike)
        if key in seen:
            kernel(*chosen)
            continue
        seen.add(key)
        count = sum(parameter.startswith("output") for parameter in kernel.parameters)
        kept = [np.array(item, order="K") if isinstance(item, np.ndarray) else item for item in chosen]
        kernel(*chosen)
        calls.append(
            Call(kernel.name, runtime.simd_tier(), kept, [np.array(item) for item in chosen[len(chosen) - count :]])
        )


@contextmanager
def recorded(seen: set[Any] | None = None) -> Iterator[list[Call]]:
    """Keep every kind of kernel call that is made inside the block and is not among those seen before."""
    calls: list[Call] = []
    seen = set() if seen is None else seen
    before = [framework.run for framework in FRAMEWORKS]
    for framework in FRAMEWORKS:
        framework.run = functools.partial(run_and_record, calls, seen)
    try:
        yield calls
    finally:
        for framework, run in zip(FRAMEWORKS, before, strict=True):
            framework.run = run
