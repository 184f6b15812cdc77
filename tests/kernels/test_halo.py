"""The declared halo of an operation is what Halide's own bounds inference finds."""

from __future__ import annotations

import importlib
from typing import Any

import halide as hl
import numpy as np
import pytest

import samples
from building import borders
from catalog import KERNELS, arguments
from oracle import stage_functions
from recording import Call, recorded

TILE = 16
STENCILS = [name for name, operation in samples.OPERATIONS.items() if operation.kind == "window"]


def unpadded(source: Any, dtype: str, radius_x: Any, radius_y: Any, channels: Any = 1, convert: Any = None) -> Any:
    """Stand in for ``borders.padded``: the image itself, which has no border."""
    func = hl.Func("padded")
    value = source.image[source.variables]
    func[source.variables] = convert(value) if convert is not None else value
    return borders.Padded(func, hl.Expr(True), source.width, [], None)


def reach(call: Call, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int] | None:
    """Return how far a kernel reads beyond its output, down and across; None where it has no padded image."""
    kernel = KERNELS[call.kernel]
    module = importlib.import_module(kernel.module)
    if not hasattr(module, "padded"):
        return None
    with monkeypatch.context() as patch:
        patch.setattr(module, "padded", unpadded)
        inputs, stages = kernel.pipeline(None)
    for func in stage_functions(stages):
        func.compute_root()
    image = inputs.source.image
    for parameter, value in zip(arguments(inputs), call.arguments, strict=False):
        if isinstance(parameter, hl.ImageParam):
            parameter.set(hl.Buffer(np.ascontiguousarray(value)))
        else:
            parameter.set(value)
    image.reset()
    output = hl.Buffer(np.empty((TILE, TILE), call.outputs[0].dtype))
    for axis in (0, 1):
        stages.output.output_buffer().dim(axis).set_bounds(hl.Expr(), hl.Expr())
        image.dim(axis).set_min(hl.Expr())
    hl.Pipeline(stages.output).infer_input_bounds(output)
    found = image.get()
    before = [-found.dim(axis).min() for axis in (1, 0)]
    after = [found.dim(axis).max() - (TILE - 1) for axis in (1, 0)]
    return max(before[0], after[0]), max(before[1], after[1])


@pytest.mark.parametrize("name", STENCILS)
def test_declared_halo_is_what_the_kernels_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = samples.OPERATIONS[name]
    for parameters in samples.parameter_sets(name):
        with recorded() as calls:
            samples.run(name, samples.image(name, (40, 44), np.float32), parameters)
        reaches = [reach(call, monkeypatch) for call in calls]
        if not reaches or None in reaches:
            continue  # the law tests/laws/test_halo.py looks at these from outside
        declared = operation.reach(2, **parameters)
        # Calls that follow each other add their reaches; calls side by side do not.
        for axis, halo in zip(zip(*reaches, strict=True), declared, strict=True):
            assert max(axis) <= halo <= sum(axis)
