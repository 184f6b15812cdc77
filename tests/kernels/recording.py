"""What the library asks of the kernels: the calls that operations make, kept with their results.

So a kernel needs no examples of its own: the operations give them, with tables
and borders as they are in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from opsin._engine import dispatch, runtime


@dataclass
class Call:
    """One call of a kernel: its arguments as they were before, and its outputs as they were after."""

    kernel: str
    tier: str
    arguments: list[Any]
    outputs: list[np.ndarray]


class Recorder:
    """Calls a kernel and keeps what happened."""

    def __init__(self, name: str, kernel: Any, calls: list[Call]) -> None:
        self._name, self._kernel, self._calls = name, kernel, calls

    def __call__(self, *arguments: Any) -> None:
        count = sum(parameter.startswith("output") for parameter in self._kernel.parameters)
        kept = [np.array(item, order="K") if isinstance(item, np.ndarray) else item for item in arguments]
        self._kernel(*arguments)
        outputs = [np.array(item) for item in arguments[len(arguments) - count :]]
        self._calls.append(Call(self._name, runtime.simd_tier(), kept, outputs))

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._kernel, attribute)


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """Keep every kernel call that is made inside the block."""
    calls: list[Call] = []
    kernels = dispatch.KERNELS
    dispatch.KERNELS = {name: Recorder(name, kernel, calls) for name, kernel in kernels.items()}
    try:
        yield calls
    finally:
        dispatch.KERNELS = kernels
