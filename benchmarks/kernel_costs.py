"""Measure what one element costs each kernel on one thread, and write kernels/costs.json.

    python benchmarks/kernel_costs.py [OPERATION ...]

The calls are those that the samples of the tests make, of all operations or of those named, such as
``filters.median``. Kernels that they do not run keep their cost.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "kernels"), str(ROOT / "kernels")]

import opsin  # noqa: E402
from opsin._engine import runtime  # noqa: E402

import samples  # noqa: E402 - the tests' folder goes first
from recording import FRAMEWORKS  # noqa: E402

COSTS = ROOT / "kernels" / "costs.json"
SIDE = 512
ROUNDS = 6


def main() -> None:
    names = sys.argv[1:] or list(samples.OPERATIONS)
    unknown = set(names) - set(samples.OPERATIONS)
    if unknown:
        sys.exit(f"operations must be of {', '.join(samples.OPERATIONS)}; got {', '.join(sorted(unknown))}")
    opsin.set_num_threads(1)
    found: dict[str, float] = {}

    def timed(bound: Any, *arrays: Any) -> None:
        start = time.perf_counter()
        runtime.run(bound, *arrays)
        taken = time.perf_counter() - start
        if arrays[-1].size > SIDE * SIDE // 8:
            name = bound.of_kernel.name
            found[name] = min(found.get(name, 1e9), 1e9 * taken / arrays[-1].size)

    for framework in FRAMEWORKS:
        framework.run = timed
    for number, name in enumerate(names, 1):
        print(f"{number}/{len(names)} {name}", flush=True)
        for dtype in ("uint8", "uint16", "float32", "float64"):
            for parameters in samples.parameter_sets(name):
                larger = {"output_shape": 700} if "output_shape" in parameters else {}
                for shape in ((SIDE, SIDE), (8, SIDE // 8, SIDE)):
                    image = samples.image(name, shape, dtype)
                    for _ in range(ROUNDS):
                        try:
                            samples.run(name, image, {**parameters, **larger})
                        except (TypeError, ValueError):
                            break  # not every operation takes every dtype and shape
    costs = json.loads(COSTS.read_text())
    for name, cost in sorted(found.items()):
        print(f"{name:28} {cost:.3f} ns, was {costs.get(name, 'not measured')}")
    COSTS.write_text(
        json.dumps(costs | {name: round(cost, 3) for name, cost in found.items()}, indent=1, sort_keys=True)
    )


if __name__ == "__main__":
    main()
