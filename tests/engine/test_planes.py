"""Large planes and images that must be converted are processed in strips, with the same result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import opsin
from opsin._engine import planes

from equality import assert_same

CALLS = [
    (opsin.filters.gaussian, {"sigma": 1.5}),
    (opsin.filters.gaussian, {"sigma": 2, "order": (0, 1)}),
    (opsin.filters.median, {"footprint": 5}),
    (opsin.filters.sobel, {}),
    (opsin.filters.uniform, {"footprint": 3}),
    (opsin.morphology.erosion, {"footprint": 3}),
    (opsin.morphology.dilation, {"footprint": (9, 4)}),
    (opsin.morphology.closing, {"footprint": np.array([[0, 1, 1], [1, 1, 0]])}),
]


@pytest.mark.parametrize("mode", ["reflect", "constant", "wrap"])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float32", "float16", "bool"])
@pytest.mark.parametrize(("function", "parameters"), CALLS, ids=lambda item: getattr(item, "__name__", ""))
def test_strips_give_the_whole(
    function: Any, parameters: dict[str, Any], dtype: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = (np.random.default_rng(0).random((61, 37)) * 2).astype(dtype)
    if dtype in ("uint8", "int64"):
        image *= 100
    channels = np.stack([image, image[::-1], image[:, ::-1]], axis=-1)
    whole = [function(picture, mode=mode, **parameters) for picture in (image, channels)]
    monkeypatch.setattr(planes, "LARGE_ELEMENTS", 300)
    monkeypatch.setattr(planes, "MAX_ELEMENTS", 1000)
    for picture, expected in zip((image, channels), whole, strict=True):
        assert_same(function(picture, mode=mode, **parameters), expected)
        out = np.empty_like(expected)
        function(picture, mode=mode, out=out, **parameters)
        assert_same(out, expected)


def test_images_that_must_be_converted_are_not_converted_whole() -> None:
    import tracemalloc

    image = np.broadcast_to(np.arange(2000), (4000, 2000))
    out = np.empty(image.shape, np.int64)
    opsin.filters.uniform(image[:10], 3)
    tracemalloc.start()
    opsin.morphology.erosion(image, 3, out=out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < image.nbytes
    assert_same(out[5], np.maximum(np.arange(2000) - 1, 0))
