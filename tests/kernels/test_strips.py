"""Slices of the table of rows give strips of the result: the border is that of the whole image."""

from __future__ import annotations

import dataclasses

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
    count = whole.shape[-2]
    reach = len(table) - count
    found = np.empty_like(whole)
    for first, last in zip([0, *cuts], [*cuts, count], strict=True):
        strip = found[..., first:last, :]
        kernel(*call.arguments[:rows], table[first : last + reach], *call.arguments[rows + 1 : -1], strip)
    return found


@pytest.mark.parametrize("tier", runtime.simd_tiers())
@pytest.mark.parametrize("name", WITH_ROWS)
def test_strips_equal_the_whole(name: str, tier: str, recordings: dict[str, list[Call]]) -> None:
    before = runtime.simd_tier()
    tall = [call for call in recordings[name] if call.outputs[0].shape[-2] > 2 and call.tier == tier]
    assert tall
    runtime.set_simd_tier(tier)
    try:
        for call in tall:
            count = call.outputs[0].shape[-2]
            for cuts in ([1], [count // 3, count - 1]):
                np.testing.assert_array_equal(in_strips(call, cuts), call.outputs[0])
    finally:
        runtime.set_simd_tier(before)
