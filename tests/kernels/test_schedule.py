"""The schedule changes nothing: each kernel equals its own algorithm in plain loops, on every instruction set."""

from __future__ import annotations

import functools

import halide as hl
import numpy as np
import pytest

from catalog import KERNELS, arguments
from oracle import plain_result
from recording import Call


@functools.cache
def weighs_in_floating_point(name: str) -> bool:
    """Return whether the kernel `name` takes a table of floating-point weights."""
    inputs, _ = KERNELS[name].pipeline(None)
    return any(
        isinstance(parameter, hl.ImageParam) and parameter.name() != "image" and parameter.type().is_float()
        for parameter in arguments(inputs)
    )


@pytest.mark.parametrize("name", KERNELS)
def test_scheduled_kernel_equals_its_algorithm(name: str, recordings: dict[str, list[Call]]) -> None:
    assert recordings[name], f"no operation calls {name}: add parameters that do to tests/samples.py"
    for call in recordings[name]:
        for expected, got in zip(plain_result(name, call.arguments, call.outputs), call.outputs, strict=True):
            if got.dtype.kind == "f":
                # Fused multiply-adds and the order of vector sums differ between instruction sets; the terms of a
                # derivative are as large as the pixels, and cancel.
                terms = call.arguments[0] if weighs_in_floating_point(name) else expected
                scale = max(
                    1.0, *(float(np.abs(values[np.isfinite(values)]).max(initial=0)) for values in (expected, terms))
                )
                # Halide's Python API takes numbers as float32.
                narrow = any(isinstance(item, float) and float(np.float32(item)) != item for item in call.arguments)
                tolerance = scale * (1e-5 if got.dtype == np.float32 or narrow else 1e-12)
                np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance)
            elif weighs_in_floating_point(name):
                # The same differences decide how a sum near one half is rounded.
                assert np.abs(got.astype(np.int64) - expected.astype(np.int64)).max() <= 1
            else:
                np.testing.assert_array_equal(got, expected)
