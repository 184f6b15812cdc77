"""Growing strong pixels through weak ones, against scipy.ndimage, compiled and as plain Python."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.ndimage as ndi

from opsin._engine import hysteresis as framework
from opsin._engine.compiled import hysteresis as compiled

from uncompiled import uncompiled


@pytest.mark.parametrize("module", [compiled, uncompiled("hysteresis")], ids=["compiled", "plain Python"])
@pytest.mark.parametrize("shape", [(30,), (13, 17), (1, 40), (5, 6, 7), (0, 3)], ids=str)
def test_scipy(module: Any, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framework, "hysteresis", SimpleNamespace(grow=module.grow))
    rng = np.random.default_rng(0)
    for weak in (0.3, 0.6, 0.9):
        image = np.where(rng.random(shape) < weak, 1 + (rng.random(shape) < 0.05), 0)
        for connectivity in range(1, len(shape) + 1):
            interior, states = framework.framed(shape)
            interior[...] = image
            framework.grow(states, connectivity)
            structure = ndi.generate_binary_structure(len(shape), connectivity)
            expected = ndi.binary_propagation(image == 2, structure, mask=image > 0)
            np.testing.assert_array_equal(interior == 2, expected)


def test_long_paths_through_many_strips() -> None:
    interior, states = framework.framed((2000, 300))
    interior[:, ::2] = 1
    interior[0, 1::4] = interior[-1, 3::4] = 1
    interior[0, 0] = 2
    framework.grow(states, 1)
    assert np.array_equal(interior == 2, interior > 0)
