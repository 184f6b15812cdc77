"""Measure what one element costs each kernel on one thread: the table NANOSECONDS of kernels/catalog.py.

    python benchmarks/kernel_costs.py

The calls are those that the samples of the tests make.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "kernels")]

import opsin  # noqa: E402
from opsin._engine import dispatch  # noqa: E402

import samples  # noqa: E402 - the tests' folder goes first
from catalog import KERNELS  # noqa: E402

SIDE = 512
ROUNDS = 6


class Timed:
    """Calls a kernel and keeps how long an element of its output took."""

    def __init__(self, kernel: Any, costs: list[float]) -> None:
        self._kernel, self._costs = kernel, costs

    def __call__(self, *arguments: Any) -> None:
        start = time.perf_counter()
        self._kernel(*arguments)
        taken = time.perf_counter() - start
        if arguments[-1].size > SIDE * SIDE // 8:
            self._costs.append(1e9 * taken / arguments[-1].size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kernel, name)


def main() -> None:
    opsin.set_num_threads(1)
    costs: dict[str, list[float]] = {name: [] for name in KERNELS}
    dispatch.KERNELS = {name: Timed(kernel, costs[name]) for name, kernel in dispatch.KERNELS.items()}
    for operation in samples.OPERATIONS:
        for dtype in ("uint8", "uint16", "float32", "float64"):
            for parameters in samples.parameter_sets(operation):
                larger = {"output_shape": 700} if "output_shape" in parameters else {}
                for shape in ((SIDE, SIDE), (8, SIDE // 8, SIDE)):
                    image = samples.image(operation, shape, dtype)
                    for _ in range(ROUNDS):
                        try:
                            samples.run(operation, image, {**parameters, **larger})
                        except (TypeError, ValueError):
                            break  # not every operation takes every dtype and shape
    for name, found in sorted(costs.items()):
        print(f"{name:28} {min(found):.3f} ns" if found else f"{name:28} not measured")


if __name__ == "__main__":
    main()
