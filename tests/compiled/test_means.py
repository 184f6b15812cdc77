"""Non-local means, the bilateral filter, superpixels and merged regions, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from opsin._engine.arrays import as_pixels
from opsin._engine.borders import as_border
from opsin._engine.compiled import for_this_machine, merging
from opsin._engine.displaced import displaced

from uncompiled import uncompiled


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_means(dtype: Any, channels: int) -> None:
    image = np.random.default_rng(0).random((channels, 3, 9, 11)).astype(dtype)
    border = as_border("mirror", 0, as_pixels(image, 0))
    source = displaced(image, 3, border)
    window = source.offsets(1)
    found: dict[str, list[Any]] = {"nonlocal_means": [], "bilateral": []}
    for name, results in found.items():
        for module in (for_this_machine(name), uncompiled(name)):
            result = np.empty((channels, 27, 11), dtype)
            if name == "bilateral":
                module.denoise(source.image, result, source.planes, window, np.linspace(0, 50, 27).clip(0, 40), 2.0)
            else:
                patch = np.array([-source.steps[0], 0, source.steps[0]])
                module.denoise(source.image, result, source.planes, patch, window, (1, 2), 0.1, 0.2)
            results.append(result)
    for results in found.values():
        # Plain Python has no types, and takes the polynomial of single precision.
        assert_allclose(*results, rtol=2e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_superpixels(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    image = rng.random((2, 2, 8, 9)).astype(dtype)
    mask = (rng.random((2, 8, 9)) < 0.9).astype(np.uint8)
    found = []
    for module in (for_this_machine("superpixels"), uncompiled("superpixels")):
        job = module.prepare(image, mask, [1, 4, 4], (1.0, 2.0, 1.0), 0.1, 3)
        centers = np.array([[0, 2, 2, 0.1, 0.5], [1, 5, 6, 0.5, 0.5], [0, 6, 1, 0.9, 0.1]])
        weights = np.array([1, 0.5, 2])
        sums = [module.advance(job, centers, weights, colors) for colors in (False, True)]
        labels, farthest = module.labels_of(job), module.farthest(job, centers)
        found.append((labels, np.stack(sums), farthest, module.connect(labels, (2, 8, 9), 5, 40)))
    for one, other in zip(*found, strict=True):
        assert_allclose(one, other, rtol=1e-5)


def test_merging() -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.integers(0, 50, 200).astype(np.int32) for _ in range(2))
    weights = np.sort(rng.random(200))
    plain = uncompiled("merging").merge(first, second, weights, 50, 0.3, 4)
    assert_array_equal(merging.merge(first, second, weights, 50, 0.3, 4), plain)
