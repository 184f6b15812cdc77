"""The table of regions, compiled and as plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin._engine.compiled import regions as compiled

from uncompiled import uncompiled

as_python = uncompiled("regions")
ALL = set(compiled.COLUMNS)


def measured(
    module: Any, labels: NDArray[Any] | None, pixels: NDArray[Any] | None, shape: tuple[int, ...], columns: set[str]
) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
    """Measure an image of `shape`; pixels may have an axis of channels more."""
    rows = (int(np.prod(shape[:-1])), shape[-1])
    channels = 0 if pixels is None else pixels.size // int(np.prod(shape))
    labels = None if labels is None else labels.reshape(rows)
    ranges = None if labels is None else module.label_ranges(labels)
    pixels = None if pixels is None else pixels.reshape(rows[0], -1)
    found: tuple[NDArray[np.int64], dict[str, NDArray[Any]]]
    found = module.measure_regions(labels, ranges, shape, pixels, channels, columns)
    return found


def reference(labels: NDArray[Any], pixels: NDArray[Any], label: int) -> dict[str, NDArray[Any]]:
    """One region's columns, by NumPy."""
    places = np.argwhere(labels == label)
    values = pixels.reshape(*labels.shape, -1)[labels == label].astype(np.float64)
    return {
        "count": np.array(len(places)),
        "sum": values.sum(0),
        "min": values.min(0),
        "max": values.max(0),
        "bbox": np.append(places.min(0), places.max(0) + 1),
        "centroid": places.mean(0),
    }


@pytest.mark.parametrize("shape", [(1, 1), (7,), (6, 9), (3, 4, 5), (5, 2, 3, 20)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("size", "dtype"), [(1, "u1"), (2, "u2"), (4, "f4"), (8, "f8")])
def test_table(shape: tuple[int, ...], channels: int, size: int, dtype: str) -> None:
    # The compiled module takes images of this size as one strip, plain Python takes several.
    rng = np.random.default_rng(1)
    labels = rng.choice([0, 1, 1, 1, 3], shape).astype(f"u{size}")
    pixels = rng.integers(0, 250, (*shape, channels)).astype(dtype)
    for module in (compiled, as_python):
        found, table = measured(module, labels, pixels, shape, ALL)
        assert_array_equal(found, np.setdiff1d(labels, 0))
        assert set(table) == ALL
        for k, label in enumerate(found):
            for name, column in reference(labels, pixels, label).items():
                assert_allclose(table[name][..., k], column, rtol=1e-12)


@pytest.mark.parametrize("columns", [{"count"}, {"sum"}, {"bbox", "max"}, {"centroid", "min"}])
def test_only_the_columns_asked_for(columns: set[str]) -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, (20, 30), np.uint8)
    pixels = rng.random((20, 30))
    _, everything = measured(compiled, labels, pixels, (20, 30), ALL)
    _, table = measured(compiled, labels, pixels, (20, 30), columns)
    assert set(table) == columns | {"count"}
    for name in columns:
        assert_array_equal(table[name], everything[name])


def test_the_whole_image_is_one_region_without_labels() -> None:
    pixels = np.random.default_rng(1).random((300, 400)).astype(np.float32)
    found, table = measured(compiled, None, pixels, (300, 400), ALL)
    assert_array_equal(found, [1])
    for name, column in reference(np.ones((300, 400), int), pixels, 1).items():
        assert_allclose(table[name][..., 0], column, rtol=1e-12)


def test_no_region() -> None:
    found, table = measured(compiled, np.zeros((5, 6), np.uint8), np.zeros((5, 6)), (5, 6), ALL)
    assert len(found) == 0
    assert all(column.size == 0 for column in table.values())


def test_not_a_number_stays_in_its_region_and_channel() -> None:
    labels = np.array([[1, 1, 2]], np.uint8)
    pixels = np.array([[[np.nan, 1], [2, 3], [4, np.inf]]])
    _, table = measured(compiled, labels, pixels, (1, 3), {"sum", "min", "max"})
    assert_array_equal(table["sum"], [[np.nan, 4], [4, np.inf]])
    assert_array_equal(table["min"], [[np.nan, 4], [1, np.inf]])
    assert_array_equal(table["max"], [[np.nan, 4], [3, np.inf]])


@pytest.mark.parametrize("regions", [1, 50, 20_000, 200_000])
@pytest.mark.parametrize("scattered", [False, True])
def test_the_number_of_threads_does_not_matter(regions: int, scattered: bool) -> None:
    rng = np.random.default_rng(1)
    labels = np.arange(900_000, dtype=np.uint32).reshape(900, 1000) // (900_000 // regions)
    if scattered:
        labels = rng.permuted(labels)
    pixels = rng.random((900, 1000)) * 10.0 ** rng.integers(-8, 9, (900, 1000))
    tables = []
    for threads in (1, 2, 3):
        with opsin.threads(threads):
            tables.append(measured(compiled, labels, pixels, (900, 1000), ALL)[1])
    assert_array_equal(tables[0]["count"], np.bincount(labels.ravel())[1:])
    assert_allclose(tables[0]["sum"][0], np.bincount(labels.ravel(), pixels.ravel())[1:])
    for table in tables[1:]:
        for name, column in table.items():
            assert_array_equal(column, tables[0][name])


def test_ranges() -> None:
    labels = np.zeros((4, 5), np.uint64)
    for module in (compiled, as_python):
        assert module.label_ranges(labels)[:, 1].max() == 0
    labels[1, 2], labels[3, 3] = 7, 2**64 - 1
    assert_array_equal(compiled.label_ranges(labels), [[7, 2**64 - 1]])


@pytest.mark.parametrize("shape", [(7,), (6, 9), (3, 4, 5)])
@pytest.mark.parametrize("channels", [1, 2])
def test_columns_about_a_center(shape: tuple[int, ...], channels: int) -> None:
    rng = np.random.default_rng(3)
    labels = rng.choice([0, 1, 1, 3], shape).astype(np.uint8)
    labels.flat[:2] = 1, 3
    pixels = rng.integers(0, 9, (*shape, channels)).astype(np.uint8)
    rows = (int(np.prod(shape[:-1])), shape[-1])
    axes = len(shape)
    known = np.zeros((4, axes + 3 * channels))
    for label in (1, 3):
        values = pixels[labels == label].astype(float)
        known[label] = [*np.argwhere(labels == label).mean(0), *values.mean(0), *values.max(0), *values.min(0)]
    for module in (compiled, as_python):
        image = labels.reshape(rows)
        found, table = module.measure_regions(
            image, module.label_ranges(image), shape, pixels.reshape(rows[0], -1), channels, set(compiled.CENTERED),
            known, 3,
        )  # fmt: skip
        for row, label in enumerate(found):
            places = np.argwhere(labels == label) - known[label, :axes]
            values = pixels[labels == label].astype(float)
            for combination, powers in enumerate(np.ndindex(*(4,) * axes)):
                products = (places**powers).prod(axis=1)
                assert_allclose(table["moments"][combination, row], products.sum(), atol=1e-9)
                for channel in range(channels):
                    wanted = (products * values[:, channel]).sum()
                    assert_allclose(table["weighted"][channel, combination, row], wanted, atol=1e-9)
            assert_allclose(table["squares"][:, row], ((values - values.mean(0)) ** 2).sum(0))
            flat = np.flatnonzero(labels == label)
            assert_array_equal(table["argmax"][:, row], flat[values.argmax(0)])
            assert_array_equal(table["argmin"][:, row], flat[values.argmin(0)])
    with pytest.raises(ValueError, match="known"):
        compiled.measure_regions(None, None, shape, None, 0, {"moments"})
