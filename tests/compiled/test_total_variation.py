"""Total variation, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from opsin._engine.compiled import for_this_machine, gauss_seidel

from uncompiled import uncompiled


def iterated(module: Any, image: NDArray[Any], periodic: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the image after some iterations, and the sums of the last."""
    u = image.copy()
    field = np.zeros((image.ndim - 1, *image.shape), image.dtype)
    job = module.prepare(image, u, field, 2.0 if periodic else 1.0, 0.1, 0.3, periodic)
    for _ in range(3):
        sums = module.advance_primal(job), module.advance_dual(job)
    module.leave(job, np.array([True, False]))
    module.advance_primal(job)
    return u, np.concatenate(sums)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("shape", [(2, 1), (2, 21), (2, 7, 19), (2, 3, 4, 5)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_and_plain_agree(dtype: Any, shape: tuple[int, ...], periodic: bool) -> None:
    image = np.random.default_rng(0).random(shape).astype(dtype)
    compiled = iterated(for_this_machine("total_variation"), image, periodic)
    plain = iterated(uncompiled("total_variation"), image, periodic)
    for found, expected in zip(compiled, plain, strict=True):
        assert_allclose(found, expected, rtol=1e-4 if dtype == np.float32 else 1e-10, atol=1e-5)


@pytest.mark.parametrize("isotropic", [False, True])
def test_a_sweep_compiled_and_plain(isotropic: bool) -> None:
    image = np.random.default_rng(0).random((2, 5 * 6))
    starts = np.array([7, 13, 19])
    found = []
    for module in (gauss_seidel, uncompiled("gauss_seidel")):
        u = image.copy()
        job = module.prepare(image, u, np.array([6, 1]), starts, 4, 5.0, isotropic)
        sums = [module.advance(job) for _ in range(3)]
        module.leave(job, np.array([False, True]))
        module.advance(job)
        found.append((u, np.stack(sums)))
    for one, other in zip(*found, strict=True):
        assert_allclose(one, other, rtol=1e-12)
