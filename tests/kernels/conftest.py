"""The calls that every test of the kernels looks at; they are made once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from opsin._engine import runtime

import samples
from catalog import KERNELS
from recording import Call, recorded

SHAPES = [(1, 1), (3, 5), (17, 33), (70, 90), (34, 130), (34, 130, 3), (4, 9, 12)]
MAX_CALLS = 16
"""How many calls of a kernel are kept for each operation and instruction set."""

NATIVE = ["uint8", "uint16", "float32", "float64"]


@pytest.fixture(scope="session")
def recordings() -> dict[str, list[Call]]:
    """Return the calls of every kernel, from every operation on every native dtype and instruction set."""
    before = runtime.simd_tier()
    found: dict[str, list[Call]] = {name: [] for name in KERNELS}
    seen: set[Any] = set()
    made: Counter[tuple[str, str, str]] = Counter()
    for tier in runtime.simd_tiers():
        runtime.set_simd_tier(tier)
        for operation in samples.OPERATIONS:
            for image, parameters in samples.calls(operation, NATIVE, SHAPES):
                with recorded(seen) as calls:
                    try:
                        samples.run(operation, image, parameters)
                    except (TypeError, ValueError):
                        continue  # not every operation takes every dtype and shape; the laws say which
                for call in calls:
                    made[operation, call.kernel, tier] += 1
                    if made[operation, call.kernel, tier] <= MAX_CALLS:
                        found[call.kernel].append(call)
    runtime.set_simd_tier(before)
    return found
