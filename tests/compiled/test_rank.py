"""Rank filters of large and of odd windows, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from opsin._engine import rank as _ranks
from opsin._engine.compiled import for_this_machine

from uncompiled import uncompiled

networks = uncompiled("rank_network")
tiles = {name: uncompiled(name) for name in ("rank_histogram", "rank_bits")}

WINDOWS = [
    np.ones((1, 1), bool),
    np.ones((3, 4), bool),
    np.array([[0, 1, 0, 1], [1, 0, 0, 1], [0, 0, 1, 0]], bool),
]


def numbers(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    rng = np.random.default_rng(4)
    if np.dtype(dtype).kind == "f":
        image = rng.normal(size=shape).astype(dtype)
        image.flat[::7] = [-np.inf, np.inf, 0.0, -0.0][image.size % 4]
        return image
    return rng.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("window", WINDOWS, ids=["pixel", "box", "array"])
def test_networks_in_plain_python(window: NDArray[np.bool_], dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = numbers((8, 22), dtype)
    shape = tuple(length - size + 1 for length, size in zip(source.shape, window.shape, strict=True))
    plan = _ranks.network_plan(shape, (0, 1), window.shape, window.tobytes())
    count = int(window.sum())
    exchanges, place = _ranks.selection_network(count, count // 2)
    # Several rows in a strip, and one.
    for strip_pixels in (64, 1):
        monkeypatch.setattr(networks, "STRIP_PIXELS", strip_pixels)
        for module in (for_this_machine("rank_network"), networks):
            result = np.empty(shape, dtype)
            module.filter_image(
                source, result, plan.sources, plan.targets, plan.columns, plan.taps, exchanges, place, 8
            )
            np.testing.assert_array_equal(result, reference(source, window))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("window", WINDOWS, ids=["pixel", "box", "array"])
def test_tiles_in_plain_python(window: NDArray[np.bool_], dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small tiles, so that the image takes several and the last ones overlap.
    monkeypatch.setattr(_ranks, "_tile_shape", lambda reach, box, itemsize: [4, 7][-len(reach) :])
    source = numbers((8, 22), dtype)
    shape = tuple(length - size + 1 for length, size in zip(source.shape, window.shape, strict=True))
    inside = None if window.all() else window.tobytes()
    plan = _ranks.tile_plan.__wrapped__(shape, (0, 1), window.shape, inside, source.itemsize)
    assert len(plan.tile_sources) > 1
    name = "rank_histogram" if plan.box[0] else "rank_bits"
    for module in (for_this_machine(name), tiles[name]):
        result = np.empty(shape, dtype)
        module.filter_image(source, result, plan, int(window.sum()) // 2, 2)
        np.testing.assert_array_equal(result, reference(source, window))


def reference(source: NDArray[Any], window: NDArray[np.bool_]) -> NDArray[Any]:
    views = np.lib.stride_tricks.sliding_window_view(source, window.shape)[..., window]
    return np.sort(views, axis=-1)[..., views.shape[-1] // 2]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 13])
def test_networks_select_any_rank(count: int) -> None:
    # A network that selects from all sequences of zeros and ones selects from all numbers.
    columns = (np.arange(2**count)[None] >> np.arange(count)[:, None]) & 1
    for rank in range(count):
        exchanges, place = _ranks.selection_network(count, rank)
        vectors = columns.copy()
        for low, high, _ in exchanges:
            vectors[[low, high]] = np.sort(vectors[[low, high]], axis=0)
        np.testing.assert_array_equal(vectors[place], np.sort(columns, axis=0)[rank])
