"""Measures of regions, against scikit-image and scipy.ndimage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.ndimage as ndi
import skimage.data
import skimage.measure
import skimage.morphology
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import opsin
from opsin.measure import regionprops_table

PROPERTIES = ("label", "area", "bbox", "centroid", "intensity_mean", "intensity_min", "intensity_max")


def check(table: dict[str, NDArray[Any]], wanted: dict[str, NDArray[Any]], rtol: float = 1e-12) -> None:
    assert list(table) == list(wanted)
    for name, column in wanted.items():
        assert table[name].dtype == column.dtype, name
        assert_allclose(table[name], column, rtol=rtol, atol=1e-12, err_msg=name)


@given(hnp.array_shapes(min_dims=2, max_dims=3, max_side=12), st.data())
def test_scikit_image(shape: tuple[int, ...], data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(["u1", "i1", "u2", "i4", "u4", "i8"]))
    labels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 9))).astype(dtype)
    channels = data.draw(st.sampled_from([(), (1,), (3,)]))
    of = data.draw(st.sampled_from(["u1", "u2", "i2", "i4", "f8"]))
    intensity = data.draw(hnp.arrays(np.uint8, shape + channels)).astype(of) * 3
    spacing = (1.0, 2.5, 0.25)[: len(shape)]
    wanted = skimage.measure.regionprops_table(labels, intensity, properties=PROPERTIES, spacing=spacing)
    check(regionprops_table(labels, intensity, properties=PROPERTIES, spacing=spacing), wanted)


def test_scipy_on_a_large_image() -> None:
    rng = np.random.default_rng(1)
    labels = opsin.measure.label(rng.random((700, 900)) < 0.4)
    for dtype in (np.uint8, np.uint16, np.float32, np.float64):
        intensity = (rng.random(labels.shape) * 250).astype(dtype)
        table = regionprops_table(labels, intensity, properties=PROPERTIES)
        numbers = np.arange(1, labels.max() + 1)
        assert_array_equal(table["label"], numbers)
        assert_array_equal(table["area"], np.bincount(labels.ravel())[1:])
        assert_allclose(table["intensity_mean"], ndi.mean(intensity.astype(float), labels, numbers), rtol=1e-12)
        assert_array_equal(table["intensity_min"], ndi.minimum(intensity, labels, numbers))
        assert_array_equal(table["intensity_max"], ndi.maximum(intensity, labels, numbers))
        boxes = np.stack([table[f"bbox-{k}"] for k in (0, 2, 1, 3)], axis=-1)
        assert_array_equal(boxes, [[s.start, s.stop, t.start, t.stop] for s, t in ndi.find_objects(labels)])


def test_threads_agree() -> None:
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 50, (900, 400))
    intensity = rng.integers(0, 255, (900, 400, 3), np.uint8)
    with opsin.threads(1):
        alone = regionprops_table(labels, intensity, properties=PROPERTIES)
    with opsin.threads(4):
        together = regionprops_table(labels, intensity, properties=PROPERTIES)
    check(together, alone, rtol=0)


def test_only_what_is_asked_for_in_the_order_asked() -> None:
    table = regionprops_table(np.eye(3, dtype=int), properties=["centroid", "label"])
    assert list(table) == ["centroid-0", "centroid-1", "label"]
    assert list(regionprops_table(np.eye(3, dtype=int))) == ["label", "bbox-0", "bbox-1", "bbox-2", "bbox-3"]
    assert regionprops_table(np.eye(3, dtype=int), properties=()) == {}


def test_missing_labels_are_left_out() -> None:
    table = regionprops_table(np.array([[5, 0, 2], [5, 5, 0]]), properties=("label", "area"))
    assert_array_equal(table["label"], [2, 5])
    assert_array_equal(table["area"], [1, 3])


@pytest.mark.parametrize("background", [0, 3])
def test_huge_labels(background: int) -> None:
    labels = np.array([[background, 2**62, 2**62], [7, 2**63 - 1, background]])
    table = regionprops_table(labels, properties=("label", "area", "bbox"))
    assert_array_equal(table["label"], [label for label in (3, 7, 2**62, 2**63 - 1) if label != 3 or background])
    assert_array_equal(table["area"][-3:], [1, 2, 1])
    assert_array_equal(table["bbox-1"][-3:], [0, 1, 1])


def test_every_pixel_its_own_region() -> None:
    labels = np.random.default_rng(3).permutation(np.arange(1, 120 * 90 + 1)).reshape(120, 90)
    table = regionprops_table(labels, labels, properties=("label", "area", "intensity_max"))
    assert_array_equal(table["label"], np.arange(1, labels.size + 1))
    assert (table["area"] == 1).all()
    assert_array_equal(table["intensity_max"], table["label"])


def test_four_dimensions() -> None:
    labels = np.random.default_rng(4).integers(0, 4, (3, 4, 5, 6))
    table = regionprops_table(labels, labels * 2, properties=PROPERTIES)
    for row, number in enumerate(table["label"]):
        places = np.argwhere(labels == number)
        assert table["area"][row] == len(places)
        assert table["intensity_mean"][row] == 2 * number
        assert_allclose([table[f"centroid-{k}"][row] for k in range(4)], places.mean(axis=0))
        assert_array_equal([table[f"bbox-{k}"][row] for k in range(4)], places.min(axis=0))
        assert_array_equal([table[f"bbox-{k}"][row] for k in range(4, 8)], places.max(axis=0) + 1)


def test_not_a_number_propagates() -> None:
    labels = np.array([1, 1, 2, 2, 3, 3])
    for dtype in (np.float32, np.float64):
        intensity = np.array([1, np.nan, np.inf, -np.inf, np.inf, 2], dtype)
        table = regionprops_table(labels, intensity, properties=PROPERTIES)
        assert_array_equal(table["intensity_min"], [np.nan, -np.inf, 2])
        assert_array_equal(table["intensity_max"], [np.nan, np.inf, np.inf])
        assert_array_equal(table["intensity_mean"], [np.nan, np.nan, np.inf])


def test_any_layout_in_memory() -> None:
    base = np.random.default_rng(5).integers(0, 9, (40, 60, 3), np.uint8)
    base.flags.writeable = False
    for view in [
        base[::-1, ::-2, 1],
        base[..., 0].T,
        base.transpose(2, 0, 1),
        np.asfortranarray(base[..., 2]),
    ]:
        swapped = view.astype(">i4")
        wanted = regionprops_table(view.copy(), view.copy(), properties=PROPERTIES)
        check(regionprops_table(view, view, properties=PROPERTIES), wanted)
        check(regionprops_table(swapped, swapped.astype(">f4"), properties=PROPERTIES), wanted)


@pytest.mark.parametrize("shape", [(0,), (0, 5), (5, 0), (4, 4)])
def test_no_regions(shape: tuple[int, ...]) -> None:
    for channels in [(), (2,), (0,)]:
        table = regionprops_table(np.zeros(shape, int), np.zeros(shape + channels), properties=PROPERTIES)
        assert all(column.shape == (0,) for column in table.values())


@pytest.mark.parametrize(
    ("labels", "options", "error", "message"),
    [
        (np.ones((3, 3), bool), {}, TypeError, "label_image must be an array of integers; got dtype bool"),
        (np.ones((3, 3)), {}, TypeError, "label_image"),
        (-np.ones((3, 3), int), {}, ValueError, "got -1 to -1"),
        (np.full((3, 3), 2**63, np.uint64), {}, ValueError, "label_image"),
        (np.ones((3, 3), int), {"properties": "area"}, TypeError, "properties"),
        (np.ones((3, 3), int), {"properties": ("aera",)}, ValueError, "Did you mean 'area'"),
        (
            np.ones((3, 3), int),
            {"properties": ("intensity_mean",)},
            ValueError,
            "intensity_image must be given",
        ),
        (np.ones((3, 3), int), {"intensity_image": np.ones((3, 4))}, ValueError, "intensity_image"),
        (np.ones((3, 3), int), {"intensity_image": np.ones((3, 3), complex)}, TypeError, "intensity_image"),
        (np.ones((3, 3), int), {"spacing": 0}, ValueError, "spacing"),
        (np.ones((3, 3), int), {"spacing": (1, 2, 3)}, ValueError, "spacing"),
    ],
)
def test_errors(labels: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        regionprops_table(labels, **options)


def test_coins() -> None:
    coins = skimage.data.coins()
    objects = skimage.morphology.closing(coins > 120, np.ones((5, 5), bool))
    labels = opsin.measure.label(opsin.segmentation.clear_border(objects), connectivity=2)
    table = regionprops_table(labels, coins, properties=("label", "area", "intensity_mean"))
    large = table["area"] > 100
    assert large.sum() == 24
    assert (table["intensity_mean"][large] > 120).all()
