"""No pixel farther away than the declared halo has any say in a result."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import opsin

import samples

STENCILS = [name for name, operation in samples.OPERATIONS.items() if operation.kind == "stencil"]


def declared_halo(name: str, parameters: dict[str, Any], axes: int) -> tuple[int, ...]:
    """Return the halo that an operation declares for `parameters`, one number for each axis."""
    operation = samples.OPERATIONS[name]
    bound = inspect.signature(operation.function).bind(None, **parameters)
    bound.apply_defaults()
    assert operation.halo is not None
    halo = operation.halo(**bound.arguments)
    halo = halo if isinstance(halo, tuple) else (halo,)
    return halo * axes if len(halo) == 1 else halo


@pytest.mark.parametrize("name", STENCILS)
def test_changes_stay_within_the_halo(name: str) -> None:
    middle = 50
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, (101, 101), np.float64)
        changed = image.copy()
        changed[middle, middle] += 10
        before, after = (samples.run(name, pixels, parameters) for pixels in (image, changed))
        rows, columns = np.nonzero(before != after)
        down, across = declared_halo(name, parameters, 2)
        assert np.abs(rows - middle).max(initial=0) <= down
        assert np.abs(columns - middle).max(initial=0) <= across


@pytest.mark.parametrize("name", STENCILS)
def test_pieces_with_their_halo_make_the_whole(name: str) -> None:
    for parameters in samples.parameter_sets(name):
        image = samples.image(name, (90, 60), np.float32)
        whole = samples.run(name, image, parameters)
        down, _ = declared_halo(name, parameters, 2)
        start, stop = 30, 60
        first = max(start - down, 0)
        piece = samples.run(name, image[first : stop + down].copy(), parameters)
        np.testing.assert_allclose(piece[start - first : stop - first], whole[start:stop], rtol=0, atol=1e-5)


def test_threads_are_what_was_asked() -> None:
    before = opsin.get_num_threads()
    with opsin.threads(3):
        assert opsin.get_num_threads() == 3
    assert opsin.get_num_threads() == before
