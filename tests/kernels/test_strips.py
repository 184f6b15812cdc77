"""Slices of the table of rows give strips of the result: the border is that of the whole image."""

from __future__ import annotations

import dataclasses
import importlib

import numpy as np
import pytest

from opsin._engine import runtime

from catalog import KERNELS
from recording import Call

WITH_ROWS = [
    name
    for name, kernel in KERNELS.items()
    if any(field.name in ("source", "volume") for field in dataclasses.fields(kernel.pipeline(None)[0]))
]


def in_strips(call: Call, cuts: list[int]) -> np.ndarray:
    """Return what the kernel makes of a recorded call, in strips that end at `cuts`."""
    kernel = runtime.KERNELS[call.kernel]
    rows = kernel.parameters.index("rows")
    table, whole = call.arguments[rows], call.outputs[0]
    step, axis = step_and_axis(call.kernel)
    count = whole.shape[axis]
    reach = len(table) - step * count
    found = np.empty_like(whole)
    for first, last in zip([0, *cuts], [*cuts, count], strict=True):
        strip = np.moveaxis(np.moveaxis(found, axis, 0)[first:last], 0, axis)
        part = table[step * first : step * last + reach]
        kernel(*call.arguments[:rows], part, *call.arguments[rows + 1 : -1], strip)
    return found


def step_and_axis(name: str) -> tuple[int, int]:
    """Return from how many rows of the image to the next a kernel has results, and the axis of their rows.

    Kernels that have results for some rows only have an axis of channels behind the columns.
    """
    step = getattr(importlib.import_module(KERNELS[name].module), "STEP", 1)
    return step, -2 if step == 1 else -3


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("name", WITH_ROWS)
def test_strips_equal_the_whole(name: str, tier: str, recordings: dict[str, list[Call]]) -> None:
    before = runtime.simd_tier()
    axis = step_and_axis(name)[1]
    tall = [call for call in recordings[name] if call.outputs[0].shape[axis] > 2 and call.tier == tier]
    assert tall
    runtime.set_simd_tier(tier)
    try:
        for call in tall:
            count = call.outputs[0].shape[axis]
            for cuts in ([1], [count // 3, count - 1]):
                np.testing.assert_array_equal(in_strips(call, cuts), call.outputs[0])
    finally:
        runtime.set_simd_tier(before)
